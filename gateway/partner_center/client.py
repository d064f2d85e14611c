"""Partner Center's operations, one method each, for one caller. Not all of them have a field in the graph yet.

Beside what a method names, each may end in Unauthenticated, Forbidden, Refused, Throttled, TimedOut, Unavailable or
Malformed, and, before anything is sent, in InvalidInput for an id of the wrong shape. A read may always be repeated.
"""

import asyncio
import json
from collections.abc import Callable, Mapping
from functools import partial
from typing import TypeVar

from gateway.errors import InvalidInput
from gateway.partner_center import paths
from gateway.partner_center.callers import Caller
from gateway.partner_center.models.carts import Cart, CartCheckoutResult
from gateway.partner_center.models.catalog import Availability, Product, Sku
from gateway.partner_center.models.customers import Customer
from gateway.partner_center.models.orders import IdentifiedOrder, Order
from gateway.partner_center.models.values import Collection, TargetSegment, page_query
from gateway.partner_center.plain_json import encode
from gateway.partner_center.reading import records as reading
from gateway.partner_center.sending.calls import Call, Sender, Tally, new_guid

T = TypeVar("T")

_WITH_PRICES = {"include_price": "true"}
"""Orders come without prices unless asked; only Microsoft's own clients show this parameter."""


class PartnerCenter:
    """The REST API as one caller sees it. *deadline* is in the running loop's time and holds for every call."""

    def __init__(
        self,
        transport: Sender,
        caller: Caller,
        *,
        deadline: float | None = None,
        new_id: Callable[[], str] = new_guid,
        tally: Tally | None = None,
    ) -> None:
        self._transport = transport
        self.caller = caller
        self.deadline = deadline
        self._new_id = new_id
        self.tally = tally or Tally()

    @property
    def time_left(self) -> float | None:
        """Seconds until the deadline; None without one."""
        return None if self.deadline is None else self.deadline - asyncio.get_running_loop().time()

    def until(self, deadline: float) -> "PartnerCenter":
        """The same API with another deadline; its calls count in the same tally."""
        return PartnerCenter(self._transport, self.caller, deadline=deadline, new_id=self._new_id, tally=self.tally)

    # Carts

    async def get_cart(self, customer_id: str, cart_id: str) -> Cart:
        """GET a cart ("Cart resources"). Raises NotFound (800008) once it is gone or expired."""
        customer = _customer(customer_id)
        cart = _cart_id(cart_id)
        read = partial(reading.cart, customer_id=customer, cart_id=cart)
        return await self._get("read the cart", (*_carts(customer), cart), read, customer=customer)

    async def create_cart(
        self, customer_id: str, document: Mapping[str, object], *, request_id: str | None = None
    ) -> Cart:
        """POST a cart ("Create a cart"). The cart exists even when lines are wrong; those carry an `error`.

        A repeat makes a second cart, unless it has the same *request_id* and Partner Center still remembers that.
        """
        customer = _customer(customer_id)
        call = Call(
            asked="create the cart",
            method="POST",
            path=paths.path(*_carts(customer)),
            read=partial(reading.cart, customer_id=customer),
            request_id=request_id or self._new_id(),
            body=encode(document),
            customer_id=customer,
            tally=self.tally,
        )
        return await self._send(call)

    async def update_cart(self, customer_id: str, cart_id: str, document: Mapping[str, object]) -> Cart:
        """PUT a whole cart ("Update a cart"): the lines sent replace the lines stored, and the last writer wins.

        A repeat stores the same lines again, over whatever was written in between. Raises NotFound (800008), Refused
        (800065) for an ordered cart, and Conflict (800064) while another request holds the cart.
        """
        customer, cart = _customer(customer_id), _cart_id(cart_id)
        call = Call(
            asked="update the cart",
            method="PUT",
            path=paths.path(*_carts(customer), cart),
            read=partial(reading.cart, customer_id=customer, cart_id=cart),
            request_id=self._new_id(),
            body=encode(document),
            customer_id=customer,
            is_repeatable=False,
            tally=self.tally,
        )
        return await self._send(call)

    async def checkout_cart(self, customer_id: str, cart_id: str, *, request_id: str) -> CartCheckoutResult:
        """POST a checkout ("Check out an order for a customer in a cart"). Spends money.

        Documented as idempotent for an ordered cart, but two at once may both buy: all attempts at one purchase carry
        one *request_id*, and whoever makes them decides about another one. Raises NotFound (800008; 400019 when an availability was reissued), Conflict (800064) and
        Refused (800009 for lines with errors, 13605 without the customer's agreement, 800065 when already submitted).
        """
        customer = _customer(customer_id)
        call = Call(
            asked="check out the cart",
            method="POST",
            path=paths.path(*_carts(customer), _cart_id(cart_id), "checkout"),
            read=partial(reading.checkout_result, customer_id=customer),
            request_id=request_id,
            customer_id=customer,
            is_repeatable=False,
            tally=self.tally,
        )
        return await self._send(call)

    # The catalog of a country. Its lists come whole.

    async def list_products(
        self,
        *,
        country: str,
        target_view: str,
        target_segment: TargetSegment | None = None,
        reservation_scope: str | None = None,
    ) -> Collection[Product]:
        """GET products ("Get a list of products"). Raises Refused (400030 segment, 400036 view)."""
        query = _query(target_segment, targetView=target_view, reservationScope=reservation_scope)
        return await self._in_country(country, "list products", ("products",), reading.products, query=query)

    async def get_product(self, product_id: str, *, country: str) -> Product:
        """GET a product ("Get a product by ID"). Raises NotFound (400013)."""
        read = partial(reading.product, product_id=product_id)
        return await self._in_country(country, "read the product", paths.to_product(product_id), read)

    async def list_skus(
        self, product_id: str, *, country: str, target_segment: TargetSegment | None = None
    ) -> Collection[Sku]:
        """GET a product's SKUs ("Get a list of SKUs for a product"). Raises NotFound (400013), Refused (400030)."""
        query, read = _query(target_segment), partial(reading.skus, product_id=product_id)
        return await self._in_country(country, "list SKUs", paths.to_skus(product_id), read, query=query)

    async def get_sku(self, product_id: str, sku_id: str, *, country: str) -> Sku:
        """GET a SKU ("Get a SKU by ID"). Raises NotFound (400013, 400018)."""
        read = partial(reading.sku, product_id=product_id, sku_id=sku_id)
        return await self._in_country(country, "read the SKU", paths.to_sku(product_id, sku_id), read)

    async def list_availabilities(
        self, product_id: str, sku_id: str, *, country: str, target_segment: TargetSegment | None = None
    ) -> Collection[Availability]:
        """GET a SKU's availabilities ("Get a list of availabilities for a SKU"); without a segment all but nonprofit.

        Product and SKU are embedded; some terms may be missing. Raises NotFound (400013, 400018), Refused (400030).
        """
        query = _query(target_segment)
        where = paths.to_availabilities(product_id, sku_id)
        read = partial(reading.availabilities, product_id=product_id, sku_id=sku_id)
        return await self._in_country(country, "list availabilities", where, read, query=query)

    async def get_availability(
        self, product_id: str, sku_id: str, availability_id: str, *, country: str
    ) -> Availability:
        """GET an availability with all terms, product and SKU ("Get an availability by ID"). Ids are reissued at times.

        Raises NotFound (400013, 400018, 400019).
        """
        where = paths.to_availability(product_id, sku_id, availability_id)
        read = partial(reading.availability, product_id=product_id, sku_id=sku_id, availability_id=availability_id)
        return await self._in_country(country, "read the availability", where, read)

    # The catalog of a customer. The documentation's tables say POST; its printed requests and all clients say GET.

    async def list_customer_products(
        self,
        customer_id: str,
        *,
        target_view: str,
        target_segment: TargetSegment | None = None,
        reservation_scope: str | None = None,
    ) -> Collection[Product]:
        """GET products ("Get a list of products by customer"). Raises Refused (400030 segment, 400036 view)."""
        query = _query(target_segment, targetView=target_view, reservationScope=reservation_scope)
        return await self._of_customer(customer_id, "list products", ("products",), reading.products, query=query)

    async def get_customer_product(self, customer_id: str, product_id: str) -> Product:
        """GET a product ("Get a product by ID by customer"). Raises NotFound (400013)."""
        read = partial(reading.product, product_id=product_id)
        return await self._of_customer(customer_id, "read the product", paths.to_product(product_id), read)

    async def list_customer_skus(
        self, customer_id: str, product_id: str, *, target_segment: TargetSegment | None = None
    ) -> Collection[Sku]:
        """GET a product's SKUs ("Get a list of SKUs for a product by customer"). Raises NotFound, Refused (400030)."""
        query, read = _query(target_segment), partial(reading.skus, product_id=product_id)
        return await self._of_customer(customer_id, "list SKUs", paths.to_skus(product_id), read, query=query)

    async def get_customer_sku(self, customer_id: str, product_id: str, sku_id: str) -> Sku:
        """GET a SKU ("Get a SKU by ID by customer"). Raises NotFound (400013, 400018)."""
        read = partial(reading.sku, product_id=product_id, sku_id=sku_id)
        return await self._of_customer(customer_id, "read the SKU", paths.to_sku(product_id, sku_id), read)

    async def list_customer_availabilities(
        self, customer_id: str, product_id: str, sku_id: str, *, target_segment: TargetSegment | None = None
    ) -> Collection[Availability]:
        """GET a SKU's availabilities ("Get a list of availabilities for a SKU by customer"); terms may be missing."""
        query = _query(target_segment)
        where = paths.to_availabilities(product_id, sku_id)
        read = partial(reading.availabilities, product_id=product_id, sku_id=sku_id)
        return await self._of_customer(customer_id, "list availabilities", where, read, query=query)

    async def get_customer_availability(
        self, customer_id: str, product_id: str, sku_id: str, availability_id: str
    ) -> Availability:
        """GET an availability with its product and SKU ("Get an availability by ID by customer"). Raises NotFound."""
        where = paths.to_availability(product_id, sku_id, availability_id)
        read = partial(reading.availability, product_id=product_id, sku_id=sku_id, availability_id=availability_id)
        return await self._of_customer(customer_id, "read the availability", where, read)

    # Orders and customers

    async def list_orders(self, customer_id: str) -> Collection[IdentifiedOrder]:
        """GET a customer's orders ("Get all of a customer's orders"), all at once. A new one may lag by 15 minutes."""
        customer = _customer(customer_id)
        read = partial(reading.orders, customer_id=customer)
        return await self._of_customer(customer, "list orders", ("orders",), read, query=_WITH_PRICES)

    async def get_order(self, customer_id: str, order_id: str) -> Order:
        """GET an order ("Get an order by ID"), as soon as it exists. Raises NotFound (20000)."""
        customer = _customer(customer_id)
        where = ("orders", paths.order_id(order_id))
        read = partial(reading.order, customer_id=customer, order_id=order_id)
        return await self._of_customer(customer, "read the order", where, read, query=_WITH_PRICES)

    async def list_customers(
        self,
        *,
        size: int | None = None,
        company_name_starts_with: str | None = None,
        continuation_token: str | None = None,
    ) -> Collection[Customer]:
        """GET the partner's customers, a page of *size* ("Get a list of customers"), without their billing profiles.

        The next page is asked for with what is `following` the one before: a token, or the query of its link by offset.
        Raises InvalidInput for a token that cannot be one.
        """
        query = _query(size=None if size is None else str(size), filter=_starting_with(company_name_starts_with))
        headers: dict[str, str] = {}
        by_offset = page_query(continuation_token or "")
        if by_offset is not None:
            query.update(by_offset)
        elif continuation_token is not None:
            query["seekOperation"] = "Next"
            headers["MS-ContinuationToken"] = _visible(continuation_token)
        return await self._get("list customers", ("customers",), reading.customers, query=query, headers=headers)

    async def get_customer(self, customer_id: str) -> Customer:
        """GET a customer with billing profile ("Get a customer by ID"). Raises NotFound (60003, 1000)."""
        customer = _customer(customer_id)
        read = partial(reading.customer, customer_id=customer)
        return await self._of_customer(customer, "read the customer", (), read)

    # How a call is made

    async def _in_country(
        self,
        country: str,
        asked: str,
        where: tuple[str, ...],
        read: Callable[[bytes], reading.Sold],
        *,
        query: Mapping[str, str] | None = None,
    ) -> reading.Sold:
        read = reading.of_country(read, country)
        return await self._get(asked, where, read, query={"country": country, **(query or {})})

    async def _of_customer(
        self,
        customer_id: str,
        asked: str,
        where: tuple[str, ...],
        read: Callable[[bytes], T],
        *,
        query: Mapping[str, str] | None = None,
    ) -> T:
        customer = _customer(customer_id)
        return await self._get(asked, ("customers", customer, *where), read, query=query, customer=customer)

    async def _get(
        self,
        asked: str,
        where: tuple[str, ...],
        read: Callable[[bytes], T],
        *,
        query: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        customer: str | None = None,
    ) -> T:
        call = Call(
            asked=asked,
            method="GET",
            path=paths.path(*where),
            read=read,
            request_id=self._new_id(),
            query=query or {},
            headers=headers or {},
            customer_id=customer,
            tally=self.tally,
        )
        return await self._send(call)

    async def _send(self, call: Call[T]) -> T:
        return await self._transport.send(call, caller=self.caller, deadline=self.deadline)


def _customer(customer_id: str) -> str:
    return paths.guid(customer_id, name="customer id")


def _cart_id(cart_id: str) -> str:
    return paths.guid(cart_id, name="cart id")


def _carts(customer: str) -> tuple[str, ...]:
    return ("customers", customer, "carts")


def _query(segment: TargetSegment | None = None, **members: str | None) -> dict[str, str]:
    """The members of a query that have a value, under the wire's names."""
    if segment is not None:
        members["targetSegment"] = str(segment.value)
    return {name: value for name, value in members.items() if value is not None}


def _starting_with(company_name: str | None) -> str | None:
    """The filter of "Get a list of customers filtered by a search field": JSON, in a query parameter."""
    if company_name is None:
        return None
    return json.dumps({"Field": "CompanyName", "Value": company_name, "Operator": "starts_with"})


def _visible(token: str) -> str:
    if not (token.isascii() and token.isprintable() and token):
        raise InvalidInput("That is no position in the list of customers.")
    return token
