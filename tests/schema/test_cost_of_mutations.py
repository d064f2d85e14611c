"""What each new mutation costs: when it is sent, when it is repeated, and when Partner Center's answer is lost."""

from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass

import pytest

from gateway.sandbox.app import Sandbox
from gateway.schema.node import Kind, node_id
from tests.harness import Gateway
from tests.schema.conftest import Cart
from tests.schema.costing import PLAN, Ids, buy
from tests.schema.failing import LosingAnAnswer
from tests.shop_ids import BASIC, CONTOSO, FJORD, WINGTIP

ACart = Callable[..., Awaitable[Cart]]
Over = Callable[..., AbstractAsyncContextManager[Gateway]]
Filled = Callable[[str], Awaitable[tuple[Ids, str]]]

SOFTWARE = {"catalogItemId": "DG7GMGF0DWTL:0001:DG7GMGF0DSFM", "billingCycle": "ONE_TIME", "termDuration": None}
LINE = f'{{catalogItemId: "{BASIC}", quantity: 1, billingCycle: MONTHLY, termDuration: "P1Y"}}'
CONFIRMED = f"""customer: {{tenantId: "{WINGTIP}"}}, agreedAt: "2026-02-27T16:45:10Z",
  contact: {{firstName: "Ute", lastName: "Vogel", email: "ute.vogel@wingtiptoys.example"}}"""
TEMPLATE = "117a77b0-9360-443b-8795-c6dedc750cf9"
CHANGED = 'subscriptionId: "SUBSCRIPTION", expectedVersion: "VERSION"'
OWNED = "ALPINE/subscriptions/FRESH"
PLANNED = f"FJORD/subscriptions/{PLAN}"
AGREED = f"customers/{WINGTIP}/agreements"


@dataclass(frozen=True, kw_only=True)
class Mutation:
    """A mutation in the words of a row, and its calls: the looks before, and the write.

    `estimate` allows for a look after a lost answer and, where the payload shows what no look has read, for reading it.
    """

    asked: str
    looks: Sequence[str] = ()
    write: str
    estimate: int
    repeated: Sequence[str] | None = None
    """The calls of a repetition; the looks alone where it is not given."""


ROWS = [
    pytest.param(
        Mutation(
            asked=f'previewCart(input: {{customer: {{tenantId: "{CONTOSO}"}}, lineItems: [{LINE}]}}) {{ preview {{ hasErrors }} }}',
            write="POST .../carts",
            estimate=1,
            repeated=["POST .../carts"],
        ),
        id="previewCart makes another throw-away cart",
    ),
    pytest.param(
        Mutation(
            asked=f"confirmCustomerAgreement(input: {{{CONFIRMED}}}) {{ isChanged }}",
            looks=["GET agreements", f"GET {AGREED}"],
            write=f"POST {AGREED}",
            estimate=4,
        ),
        id="confirmCustomerAgreement of the present form looks for it",
    ),
    pytest.param(
        Mutation(
            asked=f'confirmCustomerAgreement(input: {{{CONFIRMED}, templateId: "{TEMPLATE}"}}) {{ isChanged }}',
            looks=[f"GET {AGREED}"],
            write=f"POST {AGREED}",
            estimate=4,
        ),
        id="confirmCustomerAgreement of a named form",
    ),
    pytest.param(
        Mutation(
            asked='registerSubscription(input: {subscriptionId: "PLAN"}) { isChanged }',
            looks=[f"GET {PLANNED}/registrationstatus"],
            write=f"POST {PLANNED}/registrations",
            estimate=4,
        ),
        id="registerSubscription",
    ),
    pytest.param(
        Mutation(
            asked=f"updateSubscription(input: {{{CHANGED}, change: {{quantity: 30}}}}) {{ isChanged }}",
            looks=[f"GET {OWNED}"],
            write=f"PATCH {OWNED}",
            estimate=3,
        ),
        id="updateSubscription",
    ),
    pytest.param(
        Mutation(
            asked=f"cancelSubscription(input: {{{CHANGED}}}) {{ isChanged }}",
            looks=[f"GET {OWNED}"],
            write=f"PATCH {OWNED}",
            estimate=3,
        ),
        id="cancelSubscription",
    ),
    pytest.param(
        Mutation(
            asked='cancelOrder(input: {orderId: "ORDER"}) { isChanged }',
            looks=["GET .../orders/ORDER"],
            write="PATCH .../orders/ORDER",
            estimate=3,
        ),
        id="cancelOrder",
    ),
]
SAID_ONCE = ROWS[1:]
"""All that look before they write."""


@pytest.fixture
def filled(gateway: Gateway, a_cart: ACart) -> Filled:
    """Fills ids and the present version into a row's mutation; the calls for it are forgotten."""

    async def made(asked: str) -> tuple[Ids, str]:
        cart = await a_cart(SOFTWARE)
        ids = Ids(cart, await buy(gateway, cart))
        read = ids.filled('{ subscription(by: {id: "SUBSCRIPTION"}) { version } }')
        version: str = (await gateway.data(read))["subscription"]["version"]
        await gateway.calls()
        plan = node_id(Kind.SUBSCRIPTION, FJORD, PLAN)
        return ids, f"mutation {{ {ids.filled(asked).replace('VERSION', version).replace('PLAN', plan)} }}"

    return made


@pytest.mark.parametrize("row", ROWS)
async def test_a_mutation_costs_its_looks_and_a_write(gateway: Gateway, filled: Filled, row: Mutation) -> None:
    """In this order; the estimate is not below the calls."""
    ids, document = await filled(row.asked)

    answer = await gateway.ask(document)

    calls = await gateway.calls()
    assert "errors" not in answer
    assert ids.shortened(calls[:-1]) == sorted(row.looks)
    assert ids.shortened(calls[-1:]) == [row.write]
    cost = answer["extensions"]["cost"]
    assert (cost["estimate"], cost["upstreamCalls"]) == (row.estimate, len(calls))
    assert len(calls) <= row.estimate


@pytest.mark.parametrize("row", ROWS)
async def test_a_repetition_looks_and_sends_nothing(gateway: Gateway, filled: Filled, row: Mutation) -> None:
    """The state that was asked for stands; only a preview is made anew."""
    ids, document = await filled(row.asked)
    await gateway.data(document)
    await gateway.calls()

    answer = await gateway.data(document)

    assert ids.shortened(await gateway.calls()) == sorted(row.looks if row.repeated is None else row.repeated)
    assert [payload.get("isChanged", False) for payload in answer.values()] == [False]


@pytest.mark.parametrize("row", SAID_ONCE)
async def test_a_lost_answer_costs_another_look(
    sandbox: Sandbox, gateway_over: Over, filled: Filled, row: Mutation
) -> None:
    """It finds the change made, and the write is not sent again; the estimate allowed for that."""
    ids, document = await filled(row.asked)

    async with gateway_over(LosingAnAnswer(sandbox, method=row.write.partition(" ")[0])) as over:
        answer = await over.ask(document)
        calls = await over.calls()

    assert [payload["isChanged"] for payload in answer["data"].values()] == [True]
    assert ids.shortened(calls) == sorted([*row.looks, row.write, row.looks[-1]])
    assert len(calls) <= answer["extensions"]["cost"]["estimate"]
