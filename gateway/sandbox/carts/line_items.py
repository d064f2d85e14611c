"""From the lines asked for to the lines of a cart: numbered, judged, grouped and priced."""

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
from gateway.sandbox.carts.request import AskedLine, AskedRenewal, flattened
from gateway.sandbox.carts.rules import account_limits, line_items
from gateway.sandbox.carts.rules.context import Judged, Surroundings
from gateway.sandbox.catalog import promotion_rules
from gateway.sandbox.world.assortment import Assortment
from gateway.sandbox.world.subscription_records import PurchaseCommitment

OLD_CATALOG_GROUP = "OMS-0"


def cart_lines(asked: Sequence[AskedLine], around: Surroundings, *, keep_numbers: bool) -> tuple[CartLine, ...]:
    """The cart's lines for the lines asked for; *keep_numbers* as an update does, see `numbers`."""
    ids = numbers(list(flattened(asked)), keep=keep_numbers)
    around = replace(around, seats=_seats(asked, iter(ids), around.ordered))
    judged = list(_judged(asked, iter(ids), around))
    if around.has_account_limits:
        judged = list(account_limits.applied(judged, ids, ordered=around.ordered, owned=len(around.owned)))
    rows = zip(judged, ids, order_groups(judged), strict=True)
    written = (_line(line, number, group, around) for line, number, group in rows)
    return tuple(_nested(line, written) for line in asked)


def _seats(asked: Sequence[AskedLine], ids: Iterator[int], ordered: Container[int]) -> Mapping[str, int]:
    """Seats asked for by `seat_key`, without those of lines *ordered* earlier."""
    seats = Counter[str]()
    for line in flattened(asked):
        if next(ids) not in ordered:
            seats[line.seat_key] += line.quantity or 0
    return seats


def numbers(lines: Sequence[AskedLine], *, keep: bool) -> list[int]:
    """The line numbers: 0, 1, 2, ... add-ons counted after their parent.

    *keep* (an update): a number that was sent is kept by the first line that sent it; the others get the smallest
    numbers that are free. What an update does with numbers is Inferred; create numbers anew, as all samples show.
    """
    sent = [line.number if keep else None for line in lines]
    owner = {number: place for place, number in reversed(list(enumerate(sent))) if number is not None}
    free = (number for number in count() if number not in owner)
    return [
        number if number is not None and owner[number] == place else next(free) for place, number in enumerate(sent)
    ]


def _judged(
    asked: Sequence[AskedLine], ids: Iterator[int], around: Surroundings, parent: AskedLine | None = None
) -> Iterator[Judged]:
    """Each line in the light of those before it: "lines are processed in order", so that the earlier ones take seats
    first. A line with an error takes none (Inferred). Nested add-ons share the seats of their parent alone.
    """
    taken = Counter[str]()
    for line in asked:
        is_ordered = next(ids) in around.ordered
        found = line_items.judged(line, replace(around, taken=taken), parent=parent)
        if is_ordered:
            found = replace(found, error=None)
        elif found.error is None:
            taken[line.seat_key] += line.quantity or 0
        yield found
        yield from _judged(line.addons, ids, around, line)


def _nested(line: AskedLine, written: Iterator[CartLine]) -> CartLine:
    """The next of the lines *written*, with as many of those after it as *line* has add-ons."""
    own = next(written)
    addons = tuple(_nested(addon, written) for addon in line.addons)
    return msgspec.structs.replace(own, addon_items=addons) if addons else own


def order_groups(lines: Sequence[Judged]) -> list[str | None]:
    """The label of each line, in the order given; None for a line with an error, which can become no order.

    Lines of the old catalog share "OMS-0". Those of the new one are grouped by billing cycle and numbered from "0"
    in the order in which the cycles first appear. The samples of "Create a cart" agree; the rule itself is Inferred.
    """
    labels: dict[str, str] = {}
    groups: list[str | None] = []
    for line in lines:
        if line.error is not None:
            groups.append(None)
        elif line.is_old_catalog:
            groups.append(OLD_CATALOG_GROUP)
        else:
            groups.append(labels.setdefault(line.asked.cycle or "", str(len(labels))))
    return groups


def _line(judged: Judged, number: int, group: str | None, around: Surroundings) -> CartLine:
    asked, promotion = judged.asked, judged.promotion
    return CartLine(
        id=number,
        catalog_item_id=asked.item_id,
        friendly_name=asked.friendly_name or None,
        quantity=asked.quantity or 0,
        currency_code=around.currency,
        billing_cycle=asked.cycle,
        term_duration=judged.term_duration or None,
        custom_term_end_date=_shown_date(asked.custom_term_end_date),
        promotion_id=promotion.id if promotion is not None else _refused_promotion(judged),
        participants=_participants(asked),
        provisioning_context=_context(judged),
        renews_to=_renews_to(asked.renews_to),
        attestation_accepted=asked.attestation_accepted,
        order_group=group,
        purchase_commitment=_commitment(asked) if judged.item is None or judged.item.is_savings_plan else None,
        pricing=None if judged.error is not None else _pricing(judged, around),
        error=judged.error,
    )


def _refused_promotion(judged: Judged) -> str | None:
    """The promotion that was sent, on a line with an error only: elsewhere it does not apply, and is left out."""
    return judged.asked.promotion_id or None if judged.error is not None else None


def _shown_date(text: str | None) -> str | None:
    moment = wire.instant(text or "")
    return (text or None) if moment is None else wire.stamp(moment)


def _participants(asked: AskedLine) -> tuple[Participant, ...] | None:
    sent = asked.participants or ()
    return tuple(Participant(key=each.key or "", value=str(each.value or "")) for each in sent) or None


def _context(judged: Judged) -> dict[str, str] | None:
    """Keys begin in lower case. New commerce always shows one, older kinds only what was sent (samples of 2018-2023)."""
    sent = judged.asked.provisioning_context
    if sent is None:
        return {} if judged.item is not None and judged.item.is_new_commerce else None
    return {name[:1].lower() + name[1:]: value for name, value in sent.items() if value is not None}


def _renews_to(sent: AskedRenewal | list[AskedRenewal] | None) -> RenewsTo | None:
    """An object on the way out, as in the samples; the table says array, so an array of one is taken too."""
    first = next(iter(sent), None) if isinstance(sent, list) else sent
    return None if first is None or not first.term_duration else RenewsTo(term_duration=first.term_duration)


def _commitment(asked: AskedLine) -> PurchaseCommitment | None:
    sent = asked.purchase_commitment
    if sent is None or sent.amount is None:
        return None
    return PurchaseCommitment(
        amount=Decimal(sent.amount), currency=sent.currency or "usd", grain=sent.grain or "hourly"
    )


def _pricing(judged: Judged, around: Surroundings) -> Pricing | None:
    tariff = _tariff(judged, around.currency, around.assortment)
    if tariff is None:
        return None
    item, term, ends = judged.item, judged.term, wire.instant(judged.asked.custom_term_end_date or "")
    return pricing.priced(
        tariff,
        quantity=judged.asked.quantity or 0,
        discount=Decimal(0) if item is None or term is None else promotion_rules.discount(judged.promotion, item, term),
        part=pricing.part_of_term(around.now, judged.term_duration, ends),
        currency=around.assortment.currency(around.currency),
    )


def _tariff(judged: Judged, currency: str, assortment: Assortment) -> pricing.Tariff | None:
    asked, cycle = judged.asked, judged.asked.cycle or ""
    if judged.offer is not None:
        return pricing.of_offer(judged.offer, asked.term_duration, cycle, currency, assortment)
    if judged.term is None:
        return None
    commitment = _commitment(asked)
    if judged.item is not None and judged.item.is_savings_plan and commitment is not None:
        return pricing.of_commitment(commitment, judged.term.duration, cycle, currency, assortment)
    return pricing.of_term(judged.term, cycle, currency, assortment)
