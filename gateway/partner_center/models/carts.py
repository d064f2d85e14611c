"""Carts as Partner Center returns them ("Cart resources"), and the answer to a checkout."""

from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar, Self, cast

import msgspec
from msgspec.structs import force_setattr

from gateway.errors import Malformed
from gateway.partner_center.models.moments import Moment
from gateway.partner_center.models.orders import Order
from gateway.partner_center.models.pricing import Pricing
from gateway.partner_center.models.record import UNREAD, Record, RecordWithContext, Unread, Word
from gateway.partner_center.models.respelling import respelled, spellings
from gateway.partner_center.models.values import (
    BillingCycle,
    CartErrorCode,
    CartStatus,
    ParticipantType,
    PurchaseCommitment,
    RenewsTo,
    folded,
    renewals,
    whole_number,
)
from gateway.partner_center.plain_json import document as document_in


class Participant(Record, frozen=True, kw_only=True):
    """Another partner that takes part in the purchase; the id is a partner id such as `5357564`."""

    type: ParticipantType = msgspec.field(default=ParticipantType.UNKNOWN, name="key")
    partner_id: Word = msgspec.field(name="value")


@dataclass(frozen=True)
class AdditionalInformation:
    """Details of a line's error: the two numbers that Partner Center documents, and `raw`, the complete value.

    `raw` is an object as documented, or any value that came in its place; JSON within a text is parsed.
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
    """The value if it is an object, or the object that a text holds as JSON; None for anything else."""
    if isinstance(details, str):
        with suppress(Malformed):
            return document_in(details.encode())
    return cast("dict[str, object]", details) if isinstance(details, dict) else None


class CartError(RecordWithContext, frozen=True, kw_only=True):
    """An error on a line ("Cart resources", CartError).

    A value of any other form in its place counts as an error too.
    """

    number: int | str = msgspec.field(default=0, name="errorCode")
    message: str | None = msgspec.field(default=None, name="errorDescription")
    details: object = msgspec.field(default=None, name="additionalInformation")
    attributes: Unread = UNREAD

    customer_id: ClassVar[str] = ""
    catalog_item_id: ClassVar[str | None] = None
    term_duration: ClassVar[str | None] = None
    """Those of the line."""

    @classmethod
    def out_of(cls, value: object) -> Self | None:
        return cls(**_error_members(value)) if value else None

    @property
    def code(self) -> CartErrorCode:
        """The code; UNKNOWN for one outside the documented table, such as 400041."""
        return CartErrorCode(self.number)

    @property
    def partner_center_code(self) -> str:
        """The code as it came: mostly digits, sometimes a name."""
        return str(self.number)

    @property
    def additional_information(self) -> AdditionalInformation | None:
        """None when there is none; documented only for too many seats (10015)."""
        return None if self.details is None or self.details == "" else AdditionalInformation.of(self.details)


class LineKey(msgspec.Struct, frozen=True):
    """Identifies a line in a cart: its catalog item, its position among the lines with that item, and their number.

    The line's number is not part of the key, because Partner Center may renumber all lines with each update. So a key
    survives changes to other lines. When a line with the same item is added or removed, the keys of all lines with that
    item change, because nothing distinguishes them for certain any more.
    """

    catalog_item_id: str
    """In lower case; empty when the line has none."""
    ordinal: int
    count: int


def line_keys(catalog_item_ids: Iterable[str | None]) -> list[LineKey]:
    """The keys of a cart's lines, given the item of each, with add-ons right after the line they sit under."""
    items = [(item or "").lower() for item in catalog_item_ids]
    counts: dict[str, int] = {}
    ordinals: list[int] = []
    for item in items:
        ordinal = counts.get(item, 0)
        ordinals.append(ordinal)
        counts[item] = ordinal + 1
    return list(map(LineKey, items, ordinals, [counts[item] for item in items]))


class LineContent(msgspec.Struct, frozen=True, array_like=True):
    """What a line orders, as far as its order shows it. Lines of a cart with equal content are interchangeable.

    All members are texts, because Partner Center may send a quantity of any size.
    """

    catalog_item_id: str
    """In lower case; empty when the line has none."""
    quantity: str | None
    term_duration: str | None
    billing_cycle: str | None
    friendly_name: str | None


class CartLineItem(RecordWithContext, frozen=True, kw_only=True):
    """One line of a cart ("Cart resources", CartLineItem). An add-on of the old catalog is a line under a line.

    A line is never left out because something in it is odd: the cart shown would be a false one. A line without an id
    is given a number when it is read.
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

    customer_id: ClassVar[str] = ""
    cart_id: ClassVar[str] = ""
    parent: ClassVar["CartLineItem | None"] = None
    """The line that an add-on sits under."""
    key: ClassVar[LineKey] = LineKey("", 0, 1)
    is_in_ordered_cart: ClassVar[bool] = False
    equal_before: ClassVar[int] = 0
    """How many lines before it in the cart have the same content."""

    def __post_init__(self) -> None:
        if self.term_duration == "":
            force_setattr(self, "term_duration", None)

    def __hash__(self) -> int:  # not of all members: some are dictionaries
        return hash((self.number, self.catalog_item_id))

    @property
    def partner_center_id(self) -> str:
        """Partner Center's own id: a number within the cart, add-ons included. It may change with an update."""
        return str(self.number)

    @property
    def renews_to(self) -> tuple[RenewsTo, ...]:
        """At most one: what the subscription turns into when its term ends."""
        return renewals(self.renewal)

    @property
    def content(self) -> LineContent:
        cycle = None if self.billing_cycle is None else self.billing_cycle.value
        quantity = None if self.quantity is None else str(self.quantity)
        return LineContent(
            (self.catalog_item_id or "").lower(), quantity, self.term_duration, cycle, self.friendly_name
        )


def with_addons(lines: Iterable[CartLineItem]) -> list[CartLineItem]:
    """Base lines and add-ons, each add-on right after the line it sits under."""
    return [each for line in lines for each in (line, *with_addons(line.addon_items))]


class Cart(RecordWithContext, frozen=True, kw_only=True):
    """A cart ("Cart resources")."""

    needs_its_list = True

    id: Word
    bare_lines: tuple[CartLineItem, ...] = msgspec.field(name="lineItems")
    """The base lines, perhaps without their context: use `line_items`."""
    created_at: Moment | None = msgspec.field(default=None, name="creationTimestamp")
    updated_at: Moment | None = msgspec.field(default=None, name="lastModifiedTimestamp")
    expires_at: Moment | None = msgspec.field(default=None, name="expirationTimestamp")
    updated_by: str | None = msgspec.field(default=None, name="lastModifiedUser")
    status: CartStatus = CartStatus.UNKNOWN
    partner_on_record_attestation_accepted: bool | None = None
    links: Unread = UNREAD
    attributes: Unread = UNREAD

    customer_id: ClassVar[str] = ""
    body: ClassVar[bytes] = b""
    """The answer's own bytes, so that a cart can be sent back with every member it came with."""
    on_first_use: ClassVar[tuple[Callable[["Cart"], None], ...]] = ()
    """What many answers do not need: reads the lines that an outline left unread, and gives them their context."""

    @cached_property
    def line_items(self) -> tuple[CartLineItem, ...]:
        """The base lines. Add-ons sit under their base line. Raises Malformed for those of an outline."""
        self._use_lines()
        return self.bare_lines

    @cached_property
    def is_documented(self) -> bool:
        """Whether the body has the documented shape, and the documented spelling of every member.

        Known when the lines have been read. Raises Malformed as `line_items` does.
        """
        self._use_lines()
        return bool(vars(self).get("is_documented"))

    def _use_lines(self) -> None:
        for step in self.on_first_use:
            step(self)
        self.set_context(on_first_use=())

    @cached_property
    def document(self) -> dict[str, object]:
        """The cart as plain data, read once. Shared by all who use it: never change it, nor anything in it.

        Members of the cart and its lines have their documented spelling, and `lineItems` is a list. Anything of another
        shape than documented stays as it is.
        """
        members = document_in(self.body)
        if self.is_documented:
            return members
        members = respelled(members, _CART_MEMBERS)
        return {**members, "lineItems": _respelled_lines(members.get("lineItems"))}


class CartOutline(Cart, frozen=True, kw_only=True):
    """A cart whose lines are read on first use."""

    bare_lines: msgspec.Raw = msgspec.field(name="lineItems")  # type: ignore[assignment] # pyright: ignore[reportIncompatibleVariableOverride] - `Cart` has them when they are read


class OrderError(Record, frozen=True, kw_only=True):
    """Why the lines of one order group were not ordered ("Cart resources", OrderError)."""

    order_group: str | None = msgspec.field(name="orderGroupId")
    number: int | str = msgspec.field(default=0, name="code")
    message: str | None = msgspec.field(default=None, name="description")
    attributes: Unread = UNREAD

    @classmethod
    def out_of(cls, value: object) -> Self | None:
        """An error for any value in an error's place, because it means that a group failed."""
        return cls(order_group=None, **_error_members(value))

    @property
    def partner_center_code(self) -> str:
        """The code as it came: mostly digits; 0 when there was none."""
        return str(self.number)


class CartCheckoutResult(RecordWithContext, frozen=True, kw_only=True):
    """One order for each order group that succeeded, one error for each that failed ("Checkout a cart").

    Any object is an answer: an empty one leaves open what was ordered, and a retry would be a second checkout.
    """

    may_be_empty = True

    orders: tuple[Order, ...]
    order_errors: tuple[OrderError, ...] = ()
    attributes: Unread = UNREAD

    body: ClassVar[bytes] = b""
    """The answer's own bytes."""


def _error_members(value: object) -> dict[str, Any]:
    """The members of an error that came as a bare text or number: the text is its message, the number its code."""
    if isinstance(value, str):
        return {"message": value}
    return {"number": value} if isinstance(value, int) and not isinstance(value, bool) else {}


_CART_MEMBERS, _LINE_MEMBERS = spellings(Cart), spellings(CartLineItem)


def _respelled_lines(lines: object) -> list[object]:
    """The lines as a list; a single object counts as a list of one, as in reading."""
    items = cast("list[object]", lines if isinstance(lines, list) else [lines] if isinstance(lines, dict) else [])
    return [_respelled_line(cast("dict[str, object]", line)) if isinstance(line, dict) else line for line in items]


def _respelled_line(line: dict[str, object]) -> dict[str, object]:
    members = respelled(line, _LINE_MEMBERS)
    if isinstance(members.get("addonItems"), list | dict) and members["addonItems"]:
        members["addonItems"] = _respelled_lines(members["addonItems"])
    return members
