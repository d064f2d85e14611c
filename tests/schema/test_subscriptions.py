"""What a customer owns, in the graph: one by one, as a list, and what can still be taken back."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

import httpx
import pytest

from gateway.partner_center.plain_json import encode
from gateway.sandbox.app import Sandbox
from gateway.schema.node import Kind, node_id
from tests.harness import Gateway
from tests.shop_ids import ALPINE, ALPINES_SEATS, CONTOSO, FJORD

Over = Callable[..., AbstractAsyncContextManager[Gateway]]

OLD = "a1b00003-52f7-4a0e-8d7e-6c1f3b0f9a03"
EXPIRED = "a1b00007-52f7-4a0e-8d7e-6c1f3b0f9a07"
PLAN = "962fd6d4-e7b0-49bd-af75-df6113456fda"
AZURE = "5d0f7c7e-3f0e-4a55-9d0b-6a5c1f0e7b21"
U = f"GET /v1/customers/{ALPINE}/subscriptions"


async def one(gateway: Gateway, fields: str, *, of: str = ALPINES_SEATS, customer: str = ALPINE) -> Any:
    """These fields of one subscription."""
    by = f'{{ partnerCenter: {{ customerTenantId: "{customer}", subscriptionId: "{of}" }} }}'
    return (await gateway.data(f"{{ subscription(by: {by}) {{ {fields} }} }}"))["subscription"]


async def owned(gateway: Gateway, arguments: str, fields: str = "nodes { friendlyName }", *, of: str = ALPINE) -> Any:
    """These fields of a customer's subscriptions."""
    asked = f'{{ customer(by: {{ tenantId: "{of}" }}) {{ subscriptions{arguments} {{ {fields} }} }} }}'
    return (await gateway.data(asked))["customer"]["subscriptions"]


async def test_a_subscription_shows_what_is_owned(gateway: Gateway) -> None:
    """With the terms it was bought under, in one call."""
    fields = (
        "catalogItemId title friendlyName quantity unitType status autoRenewEnabled isTrial billingCycle termDuration"
    )

    shown = await one(gateway, f"{fields} createdAt startsAt commitmentEndsAt billingPeriodEndsAt partnerCenterId")

    assert shown == {
        "catalogItemId": "CFQ7TTC0LCHC:0002:CFQ7TTC0KFFN",
        "title": "Microsoft 365 Business Premium",
        "friendlyName": "Premium for the office",
        "quantity": 25,
        "unitType": "Licenses",
        "status": "ACTIVE",
        "autoRenewEnabled": True,
        "isTrial": False,
        "billingCycle": "MONTHLY",
        "termDuration": "P1Y",
        "createdAt": "2026-02-28T09:30:00+00:00",
        "startsAt": "2026-02-28T09:30:00+00:00",
        "commitmentEndsAt": "2027-02-27T23:59:59+00:00",
        "billingPeriodEndsAt": "2026-03-27T23:59:59+00:00",
        "partnerCenterId": ALPINES_SEATS,
    }
    assert await gateway.calls() == [f"{U}/{ALPINES_SEATS}"]


@pytest.mark.parametrize(
    ("of", "expected"),
    [
        pytest.param(ALPINES_SEATS, {"removableSeats": 25, "seatReductions": [{"quantity": 20}, {"quantity": 5}], "isCancellable": True, "refunds": [{"type": "Partial"}]}, id="in its first days"),
        pytest.param(OLD, {"removableSeats": 0, "seatReductions": [], "isCancellable": False, "refunds": [{"type": "Partial"}]}, id="later"),
        pytest.param(EXPIRED, {"removableSeats": None, "seatReductions": [], "isCancellable": False, "refunds": [{"type": "Partial"}]}, id="after its term"),
    ],
)  # fmt: skip
async def test_windows_are_shown_by_the_clock(gateway: Gateway, of: str, expected: dict[str, object]) -> None:
    """None of the seats is another answer than that Partner Center does not say."""
    shown = await one(gateway, "removableSeats seatReductions { quantity } isCancellable refunds { type }", of=of)

    assert shown == expected


async def test_windows_have_times(gateway: Gateway) -> None:
    """For all of it, for each lot of seats and for each refund."""
    shown = await one(gateway, "cancellableUntil seatReductions { expiresAt } refunds { expiresAt }")

    assert shown == {
        "cancellableUntil": "2026-03-07T09:30:00+00:00",
        "seatReductions": [{"expiresAt": "2026-03-07T09:30:00+00:00"}, {"expiresAt": "2026-03-08T09:30:00+00:00"}],
        "refunds": [{"expiresAt": "2026-03-07T09:30:00+00:00"}],
    }


async def test_azure_by_use_never_ends(gateway: Gateway) -> None:
    """Neither its commitment nor a window for cancelling it has an end."""
    shown = await one(gateway, "commitmentEndsAt cancellableUntil removableSeats", of=PLAN, customer=FJORD)

    assert shown == {"commitmentEndsAt": None, "cancellableUntil": None, "removableSeats": None}


async def test_azure_of_the_old_kind_names_its_entitlement(gateway: Gateway) -> None:
    """And nothing else does."""
    shown = [await one(gateway, "azureEntitlementId", of=of, customer=FJORD) for of in (AZURE, PLAN)]

    assert shown == [{"azureEntitlementId": "5d0f7c7e-3f0e-4a55-9d0b-6a5c1f0e7b22"}, {"azureEntitlementId": None}]


async def test_a_next_term_leads_to_its_catalog_entry(gateway: Gateway) -> None:
    """In the customer's market; a subscription that renews as it is has none."""
    fields = "nextTerm { catalogItemId quantity termDuration billingCycle promotionId customTermEndDate availability { country sku { title } } }"

    scheduled, plain = [await one(gateway, fields, of=of) for of in (OLD, ALPINES_SEATS)]

    assert scheduled["nextTerm"] == {
        "catalogItemId": "CFQ7TTC0LCHC:0002:CFQ7TTC0KFFN",
        "quantity": 35,
        "termDuration": "P3Y",
        "billingCycle": "ANNUAL",
        "promotionId": None,
        "customTermEndDate": None,
        "availability": {"country": "FR", "sku": {"title": "Microsoft 365 Business Premium"}},
    }
    assert plain["nextTerm"] is None


async def test_a_product_is_looked_up_in_the_customers_market(gateway: Gateway) -> None:
    """One look-up answers for product and SKU; another market can be asked for."""
    shown = await one(
        gateway,
        'product { title country } sku { title isAddon prerequisiteSkus } there: product(country: "US") { country }',
    )

    assert shown == {
        "product": {"title": "Microsoft 365 Business Premium", "country": "FR"},
        "sku": {"title": "Microsoft 365 Business Premium", "isAddon": False, "prerequisiteSkus": []},
        "there": {"country": "US"},
    }
    assert len(await gateway.calls()) == 4  # the subscription, its customer, and one look-up in each market


async def test_an_order_that_is_too_old_is_null(gateway: Gateway) -> None:
    """Partner Center no longer knows it; the subscription is shown all the same."""
    assert await one(gateway, "friendlyName order { status }", of=OLD) == {
        "friendlyName": "Standard for the lifts",
        "order": None,
    }


async def test_an_addon_of_the_old_kind_leads_to_its_parent(gateway: Gateway, gateway_over: Over) -> None:
    """By one call, or by none where only its identifiers are asked for."""
    parent = "1C2B75C1-74A5-472A-A729-7F8CEFC477F9"
    addon = {"id": ALPINES_SEATS, "parentSubscriptionId": parent, "quantity": 2}
    seen: list[str] = []

    def upstream(request: httpx.Request) -> httpx.Response:
        seen.append(request.url.path.rpartition("/")[2])
        return httpx.Response(
            200, content=encode(addon if ALPINES_SEATS in request.url.path else {"id": parent, "quantity": 9})
        )

    async with gateway_over(httpx.MockTransport(upstream)) as over:
        ids = await one(over, "parentSubscription { id partnerCenterId }")
        whole = await one(over, "parentSubscription { quantity }")

    assert ids["parentSubscription"] == {"id": node_id(Kind.SUBSCRIPTION, ALPINE, parent.lower()), "partnerCenterId": parent.lower()}  # fmt: skip
    assert whole["parentSubscription"] == {"quantity": 9}
    assert seen == [ALPINES_SEATS, ALPINES_SEATS, parent.lower()]


@pytest.mark.parametrize(
    ("by", "errors"),
    [
        pytest.param({"id": node_id(Kind.SUBSCRIPTION, ALPINE, "00000000-0000-0000-0000-00000000000f")}, [], id="of none"),
        pytest.param({"id": node_id(Kind.SUBSCRIPTION, CONTOSO, ALPINES_SEATS)}, [], id="of another customer's"),
        pytest.param({"id": node_id(Kind.ORDER, ALPINE, ALPINES_SEATS)}, [], id="of an order"),
        pytest.param({"id": "nonsense"}, [], id="a broken identifier"),
        pytest.param({"partnerCenter": {"customerTenantId": ALPINE, "subscriptionId": "nonsense"}}, ["BAD_USER_INPUT"], id="not a GUID"),
        pytest.param({"partnerCenter": {"customerTenantId": "nonsense", "subscriptionId": ALPINES_SEATS}}, ["BAD_USER_INPUT"], id="a customer that is not a GUID"),
        pytest.param({}, ["BAD_USER_INPUT"], id="neither"),
    ],
)  # fmt: skip
async def test_a_wrong_reference_leads_nowhere(gateway: Gateway, by: dict[str, object], errors: list[str]) -> None:
    """What cannot be is the caller's mistake; what is not there is null."""
    document = "query Find($by: SubscriptionReferenceInput!) { subscription(by: $by) { id } }"

    answer = await gateway.ask(document, {"by": by})

    assert [error["extensions"]["code"] for error in answer.get("errors", [])] == errors
    assert not (answer.get("data") and answer["data"]["subscription"])


async def test_an_identifier_leads_back(gateway: Gateway) -> None:
    """By `subscription`, by `node` and from a list, to the same object with the same version."""
    listed = (await owned(gateway, "(first: 1)", "nodes { id version }"))["nodes"][0]

    found = await gateway.data(
        "query Find($id: ID!) { subscription(by: {id: $id}) { id version } node(id: $id) { id ... on CustomerSubscription { version } } nodes(ids: [$id]) { id } }",
        {"id": listed["id"]},
    )

    assert found["subscription"] == found["node"] == listed
    assert found["nodes"] == [{"id": listed["id"]}]


@pytest.mark.parametrize(
    ("arguments", "names"),
    [
        pytest.param("(statuses: [SUSPENDED, EXPIRED])", ["Mailboxes, suspended", "Apps, expired"], id="two states"),
        pytest.param("(statuses: [])", [], id="no state"),
        pytest.param('(productId: "cfq7ttc0ldpb")', ["Standard for the lifts", "Standard for the season"], id="a product, in any casing"),
        pytest.param('(productId: "CFQ7TTC0LCHC", skuId: "0003")', ["Premium on trial"], id="a SKU"),
        pytest.param('(productId: "CFQ7TTC0LCHC", skuId: "0003", statuses: [DELETED])', [], id="a SKU in another state"),
        pytest.param('(productId: "CFQ7TTC0LCH")', [], id="the beginning of a product's identifier"),
        pytest.param("(last: 1)", ["Signatures"], id="a page from the back"),
    ],
)  # fmt: skip
async def test_a_list_can_be_narrowed(gateway: Gateway, arguments: str, names: list[str]) -> None:
    """By one call whatever is asked for: Partner Center sends the list whole."""
    shown = await owned(gateway, arguments)

    assert [each["friendlyName"] for each in shown["nodes"]] == names
    assert await gateway.calls() == [f"GET /v1/customers/{ALPINE}", U]


async def test_a_list_comes_page_by_page(gateway: Gateway) -> None:
    """The count and the cursors are those of the narrowed list."""
    first = await owned(gateway, "(first: 3, statuses: [ACTIVE])", "totalCount pageInfo { hasNextPage endCursor } edges { node { friendlyName } }")  # fmt: skip
    cursor = first["pageInfo"]["endCursor"]

    second = await owned(gateway, f'(first: 3, statuses: [ACTIVE], after: "{cursor}")', "totalCount pageInfo { hasPreviousPage } nodes { status }")  # fmt: skip

    assert (first["totalCount"], first["pageInfo"]["hasNextPage"], len(first["edges"])) == (7, True, 3)
    assert second == {"totalCount": 7, "pageInfo": {"hasPreviousPage": True}, "nodes": [{"status": "ACTIVE"}] * 3}


async def test_several_fields_share_a_customers_list(gateway: Gateway) -> None:
    """However often it is asked for, it is read once."""
    asked = "{ all: customer(by: {tenantId: $c}) { a: subscriptions { totalCount } b: subscriptions(statuses: [DELETED]) { totalCount } } }"

    shown = await gateway.data(asked.replace("$c", f'"{ALPINE}"'))

    assert shown["all"] == {"a": {"totalCount": 13}, "b": {"totalCount": 1}}
    assert (await gateway.calls()).count(U) == 1


@pytest.mark.parametrize(
    ("of", "status"),
    [pytest.param(PLAN, "NOT_REGISTERED", id="a plan"), pytest.param(AZURE, "REGISTERED", id="of the old kind")],
)
async def test_azure_shows_its_registration(gateway: Gateway, of: str, status: str) -> None:
    """By a call of its own."""
    assert await one(gateway, "registrationStatus", of=of, customer=FJORD) == {"registrationStatus": status}
    assert len(await gateway.calls()) == 2


async def test_an_odd_answer_shows_what_it_has(gateway_over: Over) -> None:
    """A bare subscription of the old kind lacks most members; unknown words are UNKNOWN."""
    fields = "quantity status autoRenewEnabled isTrial billingCycle suspensionReasons refunds { type } removableSeats nextTerm { catalogItemId } product { title } order { id } parentSubscription { id } partnerIdOnRecord"

    def upstream(_: httpx.Request) -> httpx.Response:
        return httpx.Response(200, content=encode({"Id": ALPINES_SEATS, "Status": "Moved", "BillingCycle": "weekly", "OrderId": "", "PartnerId": ""}))  # fmt: skip

    async with gateway_over(httpx.MockTransport(upstream)) as over:
        shown = await one(over, fields)

    assert shown == {
        "quantity": None, "status": "UNKNOWN", "autoRenewEnabled": None, "isTrial": None, "billingCycle": "UNKNOWN",
        "suspensionReasons": [], "refunds": [], "removableSeats": None, "nextTerm": None, "product": None, "order": None,
        "parentSubscription": None, "partnerIdOnRecord": None,
    }  # fmt: skip


async def test_an_unreadable_list_is_an_error(gateway_over: Over) -> None:
    """Never an empty list: that would say that the customer owns nothing."""
    async with gateway_over(httpx.MockTransport(lambda _: httpx.Response(200, content=b'{"id": "x", "items": 5}'))) as over:  # fmt: skip
        answer = await over.ask(f'{{ customer(by: {{ tenantId: "{ALPINE}" }}) {{ subscriptions {{ totalCount }} }} }}')

    assert answer["data"]["customer"] == {"subscriptions": None}
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["UPSTREAM_INVALID"]


PROMOTION = "39NFJQT1W3ZB:0001:39NFJQT1Q5M4"
"""Of some markets in Europe, France among them."""


@pytest.mark.parametrize(
    ("promotion", "name", "look_ups"),
    [
        pytest.param(PROMOTION, "Microsoft 365 Copilot in Europe", 1, id="one of the customer's market"),
        pytest.param("39NFJQT1NONE:0001:39NFJQT1NONE", None, 1, id="one that is gone"),
        pytest.param(None, None, 0, id="none"),
    ],
)
async def test_a_promotion_is_looked_up_in_the_customers_market(
    gateway_over: Over, sandbox: Sandbox, promotion: str | None, name: str | None, look_ups: int
) -> None:
    """By one call; without a promotion there is none to look up."""
    body = encode({"id": ALPINES_SEATS, "quantity": 1, **({"promotionId": promotion} if promotion else {})})
    inner, seen = httpx.ASGITransport(sandbox), list[str]()

    async def upstream(request: httpx.Request) -> httpx.Response:
        seen.append(request.url.path)
        if request.url.path.endswith(ALPINES_SEATS):
            return httpx.Response(200, content=body)
        return await inner.handle_async_request(request)

    async with gateway_over(httpx.MockTransport(upstream)) as over:
        shown = await one(over, "promotionId promotion { name }")

    assert shown == {"promotionId": promotion, "promotion": name and {"name": name}}
    assert sum("productpromotions" in path for path in seen) == look_ups


@pytest.mark.parametrize(
    ("attributes", "shown"),
    [
        pytest.param({"isAddon": True, "prerequisiteSkus": ["CFQ7TTC0LFLX:0001"]}, (True, ("CFQ7TTC0LFLX:0001",)), id="an add-on"),
        pytest.param({"isAddon": "False", "prerequisiteSkus": []}, (False, ()), id="a text in place of a boolean"),
        pytest.param({"IsAddon": True, "PrerequisiteSkus": ["A:1", 5, None]}, (True, ("A:1",)), id="in Pascal case, with items that are no texts"),
        pytest.param({"isAddon": {}, "prerequisiteSkus": "A:1"}, (None, ()), id="values of another kind"),
        pytest.param({}, (None, ()), id="nothing is said"),
    ],
)  # fmt: skip
async def test_a_sku_shows_what_it_is_bought_with(
    gateway_over: Over, attributes: dict[str, object], shown: tuple[bool | None, tuple[str, ...]]
) -> None:
    """From attributes that come and go without notice."""
    body = encode({"id": "0001", "productId": "CFQ7TTC0HDJX", "dynamicAttributes": attributes})

    async with gateway_over(httpx.MockTransport(lambda _: httpx.Response(200, content=body))) as over:
        sku = (await over.data('{ sku(by: { partnerCenterId: "CFQ7TTC0HDJX:0001" }) { isAddon prerequisiteSkus } }'))[
            "sku"
        ]

    assert (sku["isAddon"], tuple(sku["prerequisiteSkus"])) == shown
