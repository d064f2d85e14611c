"""Orders without a cart: POST orders ("Create an order for a customer").

The lines must form one order, and are checked by the rules of carts. An error on any line refuses the order.
"""

import msgspec

from gateway.sandbox import errors, wire
from gateway.sandbox.carts import carts
from gateway.sandbox.carts.request import (
    CartRequest,
    CommitmentRequest,
    LineRequest,
    ParticipantRequest,
    RenewalRequest,
    check_lines,
)
from gateway.sandbox.carts.rules import line_errors
from gateway.sandbox.orders import checkout, placing
from gateway.sandbox.routing import Answer, Call
from gateway.sandbox.terms import billing_cycle
from gateway.sandbox.world.assortment import Item
from gateway.sandbox.world.seed import Customer
from gateway.sandbox.world.world import World


class _OrderLineRequest(msgspec.Struct, frozen=True, rename=wire.normalized_name, kw_only=True):
    """A line as sent. Members that the server sets may be sent too, and are ignored."""

    offer_id: str | None = None
    quantity: int | None = None
    friendly_name: str | None = None
    term_duration: str | None = None
    parent_subscription_id: str | None = None
    partner_id_on_record: str | None = None
    additional_partner_ids_on_record: tuple[str, ...] | str | None = None
    provisioning_context: dict[str, str | None] | None = None
    renews_to: RenewalRequest | list[RenewalRequest] | None = None
    attestation_accepted: bool | None = None
    promotion_id: str | None = None
    custom_term_end_date: str | None = None
    purchase_commitment: CommitmentRequest | None = None

    @property
    def participants(self) -> tuple[ParticipantRequest, ...]:
        """The resellers, in the form of a cart's line item."""
        first, sent = self.partner_id_on_record, self.additional_partner_ids_on_record or ()
        additional = (sent,) if isinstance(sent, str) else sent
        partner = [ParticipantRequest(key="transaction_reseller", value=first)] if first else []
        others = (ParticipantRequest(key="additional_transaction_reseller", value=each) for each in additional)
        return (*partner, *others)

    @property
    def context(self) -> dict[str, str | None] | None:
        """The provisioning context with the parent subscription, as in a cart's line item."""
        if not self.parent_subscription_id:
            return self.provisioning_context
        return {**(self.provisioning_context or {}), "parentSubscriptionId": self.parent_subscription_id}


class _OrderRequest(msgspec.Struct, frozen=True, rename=wire.normalized_name, kw_only=True):
    reference_customer_id: str | None = None
    billing_cycle: str | None = None
    currency_code: str | None = None
    partner_on_record_attestation_accepted: bool | None = None
    line_items: tuple[_OrderLineRequest, ...] | None = None


def create(world: World, call: Call) -> Answer:
    """Assigns new line numbers in the order sent."""
    customer = world.customer(call.path_ids["customer"])
    request = wire.decode_as(call.body, _OrderRequest)
    if request.reference_customer_id and request.reference_customer_id.lower() != customer.id.lower():
        raise errors.invalid_property("referenceCustomerId", "it is the id of another customer.")
    lines = check_lines(tuple(_line(world, customer, request, each) for each in request.line_items or ()))
    carts.check_attested(
        world, customer, CartRequest(line_items=lines), attested=request.partner_on_record_attestation_accepted is True
    )
    carts.check_rights(world, customer, [line.item_id for line in lines], call)
    checkout.check_agreement(world, customer)
    bought = carts.checked_lines(world, customer, lines, earlier=None)
    refusal = line_errors.refusal_of(bought) or checkout.reseller_refusal(world, bought)
    refusal = refusal or checkout.credit_refusal(world, customer, bought)
    if refusal is not None:
        raise refusal
    checkout.check_purchasable(world, customer, bought)
    if len({line.order_group for line in bought}) > 1:
        raise errors.unreadable("The line items cannot be bought in one order: use a cart.")
    origin = placing.Origin(cart_id=None, request_id=call.headers.get("ms-requestid"))
    return Answer(placing.place_order(world, customer, bought, origin).at_checkout(), status=201)


def _line(world: World, customer: Customer, order: _OrderRequest, request: _OrderLineRequest) -> LineRequest:
    item = world.assortment.item(request.offer_id or "", customer.country)
    cycle = order.billing_cycle or _default_cycle(item)
    return LineRequest(
        catalog_item_id=request.offer_id,
        friendly_name=request.friendly_name,
        quantity=request.quantity,
        currency_code=order.currency_code,
        billing_cycle=cycle,
        term_duration=request.term_duration or _default_term(item, cycle),
        participants=request.participants,
        provisioning_context=request.context,
        renews_to=request.renews_to,
        attestation_accepted=request.attestation_accepted,
        promotion_id=request.promotion_id,
        custom_term_end_date=request.custom_term_end_date,
        purchase_commitment=request.purchase_commitment,
    )


def _default_cycle(item: Item | None) -> str:
    """The page says "Monthly or OneTime at order creation": OneTime for items that cannot be paid monthly."""
    cycles = [] if item is None else [billing_cycle(term.billing_cycle) for term in item.availability.terms]
    return "one_time" if "one_time" in cycles and "monthly" not in cycles else "monthly"


def _default_term(item: Item | None, cycle: str) -> str | None:
    """P1M if it is sold: the printed order of a licence has no term, and its answer has P1M."""
    terms = () if item is None else item.availability.terms
    fits = any(term.duration == "P1M" and billing_cycle(term.billing_cycle) == billing_cycle(cycle) for term in terms)
    return "P1M" if fits else None
