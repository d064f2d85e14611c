"""Stock: the number of units sold, and the inventory check ("Check inventory" page)."""

from collections.abc import Iterable, Mapping

import msgspec

from gateway.sandbox import errors, wire
from gateway.sandbox.routing import Answer, Call
from gateway.sandbox.world.assortment import sku_of
from gateway.sandbox.world.seed import Product, Sku
from gateway.sandbox.world.world import World

_KIND = "sold"


def sold(world: World, sku_keys: Iterable[str]) -> Mapping[str, int]:
    """Units sold so far, by `product:sku` in lower case."""
    return {key: world.store.read(_KIND, key, int) or 0 for key in sku_keys}


def record_sale(world: World, sku_key: str, units: int) -> None:
    """Adds to the units sold; *sku_key* as in `sold`."""
    world.store.write(_KIND, sku_key, (world.store.read(_KIND, sku_key, int) or 0) + units)


class _Target(msgspec.Struct, frozen=True, rename=wire.normalized_name):
    product_id: str
    sku_id: str | None = None


class _InventoryRequest(msgspec.Struct, frozen=True, rename=wire.normalized_name):
    target_items: tuple[_Target, ...]
    inventory_context: dict[str, object] | None = None


def check(world: World, call: Call) -> Answer:
    """POST extensions/product/checkInventory. Omits unknown items; the answer is a bare array."""
    country = call.query.get("country", "")
    if not country:
        raise errors.invalid_property("country", "it is missing.")
    request = wire.decode_as(call.body, _InventoryRequest)
    found: list[object] = []
    for target in request.target_items:
        product = world.assortment.product(target.product_id, country)
        if product is not None:
            found.extend(_document(world, product, sku) for sku in _skus(product, target.sku_id))
    return Answer(found)


def _skus(product: Product, sku_id: str | None) -> tuple[Sku, ...]:
    if sku_id is None:
        return product.skus
    sku = sku_of(product, sku_id)
    return () if sku is None else (sku,)


def _document(world: World, product: Product, sku: Sku) -> wire.Document:
    """A SKU that is out of stock is restricted; the reason code for it is Inferred."""
    key = f"{product.id}:{sku.id}".lower()
    restricted = sku.stock is not None and sold(world, [key])[key] >= sku.stock
    restriction: wire.Document = {
        "reasonCode": "OutOfStock",
        "description": f"Restriction identified of type 'Stock' with values '{sku.stock}'.",
        "properties": {"type": "Stock", "values": str(sku.stock)},
    }
    return {
        "productId": product.id,
        "skuId": sku.id,
        "isRestricted": restricted,
        "restrictions": [restriction] if restricted else [],
    }
