"""The normalised content of a cart: the members that a partner sets and reads back, each in one form; and its hash, the
version with which a caller says what state of the cart it has seen.

Partner Center prints the same cart in several ways: ids in either casing, amounts as 30.4 and 30.40, null or no member,
and the answer to an update may omit members that a read prints ("Update a cart", printed answer). Versions and
comparisons use this form, so that only a change of meaning counts as a change.
"""

from base64 import urlsafe_b64encode
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC
from decimal import MAX_EMAX, MAX_PREC, MIN_EMIN, Context, Decimal
from hashlib import sha256
from typing import cast

from gateway.carts.document import Document
from gateway.partner_center.models.carts import Cart, CartLineItem, with_addons
from gateway.partner_center.models.moments import Moment, is_zero_date
from gateway.partner_center.plain_json import encode

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
    content = _hash(lines_content(cart.document), length=16)
    prices = [_price(line) for line in with_addons(cart.line_items)]
    return f"{content}.{_hash(prices, length=6)}" if prices and all(prices) else content


def is_version_of(text: str, cart: Cart) -> bool:
    """Whether a caller's version matches the cart.

    Prices are compared only when both have them: then a buyer is never charged prices other than those it saw.
    """
    seen_content, _, seen_prices = text.partition(".")
    content, _, prices = version(cart).partition(".")
    return seen_content == content and (not seen_prices or not prices or seen_prices == prices)


def lines_content(document: Document) -> list[Content]:
    """The content of the base lines in order, each with its add-ons."""
    return _contents(document["lineItems"])


def line_content(line: Mapping[str, object]) -> dict[str, Content]:
    """The members of one line that have content, without its add-ons."""
    members = {name: member_content(name, line.get(name)) for name in SET_BY_PARTNERS}
    return {name: content for name, content in members.items() if content is not None}


def member_content(name: str, value: object) -> Content:
    """The content of one member of a line."""
    match name:
        case "friendlyName":
            return value or None if isinstance(value, str) else _content(value)
        case "billingCycle":
            return _without_underscores(_content(value))
        case "customTermEndDate":
            return _instant(value)
        case "participants":
            return _in_any_order(_content(value))
        case "renewsTo":
            return _only_one(_content(value))
        case "quantity":
            return _number(value)
        case _:
            return _content(value)


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
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | Decimal):
        return _number(value)
    if isinstance(value, str):
        return value.casefold() or None
    if isinstance(value, list):
        items = [_content(item) for item in cast("list[object]", value)]
        return [item for item in items if item is not None] or None
    members = {name.casefold(): _content(member) for name, member in _members(value).items()}
    return {name: member for name, member in sorted(members.items()) if member is not None} or None


def _members(value: object) -> Mapping[str, object]:
    return cast("Mapping[str, object]", value) if isinstance(value, dict) else {}


def _number(value: object) -> str | None:
    """A number by its value, also when it is a string; other strings as they are."""
    if isinstance(value, str):
        text = value.strip()
        return _number(Decimal(text)) if text.isdecimal() and text.isascii() and len(text) < 20 else text or None
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return None if value is None else str(_content(value))
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


def _without_underscores(content: Content) -> Content:
    """For billing cycles: cart lines say `one_time`, terms say `OneTime`."""
    return content.replace("_", "") or None if isinstance(content, str) else content


def _in_any_order(content: Content) -> Content:
    return sorted(content, key=str) if isinstance(content, list) else content


def _only_one(content: Content) -> Content:
    """For a renewal, which is an object on the wire but a list in the documentation's table."""
    return content[0] if isinstance(content, list) and len(content) == 1 else content


def _hash(content: list[Content], *, length: int) -> str:
    return urlsafe_b64encode(sha256(encode(content)).digest()[:length]).rstrip(b"=").decode("ascii")
