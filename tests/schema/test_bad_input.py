"""A wrong input is refused before anything is called: every problem at once, each with its path."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from itertools import pairwise
from typing import Any

import pytest

from gateway.schema.node import Kind, node_id
from tests.harness import Gateway
from tests.shop_ids import BASIC, CONTOSO, NOBODY

Cart = dict[str, Any]
ACart = Callable[..., Awaitable[Cart]]
Refused = Callable[[str, Mapping[str, object]], Awaitable[list[dict[str, Any]]]]
Valid = Callable[[str, Cart], dict[str, object]]
Problem = tuple[str, str, str]
"""Code, path with dots, and words that the message must hold."""

OFFICE_E1 = "91FD106F-4B2C-4938-95AC-F54F74E9A239"  # of the older catalog, where add-ons nest
GOOD = {"catalogItemId": BASIC, "quantity": 1, "billingCycle": "MONTHLY", "termDuration": "P1Y"}
KINDS = {"lineItems": "line", "lineItemIds": "line", "addonItems": "add-on"}
TYPES = {"INVALID_INPUT": "InvalidInputError", "CUSTOMER_NOT_FOUND": "CustomerNotFoundError"}


def assert_reported(found: Sequence[Mapping[str, Any]], wanted: Sequence[Problem]) -> None:
    assert [(each["code"], ".".join(each["path"])) for each in found] == [each[:2] for each in wanted]
    for each, (code, _, words) in zip(found, wanted, strict=True):
        assert each["__typename"] == TYPES[code]
        assert words in each["message"]
        assert code != "INVALID_INPUT" or each["message"].startswith(named(each["path"]))


def named(path: Sequence[str]) -> str:
    """How a message begins that is about a line or an add-on: with its place in the input; else with anything."""
    places = [f"{KINDS[name]} {index}" for name, index in pairwise(path) if name in KINDS]
    return ", ".join(places).capitalize()


BAD_LINES = [
    pytest.param({"quantity": 0}, [("INVALID_INPUT", "quantity", "a quantity of 0; at least 1")], id="nothing"),
    pytest.param({"quantity": -1}, [("INVALID_INPUT", "quantity", "a quantity of -1; at least 1")], id="less"),
    pytest.param({"catalogItemId": ""}, [("INVALID_INPUT", "catalogItemId", "is empty")], id="no item"),
    pytest.param(
        {"billingCycle": "UNKNOWN"},
        [("INVALID_INPUT", "billingCycle", "name a cycle that the SKU supports")],
        id="unknown cycle",
    ),
    pytest.param(
        {"participants": [{"type": "UNKNOWN", "partnerId": "5357564"}]},
        [("INVALID_INPUT", "participants.0.type", "UNKNOWN cannot be sent")],
        id="a participant of unknown type",
    ),
    pytest.param(
        {"provisioningContext": [{"key": "scope", "value": "shared"}, {"key": "Scope", "value": "single"}]},
        [("INVALID_INPUT", "provisioningContext.1.key", "has the key 'Scope' twice")],
        id="a provisioning key twice",
    ),
    pytest.param(
        {"renewsTo": [{"termDuration": "P1Y"}, {"termDuration": "P1M"}]},
        [("INVALID_INPUT", "renewsTo.1", "renewsTo has 2 entries")],
        id="two renewals",
    ),
    pytest.param(
        {"quantity": 0, "catalogItemId": "", "billingCycle": "UNKNOWN"},
        [
            ("INVALID_INPUT", "quantity", "at least 1"),
            ("INVALID_INPUT", "catalogItemId", "is empty"),
            ("INVALID_INPUT", "billingCycle", "UNKNOWN cannot be sent"),
        ],
        id="three things at once",
    ),
]


def at(place: str, problems: Sequence[Problem]) -> list[Problem]:
    return [(code, f"input.{place}.{path}", words) for code, path, words in problems]


@pytest.mark.parametrize(("members", "problems"), BAD_LINES)
async def test_a_bad_line_creates_nothing(
    gateway: Gateway, refused: Refused, members: Mapping[str, object], problems: Sequence[Problem]
) -> None:
    """Every rule that a line breaks is reported with its path, before Partner Center is called."""
    given = {"customer": {"tenantId": CONTOSO}, "lineItems": [GOOD, {**GOOD, **members}]}

    found = await refused("createCart", given)

    assert_reported(found, at("lineItems.1", problems))
    assert await gateway.calls() == []


@pytest.mark.parametrize("name", ["addCartLineItems", "replaceCartLineItems", "updateCartLineItems"])
@pytest.mark.parametrize(("members", "problems"), BAD_LINES)
async def test_a_bad_line_changes_nothing(
    gateway: Gateway,
    a_cart: ACart,
    refused: Refused,
    valid: Valid,
    name: str,
    members: Mapping[str, object],
    problems: Sequence[Problem],
) -> None:
    """The same rules hold for lines that are added, set in place of others, or changed."""
    cart = await a_cart()
    named = {"id": cart["lineItems"][0]["id"]} if name == "updateCartLineItems" else GOOD

    found = await refused(name, {**valid(name, cart), "lineItems": [{**named, **members}]})

    assert_reported(found, at("lineItems.0", problems))
    assert await gateway.calls() == []


@pytest.mark.parametrize(("members", "problems"), BAD_LINES)
async def test_a_bad_add_on_changes_nothing(
    gateway: Gateway,
    a_cart: ACart,
    refused: Refused,
    valid: Valid,
    members: Mapping[str, object],
    problems: Sequence[Problem],
) -> None:
    """And for add-ons, under a line that is sent and under one that stands in the cart."""
    cart = await a_cart()
    addon = {**GOOD, **members}
    nested = {
        "customer": {"tenantId": CONTOSO},
        "lineItems": [{**GOOD, "catalogItemId": OFFICE_E1, "addonItems": [GOOD, addon]}],
    }

    under_a_new_line = await refused("createCart", nested)
    under_an_old_line = await refused("addCartAddonItems", {**valid("addCartAddonItems", cart), "addonItems": [addon]})

    assert_reported(under_a_new_line, at("lineItems.0.addonItems.1", problems))
    assert_reported(under_an_old_line, at("addonItems.0", problems))
    assert await gateway.calls() == []


@pytest.mark.parametrize(
    ("name", "change", "problems"),
    [
        pytest.param(
            "createCart", {"customer": {"tenantId": CONTOSO}, "lineItems": []},
            [("INVALID_INPUT", "input.lineItems", "at least one line")], id="a cart without lines",
        ),
        pytest.param(
            "createCart", {"customer": {"tenantId": "contoso.com"}, "lineItems": [GOOD]},
            [("INVALID_INPUT", "input.customer.tenantId", "must be a GUID")], id="a malformed tenant id",
        ),
        pytest.param(
            "createCart", {"customer": {"tenantId": ""}, "lineItems": [GOOD]},
            [("INVALID_INPUT", "input.customer.tenantId", "must be a GUID")], id="an empty tenant id",
        ),
        pytest.param(
            "createCart", {"customer": {"id": "nonsense"}, "lineItems": [GOOD]},
            [("CUSTOMER_NOT_FOUND", "input.customer.id", "no such customer")], id="a broken customer id",
        ),
        pytest.param(
            "createCart", {"customer": {"id": node_id(Kind.CART, CONTOSO, NOBODY)}, "lineItems": [GOOD]},
            [("CUSTOMER_NOT_FOUND", "input.customer.id", "no such customer")], id="a cart's id for a customer's",
        ),
        pytest.param(
            "createCart", {"customer": {"tenantId": CONTOSO}, "lineItems": [GOOD], "idempotencyKey": "short"},
            [("INVALID_INPUT", "input.idempotencyKey", "8 to 255")], id="a short key",
        ),
        pytest.param(
            "createCart",
            {"customer": {"tenantId": "x"}, "lineItems": [{**GOOD, "quantity": 0}], "idempotencyKey": "with a space"},
            [
                ("INVALID_INPUT", "input.customer.tenantId", "GUID"),
                ("INVALID_INPUT", "input.lineItems.0.quantity", "at least 1"),
                ("INVALID_INPUT", "input.idempotencyKey", "visible ASCII"),
            ],
            id="customer, line and key",
        ),
    ],
)  # fmt: skip
async def test_a_cart_is_refused_before_it_is_asked_for(
    gateway: Gateway, refused: Refused, name: str, change: Mapping[str, object], problems: Sequence[Problem]
) -> None:
    """What can be seen from the input alone costs no call; several problems come together."""
    found = await refused(name, change)

    assert_reported(found, problems)
    assert await gateway.calls() == []
