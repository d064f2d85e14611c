"""Turns requested lines into the line items of a cart: numbers, checks, groups and prices them."""

from collections import Counter
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import count

import msgspec

from gateway.sandbox import wire
from gateway.sandbox.carts import pricing
from gateway.sandbox.carts.records import (
    CartLine,
    Participant,
    Pricing,
    RenewsTo,
)
from gateway.sandbox.carts.request import LineRequest, RenewalRequest, flattened
from gateway.sandbox.carts.rules import account_limits, checking
from gateway.sandbox.carts.rules.context import CheckedLine, RuleContext
from gateway.sandbox.catalog import promotion_rules
from gateway.sandbox.catalog.promotion_limits import EarlierPurchase
from gateway.sandbox.world.assortment import Assortment
from gateway.sandbox.world.subscription_records import PurchaseCommitment

OLD_CATALOG_GROUP = "OMS-0"


def cart_lines(lines: Sequence[LineRequest], context: RuleContext, *, keep_numbers: bool) -> tuple[CartLine, ...]:
    """The line items for the requested lines. *keep_numbers*: as in an update, see `numbers`."""
    ids = numbers(list(flattened(lines)), keep=keep_numbers)
    context = replace(context, seats=_seats(lines, iter(ids), context.ordered))
    checked = list(_checked(lines, iter(ids), context))
    if context.has_account_limits:
        checked = list(account_limits.apply_limits(checked, ids, ordered=context.ordered, owned=len(context.owned)))
    rows = zip(checked, ids, order_groups(checked), strict=True)
    flat = (_cart_line(line, number, group, context) for line, number, group in rows)
    return tuple(_nested(line, flat) for line in lines)


def _seats(lines: Sequence[LineRequest], ids: Iterator[int], ordered: Container[int]) -> Mapping[str, int]:
    """Requested seats by `seat_key`, without those of lines *ordered* earlier."""
    seats = Counter[str]()
    for line in flattened(lines):
        if next(ids) not in ordered:
            seats[line.seat_key] += line.quantity or 0
    return seats


def numbers(lines: Sequence[LineRequest], *, keep: bool) -> list[int]:
    """The line numbers: 0, 1, 2, ... with add-ons after their parent.

    With *keep* (an update) the first line that sends a number keeps it; the others get the lowest free numbers. That is
    Inferred. Creating a cart always assigns new numbers, as in all samples.
    """
    sent = [line.number if keep else None for line in lines]
    owner = {number: place for place, number in reversed(list(enumerate(sent))) if number is not None}
    free = (number for number in count() if number not in owner)
    return [
        number if number is not None and owner[number] == place else next(free) for place, number in enumerate(sent)
    ]


def _checked(
    lines: Sequence[LineRequest], ids: Iterator[int], context: RuleContext, parent: LineRequest | None = None
) -> Iterator[CheckedLine]:
    """Checks each line after those before it: "lines are processed in order", so earlier lines take seats first, and a
    promotion for a first purchase.

    A line with an error takes no seats (Inferred). Nested add-ons only compete with add-ons of the same parent.
    """
    taken, bought = Counter[str](), list(context.earlier)
    for line in lines:
        is_ordered = next(ids) in context.ordered
        here = replace(context, taken=taken, earlier=() if is_ordered else bought)
        found = checking.check_line(line, here, parent=parent)
        if is_ordered:
            found = replace(found, error=None)
        elif found.error is None:
            taken[line.seat_key] += line.quantity or 0
            bought.append(_bought(found))
        yield found
        yield from _checked(line.addons, ids, context, line)


def _bought(line: CheckedLine) -> EarlierPurchase:
    promotion_id = None if line.promotion is None else line.promotion.id
    is_trial = line.item is not None and line.item.sku.is_trial
    return EarlierPurchase(line.request.seat_key, line.request.quantity or 0, promotion_id, is_trial=is_trial)


def _nested(line: LineRequest, flat: Iterator[CartLine]) -> CartLine:
    """The next of *flat*, with the lines that follow it nested as the add-ons of *line*."""
    own = next(flat)
    addons = tuple(_nested(addon, flat) for addon in line.addons)
    return msgspec.structs.replace(own, addon_items=addons) if addons else own


def order_groups(lines: Sequence[CheckedLine]) -> list[str | None]:
    """The order group of each line, in order; None for a line with an error. Each group becomes one order.

    Lines of the old catalog share "OMS-0". Those of the new catalog are grouped by billing cycle, numbered from "0" in
    the order in which the cycles first appear. The samples of "Create a cart" agree; the rule itself is Inferred.
    """
    labels: dict[str, str] = {}
    groups: list[str | None] = []
    for line in lines:
        if line.error is not None:
            groups.append(None)
        elif line.is_old_catalog:
            groups.append(OLD_CATALOG_GROUP)
        else:
            groups.append(labels.setdefault(line.request.cycle or "", str(len(labels))))
    return groups


def _cart_line(checked: CheckedLine, number: int, group: str | None, context: RuleContext) -> CartLine:
    request, promotion = checked.request, checked.promotion
    return CartLine(
        id=number,
        catalog_item_id=request.item_id,
        friendly_name=request.friendly_name or None,
        quantity=request.quantity or 0,
        currency_code=context.currency,
        billing_cycle=request.cycle,
        term_duration=checked.term_duration or None,
        custom_term_end_date=_end_date(request.custom_term_end_date),
        promotion_id=promotion.id if promotion is not None else _requested_promotion(checked),
        participants=_participants(request),
        provisioning_context=_context(checked),
        renews_to=_renews_to(request.renews_to),
        attestation_accepted=request.attestation_accepted,
        order_group=group,
        purchase_commitment=_commitment(request) if checked.item is None or checked.item.is_savings_plan else None,
        pricing=None if checked.error is not None else _pricing(checked, context),
        error=checked.error,
    )


def _requested_promotion(checked: CheckedLine) -> str | None:
    """The requested promotion, on a line with an error. On any other line it does not apply, and is left out."""
    return checked.request.promotion_id or None if checked.error is not None else None


def _end_date(text: str | None) -> str | None:
    moment = wire.parse_timestamp(text or "")
    return (text or None) if moment is None else wire.format_timestamp(moment)


def _participants(request: LineRequest) -> tuple[Participant, ...] | None:
    sent = request.participants or ()
    return tuple(Participant(key=each.key or "", value=str(each.value or "")) for each in sent) or None


def _context(checked: CheckedLine) -> dict[str, str] | None:
    """Keys begin in lower case. New commerce always has a context, other kinds only if sent (samples of 2018-2023)."""
    sent = checked.request.provisioning_context
    if sent is None:
        return {} if checked.item is not None and checked.item.is_new_commerce else None
    return {name[:1].lower() + name[1:]: value for name, value in sent.items() if value is not None}


def _renews_to(sent: RenewalRequest | list[RenewalRequest] | None) -> RenewsTo | None:
    """An object in answers, as in the samples; requests may also send an array of one, as the table says."""
    first = next(iter(sent), None) if isinstance(sent, list) else sent
    return None if first is None or not first.term_duration else RenewsTo(term_duration=first.term_duration)


def _commitment(request: LineRequest) -> PurchaseCommitment | None:
    sent = request.purchase_commitment
    if sent is None or sent.amount is None:
        return None
    return PurchaseCommitment(
        amount=Decimal(sent.amount), currency=sent.currency or "usd", grain=sent.grain or "hourly"
    )


def _pricing(checked: CheckedLine, context: RuleContext) -> Pricing | None:
    tariff = _tariff(checked, context.currency, context.assortment)
    if tariff is None:
        return None
    item, term, ends = checked.item, checked.term, wire.parse_timestamp(checked.request.custom_term_end_date or "")
    return pricing.priced(
        tariff,
        quantity=checked.request.quantity or 0,
        discount=Decimal(0)
        if item is None or term is None
        else promotion_rules.discount(checked.promotion, item, term),
        part=pricing.part_of_term(context.now, checked.term_duration, ends),
        currency=context.assortment.currency(context.currency),
    )


def _tariff(checked: CheckedLine, currency: str, assortment: Assortment) -> pricing.Tariff | None:
    request, cycle = checked.request, checked.request.cycle or ""
    if checked.offer is not None:
        return pricing.of_offer(checked.offer, request.term_duration, cycle, currency, assortment)
    if checked.term is None:
        return None
    commitment = _commitment(request)
    if checked.item is not None and checked.item.is_savings_plan and commitment is not None:
        return pricing.of_commitment(commitment, checked.term.duration, cycle, currency, assortment)
    return pricing.of_term(checked.term, cycle, currency, assortment)
