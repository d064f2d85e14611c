"""An update replaces the line items and nothing else."""

from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest

from tests.sandbox.shop_ids import CARTS_PATH

Create = Callable[..., Awaitable[dict[str, Any]]]

E5 = {
    "catalogItemId": "CFQ7TTC0LF8S:0001:CFQ7TTC0VZW5",
    "quantity": 1,
    "billingCycle": "monthly",
    "termDuration": "P1Y",
}
BASE, ARCHIVING = "91FD106F-4B2C-4938-95AC-F54F74E9A239", "43FCE491-76D1-4BCC-B709-8A288786DBAE"


async def move_clock(api: httpx.AsyncClient, by: str) -> None:
    assert (await api.post("/_sandbox/clock", json={"advance": by})).status_code == 200


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        pytest.param([None, None], [0, 1], id="no numbers: counted from 0"),
        pytest.param([3, 1], [3, 1], id="numbers of its own"),
        pytest.param([1, None, None], [1, 0, 2], id="new lines get the smallest free numbers"),
        pytest.param([0, 0, 0], [0, 1, 2], id="all 0, as the SDKs send it"),
        pytest.param(["2", "0"], [2, 0], id="numbers as text"),
        pytest.param(["x", -1], [0, 1], id="no numbers at all"),
    ],
)
async def test_a_line_keeps_its_number(
    api: httpx.AsyncClient, create: Create, sent: list[object], kept: list[int]
) -> None:
    """A line keeps a unique number that is sent, so that clients can track it."""
    cart = await create({}, {})

    answer = await api.put(f"{CARTS_PATH}/{cart['id']}", json={"lineItems": [{**E5, "id": number} for number in sent]})

    assert [line["id"] for line in answer.json()["lineItems"]] == kept


async def test_create_assigns_new_numbers_with_addons_after_their_parent(create: Create) -> None:
    """Numbers in a create request are ignored."""
    addon = {"id": 7, "catalogItemId": ARCHIVING, "quantity": 1, "billingCycle": "monthly"}

    cart = await create({"id": 9, "catalogItemId": BASE, "addonItems": [addon]}, {"id": 9})

    first, second = cart["lineItems"]
    assert (first["id"], first["addonItems"][0]["id"], second["id"]) == (0, 1, 2)


async def test_an_update_changes_only_the_modification_time(api: httpx.AsyncClient, create: Create) -> None:
    """The cart still expires seven days after its creation."""
    cart = await create({})
    await move_clock(api, "P2D")

    changed = (await api.put(f"{CARTS_PATH}/{cart['id']}", json={"lineItems": [E5]})).json()

    assert changed["lastModifiedTimestamp"] > cart["lastModifiedTimestamp"]
    assert changed["lineItems"] == cart["lineItems"]
    assert all(changed[name] == cart[name] for name in ("id", "creationTimestamp", "expirationTimestamp", "status"))


async def test_two_updates_at_one_moment_have_different_times(api: httpx.AsyncClient, create: Create) -> None:
    """Every change is visible in lastModifiedTimestamp, even if the clock stands still."""
    cart = await create({})

    times = [(await api.put(f"{CARTS_PATH}/{cart['id']}", json={"lineItems": [E5]})).json() for _ in range(3)]

    assert len({each["lastModifiedTimestamp"] for each in (cart, *times)}) == 4


async def test_an_update_clears_an_error(api: httpx.AsyncClient, create: Create) -> None:
    """An update checks all lines again."""
    cart = await create({"quantity": 301})
    line = cart["lineItems"][0]

    changed = (await api.put(f"{CARTS_PATH}/{cart['id']}", json={"lineItems": [{**line, "quantity": 300}]})).json()

    assert "error" not in changed["lineItems"][0]


@pytest.mark.parametrize(
    ("change", "promotion"),
    [
        pytest.param({"quantity": 100}, "39NFJQT1PHSN:0008:39NFJQT1Q5J0", id="it still applies"),
        pytest.param({"quantity": 101}, None, id="too many seats for it"),
        pytest.param({"termDuration": "P1Y"}, None, id="a term it is not for"),
    ],
)
async def test_an_automatic_promotion_that_no_longer_applies_is_no_error(
    api: httpx.AsyncClient, create: Create, change: dict[str, object], promotion: str | None
) -> None:
    """Clients send back the whole cart, including promotions that the server added."""
    cart = await create({"catalogItemId": "CFQ7TTC0LFLX:0001:CFQ7TTC0LB30", "termDuration": "P1M"})
    lines = [{**cart["lineItems"][0], **change}]

    (line,) = (await api.put(f"{CARTS_PATH}/{cart['id']}", json={"lineItems": lines})).json()["lineItems"]

    assert line.get("promotionId") == promotion
    assert "error" not in line


@pytest.mark.parametrize("method", ["GET", "PUT", "POST"])
async def test_a_cart_expires_after_seven_days(api: httpx.AsyncClient, create: Create, method: str) -> None:
    """After that, no call finds it."""
    cart = await create({})
    path = f"{CARTS_PATH}/{cart['id']}{'/checkout' if method == 'POST' else ''}"
    await move_clock(api, "P7D")
    alive = await api.get(f"{CARTS_PATH}/{cart['id']}")
    await move_clock(api, "PT6S")

    answer = await api.request(method, path, json={"lineItems": [E5]})

    assert alive.status_code == 200
    assert (answer.status_code, answer.json()["code"]) == (404, 800008)


@pytest.mark.parametrize(
    ("said", "status"),
    [
        pytest.param({}, 201, id="not said again"),
        pytest.param({"partnerOnRecordAttestationAccepted": None}, 201, id="null"),
        pytest.param({"partnerOnRecordAttestationAccepted": False}, 400, id="taken back"),
    ],
)
async def test_an_attestation_holds_until_it_is_withdrawn(
    api: httpx.AsyncClient, said: dict[str, object], status: int
) -> None:
    """Answers do not show it, so an update of an earlier answer lacks it."""
    lines = {"lineItems": [{**E5, "participants": [{"key": "transaction_reseller", "value": "5357564"}]}]}
    created = (await api.post(CARTS_PATH, json={**lines, "PartnerOnRecordAttestationAccepted": True})).json()

    answer = await api.put(f"{CARTS_PATH}/{created['id']}", json={**created, **said})

    assert answer.status_code == status
    assert answer.json().get("code") in {None, 900206}


async def test_member_names_are_not_case_sensitive_and_unknown_ones_are_ignored(
    api: httpx.AsyncClient, create: Create
) -> None:
    """Context keys are data: only their first letter changes case."""
    cart = await create({})
    body = {
        "LINEITEMS": [
            {
                **{name.upper(): value for name, value in E5.items()},
                "surprise": {"deep": [1]},
                "ProvisioningContext": {"SomeKey": "V"},
            }
        ],
        "Total": 3,
    }

    (line,) = (await api.put(f"{CARTS_PATH}/{cart['id']}", json=body)).json()["lineItems"]

    assert line["catalogItemId"] == E5["catalogItemId"]
    assert line["provisioningContext"] == {"someKey": "V"}
    assert "surprise" not in line


@pytest.mark.parametrize(
    "sent",
    [pytest.param({"termDuration": "P1Y"}, id="object"), pytest.param([{"TermDuration": "P1Y"}], id="array of one")],
)
async def test_renewal_is_answered_as_an_object(create: Create, sent: object) -> None:
    """Requests may send an object (samples) or an array (tables)."""
    trial = {"catalogItemId": "CFQ7TTC0LF8S:0002:CFQ7TTC0TRIA", "billingCycle": "none", "termDuration": "P1M"}

    cart = await create({**trial, "renewsTo": sent})

    assert cart["lineItems"][0]["renewsTo"] == {"termDuration": "P1Y"}
