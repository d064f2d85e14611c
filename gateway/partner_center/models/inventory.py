"""Stock ("Check inventory"): the question, and the answer, a bare list that omits unknown items."""

import msgspec

from gateway.partner_center.models.record import Record


class InventoryTarget(Record, frozen=True, kw_only=True, omit_defaults=True):
    product_id: str
    sku_id: str | None = None


class InventoryQuestion(Record, frozen=True, kw_only=True):
    """Which items, and the values that their SKUs' `inventory_variables` name."""

    target_items: tuple[InventoryTarget, ...]
    inventory_context: dict[str, str] = msgspec.field(default_factory=dict[str, str])


class Restriction(Record, frozen=True, kw_only=True):
    reason_code: str | None = None
    description: str | None = None
    properties: dict[str, str] = msgspec.field(default_factory=dict[str, str])


class InventoryItem(Record, frozen=True, kw_only=True):
    product_id: str
    sku_id: str
    is_restricted: bool
    restrictions: tuple[Restriction, ...] = ()
