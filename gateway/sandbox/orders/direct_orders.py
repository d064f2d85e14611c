"""A purchase without a cart: POST orders ("Create an order for a customer").

The lines are those of a cart that become one order, and are judged by the same rules. What would be an error on a line
of a cart refuses the order.
"""

import msgspec

from gateway.sandbox import errors, wire
from gateway.sandbox.carts import carts
from gateway.sandbox.carts.request import (
    AskedCart,
    AskedCommitment,
    AskedLine,
    AskedParticipant,
    AskedRenewal,
    check_lines,
)
from gateway.sandbox.carts.rules import line_errors
from gateway.sandbox.orders import checkout, placing
from gateway.sandbox.routing import Answer, Call
from gateway.sandbox.terms import billing_cycle
from gateway.sandbox.world.assortment import Item
from gateway.sandbox.world.seed import Customer
from gateway.sandbox.world.world import World


class _AskedOrderLine(msgspec.Struct, frozen=True, rename=wire.any_case, kw_only=True):
    """Without the members that the server sets: they may be sent, and are not read."""

    offer_id: str | None = None
    quantity: int | None = None
    friendly_name: str | None = None
    term_duration: str | None = None
    parent_subscription_id: str | None = None
    partner_id_on_record: str | None = None
    additional_partner_ids_on_record: tuple[str, ...] | str | None = None
    provisioning_context: dict[str, str | None] | None = None
    renews_to: AskedRenewal | list[AskedRenewal] | None = None
    attestation_accepted: bool | None = None
    promotion_id: str | None = None
    custom_term_end_date: str | None = None
    purchase_commitment: AskedCommitment | None = None

    @property
    def participants(self) -> tuple[AskedParticipant, ...]:
        """The resellers, as a line of a cart names them."""
        first, sent = self.partner_id_on_record, self.additional_partner_ids_on_record or ()
        additional = (sent,) if isinstance(sent, str) else sent
        named = [AskedParticipant(key="transaction_reseller", value=first)] if first else []
        others = (AskedParticipant(key="additional_transaction_reseller", value=each) for each in additional)
        return (*named, *others)

    @property
    def context(self) -> dict[str, str | None] | None:
        """With the parent subscription, which a line of a cart names here."""
        if not self.parent_subscription_id:
            return self.provisioning_context
        return {**(self.provisioning_context or {}), "parentSubscriptionId": self.parent_subscription_id}


class _AskedOrder(msgspec.Struct, frozen=True, rename=wire.any_case, kw_only=True):
    reference_customer_id: str | None = None
    billing_cycle: str | None = None
    currency_code: str | None = None
    partner_on_record_attestation_accepted: bool | None = None
    line_items: tuple[_AskedOrderLine, ...] | None = None


def create(world: World, call: Call) -> Answer:
    """Lines are numbered anew, in the order in which they are sent."""
    customer = world.customer(call.path_ids["customer"])
    asked = wire.read_as(call.body, _AskedOrder)
    if asked.reference_customer_id and asked.reference_customer_id.lower() != customer.id.lower():
        raise errors.invalid_property("referenceCustomerId", "it is another customer's.")
    lines = check_lines(tuple(_line(world, customer, asked, each) for each in asked.line_items or ()))
    carts.check_attested(
        world, customer, AskedCart(line_items=lines), attested=asked.partner_on_record_attestation_accepted is True
    )
    carts.check_rights(world, customer, [line.item_id for line in lines], call)
    checkout.check_agreement(customer)
    bought = carts.judged(world, customer, lines, earlier=None)
    refusal = line_errors.refusal_of(bought) or checkout.too_expensive(world, customer, bought)
    if refusal is not None:
        raise refusal
    checkout.check_purchasable(world, customer, bought)
    if len({line.order_group for line in bought}) > 1:
        raise errors.unreadable("The line items cannot be bought in one order: use a cart.")
    origin = placing.Origin(cart_id=None, request_id=call.headers.get("ms-requestid"))
    return Answer(placing.place(world, customer, bought, origin).at_checkout(), status=201)


def _line(world: World, customer: Customer, order: _AskedOrder, asked: _AskedOrderLine) -> AskedLine:
    item = world.assortment.item(asked.offer_id or "", customer.country)
    cycle = order.billing_cycle or _default_cycle(item)
    return AskedLine(
        catalog_item_id=asked.offer_id,
        friendly_name=asked.friendly_name,
        quantity=asked.quantity,
        currency_code=order.currency_code,
        billing_cycle=cycle,
        term_duration=asked.term_duration or _default_term(item, cycle),
        participants=asked.participants,
        provisioning_context=asked.context,
        renews_to=asked.renews_to,
        attestation_accepted=asked.attestation_accepted,
        promotion_id=asked.promotion_id,
        custom_term_end_date=asked.custom_term_end_date,
        purchase_commitment=asked.purchase_commitment,
    )


def _default_cycle(item: Item | None) -> str:
    """The page says "Monthly or OneTime at order creation": the latter for what is never paid by the month."""
    cycles = [] if item is None else [billing_cycle(term.billing_cycle) for term in item.availability.terms]
    return "one_time" if "one_time" in cycles and "monthly" not in cycles else "monthly"


def _default_term(item: Item | None, cycle: str) -> str | None:
    """A month, where one is sold: the printed order of a licence names no term and is answered with P1M."""
    terms = () if item is None else item.availability.terms
    fits = any(term.duration == "P1M" and billing_cycle(term.billing_cycle) == billing_cycle(cycle) for term in terms)
    return "P1M" if fits else None
