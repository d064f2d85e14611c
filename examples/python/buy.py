"""Buys licenses for the sandbox's demo customer and tells what happens on the way: python buy.py [URL]"""

import asyncio
import os
import sys
from collections.abc import Sequence
from typing import Protocol
from uuid import uuid4

from faults import Fault, Gateway
from partner_center_gateway import (
    AddCartLineItemsInput,
    BillingCycleType,
    CartLine,
    CartLineItemInput,
    CartLineItemUpdateInput,
    CartPageCart,
    CartReferenceInput,
    CheckoutCartInput,
    CheckOutCheckoutCartErrorsCartVersionConflictError,
    CheckOutCheckoutCartErrorsPartnerCenterRejectedError,
    CheckOutCheckoutCartResult,
    CheckoutOutcome,
    CreateCartInput,
    CustomerReferenceInput,
    UpdateCartLineItemsInput,
    UserErrorCode,
)

CUSTOMER = CustomerReferenceInput(tenant_id="28089560-09e9-4305-9944-5fb2b1a786e5")
BASIC = "CFQ7TTC0LH18:0001:CFQ7TTC0K971"
PREMIUM = "CFQ7TTC0LCHC:0002:CFQ7TTC0KFFN"


class Refused(Exception):
    """The purchase cannot go on."""


class Cart(Protocol):
    """Names a cart, and the state of it that a change or a checkout is meant for."""

    id: str
    version: str


async def buy(gateway: Gateway) -> None:
    begun = await start(gateway, seats(BASIC, 5, "Head office"))
    await add(gateway, begun, seats(PREMIUM, 6_000, "Branches"))
    cart = await mended(gateway, await shown(gateway, begun))

    # Somebody else takes a name away. What is given as None is sent, and clears.
    await update(gateway, cart, CartLineItemUpdateInput(id=cart.line_items[0].id, friendly_name=None))

    while not await ordered(gateway, cart):
        print("The cart is no longer what was shown; nothing was ordered.")
        cart = await shown(gateway, cart)  # and here a shop asks the buyer again


async def start(gateway: Gateway, line: CartLineItemInput) -> Cart:
    wish = CreateCartInput(customer=CUSTOMER, line_items=[line], idempotency_key=str(uuid4()))
    return changed((await gateway.start_cart(wish)).create_cart)


async def add(gateway: Gateway, cart: Cart, line: CartLineItemInput) -> Cart:
    key = str(uuid4())
    wish = AddCartLineItemsInput(cart_id=cart.id, expected_version=cart.version, line_items=[line], idempotency_key=key)
    return changed((await gateway.add_lines(wish)).add_cart_line_items)


async def update(gateway: Gateway, cart: Cart, change: CartLineItemUpdateInput) -> Cart:
    wish = UpdateCartLineItemsInput(cart_id=cart.id, expected_version=cart.version, line_items=[change])
    return changed((await gateway.change_lines(wish)).update_cart_line_items)


async def mended(gateway: Gateway, cart: CartPageCart) -> CartPageCart:
    """The cart with as many seats as may be sold on lines that ask for more. Raises Refused when that is no cure."""
    cures = [cure for line in cart.line_items if (cure := cure_of(line))]
    if not cures:
        return cart
    wish = UpdateCartLineItemsInput(cart_id=cart.id, expected_version=cart.version, line_items=cures)
    changed((await gateway.mend_line(wish)).update_cart_line_items)
    return await mended(gateway, await shown(gateway, cart))


def cure_of(line: CartLine) -> CartLineItemUpdateInput | None:
    """None for a line without an error."""
    if line.error is None:
        return None
    print(f"{line.friendly_name}: {line.error.code.value}. {line.error.message}")
    most = line.error.accepted_quantity.maximum if line.error.accepted_quantity else None
    if most is None or most == line.quantity:
        raise Refused("This program knows no cure.")
    # Only the quantity is sent: what is not given stays as it is.
    return CartLineItemUpdateInput(id=line.id, quantity=most)


async def ordered(gateway: Gateway, cart: CartPageCart) -> bool:
    """Orders what was shown and nothing else; False when the cart has changed since, and nothing was ordered."""
    wish = CheckoutCartInput(cart_id=cart.id, expected_version=cart.version, idempotency_key=str(uuid4()))
    payload = (await gateway.check_out(wish)).checkout_cart
    for error in payload.errors if payload else ():
        match error:
            case CheckOutCheckoutCartErrorsCartVersionConflictError():
                return False
            case CheckOutCheckoutCartErrorsPartnerCenterRejectedError(reason=reason, correlation_id=correlation_id):
                raise Refused(f"{reason.value}: {error.message} Microsoft can say more about {correlation_id}.")
            case _:  # any other kind, those that come later included
                raise Refused(f"{error.code.value}: {error.message}")
    if payload is None or payload.result is None:
        raise Refused("The answer holds neither a result nor a reason.")
    if payload.replayed:
        print("An earlier call has ordered this; no second letter to the buyer.")
    conclude(payload.result)
    return True


def conclude(result: CheckOutCheckoutCartResult) -> None:
    """Raises Refused when something was not ordered."""
    print(f"Checkout: {result.outcome.value}, {result.checked_out_at}")
    for each in result.orders:
        print(f"Order {each.partner_center_id}: {each.total_price} {each.currency_code}")
    for failed in result.order_errors:
        names = ", ".join(line.friendly_name or "no name" for line in failed.line_items)
        print(f"Not ordered: {names}, {failed.code.value}: {failed.message}")
    if result.outcome is not CheckoutOutcome.SUCCEEDED:
        raise Refused("Not everything was ordered.")


class UserError(Protocol):
    """What every kind of refusal has."""

    code: UserErrorCode
    message: str


class Payload(Protocol):
    """What every change of a cart answers."""

    @property
    def cart(self) -> Cart | None: ...
    @property
    def errors(self) -> Sequence[UserError]: ...


def changed(payload: Payload | None) -> Cart:
    """The cart after a change. Raises Refused when nothing was changed."""
    if payload is None or payload.cart is None:
        errors = payload.errors if payload else ()
        raise Refused("; ".join(f"{error.code.value}: {error.message}" for error in errors))
    return payload.cart


async def shown(gateway: Gateway, cart: Cart) -> CartPageCart:
    """The cart as it stands, which the buyer then sees."""
    page = (await gateway.cart_page(CartReferenceInput(id=cart.id))).cart
    if page is None:
        raise Refused("There is no such cart.")
    lines = ", ".join(f"{line.friendly_name or 'no name'} {line.quantity}" for line in page.line_items)
    totals = ", ".join(f"{total.whole_terms} {total.currency_code}" for total in page.totals)
    print(f"Cart: {lines}; together {totals or 'without a price'}")
    return page


def seats(item: str, quantity: int, name: str) -> CartLineItemInput:
    return CartLineItemInput(
        catalog_item_id=item,
        friendly_name=name,
        quantity=quantity,
        term_duration="P1Y",
        billing_cycle=BillingCycleType.MONTHLY,
    )


async def main(url: str, token: str | None) -> int:
    headers = {"Accept": "application/graphql-response+json"}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    async with Gateway(url, headers) as gateway:
        try:
            await buy(gateway)
        except (Fault, Refused) as error:
            print(error, file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    address = sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8000/graphql"
    sys.exit(asyncio.run(main(address, os.environ.get("TOKEN"))))
