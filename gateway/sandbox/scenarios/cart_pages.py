"""Scenarios that a cart page shows: lines that cannot be bought as they are, and carts that change or expire meanwhile."""

from datetime import timedelta

import msgspec

from gateway.sandbox import errors, wire
from gateway.sandbox.carts import carts
from gateway.sandbox.carts.records import CartRecord
from gateway.sandbox.catalog import inventory
from gateway.sandbox.scenarios.scenario import (
    BUSINESS_BASIC,
    MICROSOFT_365_E3,
    USER_CAL,
    Scenario,
    check_again,
    line,
)
from gateway.sandbox.world.seed import Customer
from gateway.sandbox.world.world import World

_RESERVED_VM = "DZH318Z0BQ5S:0002:DZH318Z0C58F"
"""The sandbox has 40 of them."""
_REMOTE_ASSIST = "CFQ7TTC0HBSJ:0001:CFQ7TTC0JQH3"
_FOR_MOVERS = "39NFJQT1XK5L:000J:39NFJQT1Q5D8"
"""A promotion of Remote Assist that has to be asked for."""
_E3_FOR_A_YEAR = "39NFJQT1PGVJ:0045:39NFJQT1Q684"
"""A promotion that applies automatically."""


def _sell_out(world: World, customer: Customer, cart: CartRecord) -> None:
    inventory.record_sale(world, _RESERVED_VM.rpartition(":")[0].lower(), 40)
    check_again(world, customer, cart)


def _expire(world: World, customer: Customer, cart: CartRecord) -> None:
    """Makes the cart eight days older."""
    age = timedelta(days=8)
    before = [wire.parse_timestamp(each) for each in (cart.created, cart.modified, cart.expires)]
    created, modified, expires = [wire.format_timestamp(each - age) for each in before if each is not None]
    carts.save(world, msgspec.structs.replace(cart, created=created, modified=modified, expires=expires))


def _let_promotions_lapse(world: World, customer: Customer, cart: CartRecord) -> None:
    _end(world, customer, _FOR_MOVERS, timedelta(minutes=-1))
    _end(world, customer, _E3_FOR_A_YEAR, timedelta(minutes=10))
    check_again(world, customer, cart)


def _end(world: World, customer: Customer, promotion_id: str, after: timedelta) -> None:
    promotion = world.assortment.promotion(promotion_id, customer.country)
    if promotion is None:
        raise errors.not_found(f"The promotion {promotion_id}")
    ends = wire.format_timestamp(world.now() + after)
    world.save_promotion(msgspec.structs.replace(promotion, end_date=ends))


def _change_twice(world: World, customer: Customer, cart: CartRecord) -> None:
    """A colleague has already changed the quantity of the first line, and does so again once the cart was read."""
    once = _with_seats(world, customer, cart, 15)
    carts.save(world, once)
    carts.plan_change(world, _with_seats(world, customer, once, 20))


def _with_seats(world: World, customer: Customer, cart: CartRecord, quantity: int) -> CartRecord:
    first, *others = cart.lines
    changed = (msgspec.structs.replace(first, quantity=quantity), *others)
    lines = carts.recheck_lines(world, customer, cart, changed)
    return msgspec.structs.replace(cart, lines=lines, revision=cart.revision + 1)


SCENARIOS = (
    Scenario(
        name="out-of-stock",
        operation="CartPage",
        operations=("CartPage", "CheckOut"),
        look_for=(
            "The reserved instance has an error and no price, and a problem says so before paying. The checkout is refused "
            "until the line is removed."
        ),
        lines=(
            line(
                _RESERVED_VM,
                3,
                cycle="one_time",
                provisioningContext={"scope": "shared", "subscriptionId": "1C461A25-F729-4FA5-AADB-280947DD05E8"},
            ),
            line(MICROSOFT_365_E3, 10),
        ),
        prepare=_sell_out,
    ),
    Scenario(
        name="over-seat-limit",
        operation="MendLine",
        operations=("MendLine", "CartPage", "CheckOut"),
        look_for=(
            "Until it is mended, the line has an error that accepts 1 to 300 seats (CartPage shows it). MendLine asks for "
            "300, and the error is gone."
        ),
        lines=(line(BUSINESS_BASIC, 400), line(USER_CAL, 10, cycle="one_time", term=None)),
    ),
    Scenario(
        name="expired-cart",
        operation="CartPage",
        operations=("CartPage", "CheckOut"),
        look_for=(
            "expiresAt has passed, isEditable is false, and the problem is CART_EXPIRED. With the switch showExpiredCarts "
            "off, the cart is null: Partner Center may answer either way."
        ),
        switches={"showExpiredCarts": True},
        prepare=_expire,
    ),
    Scenario(
        name="lapsing-promotion",
        operation="CartPage",
        operations=("CartPage", "Promotions", "CheckOut"),
        look_for=(
            "The line of Remote Assist has an error, because its promotion has ended. The other line's promotion still "
            "applies; Promotions shows that it ends within ten minutes."
        ),
        lines=(
            line(_REMOTE_ASSIST, 10, term="P1M", promotionId=_FOR_MOVERS),
            line(MICROSOFT_365_E3, 25),
        ),
        prepare=_let_promotions_lapse,
    ),
    Scenario(
        name="version-conflict",
        operation="ChangeLines",
        operations=("ChangeLines", "CartPage"),
        look_for=(
            "A change with the expectedVersion that the buyer saw gets CartVersionConflictError, with the cart as it is "
            "now. The colleague's last change comes right after the first read of the cart."
        ),
        lines=(line(MICROSOFT_365_E3, 10), line(USER_CAL, 10, cycle="one_time", term=None)),
        prepare=_change_twice,
    ),
)
