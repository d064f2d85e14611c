"""Very long, very deep and empty inputs: they are carried out whole or refused before anything is called."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from tests.harness import Gateway
from tests.schema.ways import CART_MUTATIONS, holding, input_of, literal
from tests.shop_ids import CONTOSO

Cart = dict[str, Any]
ACart = Callable[..., Awaitable[Cart]]
Refused = Callable[..., Awaitable[list[dict[str, Any]]]]
Stored = Callable[..., Awaitable[Cart]]

LINE = {"catalogItemId": "CFQ7TTC0LH18:0001:CFQ7TTC0K971", "quantity": 1, "billingCycle": "MONTHLY"}
OLD_LINE = {"catalogItemId": "91FD106F-4B2C-4938-95AC-F54F74E9A239", "quantity": 1, "billingCycle": "MONTHLY"}
LISTS = {
    "createCart": "lineItems",
    "addCartLineItems": "lineItems",
    "addCartAddonItems": "addonItems",
    "updateCartLineItems": "lineItems",
    "removeCartLineItems": "lineItemIds",
    "replaceCartLineItems": "lineItems",
}

CREATE = """
mutation Create($input: CreateCartInput!) {
  createCart(input: $input) { cart { id lineItemCount lineItems { id quantity } } errors { code path message } }
}
"""


def numbered(count: int) -> list[dict[str, object]]:
    return [{**LINE, "quantity": number} for number in range(1, count + 1)]


def nested(levels: int) -> dict[str, object]:
    line: dict[str, object] = dict(OLD_LINE)
    for _ in range(levels):
        line = {**OLD_LINE, "addonItems": [line]}
    return line


async def changed(gateway: Gateway, document: str, **given: object) -> dict[str, Any]:
    """The payload of the one mutation in a document."""
    (payload,) = (await gateway.data(document, {"input": given})).values()
    found: dict[str, Any] = payload
    return found


async def test_a_thousand_lines_are_one_cart(gateway: Gateway, stored: Stored, a_cart: ACart) -> None:
    """They are created, added, changed and removed in one write each, every line in its place."""
    cart = await a_cart({"quantity": 5})
    adding = """mutation Add($input: AddCartLineItemsInput!) {
      addCartLineItems(input: $input) { addedLineItems { id quantity } }
    }"""
    changing = """mutation Change($input: UpdateCartLineItemsInput!) {
      updateCartLineItems(input: $input) { updatedLineItems { id quantity } }
    }"""
    removing = """mutation Remove($input: RemoveCartLineItemsInput!) {
      removeCartLineItems(input: $input) { cart { lineItems { quantity } } removedLineItemIds }
    }"""

    added = await changed(gateway, adding, cartId=cart["id"], lineItems=numbered(1000))
    changes = [{"id": line["id"], "quantity": 1001 - line["quantity"]} for line in added["addedLineItems"]]
    updated = await changed(gateway, changing, cartId=cart["id"], lineItems=changes)
    ids = [line["id"] for line in updated["updatedLineItems"]]
    left = await changed(gateway, removing, cartId=cart["id"], lineItemIds=ids)

    assert [line["quantity"] for line in added["addedLineItems"]] == list(range(1, 1001))
    assert [line["quantity"] for line in updated["updatedLineItems"]] == list(range(1000, 0, -1))
    assert left == {"cart": {"lineItems": [{"quantity": 5}]}, "removedLineItemIds": ids}
    assert [call.partition(" ")[0] for call in await gateway.calls()] == ["GET", "PUT"] * 3
    assert len((await stored(cart))["lineItems"]) == 1


async def test_a_cart_is_created_with_a_thousand_lines(gateway: Gateway) -> None:
    """In the order given."""
    given = {"customer": {"tenantId": CONTOSO}, "lineItems": numbered(1000)}

    cart = (await gateway.data(CREATE, {"input": given}))["createCart"]["cart"]

    assert cart["lineItemCount"] == 1000
    assert [line["quantity"] for line in cart["lineItems"]] == list(range(1, 1001))
    assert len(await gateway.calls()) == 1


@pytest.mark.parametrize(
    ("document", "lines", "status"),
    [
        pytest.param(CREATE, numbered(5000), 413, id="five thousand lines in a variable"),
        pytest.param(
            f'mutation {{ createCart(input: {{ customer: {{ tenantId: "{CONTOSO}" }}, lineItems: {literal(numbered(1000))} }}) '
            "{ replayed } }",
            None,
            422,
            id="a thousand lines in a document",
        ),
    ],
)
async def test_more_than_a_request_may_hold_is_refused(
    gateway: Gateway, document: str, lines: list[dict[str, object]] | None, status: int
) -> None:
    """A body has 256 KiB and a document 4,000 tokens; beyond that nothing is read to its end."""
    variables = {"input": {"customer": {"tenantId": CONTOSO}, "lineItems": lines}} if lines else {}

    response = await gateway.http.post("/graphql", json={"query": document, "variables": variables})

    (error,) = response.json()["errors"]
    assert (response.status_code, error["extensions"]["code"]) == (status, "LIMIT_EXCEEDED")
    assert await gateway.calls() == []


async def test_twenty_five_levels_of_add_ons_are_partner_centers_to_judge(gateway: Gateway, refused: Refused) -> None:
    """They are sent, and its refusal reaches the caller like any other."""
    (error,) = await refused("createCart", {"customer": {"tenantId": CONTOSO}, "lineItems": [nested(25)]})

    assert (error["code"], error["httpStatus"]) == ("PARTNER_CENTER_REJECTED", 400)
    assert len(await gateway.calls()) == 1


@pytest.mark.parametrize(
    ("document", "variables"),
    [
        pytest.param(
            CREATE,
            {"input": {"customer": {"tenantId": CONTOSO}, "lineItems": [nested(200)]}},
            id="in a variable",
        ),
        pytest.param(
            f'mutation {{ createCart(input: {{ customer: {{ tenantId: "{CONTOSO}" }}, lineItems: '
            + f"{literal(OLD_LINE)[:-1]}, addonItems: " * 200
            + literal(OLD_LINE)
            + "} " * 200
            + "}) { replayed } }",
            None,
            id="in a document",
        ),
    ],
)
async def test_two_hundred_levels_are_refused(
    gateway: Gateway, document: str, variables: dict[str, object] | None
) -> None:
    """Nothing is read so deep."""
    answer = await gateway.ask(document, variables)

    (error,) = answer["errors"]
    assert error["extensions"]["code"] in {"BAD_USER_INPUT", "LIMIT_EXCEEDED"}
    assert "nested too deeply" in error["message"]
    assert await gateway.calls() == []


@pytest.mark.parametrize("name", LISTS)
async def test_more_than_a_thousand_items_are_refused_at_their_list(
    gateway: Gateway, refused: Refused, name: str
) -> None:
    """Reported alone, whatever else is wrong with them, and before anything is called."""
    full = holding(None, None, "input", str(input_of(name)))
    assert isinstance(full, dict)
    item = {"removeCartLineItems": "x", "updateCartLineItems": {"id": "x"}}.get(name, {**LINE, "quantity": 0})

    (error,) = await refused(name, {**full, LISTS[name]: [item] * 1001})

    assert (error["code"], error["path"]) == ("INVALID_INPUT", ["input", LISTS[name]])
    assert error["message"] == "A list of 1001 items; at most 1000 are accepted."
    assert await gateway.calls() == []


async def test_fifty_problems_are_reported_and_the_number_of_the_others(refused: Refused) -> None:
    """More would not be read."""
    lines = [{**LINE, "quantity": 0}] * 60

    problems = await refused("createCart", {"customer": {"tenantId": CONTOSO}, "lineItems": lines})

    assert [each["path"] for each in problems] == [
        *(["input", "lineItems", str(index), "quantity"] for index in range(50)),
        [],
    ]
    assert problems[-1]["message"] == "The input has 10 more problems."


def test_every_mutation_that_takes_a_list_is_in_the_table() -> None:
    """Of carts, all but the checkout."""
    assert sorted(LISTS) == sorted(set(CART_MUTATIONS) - {"checkoutCart"})


@pytest.mark.parametrize("name", LISTS)
async def test_an_empty_list_asks_for_nothing(gateway: Gateway, refused: Refused, name: str) -> None:
    """An empty list of changes is refused with its path."""
    title = str(input_of(name))
    full = holding(None, None, "input", title)
    assert isinstance(full, dict)

    errors = await refused(name, {**full, LISTS[name]: []})

    assert ("INVALID_INPUT", ["input", LISTS[name]]) in [(error["code"], error["path"]) for error in errors]
    assert await gateway.calls() == []


async def test_empty_lists_in_a_line_are_as_good_as_none(gateway: Gateway) -> None:
    """No participants, values, renewals or add-ons is what a line has anyway."""
    empty: dict[str, list[object]] = {
        name: [] for name in ("participants", "provisioningContext", "renewsTo", "addonItems")
    }
    given = {"customer": {"tenantId": CONTOSO}, "lineItems": [{**LINE, **empty}]}
    fields = "participants { type } provisioningContext { key } renewsTo { termDuration } addonItems { id }"
    document = f"""mutation Create($input: CreateCartInput!) {{
      createCart(input: $input) {{ cart {{ lineItems {{ {fields} }} }} errors {{ message }} }}
    }}"""

    payload = (await gateway.data(document, {"input": given}))["createCart"]

    assert payload == {"cart": {"lineItems": [empty]}, "errors": []}


async def test_no_nodes_are_no_nodes(gateway: Gateway) -> None:
    """An empty list of identifiers is answered by an empty list."""
    assert await gateway.data("{ nodes(ids: []) { id } }") == {"nodes": []}
    assert await gateway.calls() == []


async def test_the_largest_quantity_is_partner_centers_to_judge(gateway: Gateway, a_cart: ACart) -> None:
    """It is accepted, and its error stands on the line."""
    cart = await a_cart({"quantity": 2**31 - 1})

    answer = await gateway.data(
        f'{{ cart(by: {{ id: "{cart["id"]}" }}) {{ lineItems {{ quantity error {{ code }} }} }} }}'
    )

    assert answer["cart"]["lineItems"] == [
        {"quantity": 2**31 - 1, "error": {"code": "MAX_ALLOWED_SEATS_PER_SUBSCRIPTION_EXCEEDED"}}
    ]
