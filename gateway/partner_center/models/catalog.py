"""The catalog: products, SKUs and availabilities ("Product resources"). It holds no prices."""

from decimal import Decimal
from typing import Any, ClassVar

import msgspec
from msgspec.structs import force_setattr

from gateway.partner_center.models.record import UNREAD, Record, RecordWithContext, Unread, Word
from gateway.partner_center.models.values import BillingCycle, Currency, require_amounts


class ItemType(Record, frozen=True, kw_only=True):
    """Kind of a product, such as `Azure` or `OnlineServicesNCE`; its sub-type, such as `SavingsPlan`."""

    id: Word | None
    display_name: str | None = None
    sub_type: "ItemType | None" = None


class Product(RecordWithContext, frozen=True, kw_only=True, weakref=True):
    """A product in one market."""

    id: Word
    title: str | None = None
    description: str | None = None
    product_type: ItemType | None = None
    is_microsoft_product: bool | None = None
    publisher_name: str | None = None
    links: Unread = UNREAD
    attributes: Unread = UNREAD

    country: ClassVar[str] = ""
    """The market, two capital letters."""


class AttestationProperties(Record, frozen=True, kw_only=True):
    """Whether the customer must agree to terms before buying, and to which kind."""

    attestation_type: str | None = None
    enforce_attestation: bool = False


class MinimumPurchaseCommitment(Record, frozen=True, kw_only=True):
    """The smallest commitment of a savings plan. On the wire the amount is a text and the currency an object."""

    grain: str | None = None
    currency: Currency | None = msgspec.field(default=None, name="currencyCode")
    amount: Decimal | None = None

    def __post_init__(self) -> None:
        require_amounts(self.amount)

    @property
    def currency_code(self) -> str | None:
        return self.currency.code if self.currency else None


class Sku(RecordWithContext, frozen=True, kw_only=True, weakref=True):
    """A SKU in one market; its id is unique only within its product.

    Members of `dynamic_attributes` come and go without notice.
    """

    id: Word
    product_id: Word
    title: str | None = None
    description: str | None = None
    minimum_quantity: int | None = None
    maximum_quantity: int | None = None
    is_trial: bool | None = None
    supported_billing_cycles: tuple[BillingCycle, ...] = ()
    purchase_prerequisites: tuple[str, ...] = ()
    inventory_variables: tuple[str, ...] = ()
    provisioning_variables: tuple[str, ...] = ()
    actions: tuple[str, ...] = ()
    dynamic_attributes: dict[str, Any] = msgspec.field(default_factory=dict[str, Any])
    attestation_properties: AttestationProperties | None = None
    minimum_purchase_commitment: MinimumPurchaseCommitment | None = None
    consumption_type: str | None = None
    terms_of_use_uri: str | None = None
    links: Unread = UNREAD
    attributes: Unread = UNREAD

    country: ClassVar[str] = ""
    """The market, two capital letters."""


class RefundOption(Record, frozen=True, kw_only=True):
    """A refund, `Full` or `Partial`, and how long after the purchase it is given (an ISO 8601 duration)."""

    sequence_id: int | None = None
    type: str | None = None
    expires_after: Word | None = None


class CancellationPolicy(Record, frozen=True, kw_only=True):
    refund_options: tuple[RefundOption, ...] = ()


class RenewalOption(Record, frozen=True, kw_only=True):
    """A term this one may renew to."""

    term_duration: Word | None = None
    description: str | None = None


class Term(Record, frozen=True, kw_only=True):
    """A term on offer. Those of reservations have only duration and description."""

    id: Word | None = None
    duration: Word | None = None
    description: str | None = None
    billing_cycle: BillingCycle | None = None
    cancellation_policies: tuple[CancellationPolicy, ...] = ()
    renewal_options: tuple[RenewalOption, ...] = ()


class RenewalTarget(Record, frozen=True, kw_only=True):
    """A `productId:skuId` to renew to."""

    renew_to_id: str | None = None
    is_auto_renewable: bool | None = None


class RenewalInstruction(Record, frozen=True, kw_only=True):
    applicable_term_ids: tuple[str, ...] = ()
    renewal_options: tuple[RenewalTarget, ...] = ()


class Availability(Record, frozen=True, kw_only=True, weakref=True):
    """A SKU as sold in one market to one segment. It has all terms when read by id, and perhaps fewer in a list."""

    id: Word
    product_id: Word
    sku_id: Word
    catalog_item_id: Word | None
    currency: Currency | Word | None = msgspec.field(default=None, name="defaultCurrency")
    segment: str | None = None
    country: str = ""
    is_purchasable: bool | None = None
    is_renewable: bool | None = None
    renewal_instructions: tuple[RenewalInstruction, ...] = ()
    terms: tuple[Term, ...] = ()
    product: Product | None = None
    sku: Sku | None = None
    links: Unread = UNREAD
    attributes: Unread = UNREAD

    def __post_init__(self) -> None:
        if self.catalog_item_id is None:
            force_setattr(self, "catalog_item_id", f"{self.product_id}:{self.sku_id}:{self.id}")

    @property
    def default_currency(self) -> Currency | None:
        """The currency of prices: an object in samples, only its code in the documentation's table."""
        return Currency(code=self.currency) if isinstance(self.currency, str) else self.currency
