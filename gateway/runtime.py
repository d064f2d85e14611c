"""Makes each request's context from what lives as long as the process."""

import asyncio
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from datetime import datetime

import httpx
from starlette.datastructures import Headers

from gateway.carts.checkout import Checkout
from gateway.carts.idempotency import Idempotency
from gateway.carts.locks import CartLocks
from gateway.carts.purchases import Purchases
from gateway.carts.service import Carts
from gateway.catalog.answer_cache import AnswerCache
from gateway.catalog.catalog import Catalog
from gateway.context import Context
from gateway.errors import GatewayError
from gateway.http.authentication import Authenticator
from gateway.load.admission import Admission
from gateway.load.rate_limit import Budgets
from gateway.loaders import build_loaders
from gateway.partner_center.accepted_tokens import AcceptedTokens
from gateway.partner_center.callers import Caller, SignedInCaller
from gateway.partner_center.client import PartnerCenter
from gateway.partner_center.sending.rate_limited import RateLimitedSender
from gateway.partner_center.sending.resilience import Resilient
from gateway.partner_center.sending.transport import Transport
from gateway.settings.model import Settings
from gateway.store.store import Store

_ANONYMOUS = "anonymous"
_UNVERIFIED = "unverified"
"""The queue of all callers whose tokens may be made up."""
_LOOK_UPS_AT_ONCE = 50
"""Of one loader in one request; the process's own bound is GATEWAY_UPSTREAM_CONCURRENCY."""


class Contexts:
    def __init__(
        self,
        settings: Settings,
        *,
        upstream: httpx.AsyncClient,
        store: Store,
        door: Authenticator,
        now: Callable[[], datetime],
    ) -> None:
        self._settings = settings
        self._accepted = AcceptedTokens()
        attempts = Transport(
            upstream,
            attempt_s=settings.attempt_s,
            concurrency=settings.upstream_concurrency,
            locale=settings.locale,
            queue_key_of=self._queue_key,
        )
        self._sender = Resilient(attempts, accepted=self._accepted, clock=_loop_time)
        self._now = now
        self._door = door
        self._cache = AnswerCache(ttl_s=settings.catalog_ttl_s, clock=time.monotonic, look_up_s=settings.deadline_s)
        self._locks = CartLocks(store)
        self._purchases = Purchases(store, clock=time.time)
        self._idempotency = Idempotency(store)
        self._admission = Admission(requests=settings.limit_requests, waiting=settings.limit_waiting)
        self._budgets = _budgets(settings, store)

    async def __call__(self, headers: Headers, _correlation_id: str) -> Context:
        """Raises Unauthenticated for who may not call, and Overloaded for who has to wait before calling again."""
        caller = await self._admitted(headers)
        deadline = _loop_time() + self._settings.deadline_s
        limited = self._rate_limited(caller)
        partner_center = PartnerCenter(limited or self._sender, caller, deadline=deadline)
        carts = Carts(partner_center, locks=self._locks, now=self._now)
        catalog = self._catalog_for(partner_center, limited)
        return Context(
            caller=caller,
            accepted=self._accepted,
            carts=carts,
            checkout=Checkout(partner_center, locks=self._locks, purchases=self._purchases, now=self._now),
            idempotency=self._idempotency,
            loaders=build_loaders(partner_center, carts, catalog, at_most=_LOOK_UPS_AT_ONCE),
            now=self._now,
            default_country=self._settings.default_country,
            tally=partner_center.tally,
        )

    async def _admitted(self, headers: Headers) -> Caller:
        queue_key, verified = _ANONYMOUS, False
        try:
            caller = self._door(headers)
            queue_key, verified = self._queue_key(caller), self._is_verified(caller)
            self._admission.check(queue_key)
            if self._budgets is not None:
                self._budgets.check(self._budget_of(caller))
        except GatewayError:
            await self._admission.delay_refusal(queue_key, verified=verified)
            raise
        return caller

    @asynccontextmanager
    async def place(self, context: object) -> AsyncGenerator[None]:
        """In which the request of a *context* made here is worked on; its look-ups end with it. Raises Overloaded when
        there is none for it.

        A request that does not show its token to be good leaves its place at once, but is answered at the pace of
        refusals: so connections with made-up tokens send fewer requests, and leave room for good tokens that are new.
        """
        if not isinstance(context, Context):
            raise TypeError("The context is not one of these.")
        queue_key = self._queue_key(context.caller)
        async with self._admission.slot(queue_key, verified=self._is_verified(context.caller)):
            try:
                yield
            finally:
                context.loaders.batches.stop()
        if not self._is_verified(context.caller):
            await self._admission.delay_refusal(queue_key, verified=False)

    def _catalog_for(self, partner_center: PartnerCenter, limited: RateLimitedSender | None) -> Catalog:
        """Requests share its look-ups, so one caller's rate limit must not end another's: each request counts its own."""
        caller = partner_center.caller
        if limited is None:
            return Catalog(partner_center, self._cache, caller)
        unlimited = PartnerCenter(self._sender, caller, deadline=partner_center.deadline, tally=partner_center.tally)
        return Catalog(unlimited, self._cache, caller, count_call=limited.count_call)

    def _rate_limited(self, caller: Caller) -> RateLimitedSender | None:
        """None without a rate limit."""
        if self._budgets is None:
            return None
        return RateLimitedSender(self._sender, self._budgets, self._budget_of(caller))

    def _budget_of(self, caller: Caller) -> str:
        return caller.identity if self._is_verified(caller) else caller.key

    def _is_verified(self, caller: Caller) -> bool:
        """Whether the caller is certainly who it says: Partner Center has accepted the token, or the gateway its key."""
        return isinstance(caller, SignedInCaller) or caller.key in self._accepted

    def _queue_key(self, caller: Caller) -> str:
        """With whom the caller waits: a known one with nobody else.

        A token that is not accepted yet may be made up. One that names an identity of an accepted token, as a renewed
        token does, waits with those that name the same; others wait together, because anybody can make up many.
        """
        if self._is_verified(caller):
            return caller.identity
        return f"{_UNVERIFIED} {caller.identity}" if self._accepted.include_identity(caller.identity) else _UNVERIFIED


def _budgets(settings: Settings, store: Store) -> Budgets | None:
    """None where calls are not counted."""
    if not settings.limit_calls_a_minute:
        return None
    return Budgets(
        store, a_minute=settings.limit_calls_a_minute, at_once=settings.limit_calls_at_once, clock=time.monotonic
    )


def _loop_time() -> float:
    return asyncio.get_running_loop().time()
