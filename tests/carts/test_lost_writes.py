"""A write whose answer is lost: what stands in the cart tells whether it was carried out."""

from collections.abc import Callable
from typing import cast

import httpx
import pytest

from gateway.carts import edits
from gateway.carts.content import version
from gateway.carts.idempotency import Checkpoint
from gateway.carts.service import Carts, Change
from gateway.errors import Unavailable
from gateway.partner_center.models.writing import LineChange
from gateway.partner_center.plain_json import document
from tests.carts.shop import KEY, a_line, item, line_named, new_line
from tests.carts.upstream import Reply, Upstream, connection_refused, refusal

ADDING = Change(edits.adding([new_line(item("Z"))]), expected_version=None, attested=None)


async def lost(upstream: Upstream, *, done: bool, then: Callable[[], None] = lambda: None) -> httpx.Response:
    """The answer to a write is lost, the work done or not; *then* somebody else does something."""
    if done:
        upstream.answer(upstream.requests[-1])
    then()
    raise httpx.ReadError("the connection broke")


async def test_a_write_whose_answer_is_lost_is_found_done(carts: Carts, upstream: Upstream) -> None:
    """No caller is asked to add again what was already added."""
    upstream.reply_with("PUT", lambda: lost(upstream, done=True))

    changed = await carts.change(KEY, ADDING)

    before, after = ([line.catalog_item_id for line in cart.line_items] for cart in (changed.before, changed.after))
    assert after == [*before, item("Z")]
    assert upstream.methods == ["GET", "PUT", "GET"]


def leave_alone(_: Upstream) -> None:
    """Nobody else does anything."""


def write_something_else(upstream: Upstream) -> None:
    upstream.change(lineItems=[a_line(0, item("Q"))])


def rename_a_line(upstream: Upstream) -> None:
    first, *others = cast("list[dict[str, object]]", document(upstream.body)["lineItems"])
    upstream.change(lineItems=[{**first, "friendlyName": "Renamed"}, *others])


@pytest.mark.parametrize(
    ("done", "then"),
    [
        pytest.param(False, leave_alone, id="it was not done"),
        pytest.param(False, rename_a_line, id="another write changed the cart"),
        pytest.param(True, write_something_else, id="another write came over it"),
    ],
)
async def test_a_write_that_is_not_there_is_made_again(
    carts: Carts, upstream: Upstream, *, done: bool, then: Callable[[Upstream], None]
) -> None:
    """It is made on the cart as it then stands: no change of other callers is lost, and no line is there twice."""
    upstream.reply_with("PUT", lambda: lost(upstream, done=done, then=lambda: then(upstream)))

    changed = await carts.change(KEY, ADDING)

    before, after = ([line.catalog_item_id for line in cart.line_items] for cart in (changed.before, changed.after))
    assert after == [*before, item("Z")]
    assert upstream.methods == ["GET", "PUT", "GET", "PUT"]


async def test_another_write_beside_a_lost_one_is_no_loss(carts: Carts, upstream: Upstream) -> None:
    """The line that was added is there, whatever other changes others made to the cart."""
    upstream.reply_with("PUT", lambda: lost(upstream, done=True, then=lambda: rename_a_line(upstream)))

    changed = await carts.change(KEY, ADDING)

    assert changed.after.line_items[0].friendly_name == "Renamed"
    assert upstream.methods == ["GET", "PUT", "GET"]


async def test_a_value_whose_write_is_lost_is_set_again(carts: Carts, upstream: Upstream) -> None:
    """However often its answer is lost, up to the last try."""
    naming = edits.updating([(line_named(item("A")), LineChange(friendly_name="Front desk"))])
    upstream.reply_with("PUT", *[lambda: lost(upstream, done=False)] * 2)

    changed = await carts.change(KEY, Change(naming, expected_version=None, attested=None))

    assert changed.after.line_items[0].friendly_name == "Front desk"
    assert upstream.methods == ["GET", "PUT", "GET", "PUT", "GET", "PUT"]


@pytest.mark.parametrize(
    ("change", "attested"),
    [
        pytest.param(LineChange(attestation_accepted=True), None, id="an attestation of a line"),
        pytest.param(LineChange(quantity=1), True, id="the partner's attestation"),
    ],
)
async def test_what_no_read_can_show_is_set_again(
    carts: Carts, upstream: Upstream, change: LineChange, *, attested: bool | None
) -> None:
    """An unchanged cart does not prove that the write was carried out."""
    setting = edits.updating([(line_named(item("A")), change)])
    upstream.reply_with("PUT", lambda: lost(upstream, done=False))

    await carts.change(KEY, Change(setting, expected_version=None, attested=attested))

    assert upstream.methods == ["GET", "PUT", "GET", "PUT"]


async def test_a_write_that_is_never_there_is_not_called_done(carts: Carts, upstream: Upstream) -> None:
    """After the last try the error says what happened, and that the change may still have been made."""
    upstream.reply_with("PUT", *[lambda: lost(upstream, done=False)] * 3)

    with pytest.raises(Unavailable) as told:
        await carts.change(KEY, ADDING)

    assert "may have been made" in told.value.message
    assert upstream.methods == ["GET", "PUT"] * 3 + ["GET"]


@pytest.mark.parametrize(
    "then",
    [
        pytest.param([refusal(409, 800064)] * 3, id="others keep changing the cart"),
        pytest.param([refusal(400, 800002)], id="a refusal"),
        pytest.param([refusal(403)], id="no rights"),
    ],
)
async def test_whatever_follows_a_lost_write_does_not_deny_it(
    carts: Carts, upstream: Upstream, then: list[httpx.Response]
) -> None:
    """The first write may still be carried out, so nothing claims that nothing was done."""
    upstream.reply_with("PUT", lambda: lost(upstream, done=False), *then)

    with pytest.raises(Unavailable, match="broke") as caught:
        await carts.change(KEY, ADDING)

    assert "may have been made" in caught.value.message


async def test_a_version_that_is_outdated_after_a_lost_write_does_not_deny_it(carts: Carts, upstream: Upstream) -> None:
    """Others changed the cart meanwhile, over the write or instead of it."""
    seen = version(await carts.cart(KEY))
    upstream.reply_with("PUT", lambda: lost(upstream, done=False, then=lambda: rename_a_line(upstream)))

    with pytest.raises(Unavailable) as caught:
        await carts.change(KEY, Change(ADDING.edit, expected_version=seen, attested=None))

    assert "may have been made" in caught.value.message


async def test_a_lost_write_and_a_failing_read_are_the_lost_write(carts: Carts, upstream: Upstream) -> None:
    """The error is about the write, because that is what may have been carried out."""
    upstream.reply_with("PUT", lambda: lost(upstream, done=True))
    upstream.reply_with("GET", httpx.Response(200, content=upstream.body), refusal(503))

    with pytest.raises(Unavailable, match="broke"):
        await carts.change(KEY, ADDING)


@pytest.mark.parametrize(
    ("answer", "request_id", "consequence"),
    [
        pytest.param(refusal(503), None, "a second one", id="without a key a repeat makes another"),
        pytest.param(
            refusal(503),
            "6f4ce4d8-f42e-45e0-8661-92ad6ac9d003",
            "does not create a second one",
            id="with one it does not",
        ),
        pytest.param(connection_refused(), None, "could not be reached to create the cart.", id="nothing was sent"),
    ],
)
async def test_a_creation_without_an_answer_says_what_a_repeat_does(
    carts: Carts, upstream: Upstream, answer: Reply, request_id: str | None, consequence: str
) -> None:
    """The cart may exist, unless nothing was sent."""
    upstream.reply_with("POST", answer)

    with pytest.raises(Unavailable) as caught:
        await carts.create(KEY.customer_id, [new_line(item("Z"))], attested=None, request_id=request_id)

    assert consequence in caught.value.message
    assert ("may exist" in caught.value.message) == caught.value.sent


async def test_a_change_whose_process_died_before_answering_is_found(carts: Carts, upstream: Upstream) -> None:
    """The checkpoint from before the write shows that the lines are there already, beside what others changed since."""
    noted = upstream.body
    upstream.change(lineItems=[a_line(0, item("A")), a_line(1, item("Z"), quantity=7), a_line(2, item("Q"))])

    changed = await carts.change(KEY, ADDING, Checkpoint(noted))

    assert [line.catalog_item_id for line in changed.before.line_items] == [item("A")]
    assert [line.catalog_item_id for line in changed.after.line_items] == [item("A"), item("Z"), item("Q")]
    assert upstream.methods == ["GET"]


@pytest.mark.parametrize(
    "then", [leave_alone, rename_a_line], ids=["nothing happened since", "others changed the cart"]
)
async def test_a_change_that_was_never_made_is_made(
    carts: Carts, upstream: Upstream, then: Callable[[Upstream], None]
) -> None:
    """A checkpoint alone does not prove that the write was carried out."""
    noted = upstream.body
    then(upstream)

    changed = await carts.change(KEY, ADDING, Checkpoint(noted))

    assert changed.after.line_items[-1].catalog_item_id == item("Z")
    assert upstream.methods == ["GET", "PUT"]


async def test_the_cart_is_noted_before_it_is_written(carts: Carts, upstream: Upstream) -> None:
    """It is saved as it was read: by that a repeat sees what the write changed."""
    noted: list[tuple[bytes, list[str]]] = []
    read = upstream.body

    async def keep(text: bytes) -> None:
        noted.append((text, list(upstream.methods)))

    await carts.change(KEY, ADDING, Checkpoint(None, keep))

    assert noted == [(read, ["GET"])]
