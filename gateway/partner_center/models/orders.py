"""Orders ("Order resources")."""

from decimal import Decimal
from typing import ClassVar, Self, cast

import msgspec
from msgspec.structs import force_setattr

from gateway.partner_center.models.moments import Moment
from gateway.partner_center.models.pricing import Pricing
from gateway.partner_center.models.record import UNREAD, Record, RecordWithContext, Unread, Word
from gateway.partner_center.models.values import (
    BillingCycle,
    OrderStatus,
    PurchaseCommitment,
    RenewsTo,
    renewals,
    require_amounts,
)


class OrderLineItem(RecordWithContext, frozen=True, kw_only=True):
    """One line of an order; its number counts from 0 within the order and is not the cart line's id.

    `subscription_id` is absent until provisioned, and always for reservations and software.
    """

    line_item_number: int | None
    quantity: int | None
    catalog_item_id: Word | None = msgspec.field(default=None, name="offerId")
    subscription_id: Word | None = None
    parent_subscription_id: Word | None = None
    term_duration: str | None = None
    transaction_type: str | None = None
    friendly_name: str | None = None
    custom_term_end_date: Moment | None = None
    promotion_id: Word | None = None
    renewal: RenewsTo | tuple[RenewsTo, ...] | None = msgspec.field(default=None, name="renewsTo")
    attestation_accepted: bool | None = None
    provisioning_context: dict[str, str] = msgspec.field(default_factory=dict[str, str])
    purchase_commitment: PurchaseCommitment | None = None
    pricing: Pricing | None = None
    partner_id_on_record: Word | None = None
    additional_partner_ids_on_record: tuple[str, ...] = ()
    links: Unread = UNREAD

    customer_id: ClassVar[str] = ""
    order: ClassVar["Order"]
    """The order that it belongs to: a cycle, which the garbage collector finds."""

    def __post_init__(self) -> None:
        if self.term_duration == "":  # perpetual software, in "Cancel an order from the integration sandbox"
            force_setattr(self, "term_duration", None)

    @property
    def renews_to(self) -> tuple[RenewsTo, ...]:
        """At most one, as on a cart line."""
        return renewals(self.renewal)


class Order(RecordWithContext, frozen=True, kw_only=True):
    """An order ("Order resources").

    Only in a checkout's answer may it lack an id, because every order that was placed is shown.
    """

    id: Word | None
    alternate_id: Word | None = None
    reference_customer_id: Word | None = None
    billing_cycle: BillingCycle | None = None
    currency_code: Word | None = None
    currency_symbol: str | None = None
    line_items: tuple[OrderLineItem, ...] = ()
    created_at: Moment | None = msgspec.field(default=None, name="creationDate")
    status: OrderStatus | None = None
    transaction_type: str | None = None
    total_price: Decimal | None = None
    partner_on_record_attestation_accepted: bool | None = None
    links: Unread = UNREAD
    attributes: Unread = UNREAD
    client: Unread = UNREAD

    customer_id: ClassVar[str] = ""
    mark: ClassVar[str] = ""
    """Identifies an order without an id; no other order has the same."""

    def __post_init__(self) -> None:
        require_amounts(self.total_price)

    @classmethod
    def out_of(cls, value: object) -> Self | None:
        """An order without an id, for anything in an order's place: something was ordered. None for what is empty, and
        for an envelope with an empty list.
        """
        if isinstance(value, dict):
            members = cast("dict[str, object]", value)
            return cls(id=None) if members.get("items", members) else None
        return cls(id=None) if value else None


class IdentifiedOrder(Order, frozen=True, kw_only=True):
    """An order that can be read again by its id. Only some orders in a checkout's answer cannot."""

    id: Word

    @classmethod
    def out_of(cls, value: object) -> None:
        """Never a record: without an id the order cannot be read again."""


class LineCancellation(Record, frozen=True, kw_only=True):
    """One line of an order to cancel. `catalog_item_id` is left out where the order does not name it."""

    line_item_number: int
    catalog_item_id: str | msgspec.UnsetType = msgspec.field(default=msgspec.UNSET, name="offerId")


class OrderCancellation(Record, frozen=True, kw_only=True):
    """Sent to an order to cancel it, or only some of its lines ("Cancel software purchases")."""

    id: str
    status: str = "cancelled"
    line_items: tuple[LineCancellation, ...] | msgspec.UnsetType = msgspec.UNSET
