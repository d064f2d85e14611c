"""The normalised content of a cart: the members that a partner sets and reads back, each in one form; and its hash, the
version with which a caller says what state of the cart it has seen.

Partner Center prints the same cart in several ways: ids in either casing, amounts as 30.4 and 30.40, null or no member,
and the answer to an update may omit members that a read prints ("Update a cart", printed answer). Versions and
comparisons use this form, so that only a change of meaning counts as a change.
"""

from base64 import urlsafe_b64encode
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC
from decimal import MAX_EMAX, MAX_PREC, MIN_EMIN, Context, Decimal
from hashlib import sha256
from typing import cast

import msgspec
from msgspec.structs import astuple

from gateway.carts.document import Document
from gateway.partner_center.models.carts import Cart, CartLineItem, with_addons
from gateway.partner_center.models.moments import Moment, is_zero_date
from gateway.partner_center.plain_json import BYTE_ORDER_MARK

SET_BY_PARTNERS = (
    "catalogItemId",
    "quantity",
    "friendlyName",
    "billingCycle",
    "termDuration",
    "participants",
    "provisioningContext",
    "renewsTo",
    "promotionId",
    "customTermEndDate",
    "purchaseCommitment",
)
"""Members of a line that a partner sets and reads back ("Cart resources"). Attestations are never returned."""

Content = str | list["Content"] | dict[str, "Content"] | None
"""Plain data that compares by meaning. None stands for null, "", [], {} and an absent member."""

_EXACT = Context(prec=MAX_PREC, Emax=MAX_EMAX, Emin=MIN_EMIN)


def version(cart: Cart) -> str:
    """A hash of the content of the lines and, after a dot, one of their prices if all lines have one.

    Members that a partner cannot set do not count: the answer to an update may omit status, times and prices that the
    next read prints, which must not look like another caller's change.
    """
    content = _hash(_lines_content_of(cart), length=16)
    prices = [_price(line) for line in with_addons(cart.bare_lines)]
    return f"{content}.{_hash(prices, length=6)}" if prices and all(prices) else content


def is_version_of(text: str, cart: Cart) -> bool:
    """Whether a caller's version matches the cart.

    Prices are compared only when both have them: then a buyer is never charged prices other than those it saw.
    """
    seen_content, _, seen_prices = text.partition(".")
    content, _, prices = version(cart).partition(".")
    return seen_content == content and (not seen_prices or not prices or seen_prices == prices)


class _Line(msgspec.Struct, rename="camel"):
    """A line as `Cart.document` has it, without the members that are no content. Its order is that of SET_BY_PARTNERS."""

    catalog_item_id: object = None
    quantity: object = None
    friendly_name: object = None
    billing_cycle: object = None
    term_duration: object = None
    participants: object = None
    provisioning_context: object = None
    renews_to: object = None
    promotion_id: object = None
    custom_term_end_date: object = None
    purchase_commitment: object = None
    addon_items: "list[_Line] | None" = None


class _Lines(msgspec.Struct, rename="camel"):
    line_items: list[_Line]


_lines = msgspec.json.Decoder(_Lines, float_hook=Decimal)


def _lines_content_of(cart: Cart) -> list[Content]:
    """The content of the lines, without the whole document where nobody has needed that yet."""
    if cart.is_documented and "document" not in vars(cart):
        with suppress(RecursionError):  # the document says that it is nested too deeply
            return [_line_content(line) for line in _lines.decode(cart.body.removeprefix(BYTE_ORDER_MARK)).line_items]
    return lines_content(cart.document)


def _line_content(line: _Line) -> dict[str, Content]:
    *values, addons = astuple(line)
    content = _contents_of(values)
    return {**content, "addonItems": [_line_content(addon) for addon in addons]} if addons else content


def lines_content(document: Document) -> list[Content]:
    """The content of the base lines in order, each with its add-ons."""
    return _contents(document["lineItems"])


def line_content(line: Mapping[str, object]) -> dict[str, Content]:
    """The members of one line that have content, without its add-ons."""
    return _contents_of([line.get(name) for name in SET_BY_PARTNERS])


def _contents_of(values: Sequence[object]) -> dict[str, Content]:
    """*values* are those of SET_BY_PARTNERS, None for an absent one."""
    return {
        name: content
        for name, normalized, value in zip(SET_BY_PARTNERS, _NORMALIZED, values, strict=True)
        if value is not None and (content := normalized(value)) is not None
    }


def member_content(name: str, value: object) -> Content:
    """The content of one member of a line."""
    return _NORMALIZED_BY_NAME.get(name, _content)(value)


def _contents(lines: object) -> list[Content]:
    """Empty for what is not a list; its items that are not objects are skipped."""
    items = cast("list[object]", lines) if isinstance(lines, list) else []
    return [_with_addons(cast("Document", line)) for line in items if isinstance(line, dict)]


def _with_addons(line: Document) -> dict[str, Content]:
    content = line_content(line)
    addons = _contents(line.get("addonItems"))
    return {**content, "addonItems": addons} if addons else content


def _price(line: CartLineItem) -> Content:
    """The line's currency and price; None without a price."""
    amount = line.pricing.extended_price if line.pricing else None
    return None if amount is None else [_content(line.currency_code), _number(amount)]


def _content(value: object) -> Content:
    """JSON normalised: names and strings casefolded, numbers by value, members sorted by name."""
    if isinstance(value, str):
        return value.casefold() or None
    if isinstance(value, dict):
        return _object_content(cast("dict[str, object]", value))
    if isinstance(value, list):
        items = [_content(item) for item in cast("list[object]", value)]
        return [item for item in items if item is not None] or None
    if isinstance(value, bool):
        return "true" if value else "false"
    return _number(value)


def _object_content(members: dict[str, object]) -> Content:
    content: dict[str, Content] = {}
    for name, member in members.items():
        inner = (member.casefold() or None) if isinstance(member, str) else _content(member)
        if inner is not None:
            content[name.casefold()] = inner
    return dict(sorted(content.items())) if len(content) > 1 else content or None


def _number(value: object) -> str | None:
    """A number by its value, also when it is a string; other strings as they are."""
    if isinstance(value, str):
        text = value.strip()
        return _number(Decimal(text)) if text.isdecimal() and text.isascii() and len(text) < 20 else text or None
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return None if value is None else str(_content(value))
    if isinstance(value, int) and value % 10:
        return str(value)  # has no zeros at its end to take away
    return str(_EXACT.normalize(Decimal(value)))


def _instant(value: object) -> Content:
    """A date and time in UTC, to the microsecond."""
    if not isinstance(value, str):
        return _content(value)
    if is_zero_date(value):
        return None
    with suppress(ValueError, OverflowError):
        return Moment.read(value).astimezone(UTC).isoformat()
    return _content(value)


def _name(value: object) -> Content:
    """Its casing is content."""
    return value or None if isinstance(value, str) else _content(value)


def _cycle(value: object) -> Content:
    """Cart lines say `one_time`, terms say `OneTime`."""
    content = _content(value)
    return content.replace("_", "") or None if isinstance(content, str) else content


def _in_any_order(value: object) -> Content:
    content = _content(value)
    return sorted(content, key=str) if isinstance(content, list) and len(content) > 1 else content


def _only_one(value: object) -> Content:
    """For a renewal, which is an object on the wire but a list in the documentation's table."""
    content = _content(value)
    return content[0] if isinstance(content, list) and len(content) == 1 else content


_NORMALIZED_BY_NAME: Mapping[str, Callable[[object], Content]] = {
    "quantity": _number,
    "friendlyName": _name,
    "billingCycle": _cycle,
    "participants": _in_any_order,
    "renewsTo": _only_one,
    "customTermEndDate": _instant,
}
"""Members whose content is not simply the JSON normalised."""
_NORMALIZED = [_NORMALIZED_BY_NAME.get(name, _content) for name in SET_BY_PARTNERS]


def _hash(content: list[Content], *, length: int) -> str:
    return urlsafe_b64encode(sha256(msgspec.json.encode(content)).digest()[:length]).rstrip(b"=").decode("ascii")
