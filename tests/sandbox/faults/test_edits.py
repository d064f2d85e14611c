"""The fault `edit`, which changes members, status and headers of an answer."""

from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest

from gateway.sandbox.faults.edits import apply_edits
from gateway.sandbox.faults.rules import Rule, read_settings
from tests.sandbox.shop_ids import CONTOSO_PATH, DEMO_CART_PATH

Create = Callable[..., Awaitable[dict[str, Any]]]
Inject = Callable[..., Awaitable[None]]

BODY = b'{"id":"aB-1","lines":[{"id":1,"price":30.40},{"id":2},{"id":3}],"links":{"self":{"uri":"/x"}}}'
FIRST, REST = b'{"id":"aB-1","lines":[{"id":1,"price":30.40},{"id":2},{"id":3}]', b',"links":{"self":{"uri":"/x"}}}'


def edit_of(members: str) -> Rule:
    """A rule that edits with these members."""
    rules = read_settings(f'{{"faults": [{{"fault": "edit", {members}}}]}}'.encode()).faults
    assert rules is not None
    return rules[0]


@pytest.mark.parametrize(
    ("edit", "body"),
    [
        pytest.param('"set": {"id": null}', BODY.replace(b'"aB-1"', b"null"), id="a member is set"),
        pytest.param('"set": {"id": 30.40}', BODY.replace(b'"aB-1"', b"30.40"), id="as it is written"),
        pytest.param(f'"set": {{"id": {"9" * 40}}}', BODY.replace(b'"aB-1"', b"9" * 40), id="to a number out of range"),
        pytest.param('"set": {"lines.0.price": ""}', BODY.replace(b"30.40", b'""'), id="a member of an item"),
        pytest.param('"set": {"lines.-1.id": []}', BODY.replace(b"3}", b"[]}"), id="of the last item"),
        pytest.param('"set": {"lines.*.id": 0}', BODY.replace(b":1,", b":0,").replace(b"2}", b"0}").replace(b"3}", b"0}"), id="of every item"),
        pytest.param('"set": {"lines.1:.id": 0}', BODY.replace(b"2}", b"0}").replace(b"3}", b"0}"), id="of a slice of items"),
        pytest.param('"set": {"links.*": 0}', BODY.replace(b'{"uri":"/x"}', b"0"), id="every member of an object"),
        pytest.param('"set": {"links.next": 0}', BODY.replace(b'"}}}', b'"},"next":0}}'), id="a member is added"),
        pytest.param('"set": {"links.next.uri": 0}', BODY, id="not below one that is missing"),
        pytest.param('"set": {"id.x": 0, "lines.9": 0, "lines.x": 0, "9": 0}', BODY[:-1] + b',"9":0}', id="not where nothing can be"),
        pytest.param('"set": {"$": {"code": 400072}}', b'{"code": 400072}', id="the whole body"),
        pytest.param('"set": {"**.uri": 0}', BODY.replace(b'"/x"', b"0"), id="at any depth, not where it is missing"),
        pytest.param('"remove": ["lines"]', BODY[:12] + REST, id="a member is removed"),
        pytest.param('"remove": ["lines.1:"]', BODY.replace(b',{"id":2},{"id":3}', b""), id="items are removed"),
        pytest.param('"remove": ["lines.1", "lines.0"]', BODY.replace(b'{"id":1,"price":30.40},{"id":2},', b""), id="one after another"),
        pytest.param('"remove": ["lines.-2"]', BODY.replace(b'{"id":2},', b""), id="counted from the end"),
        pytest.param('"remove": ["nothing", "id.x"]', BODY, id="nothing is removed"),
        pytest.param('"remove": ["$"]', b"", id="the body is removed"),
        pytest.param('"remove": ["**.id"]', b'{"lines":[{"price":30.40},{},{}]' + REST, id="at any depth"),
        pytest.param('"swapCase": ["**.id"]', BODY.replace(b"aB-1", b"Ab-1"), id="texts change their letter case"),
        pytest.param('"swapCase": ["links", "nothing"]', BODY, id="only texts do"),
    ],
)  # fmt: skip
def test_an_edit_changes_only_what_its_paths_select(edit: str, body: bytes) -> None:
    """Every other member stays as it was."""
    assert apply_edits(edit_of(edit), BODY) == body


async def test_a_checkout_may_answer_without_its_orders(api: httpx.AsyncClient, create: Create, inject: Inject) -> None:
    """The work is done nevertheless."""
    cart = await create({})
    await inject({"calls": "POST */checkout", "fault": "edit", "remove": ["orders"]})

    answer = await api.post(f"{CONTOSO_PATH}/carts/{cart['id']}/checkout")

    assert (answer.status_code, "orders" in answer.json()) == (201, False)
    assert len((await api.get("/_sandbox/purchases")).json()["purchases"]) == 1


async def test_an_edit_may_send_an_error_body_with_status_200(api: httpx.AsyncClient, inject: Inject) -> None:
    """Any body, status and headers can be combined."""
    refusal: dict[str, object] = {"code": {}, "description": None, "statusCode": "BadRequest"}
    await inject({"fault": "edit", "status": 202, "set": {"$": refusal}, "headers": {"X-Long": "x" * 9000}})

    answer = await api.get(DEMO_CART_PATH)

    assert (answer.status_code, answer.json(), len(answer.headers["X-Long"])) == (202, refusal, 9000)


async def test_a_status_without_a_body_has_none(api: httpx.AsyncClient, inject: Inject) -> None:
    """Even if the edit sets one."""
    await inject({"fault": "edit", "status": 204, "set": {"id": 1}})

    answer = await api.get(DEMO_CART_PATH)

    assert (answer.status_code, answer.content) == (204, b"")


async def test_an_edit_before_the_work_prevents_it(api: httpx.AsyncClient, inject: Inject) -> None:
    """The default is after the work."""
    cart = (await api.get(DEMO_CART_PATH)).json()
    changed = {**cart, "lineItems": [{**cart["lineItems"][0], "quantity": 7}]}
    await inject({"calls": "PUT", "fault": "edit", "remove": ["status"], "when": "before"})

    answer = await api.put(DEMO_CART_PATH, json=changed)

    assert answer.json()["lineItems"][0]["quantity"] == 7
    assert (await api.get(DEMO_CART_PATH)).json() == cart


async def test_an_edit_can_page_customers_by_offset(api: httpx.AsyncClient, inject: Inject) -> None:
    """The first page is edited; the sandbox links the following pages by offset."""
    following: dict[str, object] = {"uri": "/customers?size=1&offset=1", "method": "GET", "headers": []}
    edit: dict[str, object] = {
        "set": {"links.next": following},
        "remove": ["items.1:", "continuationToken"],
        "times": 1,
    }
    await inject({"calls": "GET customers", "fault": "edit", **edit})

    pages = [(await api.get("/v1/customers")).json()]
    while "next" in pages[-1]["links"]:
        pages.append((await api.get(f"/v1{pages[-1]['links']['next']['uri']}")).json())

    assert [len(each["items"]) for each in pages] == [1, 1, 1, 1]
    assert all("continuationToken" not in each for each in pages)


async def test_an_edit_rule_is_shown_as_sent(api: httpx.AsyncClient, inject: Inject) -> None:
    """With all its values."""
    edit = {
        "fault": "edit",
        "set": {"a": [1, "x"]},
        "remove": ["b"],
        "swapCase": ["c"],
        "status": 200,
        "headers": {"D": "e"},
    }
    await inject(edit)

    (shown,) = (await api.get("/_sandbox/faults")).json()["faults"]

    assert edit.items() <= shown.items()


def test_an_empty_body_can_be_edited() -> None:
    """It stays empty unless the whole body is set."""
    edits = ('"remove": ["a"]', '"set": {"$": 1}')

    assert [apply_edits(edit_of(each), b"") for each in edits] == [b"", b"1"]
