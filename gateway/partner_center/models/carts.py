"""Carts as Partner Center answers them ("Cart resources"), and what a checkout answers."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

import msgspec
from msgspec.structs import force_setattr

from gateway.partner_center.models.moments import Moment
from gateway.partner_center.models.orders import Order
from gateway.partner_center.models.prices import Pricing, PurchaseCommitment
from gateway.partner_center.models.record import Record
from gateway.partner_center.models.values import (
    BillingCycle,
    CartErrorCode,
    CartStatus,
    ParticipantType,
    RenewsTo,
    folded,
    renewals,
)


class Participant(Record, frozen=True, kw_only=True):
    """Another partner with a part in the purchase; the id is a partner id such as `5357564`."""

    type: ParticipantType = msgspec.field(name="key")
    partner_id: str = msgspec.field(name="value")


@dataclass(frozen=True)
class AdditionalInformation:
    """What Partner Center adds to a line's error: `raw` is all of it, the two numbers are those it documents."""

    available_quantity: int | None
    purchased_quantity: int | None
    raw: dict[str, object]


class CartError(Record, frozen=True, kw_only=True):
    """What is wrong with a line ("Cart resources", CartError)."""

    number: int | str = msgspec.field(default=0, name="errorCode")
    error_description: str | None = None
    details: dict[str, object] | None = msgspec.field(default=None, name="additionalInformation")

    @property
    def error_code(self) -> CartErrorCode:
        """The code, UNKNOWN for those outside the documented table, such as 400041."""
        return CartErrorCode(self.number)

    @property
    def raw_error_code(self) -> str:
        """The code as it came: mostly digits, sometimes a name."""
        return str(self.number)

    @property
    def additional_information(self) -> AdditionalInformation | None:
        """None when there is none; documented only for too many seats (10015)."""
        if self.details is None:
            return None
        numbers = {folded(name): _count(value) for name, value in self.details.items()}
        return AdditionalInformation(
            available_quantity=numbers.get("availablequantity"),
            purchased_quantity=numbers.get("purchasedquantity"),
            raw=self.details,
        )


@dataclass(frozen=True, slots=True)
class LineKey:
    """What identifies a line in a cart: what it sells, and which of the lines that sell it this is, of how many.

    Partner Center may number all lines anew with each update, so the number is no part of it. A key therefore survives
    changes of other lines. When a line that sells the same is added or removed, the keys of all of them change: nothing
    tells them apart for certain then.
    """

    catalog_item_id: str
    """In lower case; empty when the line does not say."""
    ordinal: int
    count: int


def line_keys(catalog_item_ids: Iterable[str | None]) -> list[LineKey]:
    """The keys of a cart's lines, given what each sells, add-ons right after the line they sit under."""
    sold = [(item or "").lower() for item in catalog_item_ids]
    counts, seen = Counter(sold), Counter[str]()
    keys: list[LineKey] = []
    for item in sold:
        keys.append(LineKey(item, seen[item], counts[item]))
        seen[item] += 1
    return keys


class CartLineItem(Record, frozen=True, kw_only=True):
    """One line of a cart ("Cart resources", CartLineItem). An add-on of the old catalog is a line under a line.

    `customer_id`, `cart_id`, `parent` (the line an add-on sits under, else None), `ordinal` and `count` (both of its
    key) are set by what reads the cart.
    """

    number: int | str = msgspec.field(name="id")
    catalog_item_id: str
    quantity: int
    friendly_name: str | None = None
    currency_code: str | None = None
    billing_cycle: BillingCycle | None = None
    term_duration: str | None = None
    participants: tuple[Participant, ...] = ()
    provisioning_context: dict[str, str] = msgspec.field(default_factory=dict[str, str])
    order_group: str | None = None
    addon_items: tuple["CartLineItem", ...] = ()
    error: CartError | None = None
    renewal: RenewsTo | tuple[RenewsTo, ...] | None = msgspec.field(default=None, name="renewsTo")
    attestation_accepted: bool | None = None
    promotion_id: str | None = None
    custom_term_end_date: Moment | None = None
    pricing: Pricing | None = None
    purchase_commitment: PurchaseCommitment | None = None
    customer_id: str = msgspec.field(default="", name="(customer)")
    cart_id: str = msgspec.field(default="", name="(cart)")
    parent: "CartLineItem | None" = msgspec.field(default=None, name="(parent)")
    ordinal: int = msgspec.field(default=0, name="(ordinal)")
    count: int = msgspec.field(default=1, name="(count)")

    def __post_init__(self) -> None:
        if self.term_duration == "":
            force_setattr(self, "term_duration", None)

    def __eq__(self, other: object) -> bool:
        # Not the parent: it holds this line, and comparing would go round in circles.
        return isinstance(other, CartLineItem) and all(
            getattr(self, name) == getattr(other, name) for name in self.__struct_fields__ if name != "parent"
        )

    def __hash__(self) -> int:
        return hash((self.cart_id, self.number, self.catalog_item_id))

    @property
    def key(self) -> LineKey:
        return LineKey((self.catalog_item_id or "").lower(), self.ordinal, self.count)

    @property
    def partner_center_id(self) -> str:
        """Partner Center's own id: a number counted over the cart, add-ons included. It may change with an update."""
        return str(self.number)

    @property
    def renews_to(self) -> tuple[RenewsTo, ...]:
        """At most one: what the subscription turns into when its term ends."""
        return renewals(self.renewal)


def with_addons(lines: Iterable[CartLineItem]) -> Iterator[CartLineItem]:
    """Base lines and add-ons, each add-on right after the line it sits under."""
    for line in lines:
        yield line
        yield from with_addons(line.addon_items)


class Cart(Record, frozen=True, kw_only=True):
    """A cart ("Cart resources"). `customer_id` and `body` are not on the wire but set by what reads the cart.

    `body` is the answer's own bytes, so that a cart can go back out with every member it came with.
    """

    id: str
    line_items: tuple[CartLineItem, ...]
    creation_timestamp: Moment | None = None
    last_modified_timestamp: Moment | None = None
    expiration_timestamp: Moment | None = None
    last_modified_user: str | None = None
    status: CartStatus = CartStatus.UNKNOWN
    partner_on_record_attestation_accepted: bool | None = None
    customer_id: str = msgspec.field(default="", name="(customer)")
    body: bytes = msgspec.field(default=b"", name="(body)")


class OrderError(Record, frozen=True, kw_only=True):
    """Why the lines of one order group were not ordered ("Cart resources", OrderError)."""

    order_group_id: str
    number: int | str = msgspec.field(default=0, name="code")
    description: str | None = None

    @property
    def code(self) -> int:
        """Partner Center's error code; 0 when it sends something that is no number."""
        return _count(self.number) or 0


class CartCheckoutResult(Record, frozen=True, kw_only=True):
    """One order for each order group that succeeded, one error for each that failed ("Checkout a cart").

    `body` is the answer's own bytes, as with a cart.
    """

    orders: tuple[Order, ...]
    order_errors: tuple[OrderError, ...] = ()
    body: bytes = msgspec.field(default=b"", name="(body)")


def _count(value: object) -> int | None:
    """A whole number sent as number or text, else None."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    if isinstance(value, Decimal) and value.is_finite() and value == value.to_integral_value():
        return int(value)
    return int(value) if isinstance(value, str) and value.isdecimal() else None
