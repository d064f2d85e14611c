"""Inputs in the middle's words: what a caller gave becomes the records that a cart is written from."""

from collections.abc import Callable, Sequence
from typing import TypeVar

import msgspec
import strawberry
from msgspec import UnsetType

from gateway.carts.edits import LineReference
from gateway.carts.keys import CartKey
from gateway.carts.rules import Path
from gateway.partner_center.models.carts import Participant
from gateway.partner_center.models.values import BillingCycle, ParticipantType, RenewsTo
from gateway.partner_center.models.writing import LineChange, NewCartLineItem, NewPurchaseCommitment
from gateway.schema.inputs import (
    CartLineItemInput,
    CartLineItemUpdateInput,
    CartParticipantInput,
    CustomerReferenceInput,
    KeyValuePairInput,
    PurchaseCommitmentInput,
    RenewsToInput,
)
from gateway.schema.line_item import line_key
from gateway.schema.node import Kind, parts_of
from gateway.schema.values import BillingCycleType

T = TypeVar("T")
R = TypeVar("R")


def given(value: T | None) -> T | None:
    """The value; None when it was left out."""
    return None if value is strawberry.UNSET else value


def new_lines(lines: Sequence[CartLineItemInput]) -> tuple[NewCartLineItem, ...]:
    return tuple(_new_line(line) for line in lines)


def line_change(change: CartLineItemUpdateInput) -> LineChange:
    """Members left out stay unset, null clears."""
    return LineChange(
        catalog_item_id=_required(change.catalog_item_id),
        quantity=_required(change.quantity),
        friendly_name=_change(change.friendly_name, str),
        currency_code=_change(change.currency_code, str),
        billing_cycle=_change(change.billing_cycle, _billing_cycle),
        term_duration=_change(change.term_duration, str),
        participants=_change(change.participants, _participants),
        provisioning_context=_change(change.provisioning_context, _provisioning_context),
        renews_to=_change(None if change.renews_to == [] else change.renews_to, _renewal),
        attestation_accepted=_change(change.attestation_accepted, bool),
        promotion_id=_change(change.promotion_id, str),
        custom_term_end_date=_change(change.custom_term_end_date, _same),
        purchase_commitment=_change(change.purchase_commitment, _commitment),
    )


def cart_key(cart_id: str) -> CartKey | None:
    """The cart an identifier of this API names; None when the identifier is broken or foreign."""
    parts = parts_of(Kind.CART, cart_id)
    return CartKey(*parts) if parts else None


def customer_id(reference: CustomerReferenceInput) -> str | None:
    """The tenant id a caller means, in lower case; None when the identifier of this API is broken or foreign."""
    tenant_id = given(reference.tenant_id)
    if tenant_id is not None:
        return tenant_id.lower()
    parts = parts_of(Kind.CUSTOMER, reference.id or "")
    return parts[0] if parts else None


def line_reference(cart: CartKey | None, line_id: str, path: Path) -> LineReference:
    """A line of *cart*, or of whatever cart while that is None; a line of another cart, or no line at all, has no key."""
    parts = parts_of(Kind.LINE_ITEM, line_id)
    own = parts is not None and (cart is None or CartKey(parts[0], parts[1]) == cart)
    return LineReference(sent=line_id, path=path, key=line_key(*parts[2:]) if parts and own else None)


def _new_line(line: CartLineItemInput) -> NewCartLineItem:
    return NewCartLineItem(
        catalog_item_id=line.catalog_item_id,
        quantity=line.quantity,
        friendly_name=_if_given(line.friendly_name, str),
        currency_code=_if_given(line.currency_code, str),
        billing_cycle=_if_given(line.billing_cycle, _billing_cycle),
        term_duration=_if_given(line.term_duration, str),
        participants=_if_given(line.participants, _participants),
        provisioning_context=_if_given(line.provisioning_context, _provisioning_context),
        addon_items=_if_given(line.addon_items, new_lines),
        renews_to=_renewal(line.renews_to) if line.renews_to else msgspec.UNSET,
        attestation_accepted=_if_given(line.attestation_accepted, bool),
        promotion_id=_if_given(line.promotion_id, str),
        custom_term_end_date=_if_given(line.custom_term_end_date, _same),
        purchase_commitment=_if_given(line.purchase_commitment, _commitment),
    )


def _if_given(value: T | None, meaning: Callable[[T], R]) -> R | UnsetType:
    """The value in the record's form; null means the same as leaving it out."""
    return msgspec.UNSET if value is None or value is strawberry.UNSET else meaning(value)


def _change(value: T | None, meaning: Callable[[T], R]) -> R | UnsetType | None:
    """The value in the record's form; null clears, leaving it out keeps."""
    return None if value is None else _if_given(value, meaning)


def _required(value: T | None) -> T | UnsetType:
    """The rules have refused null before."""
    return msgspec.UNSET if value is None or value is strawberry.UNSET else value


def _same(value: T) -> T:
    return value


def _billing_cycle(cycle: BillingCycleType) -> BillingCycle:
    return BillingCycle(cycle.value)


def _participants(participants: Sequence[CartParticipantInput]) -> tuple[Participant, ...]:
    return tuple(
        Participant(type=ParticipantType(each.type.value), partner_id=each.partner_id) for each in participants
    )


def _provisioning_context(pairs: Sequence[KeyValuePairInput]) -> dict[str, str]:
    return {pair.key: pair.value for pair in pairs}


def _renewal(renewals: Sequence[RenewsToInput]) -> RenewsTo:
    """Partner Center takes one, as an object; the rules have refused more."""
    duration = renewals[0].term_duration
    return RenewsTo(term_duration=None if duration is strawberry.UNSET else duration)


def _commitment(commitment: PurchaseCommitmentInput) -> NewPurchaseCommitment:
    return NewPurchaseCommitment(
        amount=commitment.amount, currency_code=commitment.currency_code, grain=commitment.grain
    )
