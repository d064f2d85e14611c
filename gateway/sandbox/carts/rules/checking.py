"""Which line items can be bought: applies all rules to a line item, in order, and reports the first violation.

The rules are those of CartErrorCode on the page "Cart resources"; their order is Inferred.
"""

from dataclasses import replace

from gateway.sandbox import switches, wire
from gateway.sandbox.carts.records import CartError
from gateway.sandbox.carts.request import LineRequest
from gateway.sandbox.carts.rules import line_errors, provisioning, qualification, seat_limits, term_ends
from gateway.sandbox.carts.rules.context import CheckedLine, RuleContext
from gateway.sandbox.carts.rules.old_catalog import check_offer
from gateway.sandbox.catalog import promotion_rules
from gateway.sandbox.catalog.promotion_limits import Purchase
from gateway.sandbox.terms import billing_cycle
from gateway.sandbox.world.assortment import Item, is_old_catalog
from gateway.sandbox.world.seed import Promotion, Term

PARTICIPANT_KEYS = ("transaction_reseller", "additional_transaction_reseller", "consumption_reseller")
MAX_RESELLERS = 5
_OLD_DURATIONS = {"1year": "P1Y", "3years": "P3Y"}  # "duration" in the context of reservations, older than termDuration


def check_line(line: LineRequest, context: RuleContext, *, parent: LineRequest | None = None) -> CheckedLine:
    """*line* with what it refers to and its first error. *parent*: the line it is nested in as an add-on."""
    is_old = is_old_catalog(line.item_id)
    checked = check_offer(line, context, parent=parent) if is_old else _check_item(line, context)
    return replace(checked, error=_common_error(line, context) or checked.error)


def _common_error(line: LineRequest, context: RuleContext) -> CartError | None:
    """The rules that do not depend on the item: currency and participants."""
    if line.currency_code and line.currency_code.upper() != context.currency:
        return line_errors.currency(line.item_id, line.currency_code, context.currency)
    sent = line.participants or ()
    unknown = [each.key or "" for each in sent if (each.key or "").lower() not in PARTICIPANT_KEYS]
    if unknown:
        why = f"{', '.join(unknown)} is not a key. Accepted: {', '.join(PARTICIPANT_KEYS)}."
        return line_errors.participants(line.item_id, why)
    if len(sent) > MAX_RESELLERS:
        return line_errors.participants(line.item_id, f"at most {MAX_RESELLERS} resellers, {len(sent)} were named.")
    return None


def _check_item(line: LineRequest, context: RuleContext) -> CheckedLine:
    item = context.assortment.item(line.item_id, context.customer.country)
    if item is None:
        why = f"nothing with this id is sold in {context.customer.country}; ids have the form product:sku:availability."
        return CheckedLine(line, error=line_errors.catalog_item(line.item_id, why))
    if context.unqualified_code == switches.ERROR_ON_THE_LINE and not qualification.may_buy(
        context.customer, item.availability.segment
    ):
        why = f"it is for the segment {item.availability.segment}, the customer belongs to {context.customer.segment}."
        return CheckedLine(line, item, error=line_errors.catalog_item(line.item_id, why))
    term = _term(line, item)
    if term is None:
        sent = " ".join(filter(None, (line.term_duration, line.cycle))) or "(none)"
        return CheckedLine(line, item, error=line_errors.billing_plan(line.item_id, sent, _plans(item)))
    promotion, promotion_error = _promotion(line, item, term, context)
    error = _item_error(line, item, term, context) or promotion_error
    return CheckedLine(line, item, None, term, promotion, error)


def _term(line: LineRequest, item: Item) -> Term | None:
    """The term with this duration and billing cycle. Without a duration, the only term with this cycle (Inferred)."""
    provisioning = {name.lower(): value for name, value in (line.provisioning_context or {}).items()}
    duration = (line.term_duration or _OLD_DURATIONS.get((provisioning.get("duration") or "").lower()) or "").upper()
    plans = [term for term in item.availability.terms if billing_cycle(term.billing_cycle) == line.cycle]
    fitting = [term for term in plans if (term.duration or "") == duration]
    if not fitting and not duration and len(plans) == 1:
        return plans[0]
    return fitting[0] if fitting else None


def _plans(item: Item) -> list[str]:
    terms_of_item = item.availability.terms
    return [" ".join(filter(None, (term.duration, billing_cycle(term.billing_cycle)))) for term in terms_of_item]


def _promotion(
    line: LineRequest, item: Item, term: Term, context: RuleContext
) -> tuple[Promotion | None, CartError | None]:
    """The requested promotion if it applies, or else the one that applies automatically.

    An update sends back the promotions that the server applied. If one of those no longer applies, that is not the
    caller's error: another one may apply automatically (Inferred).
    """
    purchase = Purchase(item, term, line.quantity or 0, context.customer.country, context.now, context.earlier)
    if not line.promotion_id:
        return promotion_rules.automatic(context.assortment, purchase), None
    promotion = context.assortment.promotion(line.promotion_id, context.customer.country)
    why = "it is unknown." if promotion is None else promotion_rules.ineligibility(promotion, purchase)
    if why is not None and line.promotion_id.lower() in context.auto_promotions:
        return promotion_rules.automatic(context.assortment, purchase), None
    if why is not None:
        return None, line_errors.promotion(line.item_id, line.promotion_id, why)
    return promotion, None


def _item_error(line: LineRequest, item: Item, term: Term, context: RuleContext) -> CartError | None:
    return (
        seat_limits.quantity_error(line, item, context)
        or provisioning.provisioning_error(line, item, context)
        or _end_date_error(line, item, term, context)
    )


def _end_date_error(line: LineRequest, item: Item, term: Term, context: RuleContext) -> CartError | None:
    """Only licences of new commerce with a term (not trials) may end early, and only on an allowed day.

    A day in the past is not allowed, although the printed request has one by now ("Create a cart").
    """
    if not line.custom_term_end_date:
        return None
    if not item.is_new_commerce or item.sku.is_trial or not term.duration:
        return line_errors.custom_term_end_product(line.item_id)
    today = context.now.date()
    allowed = term_ends.allowed_days(today, term.duration, context.owned, context.assortment, context.customer)
    moment = wire.parse_timestamp(line.custom_term_end_date)
    if moment is not None and moment.date() in allowed:
        return None
    return line_errors.custom_term_end_date(
        line.item_id, line.custom_term_end_date, [f"{day.isoformat()}T00:00:00Z" for day in allowed]
    )
