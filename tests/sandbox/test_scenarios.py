"""Scenarios by the sandbox's own calls: how one begins and ends, and what it leaves."""

from typing import Any

import httpx
import pytest

from gateway.operations.collection import read_collection
from gateway.sandbox.scenarios.control import SCENARIOS
from gateway.sandbox.scenarios.scenario import Scenario
from gateway.sandbox.scenarios.summaries import SUMMARIES

PATH = "/_sandbox/scenario"
CONTOSO = "28089560-09e9-4305-9944-5fb2b1a786e5"


async def begin(api: httpx.AsyncClient, name: str | None) -> httpx.Response:
    return await api.post(PATH, json={"name": name})


def cart_path(entry: dict[str, Any]) -> str:
    return f"/v1/customers/{entry['customerTenantId']}/carts/{entry['cartId']}"


async def test_all_scenarios_are_listed(packaged_api: httpx.AsyncClient) -> None:
    """On a fresh sandbox, with none of them begun."""
    listed = (await packaged_api.get(PATH)).json()

    assert listed["current"] is None
    assert {each["name"]: each["summary"] for each in listed["scenarios"]} == SUMMARIES
    assert listed["scenarios"][3] == {
        "name": "expired-cart",
        "summary": "the cart has expired",
        "lookFor": SCENARIOS["expired-cart"].look_for,
        "operation": "CartPage",
        "operations": ["CartPage", "CheckOut"],
        "customerTenantId": CONTOSO,
        "cartId": "3ecdfd28-11ce-4e9a-8097-97dfac8bdf6b",
        "catalogItemId": "CFQ7TTC0LFLX:0001:CFQ7TTC0LB30",
    }


@pytest.mark.parametrize("scenario", SCENARIOS.values(), ids=lambda each: each.name)
async def test_a_scenario_begins_as_it_is_listed(packaged_api: httpx.AsyncClient, scenario: Scenario) -> None:
    """The answer is its entry, it is current then, and it has the cart that it names, before its faults."""
    listed = (await packaged_api.get(PATH)).json()["scenarios"]

    begun = (await begin(packaged_api, scenario.name)).json()

    await packaged_api.delete("/_sandbox/faults")
    cart = await packaged_api.get(cart_path(begun))
    assert begun == next(each for each in listed if each["name"] == scenario.name)
    assert (await packaged_api.get(PATH)).json() == {"current": scenario.name, "scenarios": listed}
    assert cart.json()["id"] == begun["cartId"]
    assert [line["catalogItemId"] for line in cart.json()["lineItems"]].count(begun["catalogItemId"]) == 1


async def test_scenarios_never_mix(packaged_api: httpx.AsyncClient) -> None:
    """Carts, fault rules, switches and promotions of one are gone when the next begins."""
    plain = [(await packaged_api.get(path)).json() for path in ("/_sandbox/faults", "/_sandbox/switches")]
    promotions = "/v1/productpromotions?country=US&segment=commercial"
    running = (await packaged_api.get(promotions)).json()
    earlier = [(await begin(packaged_api, name)).json() for name in ("lapsing-promotion", "lost-answer", "throttled")]

    await begin(packaged_api, "over-seat-limit")

    assert [(await packaged_api.get(path)).json() for path in ("/_sandbox/faults", "/_sandbox/switches")] == plain
    assert (await packaged_api.get(promotions)).json() == running
    assert [(await packaged_api.get(cart_path(each))).status_code for each in earlier] == [404] * 3


@pytest.mark.parametrize("how", ["scenario", "reset"])
async def test_the_plain_seed_comes_back(packaged_api: httpx.AsyncClient, how: str) -> None:
    """With a null for the name, which answers the list, or with a reset."""
    before = (await packaged_api.get(PATH)).json()
    begun = (await begin(packaged_api, "low-credit")).json()

    answer = await packaged_api.post(f"/_sandbox/{how}", json={"name": None})

    assert (await packaged_api.get(PATH)).json() == before
    assert (answer.json() == before) is (how == "scenario")
    assert (await packaged_api.get(cart_path(begun))).status_code == 404


@pytest.mark.parametrize(
    "body",
    [{"name": "fire"}, {"name": "Slow"}, {"name": 1}, {}, []],
    ids=["unknown", "capitals", "a number", "no name", "a list"],
)
async def test_an_unknown_scenario_is_refused(packaged_api: httpx.AsyncClient, body: object) -> None:
    """And nothing changes."""
    begun = (await begin(packaged_api, "low-credit")).json()

    answer = await packaged_api.post(PATH, json=body)

    assert answer.status_code == 400
    assert (await packaged_api.get(PATH)).json()["current"] == "low-credit"
    assert (await packaged_api.get(cart_path(begun))).status_code == 200


async def test_the_refusal_of_an_unknown_name_lists_the_names(packaged_api: httpx.AsyncClient) -> None:
    """In their order."""
    answer = (await begin(packaged_api, "fire")).json()

    assert answer["description"].endswith(f"the scenarios are {', '.join(SUMMARIES)}.")


async def test_a_cart_is_changed_once_after_its_first_read(packaged_api: httpx.AsyncClient) -> None:
    """A colleague's change, which a change that comes before it prevents."""
    begun = (await begin(packaged_api, "version-conflict")).json()
    read = [(await packaged_api.get(cart_path(begun))).json() for _ in range(3)]

    again = (await begin(packaged_api, "version-conflict")).json()
    await packaged_api.put(cart_path(again), json=read[0])
    alone = [(await packaged_api.get(cart_path(again))).json() for _ in range(2)]

    assert [each["lineItems"][0]["quantity"] for each in read] == [15, 20, 20]
    assert [each["lineItems"][0]["quantity"] for each in alone] == [15, 15]


@pytest.mark.parametrize("scenario", SCENARIOS.values(), ids=lambda each: each.name)
def test_a_scenario_names_operations_of_the_collection(scenario: Scenario) -> None:
    """The one that shows it is among them, and no line other than the one at issue has its item."""
    names = {each.name for each in read_collection()}

    assert scenario.operation in scenario.operations
    assert names.issuperset(scenario.operations)
    assert [line["catalogItemId"] for line in scenario.lines].count(scenario.catalog_item_id) == 1
