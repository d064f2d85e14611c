"""Paths below the API root, and the shapes of the ids that go into them. Nothing else builds a path.

The HTTP client resolves dot segments and cuts at `#`, so a path made by pasting texts could reach another resource.
"""

import re
from dataclasses import dataclass
from typing import NewType
from urllib.parse import quote

from gateway.errors import InvalidInput

Path = NewType("Path", str)
"""An absolute path, percent-encoded."""

_GUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII | re.IGNORECASE)
_CATALOG_ID = re.compile(r"[A-Za-z0-9]{8,24}", re.ASCII)
_SKU_ID = re.compile(r"[A-Za-z0-9]{1,8}", re.ASCII)
_ORDER_ID = re.compile(r"[A-Za-z0-9_-]{1,64}", re.ASCII)


@dataclass(frozen=True)
class CatalogItemId:
    """What a cart line of the new catalog buys, written `productId:skuId:availabilityId` ("Cart resources")."""

    product_id: str
    sku_id: str
    availability_id: str

    def __str__(self) -> str:
        return f"{self.product_id}:{self.sku_id}:{self.availability_id}"


def path(*segments: str) -> Path:
    """The path of a resource below `/v1`, each segment encoded as a whole.

    Raises InvalidInput for a segment that is empty, `.` or `..`: it would be another resource's path.
    """
    for segment in segments:
        if segment in {"", ".", ".."}:
            raise InvalidInput("An identifier is empty or made of dots, which no identifier of Partner Center is.")
    return Path("/".join(["/v1", *(quote(segment, safe="") for segment in segments)]))


def guid(text: str, *, name: str) -> str:
    """The GUID in lower case, as GUIDs compare. Raises InvalidInput, calling the value by *name*, for anything else."""
    if not _GUID.fullmatch(text):
        raise InvalidInput(f"The {name} must be a GUID, such as 6f4ce4d8-f42e-45e0-8661-92ad6ac9d003.")
    return text.lower()


def product_id(text: str) -> str:
    """A product's id: 8 to 24 letters and digits, or a GUID in the old catalog. Raises InvalidInput."""
    return _shaped(text, _CATALOG_ID, name="product id", example="CFQ7TTC0LH18")


def sku_id(text: str) -> str:
    """A SKU's id within its product: up to 8 letters and digits, or a GUID in the old catalog. Raises InvalidInput."""
    return _shaped(text, _SKU_ID, name="SKU id", example="0001")


def availability_id(text: str) -> str:
    """An availability's id within its SKU: 8 to 24 letters and digits, or a GUID. Raises InvalidInput."""
    return _shaped(text, _CATALOG_ID, name="availability id", example="CFQ7TTC0K971")


def catalog_item(text: str) -> CatalogItemId:
    """The three parts of a catalog item id. Raises InvalidInput, also for the one-part ids of the old catalog."""
    parts = text.split(":")
    if len(parts) != 3:
        raise InvalidInput("A catalog item id has three parts, such as CFQ7TTC0LH18:0001:CFQ7TTC0K971.")
    return CatalogItemId(product_id(parts[0]), sku_id(parts[1]), availability_id(parts[2]))


def order_id(text: str) -> str:
    """An order's id: a GUID, 33 characters or 12 hex digits, by its age ("Order resources"). Raises InvalidInput."""
    if not _ORDER_ID.fullmatch(text):
        raise InvalidInput("An order id has 1 to 64 letters, digits, hyphens and underscores, such as a68736758d9c.")
    return text


def to_product(product: str) -> tuple[str, ...]:
    """The segments of a product's path. Like those below, it raises InvalidInput for an id of the wrong shape."""
    return ("products", product_id(product))


def to_skus(product: str) -> tuple[str, ...]:
    return (*to_product(product), "skus")


def to_sku(product: str, sku: str) -> tuple[str, ...]:
    return (*to_skus(product), sku_id(sku))


def to_availabilities(product: str, sku: str) -> tuple[str, ...]:
    return (*to_sku(product, sku), "availabilities")


def to_availability(product: str, sku: str, availability: str) -> tuple[str, ...]:
    return (*to_availabilities(product, sku), availability_id(availability))


def _shaped(text: str, pattern: re.Pattern[str], *, name: str, example: str) -> str:
    if not (pattern.fullmatch(text) or _GUID.fullmatch(text)):
        raise InvalidInput(f"The {name} is not one of Partner Center's, which look like {example}.")
    return text
