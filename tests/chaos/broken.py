"""The gateway, deliberately broken: every attempt at a purchase gets a request id of its own.

On a Partner Center that knows a repeat by its request id alone, a lost answer then means a second order. A chaos run
that does not notice this would notice nothing.
"""

from uuid import uuid4

from gateway.cli.main import main
from gateway.partner_center.carts import CartsClient

_checkout = CartsClient.checkout


async def _with_a_new_id(self: CartsClient, customer_id: str, cart_id: str, *, request_id: str) -> object:
    return await _checkout(self, customer_id, cart_id, request_id=str(uuid4()))


if __name__ == "__main__":
    CartsClient.checkout = _with_a_new_id  # type: ignore[method-assign,assignment]  # pyright: ignore[reportAttributeAccessIssue]
    main()
