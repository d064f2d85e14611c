"""What the subscriptions of the packaged seed can be upgraded to."""

from typing import Any

import httpx
import pytest

ALPINE_ID = "8e9d2fba-176a-4bc1-90fe-27f5c6864792"
ALPINE = f"/v1/customers/{ALPINE_ID}/subscriptions"
BASIC, STANDARD, STANDARD_BY_THE_MONTH = (
    "a1b00005-52f7-4a0e-8d7e-6c1f3b0f9a05",
    "a1b00003-52f7-4a0e-8d7e-6c1f3b0f9a03",
    "a1b00004-52f7-4a0e-8d7e-6c1f3b0f9a04",
)
SUSPENDED = "a1b00006-52f7-4a0e-8d7e-6c1f3b0f9a06"
TRIAL = "a1b0000b-52f7-4a0e-8d7e-6c1f3b0f9a0b"


async def targets(api: httpx.AsyncClient, subscription: str, kind: str = "") -> list[dict[str, Any]]:
    query = f"?eligibilityType={kind}" if kind else ""
    answer = await api.get(f"{ALPINE}/{subscription}/transitionEligibilities{query}")
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


def verdicts(target: dict[str, Any], member: str) -> list[tuple[str, bool, list[int]]]:
    """Each verdict with the subscription or the way it is about, and the codes of its errors."""
    return [
        (each.get("subscriptionId") or each["transitionType"], each["isEligible"], [one["code"] for one in each["errors"]])
        for each in target.get(member, [])
    ]  # fmt: skip


async def test_a_subscription_can_be_upgraded_to_what_its_sku_names(packaged_api: httpx.AsyncClient) -> None:
    """Items of the targets, all under one operation, with the quantity of the source."""
    standard, e1 = await targets(packaged_api, BASIC)

    assert standard["operationId"] == e1["operationId"]
    assert (standard["catalogItemId"], standard["quantity"]) == ("CFQ7TTC0LDPB:0001:CFQ7TTC0LGNT", 10)
    assert e1["catalogItemId"] == "CFQ7TTC0LF8Q:0001:CFQ7TTC0KJ4N"


async def test_an_upgrade_may_flow_into_a_subscription(packaged_api: httpx.AsyncClient) -> None:
    """Into one that runs as long; users' licenses cannot follow to a SKU that the customer uses already."""
    standard, _ = await targets(packaged_api, BASIC)

    assert verdicts(standard, "subscriptionEligibilities") == [
        (STANDARD, True, []),
        (STANDARD_BY_THE_MONTH, False, [3]),
    ]
    assert verdicts(standard, "eligibilities") == [
        ("transition_only", True, []),
        ("transition_with_license_transfer", False, [3]),
    ]


async def test_an_upgrade_at_renewal_flows_into_nothing(packaged_api: httpx.AsyncClient) -> None:
    """The list of subscriptions is left out."""
    standard, _ = await targets(packaged_api, BASIC, "scheduled")

    assert "subscriptionEligibilities" not in standard
    assert [verdict[1] for verdict in verdicts(standard, "eligibilities")] == [True, True]


async def test_a_suspended_subscription_cannot_be_upgraded(packaged_api: httpx.AsyncClient) -> None:
    """Every way is barred because it is not active."""
    (target,) = await targets(packaged_api, SUSPENDED)

    assert {verdict[1:] for verdict in [(a, b, tuple(c)) for a, b, c in verdicts(target, "eligibilities")]} == {(False, (2,))}  # fmt: skip


async def test_a_target_that_is_owned_but_not_in_use_bars_nothing(packaged_api: httpx.AsyncClient) -> None:
    """The customer's other Office 365 E1 are disabled, cancelled and being set up; only the state of each bars it."""
    _, e1 = await targets(packaged_api, BASIC)

    assert {tuple(codes) for _, _, codes in verdicts(e1, "subscriptionEligibilities")} == {(1,)}
    assert [verdict[1] for verdict in verdicts(e1, "eligibilities")] == [True, True]


async def test_a_sku_without_targets_has_no_upgrades(packaged_api: httpx.AsyncClient) -> None:
    """Trials name none."""
    assert await targets(packaged_api, TRIAL) == []


@pytest.mark.parametrize(
    ("path", "refusal"),
    [
        pytest.param(f"{BASIC}/transitionEligibilities?eligibilityType=someday", (400, 3000), id="an unknown time"),
        pytest.param(f"{ALPINE_ID}/transitionEligibilities", (404, 20003), id="an unknown subscription"),
    ],
)
async def test_a_question_without_sense_is_refused(
    packaged_api: httpx.AsyncClient, path: str, refusal: tuple[int, int]
) -> None:
    """With the codes of all calls about subscriptions."""
    answer = await packaged_api.get(f"{ALPINE}/{path}")

    assert (answer.status_code, answer.json()["code"]) == refusal
