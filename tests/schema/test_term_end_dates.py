"""The dates on which a first term may end: for a customer, for a line, and in place of a wrong date."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from tests.harness import Gateway
from tests.schema.conftest import Cart
from tests.shop_ids import CONTOSO, FABRIKAM, NOBODY

ACart = Callable[..., Awaitable[Cart]]

SOFTWARE = "DG7GMGF0D5VX:0007:DG7GMGF09HJ0"
MONTH_END = {"date": "2027-02-28T00:00:00+00:00", "kind": "CALENDAR_MONTH"}
OWNED_END = {"date": "2027-01-30T00:00:00+00:00", "kind": "SUBSCRIPTION"}
READ = f"GET /v1/customers/{CONTOSO}/subscriptions/customTermEndDates"
LINES = """
query Lines($id: ID!) {
  cart(by: {id: $id}) { lineItems {
    termEndDates { date kind } error { code acceptedTermEndDates { date kind } acceptedQuantity { maximum } acceptedTerms { duration } }
  } }
}
"""


async def dates(gateway: Gateway, arguments: str, customer: str = CONTOSO) -> Any:
    """The dates for a new term of a customer."""
    found = await gateway.data(
        f'{{ customer(by: {{tenantId: "{customer}"}}) {{ termEndDates({arguments}) {{ date kind }} }} }}'
    )
    return found["customer"] and found["customer"]["termEndDates"]


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        pytest.param('termDuration: "P1Y"', [MONTH_END, OWNED_END], id="a year from now"),
        pytest.param(
            'termDuration: "P1Y", startsAt: "2027-01-30T00:00:00Z"',
            [{"date": "2027-12-31T00:00:00+00:00", "kind": "CALENDAR_MONTH"}],
            id="a year from later on",
        ),
        pytest.param(
            'termDuration: "P1M", startsAt: null',
            [{"date": "2026-03-31T00:00:00+00:00", "kind": "CALENDAR_MONTH"}],
            id="a month",
        ),
    ],
)
async def test_a_customer_has_dates_for_a_new_term(
    gateway: Gateway, arguments: str, expected: list[dict[str, str]]
) -> None:
    """The end of a month, or of licenses that the customer has, in UTC."""
    assert await dates(gateway, arguments) == expected


async def test_a_customer_that_is_gone_has_none(gateway: Gateway) -> None:
    """Null, as the customer itself."""
    assert await dates(gateway, 'termDuration: "P1Y"', NOBODY) is None


async def test_lines_of_one_duration_share_a_call(gateway: Gateway, a_cart: ACart) -> None:
    """One for each duration in the cart; a line without a term has no dates."""
    software = {"catalogItemId": SOFTWARE, "billingCycle": "ONE_TIME", "termDuration": None}
    cart = await a_cart({}, {"quantity": 2}, {"termDuration": "P1M"}, software)

    answer = await gateway.ask(
        "query Lines($id: ID!) { cart(by: {id: $id}) { lineItems { termEndDates { kind date } } } }", {"id": cart["id"]}
    )

    year, other_year, month, none = [line["termEndDates"] for line in answer["data"]["cart"]["lineItems"]]
    assert year == other_year == [MONTH_END, OWNED_END]
    assert [each["date"][:10] for each in month] == ["2026-03-31"]
    assert none is None
    assert (await gateway.calls()).count(READ) == 2
    assert answer["extensions"]["cost"]["estimate"] == 1 + 3


async def test_the_customer_of_a_cart_is_not_read_for_its_dates(gateway: Gateway, a_cart: ACart) -> None:
    """Its identifier is enough."""
    cart = await a_cart()
    document = (
        'query Dates($id: ID!) { cart(by: {id: $id}) { customer { termEndDates(termDuration: "P1M") { date } } } }'
    )

    answer = await gateway.ask(document, {"id": cart["id"]})

    assert answer["data"]["cart"]["customer"]["termEndDates"]
    assert (len(await gateway.calls()), answer["extensions"]["cost"]["estimate"]) == (2, 2)


async def test_a_wrong_date_names_the_right_ones(gateway: Gateway, a_cart: ACart) -> None:
    """The error has them, and shares the call of the line."""
    cart = await a_cart({"customTermEndDate": "2026-12-24T00:00:00Z"}, {"quantity": 6000}, {})

    lines = (await gateway.data(LINES, {"id": cart["id"]}))["cart"]["lineItems"]

    assert lines[0]["error"]["code"] == "INVALID_CUSTOM_TERM_END_DATE"
    assert lines[0]["error"]["acceptedTermEndDates"] == lines[0]["termEndDates"] == [MONTH_END, OWNED_END]
    assert lines[1]["error"]["acceptedTermEndDates"] is None
    assert (await gateway.calls()).count(READ) == 1


OWNED = """
query Owned($by: CustomerReferenceInput!, $subscription: ID) {
  customer(by: $by) { termEndDates(termDuration: "P1Y", subscriptionId: $subscription) {
    kind subscriptions { id partnerCenterId SELECTION }
  } }
}
"""


async def test_a_date_leads_to_the_subscriptions_that_end_on_it(gateway: Gateway) -> None:
    """By one call for all dates; by none for what their identifiers say. The end of a month has none."""
    by = {"by": {"tenantId": CONTOSO}}

    named = (await gateway.data(OWNED.replace("SELECTION", ""), by))["customer"]["termEndDates"]
    calls_for_names = len(await gateway.calls())
    answer = await gateway.ask(OWNED.replace("SELECTION", "title promotion { name }"), by)

    (month, owned), (_, with_titles) = named, answer["data"]["customer"]["termEndDates"]
    assert month == {"kind": "CALENDAR_MONTH", "subscriptions": []}
    keys = [each["partnerCenterId"] for each in owned["subscriptions"]]
    assert keys == ["7e00109c-32de-4e39-bab1-852b5f9531cf", "4dfee87c-cfa9-40f1-8a86-c728c2457a62"]
    assert calls_for_names == 2
    assert {each["partnerCenterId"]: each["promotion"]["name"] for each in with_titles["subscriptions"]} == {
        keys[0]: "Office 365 E1 once",
        keys[1]: "Power Apps for twenty",
    }
    calls = await gateway.calls()
    assert calls.count(f"GET /v1/customers/{CONTOSO}/subscriptions") == 1
    assert len(calls) <= answer["extensions"]["cost"]["estimate"]


async def test_dates_can_be_those_of_a_subscription(gateway: Gateway) -> None:
    """One that is not the customer's is refused, without a call for dates."""
    by = {"tenantId": CONTOSO}
    owned = OWNED.replace("SELECTION", "")
    dates_of_all = (await gateway.data(owned, {"by": by}))["customer"]["termEndDates"]
    subscription = dates_of_all[1]["subscriptions"][0]["id"]

    dates_of_one = (await gateway.data(owned, {"by": by, "subscription": subscription}))["customer"]["termEndDates"]
    await gateway.calls()
    foreign = await gateway.ask(owned, {"by": {"tenantId": FABRIKAM}, "subscription": subscription})

    assert dates_of_one == dates_of_all[1:]
    assert [error["extensions"]["code"] for error in foreign["errors"]] == ["BAD_USER_INPUT"]
    assert not any("customTermEndDates" in call for call in await gateway.calls())
