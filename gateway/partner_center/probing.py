"""What a check of the gateway's surroundings asks: a connection, a certificate, one read. Nothing is repeated."""

import asyncio
import ssl
import time
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any, TypeVar

import httpx

from gateway.errors import Malformed, TimedOut, Unavailable
from gateway.partner_center.callers import Caller, TokenCaller
from gateway.partner_center.client import PartnerCenter
from gateway.partner_center.customers import CustomersClient
from gateway.partner_center.http_client import open_http_client
from gateway.partner_center.paths import path
from gateway.partner_center.sending.calls import Attempts, Call
from gateway.partner_center.sending.httpx_client import HttpxClient
from gateway.partner_center.sending.transport import Transport

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Certificate:
    """A certificate that was verified; `ends_at` is in seconds since the epoch."""

    issuer: str
    ends_at: float


def host_and_port(url: str) -> tuple[str, int]:
    parts = httpx.URL(url)
    return parts.host, parts.port or (443 if parts.scheme == "https" else 80)


async def connect(url: str) -> None:
    """Opens a connection to the host, without TLS, and closes it. Raises OSError."""
    _, writer = await asyncio.open_connection(*host_and_port(url), happy_eyeballs_delay=0.25)
    writer.transport.abort()


async def certificate(url: str) -> Certificate:
    """The certificate of the host, verified as `open_http_client` does. Raises OSError, of which ssl.SSLError is one."""
    context = httpx.create_ssl_context()
    _, writer = await asyncio.open_connection(*host_and_port(url), ssl=context, happy_eyeballs_delay=0.25)
    found: dict[str, Any] = writer.get_extra_info("peercert")
    writer.transport.abort()
    names = {name: value for part in found["issuer"] for name, value in part}
    issuer = names.get("organizationName") or names.get("commonName") or "an issuer without a name"
    return Certificate(str(issuer), ssl.cert_time_to_seconds(found["notAfter"]))


class Probe:
    """Reads one customer, and notes how far the clock of whoever answered is ahead of ours.

    `clock_ahead_s` is None until an answer with a date came. Dates have whole seconds; half of one is added.
    """

    def __init__(self, base_url: str, *, attempt_s: float, locale: str) -> None:
        self._http = open_http_client(base_url)
        self._http.event_hooks = {"request": [self._note_request], "response": [self._note_date]}
        self._attempt_s = attempt_s
        self._sender = _Once(Transport(HttpxClient(self._http), attempt_s=attempt_s, concurrency=1, locale=locale))
        self._sent_at = 0.0
        self.clock_ahead_s: float | None = None

    async def read(self, token: str) -> None:
        """One customer, with this token. Raises a GatewayError."""
        await CustomersClient(PartnerCenter(self._sender, TokenCaller(token))).list(size=1)

    async def status_without_token(self) -> int:
        """The status of the same request without a token. Raises Unavailable or Malformed when there is no answer."""
        problem: Unavailable | Malformed
        try:
            async with (
                asyncio.timeout(self._attempt_s),
                self._http.stream("GET", path("customers"), params={"size": "1"}) as response,
            ):
                return response.status_code
        except TimeoutError:
            problem = TimedOut(f"Partner Center did not answer within {self._attempt_s:g} s.")
        except httpx.RemoteProtocolError:
            problem = Malformed("Partner Center's answer is not HTTP, or has too many headers.")
        except httpx.RequestError:
            problem = Unavailable("The connection to Partner Center broke.")
        raise problem

    async def close(self) -> None:
        await self._http.aclose()

    async def _note_request(self, _: httpx.Request) -> None:
        self._sent_at = time.time()

    async def _note_date(self, response: httpx.Response) -> None:
        try:
            date = parsedate_to_datetime(response.headers.get("Date", "")).timestamp()
        except (ValueError, OverflowError):
            return
        self.clock_ahead_s = date + 0.5 - (self._sent_at + time.time()) / 2


class _Once:
    def __init__(self, attempts: Attempts) -> None:
        self._attempts = attempts

    async def send(self, call: Call[T], *, caller: Caller, deadline: float | None) -> T:
        bearer = await caller.bearer(deadline)
        return await self._attempts.attempt(call, caller=caller, bearer=bearer, deadline=deadline)
