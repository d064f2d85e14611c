"""Orders ("Order resources"), and how far the provisioning of their lines has come."""

from decimal import Decimal
from typing import Self, cast

import msgspec
from msgspec.structs import force_setattr

from gateway.partner_center.models.moments import Moment
from gateway.partner_center.models.prices import Pricing, PurchaseCommitment
from gateway.partner_center.models.record import Record, Word, require_amounts
from gateway.partner_center.models.values import BillingCycle, RenewsTo, renewals


class OrderLineItem(Record, frozen=True, kw_only=True):
    """One line of an order; its number counts from 0 within the order and is not the cart line's id.

    `subscription_id` is absent until provisioned, and always for reservations and software. `customer_id` is set by
    what reads the answer.
    """

    line_item_number: int | None
    quantity: int | None
    offer_id: Word | None = None
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
    customer_id: str = msgspec.field(default="", name="(customer)")

    def __post_init__(self) -> None:
        if self.term_duration == "":  # perpetual software, in "Cancel an order from the integration sandbox"
            force_setattr(self, "term_duration", None)

    @property
    def renews_to(self) -> tuple[RenewsTo, ...]:
        """At most one, as on a cart line."""
        return renewals(self.renewal)


class Order(Record, frozen=True, kw_only=True):
    """An order. Its status is lower-case text such as `pending`.

    Only a checkout's answer may hold one without an id, since an order that was placed is always shown; what reads that
    answer gives it a `mark` that no other order has. `customer_id` is set by what reads the answer.
    """

    id: Word | None
    alternate_id: Word | None = None
    reference_customer_id: Word | None = None
    billing_cycle: BillingCycle | None = None
    currency_code: Word | None = None
    currency_symbol: str | None = None
    line_items: tuple[OrderLineItem, ...] = ()
    creation_date: Moment | None = None
    status: str | None = None
    transaction_type: str | None = None
    total_price: Decimal | None = None
    partner_on_record_attestation_accepted: bool | None = None
    customer_id: str = msgspec.field(default="", name="(customer)")
    mark: str = msgspec.field(default="", name="(mark)")

    def __post_init__(self) -> None:
        require_amounts(self.total_price)

    @classmethod
    def out_of(cls, value: object) -> Self | None:
        """Whatever stands where an order belongs says that one was placed, unless it is empty, or a list in an envelope that is."""
        if isinstance(value, dict):
            members = cast("dict[str, object]", value)
            return cls(id=None) if members.get("items", members) else None
        return cls(id=None) if value else None


class IdentifiedOrder(Order, frozen=True, kw_only=True):
    """An order that can be asked for again, as all are but some of a checkout's."""

    id: Word

    @classmethod
    def out_of(cls, value: object) -> None:
        """What has no id cannot be asked for."""


class OrderCancellation(Record, frozen=True, kw_only=True):
    """What cancels an order when sent to it ("Cancel an order from the integration sandbox")."""

    id: str
    status: str


class ProvisionedQuantity(Record, frozen=True, kw_only=True):
    quantity: int | None
    status: str | None


class OrderLineProvisioning(Record, frozen=True, kw_only=True):
    """How far the provisioning of one order line has come ("Get the order provisioning status")."""

    line_item_number: int | None
    order_line_item_id: int | str | None = None
    status: str | None = None
    quantity_provisioning_information: tuple[ProvisionedQuantity, ...] = ()
