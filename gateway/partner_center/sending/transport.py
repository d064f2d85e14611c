"""One attempt at a call: headers, limits, and every failure as a GatewayError. Never repeats a call."""

import asyncio
import re
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TypeVar

from gateway.errors import GatewayError, Malformed, Overloaded, TimedOut, Unavailable, Untrusted
from gateway.load.fair_queue import FairQueue, QueueFull
from gateway.partner_center.callers import Caller
from gateway.partner_center.paths import template, with_query
from gateway.partner_center.sending.calls import Call, new_guid
from gateway.partner_center.sending.clock_skew import ClockSkew
from gateway.partner_center.sending.exchange import (
    ExchangeFailed,
    HttpClient,
    NotConnected,
    NotHttp,
    NotTrusted,
    NotUnpacked,
    Response,
)
from gateway.partner_center.sending.refusals import Answer, failure_in, needs_no_body
from gateway.partner_center.sending.time_limit import TimeLimit
from gateway.telemetry import events
from gateway.telemetry.calls import CallReport
from gateway.telemetry.tracing import add_trace_headers

T = TypeVar("T")

APPLICATION = "partner-center-gateway"

_CORRELATION_ID = re.compile(r"[\w.+/=-]{1,100}", re.ASCII)

_ACCEPTED = 202

_LEAST_WAITING = 1000
"""Calls: enough for the look-ups of a few large requests."""
_RETRY_AFTER_S = 1.0


def utc_now() -> datetime:
    return datetime.now(UTC)


def _identity(caller: Caller) -> str:
    return caller.identity


class Transport:
    """Makes attempts over one HTTP client. One instance per process.

    `attempt_s` limits a whole attempt, not the gap between bytes. At most `concurrency` are in flight, shared fairly
    among the keys that `queue_key_of` gives; ten times as many wait. Bodies are read up to `max_body` bytes,
    decompressed.
    """

    def __init__(
        self,
        http: HttpClient,
        *,
        attempt_s: float,
        concurrency: int,
        locale: str,
        max_body: int = 8 * 2**20,
        application: str = APPLICATION,
        queue_key_of: Callable[[Caller], str] = _identity,
        now: Callable[[], datetime] = utc_now,
        new_id: Callable[[], str] = new_guid,
    ) -> None:
        self._http = http
        self._attempt_s = attempt_s
        self._queue = FairQueue(concurrency, waiting=max(_LEAST_WAITING, 10 * concurrency), name="calls")
        self._queue_key_of = queue_key_of
        self._max_body = max_body
        self._now = now
        self._skew = ClockSkew(clock=time.monotonic, now=now)
        self._new_id = new_id
        self._headers: dict[str, str] = {
            "Accept": "application/json",
            "X-Locale": locale,
            "MS-PartnerCenter-Application": application,
        }

    async def attempt(self, call: Call[T], *, caller: Caller, bearer: str, deadline: float | None) -> T:
        """The result of the call. *deadline* is in the running loop's time. Raises a GatewayError."""
        queue_key = self._queue_key_of(caller)
        await self._acquire_slot(call, queue_key, deadline)
        try:
            if deadline is not None and asyncio.get_running_loop().time() >= deadline:
                events.not_sent(call.action, "no_time")
                raise _too_late(call.action)
            with CallReport(call.method, template(call.path), call.tally) as report:
                answer = await self._exchange(call, bearer, deadline, report)
                return self._result(call, answer)
        finally:
            self._queue.release(queue_key)

    def _result(self, call: Call[T], answer: Answer) -> T:
        failure = failure_in(answer, action=call.action, method=call.method, now=self._now())
        if failure is not None:
            raise failure
        return self._read(call, answer)

    async def _acquire_slot(self, call: Call[T], queue_key: str, deadline: float | None) -> None:
        """A slot among the calls in flight. A write is never turned away: the work it is part of has begun.

        Raises TimedOut when none is free by the deadline and Overloaded when too many wait; nothing was sent then.
        """
        try:
            await self._queue.acquire(queue_key, until=deadline, sheddable=call.is_read)
        except TimeoutError:
            events.not_sent(call.action, "no_time")
            raise _too_late(call.action) from None
        except QueueFull:
            events.not_sent(call.action, "queue_full")
            raise _too_many(call.action) from None

    async def _exchange(self, call: Call[T], bearer: str, deadline: float | None, report: CallReport) -> Answer:
        """The answer, if it comes within the time limit. Otherwise raises the reason why it did not."""
        correlation_id = report.correlation_id = self._new_id()
        now = asyncio.get_running_loop().time()
        limit = now + self._attempt_s if deadline is None else min(now + self._attempt_s, deadline)
        problem: GatewayError
        try:
            with TimeLimit(limit):
                return await self._request(call, bearer, correlation_id, report)
        except TimeoutError:
            problem = TimedOut(
                f"Partner Center did not answer the request to {call.action} within {limit - now:.3g} s.",
                upstream_correlation_id=correlation_id,
            )
        except ExchangeFailed as error:
            problem = _failed(error, call.action, correlation_id)
        # Raised here, outside the handlers: the client's own error holds the request, and with it the token.
        raise problem

    async def _request(self, call: Call[T], bearer: str, correlation_id: str, report: CallReport) -> Answer:
        headers: dict[str, str] = {
            **self._headers,
            **call.headers,
            "Authorization": f"Bearer {bearer}",
            "MS-RequestId": call.request_id,
            "MS-CorrelationId": correlation_id,
        }
        if call.method != "GET":
            headers["Content-Type"] = "application/json"
        add_trace_headers(headers)
        target = with_query(call.path, call.query)
        response = await self._http.request(call.method, target, headers=headers, body=call.body)
        report.http_status = response.status
        if self._skew.is_due:
            self._skew.compare(response.header("Date"))
        report.correlation_id = _plausible(response.header("MS-CorrelationId")) or correlation_id
        body = await self._body(response)
        if body is not None and not 200 <= response.status < 300:
            body = body.replace(bearer.encode(), b"[token]")  # a refusal may quote it
        return Answer(
            status=response.status,
            headers=response.headers,
            body=body,
            correlation_id=report.correlation_id,
            sent_correlation_id=correlation_id,
            request_id=call.request_id,
        )

    async def _body(self, response: Response) -> bytes | None:
        """The whole body; None when it is larger than the limit, in which case the rest is not fetched.

        Also None when the body cannot be read under a status that needs none, such as 429.
        """
        try:
            return await response.read(self._max_body)
        except ExchangeFailed:
            if needs_no_body(response.status):
                return None
            raise

    def _read(self, call: Call[T], answer: Answer) -> T:
        if answer.body is None:
            raise Malformed(
                f"Partner Center's answer to the request to {call.action} is larger than {self._max_body} bytes.",
                upstream_correlation_id=answer.correlation_id,
            )
        read = call.read_accepted if answer.status == _ACCEPTED and call.read_accepted else call.read
        try:
            return read(answer.body)
        except Malformed as error:
            message = f"{error.message} It was asked to {call.action}."
        raise Malformed(message, upstream_correlation_id=answer.correlation_id)


def _plausible(correlation_id: str) -> str | None:
    """Partner Center's own id, which catalog answers print twice; None when there is none, or not a plausible one."""
    value = correlation_id.partition(",")[0].strip()
    return value if _CORRELATION_ID.fullmatch(value) else None


def _too_late(action: str) -> TimedOut:
    return TimedOut(f"There was no time left to ask Partner Center to {action}.", sent=False)


def _too_many(action: str) -> Overloaded:
    message = f"Too many requests are already waiting for Partner Center, so it was not asked to {action}."
    return Overloaded(message, retry_after_s=_RETRY_AFTER_S)


def _failed(error: ExchangeFailed, action: str, correlation_id: str) -> GatewayError:
    problem = _failure(error, action)
    problem.upstream_correlation_id = correlation_id
    problem.add_note(f"Cause: {error.cause}")
    return problem


def _failure(error: ExchangeFailed, action: str) -> GatewayError:
    match error:
        case NotUnpacked():
            return Malformed(f"Partner Center's answer to the request to {action} cannot be unpacked.")
        case NotHttp():
            return Malformed(
                f"Partner Center's answer to the request to {action} is not HTTP, or has too many headers."
            )
        case NotTrusted():
            return Untrusted(
                f"Partner Center's certificate could not be verified, so it was not asked to {action}.", sent=False
            )
        case NotConnected():
            return Unavailable(f"Partner Center could not be reached to {action}.", sent=False)
        case _:
            return Unavailable(f"The connection to Partner Center broke during the request to {action}.")
