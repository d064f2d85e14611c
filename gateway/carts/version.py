"""The mark of a cart's present content, by which a caller shows which cart it means."""

from base64 import urlsafe_b64encode
from hashlib import sha256
from typing import cast

from gateway.partner_center.documents import document, encode
from gateway.partner_center.models.carts import Cart

_NOT_CONTENT = ("links", "attributes")


def version(cart: Cart) -> str:
    """A hash over the cart as upstream sent it, without links and attributes, in whatever order members came.

    The raw text of `lastModifiedTimestamp` is part of it: Python's datetime drops its seventh digit.
    """
    content = {name: value for name, value in document(cart.body).items() if name not in _NOT_CONTENT}
    digest = sha256(encode(_ordered(content))).digest()
    return urlsafe_b64encode(digest[:16]).rstrip(b"=").decode("ascii")


def _ordered(value: object) -> object:
    """The same JSON with the members of every object by name: their order says nothing (RFC 8259, 4)."""
    if isinstance(value, dict):
        members = cast("dict[str, object]", value)  # the names of JSON members are always texts
        return {name: _ordered(member) for name, member in sorted(members.items())}
    if isinstance(value, list):
        return [_ordered(item) for item in cast("list[object]", value)]
    return value
