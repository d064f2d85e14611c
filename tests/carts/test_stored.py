"""Another's write that comes over ours is noticed in the answer, and ours is made again; a mere other form is no loss."""

import httpx
import pytest

from gateway.carts import edits
from gateway.carts.edits import Edit
from gateway.carts.lines import Document
from gateway.carts.rules import CartRule, VersionConflict
from gateway.carts.service import Carts, Change
from gateway.carts.version import version
from gateway.partner_center.models.writing import LineChange
from tests.carts.shop import KEY, a_body, a_line, item, line_named, new_line
from tests.carts.upstream import Upstream

TWO = [a_line(0, item("A")), a_line(1, item("B"))]
ADDING = edits.adding([new_line(item("Z"))])
RENAMING = edits.updating([(line_named(0, item("A")), LineChange(friendly_name="Front desk"))])
REMOVING = edits.removing([line_named(1, item("B"))])


def a_change(edit: Edit, *, expected_version: str | None = None) -> Change:
    return Change(edit, expected_version=expected_version, attested=None)


def answering(*lines: Document) -> httpx.Response:
    """What a write is answered with when the cart by then holds these lines."""
    return httpx.Response(200, content=a_body(lines))


@pytest.fixture
def upstream() -> Upstream:
    return Upstream(a_body(TWO))


@pytest.mark.parametrize(
    ("edit", "others", "then"),
    [
        pytest.param(
            ADDING,
            [*TWO, a_line(2, item("C"))],
            [*TWO, a_line(2, item("C")), {"id": 3, "catalogItemId": item("Z"), "quantity": 7}],
            id="an addition",
        ),
        pytest.param(
            RENAMING,
            [*TWO, a_line(2, item("C"))],
            [a_line(0, item("A"), friendlyName="Front desk"), TWO[1], a_line(2, item("C"))],
            id="a new name",
        ),
        pytest.param(REMOVING, [*TWO, a_line(2, item("C"))], [TWO[0], a_line(2, item("C"))], id="a removal"),
    ],
)
async def test_what_another_write_came_over_is_done_again(
    carts: Carts, upstream: Upstream, edit: Edit, others: list[Document], then: list[Document]
) -> None:
    """On the cart as the other left it, so that nobody's change is lost."""
    upstream.tell("PUT", answering(*others))

    await carts.change(KEY, a_change(edit))

    assert upstream.methods == ["GET", "PUT", "PUT"]
    assert upstream.written[1]["lineItems"] == then


@pytest.mark.parametrize(
    ("edit", "stored"),
    [
        pytest.param(
            ADDING, [*TWO, a_line(2, item("Z"), quantity=7, promotionId="1:2:3")], id="a promotion that applies by itself"
        ),
        pytest.param(ADDING, [*TWO, a_line(2, item("Z"), quantity=5)], id="another quantity than was asked for"),
        pytest.param(ADDING, [a_line(0, item("Z"), quantity=7), a_line(1, item("A")), a_line(2, item("B"))], id="other numbers"),
        pytest.param(
            RENAMING, [a_line(0, item("A"), friendlyName="FRONT DESK"), TWO[1]], id="the name in another form"
        ),
        pytest.param(REMOVING, [a_line(7, item("A"))], id="another number for what is left"),
    ],
)  # fmt: skip
async def test_another_form_is_no_loss(carts: Carts, upstream: Upstream, edit: Edit, stored: list[Document]) -> None:
    """Partner Center may number lines anew and store values in its own way; nothing is written a second time."""
    upstream.tell("PUT", answering(*stored))

    changed = await carts.change(KEY, a_change(edit))

    assert upstream.methods == ["GET", "PUT"]
    assert len(changed.after.line_items) == len(stored)


async def test_a_value_that_is_not_taken_is_tried_twice(carts: Carts, upstream: Upstream) -> None:
    """The second time it is no accident; the caller gets the cart as it stands."""
    upstream.tell("PUT", answering(*TWO), answering(*TWO))

    changed = await carts.change(KEY, a_change(RENAMING))

    assert upstream.methods == ["GET", "PUT", "PUT"]
    assert changed.after.line_items[0].friendly_name is None


async def test_lines_that_are_lost_each_time_end_in_a_conflict(carts: Carts, upstream: Upstream) -> None:
    """Nobody is told that a line was added which is not there."""
    upstream.tell("PUT", *[answering(*TWO)] * 3)

    with pytest.raises(CartRule) as caught:
        await carts.change(KEY, a_change(ADDING))

    (problem,) = caught.value.problems
    assert isinstance(problem, VersionConflict)
    assert upstream.methods == ["GET", "PUT", "PUT", "PUT"]


async def test_a_caller_who_named_a_version_is_asked_again(carts: Carts, upstream: Upstream) -> None:
    """The cart is another than the one it saw, so its change is not made on that."""
    seen = version(await carts.cart(KEY))
    upstream.tell("PUT", answering(*TWO, a_line(2, item("C"))))

    with pytest.raises(CartRule) as caught:
        await carts.change(KEY, a_change(ADDING, expected_version=seen))

    (problem,) = caught.value.problems
    assert isinstance(problem, VersionConflict)
    assert problem.expected_version == seen
    assert upstream.methods == ["GET", "GET", "PUT"]
