"""A change is read, made and written back as a whole; nobody's change is lost to anybody else's."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import httpx
import pytest

from gateway.carts import edits
from gateway.carts.content import version
from gateway.carts.document import lines_of
from gateway.carts.edits import Edit
from gateway.carts.keys import CartKey
from gateway.carts.rules import CartRule, NoSuchLine, NotEditable, VersionConflict
from gateway.carts.service import Carts, Change
from gateway.declined import Problem
from gateway.errors import NotFound, Refused, Throttled, Unavailable
from gateway.partner_center.client import PartnerCenter
from gateway.partner_center.models.carts import Cart
from gateway.partner_center.plain_json import document
from gateway.sandbox.app import Sandbox
from gateway.store.locks import ResourceLocks
from gateway.store.memory import MemoryStore
from tests.carts.shop import KEY, OLD_ADDON, OLD_OFFER, a_cart, a_line, item, line_named, new_line
from tests.carts.upstream import Reply, Upstream, connection_refused, refusal
from tests.harness import Clock
from tests.shop_ids import CONTOSO, DEMO_CART

ADDING = edits.adding([new_line(item("Z"))])


def a_change(edit: Edit = ADDING, *, expected_version: str | None = None, attested: bool | None = None) -> Change:
    return Change(edit, expected_version=expected_version, attested=attested)


def items(cart: Cart) -> list[str | None]:
    return [line.catalog_item_id for line in cart.line_items]


async def problem_of(call: Awaitable[object]) -> Problem:
    """The one thing that a call is declined for."""
    with pytest.raises(CartRule) as caught:
        await call
    (problem,) = caught.value.problems
    return problem


async def test_a_change_is_one_read_and_one_write(carts: Carts, upstream: Upstream) -> None:
    """It answers with the cart before and the cart as Partner Center stored it."""
    changed = await carts.change(KEY, a_change())

    assert upstream.methods == ["GET", "PUT"]
    assert (items(changed.before), items(changed.after)) == ([item("A")], [item("A"), item("Z")])


async def test_the_whole_cart_goes_back(carts: Carts, upstream: Upstream) -> None:
    """What is written is what was read, every member and digit, but for the edit."""
    read = document(upstream.body)

    await carts.change(KEY, a_change())

    (written,) = upstream.written
    assert {**written, "lineItems": None} == {**read, "lineItems": None}
    assert b'"price":30.40' in upstream.requests[1].content


async def test_an_addition_leaves_other_lines_byte_for_byte(carts: Carts, upstream: Upstream) -> None:
    """Their layout included, so that nothing in them can get lost."""
    line = b'{ "id": 4, "catalogItemId": "A", "quantity": 1, "addonItems": [{"id": 9, "catalogItemId": "B", "quantity": 1}], "odd": 1e2 }'
    upstream.body = b'\xef\xbb\xbf{"id": "%s", "lineItems": [ %s ], "odd": [1.10, {"": null}]}' % (
        DEMO_CART.encode(),
        line,
    )

    await carts.change(KEY, a_change())

    written = upstream.requests[1].content
    assert b'"lineItems":[%s,{"catalogItemId"' % line in written
    assert b'"odd":[1.10, {"": null}]' in written
    assert lines_of(document(written))[-1]["id"] == 10


async def test_a_change_without_a_key_leaves_the_store_alone(
    partner_center: PartnerCenter, clock: Callable[[], datetime]
) -> None:
    """A store of this process alone needs no lease, and no repeat could find a record."""

    class Untouched(MemoryStore):
        def __getattribute__(self, name: str) -> object:
            assert name in {"is_shared", "__class__"}
            return super().__getattribute__(name)

    carts = Carts(partner_center, locks=ResourceLocks(Untouched(clock=lambda: 0)), now=clock)

    assert items((await carts.change(KEY, a_change())).after) == [item("A"), item("Z")]


@pytest.mark.parametrize(
    ("attested", "written"),
    [pytest.param(None, {}, id="not said"), *((said, {"partnerOnRecordAttestationAccepted": said}) for said in (True, False))],
)  # fmt: skip
async def test_an_attestation_goes_with_the_write(
    carts: Carts, upstream: Upstream, attested: bool | None, written: dict[str, object]
) -> None:
    """It is sent only when the caller gave it: Partner Center never returns it."""
    await carts.change(KEY, a_change(attested=attested))
    await carts.create(CONTOSO, [new_line(item("A"))], attested=attested)

    changed, created = upstream.written[0], document(upstream.requests[-1].content)
    for sent in (changed, created):
        assert {name: value for name, value in sent.items() if name.startswith("partnerOn")} == written


async def test_a_new_cart_is_one_write(carts: Carts, upstream: Upstream) -> None:
    """Every creation has a request id of its own, so that two wanted carts are two."""
    lines = [new_line(OLD_OFFER, OLD_ADDON)]

    created = [await carts.create(CONTOSO, lines, attested=None) for _ in range(2)]

    assert created == [a_cart(), a_cart()]
    assert upstream.methods == ["POST", "POST"]
    assert document(upstream.requests[0].content) == edits.creating(lines).document
    assert len(set(upstream.request_ids)) == 2


async def test_a_cart_that_is_gone_is_not_found(carts: Carts, upstream: Upstream) -> None:
    """Nothing is written when there is nothing to change."""
    upstream.reply_with("GET", refusal(404, 800008))

    with pytest.raises(NotFound):
        await carts.change(KEY, a_change())

    assert upstream.methods == ["GET"]


async def test_an_edit_that_cannot_be_writes_nothing(carts: Carts, upstream: Upstream) -> None:
    """As a whole or not at all."""
    problem = await problem_of(carts.change(KEY, a_change(edits.removing([line_named(item("B"), "lineItemIds")]))))

    assert isinstance(problem, NoSuchLine)
    assert upstream.methods == ["GET"]


async def test_the_expected_version_lets_a_change_through(carts: Carts, upstream: Upstream) -> None:
    """A caller that has seen the current cart may change it."""
    seen = version(await carts.cart(KEY))

    await carts.change(KEY, a_change(expected_version=seen))

    assert upstream.methods == ["GET", "GET", "PUT"]


async def test_an_outdated_version_changes_nothing(carts: Carts, upstream: Upstream) -> None:
    """A caller that has seen another version gets the current cart, and nothing is written."""
    seen = version(await carts.cart(KEY))
    upstream.change(lineItems=[a_line(0, item("B"))])

    problem = await problem_of(carts.change(KEY, a_change(expected_version=seen)))

    assert isinstance(problem, VersionConflict)
    assert (problem.path, problem.expected_version, items(problem.cart)) == (("expectedVersion",), seen, [item("B")])
    assert upstream.written == []


async def test_a_conflict_is_made_good(carts: Carts, upstream: Upstream) -> None:
    """While another request holds the cart (409/800064) it is read again and the intention applied to what is there."""

    async def another_was_faster() -> httpx.Response:
        upstream.change(lineItems=[a_line(0, item("A")), a_line(1, item("B"))])
        return refusal(409, 800064)

    upstream.reply_with("PUT", another_was_faster)

    changed = await carts.change(KEY, a_change())

    assert upstream.methods == ["GET", "PUT", "GET", "PUT"]
    assert items(changed.before) == [item("A"), item("B")]
    assert items(changed.after) == [item("A"), item("B"), item("Z")]


async def test_a_conflict_does_not_excuse_an_outdated_version(carts: Carts, upstream: Upstream) -> None:
    """The cart that is read again must still be the one its caller saw."""
    seen = version(await carts.cart(KEY))

    async def another_was_faster() -> httpx.Response:
        upstream.change(status="Active", lineItems=[a_line(0, item("B"))])
        return refusal(409, 800064)

    upstream.reply_with("PUT", another_was_faster)

    problem = await problem_of(carts.change(KEY, a_change(expected_version=seen)))

    assert isinstance(problem, VersionConflict)
    assert problem.expected_version == seen
    assert upstream.methods == ["GET", "GET", "PUT", "GET"]


async def test_endless_conflicts_are_reported(carts: Carts, upstream: Upstream) -> None:
    """After the third the error says that others keep changing the cart; it blames no version."""
    upstream.reply_with("PUT", *(refusal(409, 800064) for _ in range(3)))

    problem = await problem_of(carts.change(KEY, a_change()))

    assert isinstance(problem, VersionConflict)
    assert (problem.path, problem.expected_version) == (("cartId",), None)
    assert upstream.methods == ["GET", "PUT", "GET", "PUT", "GET", "PUT", "GET"]


async def test_an_ordered_cart_is_not_changed(carts: Carts, upstream: Upstream) -> None:
    """It can only be read; the caller is shown it."""
    upstream.change(status="Ordered")

    problem = await problem_of(carts.change(KEY, a_change()))

    assert isinstance(problem, NotEditable)
    assert (problem.reason, problem.path, problem.cart) == (
        "ALREADY_ORDERED",
        ("cartId",),
        a_cart(status="Ordered"),
    )
    assert upstream.methods == ["GET"]


async def test_a_cart_ordered_meanwhile_is_not_changed(carts: Carts, upstream: Upstream) -> None:
    """The refusal of a submitted cart (400/800065) says the same as its status."""
    upstream.reply_with("PUT", refusal(400, 800065))

    problem = await problem_of(carts.change(KEY, a_change()))

    assert isinstance(problem, NotEditable)
    assert problem.reason == "ALREADY_ORDERED"
    assert upstream.methods == ["GET", "PUT"]


async def test_an_expired_cart_is_not_changed(carts: Carts, upstream: Upstream, clock: Clock) -> None:
    """By the gateway's clock, even while Partner Center still shows it."""
    clock.advance(timedelta(days=7))

    problem = await problem_of(carts.change(KEY, a_change()))

    assert isinstance(problem, NotEditable)
    assert problem.reason == "EXPIRED"
    assert upstream.methods == ["GET"]


async def test_an_outdated_version_of_an_ordered_cart_is_about_the_order(carts: Carts, upstream: Upstream) -> None:
    """That the cart cannot be changed at all is reported before what was changed meanwhile."""
    seen = version(await carts.cart(KEY))
    upstream.change(status="Ordered")

    assert isinstance(await problem_of(carts.change(KEY, a_change(expected_version=seen))), NotEditable)


@pytest.mark.parametrize(
    ("answer", "failure"),
    [
        pytest.param(refusal(400, 800002), Refused, id="a refusal of other kinds"),
        pytest.param(refusal(404, 800008), NotFound, id="gone meanwhile"),
        pytest.param(refusal(429), Throttled, id="throttled"),
        pytest.param(connection_refused(), Unavailable, id="not reached"),
    ],
)
async def test_other_failures_of_a_write_are_not_repeated(
    carts: Carts, upstream: Upstream, answer: Reply, failure: type[Exception]
) -> None:
    """Adding twice is not adding once, so what may have happened is not done again."""
    upstream.reply_with("PUT", answer)

    with pytest.raises(failure):
        await carts.change(KEY, a_change())

    assert upstream.methods == ["GET", "PUT"]


async def test_changes_of_one_cart_wait_for_each_other(carts: Carts, upstream: Upstream) -> None:
    """The second reads what the first wrote."""
    await asyncio.gather(
        carts.change(KEY, a_change()), carts.change(KEY, a_change(edits.adding([new_line(item("Y"))])))
    )

    assert upstream.methods == ["GET", "PUT", "GET", "PUT"]
    assert items(await carts.cart(KEY)) == [item("A"), item("Z"), item("Y")]


async def test_a_lock_is_released_when_its_holder_ends(carts: Carts, upstream: Upstream) -> None:
    """A change that fails or is given up keeps no other waiting."""
    begun = asyncio.Event()

    async def never() -> httpx.Response:
        begun.set()
        await asyncio.Event().wait()
        raise AssertionError("nobody ends this")

    upstream.reply_with("GET", never, refusal(500))
    given_up = asyncio.create_task(carts.change(KEY, a_change()))
    failing = asyncio.create_task(carts.change(KEY, a_change()))
    last = asyncio.create_task(carts.change(KEY, a_change()))
    await begun.wait()
    given_up.cancel()

    results = await asyncio.gather(given_up, failing, last, return_exceptions=True)

    assert [type(result).__name__ for result in results] == ["CancelledError", "Unavailable", "Changed"]


async def test_different_carts_do_not_wait_for_each_other(
    connect: Callable[..., PartnerCenter], upstream: Upstream, clock: Clock
) -> None:
    """A cart whose change hangs holds up no other, not even of the same customer."""
    other = CartKey(CONTOSO, DEMO_CART.replace("2", "3"))
    begun, may_end = asyncio.Event(), asyncio.Event()

    async def slowly() -> httpx.Response:
        begun.set()
        await may_end.wait()
        return httpx.Response(200, content=upstream.body)

    upstream.reply_with("GET", slowly)
    carts = Carts(connect(httpx.MockTransport(upstream)), locks=ResourceLocks(MemoryStore(clock=lambda: 0)), now=clock)
    slow = asyncio.create_task(carts.change(KEY, a_change()))
    await begun.wait()

    await carts.change(other, a_change())

    assert not slow.done()
    may_end.set()
    await slow
    paths = [request.url.path.rpartition("/")[2] for request in upstream.requests]
    assert paths == [KEY.cart_id, other.cart_id, other.cart_id, KEY.cart_id]


class Halting(httpx.AsyncBaseTransport):
    """Lets every other task have its turn before each call, as a network would."""

    def __init__(self, onwards: httpx.AsyncBaseTransport) -> None:
        self._onwards = onwards

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        await asyncio.sleep(0)
        return await self._onwards.handle_async_request(request)


async def test_eight_writers_lose_nothing(connect: Callable[..., PartnerCenter], sandbox: Sandbox) -> None:
    """Two signed-in sessions add to one cart at once, four times each: every line is there in the end."""
    locks = ResourceLocks(MemoryStore(clock=lambda: 0))
    over_sandbox = Halting(httpx.ASGITransport(sandbox))
    sessions = [
        Carts(connect(over_sandbox, token=sandbox.demo_token()), locks=locks, now=sandbox.now) for _ in range(2)
    ]
    key = CartKey(sandbox.demo.customer_id, sandbox.demo.cart_id)
    before = await sessions[0].cart(key)
    more = new_line(str(before.line_items[0].catalog_item_id))

    await asyncio.gather(*(sessions[n % 2].change(key, a_change(edits.adding([more]))) for n in range(8)))

    after = await sessions[0].cart(key)
    assert len(after.line_items) == len(before.line_items) + 8
    assert [line.partner_center_id for line in after.line_items] == [str(n) for n in range(len(after.line_items))]
