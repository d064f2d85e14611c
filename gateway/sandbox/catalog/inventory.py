"""Stock: the number of units sold, and the inventory checks ("Check inventory", "Check inventory by resource type")."""

from collections.abc import Iterable, Mapping

import msgspec

from gateway.sandbox import errors, switches, wire
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
    """The newest edition of the page makes both ids optional; no product stands for all (Inferred)."""

    product_id: str | None = None
    sku_id: str | None = None


class _InventoryRequest(msgspec.Struct, frozen=True, rename=wire.normalized_name):
    target_items: tuple[_Target, ...]
    inventory_context: dict[str, object] | None = None


def check_retired(world: World, call: Call) -> Answer:
    """POST extensions/product/checkInventory, retired since September 2026: 404/1000 unless switched on."""
    if not switches.of(world).check_inventory:
        raise errors.not_found("The resource /extensions/product/checkInventory")
    return _checked(world, call, _required(call, "country"), resource_type=None)


def check(world: World, call: Call) -> Answer:
    """POST extensions/product/checkinventorybyresourcetype.

    No member of a SKU is documented as its resource type. That it is the subtype of the product is Inferred, as is that
    the region in the context changes nothing.
    """
    country, resource_type = _required(call, "country"), _required(call, "resourceType")
    return _checked(world, call, country, resource_type=resource_type)


def _required(call: Call, name: str) -> str:
    value = call.query.get(name.lower(), "").strip()
    if not value:
        raise errors.invalid_property(name, "it is missing.")
    return value


def _checked(world: World, call: Call, country: str, *, resource_type: str | None) -> Answer:
    """Omits unknown items, and those of another resource type; the answer is a bare array."""
    request = wire.decode_as(call.body, _InventoryRequest)
    found = {
        f"{product.id}:{sku.id}": _document(world, product, sku)
        for target in request.target_items
        for product in _products(world, target, country)
        if resource_type is None or _is_of_type(product, resource_type)
        for sku in _skus(product, target.sku_id)
    }
    return Answer(list(found.values()))


def _products(world: World, target: _Target, country: str) -> list[Product]:
    if target.product_id is None:
        return list(world.assortment.products(country))
    product = world.assortment.product(target.product_id, country)
    return [] if product is None else [product]


def _is_of_type(product: Product, resource_type: str) -> bool:
    sub_type = product.product_type.sub_type
    return sub_type is not None and sub_type.id.lower() == resource_type.lower()


def _skus(product: Product, sku_id: str | None) -> tuple[Sku, ...]:
    if sku_id is None:
        return product.skus
    sku = sku_of(product, sku_id)
    return () if sku is None else (sku,)


def _document(world: World, product: Product, sku: Sku) -> wire.Document:
    """A SKU that is out of stock is restricted."""
    key = f"{product.id}:{sku.id}".lower()
    restricted = sku.stock is not None and sold(world, [key])[key] >= sku.stock
    return {
        "productId": product.id,
        "skuId": sku.id,
        "isRestricted": restricted,
        "restrictions": [_restriction(sku)] if restricted else [],
    }


def _restriction(sku: Sku) -> wire.Document:
    """That of a region as printed ("Check inventory"); the one without a region is Inferred."""
    region = sku.dynamic_attributes.get("armRegionName")
    kind, values = ("Location", str(region)) if region else ("Stock", str(sku.stock))
    return {
        "reasonCode": "NotAvailableForSubscription" if region else "OutOfStock",
        "description": f"Restriction identified of type '{kind}' with values '{values}'.",
        "properties": {"type": kind, "values": values},
    }
