"""The calls about carts ("Cart resources")."""

from collections.abc import Callable, Mapping
from functools import partial

from gateway.partner_center.client import PartnerCenter
from gateway.partner_center.models.carts import Cart, CartCheckoutResult
from gateway.partner_center.plain_json import encode
from gateway.partner_center.reading import records as reading


class CartsClient:
    def __init__(self, partner_center: PartnerCenter) -> None:
        self._partner_center = partner_center

    async def get(self, customer_id: str, cart_id: str) -> Cart:
        """GET a cart ("Cart resources"). Raises NotFound (800008) once it is gone or expired."""
        return await self._get(customer_id, cart_id, reading.cart)

    async def outline(self, customer_id: str, cart_id: str) -> Cart:
        """GET a cart as `get` does, but read its lines on first use: for queries, never before a write."""
        return await self._get(customer_id, cart_id, reading.cart_outline)

    async def _get(self, customer_id: str, cart_id: str, read: Callable[..., Cart]) -> Cart:
        return await self._partner_center.get(
            *_carts(customer_id),
            cart_id,
            action="read the cart",
            read=partial(read, customer_id=customer_id, cart_id=cart_id),
            customer_id=customer_id,
        )

    async def create(self, customer_id: str, document: Mapping[str, object], *, request_id: str | None = None) -> Cart:
        """POST a cart ("Create a cart"). The cart exists even when lines are wrong; those carry an `error`.

        A repeat creates a second cart, unless it has the same *request_id* and Partner Center still remembers that.
        """
        return await self._partner_center.write(
            "POST",
            *_carts(customer_id),
            action="create the cart",
            read=partial(reading.cart, customer_id=customer_id),
            customer_id=customer_id,
            is_repeatable=True,
            body=encode(document),
            request_id=request_id,
        )

    async def update(self, customer_id: str, cart_id: str, document: Mapping[str, object]) -> Cart:
        """PUT a whole cart ("Update a cart"): the lines sent replace the lines stored, and the last writer wins.

        A repeat stores the same lines again, over whatever was written in between. Raises NotFound (800008), Refused
        (800065) for an ordered cart, and Conflict (800064) while another request holds the cart.
        """
        return await self._partner_center.write(
            "PUT",
            *_carts(customer_id),
            cart_id,
            action="update the cart",
            read=partial(reading.cart, customer_id=customer_id, cart_id=cart_id),
            customer_id=customer_id,
            is_repeatable=False,
            body=encode(document),
        )

    async def checkout(self, customer_id: str, cart_id: str, *, request_id: str) -> CartCheckoutResult:
        """POST a checkout ("Check out an order for a customer in a cart"). Spends money.

        Documented as idempotent for an ordered cart, but two at once may both buy: all attempts at one purchase carry
        one *request_id*, and only the purchase's owner decides to repeat it. Raises NotFound (800008; 400019 when an
        availability was reissued), Conflict (800064) and Refused (800009 for lines with errors, 13605 without the
        customer's agreement, 800065 when already submitted).
        """
        return await self._partner_center.write(
            "POST",
            *_carts(customer_id),
            cart_id,
            "checkout",
            action="check out the cart",
            read=partial(reading.checkout_result, customer_id=customer_id),
            customer_id=customer_id,
            is_repeatable=False,
            request_id=request_id,
        )


def _carts(customer_id: str) -> tuple[str, ...]:
    return ("customers", customer_id, "carts")
