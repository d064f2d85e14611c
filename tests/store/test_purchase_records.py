"""Purchases in every kind of store: read as written, also by gateways of the version before, and those it wrote."""

from datetime import UTC, datetime

import msgspec
import pytest

from gateway.carts.pairing import OrderedLine
from gateway.carts.purchases import OriginKey, PartialAnswer, Purchase, PurchaseKey, Purchases
from gateway.errors import RecordUnreadable
from gateway.partner_center.models.carts import LineContent
from gateway.partner_center.reading import records as reading
from gateway.store.store import Store
from tests.carts.shop import KEY
from tests.shop_ids import CONTOSO
from tests.store.worlds import World

OURS = PurchaseKey("us", KEY)
EIGHT_DAYS_S = 8 * 86_400
AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
BODY = b'{"orders":[{"id":"76ed9c027bca"}]}'

PURCHASE = Purchase(
    generation=3,
    sent_at=1000.5,
    result=BODY,
    is_partly_ordered=True,
    result_at=AT,
    answers=(PartialAnswer(b'{"orders":[{"id":"a68736758d9c"}],"orderErrors":[{"code":1}]}', AT),),
    ordered_lines=(OrderedLine(LineContent("item", "1", "P1Y", "monthly", "Desk"), "a68736758d9c", 2),),
    is_unclear=True,
)

WRITTEN_IN_FORMAT_1 = [
    pytest.param(b"\x94\x02\xc0\xc0\xc2", Purchase(2), id="refused twice"),
    pytest.param(b"\x94\x00\xcb@\x8fD\x00\x00\x00\x00\x00\xc0\xc2", Purchase(sent_at=1000.5), id="sent"),
    pytest.param(b'\x94\x00\xc0\xc4"{"orders":[{"id":"76ed9c027bca"}]}\xc2', Purchase(result=BODY), id="ordered"),
    pytest.param(
        b"\x94\x01\xc0\xc0\xc3",
        Purchase(1, is_partly_ordered=True, is_unclear=True),
        id="ordered in part, and which part is forgotten",
    ),
]
"""What a gateway of format 1 stored."""


class Format1(msgspec.Struct, frozen=True, array_like=True):
    """A purchase as a gateway of format 1 reads and writes it."""

    generation: int = 0
    sent_at: float | None = None
    result: bytes | None = None
    is_partly_ordered: bool = False


@pytest.fixture
def purchases(store: Store) -> Purchases:
    return Purchases(store, clock=lambda: 0)


@pytest.mark.parametrize("purchase", [Purchase(), PURCHASE], ids=["empty", "full"])
async def test_a_purchase_is_read_as_it_was_written(purchases: Purchases, purchase: Purchase) -> None:
    """With every member."""
    await purchases.put(OURS, purchase)

    assert await purchases.get(OURS) == purchase


@pytest.mark.parametrize(("stored", "purchase"), WRITTEN_IN_FORMAT_1)
async def test_a_purchase_of_format_1_is_still_read(
    store: Store, purchases: Purchases, stored: bytes, purchase: Purchase
) -> None:
    """It is safe to update a gateway while purchases are under way."""
    await store.put(OURS.record_key, stored, keep_s=60)

    assert await purchases.get(OURS) == purchase


async def test_a_gateway_of_format_1_reads_what_keeps_purchases_safe(store: Store, purchases: Purchases) -> None:
    """In a rolling update both versions work on one cart: generation, attempt under way and result are the same to both."""
    await purchases.put(OURS, PURCHASE)

    found = msgspec.msgpack.decode(await store.get(OURS.record_key) or b"", type=Format1)

    assert found == Format1(3, 1000.5, BODY, is_partly_ordered=True)


async def test_what_a_gateway_of_format_1_writes_over_it_is_read_too(store: Store, purchases: Purchases) -> None:
    """It forgets the answers, which is then known to be unclear; nothing that keeps purchases safe is lost."""
    await purchases.put(OURS, PURCHASE)
    await store.put(OURS.record_key, msgspec.msgpack.encode(Format1(4, None, None, is_partly_ordered=True)), keep_s=60)

    assert await purchases.get(OURS) == Purchase(4, is_partly_ordered=True, is_unclear=True)


@pytest.mark.parametrize(
    "stored",
    [
        pytest.param(msgspec.msgpack.encode([0, None, None, False, 3]), id="a later format"),
        pytest.param(msgspec.msgpack.encode([0, None, None, False, 2, "yesterday"]), id="a member of another type"),
        pytest.param(msgspec.msgpack.encode({"generation": 0}), id="another form"),
        pytest.param(b"\xff", id="not MessagePack"),
    ],
)
async def test_a_purchase_that_cannot_be_read_is_a_failure_of_the_store(
    store: Store, purchases: Purchases, stored: bytes
) -> None:
    """It never passes for a cart that nobody has checked out."""
    await store.put(OURS.record_key, stored, keep_s=60)

    with pytest.raises(RecordUnreadable):
        await purchases.get(OURS)


async def test_an_order_leads_back_to_its_cart(purchases: Purchases, world: World) -> None:
    """For its partner and its customer, in either casing of the id, for eight days; an order without an id cannot."""
    result = reading.checkout_result(b'{"orders":[{"id":"A68736758d9c"},{"status":"new"}]}', customer_id=CONTOSO)
    await purchases.put_origins(result.orders, OURS)
    theirs = [OriginKey("them", CONTOSO, "A68736758d9c"), OriginKey("us", "another customer", "A68736758d9c")]

    world.later(EIGHT_DAYS_S - 10)
    before = await purchases.origin(OriginKey("us", CONTOSO, "a68736758D9C"))
    others = [await purchases.origin(key) for key in theirs]
    world.later(10)
    after = await purchases.origin(OriginKey("us", CONTOSO, "a68736758D9C"))

    assert (before, others, after) == (KEY, [None, None], None)


async def test_an_origin_of_a_later_format_is_a_failure_of_the_store(store: Store, purchases: Purchases) -> None:
    """What it means is not known."""
    key = OriginKey("us", CONTOSO, "a68736758d9c")
    await store.put(key.record_key, msgspec.msgpack.encode([2, "cart"]), keep_s=60)

    with pytest.raises(RecordUnreadable):
        await purchases.origin(key)
