"""The calls about a customer's orders ("Order resources")."""

from functools import partial

import msgspec

from gateway.partner_center.client import PartnerCenter
from gateway.partner_center.models.collection import Collection
from gateway.partner_center.models.orders import IdentifiedOrder, Order, OrderCancellation
from gateway.partner_center.models.provisioning import ActivationLink, OrderLineProvisioning
from gateway.partner_center.plain_json import encode
from gateway.partner_center.reading import records as reading
from gateway.partner_center.reading import subscriptions as owned

_WITH_PRICES = {"include_price": "true"}
"""Orders come without prices unless asked; only Microsoft's own clients show this parameter."""


class OrdersClient:
    def __init__(self, partner_center: PartnerCenter) -> None:
        self._partner_center = partner_center

    async def list(self, customer_id: str) -> Collection[IdentifiedOrder]:
        """GET all of a customer's orders ("Get all of a customer's orders"). A new one may appear 15 minutes late."""
        return await self._partner_center.get(
            "customers",
            customer_id,
            "orders",
            action="list orders",
            read=partial(reading.orders, customer_id=customer_id),
            query=_WITH_PRICES,
            customer_id=customer_id,
        )

    async def get(self, customer_id: str, order_id: str) -> Order:
        """GET an order ("Get an order by ID"), as soon as it exists. Raises NotFound (20000)."""
        return await self._partner_center.get(
            "customers",
            customer_id,
            "orders",
            order_id,
            action="read the order",
            read=partial(reading.order, customer_id=customer_id, order_id=order_id),
            query=_WITH_PRICES,
            customer_id=customer_id,
        )

    async def cancel(self, customer_id: str, cancellation: OrderCancellation, *, request_id: str) -> Order:
        """PATCH an order to cancel it or some of its lines ("Cancel software purchases").

        Without an answer it may have been cancelled: only another read tells. Raises NotFound (20000).
        """
        return await self._partner_center.write(
            "PATCH",
            "customers",
            customer_id,
            "orders",
            cancellation.id,
            action="cancel the order",
            read=partial(reading.order, customer_id=customer_id, order_id=cancellation.id),
            customer_id=customer_id,
            is_repeatable=False,
            body=encode(msgspec.to_builtins(cancellation)),
            request_id=request_id,
        )

    async def provisioning(self, customer_id: str, order_id: str) -> tuple[OrderLineProvisioning, ...]:
        """GET how far each line is ("Get the order provisioning status").

        Needs a token with a user: raises Forbidden (900329) without one. Raises NotFound (20000).
        """
        found = await self._partner_center.get(
            "customers",
            customer_id,
            "orders",
            order_id,
            "provisioningstatus",
            action="read the provisioning status of the order",
            read=owned.order_provisioning,
            customer_id=customer_id,
        )
        return found.items

    async def activation_links(self, customer_id: str, order_id: str, line_number: int) -> tuple[ActivationLink, ...]:
        """GET the activation links of one line ("Get an activation link by order line item").

        Empty for what needs no activation. Raises NotFound (20000).
        """
        found = await self._partner_center.get(
            "customers",
            customer_id,
            "orders",
            order_id,
            "lineitems",
            str(line_number),
            "activationlinks",
            action="list activation links of the order line",
            read=owned.activation_links,
            customer_id=customer_id,
        )
        return found.items
