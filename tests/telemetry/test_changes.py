"""One record a change of what a customer owns: what was to change, how it ended, and for which subscription or order."""

import httpx

from tests.harness import Gateway
from tests.logs import Logged
from tests.shop_ids import ALPINE, ALPINES_SEATS
from tests.telemetry.counting import changes

OWNED = f"""{{
  subscription(by: {{partnerCenter: {{customerTenantId: "{ALPINE}", subscriptionId: "{ALPINES_SEATS}"}}}}) {{ id version quantity }}
}}"""
UPDATE = """
mutation Update($input: UpdateSubscriptionInput!) { updateSubscription(input: $input) { isChanged errors { code } } }
"""


async def adding_a_seat(gateway: Gateway) -> dict[str, object]:
    found = (await gateway.data(OWNED))["subscription"]
    change = {"quantity": found["quantity"] + 1}
    return {"subscriptionId": found["id"], "expectedVersion": found["version"], "change": change}


async def break_(gateway: Gateway, rule: dict[str, object]) -> None:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(gateway.sandbox), base_url="http://sandbox") as control:
        assert (await control.post("/_sandbox/faults", json={"faults": [rule]})).status_code == 200


async def test_a_change_that_was_made_and_its_repeat(gateway: Gateway, logged: Logged) -> None:
    """Both are done; only the first changed something. The new value is not in the record."""
    given = await adding_a_seat(gateway)

    with changes() as counted:
        await gateway.data(UPDATE, {"input": given})
        await gateway.data(UPDATE, {"input": given})

    first, second = logged("change")
    assert (first["level"], first["change"], first["outcome"]) == ("info", "quantity", "DONE")
    assert (first["customer"], first["resource"]) == (ALPINE, ALPINES_SEATS)
    assert (first["changed"], second["changed"], first["pending"]) == (True, False, False)
    assert first["correlation_id"] in {record["correlation_id"] for record in logged("request")}
    assert counted("gateway_changes_total", change="quantity", outcome="DONE") == 2


async def test_a_refusal_is_no_alarm(gateway: Gateway, logged: Logged) -> None:
    """Nothing was changed, for a reason that the caller has to mend."""
    given = await adding_a_seat(gateway)

    with changes() as counted:
        await gateway.data(UPDATE, {"input": {**given, "expectedVersion": "of yesterday"}})

    (record,) = logged("change")
    assert (record["level"], record["outcome"]) == ("info", "NOT_DONE")
    assert counted("gateway_changes_total", change="quantity", outcome="NOT_DONE") == 1


async def test_an_unknown_outcome_is_an_error_with_its_cause(gateway: Gateway, logged: Logged) -> None:
    """The person on call is to look now: the record says what was to change, of which subscription, and why."""
    given = await adding_a_seat(gateway)
    await break_(gateway, {"calls": "PATCH", "fault": "html", "when": "before"})

    with changes() as counted:
        answer = await gateway.ask(UPDATE, {"input": given})

    (record,) = logged("change")
    assert answer["errors"][0]["extensions"]["outcome"] == "UNKNOWN"
    assert (record["level"], record["outcome"]) == ("error", "UNKNOWN")
    assert (record["code"], record["resource"]) == ("CHANGE_OUTCOME_UNKNOWN", ALPINES_SEATS)
    assert record["cause"]
    assert counted("gateway_changes_total", change="quantity", outcome="UNKNOWN") == 1


async def test_a_cancellation_is_named(gateway: Gateway, logged: Logged) -> None:
    """It is not a change of a member."""
    given = await adding_a_seat(gateway)
    given.pop("change")

    await gateway.data(
        "mutation Cancel($input: CancelSubscriptionInput!) { cancelSubscription(input: $input) { isChanged } }",
        {"input": given},
    )

    (record,) = logged("change")
    assert record["change"] == "cancelSubscription"
