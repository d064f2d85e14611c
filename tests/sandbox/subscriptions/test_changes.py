"""Changing a subscription by sending it back ("Update a subscription by ID")."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import httpx
import pytest

from tests.sandbox.shop_ids import CONTOSO_PATH

Subscription = dict[str, Any]
Create = Callable[..., Awaitable[dict[str, Any]]]
Buy = Callable[..., Awaitable[Subscription]]

BASE, ARCHIVING = "91FD106F-4B2C-4938-95AC-F54F74E9A239", "43FCE491-76D1-4BCC-B709-8A288786DBAE"
LICENCE: Mapping[str, object] = {}  # as `create` fills it in
OLD: Mapping[str, object] = {"catalogItemId": BASE, "termDuration": None, "quantity": 5}
E3 = {"catalogItemId": "CFQ7TTC0LFLX:0001:CFQ7TTC0LB30", "termDuration": "P1M"}
SECURITY = {"catalogItemId": "CFQ7TTC0HDJX:0001:CFQ7TTC0K806", "termDuration": "P1M"}
SAAS = {"catalogItemId": "DZH318Z0BXWC:0002:DZH318Z0BMRV", "termDuration": "P1M"}
TRIAL = {"catalogItemId": "CFQ7TTC0LF8S:0002:CFQ7TTC0TRIA", "billingCycle": "none", "termDuration": "P1M"}
PLAN: Mapping[str, object] = {
    "catalogItemId": "DZH318Z09V6F:0001:DZH318Z0BLD3", "billingCycle": "one_time",
    "provisioningContext": {"scope": "single", "entitlementId": "cdd17cc7-14fe-4445-8650-1f52de705851"},
    "purchaseCommitment": {"amount": 0.05, "grain": "hourly", "currency": "usd"},
}  # fmt: skip


def path(subscription: Subscription) -> str:
    return f"{CONTOSO_PATH}/subscriptions/{subscription['id']}"


async def read(api: httpx.AsyncClient, subscription: Subscription) -> Subscription:
    found: Subscription = (await api.get(path(subscription))).json()
    return found


async def patch(api: httpx.AsyncClient, subscription: Subscription, **change: object) -> httpx.Response:
    """Sends the subscription back as read, apart from *change*."""
    return await api.patch(path(subscription), json={**subscription, **change})


async def advance(api: httpx.AsyncClient, by: str) -> None:
    assert (await api.post("/_sandbox/clock", json={"advance": by})).status_code == 200


@pytest.fixture
def buy(api: httpx.AsyncClient, create: Create) -> Buy:
    """Buys these lines in one order, and returns the subscription of the first."""

    async def bought(*lines: Mapping[str, object]) -> Subscription:
        cart = await create(*lines)
        answer = await api.post(f"{CONTOSO_PATH}/carts/{cart['id']}/checkout")
        order = answer.json()["orders"][0]
        order = (await api.get(f"{CONTOSO_PATH}/orders/{order['id']}")).json()
        return await read(api, {"id": order["lineItems"][0]["subscriptionId"]})

    return bought


@pytest.mark.parametrize("line", [pytest.param({}, id="new commerce"), pytest.param(OLD, id="the old catalog")])
@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"quantity": 12}, id="quantity"),
        pytest.param({"friendlyName": "Ours"}, id="name"),
        pytest.param({"autoRenewEnabled": False}, id="renewal"),
    ],
)
async def test_a_change_is_answered_with_the_whole_subscription(
    api: httpx.AsyncClient, buy: Buy, line: Mapping[str, object], change: Mapping[str, object]
) -> None:
    """With status 200, and the same content as a later read."""
    before = await buy(line)

    answer = await patch(api, before, **change)

    assert answer.status_code == 200
    assert {name: answer.json()[name] for name in change} == change
    assert answer.json() == await read(api, before)


async def test_pascal_case_is_accepted_and_unknown_members_are_ignored(api: httpx.AsyncClient, buy: Buy) -> None:
    """The printed request of "Change the quantity of a subscription"."""
    before = await buy(OLD)
    body = {
        "Id": before["id"], "FriendlyName": "nickname", "Quantity": 2, "UnitType": "none", "ParentSubscriptionId": None,
        "Status": "Active", "AutoRenewEnabled": True, "PartnerId": None, "Surprise": {"Quantity": 7},
        "Attributes": {"Etag": before["attributes"]["etag"], "ObjectType": "Subscription"},
    }  # fmt: skip

    after = (await api.patch(path(before), json=body)).json()

    assert (after["friendlyName"], after["quantity"], after["autoRenewEnabled"]) == ("nickname", 2, True)


async def test_a_body_without_auto_renewal_turns_it_off(api: httpx.AsyncClient, buy: Buy) -> None:
    """As the page warns; other missing members stay unchanged."""
    before = await buy({"quantity": 3})

    after = (await api.patch(path(before), json={"quantity": 4})).json()

    assert (after["quantity"], after["autoRenewEnabled"], after["friendlyName"]) == (4, False, before["friendlyName"])


async def test_without_renewal_a_subscription_expires(api: httpx.AsyncClient, buy: Buy, create: Create) -> None:
    """After the last day of its term it can no longer be changed, and its seats are free."""
    before = await buy({"quantity": 300, "termDuration": "P1M"})
    await patch(api, before, autoRenewEnabled=False)
    await advance(api, "P30D")
    on_the_last_day = (await read(api, before))["status"]
    await advance(api, "P1D")

    answer = await patch(api, before, autoRenewEnabled=True)

    assert (on_the_last_day, (await read(api, before))["status"]) == ("active", "expired")
    assert (answer.status_code, answer.json()["code"]) == (400, 900279)
    assert "error" not in (await create({"quantity": 300}))["lineItems"][0]


@pytest.mark.parametrize(
    ("lines", "change", "status", "code"),
    [
        pytest.param([LICENCE], {"quantity": 301}, 403, 800088, id="more seats than the customer may have"),
        pytest.param([LICENCE, {"quantity": 290}], {"quantity": 11}, 403, 800088, id="seats of another subscription count"),
        pytest.param([LICENCE], {"quantity": 0}, 400, 2002, id="no seats"),
        pytest.param([LICENCE], {"quantity": -1}, 400, 2002, id="fewer than none"),
        pytest.param([LICENCE], {"quantity": "2"}, 400, 800002, id="a quantity in quotes"),
        pytest.param([SAAS], {"quantity": 301}, 400, 2002, id="more than the SKU's most"),
        pytest.param([SAAS], {"quantity": 4}, 400, 800017, id="more than the quota"),
        pytest.param([{**SECURITY, "quantity": 2}, {**E3, "quantity": 2}], {"quantity": 3}, 400, 900275, id="an add-on beyond its base"),
        pytest.param([{**E3, "quantity": 3}, {**SECURITY, "quantity": 2}], {"quantity": 1}, 400, 2002, id="a base below its add-on"),
        pytest.param([OLD], {"quantity": 101}, 400, 2002, id="more than the old offer's most"),
        pytest.param([TRIAL], {"quantity": 2}, 400, 800095, id="a trial"),
        pytest.param([PLAN], {"quantity": 2}, 400, 800095, id="a savings plan"),
        pytest.param([PLAN], {"status": "deleted"}, 403, 900321, id="a savings plan cancelled"),
        pytest.param([OLD], {"status": "deleted"}, 400, 800096, id="an old licence cancelled"),
        pytest.param([LICENCE], {"status": "expired"}, 400, 800096, id="a status that time alone gives"),
        pytest.param([LICENCE], {"status": "gone"}, 400, 900126, id="no status at all"),
        pytest.param([LICENCE], {"status": "suspended", "quantity": 2}, 400, 2001, id="a quantity while it is suspended"),
        pytest.param([LICENCE], {"billingCycle": "Annual"}, 400, 800097, id="another billing cycle"),
        pytest.param([LICENCE], {"termDuration": "P3Y"}, 400, 900127, id="another term"),
        pytest.param([LICENCE], {"id": "a4c1340d-6911-4758-bba3-0c4c6007d161"}, 400, 3000, id="another subscription's body"),
    ],
)  # fmt: skip
async def test_a_refused_change_changes_nothing(
    api: httpx.AsyncClient,
    buy: Buy,
    *,
    lines: list[Mapping[str, object]],
    change: dict[str, object],
    status: int,
    code: int,
) -> None:
    """One case for each reason."""
    before = await buy(*lines)

    answer = await patch(api, before, **change)

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert await read(api, before) == before


@pytest.mark.parametrize(
    ("wait", "quantity", "refused"),
    [
        pytest.param("P6DT23H", 1, False, id="within seven days of the purchase"),
        pytest.param("P8D", 3, False, id="seats that were added later"),
        pytest.param("P8D", 2, True, id="seats of the purchase, after seven days"),
        pytest.param("P12D", 3, True, id="all of them, after seven days each"),
    ],
)
async def test_seats_can_be_returned_within_seven_days(
    api: httpx.AsyncClient, buy: Buy, wait: str, quantity: int, *, refused: bool
) -> None:
    """Of their purchase or addition."""
    before = await buy({"quantity": 3})
    await advance(api, "P4D")
    grown = (await patch(api, before, quantity=5)).json()
    await api.post("/_sandbox/clock", json={"now": "2023-07-11T21:16:11Z"})
    await advance(api, wait)

    answer = await patch(api, grown, quantity=quantity)

    assert (answer.json().get("code") == 800090) == refused
    assert (await read(api, before))["quantity"] == (5 if refused else quantity)


async def test_a_licence_shows_which_seats_can_be_returned(api: httpx.AsyncClient, buy: Buy) -> None:
    """And until when; the latest seats are returned first."""
    before = await buy({"quantity": 3})
    await advance(api, "P4D")

    grown = (await patch(api, before, quantity=8)).json()
    shrunk = (await patch(api, grown, quantity=6)).json()

    assert [each["refundableQuantity"]["totalQuantity"] for each in (before, grown, shrunk)] == [3, 8, 6]
    assert shrunk["refundableQuantity"]["details"] == [
        {"quantity": 3, "allowedUntilDateTime": "2023-07-18T21:16:11.55149Z"},
        {"quantity": 3, "allowedUntilDateTime": "2023-07-22T21:16:11.55149Z"},
    ]


async def test_seats_of_a_trial_cannot_be_returned(buy: Buy) -> None:
    """As the subscription shows."""
    assert (await buy(TRIAL))["refundableQuantity"] == {"totalQuantity": 0, "details": []}


@pytest.mark.parametrize(
    ("line", "wait", "refused"),
    [
        pytest.param({}, "P7D", None, id="a licence within seven days"),
        pytest.param({}, "P7DT1S", 900117, id="a licence after seven days"),
        pytest.param({"termDuration": "P1M"}, "P33D", None, id="a licence within seven days of its renewal"),
        pytest.param(SAAS, "PT24H", None, id="a month of the marketplace within a day"),
        pytest.param(SAAS, "PT24H1S", 900213, id="a month of the marketplace after a day"),
    ],
)
async def test_a_subscription_can_be_cancelled_within_its_window(
    api: httpx.AsyncClient, buy: Buy, line: Mapping[str, object], wait: str, refused: int | None
) -> None:
    """Its status becomes deleted; the subscription shows the deadline."""
    before = await buy(line)
    await advance(api, wait)

    answer = await patch(api, before, status="Deleted")

    assert answer.json().get("code") == refused
    assert (await read(api, before))["status"] == ("active" if refused else "deleted")


async def test_a_deleted_subscription_cannot_be_changed(api: httpx.AsyncClient, buy: Buy, create: Create) -> None:
    """It stays in the list, and its seats are free."""
    before = await buy({"quantity": 300})
    deleted = (await patch(api, before, status="deleted")).json()

    answer = await patch(api, deleted, status="active")

    assert (answer.status_code, answer.json()["code"]) == (400, 2011)
    assert [each["status"] for each in (await api.get(f"{CONTOSO_PATH}/subscriptions")).json()["items"]] == ["deleted"]
    assert "error" not in (await create({"quantity": 300}))["lineItems"][0]


async def test_a_suspended_subscription_can_only_be_reactivated(
    api: httpx.AsyncClient, buy: Buy, create: Create
) -> None:
    """New commerce stops renewing; the seats stay the customer's."""
    before = await buy({"quantity": 300})
    suspended = (await patch(api, before, status="suspended")).json()

    refused = [await patch(api, suspended, **change) for change in ({"quantity": 1}, {"friendlyName": "x"})]
    full = (await create({}))["lineItems"][0]["error"]["errorCode"]
    active = (await patch(api, suspended, status="active", friendlyName="x")).json()

    assert (suspended["status"], suspended["autoRenewEnabled"]) == ("suspended", False)
    assert [each.json()["code"] for each in refused] == [2001, 800091]
    assert full == 10015
    assert (active["status"], active["friendlyName"]) == ("active", "x")


async def test_old_addons_are_suspended_with_their_base(api: httpx.AsyncClient, buy: Buy) -> None:
    """They cannot be reactivated before it."""
    addon = {"catalogItemId": ARCHIVING, "quantity": 1, "billingCycle": "monthly"}
    base = await buy({**OLD, "addonItems": [addon]})

    await patch(api, base, status="suspended")
    (below,) = (await api.get(f"{path(base)}/addons")).json()["items"]
    answer = await patch(api, below, status="active")

    assert below["status"] == "suspended"
    assert (answer.status_code, answer.json()["code"]) == (409, 27009)


@pytest.mark.parametrize("quantity", [pytest.param(6, id="an add-on beyond its base"), pytest.param(0, id="no seats")])
async def test_an_old_addon_has_no_more_seats_than_its_base(api: httpx.AsyncClient, buy: Buy, quantity: int) -> None:
    """The base cannot have fewer seats than its add-on either."""
    addon = {"catalogItemId": ARCHIVING, "quantity": 3, "billingCycle": "monthly"}
    base = await buy({**OLD, "addonItems": [addon]})
    (below,) = (await api.get(f"{path(base)}/addons")).json()["items"]

    answers = [await patch(api, below, quantity=quantity), await patch(api, base, quantity=2)]

    assert [each.json()["code"] for each in answers] == [2002, 2002]
    assert (await patch(api, below, quantity=5)).status_code == 200


@pytest.mark.parametrize("place", ["header", "body"])
async def test_a_stale_etag_is_refused_in_the_old_catalog(api: httpx.AsyncClient, buy: Buy, place: str) -> None:
    """Every change makes a new etag; the header takes precedence over the body."""
    before = await buy(OLD)
    after = (await patch(api, before, quantity=6)).json()
    stale, current = [f'"{each["attributes"]["etag"]}"' for each in (before, after)]

    if place == "header":
        answers = [
            await api.patch(path(before), json={**after, "quantity": 7}, headers={"If-Match": tag})
            for tag in (stale, current)
        ]
    else:
        answers = [await patch(api, each, quantity=7) for each in (before, after)]

    assert [each.json().get("code") for each in answers] == [2055, None]


async def test_new_commerce_has_no_etag(api: httpx.AsyncClient, buy: Buy) -> None:
    """The last of two writers wins."""
    before = await buy({})

    answer = await api.patch(path(before), json={**before, "quantity": 2}, headers={"If-Match": '"anything"'})

    assert (answer.status_code, "etag" in answer.json()["attributes"]) == (200, False)


async def test_a_repeat_with_one_request_id_changes_once(api: httpx.AsyncClient, buy: Buy) -> None:
    """The repeat gets the first answer, whatever happened since."""
    before, one = await buy({}), {"MS-RequestId": "11111111-1111-1111-1111-111111111111"}
    first = await api.patch(path(before), json={**before, "quantity": 2}, headers=one)
    await patch(api, before, quantity=9)

    second = await api.patch(path(before), json={**before, "quantity": 2}, headers=one)

    assert second.content == first.content
    assert (await read(api, before))["quantity"] == 9


async def test_an_update_without_changes_keeps_the_etag(api: httpx.AsyncClient, buy: Buy) -> None:
    """The subscription stays the same."""
    before = await buy(OLD)

    assert (await patch(api, before)).json() == before


async def test_an_unknown_subscription_is_not_found(api: httpx.AsyncClient) -> None:
    """With the code for subscriptions."""
    answer = await api.patch(f"{CONTOSO_PATH}/subscriptions/a4c1340d-6911-4758-bba3-0c4c6007d161", json={})

    assert (answer.status_code, answer.json()["code"]) == (404, 20003)


ALPINE_PATH = "/v1/customers/8e9d2fba-176a-4bc1-90fe-27f5c6864792"


async def scheduled(api: httpx.AsyncClient) -> Subscription:
    """A licence of the packaged seed for whose renewal something is scheduled."""
    owned: list[Subscription] = (await api.get(f"{ALPINE_PATH}/subscriptions")).json()["items"]
    return next(each for each in owned if "scheduledNextTermInstructions" in each and not each["isTrial"])


@pytest.mark.parametrize(
    ("change", "is_left"),
    [
        pytest.param({"quantity": 41}, False, id="more seats"),
        pytest.param({"autoRenewEnabled": False}, False, id="no renewal"),
        pytest.param({"scheduledNextTermInstructions": None}, False, id="a body without it"),
        pytest.param({"friendlyName": "Lifts"}, True, id="a name"),
    ],
)
async def test_what_was_scheduled_goes_with_a_change_during_the_term(
    packaged_api: httpx.AsyncClient, change: dict[str, object], *, is_left: bool
) -> None:
    """As "Create scheduled changes" warns; a name is not one of the term."""
    before = await scheduled(packaged_api)

    answer = await packaged_api.patch(f"{ALPINE_PATH}/subscriptions/{before['id']}", json={**before, **change})

    assert answer.status_code == 200
    assert ("scheduledNextTermInstructions" in answer.json()) is is_left


@pytest.fixture
async def accepted(api: httpx.AsyncClient, buy: Buy) -> tuple[Subscription, httpx.Response]:
    """A licence, and the answer to the tenth change with the switch on: 11 seats."""
    await api.post("/_sandbox/switches", json={"acceptEveryTenthChange": True})
    before = await buy({"quantity": 1})
    answers = [await patch(api, before, quantity=seats) for seats in range(2, 12)]
    assert [each.status_code for each in answers] == [200] * 9 + [202]
    return before, answers[-1]


async def test_a_tenth_change_can_be_made_to_take_time(
    api: httpx.AsyncClient, accepted: tuple[Subscription, httpx.Response]
) -> None:
    """202 with the subscription as it will be and where to read it; until then a read shows the old one."""
    before, answer = accepted
    at_once = (await read(api, before))["quantity"]
    await advance(api, "PT1M")

    later = (await read(api, before))["quantity"]

    assert answer.headers["Location"] == path(before).removeprefix("/v1")
    assert (answer.json()["quantity"], at_once, later) == (11, 10, 11)


async def test_nothing_else_changes_while_a_change_is_under_way(
    api: httpx.AsyncClient, accepted: tuple[Subscription, httpx.Response]
) -> None:
    """409/900278, until it is done."""
    before, _ = accepted
    refused = await patch(api, before, quantity=20)
    await advance(api, "PT1M")

    later = await patch(api, before, quantity=20)

    assert (refused.status_code, refused.json()["code"]) == (409, 900278)
    assert (later.status_code, later.json()["quantity"]) == (200, 20)
