"""The mark of a cart's present content, by which a caller shows which cart it means."""

from base64 import urlsafe_b64encode
from hashlib import sha256

from gateway.carts.content import Content, lines_content, prices
from gateway.carts.document import as_read
from gateway.partner_center.models.carts import Cart
from gateway.partner_center.plain_json import encode


def version(cart: Cart) -> str:
    """A hash over what the lines say, and behind a dot one over their prices where Partner Center states all of them.

    What a partner cannot set is not part of it: an answer to an update may leave out status, times and prices that the
    next read prints, and that must not look like somebody else's change.
    """
    document = as_read(cart)
    priced = prices(document)
    content = _hash(lines_content(document), length=16)
    return content if priced is None else f"{content}.{_hash(priced, length=6)}"


def is_version_of(text: str, cart: Cart) -> bool:
    """Whether the version that a caller holds is of this cart.

    Prices count where both have them: a buyer is not charged other prices than it saw. An answer that leaves prices
    out cannot contradict them.
    """
    content, _, seen = text.partition(".")
    present_content, _, present = version(cart).partition(".")
    return content == present_content and (not seen or not present or seen == present)


def _hash(content: list[Content], *, length: int) -> str:
    return urlsafe_b64encode(sha256(encode(content)).digest()[:length]).rstrip(b"=").decode("ascii")
