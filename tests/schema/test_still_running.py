"""A call under a key whose first call has not ended: it does no work of its own, and says what is known."""

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TypeVar

import pytest

from gateway.carts.idempotency import Idempotency
from gateway.carts.purchases import Purchases
from gateway.catalog.answer_cache import AnswerCache
from gateway.catalog.catalog import Catalog
from gateway.changes.making import Making
from gateway.changes.records import ChangeRecords
from gateway.context import Context
from gateway.errors import GatewayError
from gateway.partner_center.accepted_tokens import AcceptedTokens
from gateway.partner_center.callers import Caller, TokenCaller
from gateway.partner_center.client import PartnerCenter
from gateway.partner_center.sending.calls import Call
from gateway.schema.node import Kind, node_id
from gateway.schema.root import build_schema
from gateway.store.locks import ResourceLocks
from gateway.store.memory import MemoryStore
from tests.shop_ids import CONTOSO

T = TypeVar("T")

CART_ID = node_id(Kind.CART, CONTOSO, "29982361-779a-41ea-991a-6ee4c320e033")
BUY = f'mutation {{ checkoutCart(input: {{ cartId: "{CART_ID}", idempotencyKey: "click-0815" }}) {{ replayed }} }}'
CREATE = f"""mutation {{ createCart(input: {{
  customer: {{ tenantId: "{CONTOSO}" }}, lineItems: [{{ catalogItemId: "MS-AZR-0145P", quantity: 1, billingCycle: MONTHLY }}]
  idempotencyKey: "click-0815"
}}) {{ replayed }} }}"""


@dataclass
class Hanging:
    """A Partner Center that is asked once and never answers."""

    asked: asyncio.Event = field(default_factory=asyncio.Event)

    async def send(self, call: Call[T], *, caller: Caller, deadline: float | None) -> T:
        assert not self.asked.is_set()
        self.asked.set()
        await asyncio.Event().wait()
        raise AssertionError("nobody sets the event")


def now() -> datetime:
    return datetime(2026, 3, 2, tzinfo=UTC)


@pytest.fixture
async def hanging() -> Hanging:
    return Hanging()


@pytest.fixture
async def context(hanging: Hanging) -> Context:
    """One whose repeats do not wait for the first call."""
    caller = TokenCaller("a-token")
    partner_center = PartnerCenter(hanging, caller)
    store = MemoryStore(clock=lambda: 0)
    locks = ResourceLocks(store)
    return Context(
        partner_center=partner_center,
        catalog=Catalog(partner_center, AnswerCache(ttl_s=0, clock=lambda: 0), caller),
        accepted=AcceptedTokens(),
        locks=locks,
        making=Making(locks, ChangeRecords(store)),
        purchases=Purchases(store, clock=lambda: 0),
        idempotency=Idempotency(store, wait_s=0),
        now=now,
        default_country="US",
        locale="en-US",
        tracks_agreements=True,
    )


@pytest.mark.parametrize(
    ("document", "code", "outcome"),
    [
        pytest.param(CREATE, "CONFLICT", None, id="creating"),
        pytest.param(BUY, "CHECKOUT_OUTCOME_UNKNOWN", "UNKNOWN", id="buying"),
    ],
)
async def test_a_repeat_does_not_begin_a_second_time(
    context: Context, hanging: Hanging, document: str, code: str, outcome: str | None
) -> None:
    """It may be sent again, and a checkout says that nothing is known of its orders yet."""
    schema = build_schema()
    first = asyncio.ensure_future(schema.execute(document, context_value=context))
    await hanging.asked.wait()

    second = await schema.execute(document, context_value=context)

    first.cancel()
    assert second.errors is not None
    (cause,) = [error.original_error for error in second.errors]
    assert isinstance(cause, GatewayError)
    assert (cause.code, cause.retryable, context.outcomes.get("checkoutCart")) == (code, True, outcome)
