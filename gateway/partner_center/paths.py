"""Paths below the API root, and the forms of the ids in them. Ids are checked here once, where they enter the gateway.

Nothing else builds a path: the HTTP client resolves dot segments and cuts at `#`, so a path made by joining texts could
reach another resource.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import NewType
from unicodedata import normalize
from urllib.parse import quote, quote_plus

from gateway.errors import InvalidInput

Path = NewType("Path", str)
"""An absolute path, percent-encoded."""

_GUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII | re.IGNORECASE)
_NEVER_IN_ID = frozenset("/\\?#%")
"""Characters that a server on the way may treat as part of the path, however they are encoded."""
_NEVER_IN_CATALOG_ID = _NEVER_IN_ID | {":"}
"""A colon separates the ids in a catalog item id."""
_LONGEST_ID = 128
LONGEST_CATALOG_ITEM = 3 * _LONGEST_ID + 2
"""Characters of the longest `productId:skuId:availabilityId`."""


@dataclass(frozen=True)
class CatalogItemId:
    """The item that a cart line of the new catalog buys: `productId:skuId:availabilityId` ("Cart resources")."""

    product_id: str
    sku_id: str
    availability_id: str

    def __str__(self) -> str:
        return f"{self.product_id}:{self.sku_id}:{self.availability_id}"


def path(*segments: str) -> Path:
    """The path of a resource below `/v1`, each segment encoded as a whole.

    Raises InvalidInput for a segment that is empty, `.` or `..`: it would lead to another resource.
    """
    return Path("/".join(["/v1", *map(_encoded, segments)]))


def with_query(path: Path, query: Mapping[str, str]) -> str:
    """The path and the query. The names in the query are ours and need no encoding."""
    if not query:
        return path
    return f"{path}?{'&'.join([f'{name}={_encoded_value(value)}' for name, value in query.items()])}"


def template(path: Path) -> str:
    """The path with `{id}` in place of ids, as a name for all calls of a kind. Collections and ids alternate."""
    segments = path.split("/")
    collections = "/{id}/".join(segments[2::2])
    return f"/v1/{collections}/{{id}}" if len(segments) % 2 == 0 else f"/v1/{collections}"


@lru_cache(maxsize=1_000)
def _encoded(segment: str) -> str:
    """Remembered, because calls consist of a few collections and ids that recur."""
    if segment in {"", ".", ".."}:
        raise InvalidInput("An identifier is empty or consists of dots; no identifier of Partner Center does.")
    return segment if segment.isascii() and segment.isalnum() else quote(segment, safe="")


_encoded_value = lru_cache(maxsize=1_000)(quote_plus)


def guid(text: str, *, name: str) -> str:
    """The GUID in lower case. Raises InvalidInput, which calls the value *name*, for anything else."""
    if not _GUID.fullmatch(text):
        raise InvalidInput(f"The {name} must be a GUID, such as 6f4ce4d8-f42e-45e0-8661-92ad6ac9d003.")
    return text.lower()


def product_id(text: str) -> str:
    """A product's id, unchanged: CFQ7TTC0LH18, or a GUID in the old catalog. Raises InvalidInput."""
    return _opaque(text, name="product id", example="CFQ7TTC0LH18", without=_NEVER_IN_CATALOG_ID)


def sku_id(text: str) -> str:
    """A SKU's id within its product, unchanged: 0001, a GUID, MS-AZR-0145P. Raises InvalidInput."""
    return _opaque(text, name="SKU id", example="0001", without=_NEVER_IN_CATALOG_ID)


def availability_id(text: str) -> str:
    """An availability's id within its SKU, unchanged. Raises InvalidInput."""
    return _opaque(text, name="availability id", example="CFQ7TTC0K971", without=_NEVER_IN_CATALOG_ID)


def product_sku(text: str) -> tuple[str, str]:
    """The product's and the SKU's id of `productId:skuId`, Partner Center's own notation. Raises InvalidInput."""
    parts = text.split(":")
    if len(parts) != 2:
        raise InvalidInput(
            "A SKU is named by the ids of product and SKU, separated by a colon; for example CFQ7TTC0LH18:0001."
        )
    return product_id(parts[0]), sku_id(parts[1])


def catalog_item(text: str) -> CatalogItemId:
    """The three parts of a catalog item id. Raises InvalidInput, also for the one-part ids of the old catalog."""
    parts = text.split(":")
    if len(parts) != 3:
        raise InvalidInput(
            "A catalog item id has three parts separated by colons: the ids of product, SKU and availability; "
            "for example CFQ7TTC0LH18:0001:CFQ7TTC0K971."
        )
    return CatalogItemId(product_id(parts[0]), sku_id(parts[1]), availability_id(parts[2]))


def promotion_id(text: str) -> str:
    """A promotion's id in one market, unchanged: three parts separated by colons. Raises InvalidInput."""
    return _opaque(text, name="promotion id", example="39NFJQT1PJQB:0001:39NFJQT1Q5KN", without=_NEVER_IN_ID)


def order_id(text: str) -> str:
    """An order's id, unchanged: a GUID, 33 characters or 12 hex digits, depending on its age ("Order resources").

    Raises InvalidInput.
    """
    return _opaque(text, name="order id", example="a68736758d9c", without=_NEVER_IN_ID)


def _opaque(text: str, *, name: str, example: str, without: frozenset[str]) -> str:
    """The text itself, if it can be an id whose form only Partner Center knows. Raises InvalidInput otherwise."""
    if text.isascii() and text.isalnum() and len(text) <= _LONGEST_ID:  # most ids: nothing more to check
        return text
    normalized = normalize("NFKC", text)  # a server may read what looks like a dot or slash as one
    if (
        not 1 <= len(text) <= _LONGEST_ID
        or not text.isprintable()
        or text != text.strip()
        or not normalized.strip(".")
        or without.intersection(normalized)
    ):
        raise InvalidInput(
            f"The {name} must have 1 to {_LONGEST_ID} characters, not only dots, and none of {' '.join(sorted(without))}, "
            f"no control characters, and no spaces at its ends; for example {example}. Send it as Partner Center gave it."
        )
    return text
