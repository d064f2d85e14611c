"""Agreements: their text, where a customer stands, and the mutation that confirms one."""

import logging
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from typing import Any

import httpx
import pytest

from gateway.sandbox.app import Sandbox
from tests.harness import Gateway
from tests.schema.failing import Failing, LosingAnAnswer, refusing
from tests.shop_ids import CONTOSO, NOBODY, WINGTIP

GatewayOver = Callable[..., AbstractAsyncContextManager[Gateway]]
ACart = Callable[..., Awaitable[dict[str, Any]]]

LITWARE = "40acc454-5d36-4b06-90bf-d8818e8a168f"
"""Has signed the agreement itself."""
TEMPLATE = "117a77b0-9360-443b-8795-c6dedc750cf9"
SUPERSEDED = "2c1e8d53-0f6a-4b7e-9a41-6d0a5f3b7c28"
PERSON = {"firstName": "Jürgen", "lastName": "Vogel", "email": "jurgen.vogel@wingtiptoys.example"}
INPUT = {
    "customer": {"tenantId": WINGTIP},
    "agreedAt": "2026-02-27T16:45:10.75+01:00",
    "contact": {**PERSON, "phoneNumber": "5550199"},
}

STANDING = """
query Standing($customer: String!, $type: AgreementType! = MICROSOFT_CUSTOMER_AGREEMENT) {
  customer(by: {tenantId: $customer}) {
    tenantId
    agreement(type: $type) {
      type isAccepted isSignedByCustomer
      confirmations { templateId agreedAt contact { firstName lastName email phoneNumber } }
    }
  }
}
"""
CONFIRM = """
mutation Confirm($input: ConfirmCustomerAgreementInput!) {
  confirmed: confirmCustomerAgreement(input: $input) {
    isChanged
    agreement { type isAccepted confirmations { templateId agreedAt contact { email } } }
    errors { __typename code path message ... on PartnerCenterRejectedError { partnerCenterCode reason } }
  }
}
"""
AGREEMENTS = f"/v1/customers/{WINGTIP}/agreements"
SIGNATURE = f"/v1/customers/{WINGTIP}/directSignedMicrosoftCustomerAgreementStatus"


async def confirm(gateway: Gateway, **changes: object) -> dict[str, Any]:
    """The payload."""
    payload: dict[str, Any] = (await gateway.data(CONFIRM, {"input": {**INPUT, **changes}}))["confirmed"]
    return payload


async def asked_app_only(gateway: Gateway, token: str, document: str, variables: Mapping[str, object]) -> Any:
    headers = {"Authorization": f"Bearer {token}"}
    body = {"query": document, "variables": variables}
    return (await gateway.http.post("/graphql", json=body, headers=headers)).json()


@pytest.fixture(params=["on", "off"])
async def compiled(request: pytest.FixtureRequest, gateway_over: GatewayOver) -> AsyncGenerator[Gateway]:
    """A gateway with and without the compiler."""
    async with gateway_over(compile=request.param) as opened:
        yield opened


@pytest.mark.parametrize(
    ("customer", "accepted", "signed", "confirmations"),
    [
        pytest.param(CONTOSO, True, False, 1, id="confirmed by the partner"),
        pytest.param(LITWARE, True, True, 0, id="signed by the customer"),
        pytest.param(WINGTIP, False, False, 0, id="neither"),
    ],
)
async def test_a_customer_stands_where_partner_center_says(
    compiled: Gateway, customer: str, *, accepted: bool, signed: bool, confirmations: int
) -> None:
    """Two calls tell; the customer itself is a third."""
    agreement = (await compiled.data(STANDING, {"customer": customer}))["customer"]["agreement"]

    found = (agreement["isAccepted"], agreement["isSignedByCustomer"], len(agreement["confirmations"]))
    assert found == (accepted, signed, confirmations)
    path = f"/v1/customers/{customer}"
    assert sorted(await compiled.calls()) == [
        f"GET {path}",
        f"GET {path}/agreements",
        f"GET {path}/directSignedMicrosoftCustomerAgreementStatus",
    ]


async def test_a_confirmation_shows_who_accepted_when(gateway: Gateway) -> None:
    """Its date, which Partner Center prints without a zone, is in UTC."""
    agreement = (await gateway.data(STANDING, {"customer": CONTOSO}))["customer"]["agreement"]

    contact = {"firstName": "Kim", "lastName": "Akers", "email": "kim.akers@contoso.example", "phoneNumber": None}
    assert agreement["confirmations"] == [
        {"templateId": TEMPLATE, "agreedAt": "2019-08-26T00:00:00+00:00", "contact": contact}
    ]


async def test_the_older_agreement_is_never_signed_by_the_customer(gateway: Gateway) -> None:
    """So nobody asks; whether it is accepted depends on the partner alone."""
    variables = {"customer": LITWARE, "type": "MICROSOFT_CLOUD_AGREEMENT"}

    agreement = (await gateway.data(STANDING, variables))["customer"]["agreement"]

    assert (agreement["isAccepted"], agreement["isSignedByCustomer"]) == (False, None)
    assert len(await gateway.calls()) == 2


@pytest.mark.parametrize(
    ("ending", "customer", "agreement"),
    [
        pytest.param(
            "AgreementStatus", CONTOSO, {"isAccepted": True, "isSignedByCustomer": None}, id="confirmed anyway"
        ),
        pytest.param("AgreementStatus", WINGTIP, None, id="not confirmed"),
        pytest.param("/agreements", LITWARE, None, id="no confirmations"),
    ],
)
async def test_half_an_answer_is_enough_where_it_decides(
    gateway_over: GatewayOver, sandbox: Sandbox, ending: str, customer: str, agreement: dict[str, object] | None
) -> None:
    """A confirmation settles the matter; the lack of one does not."""
    failing = Failing(sandbox, refusing(400, 800002), method="GET", ending=ending)
    document = f'{{ customer(by: {{tenantId: "{customer}"}}) {{ agreement {{ isAccepted isSignedByCustomer }} }} }}'
    async with gateway_over(failing) as gateway:
        answer = await gateway.ask(document)

    assert answer["data"]["customer"]["agreement"] == agreement
    place = ["customer", "agreement", *(["isSignedByCustomer"] if agreement else [])]
    assert [error["path"] for error in answer["errors"]] == [place]


async def test_an_agreement_of_a_carts_customer_reads_no_customer(gateway: Gateway, a_cart: ACart) -> None:
    """Its identifier is known from the cart."""
    cart = await a_cart()

    await gateway.data(f'{{ cart(by: {{id: "{cart["id"]}"}}) {{ customer {{ agreement {{ isAccepted }} }} }} }}')

    assert f"GET /v1/customers/{CONTOSO}" not in await gateway.calls()


@pytest.mark.parametrize("cloud", ["china", "us-government"])
async def test_other_clouds_track_no_agreements(gateway_over: GatewayOver, cloud: str) -> None:
    """Null without a call, and nothing to confirm."""
    async with gateway_over(cloud=cloud) as gateway:
        standing = await gateway.data(STANDING, {"customer": WINGTIP})
        template = await gateway.data("{ agreementTemplate { templateId } }")
        confirmed = await confirm(gateway)

        assert (standing["customer"]["agreement"], template["agreementTemplate"]) == (None, None)
        assert [error["code"] for error in confirmed["errors"]] == ["INVALID_INPUT"]
        assert await gateway.calls() == [f"GET /v1/customers/{WINGTIP}"]


async def test_the_text_is_found_by_the_present_form(compiled: Gateway) -> None:
    """In a language that exists, for the market asked for or the gateway's own."""
    answer = await compiled.data(
        """{ agreementTemplate { templateId type url
               document { language country }
               german: document(country: "DE", language: "de-DE") { language country downloadUrl previewUrl }
               finnish: document(language: "fi") { language } } }"""
    )

    template = answer["agreementTemplate"]
    german = template.pop("german")
    assert template == {
        "templateId": TEMPLATE,
        "type": "MICROSOFT_CUSTOMER_AGREEMENT",
        "url": "https://aka.ms/customeragreement",
        "document": {"language": "en-US", "country": "US"},
        "finnish": {"language": "en-US"},
    }
    assert (german["language"], german["country"]) == ("de-DE", "DE")
    assert german["downloadUrl"] != german["previewUrl"]


async def test_the_form_is_cached_and_its_text_never(gateway_over: GatewayOver) -> None:
    """The addresses of the text expire after five minutes."""
    document = "{ agreementTemplate { templateId document { downloadUrl } } }"
    async with gateway_over(catalog_ttl_s=300) as gateway:
        first, second = [await gateway.data(document) for _ in range(2)]

        assert first["agreementTemplate"]["document"] != second["agreementTemplate"]["document"]
        text = f"GET /v1/agreementtemplates/{TEMPLATE}/document"
        assert await gateway.calls() == ["GET /v1/agreements", text, text]


async def test_contacts_are_never_cached(gateway_over: GatewayOver) -> None:
    """Personal data is read for each request."""
    async with gateway_over(catalog_ttl_s=300) as gateway:
        for _ in range(2):
            await gateway.data(STANDING, {"customer": CONTOSO})

        calls = await gateway.calls()
        assert calls.count(f"GET /v1/customers/{CONTOSO}/agreements") == 2


@pytest.mark.parametrize("language", ["german!", "", "x" * 40, "../de"])
async def test_a_language_is_a_language_tag(gateway: Gateway, language: str) -> None:
    """An empty one is the gateway's own; others that cannot be one are refused before the call."""
    query = "query Q($language: String) { agreementTemplate { document(language: $language) { language } } }"

    answer = await gateway.ask(query, {"language": language})

    codes = [error["extensions"]["code"] for error in answer.get("errors", [])]
    assert codes == ([] if language == "" else ["BAD_USER_INPUT"])


@pytest.mark.parametrize("template", [None, TEMPLATE], ids=["of the present form", "of a named form"])
async def test_a_confirmation_lets_the_customer_buy(
    compiled: Gateway, a_cart: ACart, template: str | None, caplog: pytest.LogCaptureFixture
) -> None:
    """One or two reads and one write, and nothing of the contact in the log."""
    caplog.set_level(logging.DEBUG)
    cart = await a_cart(customer=WINGTIP)
    checkout = (
        f'mutation {{ checkoutCart(input: {{cartId: "{cart["id"]}"}}) {{ result {{ outcome }} errors {{ code }} }} }}'
    )
    refused = (await compiled.data(checkout))["checkoutCart"]
    await compiled.calls()

    confirmed = await confirm(compiled, templateId=template)
    calls = await compiled.calls()
    bought = (await compiled.data(checkout))["checkoutCart"]

    assert refused["errors"] == [{"code": "PARTNER_CENTER_REJECTED"}]
    assert confirmed == {
        "isChanged": True,
        "agreement": {
            "type": "MICROSOFT_CUSTOMER_AGREEMENT",
            "isAccepted": True,
            "confirmations": [
                {
                    "templateId": TEMPLATE,
                    "agreedAt": "2026-02-27T15:45:10.750+00:00",
                    "contact": {"email": PERSON["email"]},
                }
            ],
        },
        "errors": [],
    }
    assert sorted(calls) == [
        *(["GET /v1/agreements"] if template is None else []),
        f"GET {AGREEMENTS}",
        f"POST {AGREEMENTS}",
    ]
    assert bought["result"] == {"outcome": "SUCCEEDED"}
    assert not {"Vogel", PERSON["email"], "5550199"} & set(caplog.text.split())
    assert PERSON["email"] not in caplog.text


async def test_the_same_confirmation_is_made_once(gateway: Gateway) -> None:
    """The same moment, to the second, in another zone and with another telephone number is still the same."""
    first = await confirm(gateway)
    again = await confirm(
        gateway, agreedAt="2026-02-27T15:45:10Z", contact={**PERSON, "email": PERSON["email"].upper()}
    )

    assert (first["isChanged"], again["isChanged"], again["errors"]) == (True, False, [])
    assert len(again["agreement"]["confirmations"]) == 1
    assert [call.partition(" ")[0] for call in await gateway.calls()].count("POST") == 1


async def test_confirmations_come_oldest_first(gateway: Gateway) -> None:
    """Whatever the order they were made in."""
    await confirm(gateway)
    both = await confirm(gateway, agreedAt="2025-11-03T08:00:00Z")

    moments = [each["agreedAt"][:10] for each in both["agreement"]["confirmations"]]
    assert moments == ["2025-11-03", "2026-02-27"]


async def test_the_signature_is_read_only_when_it_is_asked_for(gateway: Gateway) -> None:
    """After a confirmation it changes nothing."""
    document = CONFIRM.replace("isAccepted", "isAccepted isSignedByCustomer")

    answer = await gateway.ask(document, {"input": INPUT})

    assert answer["data"]["confirmed"]["agreement"]["isSignedByCustomer"] is False
    assert f"GET {SIGNATURE}" in await gateway.calls()
    assert answer["extensions"]["cost"] == {"estimate": 4, "upstreamCalls": 4, "staleAnswers": 0}


async def test_a_query_after_a_confirmation_in_one_operation_sees_it(gateway: Gateway) -> None:
    """The second of two confirmations looks again."""
    document = """mutation Two($one: ConfirmCustomerAgreementInput!, $two: ConfirmCustomerAgreementInput!) {
      one: confirmCustomerAgreement(input: $one) { isChanged }
      two: confirmCustomerAgreement(input: $two) { isChanged }
    }"""

    answer = await gateway.data(document, {"one": INPUT, "two": INPUT})

    assert (answer["one"]["isChanged"], answer["two"]["isChanged"]) == (True, False)


async def test_an_agreement_accepted_this_second_is_confirmed(gateway: Gateway) -> None:
    """Only a later moment is bad input."""
    payload = await confirm(gateway, agreedAt="2026-03-02T09:30:00Z")

    assert (payload["isChanged"], payload["errors"]) == (True, [])


async def test_a_broken_identifier_names_no_customer(gateway: Gateway) -> None:
    """Found before any call."""
    payload = await confirm(gateway, customer={"id": "broken"})

    assert [(error["code"], error["path"]) for error in payload["errors"]] == [
        ("CUSTOMER_NOT_FOUND", ["input", "customer", "id"])
    ]
    assert await gateway.calls() == []


async def test_an_unknown_customer_is_not_found(gateway: Gateway) -> None:
    """Partner Center says so."""
    payload = await confirm(gateway, customer={"tenantId": NOBODY})

    assert [(error["code"], error["path"]) for error in payload["errors"]] == [
        ("CUSTOMER_NOT_FOUND", ["input", "customer", "tenantId"])
    ]


async def test_a_superseded_form_is_partner_centers_to_refuse(gateway: Gateway) -> None:
    """With its own code, as data."""
    payload = await confirm(gateway, templateId=SUPERSEDED)

    assert [(error["code"], error["partnerCenterCode"], error["reason"]) for error in payload["errors"]] == [
        ("PARTNER_CENTER_REJECTED", "3000", "UNKNOWN")
    ]


def outcome_of(answer: dict[str, Any]) -> tuple[str, str, bool]:
    (error,) = answer["errors"]
    extensions = error["extensions"]
    return extensions["code"], extensions["outcome"], extensions["retryable"]


async def test_a_token_without_a_user_confirms_nothing(gateway: Gateway, another_token: str) -> None:
    """And the error says so."""
    answer = await asked_app_only(gateway, another_token, CONFIRM, {"input": INPUT})

    assert answer["data"] == {"confirmed": None}
    assert outcome_of(answer) == ("FORBIDDEN", "NOT_DONE", False)


@pytest.mark.parametrize(
    ("method", "code", "outcome"),
    [
        pytest.param("GET", "UPSTREAM_UNAVAILABLE", "NOT_DONE", id="no look possible"),
        pytest.param("POST", "CHANGE_OUTCOME_UNKNOWN", "UNKNOWN", id="no answer to the confirmation"),
    ],
)
async def test_an_error_says_what_is_known(
    gateway_over: GatewayOver, sandbox: Sandbox, method: str, code: str, outcome: str
) -> None:
    """Every attempt of that method fails."""
    failing = Failing(sandbox, refusing(500, 800003), method=method, ending="/agreements")
    async with gateway_over(failing) as gateway:
        answer = await gateway.ask(CONFIRM, {"input": INPUT})

    assert outcome_of(answer) == (code, outcome, True)


async def test_a_failure_below_a_confirmation_says_that_it_was_made(
    gateway_over: GatewayOver, sandbox: Sandbox
) -> None:
    """Only the field fails."""
    document = CONFIRM.replace("isAccepted", "isAccepted isSignedByCustomer")
    failing = Failing(sandbox, refusing(403, 900329), ending="AgreementStatus")
    async with gateway_over(failing) as gateway:
        answer = await gateway.ask(document, {"input": INPUT})

    assert answer["data"]["confirmed"]["isChanged"] is True
    assert outcome_of(answer) == ("FORBIDDEN", "DONE", False)


async def test_a_lost_answer_is_found(gateway_over: GatewayOver, sandbox: Sandbox) -> None:
    """The confirmation was made, and it is not sent again."""
    transport: httpx.AsyncBaseTransport = LosingAnAnswer(sandbox, method="POST")
    async with gateway_over(transport) as gateway:
        payload = await confirm(gateway)
        calls = await gateway.calls()

    assert (payload["isChanged"], payload["errors"]) == (True, [])
    assert calls.count(f"POST {AGREEMENTS}") == 1


async def test_where_a_customer_stands_costs_what_it_says(gateway: Gateway) -> None:
    """The estimate is not below the calls, for one customer and for a page of them."""
    page = "{ customers(first: 4) { nodes { agreement { isAccepted isSignedByCustomer } qualifications { kind } } } }"

    costs = [
        (await gateway.ask(STANDING, {"customer": CONTOSO}))["extensions"]["cost"],
        (await gateway.ask(page))["extensions"]["cost"],
    ]

    assert [(cost["estimate"], cost["upstreamCalls"]) for cost in costs] == [(3, 3), (13, 13)]
