"""Input types for cart lines, and their translation into the records that a cart is written from."""

from collections.abc import Callable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Self, TypeVar

import msgspec
import strawberry
from msgspec import UnsetType

from gateway.partner_center.models.carts import Participant
from gateway.partner_center.models.values import BillingCycle, RenewsTo
from gateway.partner_center.models.values import ParticipantType as ParticipantTypeRecord
from gateway.partner_center.models.writing import LineChange, NewCartLineItem, NewPurchaseCommitment
from gateway.schema.scalars import CurrencyCode, Duration
from gateway.schema.values import BillingCycleType, ParticipantType

T = TypeVar("T")
R = TypeVar("R")


@strawberry.input(description="A partner that takes part in the purchase.")
class CartParticipantInput:
    type: ParticipantType = strawberry.field(description="Role of the partner.")
    partner_id: str = strawberry.field(description="Partner identifier (MPN ID or Partner ID).")


@strawberry.input(description="A named text value.")
class KeyValuePairInput:
    key: str = strawberry.field(description="Name of the value.")
    value: str = strawberry.field(description="The value.")


@strawberry.input(description="An amount that a savings plan should commit the customer to spend.")
class PurchaseCommitmentInput:
    amount: Decimal = strawberry.field(description="Amount to spend in every period.")
    currency_code: CurrencyCode = strawberry.field(description="Currency of the amount.")
    grain: str = strawberry.field(description="Period, in Partner Center's words: `hourly`.")


@strawberry.input(description="What a subscription should become when its term ends.")
class RenewsToInput:
    term_duration: Duration | None = strawberry.field(
        default=strawberry.UNSET, description="Length of the renewed term: `P1M` or `P1Y`."
    )


@strawberry.input(description="A line to put into a cart.")
class CartLineItemInput:
    catalog_item_id: str = strawberry.field(description="What to buy, as `productId:skuId:availabilityId`.")
    friendly_name: str | None = strawberry.field(
        default=strawberry.UNSET, description="A name of your own for the line."
    )
    quantity: int = strawberry.field(description="Number of licenses or instances; at least 1.")
    currency_code: CurrencyCode | None = strawberry.field(
        default=strawberry.UNSET, description="Currency; Partner Center chooses one when left out."
    )
    billing_cycle: BillingCycleType = strawberry.field(
        description="How often to bill; one of the SKU's `supportedBillingCycles`."
    )
    term_duration: Duration | None = strawberry.field(
        default=strawberry.UNSET,
        description="Length of the term, for example `P1Y`. `Availability.terms` says which go with which billing cycle; only the Azure plan and perpetual software have none.",
    )
    participants: list[CartParticipantInput] | None = strawberry.field(
        default=strawberry.UNSET, description="Other partners that take part in the purchase."
    )
    provisioning_context: list[KeyValuePairInput] | None = strawberry.field(
        default=strawberry.UNSET, description="Values needed to provision the item; each key at most once."
    )
    addon_items: list[Self] | None = strawberry.field(
        default=strawberry.UNSET,
        description="Add-ons of the older catalog to buy against the subscription that the line will create.",
    )
    renews_to: list[RenewsToInput] | None = strawberry.field(
        default=strawberry.UNSET,
        description="What the subscription should become when its term ends; Partner Center takes one.",
    )
    attestation_accepted: bool | None = strawberry.field(
        default=strawberry.UNSET,
        description="Agree to the terms of the SKU or offer. Needed where the SKU enforces attestation.",
    )
    promotion_id: str | None = strawberry.field(
        default=strawberry.UNSET,
        description="Promotion to apply. Most apply by themselves; `CartLineItem.promotions` says which do not.",
    )
    custom_term_end_date: datetime | None = strawberry.field(
        default=strawberry.UNSET,
        description="End of the first term, to align it with another date; one of `Customer.termEndDates`.",
    )
    purchase_commitment: PurchaseCommitmentInput | None = strawberry.field(
        default=strawberry.UNSET, description="What to commit to spend; needed for a savings plan."
    )


@strawberry.input(
    description="Changes to one line or add-on. Properties left out keep their value; null clears a property that can be empty."
)
class CartLineItemUpdateInput:
    id: strawberry.ID = strawberry.field(description="The line or add-on to change.")
    catalog_item_id: str | None = strawberry.field(default=strawberry.UNSET, description="New catalog item.")
    friendly_name: str | None = strawberry.field(default=strawberry.UNSET, description="New name.")
    quantity: int | None = strawberry.field(
        default=strawberry.UNSET, description="New quantity; at least 1. Use `removeCartLineItems` to remove a line."
    )
    currency_code: CurrencyCode | None = strawberry.field(default=strawberry.UNSET, description="New currency.")
    billing_cycle: BillingCycleType | None = strawberry.field(
        default=strawberry.UNSET, description="New billing cycle."
    )
    term_duration: Duration | None = strawberry.field(default=strawberry.UNSET, description="New length of the term.")
    participants: list[CartParticipantInput] | None = strawberry.field(
        default=strawberry.UNSET, description="Participants that replace the present ones."
    )
    provisioning_context: list[KeyValuePairInput] | None = strawberry.field(
        default=strawberry.UNSET,
        description="Provisioning values that replace the present ones; each key at most once.",
    )
    renews_to: list[RenewsToInput] | None = strawberry.field(
        default=strawberry.UNSET, description="Renewals that replace the present ones."
    )
    attestation_accepted: bool | None = strawberry.field(
        default=strawberry.UNSET, description="Agree, or no longer agree, to the terms of the SKU or offer."
    )
    promotion_id: str | None = strawberry.field(default=strawberry.UNSET, description="New promotion.")
    custom_term_end_date: datetime | None = strawberry.field(
        default=strawberry.UNSET, description="New end of the first term."
    )
    purchase_commitment: PurchaseCommitmentInput | None = strawberry.field(
        default=strawberry.UNSET, description="New commitment to spend."
    )


def new_lines(lines: Sequence[CartLineItemInput]) -> tuple[NewCartLineItem, ...]:
    return tuple(_new_line(line) for line in lines)


def line_change(change: CartLineItemUpdateInput) -> LineChange:
    """Members left out stay unset; null clears."""
    return LineChange(
        catalog_item_id=_unless_null(change.catalog_item_id, str),
        quantity=_unless_null(change.quantity, int),
        friendly_name=_or_null(change.friendly_name, str),
        currency_code=_or_null(change.currency_code, str),
        billing_cycle=_or_null(change.billing_cycle, _billing_cycle),
        term_duration=_or_null(change.term_duration, str),
        participants=_or_null(change.participants, _participants),
        provisioning_context=_or_null(change.provisioning_context, _provisioning_context),
        renews_to=_or_null(None if change.renews_to == [] else change.renews_to, _renewal),
        attestation_accepted=_or_null(change.attestation_accepted, bool),
        promotion_id=_or_null(change.promotion_id, str),
        custom_term_end_date=_or_null(change.custom_term_end_date, _as_given),
        purchase_commitment=_or_null(change.purchase_commitment, _commitment),
    )


def _new_line(line: CartLineItemInput) -> NewCartLineItem:
    return NewCartLineItem(
        catalog_item_id=line.catalog_item_id,
        quantity=line.quantity,
        friendly_name=_unless_null(line.friendly_name, str),
        currency_code=_unless_null(line.currency_code, str),
        billing_cycle=_billing_cycle(line.billing_cycle),
        term_duration=_unless_null(line.term_duration, str),
        participants=_unless_null(line.participants, _participants),
        provisioning_context=_unless_null(line.provisioning_context, _provisioning_context),
        addon_items=_unless_null(line.addon_items, new_lines),
        renews_to=_renewal(line.renews_to) if line.renews_to else msgspec.UNSET,
        attestation_accepted=_unless_null(line.attestation_accepted, bool),
        promotion_id=_unless_null(line.promotion_id, str),
        custom_term_end_date=_unless_null(line.custom_term_end_date, _as_given),
        purchase_commitment=_unless_null(line.purchase_commitment, _commitment),
    )


def _unless_null(value: T | None, translate: Callable[[T], R]) -> R | UnsetType:
    """The value in the record's form; null means the same as leaving it out."""
    return msgspec.UNSET if value is None or value is strawberry.UNSET else translate(value)


def _or_null(value: T | None, translate: Callable[[T], R]) -> R | UnsetType | None:
    """The value in the record's form; None, which clears, for null."""
    return None if value is None else _unless_null(value, translate)


def _as_given(value: T) -> T:
    return value


def _billing_cycle(cycle: BillingCycleType) -> BillingCycle:
    return BillingCycle(cycle.value)


def _participants(participants: Sequence[CartParticipantInput]) -> tuple[Participant, ...]:
    return tuple(
        Participant(type=ParticipantTypeRecord(each.type.value), partner_id=each.partner_id) for each in participants
    )


def _provisioning_context(pairs: Sequence[KeyValuePairInput]) -> dict[str, str]:
    return {pair.key: pair.value for pair in pairs}


def _renewal(renewals: Sequence[RenewsToInput]) -> RenewsTo:
    """Partner Center takes one, as an object; the checks refuse more."""
    duration = renewals[0].term_duration
    return RenewsTo(term_duration=None if duration is strawberry.UNSET else duration)


def _commitment(commitment: PurchaseCommitmentInput) -> NewPurchaseCommitment:
    return NewPurchaseCommitment(
        amount=commitment.amount, currency_code=commitment.currency_code, grain=commitment.grain
    )
