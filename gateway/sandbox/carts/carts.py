"""The cart calls but checkout: create, get, update ("Create a cart", "Update a cart").

What is sent is read by `cart_request`; `cart_lines` numbers, judges and prices it; `cart_records` is what is answered.
"""

from collections.abc import Sequence
from datetime import timedelta

import msgspec

from gateway.sandbox import errors, wire
from gateway.sandbox.carts import line_items
from gateway.sandbox.carts.records import CartLine, CartRecord
from gateway.sandbox.carts.request import AskedCart, AskedLine, flattened, read_cart_request
from gateway.sandbox.carts.rules import account_limits, old_catalog
from gateway.sandbox.carts.rules.context import Surroundings
from gateway.sandbox.catalog import inventory
from gateway.sandbox.routing import Answer, Call
from gateway.sandbox.world import subscription_records
from gateway.sandbox.world.seed import Customer
from gateway.sandbox.world.world import World

# Seven days, and the few seconds of processing that every sample shows on top.
LIFETIME = timedelta(days=7, seconds=5, microseconds=696_558)
_PROCESSING_TICKS = 813  # 81.3 microseconds lie between creation and lastModified in the sample of 2023
_KIND = "cart"


def create(world: World, call: Call) -> Answer:
    customer = world.customer(call.path_ids["customer"])
    asked = read_cart_request(call.body)
    check_rights(world, customer, [line.item_id for line in asked.all_lines], call)
    cart = new_cart(world, customer, asked, cart_id=world.ids.guid("cart"), user=_user(world, call))
    return Answer(cart.shown(), status=201)


def get(world: World, call: Call) -> Answer:
    """A read moves no timestamp."""
    customer = world.customer(call.path_ids["customer"])
    return Answer(find(world, customer, call.path_ids["cart"]).shown())


def update(world: World, call: Call) -> Answer:
    """The lines sent replace the lines kept; expiry stays. The page prints status 201."""
    customer = world.customer(call.path_ids["customer"])
    cart = find(world, customer, call.path_ids["cart"])
    asked = read_cart_request(call.body)
    attested = _attested(world, customer, asked, before=cart.attested)
    check_rights(world, customer, [line.item_id for line in asked.all_lines], call)
    if cart.is_ordered:
        raise errors.cart_already_submitted(cart.id)
    revision = cart.revision + 1
    changed = msgspec.structs.replace(
        cart,
        lines=_with_ordered_lines(cart, judged(world, customer, asked.lines, earlier=cart)),
        modified=wire.stamp(world.now(), ticks=_PROCESSING_TICKS + revision),
        revision=revision,
        user=_user(world, call),
        attested=attested,
    )
    keep(world, changed)
    return Answer(changed.shown(), status=201)


def new_cart(world: World, customer: Customer, asked: AskedCart, *, cart_id: str, user: str) -> CartRecord:
    """A cart with those lines, kept. Raises Refusal 400 without an attestation, and for add-ons that fit no parent."""
    now = world.now()
    cart = CartRecord(
        id=cart_id,
        customer_id=customer.id,
        created=wire.stamp(now),
        modified=wire.stamp(now, ticks=_PROCESSING_TICKS),
        expires=wire.stamp(now + LIFETIME, ticks=2),
        user=user,
        status="Active",
        revision=0,
        lines=judged(world, customer, asked.lines, earlier=None),
        attested=_attested(world, customer, asked, before=False),
    )
    keep(world, cart)
    return cart


def find(world: World, customer: Customer, cart_id: str) -> CartRecord:
    """The customer's cart; raises Refusal 404/800008 for an unknown and for an expired one."""
    cart = world.store.read(_KIND, f"{customer.id}/{cart_id.lower()}", CartRecord)
    if cart is None or is_expired(world, cart):
        raise errors.cart_not_found(cart_id)
    return cart


def is_expired(world: World, cart: CartRecord) -> bool:
    expires = wire.instant(cart.expires)
    return expires is not None and expires <= world.now()


def keep(world: World, cart: CartRecord) -> None:
    world.store.write(_KIND, f"{cart.customer_id}/{cart.id.lower()}", cart)


def keep_seeded(world: World) -> None:
    """The carts of the seed, made by the ordinary rules, unless they are there and have not expired."""
    for each in world.seed.carts:
        customer = world.customer(each.customer_id)
        kept = world.store.read(_KIND, f"{customer.id}/{each.id.lower()}", CartRecord)
        if kept is None or is_expired(world, kept):
            asked = read_cart_request(wire.written(each.body))
            new_cart(world, customer, asked, cart_id=each.id, user=world.seed.partner.user_id)


def judged_again(world: World, customer: Customer, cart: CartRecord, lines: Sequence[CartLine]) -> tuple[CartLine, ...]:
    """*lines* of *cart*, as they would be if they alone were put back now. Raises Refusal as an update does."""
    asked = wire.read_as(wire.written({"lineItems": lines}), AskedCart).lines
    return judged(world, customer, asked, earlier=cart)


def judged(
    world: World, customer: Customer, asked: Sequence[AskedLine], *, earlier: CartRecord | None
) -> tuple[CartLine, ...]:
    """The lines asked for as a cart has them; *earlier*: the cart whose lines they replace.

    Raises Refusal 400 for add-ons that do not fit their parent (800021, 800029).
    """
    owned = subscription_records.alive(world, customer)
    old_catalog.check_addons(asked, world.assortment)
    old_catalog.check_parent_subscriptions(asked, world.assortment, owned)
    around = Surroundings(
        assortment=world.assortment,
        customer=customer,
        currency=world.currency_code(customer),
        now=world.now(),
        owned=owned,
        sold=inventory.sold(world, {line.seat_key for line in flattened(asked)}),
        has_account_limits=account_limits.are_on(world),
        ordered=frozenset() if earlier is None else _ordered_numbers(earlier),
        filled_in=frozenset() if earlier is None else _filled_in(world, customer, earlier),
    )
    return line_items.cart_lines(asked, around, keep_numbers=earlier is not None)


def _attested(world: World, customer: Customer, asked: AskedCart, *, before: bool) -> bool:
    """Whether the partner attests: as said now, else as *before*, for answers that are put back do not say it.

    Raises Refusal as `check_attested` does.
    """
    said = asked.partner_on_record_attestation_accepted
    attested = before if said is None else said
    check_attested(world, customer, asked, attested=attested)
    return attested


def check_attested(world: World, customer: Customer, asked: AskedCart, *, attested: bool) -> None:
    """Raises Refusal 400/900206 where a reseller of new commerce needs the attestation.

    Requests printed before new commerce name resellers without attesting ("Create a cart", edition of 2020), so that
    other kinds do not need it: Inferred.
    """
    for line in asked.all_lines:
        item = world.assortment.item(line.item_id, customer.country)
        if not attested and line.names_a_reseller and item is not None and item.is_new_commerce:
            raise errors.partner_attestation_missing()


def _filled_in(world: World, customer: Customer, cart: CartRecord) -> frozenset[str]:
    """The promotions on *cart*, in lower case, that apply by themselves."""
    ids = {line.promotion_id for line in cart.all_lines if line.promotion_id and line.error is None}
    found = (world.assortment.promotion(each, customer.country) for each in ids)
    return frozenset(each.id.lower() for each in found if each is not None and each.properties.is_auto_applicable)


def _with_ordered_lines(cart: CartRecord, lines: Sequence[CartLine]) -> tuple[CartLine, ...]:
    """*lines*, those already ordered as they were ordered. Inferred: after a checkout that succeeded in part only
    what failed can still change; leaving out or changing the rest is refused with 400/800065.
    """
    ordered = {line.id: line for line in cart.lines if line.id in cart.ordered}
    sent = {line.id: line for line in lines}
    for number, line in ordered.items():
        if number not in sent or _purchase(sent[number]) != _purchase(line):
            raise errors.cart_already_submitted(cart.id)
    return tuple(ordered.get(line.id, line) for line in lines)


def _ordered_numbers(cart: CartRecord) -> frozenset[int]:
    """The lines that are ordered, and the add-ons below them."""
    return frozenset(each.id for line in cart.lines if line.id in cart.ordered for each in line.with_addons)


def _purchase(line: CartLine) -> tuple[object, ...]:
    """What must stay the same for an ordered line to count as unchanged; names and contexts may differ."""
    return (line.catalog_item_id.lower(), line.quantity, line.billing_cycle, line.term_duration, len(line.addons))


def check_rights(world: World, customer: Customer, item_ids: Sequence[str], call: Call) -> None:
    """Raises Refusal 403/900329: carts with an Azure savings plan need a user ("Azure savings plan" page)."""
    if call.caller is None or call.caller.has_user:
        return
    for item_id in item_ids:
        item = world.assortment.item(item_id, customer.country)
        if item is not None and item.is_savings_plan:
            raise errors.app_only_token()


def _user(world: World, call: Call) -> str:
    return world.seed.partner.user_id if call.caller is None else call.caller.principal
