"""The version of a cart: a hash of its content, with which a caller says what state of the cart it has seen."""

from base64 import urlsafe_b64encode
from hashlib import sha256

from gateway.carts.content import Content, lines_content
from gateway.carts.content import prices as prices_of
from gateway.carts.document import as_read
from gateway.partner_center.models.carts import Cart
from gateway.partner_center.plain_json import encode


def version(cart: Cart) -> str:
    """A hash of the content of the lines and, after a dot, one of their prices if all lines have one.

    Members that a partner cannot set do not count: the answer to an update may omit status, times and prices that the
    next read prints, which must not look like another caller's change.
    """
    document = as_read(cart)
    priced = prices_of(document)
    content = _hash(lines_content(document), length=16)
    return content if priced is None else f"{content}.{_hash(priced, length=6)}"


def is_version_of(text: str, cart: Cart) -> bool:
    """Whether a caller's version matches the cart.

    Prices are compared only when both have them: then a buyer is never charged prices other than those it saw.
    """
    seen_content, _, seen_prices = text.partition(".")
    content, _, prices = version(cart).partition(".")
    return seen_content == content and (not seen_prices or not prices or seen_prices == prices)


def _hash(content: list[Content], *, length: int) -> str:
    return urlsafe_b64encode(sha256(encode(content)).digest()[:length]).rstrip(b"=").decode("ascii")
