"""Everything that lives as long as the process, and the context that each request gets from it."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from datetime import datetime
from functools import partial
from types import TracebackType
from typing import TYPE_CHECKING

from starlette.datastructures import Headers

from gateway.carts.idempotency import Idempotency
from gateway.carts.purchases import Purchases
from gateway.catalog.answer_cache import AnswerCache
from gateway.catalog.catalog import Catalog
from gateway.changes.making import Making
from gateway.changes.records import ChangeRecords
from gateway.context import Context
from gateway.errors import GatewayError
from gateway.http.authentication import Authenticator, KeyAuthenticator, LocalAuthenticator, TokenAuthenticator
from gateway.load.admission import Admission
from gateway.load.rate_limit import RateLimit
from gateway.partner_center.accepted_tokens import AcceptedTokens
from gateway.partner_center.callers import Caller
from gateway.partner_center.client import PartnerCenter
from gateway.partner_center.clouds import CLOUDS
from gateway.partner_center.sending.calls import Sender
from gateway.partner_center.sending.exchange import HttpClient
from gateway.partner_center.sending.http11 import open_http11_client
from gateway.partner_center.sending.rate_limited import RateLimitedSender
from gateway.partner_center.sending.resilience import Resilient
from gateway.partner_center.sending.transport import Transport
from gateway.partner_center.sign_in.access_token import SignIn
from gateway.settings.model import Settings
from gateway.store.locks import ResourceLocks
from gateway.store.measured import MeasuredStore
from gateway.store.memory import MemoryStore
from gateway.store.opening import open_store
from gateway.store.store import Store
from gateway.telemetry.requests import Tally

if TYPE_CHECKING:
    import httpx

_ANONYMOUS = "anonymous"


class RequestContext:
    """An async context manager: gives the context that resolvers get, while the request holds a slot.

    A caller that is still unverified afterwards is answered at the pace of refusals, without a slot: connections
    with made-up tokens then send fewer requests, and leave room for good tokens that are new.
    """

    __slots__ = ("_accepted", "_admission", "_caller", "_context", "_is_verified", "_make", "_queue_key")

    def __init__(
        self, caller: Caller, make: Callable[[], Context], *, admission: Admission, accepted: AcceptedTokens
    ) -> None:
        self._caller = caller
        self._make = make
        self._admission = admission
        self._accepted = accepted
        self._queue_key = accepted.queue_key(caller)
        self._is_verified = accepted.is_verified(caller)

    async def __aenter__(self) -> Context:
        """Raises Overloaded when no slot is free in time."""
        await self._admission.acquire(self._queue_key, verified=self._is_verified)
        self._context = self._make()
        return self._context

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._context.close()
        self._admission.release(self._queue_key)
        if error is None and not self._is_verified and not self._accepted.is_verified(self._caller):
            await self._admission.delay_refusal(self._queue_key, verified=False)


class Runtime:
    """Admits requests, and makes the context of each. What it works with is open until `close`."""

    def __init__(
        self,
        *,
        authenticate: Authenticator,
        accepted: AcceptedTokens,
        admission: Admission,
        rate_limit: RateLimit | None,
        sender: Sender,
        cache: AnswerCache,
        store: Store,
        readiness_checks: Sequence[Callable[[], Awaitable[object]]],
        closing: AsyncExitStack,
        deadline_s: float,
        default_country: str,
        locale: str,
        tracks_agreements: bool,
        now: Callable[[], datetime],
    ) -> None:
        """*rate_limit* is None where calls are not counted. Each of the *readiness_checks* raises a GatewayError that
        says why the gateway cannot work. *closing* closes all that was opened.
        """
        self._authenticate = authenticate
        self._accepted = accepted
        self._admission = admission
        self._rate_limit = rate_limit
        self._sender = sender
        self._cache = cache
        self._locks = ResourceLocks(store)
        self._making = Making(self._locks, ChangeRecords(store))
        self._purchases = Purchases(store, clock=time.time)
        self._idempotency = Idempotency(store)
        self.readiness_checks = readiness_checks
        self._closing = closing
        self._deadline_s = deadline_s
        self._default_country = default_country
        self._locale = locale
        self._tracks_agreements = tracks_agreements
        self._now = now

    async def admit(self, headers: Headers) -> Caller:
        """The caller, authenticated and within its limits, before anything else of the request is read.

        Raises Unauthenticated, and Overloaded when not even the queue has room for the request.
        """
        queue_key, verified = _ANONYMOUS, False
        try:
            caller = self._authenticate(headers)
            queue_key, verified = self._accepted.queue_key(caller), self._accepted.is_verified(caller)
            self._admission.check(queue_key)
            if self._rate_limit is not None:
                self._rate_limit.check(self._accepted.rate_limit_key(caller))
        except GatewayError:
            await self._admission.delay_refusal(queue_key, verified=verified)
            raise
        return caller

    def request_context(self, caller: Caller, tally: Tally) -> RequestContext:
        """The context for a request that begins now. Its calls count in *tally*."""
        deadline = asyncio.get_running_loop().time() + self._deadline_s
        make = partial(self._context, caller, deadline, tally)
        return RequestContext(caller, make, admission=self._admission, accepted=self._accepted)

    async def close(self) -> None:
        await self._closing.aclose()

    def _context(self, caller: Caller, deadline: float, tally: Tally) -> Context:
        limited = self._rate_limited(caller)
        partner_center = PartnerCenter(limited or self._sender, caller, deadline=deadline, tally=tally)
        return Context(
            partner_center=partner_center,
            catalog=self._catalog_for(partner_center, limited),
            accepted=self._accepted,
            locks=self._locks,
            making=self._making,
            purchases=self._purchases,
            idempotency=self._idempotency,
            now=self._now,
            default_country=self._default_country,
            locale=self._locale,
            tracks_agreements=self._tracks_agreements,
            outcomes={},
            customer_readers={},
        )

    def _catalog_for(self, partner_center: PartnerCenter, limited: RateLimitedSender | None) -> Catalog:
        """Requests share catalog look-ups, so the rate limit of one caller must not fail a look-up that others wait
        for.

        The look-ups are therefore sent without a limit, and each request counts its own calls.
        """
        caller = partner_center.caller
        if limited is None:
            return Catalog(partner_center, self._cache, caller)
        unlimited = PartnerCenter(self._sender, caller, deadline=partner_center.deadline, tally=partner_center.tally)
        return Catalog(unlimited, self._cache, caller, count_call=limited.count_call)

    def _rate_limited(self, caller: Caller) -> RateLimitedSender | None:
        """None without a rate limit."""
        if self._rate_limit is None:
            return None
        return RateLimitedSender(self._sender, self._rate_limit, self._accepted.rate_limit_key(caller))


def open_runtime(
    settings: Settings,
    *,
    transport: "httpx.AsyncBaseTransport | None" = None,
    token_without_sign_in: Callable[[], str] | None = None,
    now: Callable[[], datetime],
) -> Runtime:
    """*transport* carries the calls to Partner Center and its authority instead of the network.

    *token_without_sign_in* lends a token to direct requests to localhost that bring none. Raises StoreFailed when the
    store cannot be used.
    """
    closing, accepted, store = AsyncExitStack(), AcceptedTokens(), MeasuredStore(open_store(settings.store_url))
    closing.push_async_callback(store.close)
    cache = AnswerCache(ttl_s=settings.catalog_ttl_s, clock=time.monotonic, look_up_s=settings.deadline_s)
    sign_in = _sign_in(settings, transport, closing)
    if sign_in is None:
        authenticate: Authenticator = TokenAuthenticator(token_without_sign_in, now=now)
    else:
        authenticate = _authenticator(settings, sign_in)
    sender = _open_sender(settings, transport, accepted, closing)
    closing.push_async_callback(cache.close)
    return Runtime(
        authenticate=authenticate,
        accepted=accepted,
        admission=Admission(requests=settings.limit_requests, waiting=settings.limit_waiting),
        rate_limit=_rate_limit(settings, store) if settings.limit_calls_a_minute else None,
        sender=sender,
        cache=cache,
        store=store,
        readiness_checks=[store.check] if sign_in is None else [store.check, sign_in.bearer],
        closing=closing,
        deadline_s=settings.deadline_s,
        default_country=settings.default_country,
        locale=settings.locale,
        tracks_agreements=CLOUDS[settings.cloud].tracks_agreements,
        now=now,
    )


def _sign_in(
    settings: Settings, transport: "httpx.AsyncBaseTransport | None", closing: AsyncExitStack
) -> SignIn | None:
    """None where the tokens of callers are forwarded."""
    if settings.auth == "forward":
        return None
    from gateway.partner_center.own_sign_in import open_sign_in  # noqa: PLC0415 - its client takes long to load

    return open_sign_in(settings, transport, closing)


def _authenticator(settings: Settings, sign_in: SignIn) -> Authenticator:
    """Callers bring a key of the gateway, or nothing when they are on this machine."""
    partner = (settings.tenant_id or "").lower()
    keys = [key.get_secret_value() for key in settings.accepted_caller_keys]
    return KeyAuthenticator(keys, sign_in, partner=partner) if keys else LocalAuthenticator(sign_in, partner=partner)


def _open_sender(
    settings: Settings, transport: "httpx.AsyncBaseTransport | None", accepted: AcceptedTokens, closing: AsyncExitStack
) -> Sender:
    base_url = settings.upstream_url or CLOUDS[settings.cloud].api_base
    http = open_http11_client(base_url) if transport is None else _client_over(transport, base_url)
    closing.push_async_callback(http.close)
    attempts = Transport(
        http,
        attempt_s=settings.attempt_s,
        concurrency=settings.upstream_concurrency,
        locale=settings.locale,
        queue_key_of=accepted.queue_key,
    )
    return Resilient(attempts, accepted=accepted)


def _client_over(transport: "httpx.AsyncBaseTransport", base_url: str) -> HttpClient:
    import httpx  # noqa: PLC0415 - takes long to load, and no production gateway needs it here

    from gateway.partner_center.sending.httpx_client import HttpxClient  # noqa: PLC0415

    return HttpxClient(httpx.AsyncClient(transport=transport, base_url=base_url))


def _rate_limit(settings: Settings, store: Store) -> RateLimit:
    return RateLimit(
        store,
        fallback=MemoryStore(clock=time.monotonic),
        calls_a_minute=settings.limit_calls_a_minute,
        burst=settings.limit_calls_at_once,
        clock=time.monotonic,
    )
