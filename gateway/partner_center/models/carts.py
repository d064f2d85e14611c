"""Carts as Partner Center answers them ("Cart resources"), and what a checkout answers."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from typing import Any, Self, cast

import msgspec
from msgspec.structs import force_setattr

from gateway.errors import Malformed
from gateway.partner_center.models.moments import Moment
from gateway.partner_center.models.orders import Order
from gateway.partner_center.models.prices import Pricing, PurchaseCommitment
from gateway.partner_center.models.record import Record, Word
from gateway.partner_center.models.values import (
    LARGEST_INT,
    BillingCycle,
    CartErrorCode,
    CartStatus,
    ParticipantType,
    RenewsTo,
    folded,
    renewals,
    whole_number,
)
from gateway.partner_center.plain_json import document


class Participant(Record, frozen=True, kw_only=True):
    """Another partner with a part in the purchase; the id is a partner id such as `5357564`."""

    type: ParticipantType = msgspec.field(default=ParticipantType.UNKNOWN, name="key")
    partner_id: Word = msgspec.field(name="value")


@dataclass(frozen=True)
class AdditionalInformation:
    """What Partner Center adds to a line's error: `raw` is all of it, the two numbers are those it documents.

    `raw` is an object as documented, or whatever else came; for JSON within a text it is that JSON.
    """

    available_quantity: int | None
    purchased_quantity: int | None
    raw: object

    @classmethod
    def of(cls, details: object) -> Self:
        members = _object_in(details)
        numbers = {folded(name): whole_number(value) for name, value in (members or {}).items()}
        return cls(
            available_quantity=numbers.get("availablequantity"),
            purchased_quantity=numbers.get("purchasedquantity"),
            raw=details if members is None else members,
        )


def _object_in(details: object) -> dict[str, object] | None:
    """The object, or the one that a text holds as JSON."""
    if isinstance(details, str):
        with suppress(Malformed):
            return document(details.encode())
    return cast("dict[str, object]", details) if isinstance(details, dict) else None


class CartError(Record, frozen=True, kw_only=True):
    """What is wrong with a line ("Cart resources", CartError). A line that has one in any form does not look fine."""

    number: int | str = msgspec.field(default=0, name="errorCode")
    error_description: str | None = None
    details: object = msgspec.field(default=None, name="additionalInformation")

    @classmethod
    def out_of(cls, value: object) -> Self | None:
        return cls(**_said(value, "error_description")) if value else None

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
        return None if self.details is None or self.details == "" else AdditionalInformation.of(self.details)


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

    A line is never left out for what is odd in it: a cart that hides a line says what is not so. One without an id has
    the number that `numbers` gives it.

    `customer_id`, `cart_id`, `parent` (the line an add-on sits under, else None), `ordinal` and `count` (both of its
    key) are set by what reads the cart.
    """

    number: int | Word | None = msgspec.field(name="id")
    catalog_item_id: Word | None
    quantity: int | None
    friendly_name: str | None = None
    currency_code: Word | None = None
    billing_cycle: BillingCycle | None = None
    term_duration: str | None = None
    participants: tuple[Participant, ...] = ()
    provisioning_context: dict[str, str] = msgspec.field(default_factory=dict[str, str])
    order_group: str | None = None
    addon_items: tuple["CartLineItem", ...] = ()
    error: CartError | None = None
    renewal: RenewsTo | tuple[RenewsTo, ...] | None = msgspec.field(default=None, name="renewsTo")
    attestation_accepted: bool | None = None
    promotion_id: Word | None = None
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

    needs_its_list = True

    id: Word
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

    order_group_id: str | None
    number: int | str = msgspec.field(default=0, name="code")
    description: str | None = None

    @classmethod
    def out_of(cls, value: object) -> Self | None:
        """Whatever stands where an error belongs says that a group failed."""
        return cls(order_group_id=None, **_said(value, "description"))

    @property
    def code(self) -> int:
        """Partner Center's error code; 0 when it sends something else than a number that GraphQL's Int holds."""
        code = whole_number(self.number) or 0
        return code if abs(code) <= LARGEST_INT else 0


class CartCheckoutResult(Record, frozen=True, kw_only=True):
    """One order for each order group that succeeded, one error for each that failed ("Checkout a cart").

    `body` is the answer's own bytes, as with a cart. Any object is an answer: one that names nothing does not tell what was
    ordered, and asking again at once would be a second checkout.
    """

    may_be_empty = True

    orders: tuple[Order, ...]
    order_errors: tuple[OrderError, ...] = ()
    body: bytes = msgspec.field(default=b"", name="(body)")


def _said(value: object, description: str) -> dict[str, Any]:
    """The members of an error of which there is only a text, its *description*, or a number, its code."""
    if isinstance(value, str):
        return {description: value}
    return {"number": value} if isinstance(value, int) and not isinstance(value, bool) else {}


def numbers(ids: Sequence[int | str | None]) -> list[str]:
    """The ids of a cart's lines, in the order of its arrays, add-ons right after their line.

    One that is missing is the line's place, as Partner Center counts ("Create a cart with add-ons"), unless another
    line has that number: then it is the next that none has.
    """
    taken = {str(each) for each in ids if each is not None}
    free = -1
    numbered: list[str] = []
    for place, each in enumerate(ids):
        if each is None:
            free = next(number for number in count(max(free + 1, place)) if str(number) not in taken)
        numbered.append(str(free if each is None else each))
    return numbered
