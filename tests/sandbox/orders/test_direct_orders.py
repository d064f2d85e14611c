"""Orders without a cart ("Create an order for a customer")."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import httpx
import pytest

Create = Callable[..., Awaitable[dict[str, Any]]]
Inject = Callable[..., Awaitable[None]]

CONTOSO, FABRIKAM = "28045616-f6b9-462f-9701-0d89b5e65c44", "6f4ce4d8-f42e-45e0-8661-92ad6ac9d003"
WINGTIP = "18ac2950-8ea9-4dfc-92a4-ff4d4cd57796"
E5, OLD = "CFQ7TTC0LF8S:0001:CFQ7TTC0VZW5", "91FD106F-4B2C-4938-95AC-F54F74E9A239"
LICENCE: Mapping[str, object] = {"offerId": E5, "quantity": 1, "lineItemNumber": 0}
RESERVED: Mapping[str, object] = {
    "LineItemNumber": 0, "OfferId": "DZH318Z0BQ36:004G:DZH318Z08C0S", "FriendlyName": "A_sample_Azure_RI", "Quantity": 1,
    "ProvisioningContext": {"subscriptionId": "1C461A25-F729-4FA5-AADB-280947DD05E8", "scope": "shared", "duration": "1Year"},
}  # fmt: skip
ONE = {"MS-RequestId": "11111111-1111-1111-1111-111111111111"}


async def post(
    api: httpx.AsyncClient, *lines: Mapping[str, object], customer: str = CONTOSO, **members: object
) -> httpx.Response:
    return await api.post(f"/v1/customers/{customer}/orders", json={"lineItems": lines, **members})


async def orders(api: httpx.AsyncClient, customer: str = CONTOSO) -> list[str]:
    await api.post("/_sandbox/clock", json={"advance": "PT16M"})
    return [each["id"] for each in (await api.get(f"/v1/customers/{customer}/orders")).json()["items"]]


async def test_a_licence_is_bought_as_the_page_prints_it(api: httpx.AsyncClient) -> None:
    """Without cycle and term it is billed monthly; the line names the resellers."""
    line = {**LICENCE, "PartnerIdOnRecord": "873452", "AdditionalPartnerIdsOnRecord": ["4847383", "873452"]}

    answer = await post(api, line, PartnerOnRecordAttestationAccepted=True, billingCycle="Monthly")

    order = answer.json()
    (bought,) = order["lineItems"]
    assert (answer.status_code, order["status"], order["billingCycle"]) == (201, "pending", "monthly")
    assert (bought["offerId"], bought["termDuration"], bought["quantity"]) == (E5, "P1M", 1)
    assert (bought["partnerIdOnRecord"], bought["additionalPartnerIdsOnRecord"]) == ("873452", ["4847383", "873452"])
    owned = (await api.get(f"/v1/customers/{CONTOSO}/subscriptions/{bought['subscriptionId']}")).json()
    assert (owned["status"], owned["orderId"]) == ("active", order["id"])
    assert await orders(api) == [order["id"]]


async def test_a_reservation_is_bought_in_pascal_case(api: httpx.AsyncClient) -> None:
    """The printed request, which defaults to one payment."""
    body = {"CurrencyCode": "USD", "LineItems": [RESERVED]}

    answer = await api.post(f"/v1/customers/{CONTOSO}/orders", json=body)

    assert (answer.status_code, answer.json()["billingCycle"]) == (201, "one_time")
    assert answer.json()["lineItems"][0]["friendlyName"] == "A_sample_Azure_RI"
    assert "subscriptionId" not in answer.json()["lineItems"][0]


async def test_an_old_addon_is_bought_for_a_subscription(api: httpx.AsyncClient) -> None:
    """The line names the parent subscription."""
    base = (await post(api, {"offerId": OLD, "quantity": 2})).json()["lineItems"][0]["subscriptionId"]
    addon = {"offerId": "43FCE491-76D1-4BCC-B709-8A288786DBAE", "quantity": 1, "parentSubscriptionId": base}

    answer = await post(api, addon)

    assert (answer.status_code, answer.json()["status"]) == (201, "completed")
    assert answer.json()["lineItems"][0]["parentSubscriptionId"] == base


@pytest.mark.parametrize(
    ("customer", "lines", "members", "status", "code"),
    [
        pytest.param(CONTOSO, [], {}, 400, 800002, id="no lines"),
        pytest.param(CONTOSO, [{"quantity": 1}], {}, 400, 900142, id="no offer"),
        pytest.param(CONTOSO, [{"offerId": E5}], {}, 400, 900275, id="no quantity"),
        pytest.param(CONTOSO, [LICENCE], {"billingCycle": "weekly"}, 400, 900126, id="no billing cycle"),
        pytest.param(CONTOSO, [LICENCE], {"currencyCode": "SEK"}, 400, 900169, id="another currency"),
        pytest.param(CONTOSO, [{**LICENCE, "offerId": "A:B:C"}], {}, 400, 800004, id="an unknown offer"),
        pytest.param(CONTOSO, [{**LICENCE, "quantity": 301}], {}, 403, 800088, id="too many seats"),
        pytest.param(CONTOSO, [{**LICENCE, "quantity": 200}] * 2, {}, 403, 800088, id="too many seats on two lines"),
        pytest.param(CONTOSO, [{**LICENCE, "customTermEndDate": "2022-02-19T00:00:00Z"}], {}, 400, 900242, id="an end that has passed"),
        pytest.param(CONTOSO, [{**LICENCE, "partnerIdOnRecord": "1"}], {}, 400, 900206, id="a reseller without the attestation"),
        pytest.param(CONTOSO, [LICENCE, {"offerId": OLD, "quantity": 1}], {}, 400, 800002, id="what makes two orders"),
        pytest.param(CONTOSO, [{**LICENCE, "offerId": "CFQ7TTC0LF8S:0001:CFQ7TTC0GONE", "termDuration": "P1Y"}], {}, 404, 400019, id="a reissued availability"),
        pytest.param(CONTOSO, [LICENCE], {"referenceCustomerId": FABRIKAM}, 400, 3000, id="another customer's order"),
        pytest.param(WINGTIP, [LICENCE], {}, 403, 13605, id="a customer who signed no agreement"),
        pytest.param(FABRIKAM, [{**LICENCE, "quantity": 200}], {}, 400, 800025, id="beyond the credit line"),
    ],
)  # fmt: skip
async def test_a_refused_order_buys_nothing(
    api: httpx.AsyncClient,
    *,
    customer: str,
    lines: list[Mapping[str, object]],
    members: dict[str, object],
    status: int,
    code: int,
) -> None:
    """A line error refuses the order, with the code that orders have for it."""
    answer = await post(api, *lines, customer=customer, **members)

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert await orders(api, customer) == []


async def test_seats_bought_directly_count_on_carts(api: httpx.AsyncClient, create: Create) -> None:
    """The limit applies to the customer."""
    await post(api, {**LICENCE, "quantity": 250})

    cart = await create({"quantity": 51})

    assert cart["lineItems"][0]["error"]["additionalInformation"] == {"availableQuantity": 50, "purchasedQuantity": 51}


@pytest.mark.parametrize("when", ["before", "after"])
async def test_an_order_whose_answer_is_lost_is_placed_once(
    breakable_api: httpx.AsyncClient, inject: Inject, when: str
) -> None:
    """The repeat with the same request id returns the first order, or places it."""
    await inject({"calls": "POST customers/*/orders", "fault": "reset", "when": when, "times": 1})
    path, body = f"/v1/customers/{CONTOSO}/orders", {"lineItems": [LICENCE]}
    with pytest.raises(httpx.ReadError):
        await breakable_api.post(path, json=body, headers=ONE)

    repeat = await breakable_api.post(path, json=body, headers=ONE)

    purchases = (await breakable_api.get("/_sandbox/purchases")).json()["purchases"]
    assert [(each["orderId"], each["cartId"]) for each in purchases] == [(repeat.json()["id"], None)]


@pytest.mark.parametrize("when", ["before", "after"])
async def test_a_change_whose_answer_is_lost_is_made_once(
    breakable_api: httpx.AsyncClient, inject: Inject, when: str
) -> None:
    """A repeated change of a subscription adds seats only once."""
    bought = (await breakable_api.post(f"/v1/customers/{CONTOSO}/orders", json={"lineItems": [LICENCE]})).json()[
        "lineItems"
    ][0]
    path = f"/v1/customers/{CONTOSO}/subscriptions/{bought['subscriptionId']}"
    await inject({"calls": "PATCH customers/*/subscriptions/*", "fault": "reset", "when": when, "times": 1})
    with pytest.raises(httpx.ReadError):
        await breakable_api.patch(path, json={"quantity": 5}, headers=ONE)
    lost = (await breakable_api.get(path)).json()["quantity"]

    repeat = await breakable_api.patch(path, json={"quantity": 5}, headers=ONE)

    assert (lost, repeat.json()["quantity"]) == (1 if when == "before" else 5, 5)
    assert (await breakable_api.get(path)).json()["refundableQuantity"]["totalQuantity"] == 5


async def test_a_savings_plan_needs_a_user_token(api: httpx.AsyncClient, small_seed: Mapping[str, Any]) -> None:
    """As with carts ("Purchase Azure savings plans")."""
    partner = small_seed["partner"]
    form = {"grant_type": "client_credentials", "client_id": partner["clientId"], "client_secret": partner["clientSecret"],
            "resource": "https://api.partnercenter.microsoft.com"}  # fmt: skip
    token = (await api.post(f"/{partner['tenantId']}/oauth2/token", data=form)).json()["access_token"]
    line = {"offerId": "DZH318Z09V6F:0001:DZH318Z0BLD3", "quantity": 1}

    answer = await api.post(
        f"/v1/customers/{CONTOSO}/orders", json={"lineItems": [line]}, headers={"Authorization": f"Bearer {token}"}
    )

    assert (answer.status_code, answer.json()["code"]) == (403, 900329)
