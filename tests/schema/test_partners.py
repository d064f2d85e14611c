"""Resellers and partners in the graph, and the qualifications of customers."""

import json
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

import httpx
import pytest

from gateway.sandbox.app import Sandbox
from tests.harness import Gateway
from tests.schema.failing import Failing, refusing
from tests.shop_ids import ADATUM, BASIC, CONTOSO, PREMIUM

GatewayOver = Callable[..., AbstractAsyncContextManager[Gateway]]
ACart = Callable[..., Awaitable[dict[str, Any]]]

RESELLER, RELECLOUD, TREY, UNAUTHORIZED, UNLINKED = "5357564", "5357563", "517285", "6104772", "6233518"
OWN = "4391507"
LIST, JUDGE, PROFILE = "GET /v1/relationships", "POST /v1/partners/validateresellers", "GET /v1/profiles/mpn"


@pytest.fixture(params=["on", "off"])
async def compiled(request: pytest.FixtureRequest, gateway_over: GatewayOver) -> AsyncGenerator[Gateway]:
    """A gateway with and without the compiler."""
    async with gateway_over(compile=request.param) as opened:
        yield opened


async def asked(gateway: Gateway, document: str, token: str) -> dict[str, Any]:
    headers = {"Authorization": f"Bearer {token}"}
    answer: dict[str, Any] = (await gateway.http.post("/graphql", json={"query": document}, headers=headers)).json()
    return answer


async def test_the_resellers_of_the_caller_are_judged_by_one_call(compiled: Gateway) -> None:
    """One list, one judgement, and an estimate that says so."""
    answer = await compiled.ask(
        """{ indirectResellers { totalCount
             nodes { mpnId name tenantId location relationshipState isAuthorizedReseller }
             edges { node { mpnId isAuthorizedReseller } } } }"""
    )

    page = answer["data"]["indirectResellers"]
    assert page["totalCount"] == 5
    assert page["nodes"][0] == {
        "mpnId": RESELLER,
        "name": "First Up Consultants",
        "tenantId": "b5a3c6de-43d2-4f0b-9c8b-1a6f0d2e7c11",
        "location": "US",
        "relationshipState": "Active",
        "isAuthorizedReseller": True,
    }
    verdicts = {RESELLER: True, RELECLOUD: True, TREY: True, UNAUTHORIZED: False, UNLINKED: False}
    assert {each["mpnId"]: each["isAuthorizedReseller"] for each in page["nodes"]} == verdicts
    assert {each["node"]["mpnId"]: each["node"]["isAuthorizedReseller"] for each in page["edges"]} == verdicts
    assert await compiled.calls() == [LIST, JUDGE]
    assert answer["extensions"]["cost"] == {"estimate": 2, "upstreamCalls": 2, "staleAnswers": 0}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        pytest.param("", 5, id="nothing"),
        pytest.param("  up   FIRST ", 1, id="words in any order and case"),
        pytest.param("cons", 1, id="the beginning of a word"),
        pytest.param("onsult", 0, id="not its middle"),
        pytest.param(f" {TREY} ", 1, id="a partner identifier"),
        pytest.param(TREY[:3], 0, id="not a part of one"),
    ],
)
async def test_resellers_are_searched_by_the_gateway(gateway: Gateway, query: str, found: int) -> None:
    """By words of the name, or by the identifier."""
    document = "query Q($query: String) { indirectResellers(query: $query) { totalCount } }"

    assert (await gateway.data(document, {"query": query}))["indirectResellers"]["totalCount"] == found


async def test_resellers_are_paged_in_both_directions(gateway: Gateway) -> None:
    """A cursor belongs to its search."""
    document = """query Q($query: String, $first: Int, $after: String, $last: Int) {
      indirectResellers(query: $query, first: $first, after: $after, last: $last) {
        nodes { mpnId } pageInfo { hasNextPage hasPreviousPage endCursor } } }"""

    first = (await gateway.data(document, {"first": 2}))["indirectResellers"]
    cursor = first["pageInfo"]["endCursor"]
    second = (await gateway.data(document, {"first": 2, "after": cursor}))["indirectResellers"]
    last = (await gateway.data(document, {"last": 1}))["indirectResellers"]
    foreign = await gateway.ask(document, {"query": "first", "after": cursor})

    assert [[each["mpnId"] for each in page["nodes"]] for page in (first, second, last)] == [
        [RESELLER, RELECLOUD],
        [TREY, UNAUTHORIZED],
        [UNLINKED],
    ]
    assert (first["pageInfo"]["hasNextPage"], last["pageInfo"]["hasNextPage"]) == (True, False)
    assert [error["extensions"]["code"] for error in foreign["errors"]] == ["BAD_USER_INPUT"]


@pytest.mark.parametrize(
    ("argument", "partner"),
    [
        pytest.param("", {"mpnId": OWN, "name": "Woodgrove Cloud Services"}, id="the caller"),
        pytest.param(f'(mpnId: "{RESELLER}")', {"mpnId": RESELLER, "name": "First Up Consultants"}, id="a reseller"),
        pytest.param('(mpnId: "9999999999")', None, id="nobody"),
    ],
)
async def test_a_partner_is_found_by_its_identifier(
    compiled: Gateway, argument: str, partner: dict[str, str] | None
) -> None:
    """One call, and no error for an unknown one."""
    answer = await compiled.data(f"{{ partner{argument} {{ mpnId name }} }}")

    assert answer["partner"] == partner
    assert await compiled.calls() == [PROFILE]


async def test_a_customer_has_resellers(compiled: Gateway) -> None:
    """Partner Center shows neither their state nor their location; both are judged by one call."""
    answer = await compiled.ask(
        f"""{{ customer(by: {{tenantId: "{CONTOSO}"}}) {{
               indirectResellers {{ mpnId name location relationshipState isAuthorizedReseller }} }} }}"""
    )

    shown = [tuple(each.values()) for each in answer["data"]["customer"]["indirectResellers"]]
    assert shown == [
        (RESELLER, "First Up Consultants", None, None, True),
        (UNAUTHORIZED, "Proseware Vertrieb GmbH", None, None, False),
    ]
    assert (await compiled.calls())[1:] == [f"GET /v1/customers/{CONTOSO}/relationships", JUDGE]
    assert answer["extensions"]["cost"] == {"estimate": 3, "upstreamCalls": 3, "staleAnswers": 0}


async def test_a_participant_of_a_line_is_one_of_the_resellers(compiled: Gateway, a_cart: ACart) -> None:
    """One list for all lines, shared with the rest of the operation, and one judgement."""
    people = [{"type": "TRANSACTION_RESELLER", "partnerId": RESELLER}]
    others = [{"type": "TRANSACTION_RESELLER", "partnerId": "1234"}, *people]
    cart = await a_cart({"catalogItemId": BASIC, "participants": people}, {"catalogItemId": PREMIUM, "participants": others}, attested=True)  # fmt: skip

    answer = await compiled.ask(
        f"""{{ cart(by: {{id: "{cart["id"]}"}}) {{
                 lineItems {{ participants {{ partnerId partner {{ name isAuthorizedReseller }} }} }} }}
               indirectResellers(first: 1) {{ totalCount }} }}"""
    )

    first_up = {"name": "First Up Consultants", "isAuthorizedReseller": True}
    named = {"partnerId": RESELLER, "partner": first_up}
    assert [line["participants"] for line in answer["data"]["cart"]["lineItems"]] == [
        [named],
        [{"partnerId": "1234", "partner": None}, named],
    ]
    calls = await compiled.calls()
    assert (calls.count(LIST), calls.count(JUDGE), len(calls)) == (1, 1, 3)
    assert answer["extensions"]["cost"]["estimate"] == 3


async def test_a_token_without_a_user_sees_no_resellers(gateway: Gateway, another_token: str) -> None:
    """Each field is forbidden by itself; what needs no user is answered."""
    document = f"""{{ partner {{ name }} indirectResellers {{ totalCount }} agreementTemplate {{ url }}
      customer(by: {{tenantId: "{CONTOSO}"}}) {{ tenantId indirectResellers {{ name }} qualifications {{ kind }} }} }}"""

    answer = await asked(gateway, document, another_token)

    assert answer["data"] == {
        "partner": None,
        "indirectResellers": None,
        "agreementTemplate": None,
        "customer": {"tenantId": CONTOSO, "indirectResellers": None, "qualifications": []},
    }
    errors = {".".join(error["path"]): error["extensions"]["code"] for error in answer["errors"]}
    places = ["partner", "indirectResellers", "agreementTemplate", "customer.indirectResellers"]
    assert errors == dict.fromkeys(places, "FORBIDDEN")


async def test_a_reseller_that_is_left_out_is_not_judged(gateway_over: GatewayOver, sandbox: Sandbox) -> None:
    """Null, not false; the verdicts of the others are found by their identifier, in whatever order they come."""

    async def some(request: httpx.Request) -> httpx.Response:
        ids = json.loads(request.content)["partnerIds"]
        results = [{"partnerId": each, "isValidPartnerIdOnRecord": each == RESELLER} for each in reversed(ids[:2])]
        return httpx.Response(200, json={"validationResults": results})

    transport = Failing(sandbox, some, method="POST", ending="/validateresellers")
    async with gateway_over(transport) as gateway:
        answer = await gateway.data("{ indirectResellers(first: 3) { nodes { mpnId isAuthorizedReseller } } }")

    found = {each["mpnId"]: each["isAuthorizedReseller"] for each in answer["indirectResellers"]["nodes"]}
    assert found == {RESELLER: True, RELECLOUD: False, TREY: None}


async def test_resellers_are_shown_when_nobody_judges_them(gateway_over: GatewayOver, sandbox: Sandbox) -> None:
    """Each verdict fails by itself."""
    transport = Failing(sandbox, refusing(400, 800002), method="POST", ending="/validateresellers")
    async with gateway_over(transport) as gateway:
        answer = await gateway.ask("{ indirectResellers(first: 2) { nodes { mpnId isAuthorizedReseller } } }")

    assert answer["data"]["indirectResellers"]["nodes"] == [
        {"mpnId": RESELLER, "isAuthorizedReseller": None},
        {"mpnId": RELECLOUD, "isAuthorizedReseller": None},
    ]
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["UPSTREAM_REJECTED"] * 2


@pytest.mark.parametrize(
    ("customer", "found"),
    [
        pytest.param("e26f786a-53f0-415d-bd9b-0b1b14561ba4", [("EDUCATION", "APPROVED", None, None)], id="approved"),
        pytest.param(
            "8e9d2fba-176a-4bc1-90fe-27f5c6864792",
            [("EDUCATION", "IN_REVIEW", None, "2025-12-03T10:37:38.885+00:00")],
            id="in review",
        ),
        pytest.param(
            "4c2b661d-266a-4343-902d-329fc91c0d1c",
            [("EDUCATION", "DENIED", "Not an educational institution", "2025-11-18T08:12:40.11+00:00")],
            id="denied",
        ),
        pytest.param(
            "6838132f-5b5d-40dc-b3a8-1c98c3a80210",
            [
                ("GOVERNMENT_COMMUNITY_CLOUD", "APPROVED", None, "2025-05-06T19:59:56.6832021+00:00"),
                ("STATE_OWNED_ENTITY", None, None, None),
            ],
            id="an authority",
        ),
        pytest.param(ADATUM, [], id="an ordinary business"),
    ],
)
async def test_a_customers_qualifications(
    compiled: Gateway, customer: str, found: list[tuple[str | None, ...]]
) -> None:
    """With the state of Microsoft's review, where there is one."""
    answer = await compiled.data(
        f"""{{ customer(by: {{tenantId: "{customer}"}}) {{
               qualifications {{ kind vettingStatus vettingReason vettingStartedAt }} }} }}"""
    )

    assert [tuple(each.values()) for each in answer["customer"]["qualifications"]] == found
    assert (await compiled.calls())[1:] == [f"GET /v1/customers/{customer}/qualifications"]
