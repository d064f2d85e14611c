"""Requests that are refused as a whole, with a documented error and never a 500."""

import json

import httpx
import pytest

from tests.sandbox.shop_ids import CARTS_PATH, DEMO_CART_PATH

E5 = '"catalogItemId": "CFQ7TTC0LF8S:0001:CFQ7TTC0VZW5"'
BASE, ARCHIVING = "91FD106F-4B2C-4938-95AC-F54F74E9A239", "43FCE491-76D1-4BCC-B709-8A288786DBAE"
ANALYTICS = "45320EC9-9B8E-49D0-B900-F14141A0ABD1"
RESELLER = '"participants": [{"key": "transaction_reseller", "value": "1"}]'


def of_line(members: str) -> str:
    return f'{{"lineItems": [{{{members}}}]}}'


def with_addon(base: str, addon: str, more: str = "") -> str:
    nested = f'{{"catalogItemId": "{addon}", "quantity": 1, "billingCycle": "monthly"{more}}}'
    return of_line(f'"catalogItemId": "{base}", "quantity": 1, "billingCycle": "monthly", "addonItems": [{nested}]')


def on_subscription(subscription: str) -> str:
    context = f'"provisioningContext": {{"ParentSubscriptionId": "{subscription}"}}'
    return of_line(f'"catalogItemId": "{ARCHIVING}", "quantity": 1, "billingCycle": "monthly", {context}')


REFUSED = [
    pytest.param("", 800002, id="nothing"),
    pytest.param("lineItems", 800002, id="no JSON"),
    pytest.param("[]", 800002, id="an array"),
    pytest.param("null", 800002, id="null"),
    pytest.param("{}", 800002, id="no lines"),
    pytest.param('{"lineItems": []}', 800002, id="an empty list of lines"),
    pytest.param('{"lineItems": null}', 800002, id="null lines"),
    pytest.param('{"lineItems": [1]}', 800002, id="a number for a line"),
    pytest.param("[" * 50_000, 800002, id="JSON nested without end"),
    pytest.param(f'{{"x": {"[" * 60}{"]" * 60}}}', 800002, id="JSON nested deeper than any document"),
    pytest.param(of_line(f'{E5}, "quantity": NaN'), 800002, id="not a number"),
    pytest.param(of_line(f'{E5}, "quantity": 1e999'), 800002, id="a number no double holds"),
    pytest.param(of_line(f'{E5}, "quantity": {"9" * 5000}'), 800002, id="a number of 5,000 digits"),
    pytest.param(of_line(f'{E5}, "quantity": 1.5'), 800002, id="half a seat"),
    pytest.param(of_line(f'{E5}, "quantity": "1"'), 800002, id="a quantity in quotes"),
    pytest.param(of_line(f'{E5}, "quantity": true'), 800002, id="a true quantity"),
    pytest.param(of_line(f'{E5}, "quantity": 1, "friendlyName": "\\ud800"'), 800002, id="half a character"),
    pytest.param(of_line(f'{E5}, "quantity": 1, "billingCycle": 1'), 800002, id="a billing cycle by number"),
    pytest.param(of_line(f'{E5}, "quantity": 1, "purchaseCommitment": {{"amount": "NaN"}}'), 800002, id="an amount that is no number"),
    pytest.param(of_line('"quantity": 1'), 900142, id="no catalog item"),
    pytest.param(of_line('"catalogItemId": " ", "quantity": 1'), 900142, id="a blank catalog item"),
    pytest.param(of_line(E5), 900275, id="no quantity"),
    pytest.param(of_line(f'{E5}, "quantity": 0'), 900275, id="no seats"),
    pytest.param(of_line(f'{E5}, "quantity": -1'), 900275, id="fewer than no seats"),
    pytest.param(of_line(f'{E5}, "quantity": 2147483648'), 900275, id="more seats than an int holds"),
    pytest.param(of_line(f'{E5}, "quantity": 1, "billingCycle": "weekly"'), 900126, id="an unknown billing cycle"),
    pytest.param(of_line(f'{E5}, "quantity": 1, {RESELLER}'), 900206, id="a reseller without the attestation"),
    pytest.param(with_addon("CFQ7TTC0LF8S:0001:CFQ7TTC0VZW5", ARCHIVING), 800029, id="an add-on under new commerce"),
    pytest.param(with_addon(BASE, ANALYTICS), 800029, id="an add-on of another offer"),
    pytest.param(with_addon(BASE, ARCHIVING, f', "addonItems": [{{"catalogItemId": "{ARCHIVING}", "quantity": 1}}]'), 800029, id="an add-on of an add-on"),
    pytest.param(on_subscription("a4c1340d-6911-4758-bba3-0c4c6007d161"), 800021, id="an add-on of another's subscription"),
]  # fmt: skip


@pytest.mark.parametrize(("body", "code"), REFUSED)
async def test_an_invalid_cart_request_is_a_documented_400(api: httpx.AsyncClient, body: str, code: int) -> None:
    """The error body has the four documented members, with a numeric code."""
    answer = await api.post(CARTS_PATH, content=body)

    assert (answer.status_code, answer.json()["code"]) == (400, code)
    assert list(answer.json()) == ["code", "description", "data", "source"]


@pytest.mark.parametrize(("body", "code"), REFUSED)
async def test_a_refused_update_changes_nothing(api: httpx.AsyncClient, body: str, code: int) -> None:
    """An update is checked like a create."""
    before = (await api.get(DEMO_CART_PATH)).json()

    answer = await api.put(DEMO_CART_PATH, content=body)

    assert (answer.status_code, answer.json()["code"]) == (400, code)
    assert (await api.get(DEMO_CART_PATH)).json() == before


async def test_a_refusal_names_the_line(api: httpx.AsyncClient) -> None:
    """Lines are counted from 0, add-ons included."""
    lines = [{"catalogItemId": "A:B:C", "quantity": 1}, {"catalogItemId": "A:B:C", "quantity": 0}]

    answer = await api.post(CARTS_PATH, json={"lineItems": lines})

    assert "Line item 1" in answer.json()["description"]


async def test_the_error_for_a_large_number_mentions_the_number(api: httpx.AsyncClient) -> None:
    """Nineteen digits are valid JSON, so the error must not say the JSON is invalid."""
    answer = await api.post(CARTS_PATH, content=of_line(f'{E5}, "quantity": {"9" * 19}'))

    assert "A number of 19 characters is too large." in answer.json()["description"]


async def test_a_body_too_large_is_refused(api: httpx.AsyncClient) -> None:
    """The limit is four megabytes."""
    answer = await api.post(CARTS_PATH, content=b" " * (4 * 1024 * 1024 + 1))

    assert (answer.status_code, answer.json()["code"]) == (400, 800002)


async def test_a_byte_order_mark_is_accepted(api: httpx.AsyncClient) -> None:
    """Some clients send one before the JSON."""
    body = json.dumps({"lineItems": [{"catalogItemId": "MS-AZR-0145P", "quantity": 1, "billingCycle": "Monthly"}]})

    answer = await api.post(CARTS_PATH, content=b"\xef\xbb\xbf" + body.encode())

    assert answer.status_code == 201


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        pytest.param("/v1/customers/contoso/carts/1", 400, 900118, id="a customer id that is no GUID"),
        pytest.param(
            f"/v1/customers/{'0' * 8}-0000-0000-0000-{'0' * 12}/carts/1", 404, 60003, id="an unknown customer"
        ),
        pytest.param(f"{CARTS_PATH}/2517c51b-58cd-4abe-87ed-000000000000", 404, 800008, id="an unknown cart"),
        pytest.param(f"{CARTS_PATH}/1", 404, 800008, id="a cart id that is no GUID"),
        pytest.param(f"{CARTS_PATH}/..%2F..%2Fcustomers", 404, 800008, id="a cart id with encoded slashes"),
    ],
)
async def test_unknown_resources_are_not_found(api: httpx.AsyncClient, path: str, status: int, code: int) -> None:
    """Each kind has its own code."""
    answer = await api.get(path)

    assert (answer.status_code, answer.json()["code"]) == (status, code)


async def test_another_customers_cart_is_not_found(api: httpx.AsyncClient) -> None:
    """A cart belongs to one customer."""
    answer = await api.get(
        "/v1/customers/6f4ce4d8-f42e-45e0-8661-92ad6ac9d003/carts/2517c51b-58cd-4abe-87ed-3ab812401ab4"
    )

    assert answer.json()["code"] == 800008


async def test_ids_in_paths_are_not_case_sensitive(api: httpx.AsyncClient) -> None:
    """A trailing slash, as in one printed request, is accepted."""
    answer = await api.get(f"/v1{DEMO_CART_PATH.removeprefix('/v1').upper()}/")

    assert answer.status_code == 200
