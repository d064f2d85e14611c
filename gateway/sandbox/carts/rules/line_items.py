"""Which lines can be bought: the causes of line errors, in the order in which they are looked for.

The causes are those of CartErrorCode on the page "Cart resources"; their order is Inferred.
"""

from dataclasses import replace

from gateway.sandbox import wire
from gateway.sandbox.carts.records import CartError
from gateway.sandbox.carts.request import AskedLine
from gateway.sandbox.carts.rules import line_errors, provisioning, seat_limits, term_ends
from gateway.sandbox.carts.rules.context import Judged, Surroundings
from gateway.sandbox.carts.rules.old_catalog import judged_offer
from gateway.sandbox.catalog import promotion_rules
from gateway.sandbox.catalog.promotion_rules import Purchase
from gateway.sandbox.terms import billing_cycle
from gateway.sandbox.world.assortment import Item, is_old_catalog
from gateway.sandbox.world.seed import Promotion, Term

PARTICIPANT_KEYS = ("transaction_reseller", "additional_transaction_reseller", "consumption_reseller")
MOST_RESELLERS = 5
_OLD_DURATIONS = {"1year": "P1Y", "3years": "P3Y"}  # "duration" in the context of reservations, before termDuration


def judged(line: AskedLine, around: Surroundings, *, parent: AskedLine | None = None) -> Judged:
    """*line* with what it names and the first thing that is wrong with it. *parent*: the line it is an add-on of."""
    is_old = is_old_catalog(line.item_id)
    found = judged_offer(line, around, parent=parent) if is_old else _judged_item(line, around)
    return replace(found, error=_wrong_in_either_catalog(line, around) or found.error)


def _wrong_in_either_catalog(line: AskedLine, around: Surroundings) -> CartError | None:
    """Currency and participants: what does not depend on the item."""
    if line.currency_code and line.currency_code.upper() != around.currency:
        return line_errors.currency(line.item_id, line.currency_code, around.currency)
    sent = line.participants or ()
    unknown = [each.key or "" for each in sent if (each.key or "").lower() not in PARTICIPANT_KEYS]
    if unknown:
        why = f"{', '.join(unknown)} is no key. Accepted: {', '.join(PARTICIPANT_KEYS)}."
        return line_errors.participants(line.item_id, why)
    if len(sent) > MOST_RESELLERS:
        return line_errors.participants(line.item_id, f"at most {MOST_RESELLERS} resellers, {len(sent)} were named.")
    return None


def _judged_item(line: AskedLine, around: Surroundings) -> Judged:
    item = around.assortment.item(line.item_id, around.customer.country)
    if item is None:
        why = f"nothing with this id is sold in {around.customer.country}; ids have the form product:sku:availability."
        return Judged(line, error=line_errors.catalog_item(line.item_id, why))
    if item.availability.segment.lower() != around.customer.segment.lower():
        why = f"it is for the segment {item.availability.segment}, the customer belongs to {around.customer.segment}."
        return Judged(line, item, error=line_errors.catalog_item(line.item_id, why))
    term = _term(line, item)
    if term is None:
        sent = " ".join(filter(None, (line.term_duration, line.cycle))) or "(none)"
        return Judged(line, item, error=line_errors.billing_plan(line.item_id, sent, _plans(item)))
    promotion, error = _promotion(line, item, term, around)
    found = Judged(line, item, None, term, promotion)
    return replace(found, error=_not_to_be_bought(line, item, term, around) or error)


def _term(line: AskedLine, item: Item) -> Term | None:
    """The term with that duration and billing cycle. Without a duration, the only one with that cycle (Inferred)."""
    context = {name.lower(): value for name, value in (line.provisioning_context or {}).items()}
    duration = (line.term_duration or _OLD_DURATIONS.get((context.get("duration") or "").lower()) or "").upper()
    plans = [term for term in item.availability.terms if billing_cycle(term.billing_cycle) == line.cycle]
    fitting = [term for term in plans if (term.duration or "") == duration]
    if not fitting and not duration and len(plans) == 1:
        return plans[0]
    return fitting[0] if fitting else None


def _plans(item: Item) -> list[str]:
    terms_of_item = item.availability.terms
    return [" ".join(filter(None, (term.duration, billing_cycle(term.billing_cycle)))) for term in terms_of_item]


def _promotion(
    line: AskedLine, item: Item, term: Term, around: Surroundings
) -> tuple[Promotion | None, CartError | None]:
    """The promotion named, if it applies, or the one that applies by itself.

    A cart is put back with the promotions the server filled in. One of those that no longer fits is no mistake of the
    caller's: it is looked for anew (Inferred).
    """
    purchase = Purchase(item, term, line.quantity or 0, around.customer.country, around.now)
    if not line.promotion_id:
        return promotion_rules.automatic(around.assortment, purchase), None
    promotion = around.assortment.promotion(line.promotion_id, around.customer.country)
    why = "it is unknown." if promotion is None else promotion_rules.why_not(promotion, purchase)
    if why is not None and line.promotion_id.lower() in around.filled_in:
        return promotion_rules.automatic(around.assortment, purchase), None
    if why is not None:
        return None, line_errors.promotion(line.item_id, line.promotion_id, why)
    return promotion, None


def _not_to_be_bought(line: AskedLine, item: Item, term: Term, around: Surroundings) -> CartError | None:
    return (
        seat_limits.not_so_many(line, item, around)
        or provisioning.not_provisionable(line, item, around.customer)
        or _wrong_end(line, item, term, around)
    )


def _wrong_end(line: AskedLine, item: Item, term: Term, around: Surroundings) -> CartError | None:
    """Only licences of new commerce with a term, no trials, end early, and only on allowed days.

    A day that has passed is not among them, though printed requests carry the dates of their time ("Create a cart").
    """
    if not line.custom_term_end_date:
        return None
    if not item.is_new_commerce or item.sku.is_trial or not term.duration:
        return line_errors.custom_term_end_product(line.item_id)
    today = around.now.date()
    allowed = term_ends.allowed(today, term.duration, around.owned, around.assortment, around.customer)
    moment = wire.instant(line.custom_term_end_date)
    if moment is not None and moment.date() in allowed:
        return None
    return line_errors.custom_term_end_date(
        line.item_id, line.custom_term_end_date, [f"{day.isoformat()}T00:00:00Z" for day in allowed]
    )
