"""The calls that create, get and update a cart ("Create a cart", "Update a cart"). Checkout is in `orders.checkout`."""

from collections.abc import Sequence
from datetime import timedelta

import msgspec

from gateway.sandbox import errors, switches, wire
from gateway.sandbox.carts import line_items
from gateway.sandbox.carts.records import CartLine, CartRecord
from gateway.sandbox.carts.request import CartRequest, LineRequest, flattened, read_cart_request
from gateway.sandbox.carts.rules import account_limits, line_errors, old_catalog
from gateway.sandbox.carts.rules.context import RuleContext
from gateway.sandbox.catalog import inventory, promotion_limits
from gateway.sandbox.routing import Answer, Call
from gateway.sandbox.world import subscription_records
from gateway.sandbox.world.seed import Customer
from gateway.sandbox.world.world import World

# Seven days, plus a few seconds of processing as in every sample.
LIFETIME = timedelta(days=7, seconds=5, microseconds=696_558)
_PROCESSING_TICKS = 813  # 81.3 microseconds lie between creation and lastModified in the sample of 2023
_KIND, _PLANNED = "cart", "planned change of a cart"


def create(world: World, call: Call) -> Answer:
    customer = world.customer(call.path_ids["customer"])
    request = read_cart_request(call.body)
    check_rights(world, customer, [line.item_id for line in request.all_lines], call)
    cart = new_cart(world, customer, request, cart_id=world.ids.guid("cart"), user=_user(world, call))
    return Answer(cart.document(), status=201)


def get(world: World, call: Call) -> Answer:
    """Reading changes no timestamp. A change that is planned for the cart is made after the answer."""
    customer = world.customer(call.path_ids["customer"])
    cart_id = call.path_ids["cart"]
    cart = _stored(world, customer, cart_id) if switches.of(world).show_expired_carts else None
    cart = cart or find(world, customer, cart_id)
    _make_planned_change(world, cart)
    return Answer(_shown(world, cart).document())


def update(world: World, call: Call) -> Answer:
    """Replaces the line items; the expiry stays the same. Status 201, as the page prints."""
    customer = world.customer(call.path_ids["customer"])
    cart = find(world, customer, call.path_ids["cart"])
    request = read_cart_request(call.body)
    attested = _attested(world, customer, request, before=cart.attested)
    check_rights(world, customer, [line.item_id for line in request.all_lines], call)
    if cart.is_ordered:
        raise errors.cart_already_submitted(cart.id)
    revision = cart.revision + 1
    changed = msgspec.structs.replace(
        cart,
        lines=_with_ordered_lines(cart, checked_lines(world, customer, request.lines, earlier=cart)),
        modified=wire.format_timestamp(world.now(), ticks=_PROCESSING_TICKS + revision),
        revision=revision,
        user=_user(world, call),
        attested=attested,
    )
    save(world, changed)
    return Answer(changed.document(), status=201)


def new_cart(world: World, customer: Customer, request: CartRequest, *, cart_id: str, user: str) -> CartRecord:
    """Creates and stores a cart. Raises Refusal 400 for a missing attestation, and for add-ons that do not fit."""
    now = world.now()
    cart = CartRecord(
        id=cart_id,
        customer_id=customer.id,
        created=wire.format_timestamp(now),
        modified=wire.format_timestamp(now, ticks=_PROCESSING_TICKS),
        expires=wire.format_timestamp(now + LIFETIME, ticks=2),
        user=user,
        status="Active",
        revision=0,
        lines=checked_lines(world, customer, request.lines, earlier=None),
        attested=_attested(world, customer, request, before=False),
    )
    save(world, cart)
    return cart


def find(world: World, customer: Customer, cart_id: str) -> CartRecord:
    """The customer's cart. Raises Refusal 404/800008 if it does not exist or has expired."""
    cart = _stored(world, customer, cart_id)
    if cart is None or is_expired(world, cart):
        raise errors.cart_not_found(cart_id)
    return cart


def _stored(world: World, customer: Customer, cart_id: str) -> CartRecord | None:
    return world.store.read(_KIND, f"{customer.id}/{cart_id.lower()}", CartRecord)


def _shown(world: World, cart: CartRecord) -> CartRecord:
    """The cart as a read shows it, which may lag behind its checkout: see `switches`."""
    ordered_at = wire.parse_timestamp(cart.ordered_at or "")
    if ordered_at is None or world.now() >= ordered_at + switches.of(world).ordered_cart:
        return cart
    return msgspec.structs.replace(cart, status="Active")


def plan_change(world: World, changed: CartRecord) -> None:
    """Makes *changed*, the next revision of a cart, take effect once the cart has been read."""
    world.store.write(_PLANNED, f"{changed.customer_id}/{changed.id.lower()}", changed)


def _make_planned_change(world: World, cart: CartRecord) -> None:
    """Does nothing if the cart has changed since the plan was made."""
    planned = world.store.read(_PLANNED, f"{cart.customer_id}/{cart.id.lower()}", CartRecord)
    if planned is not None and planned.revision == cart.revision + 1:
        save(world, planned)


def is_expired(world: World, cart: CartRecord) -> bool:
    expires = wire.parse_timestamp(cart.expires)
    return expires is not None and expires <= world.now()


def save(world: World, cart: CartRecord) -> None:
    world.store.write(_KIND, f"{cart.customer_id}/{cart.id.lower()}", cart)


def restore_seeded(world: World) -> None:
    """Creates the carts of the seed that are missing or have expired, by the ordinary rules."""
    for each in world.seed.carts:
        customer = world.customer(each.customer_id)
        stored = _stored(world, customer, each.id)
        if stored is None or is_expired(world, stored):
            request = read_cart_request(wire.encode(each.body))
            new_cart(world, customer, request, cart_id=each.id, user=world.seed.partner.user_id)


def recheck_lines(
    world: World, customer: Customer, cart: CartRecord, lines: Sequence[CartLine]
) -> tuple[CartLine, ...]:
    """*lines* of *cart*, checked as in an update that contains only these lines. Raises Refusal as an update does."""
    requested = wire.decode_as(wire.encode({"lineItems": lines}), CartRequest).lines
    return checked_lines(world, customer, requested, earlier=cart)


def checked_lines(
    world: World, customer: Customer, requested: Sequence[LineRequest], *, earlier: CartRecord | None
) -> tuple[CartLine, ...]:
    """The line items for the requested lines. *earlier*: the cart whose lines they replace, None for a new cart.

    Raises Refusal 400 for add-ons that do not fit their parent (800021, 800029), and, where that is switched on, for a
    custom term end date that is not allowed (900242).
    """
    ever_owned = subscription_records.owned(world, customer)
    owned = subscription_records.active_or_suspended(world, customer)
    old_catalog.check_addons(requested, world.assortment)
    old_catalog.check_parent_subscriptions(requested, world.assortment, owned)
    context = RuleContext(
        assortment=world.assortment,
        customer=customer,
        currency=world.currency_code(customer),
        now=world.now(),
        owned=owned,
        sold=inventory.sold(world, {line.seat_key for line in flattened(requested)}),
        earlier=promotion_limits.earlier_purchases(ever_owned, world.assortment, customer),
        has_account_limits=account_limits.are_on(world),
        unqualified_code=switches.of(world).unqualified_code,
        ordered=frozenset() if earlier is None else _ordered_numbers(earlier),
        auto_promotions=frozenset() if earlier is None else _auto_promotions(world, customer, earlier),
    )
    lines = line_items.cart_lines(requested, context, keep_numbers=earlier is not None)
    if switches.of(world).refuse_term_end_dates:
        _refuse_term_end_dates(lines)
    return lines


def _refuse_term_end_dates(lines: Sequence[CartLine]) -> None:
    """Raises Refusal 400/900242 if a line has a custom term end date that is not allowed."""
    for error in (each.error for line in lines for each in line.with_addons):
        if error is not None and error.error_code in line_errors.TERM_END_DATES:
            raise line_errors.refusal_for(error)


def _attested(world: World, customer: Customer, request: CartRequest, *, before: bool) -> bool:
    """Whether the partner attests, from the request, or else as *before*: answers do not show it, so an update of an
    earlier answer lacks it. Raises Refusal as `check_attested` does.
    """
    requested = request.partner_on_record_attestation_accepted
    attested = before if requested is None else requested
    check_attested(world, customer, request, attested=attested)
    return attested


def check_attested(world: World, customer: Customer, request: CartRequest, *, attested: bool) -> None:
    """Raises Refusal 400/900206 if a line of new commerce names a reseller without the attestation.

    Requests printed before new commerce name resellers without it ("Create a cart", edition of 2020); that other kinds
    still do not need it is Inferred.
    """
    for line in request.all_lines:
        item = world.assortment.item(line.item_id, customer.country)
        if not attested and line.names_a_reseller and item is not None and item.is_new_commerce:
            raise errors.partner_attestation_missing()


def _auto_promotions(world: World, customer: Customer, cart: CartRecord) -> frozenset[str]:
    """The promotions on *cart* that apply automatically, in lower case."""
    ids = {line.promotion_id for line in cart.all_lines if line.promotion_id and line.error is None}
    found = (world.assortment.promotion(each, customer.country) for each in ids)
    return frozenset(each.id.lower() for each in found if each is not None and each.properties.is_auto_applicable)


def _with_ordered_lines(cart: CartRecord, lines: Sequence[CartLine]) -> tuple[CartLine, ...]:
    """*lines*, with the ordered ones unchanged.

    Raises Refusal 400/800065 if an ordered line is missing or changed. Inferred: after a checkout that succeeded in
    part, only the lines that failed can still change.
    """
    ordered = {line.id: line for line in cart.lines if line.id in cart.ordered}
    sent = {line.id: line for line in lines}
    for number, line in ordered.items():
        if number not in sent or _purchase(sent[number]) != _purchase(line):
            raise errors.cart_already_submitted(cart.id)
    return tuple(ordered.get(line.id, line) for line in lines)


def _ordered_numbers(cart: CartRecord) -> frozenset[int]:
    """The numbers of the ordered lines and of their add-ons."""
    return frozenset(each.id for line in cart.lines if line.id in cart.ordered for each in line.with_addons)


def _purchase(line: CartLine) -> tuple[object, ...]:
    """The parts of an ordered line that may not change; names and contexts may."""
    return (line.catalog_item_id.lower(), line.quantity, line.billing_cycle, line.term_duration, len(line.addons))


def check_rights(world: World, customer: Customer, item_ids: Sequence[str], call: Call) -> None:
    """Raises Refusal 403/900329 if an Azure savings plan is bought without a user token ("Azure savings plan" page)."""
    if call.caller is None or call.caller.has_user:
        return
    for item_id in item_ids:
        item = world.assortment.item(item_id, customer.country)
        if item is not None and item.is_savings_plan:
            raise errors.app_only_token()


def _user(world: World, call: Call) -> str:
    return world.seed.partner.user_id if call.caller is None else call.caller.principal
