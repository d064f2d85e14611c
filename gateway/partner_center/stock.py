"""The call about stock ("Check inventory by resource type"), which replaces the retired `checkInventory`."""

import msgspec

from gateway.partner_center.client import PartnerCenter
from gateway.partner_center.models.stock import StockCheck, StockQuestion
from gateway.partner_center.plain_json import encode
from gateway.partner_center.reading import records as reading


class StockClient:
    def __init__(self, partner_center: PartnerCenter) -> None:
        self._partner_center = partner_center

    async def check(self, question: StockQuestion, *, country: str, resource_type: str) -> tuple[StockCheck, ...]:
        """POST items of one market and resource type. The answer leaves out those that Partner Center does not know."""
        return await self._partner_center.ask(
            "extensions",
            "product",
            "checkinventorybyresourcetype",
            action="check stock",
            read=reading.stock,
            query={"country": country, "resourceType": resource_type},
            body=encode(msgspec.to_builtins(question)),
        )
