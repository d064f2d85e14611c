"""Stock ("Check inventory by resource type"): the question, and the answer, a bare list that omits unknown items."""

import msgspec

from gateway.partner_center.models.record import Record


class StockTarget(Record, frozen=True, kw_only=True, omit_defaults=True):
    product_id: str
    sku_id: str | None = None


class StockQuestion(Record, frozen=True, kw_only=True):
    """Which items, and the values that their SKUs' `inventory_variables` name."""

    target_items: tuple[StockTarget, ...]
    inventory_context: dict[str, str] = msgspec.field(default_factory=dict[str, str])


class StockRestriction(Record, frozen=True, kw_only=True):
    """Something that keeps a SKU from being bought, for example `NotAvailableForSubscription`."""

    reason_code: str | None = None
    description: str | None = None
    properties: dict[str, str] = msgspec.field(default_factory=dict[str, str])


class StockCheck(Record, frozen=True, kw_only=True):
    product_id: str
    sku_id: str
    is_restricted: bool
    restrictions: tuple[StockRestriction, ...] = ()
