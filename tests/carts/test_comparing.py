"""An answered write is done, whatever its answer shows; what Partner Center did not take is data."""

from collections.abc import Sequence

import httpx
import pytest

from gateway.carts import comparing, edits
from gateway.carts.content import version
from gateway.carts.document import Document
from gateway.carts.edits import Edit
from gateway.carts.service import Carts, Change
from gateway.partner_center.models.values import CartStatus
from gateway.partner_center.models.writing import LineChange
from gateway.partner_center.plain_json import document
from tests.carts.shop import (
    KEY,
    OLD_ADDON,
    OLD_OFFER,
    a_base_line,
    a_body,
    a_cart,
    a_line,
    item,
    line_named,
    new_line,
)
from tests.carts.upstream import Upstream

A, B, Z = item("A"), item("B"), item("Z")
TWO = [a_line(0, A), a_line(1, B)]
ADDING = edits.adding([new_line(Z)])
RENAMING = edits.updating(
    [(line_named(A, "lineItems", "0", "id"), LineChange(friendly_name="Front desk", quantity=77))]
)
REMOVING = edits.removing([line_named(B)])
REISSUED = Z.replace("CFQ7TTC0K971", "CFQ7TTC0K972")
IN_KRONOR = edits.updating([(line_named(A, "lineItems", "0", "id"), LineChange(currency_code="SEK"))])

OTHER_ANSWERS = [
    pytest.param(ADDING, [*TWO, a_line(2, Z, quantity=7, promotionId="1:2:3")], [], id="a promotion that applies by itself"),
    pytest.param(ADDING, [*TWO, a_line(2, Z.lower(), quantity=7)], [], id="the id in another casing"),
    pytest.param(ADDING, [a_line(0, Z, quantity=7), a_line(1, A), a_line(2, B)], [], id="other numbers and places"),
    pytest.param(ADDING, [*TWO, a_line(2, REISSUED, quantity=7)], [("VALUE_NOT_TAKEN", "lineItems", "0", "catalogItemId")], id="a reissued availability"),
    pytest.param(ADDING, [*TWO, a_line(2, Z, quantity=5)], [("VALUE_NOT_TAKEN", "lineItems", "0", "quantity")], id="another quantity"),
    pytest.param(ADDING, TWO, [("LINE_ITEM_NOT_STORED", "lineItems", "0")], id="no line"),
    pytest.param(edits.adding([new_line(A)]), [a_line(0, A, quantity=8), a_line(1, B)], [("VALUE_NOT_TAKEN", "lineItems", "0", "quantity")], id="merged into a line of its item"),
    pytest.param(RENAMING, [a_line(0, A, friendlyName="Front desk", quantity=77), TWO[1]], [], id="everything as asked"),
    pytest.param(RENAMING, [a_line(5, A, friendlyName="Front desk", quantity="77"), a_line(6, B)], [], id="in another form"),
    pytest.param(RENAMING, [a_line(0, A, quantity=77), TWO[1]], [("VALUE_NOT_TAKEN", "lineItems", "0", "friendlyName")], id="a name that is ignored"),
    pytest.param(RENAMING, TWO, [("VALUE_NOT_TAKEN", "lineItems", "0", "quantity"), ("VALUE_NOT_TAKEN", "lineItems", "0", "friendlyName")], id="nothing taken"),
    pytest.param(edits.updating([(line_named(A, "lineItems", "0", "id"), LineChange(promotion_id=None))]), [a_line(0, A, promotionId="1:2:3"), TWO[1]], [("VALUE_NOT_TAKEN", "lineItems", "0", "promotionId")], id="a value that was to go"),
    pytest.param(IN_KRONOR, TWO, [("VALUE_NOT_TAKEN", "lineItems", "0", "currencyCode")], id="another currency"),
    pytest.param(IN_KRONOR, [a_line(0, A, currencyCode="sek"), TWO[1]], [], id="the currency in another casing"),
    pytest.param(IN_KRONOR, [a_line(0, A, currencyCode=None), TWO[1]], [], id="a currency that is left out"),
    pytest.param(edits.updating([(line_named(A, "lineItems", "0", "id"), LineChange(currency_code=None))]), TWO, [], id="the market's own currency"),
    pytest.param(
        edits.updating([(line_named(A, "lineItems", "0", "id"), LineChange(provisioning_context={"scope": "shared"}))]),
        [a_line(0, A, provisioningContext={"Scope": "shared", "duration": "1Year"}), TWO[1]],
        [],
        id="a context to which a value was added",
    ),
    pytest.param(REMOVING, [a_line(7, A)], [], id="another number for what is left"),
]  # fmt: skip


@pytest.fixture
def upstream() -> Upstream:
    return Upstream(a_body(TWO))


@pytest.mark.parametrize(("edit", "answer", "_"), OTHER_ANSWERS)
async def test_an_answered_write_is_made_once(
    carts: Carts, upstream: Upstream, edit: Edit, answer: list[Document], _: object
) -> None:
    """The caller gets the cart as stored, also when it named the version that it saw."""
    seen = version(await carts.cart(KEY))
    upstream.reply_with("PUT", httpx.Response(200, content=a_body(answer)))

    changed = await carts.change(KEY, Change(edit, expected_version=seen, attested=None))

    assert upstream.methods == ["GET", "GET", "PUT"]
    assert changed.after == a_cart(answer)


@pytest.mark.parametrize(("edit", "answer", "expected"), OTHER_ANSWERS)
def test_what_was_not_taken_is_named(edit: Edit, answer: list[Document], expected: Sequence[tuple[str, ...]]) -> None:
    """Each value and line is named with its place in the input."""
    found = comparing.compare(edit(a_cart(TWO)), a_cart(answer)).discrepancies

    assert [(each.kind, *each.path) for each in found] == list(expected)


def test_the_message_says_what_is_stored_instead() -> None:
    """In one sentence, with the value as Partner Center has it."""
    (quantity, name) = comparing.compare(
        RENAMING(a_cart(TWO)), a_cart([a_line(0, A, quantity=5), TWO[1]])
    ).discrepancies

    assert quantity.message == "Partner Center accepted the change, but the line has quantity 5."
    assert name.message == "Partner Center accepted the change, but the line has no friendlyName."


def test_an_addon_that_was_not_taken_is_named_under_its_base() -> None:
    """Its path in the input leads through the line it belongs to."""
    edited = edits.adding([new_line(OLD_OFFER, OLD_ADDON)])(a_cart(TWO))

    found = comparing.compare(edited, a_cart([*TWO, a_line(2, OLD_OFFER, quantity=7)])).discrepancies

    assert [(each.kind, each.path) for each in found] == [
        ("LINE_ITEM_NOT_STORED", ("lineItems", "0", "addonItems", "0"))
    ]


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        pytest.param([a_line(0, A)], [], id="it is gone"),
        pytest.param(TWO, [("LINE_ITEM_NOT_REMOVED", ("lineItemIds", "0"))], id="it is still there"),
    ],
)
def test_a_line_that_was_not_removed_is_named(after: list[Document], expected: list[object]) -> None:
    """It is named with its place in the input."""
    key = line_named(B).key
    assert key is not None

    found = comparing.lines_still_present({key: ("lineItemIds", "0")}, a_cart(after))

    assert [(each.kind, each.path) for each in found] == expected


async def test_members_that_an_update_leaves_out_are_those_that_were_read(carts: Carts, upstream: Upstream) -> None:
    """Status and expiry do not change with an update, so the cart in the answer still says what a mutation would find."""
    answer = a_body(TWO, status=None, expirationTimestamp="0001-01-01T00:00:00Z", creationTimestamp=None)
    upstream.reply_with("PUT", httpx.Response(200, content=answer))

    changed = await carts.change(KEY, Change(RENAMING, expected_version=None, attested=None))

    assert changed.after.status is CartStatus.ACTIVE
    assert changed.after.expires_at == changed.before.expires_at
    assert changed.after.created_at == changed.before.created_at
    assert document(changed.after.body)["lineItems"] == document(answer)["lineItems"]


@pytest.mark.parametrize(
    ("edit", "found", "expected"),
    [
        pytest.param(ADDING, [*TWO, a_line(2, Z, quantity=7)], True, id="the line is there"),
        pytest.param(ADDING, [*TWO, a_line(9, REISSUED, quantity=7)], True, id="under a reissued availability"),
        pytest.param(ADDING, TWO, False, id="it is not"),
        pytest.param(edits.adding([new_line(A)]), [a_line(0, A, quantity=8), TWO[1]], True, id="its quantity was added to another line"),
        pytest.param(edits.adding([new_line(A)]), TWO, False, id="neither line nor quantity"),
        pytest.param(REMOVING, [a_line(0, A)], True, id="the line is gone"),
        pytest.param(REMOVING, [*TWO, a_line(2, Z)], False, id="it is there, beside another's"),
        pytest.param(RENAMING, [a_line(0, A, quantity=77), TWO[1]], True, id="one of two values was taken"),
        pytest.param(RENAMING, [a_line(0, A, memberOfTomorrow=1), TWO[1]], False, id="none was"),
        pytest.param(edits.updating([(line_named(A), LineChange(catalog_item_id=A.replace("K971", "K972")))]), TWO, False, id="another availability was not taken"),
        pytest.param(edits.updating([(line_named(A), LineChange(quantity=1))]), TWO, True, id="nothing was to change"),
        pytest.param(edits.adding_addons(line_named(OLD_OFFER), [new_line(OLD_ADDON)]), [a_base_line(0, a_line(1, OLD_ADDON, quantity=7))], True, id="an add-on is there"),
        pytest.param(edits.adding_addons(line_named(OLD_OFFER), [new_line(OLD_ADDON)]), [a_base_line(0)], False, id="an add-on is not"),
    ],
)  # fmt: skip
def test_a_lost_answer_is_judged_by_the_cart(edit: Edit, found: list[Document], *, expected: bool) -> None:
    """A line that was added is looked for by what it sells, because adding it again would buy it twice."""
    before = a_cart([a_base_line(0)] if found[0].get("catalogItemId") == OLD_OFFER else TWO)

    assert comparing.is_carried_out(before, edit(before).document, a_cart(found)) is expected
