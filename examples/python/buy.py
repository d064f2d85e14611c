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
    CartContent,
    CartLineItemInput,
    CartLineItemUpdateInput,
    CheckoutCartInput,
    CheckOutCheckoutCartErrorsCartNotEditableError,
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
ITEM = "CFQ7TTC0LH18:0001:CFQ7TTC0K971"


class Refused(Exception):
    """The purchase cannot go on."""


async def buy(gateway: Gateway) -> None:
    cart = await start(gateway, seats(5, "Head office"))
    cart = await add(gateway, cart, seats(6_000, "Branches"))
    cart = await mend(gateway, cart)

    # Somebody else takes a name away. What is given as None is sent, and clears.
    await update(gateway, cart, CartLineItemUpdateInput(id=cart.line_items[0].id, friendly_name=None))

    while changed := await order(gateway, cart):
        print("The cart is no longer what was shown; nothing was ordered.")
        show(changed)  # and here a shop asks the buyer again
        cart = changed


async def start(gateway: Gateway, line: CartLineItemInput) -> CartContent:
    wish = CreateCartInput(customer=CUSTOMER, line_items=[line], idempotency_key=str(uuid4()))
    return accepted((await gateway.start_cart(wish)).create_cart)


async def add(gateway: Gateway, cart: CartContent, line: CartLineItemInput) -> CartContent:
    key = str(uuid4())
    wish = AddCartLineItemsInput(cart_id=cart.id, expected_version=cart.version, line_items=[line], idempotency_key=key)
    return accepted((await gateway.add_lines(wish)).add_cart_line_items)


async def update(gateway: Gateway, cart: CartContent, change: CartLineItemUpdateInput) -> CartContent:
    wish = UpdateCartLineItemsInput(cart_id=cart.id, expected_version=cart.version, line_items=[change])
    return accepted((await gateway.change_lines(wish)).update_cart_line_items)


async def mend(gateway: Gateway, cart: CartContent) -> CartContent:
    """The cart with as many seats as the customer may still buy on lines that ask for more."""
    cures = list[CartLineItemUpdateInput]()
    for line in cart.line_items:
        if line.error is None:
            continue
        print(f"{line.friendly_name}: {line.error.code.value}. {line.error.message}")
        left = line.error.additional_information.available_quantity if line.error.additional_information else None
        if not left:
            raise Refused("This program knows no cure.")
        # Only the quantity is sent: what is not given stays as it is.
        cures.append(CartLineItemUpdateInput(id=line.id, quantity=left))
    if not cures:
        return cart
    wish = UpdateCartLineItemsInput(cart_id=cart.id, expected_version=cart.version, line_items=cures)
    return accepted((await gateway.mend_line(wish)).update_cart_line_items)


async def order(gateway: Gateway, cart: CartContent) -> CartContent | None:
    """Orders what was shown and nothing else; the cart as it stands when it has changed since, and nothing is ordered."""
    wish = CheckoutCartInput(cart_id=cart.id, expected_version=cart.version, idempotency_key=str(uuid4()))
    payload = (await gateway.check_out(wish)).checkout_cart
    for error in payload.errors if payload else ():
        match error:
            case CheckOutCheckoutCartErrorsCartVersionConflictError(cart=present):
                return present
            case CheckOutCheckoutCartErrorsCartNotEditableError(why_not_editable=reason):
                raise Refused(f"The cart is closed: {reason.value}.")
            case CheckOutCheckoutCartErrorsPartnerCenterRejectedError(correlation_id=correlation_id):
                raise Refused(f"{error.message} Microsoft can say more about {correlation_id}.")
            case _:  # any other kind, those that come later included
                raise Refused(f"{error.code.value}: {error.message}")
    if payload is None or payload.result is None:
        raise Refused("The answer holds neither a result nor a reason.")
    if payload.replayed:
        print("An earlier call has ordered this; no second letter to the buyer.")
    conclude(payload.result)
    return None


def conclude(result: CheckOutCheckoutCartResult) -> None:
    """Raises Refused when something was not ordered."""
    print(f"Checkout: {result.outcome.value}")
    for each in result.orders:
        print(f"Order {each.partner_center_id} of {each.created_at}: {each.total_price} {each.currency_code}")
    for failed in result.order_errors:
        names = ", ".join(line.friendly_name or "no name" for line in failed.line_items)
        print(f"Not ordered: {names}, {failed.code.value}: {failed.message}")
    if result.outcome is not CheckoutOutcome.SUCCEEDED:
        raise Refused("Not everything was ordered.")


class Refusal(Protocol):
    """What every kind of `UserError` has."""

    code: UserErrorCode
    message: str


class Payload(Protocol):
    """What every change of a cart answers."""

    @property
    def cart(self) -> CartContent | None: ...
    @property
    def errors(self) -> Sequence[Refusal]: ...


def accepted(payload: Payload | None) -> CartContent:
    """The cart after a change. Raises Refused when nothing was changed."""
    if payload is None or payload.cart is None:
        errors = payload.errors if payload else ()
        raise Refused("; ".join(f"{error.code.value}: {error.message}" for error in errors))
    show(payload.cart)
    return payload.cart


def show(cart: CartContent) -> None:
    lines = ", ".join(f"{line.friendly_name or 'no name'} {line.quantity}" for line in cart.line_items)
    totals = ", ".join(f"{total.whole_terms} {total.currency_code}" for total in cart.totals)
    print(f"Cart: {lines}; together {totals or 'without a price'}")


def seats(quantity: int, name: str) -> CartLineItemInput:
    return CartLineItemInput(
        catalog_item_id=ITEM,
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
