"""Carts as stored, and as response bodies ("Cart resources"); members in the order of the samples."""

from decimal import Decimal

import msgspec

from gateway.sandbox import wire
from gateway.sandbox.world.subscription_records import PurchaseCommitment


class CartError(wire.Resource, frozen=True, kw_only=True):
    error_code: int
    error_description: str
    additional_information: dict[str, int] | None = None
    # No default: members that hold their default are left out.
    attributes: dict[str, str]


class Participant(wire.Resource, frozen=True, kw_only=True):
    key: str
    value: str


class RenewsTo(wire.Resource, frozen=True, kw_only=True):
    term_duration: str


class Pricing(wire.Resource, frozen=True, kw_only=True):
    list_price: Decimal
    discounted_price: Decimal
    prorated_price: Decimal
    price: Decimal
    extended_price: Decimal


class CartLine(wire.Resource, frozen=True, kw_only=True):
    """A line item as the service returns it. A line with an error has no order group and no price."""

    id: int
    catalog_item_id: str
    friendly_name: str | None = None
    quantity: int
    currency_code: str
    billing_cycle: str | None = None
    term_duration: str | None = None
    custom_term_end_date: str | None = None
    promotion_id: str | None = None
    participants: tuple[Participant, ...] | None = None
    provisioning_context: dict[str, str] | None = None
    renews_to: RenewsTo | None = None
    attestation_accepted: bool | None = None
    order_group: str | None = None
    addon_items: "tuple[CartLine, ...] | None" = None
    purchase_commitment: PurchaseCommitment | None = None
    pricing: Pricing | None = None
    error: CartError | None = None

    @property
    def addons(self) -> "tuple[CartLine, ...]":
        return self.addon_items or ()

    @property
    def with_addons(self) -> "tuple[CartLine, ...]":
        """The line and its add-ons, in the order of line numbers."""
        return (self, *(each for addon in self.addons for each in addon.with_addons))


class CartRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A cart as stored. *ordered*: order ids by line number, for lines that have been bought.

    *attested*: whether the partner has attested, which no answer shows. *ordered_at*: when the cart became Ordered, a
    timestamp.
    """

    id: str
    customer_id: str
    created: str
    modified: str
    expires: str
    user: str
    status: str
    revision: int
    lines: tuple[CartLine, ...]
    ordered: dict[int, str] = {}
    attested: bool = False
    ordered_at: str | None = None

    @property
    def is_ordered(self) -> bool:
        return self.status == "Ordered"

    @property
    def all_lines(self) -> tuple[CartLine, ...]:
        return tuple(each for line in self.lines for each in line.with_addons)

    def document(self) -> wire.Document:
        return {
            "id": self.id,
            "creationTimestamp": self.created,
            "lastModifiedTimestamp": self.modified,
            "expirationTimestamp": self.expires,
            "lastModifiedUser": self.user,
            "status": self.status,
            "lineItems": list(self.lines),
            "links": {"self": wire.link(f"/customers/{self.customer_id}/carts/{self.id}")},
            "attributes": wire.object_type("Cart"),
        }
