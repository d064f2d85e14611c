"""The gateway, deliberately broken: every attempt at a purchase or a change gets a request id of its own.

On a Partner Center that knows a repeat by its request id alone, a lost answer then means a second order, and a change
that arrives late undoes a later one. A chaos run that does not notice this would notice nothing.
"""

from collections.abc import Mapping
from uuid import uuid4

from gateway.cli.main import main
from gateway.partner_center.carts import CartsClient
from gateway.partner_center.subscriptions import SubscriptionsClient

_checkout = CartsClient.checkout
_change = SubscriptionsClient.change


async def _with_a_new_id(self: CartsClient, customer_id: str, cart_id: str, *, request_id: str) -> object:
    return await _checkout(self, customer_id, cart_id, request_id=str(uuid4()))


async def _changed_with_a_new_id(
    self: SubscriptionsClient,
    customer_id: str,
    subscription_id: str,
    document: Mapping[str, object],
    *,
    etag: str | None,
    request_id: str,
) -> object:
    return await _change(self, customer_id, subscription_id, document, etag=etag, request_id=str(uuid4()))


if __name__ == "__main__":
    CartsClient.checkout = _with_a_new_id  # type: ignore[method-assign,assignment]  # pyright: ignore[reportAttributeAccessIssue]
    SubscriptionsClient.change = _changed_with_a_new_id  # type: ignore[method-assign,assignment]  # pyright: ignore[reportAttributeAccessIssue]
    main()
