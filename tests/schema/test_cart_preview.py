"""What lines would cost, without a cart that anybody could order."""

import json
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from typing import Any, cast

import httpx
from graphql import GraphQLObjectType

from tests.harness import Gateway
from tests.schema.ways import SCHEMA
from tests.shop_ids import BASIC, CONTOSO, PREMIUM

ACart = Callable[..., Awaitable[dict[str, Any]]]
GatewayOver = Callable[..., AbstractAsyncContextManager[Gateway]]

YEAR = {"billingCycle": "MONTHLY", "termDuration": "P1Y", "quantity": 5}
PREVIEW = """
mutation Preview($input: PreviewCartInput!) {
  previewCart(input: $input) {
    preview {
      hasErrors unpricedLineItemCount totals { currencyCode wholeTerms firstPeriods }
      lineItems {
        catalogItemId quantity currencyCode billingCycle termDuration orderGroup promotionId customTermEndDate
        error { code } pricing { price extendedPrice billingPeriods perPeriod } addonItems { catalogItemId }
        availability { catalogItemId product { title } }
      }
    }
    errors { __typename code path message }
  }
}
"""


async def preview(
    gateway: Gateway, *lines: Mapping[str, object], customer: object = None, **given: object
) -> dict[str, Any]:
    whose = customer or {"tenantId": CONTOSO}
    answer = await gateway.data(PREVIEW, {"input": {"customer": whose, "lineItems": lines, **given}})
    payload: dict[str, Any] = answer["previewCart"]
    return payload


async def test_a_preview_has_the_prices_of_a_cart(gateway: Gateway, a_cart: ACart) -> None:
    """Exactly those that the same lines have in a cart of the same customer, by one call."""
    lines = {"catalogItemId": BASIC, **YEAR}, {"catalogItemId": PREMIUM, **YEAR}
    cart = await a_cart(*lines)
    shown = await gateway.data(
        "query Cart($id: ID!) { cart(by: {id: $id}) { totals { currencyCode wholeTerms firstPeriods }"
        " lineItems { pricing { price extendedPrice billingPeriods perPeriod } } } }",
        {"id": cart["id"]},
    )
    await gateway.calls()

    payload = await preview(gateway, *lines)

    assert payload["errors"] == []
    assert payload["preview"]["totals"] == shown["cart"]["totals"]
    prices = [{"pricing": line["pricing"]} for line in payload["preview"]["lineItems"]]
    assert prices == shown["cart"]["lineItems"]
    calls = await gateway.calls()
    assert [call for call in calls if not call.startswith("GET")] == [f"POST /v1/customers/{CONTOSO}/carts"]


async def test_variants_are_priced_in_one_call(gateway: Gateway) -> None:
    """The same item by the month and by the year, in the order given, each with its term."""
    variants = [
        {"catalogItemId": BASIC, "quantity": 5, "billingCycle": cycle, "termDuration": term}
        for cycle, term in (("MONTHLY", "P1M"), ("MONTHLY", "P1Y"), ("ANNUAL", "P1Y"))
    ]

    payload = await preview(gateway, *variants)

    lines = payload["preview"]["lineItems"]
    assert [(line["billingCycle"], line["termDuration"]) for line in lines] == [
        ("MONTHLY", "P1M"),
        ("MONTHLY", "P1Y"),
        ("ANNUAL", "P1Y"),
    ]
    assert [line["pricing"]["billingPeriods"] for line in lines] == [1, 12, 1]


async def test_what_is_wrong_is_said_before_there_is_a_cart(gateway: Gateway) -> None:
    """A line error has its kind, and the line no price."""
    payload = await preview(gateway, {"catalogItemId": BASIC, **YEAR, "quantity": 6000})

    (line,) = payload["preview"]["lineItems"]
    assert (payload["preview"]["hasErrors"], payload["preview"]["unpricedLineItemCount"]) == (True, 1)
    assert line["error"] == {"code": "MAX_ALLOWED_SEATS_PER_SUBSCRIPTION_EXCEEDED"}


async def test_the_cart_behind_a_preview_cannot_be_named(gateway: Gateway, gateway_over: GatewayOver) -> None:
    """Its identifier, which Partner Center gives, is nowhere in the answer, whatever is selected or fails."""
    cart_id = "29982361-779a-41ea-991a-6ee4c320e033"

    def partner_center(request: httpx.Request) -> httpx.Response:
        if request.method == "POST":
            lines = json.loads(request.content)["lineItems"]
            return httpx.Response(201, json={"id": cart_id, "status": "Active", "lineItems": lines})
        return httpx.Response(404, json={"code": 1000, "description": "none"})

    async with gateway_over(httpx.MockTransport(partner_center)) as other:
        variables = {"input": {"customer": {"tenantId": CONTOSO}, "lineItems": [{"catalogItemId": BASIC, **YEAR}]}}
        answer = await other.ask(PREVIEW, variables)

    assert answer["data"]["previewCart"]["preview"]["lineItems"][0]["catalogItemId"] == BASIC
    assert cart_id not in json.dumps(answer)


def test_nothing_of_a_preview_is_a_node() -> None:
    """Its types have no identifier that a client's cache or a mutation could take."""
    for name in ("CartPreview", "CartPreviewLineItem"):
        fields = cast("GraphQLObjectType", SCHEMA.type_map[name]).fields
        assert not {"id", "partnerCenterId", "version"} & set(fields)


async def test_a_preview_for_nobody(gateway: Gateway) -> None:
    """A customer that the partner lacks is an error of its own."""
    nobody = {"tenantId": "00000000-0000-4000-8000-000000000000"}

    payload = await preview(gateway, {"catalogItemId": BASIC, **YEAR}, customer=nobody)

    assert [error["code"] for error in payload["errors"]] == ["CUSTOMER_NOT_FOUND"]


async def test_the_remedies_of_all_lines_count_once(gateway: Gateway) -> None:
    """Wrong end dates of many lines cost one call for each length of a term, in the estimate as well."""
    document = """mutation Preview($input: PreviewCartInput!) { previewCart(input: $input) { preview { lineItems {
      promotions { promotionId } error { code acceptedTermEndDates { date } } addonItems { catalogItemId }
    } } } }"""
    line = {"catalogItemId": BASIC, **YEAR, "customTermEndDate": "2026-12-24T00:00:00Z"}

    answer = await gateway.ask(
        document, {"input": {"customer": {"tenantId": CONTOSO}, "lineItems": [line, {**line, "quantity": 6}]}}
    )

    errors = [each["error"] for each in answer["data"]["previewCart"]["preview"]["lineItems"]]
    assert [bool(each["acceptedTermEndDates"]) for each in errors] == [True, True]
    cost = answer["extensions"]["cost"]
    assert (cost["upstreamCalls"], cost["estimate"]) == (3, 1 + 1 + 3)
