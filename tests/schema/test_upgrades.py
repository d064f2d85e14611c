"""What a subscription can be upgraded to, and what stands in the way."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

import httpx

from gateway.partner_center.plain_json import encode
from tests.harness import Gateway
from tests.shop_ids import ALPINE

Over = Callable[..., AbstractAsyncContextManager[Gateway]]

BASIC = "a1b00005-52f7-4a0e-8d7e-6c1f3b0f9a05"
SUSPENDED = "a1b00006-52f7-4a0e-8d7e-6c1f3b0f9a06"
VERDICT = "title quantity isEligible canTransferLicenses reasons"


async def upgrades(gateway: Gateway, fields: str, *, of: str = BASIC, arguments: str = "") -> Any:
    """These fields of the upgrades of a subscription."""
    by = f'{{ partnerCenter: {{ customerTenantId: "{ALPINE}", subscriptionId: "{of}" }} }}'
    document = f"{{ subscription(by: {by}) {{ upgrades{arguments} {{ {fields} }} }} }}"
    return (await gateway.data(document))["subscription"]["upgrades"]


async def test_an_upgrade_is_possible_in_one_way_or_the_other(gateway: Gateway) -> None:
    """Whether users keep their licenses is a verdict of its own, and its reason is among the reasons."""
    standard, e1 = await upgrades(gateway, VERDICT)

    assert standard == {
        "title": "Microsoft 365 Business Standard",
        "quantity": 10,
        "isEligible": True,
        "canTransferLicenses": False,
        "reasons": ["The subscription cannot be transitioned: there are conflicting services."],
    }
    assert e1 == {
        "title": "Office 365 E1",
        "quantity": 10,
        "isEligible": True,
        "canTransferLicenses": True,
        "reasons": [],
    }


async def test_a_reason_is_given_once(gateway: Gateway) -> None:
    """Both ways fail for the same reason."""
    (only,) = await upgrades(gateway, "isEligible reasons", of=SUSPENDED)

    assert only == {"isEligible": False, "reasons": ["The subscription cannot be transitioned: it is not active."]}


async def test_an_upgrade_may_flow_into_a_subscription(gateway: Gateway) -> None:
    """One list of the customer's subscriptions answers for all targets of all upgrades."""
    standard, e1 = await upgrades(gateway, "targets { isEligible reasons subscription { friendlyName } }")

    assert standard["targets"] == [
        {"isEligible": True, "reasons": [], "subscription": {"friendlyName": "Standard for the lifts"}},
        {
            "isEligible": False,
            "reasons": ["The subscription's term is shorter than that of the source."],
            "subscription": {"friendlyName": "Standard for the season"},
        },
    ]
    assert len(e1["targets"]) == 4
    assert len(await gateway.calls()) == 3  # the subscription, its upgrades, and the list


async def test_an_upgrade_at_renewal_has_no_targets(gateway: Gateway) -> None:
    """It is another question, with an answer of its own."""
    found = await upgrades(gateway, "canTransferLicenses targets { isEligible }", arguments="(timing: AT_RENEWAL)")

    assert found == [{"canTransferLicenses": True, "targets": []}] * 2


async def test_an_upgrade_leads_to_its_catalog_entry(gateway: Gateway) -> None:
    """In the customer's market; its identifiers cost nothing more."""
    standard, _ = await upgrades(gateway, "catalogItemId description availability { country product { title } }")

    assert standard["catalogItemId"] == "CFQ7TTC0LDPB:0001:CFQ7TTC0LGNT"
    assert standard["availability"] == {"country": "FR", "product": {"title": "Microsoft 365 Business Standard"}}


async def test_a_target_that_is_gone_is_null(gateway_over: Over) -> None:
    """Its verdict is shown all the same; without one it is not eligible."""
    gone = {"subscriptionId": SUSPENDED, "isEligible": None, "errors": [{"code": 1}]}
    bodies: dict[str, object] = {
        "transitionEligibilities": {"items": [{"catalogItemId": "A:B:C", "subscriptionEligibilities": [gone]}]},
        "subscriptions": {"items": []},
        BASIC: {"id": BASIC},
    }

    def upstream(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, content=encode(bodies[request.url.path.rpartition("/")[2]]))

    async with gateway_over(httpx.MockTransport(upstream)) as over:
        (only,) = await upgrades(over, "isEligible reasons targets { isEligible reasons subscription { id } }")

    assert only == {
        "isEligible": False,
        "reasons": [],
        "targets": [{"isEligible": False, "reasons": ["Error 1 of Partner Center."], "subscription": None}],
    }
