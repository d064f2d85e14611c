"""Which promotions a customer gets for the lines of a cart: one call for all of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gateway.carts.keys import CartKey
from gateway.errors import Malformed
from gateway.partner_center.client import PartnerCenter
from gateway.partner_center.models.carts import CartLineItem
from gateway.partner_center.models.promotion_eligibility import Eligibility, EligibilityQuestion, PromotionEligibilities
from gateway.partner_center.models.values import BillingCycle, whole_number
from gateway.partner_center.promotions import PromotionsClient

Answers = Mapping["EligibilityKey", "tuple[Eligibility, ...] | Malformed"]


@dataclass(frozen=True, slots=True)
class EligibilityKey:
    """What a line of a cart buys. Lines that buy the same share their answer."""

    cart: CartKey
    catalog_item_id: str
    quantity: int
    term_duration: str
    billing_cycle: BillingCycle


def can_have_promotions(line: CartLineItem) -> bool:
    """Only items of the new catalog with a term have promotions, and those are never add-ons under a line."""
    return line.parent is None and ":" in (line.catalog_item_id or ":") and line.term_duration is not None


def eligibility_key(line: CartLineItem) -> EligibilityKey | None:
    """None where Partner Center does not say enough about the line to ask."""
    item, quantity, cycle = line.catalog_item_id, line.quantity, line.billing_cycle
    if not item or quantity is None or cycle in (None, BillingCycle.UNKNOWN) or line.term_duration is None:
        return None
    cart = CartKey(line.customer_id, line.cart_id.lower())
    return EligibilityKey(cart, item, quantity, line.term_duration, cycle)


async def check_eligibility(partner_center: PartnerCenter, cart: CartKey, keys: Sequence[EligibilityKey]) -> Answers:
    """The verdict on each promotion of each item; Malformed for an item that the answer leaves out.

    The items name no promotion, so that all promotions of each come back. Answers are paired by id, whatever their
    order.
    """
    questions = [_question(number, key) for number, key in enumerate(keys)]
    found = await PromotionsClient(partner_center).check(cart.customer_id, questions)
    by_id = {whole_number(item.id): item for item in reversed(found.items)}
    return {key: _answer(by_id.get(number)) for number, key in enumerate(keys)}


def _question(number: int, key: EligibilityKey) -> EligibilityQuestion:
    return EligibilityQuestion(
        id=number,
        catalog_item_id=key.catalog_item_id,
        quantity=key.quantity,
        term_duration=key.term_duration,
        billing_cycle=key.billing_cycle,
    )


def _answer(found: PromotionEligibilities | None) -> tuple[Eligibility, ...] | Malformed:
    """The verdicts that name a promotion: one without says that the item has none ("NoPromotionsAvailable")."""
    if found is None:
        return Malformed("Partner Center's answer about promotions leaves out an item that it was asked about.")
    return tuple(verdict for verdict in found.eligibilities if verdict.promotion_id is not None)
