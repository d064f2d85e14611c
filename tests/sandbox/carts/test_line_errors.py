"""A cart is created even if a line item has an error, which the line then shows ("Cart resources")."""

from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest

from tests.sandbox.shop_ids import CONTOSO

Create = Callable[..., Awaitable[dict[str, Any]]]

FABRIKAM, SCHOOL = "6f4ce4d8-f42e-45e0-8661-92ad6ac9d003", "94cd6638-11b6-4323-8c9f-6ae3088adc59"
E5, E3, SECURITY = "CFQ7TTC0LF8S:0001:CFQ7TTC0VZW5", "CFQ7TTC0LFLX:0001:CFQ7TTC0LB30", "CFQ7TTC0HDJX:0001:CFQ7TTC0K806"
MONTH = {"termDuration": "P1M"}
BASE, ARCHIVING = "91FD106F-4B2C-4938-95AC-F54F74E9A239", "43FCE491-76D1-4BCC-B709-8A288786DBAE"
GOOD = "1C461A25-F729-4FA5-AADB-280947DD05E8"
SAAS: dict[str, object] = {"catalogItemId": "DZH318Z0BXWC:0002:DZH318Z0BMRV", "termDuration": "P1M"}
ATTESTED: dict[str, object] = {"catalogItemId": "DZH318Z0BXWC:0003:DZH318Z0ATTE", "termDuration": "P1M"}


def reserved(subscription: str | None = GOOD, **members: object) -> dict[str, object]:
    context = {"scope": "shared", **({"subscriptionId": subscription} if subscription else {})}
    item = {"catalogItemId": "DZH318Z0BQ36:004J:DZH318Z08B8X", "billingCycle": "one_time", "termDuration": "P3Y"}
    return {**item, "provisioningContext": context, **members}


def saving(amount: float | None = 0.05, **context: str) -> dict[str, object]:
    commitment = None if amount is None else {"amount": amount, "currency": "usd", "grain": "hourly"}
    item = {"catalogItemId": "DZH318Z09V6F:0001:DZH318Z0BLD3", "billingCycle": "one_time"}
    return {**item, "provisioningContext": context, "purchaseCommitment": commitment}


def resellers(number: int, key: str = "additional_transaction_reseller") -> dict[str, object]:
    return {"participants": [{"key": key, "value": str(each)} for each in range(number)]}


@pytest.mark.parametrize(
    ("line", "code", "named"),
    [
        pytest.param({"currencyCode": "EUR"}, 10000, "USD", id="another currency than the market's"),
        pytest.param({"catalogItemId": "NOTHING:0001:HERE"}, 10001, "sold in US", id="an unknown product"),
        pytest.param({"catalogItemId": "CFQ7TTC0LF8S:0001"}, 10001, "product:sku:availability", id="half an item id"),
        pytest.param({"catalogItemId": "CFQ7TTC0SEON:0001:CFQ7TTC0SEAV"}, 10001, "US", id="sold in Sweden only"),
        pytest.param({"catalogItemId": "CFQ7TTC0LF8S:0001:CFQ7TTC0EDUC"}, 10001, "education", id="for schools only"),
        pytest.param({"catalogItemId": "00000000-0000-0000-0000-000000000000"}, 10001, "", id="an unknown offer"),
        pytest.param({**SAAS, "quantity": 4}, 10002, "3 more", id="more than the quota"),
        pytest.param(reserved(quantity=6), 10003, "5 left", id="more than the stock"),
        pytest.param(resellers(1, "friend"), 10004, "transaction_reseller", id="a participant of no known kind"),
        pytest.param(resellers(6), 10004, "at most 5", id="six resellers"),
        pytest.param(reserved("00000000-0000-0000-0000-00000000000f"), 10007, "0f", id="somebody's Azure subscription"),
        pytest.param(reserved("00000000-0000-0000-0000-000000000003"), 10007, "03", id="an inactive subscription"),
        pytest.param(reserved("00000000-0000-0000-0000-000000000002"), 10008, "02", id="not enabled for reservations"),
        pytest.param(reserved(None), 10010, "SubscriptionId", id="a reservation without its variables"),
        pytest.param(reserved(provisioningContext={"scope": "x", "subscriptionId": GOOD}), 10010, "single", id="no scope"),
        pytest.param(reserved("00000000-0000-0000-0000-000000000001"), 10011, "01", id="an unregistered subscription"),
        pytest.param(ATTESTED, 10012, "TermsAndConditions", id="an attestation not given"),
        pytest.param({**ATTESTED, "attestationAccepted": False}, 10012, "", id="an attestation refused"),
        pytest.param({"billingCycle": None}, 10013, "P1Y annual", id="no billing cycle"),
        pytest.param({"billingCycle": "annual", "termDuration": "P1M"}, 10013, "P1M monthly", id="a year in a month"),
        pytest.param({"termDuration": "P5Y"}, 10013, "P3Y monthly", id="a term that is not sold"),
        pytest.param({"termDuration": None}, 10013, "P1M monthly", id="no term where three would fit"),
        pytest.param({"catalogItemId": BASE, "billingCycle": "one_time"}, 10013, "annual", id="an offer paid once"),
        pytest.param({"promotionId": "A:B:C"}, 10014, "unknown", id="an unknown promotion"),
        pytest.param({"promotionId": "39NFJQT1PM6C:0005:39NFJQT1Q5L7"}, 10014, "product", id="another's promotion"),
        pytest.param(
            {"catalogItemId": E3, **MONTH, "promotionId": "39NFJQT1PM6C:0005:39NFJQT1Q5L7"}, 10014, "P1Y Monthly",
            id="a promotion for another term",
        ),
        pytest.param(
            {"catalogItemId": E3, **MONTH, "quantity": 101, "promotionId": "39NFJQT1PHSN:0008:39NFJQT1Q5J0"}, 10014,
            "1 to 100", id="a promotion for fewer seats",
        ),
        pytest.param({"quantity": 301}, 10015, "300", id="too many seats"),
        pytest.param({"catalogItemId": BASE, "quantity": 101}, 10015, "100", id="too many seats of an old offer"),
        pytest.param({**SAAS, "customTermEndDate": "2023-07-31T00:00:00Z"}, 10016, "licences", id="an end for SaaS"),
        pytest.param({"customTermEndDate": "2023-08-01T00:00:00Z"}, 10017, "2024-06-30", id="an end on another day"),
        pytest.param({"customTermEndDate": "2022-02-19T00:00:00Z"}, 10017, "2024-06-30", id="an end that has passed"),
        pytest.param({"customTermEndDate": "tomorrow"}, 10017, "2024-06-30", id="an end that is no date"),
        pytest.param(
            {"catalogItemId": "031C9E47-4802-4248-838E-778FB1D2CC05"}, 500600, "CFQ7TTC0VZW5", id="an offer of the past"
        ),
        pytest.param({"catalogItemId": SECURITY, **MONTH, "quantity": 2}, 400041, "CFQ7TTC0LFLX:0001", id="no base"),
        pytest.param({"catalogItemId": ARCHIVING}, 10010, "addonItems", id="an old add-on standing alone"),
        pytest.param(saving(None, scope="shared", subscriptionId=GOOD), 10010, "amount", id="no commitment"),
        pytest.param(saving(0.0001, scope="shared", subscriptionId=GOOD), 10010, "0.001", id="a small commitment"),
        pytest.param(saving(), 10010, "scope", id="a savings plan without scope"),
        pytest.param(saving(scope="shared"), 10007, "(none)", id="a shared savings plan without subscription"),
        pytest.param(saving(scope="single", entitlementId="x"), 10010, "entitlementId", id="an unknown entitlement"),
    ],
)  # fmt: skip
async def test_an_invalid_line_has_an_error_with_code_and_remedy(
    create: Create, line: dict[str, object], code: int, named: str
) -> None:
    """The line has neither order group nor price."""
    cart = await create(line)

    (found,) = cart["lineItems"]
    assert found["error"]["errorCode"] == code
    assert found["catalogItemId"] in found["error"]["errorDescription"]
    assert named in found["error"]["errorDescription"]
    assert found["error"]["attributes"] == {"objectType": "CartError"}
    assert cart["status"] == "Active"
    assert found.keys().isdisjoint({"orderGroup", "pricing"})


async def test_the_error_for_too_many_seats_says_how_many_are_left(create: Create) -> None:
    """Code 10015 has both numbers, in the words of the page on seat limits."""
    cart = await create({"quantity": 301})

    error = cart["lineItems"][0]["error"]
    assert error["additionalInformation"] == {"availableQuantity": 300, "purchasedQuantity": 301}
    assert error["errorDescription"] == (
        "The requested number of 301 seats exceeds the remaining limit of 300 seats allowed per subscription "
        f"for the CatalogItemId - {E5}"
    )


async def test_owned_seats_count_towards_the_limit(create: Create, api: httpx.AsyncClient) -> None:
    """A customer with 250 of 300 seats can buy 50 more."""
    bought = await create({"quantity": 250})
    await api.post(f"/v1/customers/{CONTOSO}/carts/{bought['id']}/checkout")

    (fits,), (too_many,) = [(await create({"quantity": quantity}))["lineItems"] for quantity in (50, 51)]

    assert "error" not in fits
    assert too_many["error"]["additionalInformation"] == {"availableQuantity": 50, "purchasedQuantity": 51}


@pytest.mark.parametrize(
    ("customer", "lines", "code"),
    [
        pytest.param(FABRIKAM, [(SECURITY, 4)], None, id="as many seats as the base that is owned"),
        pytest.param(FABRIKAM, [(SECURITY, 5)], 10018, id="more seats than the base that is owned"),
        pytest.param(FABRIKAM, [(E3, 1), (SECURITY, 5)], None, id="owned seats and those on the cart add up"),
        pytest.param(FABRIKAM, [(SECURITY, 1)], 10019, id="fewer seats than the add-on's minimum"),
        pytest.param(None, [(E3, 2), (SECURITY, 2)], None, id="a base on the same cart"),
        pytest.param(None, [(E5, 2), (SECURITY, 2)], 400041, id="a base that does not fit"),
    ],
)
async def test_an_addon_needs_seats_of_its_base(
    create: Create, customer: str | None, lines: list[tuple[str, int]], code: int | None
) -> None:
    """The base may be owned or on the same cart."""
    asked = [{"catalogItemId": item, "quantity": quantity, **MONTH} for item, quantity in lines]

    cart = await (create(*asked) if customer is None else create(*asked, customer=customer))

    assert cart["lineItems"][-1].get("error", {}).get("errorCode") == code


async def test_an_old_addon_has_no_more_seats_than_its_parent(create: Create) -> None:
    """The error is on the add-on, nested under its parent."""
    addon = {"catalogItemId": ARCHIVING, "quantity": 3, "billingCycle": "monthly"}

    cart = await create({"catalogItemId": BASE, "quantity": 2, "addonItems": [addon]})

    (parent,) = cart["lineItems"]
    assert parent["addonItems"][0]["error"]["errorCode"] == 10018
    assert "error" not in parent


async def test_the_segment_of_the_customer_must_match(create: Create) -> None:
    """An availability is for one segment only."""
    item = "CFQ7TTC0LF8S:0001:CFQ7TTC0EDUC"

    cart = await create({"catalogItemId": item}, {"catalogItemId": E5}, customer=SCHOOL)

    assert [line.get("error", {}).get("errorCode") for line in cart["lineItems"]] == [None, 10001]


async def test_a_line_with_an_error_takes_no_order_group(create: Create) -> None:
    """The other lines are grouped as if it were missing."""
    cart = await create({"billingCycle": "none"}, {}, {"billingCycle": "annual"})

    assert [line.get("orderGroup") for line in cart["lineItems"]] == [None, "0", "1"]
