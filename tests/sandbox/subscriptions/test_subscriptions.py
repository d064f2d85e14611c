"""What a purchase leaves the customer: subscriptions with terms that end, are renewed, and can be aligned with."""

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any

import httpx
import pytest

from gateway.sandbox import terms
from gateway.sandbox.world.subscription_records import SubscriptionRecord
from tests.sandbox.shop_ids import CONTOSO_PATH

Create = Callable[..., Awaitable[dict[str, Any]]]

BASE, ARCHIVING = "91FD106F-4B2C-4938-95AC-F54F74E9A239", "43FCE491-76D1-4BCC-B709-8A288786DBAE"
TRIAL = {"catalogItemId": "CFQ7TTC0LF8S:0002:CFQ7TTC0TRIA", "billingCycle": "none", "termDuration": "P1M"}


async def bought(api: httpx.AsyncClient, create: Create, line: dict[str, object]) -> dict[str, Any]:
    """The subscriptions of an order by its lines, the first one."""
    cart = await create(line)
    order = (await api.post(f"{CONTOSO_PATH}/carts/{cart['id']}/checkout")).json()["orders"][0]
    return await read(api, order["lineItems"][-1]["subscriptionId"])


async def read(api: httpx.AsyncClient, subscription_id: str) -> dict[str, Any]:
    found: dict[str, Any] = (await api.get(f"{CONTOSO_PATH}/subscriptions/{subscription_id}")).json()
    return found


async def advance(api: httpx.AsyncClient, by: str) -> None:
    assert (await api.post("/_sandbox/clock", json={"advance": by})).status_code == 200


async def ends(api: httpx.AsyncClient, duration: str) -> list[str]:
    """The allowed ends of a new term, as the call that lists them says."""
    answer = await api.get(f"{CONTOSO_PATH}/subscriptions/customTermEndDates?term_duration={duration}")
    return [each["allowedCustomTermEndDate"][:10] for each in answer.json()["items"]]


async def test_an_old_licence_ends_a_year_after_its_purchase(api: httpx.AsyncClient, create: Create) -> None:
    """In whole seconds and whole days, as the old catalog prints them; an add-on links to its base."""
    addon = {"catalogItemId": ARCHIVING, "quantity": 1, "billingCycle": "monthly"}

    subscription = await bought(api, create, {"catalogItemId": BASE, "addonItems": [addon], "termDuration": None})

    dates = ("creationDate", "effectiveStartDate", "commitmentEndDate", "commitmentEndDateTime")
    assert [subscription[name] for name in dates] == [
        "2023-07-11T21:16:11Z", "2023-07-11T00:00:00Z", "2024-07-10T00:00:00Z", "2024-07-10T00:00:00Z",
    ]  # fmt: skip
    parent = f"{CONTOSO_PATH}/subscriptions/{subscription['parentSubscriptionId']}".removeprefix("/v1")
    assert subscription["links"]["parentSubscription"]["uri"] == parent


async def test_what_has_no_term_never_ends() -> None:
    """Its last day is that of the calendar."""
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
async def test_a_term_that_has_ended_is_followed_by_another(
    api: httpx.AsyncClient, create: Create, days: str, last: str
) -> None:
    """As long as the subscription renews."""
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
def test_terms_follow_one_another(first: date, duration: str, today: date, start: date) -> None:
    """Counted from the first of them, so that no short month moves those behind it."""
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
    """Active licences of new commerce that are no trials; and no year with a month ("Align subscription end dates")."""
    day = (await bought(api, create, line))["commitmentEndDate"][:10]

    listed = await ends(api, duration)
    cart = await create({"termDuration": duration, "customTermEndDate": day})

    assert (day in listed) == aligned
    assert ("error" not in cart["lineItems"][0]) == aligned


@pytest.mark.parametrize(("start", "aligned"), [("2023-07-29", False), ("2023-08-01", True)], ids=str)
async def test_a_month_aligns_with_no_day_that_months_lack(
    api: httpx.AsyncClient, create: Create, start: str, *, aligned: bool
) -> None:
    """The 28th, 29th and 30th are no ends for it, unless they are the last day of their month."""
    await api.post("/_sandbox/clock", json={"now": f"{start}T12:00:00Z"})
    day = (await bought(api, create, {"termDuration": "P1M"}))["commitmentEndDate"][:10]
    await advance(api, "P1D")

    assert (day in await ends(api, "P1M")) == aligned
