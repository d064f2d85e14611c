"""Whether SKUs can be bought at present: one call for those of one market, resource type and context."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gateway.partner_center.client import PartnerCenter
from gateway.partner_center.models.stock import StockCheck, StockQuestion, StockTarget
from gateway.partner_center.stock import StockClient


@dataclass(frozen=True, slots=True)
class StockContext:
    """What the stock of a SKU depends on. `values` are named as in the SKU's `inventory_variables`."""

    country: str
    resource_type: str
    values: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class StockKey:
    context: StockContext
    product_id: str
    sku_id: str


async def check_stock(
    partner_center: PartnerCenter, context: StockContext, keys: Sequence[StockKey]
) -> Mapping[StockKey, StockCheck | None]:
    """None for a SKU that Partner Center leaves out."""
    targets = tuple(StockTarget(product_id=key.product_id, sku_id=key.sku_id) for key in keys)
    question = StockQuestion(target_items=targets, inventory_context=dict(context.values))
    found = await StockClient(partner_center).check(
        question, country=context.country, resource_type=context.resource_type
    )
    by_sku = {(check.product_id.lower(), check.sku_id.lower()): check for check in reversed(found)}
    return {key: by_sku.get((key.product_id.lower(), key.sku_id.lower())) for key in keys}
