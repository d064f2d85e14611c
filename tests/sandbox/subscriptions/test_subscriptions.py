"""The calls that read subscriptions, and the terms of subscriptions: end, renewal, alignment."""

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any

import httpx
import pytest

from gateway.sandbox import terms
from gateway.sandbox.world.subscription_records import SubscriptionRecord
from tests.sandbox.shop_ids import CONTOSO, CONTOSO_PATH

Create = Callable[..., Awaitable[dict[str, Any]]]

FABRIKAM = "6f4ce4d8-f42e-45e0-8661-92ad6ac9d003"
OWNED = "a4c1340d-6911-4758-bba3-0c4c6007d161"
E3 = "CFQ7TTC0LFLX:0001:CFQ7TTC0LB30"
BASE, ARCHIVING = "91FD106F-4B2C-4938-95AC-F54F74E9A239", "43FCE491-76D1-4BCC-B709-8A288786DBAE"
TRIAL = {"catalogItemId": "CFQ7TTC0LF8S:0002:CFQ7TTC0TRIA", "billingCycle": "none", "termDuration": "P1M"}


async def bought(api: httpx.AsyncClient, create: Create, line: dict[str, object]) -> dict[str, Any]:
    """The subscription of the last line of an order for *line*."""
    cart = await create(line)
    order = (await api.post(f"{CONTOSO_PATH}/carts/{cart['id']}/checkout")).json()["orders"][0]
    return await read(api, order["lineItems"][-1]["subscriptionId"])


async def read(api: httpx.AsyncClient, subscription_id: str) -> dict[str, Any]:
    found: dict[str, Any] = (await api.get(f"{CONTOSO_PATH}/subscriptions/{subscription_id}")).json()
    return found


async def advance(api: httpx.AsyncClient, by: str) -> None:
    assert (await api.post("/_sandbox/clock", json={"advance": by})).status_code == 200


async def ends(api: httpx.AsyncClient, duration: str) -> list[str]:
    """The allowed end dates of a new term."""
    answer = await api.get(f"{CONTOSO_PATH}/subscriptions/customTermEndDates?term_duration={duration}")
    return [each["allowedCustomTermEndDate"][:10] for each in answer.json()["items"]]


async def test_an_old_licence_ends_a_year_after_its_purchase(api: httpx.AsyncClient, create: Create) -> None:
    """In whole seconds and days, as in the old catalog's samples; an add-on links to its base."""
    addon = {"catalogItemId": ARCHIVING, "quantity": 1, "billingCycle": "monthly"}

    subscription = await bought(api, create, {"catalogItemId": BASE, "addonItems": [addon], "termDuration": None})

    dates = ("creationDate", "effectiveStartDate", "commitmentEndDate", "commitmentEndDateTime")
    assert [subscription[name] for name in dates] == [
        "2023-07-11T21:16:11Z", "2023-07-11T00:00:00Z", "2024-07-10T00:00:00Z", "2024-07-10T00:00:00Z",
    ]  # fmt: skip
    parent = f"{CONTOSO_PATH}/subscriptions/{subscription['parentSubscriptionId']}".removeprefix("/v1")
    assert subscription["links"]["parentSubscription"]["uri"] == parent


async def test_a_subscription_without_a_term_never_ends() -> None:
    """Its last day is the last one of the calendar."""
    record = SubscriptionRecord(
        id="1", customer_id="1", catalog_item_id="A:B:C", quantity=1, friendly_name="", term_duration="",
        billing_cycle="one_time", order_id="1", created="2023-07-11T00:00:00Z",
    )  # fmt: skip

    assert record.last_day == date(9999, 12, 31)


@pytest.mark.parametrize(
    ("days", "last"),
    [
        pytest.param("P30D", "2023-08-10", id="on its last day"),
        pytest.param("P31D", "2023-09-10", id="after a term"),
        pytest.param("P200D", "2024-02-10", id="after six"),
    ],
)
async def test_a_subscription_renews_after_its_term(
    api: httpx.AsyncClient, create: Create, days: str, last: str
) -> None:
    """If renewal is on."""
    subscription = await bought(api, create, {"termDuration": "P1M"})
    await advance(api, days)

    later = await read(api, subscription["id"])

    assert (later["status"], later["commitmentEndDate"][:10]) == ("active", last)


@pytest.mark.parametrize(
    ("first", "duration", "today", "start"),
    [
        pytest.param(date(2024, 1, 31), "P1M", date(2024, 3, 30), date(2024, 2, 29), id="a day that months lack"),
        pytest.param(date(2024, 1, 31), "P1M", date(2024, 3, 31), date(2024, 3, 31), id="a day that this one has"),
        pytest.param(date(2023, 7, 11), "P1Y", date(2025, 7, 10), date(2024, 7, 11), id="the last day of a year"),
        pytest.param(date(2023, 7, 11), "P3Y", date(2023, 7, 11), date(2023, 7, 11), id="the first day"),
    ],
)
def test_the_current_term_is_computed_from_the_first(first: date, duration: str, today: date, start: date) -> None:
    """So that a short month does not shift later terms."""
    assert terms.current_start(first, duration, today) == start


@pytest.mark.parametrize(
    ("line", "duration", "aligned"),
    [
        pytest.param({"termDuration": "P1Y"}, "P1Y", True, id="a year with a year"),
        pytest.param({"termDuration": "P1M"}, "P1Y", False, id="a year with a month"),
        pytest.param({"termDuration": "P1M"}, "P1M", True, id="a month with a month"),
        pytest.param(TRIAL, "P1M", False, id="a month with a trial"),
        pytest.param({"catalogItemId": BASE, "termDuration": None}, "P1Y", False, id="a year with the old catalog"),
    ],
)
async def test_a_new_term_may_end_with_some_subscriptions(
    api: httpx.AsyncClient, create: Create, line: dict[str, object], duration: str, *, aligned: bool
) -> None:
    """Active licences of new commerce that are not trials; a yearly term never with a monthly one ("Align subscription end dates")."""
    day = (await bought(api, create, line))["commitmentEndDate"][:10]

    listed = await ends(api, duration)
    cart = await create({"termDuration": duration, "customTermEndDate": day})

    assert (day in listed) == aligned
    assert ("error" not in cart["lineItems"][0]) == aligned


@pytest.mark.parametrize(("start", "aligned"), [("2023-07-29", False), ("2023-08-01", True)], ids=str)
async def test_a_monthly_term_does_not_align_with_days_that_some_months_lack(
    api: httpx.AsyncClient, create: Create, start: str, *, aligned: bool
) -> None:
    """The 28th to 30th are allowed only as the last day of their month."""
    await api.post("/_sandbox/clock", json={"now": f"{start}T12:00:00Z"})
    day = (await bought(api, create, {"termDuration": "P1M"}))["commitmentEndDate"][:10]
    await advance(api, "P1D")

    assert (day in await ends(api, "P1M")) == aligned


async def test_subscriptions_of_the_seed_are_listed(api: httpx.AsyncClient) -> None:
    """By id, by order and in the whole list, in the shape of get-a-subscription-by-id.md."""
    listed = (await api.get(f"/v1/customers/{FABRIKAM}/subscriptions")).json()["items"]
    by_order = (await api.get(f"/v1/customers/{FABRIKAM}/subscriptions?order_id=34B37D7340CC")).json()["items"]
    other = (await api.get(f"/v1/customers/{FABRIKAM}/subscriptions?order_id=000000000000")).json()["items"]
    by_id = (await api.get(f"/v1/customers/{FABRIKAM}/subscriptions/{OWNED}")).json()

    assert listed == by_order == [by_id]
    assert other == []
    assert (by_id["offerId"], by_id["quantity"], by_id["status"]) == (E3, 4, "active")
    assert by_id["creationDate"] == "2023-06-11T21:16:11.55149Z"


async def test_an_unknown_subscription_is_not_found(api: httpx.AsyncClient) -> None:
    """Nor is another customer's."""
    answer = await api.get(f"/v1/customers/{CONTOSO}/subscriptions/{OWNED}")

    assert (answer.status_code, answer.json()["code"]) == (404, 20003)


async def test_a_term_may_end_with_a_month_or_with_another_subscription(api: httpx.AsyncClient) -> None:
    """Dates have no time zone, as on custom-term-end-dates.md."""
    path = f"/customers/{FABRIKAM}/subscriptions/customTermEndDates?term_duration=P1Y"

    answer = await api.get(f"/v1{path}")

    assert answer.json() == {
        "totalCount": 2,
        "items": [
            {"allowedCustomTermEndDateType": "calendarMonthAligned", "allowedCustomTermEndDate": "2024-06-30T00:00:00"},
            {
                "allowedCustomTermEndDateType": "subscriptionAligned",
                "allowedCustomTermEndDate": "2024-06-10T00:00:00",
                "cotermSubscriptionIds": [OWNED],
            },
        ],
        "links": {"self": {"uri": path, "method": "GET", "headers": []}},
        "attributes": {"objectType": "Collection"},
    }


@pytest.mark.parametrize("day", ["2024-06-30T00:00:00Z", "2024-06-10T00:00:00", "2024-06-10"])
async def test_an_allowed_end_date_is_accepted(create: Create, day: str) -> None:
    """The end of a month, or of an owned subscription."""
    cart = await create({"customTermEndDate": day}, customer=FABRIKAM)

    assert cart["lineItems"][0]["customTermEndDate"] == f"{day[:10]}T00:00:00Z"
    assert "error" not in cart["lineItems"][0]


@pytest.mark.parametrize(
    ("query", "days"),
    [
        pytest.param("TermDuration=P1Y", ["2024-06-30", "2024-06-10"], id="the table's spelling"),
        pytest.param("term_duration=P1Y&term_start_date=2023-09-15", ["2024-08-31", "2024-06-10"], id="a later start"),
        pytest.param("TermDuration=P1Y&TermStartDate=2024-06-10", ["2025-05-31"], id="a start on that day"),
        pytest.param(f"term_duration=P1Y&target_coterm_subscription_id={OWNED.upper()}", ["2024-06-10"], id="a target"),
        pytest.param(f"TermDuration=P1Y&TargetCotermSubscriptionId={FABRIKAM}", [], id="an unknown target"),
    ],
)
async def test_the_allowed_end_dates_depend_on_start_and_target(
    api: httpx.AsyncClient, query: str, days: list[str]
) -> None:
    """Each parameter in either spelling of custom-term-end-dates.md."""
    answer = (await api.get(f"/v1/customers/{FABRIKAM}/subscriptions/customTermEndDates?{query}")).json()

    assert [each["allowedCustomTermEndDate"][:10] for each in answer["items"]] == days


@pytest.mark.parametrize("query", ["", "term_duration=P2Y", "term_duration=P1Y&term_start_date=tomorrow"])
async def test_an_unfit_question_about_end_dates_is_refused(api: httpx.AsyncClient, query: str) -> None:
    """The duration is required, one of three, and a start must be a date."""
    answer = await api.get(f"/v1/customers/{FABRIKAM}/subscriptions/customTermEndDates?{query}")

    assert (answer.status_code, answer.json()["code"]) == (400, 3000)


async def test_a_wrong_end_date_may_refuse_the_cart(api: httpx.AsyncClient) -> None:
    """Documented both as an error of the line and as 400/900242; a switch chooses the latter."""
    line = {
        "catalogItemId": "CFQ7TTC0LF8S:0001:CFQ7TTC0VZW5",
        "quantity": 1,
        "billingCycle": "monthly",
        "termDuration": "P1Y",
    }
    body = {"lineItems": [{**line, "customTermEndDate": "2024-06-09T00:00:00Z"}]}
    path = f"/v1/customers/{FABRIKAM}/carts"

    with_error = await api.post(path, json=body)
    await api.post("/_sandbox/switches", json={"refuseTermEndDates": True})
    refused = await api.post(path, json=body)

    assert with_error.json()["lineItems"][0]["error"]["errorCode"] == 10017
    assert (refused.status_code, refused.json()["code"]) == (400, 900242)
