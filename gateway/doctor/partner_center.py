"""Partner Center and the token authority: reachable, trusted, at the same time, and willing to serve."""

import asyncio
import time
from collections.abc import Sequence
from datetime import UTC, datetime

from gateway.doctor import sign_in_refusals
from gateway.doctor.causes import Peer, connection_failure
from gateway.doctor.clock import upstream_clock
from gateway.doctor.configuration import Configuration
from gateway.doctor.findings import Check, Finding, Outcome, failed, finding, ok, run, skipped, skipped_after, warning
from gateway.errors import (
    Forbidden,
    GatewayError,
    Malformed,
    Refused,
    Throttled,
    TimedOut,
    Unauthenticated,
    Unavailable,
)
from gateway.partner_center.callers import TokenCaller
from gateway.partner_center.clouds import CLOUDS
from gateway.partner_center.http_client import open_http_client
from gateway.partner_center.probing import Probe, certificate, connect, host_and_port
from gateway.partner_center.sign_in.authority import Authority, SignInRefused
from gateway.partner_center.sign_in.grants import Application, AsApplication, AsUser
from gateway.settings.checks import CHECK_TOKEN
from gateway.settings.model import Settings

"""A token of Partner Center to read with when the gateway forwards those of its callers."""

NAMES = (
    *("upstream", "upstream certificate", "authority", "authority certificate"),
    *("sign-in", "upstream read", "upstream clock"),
)

_ATTEMPT_S = 5.0
_FEW_DAYS = 14
_DAY_S = 86_400
_NOT_NEEDED = "Nothing has to be done."
_NOT_PARTNER_CENTER = (
    "Correct GATEWAY_UPSTREAM_URL, or take out the proxy on the way: this is not Partner Center's answer."
)


class PartnerCenterChecks:
    """The checks in their order; a later one may need the result of an earlier one."""

    def __init__(self, configuration: Configuration, *, token: str | None) -> None:
        """*token* is the one to read with when GATEWAY_AUTH is forward."""
        self._configuration = configuration
        self._settings = settings = configuration.settings
        cloud = CLOUDS[settings.cloud]
        self._upstream_url = settings.upstream_url or cloud.api_base
        self._authority_url = settings.authority_url or cloud.authority
        self._given_token = token
        self._token: str | None = None

    async def findings(self) -> Sequence[Finding]:
        upstream, authority = await asyncio.gather(self._upstream(), self._authority())
        sign_in = await self._after(authority, "sign-in", self._sign_in)
        probe = Probe(self._upstream_url, attempt_s=_ATTEMPT_S, locale=self._settings.locale)
        try:
            read = await self._after(upstream, "upstream read", lambda: self._read(probe))
        finally:
            await probe.close()
        return [*upstream, *authority, sign_in, read, finding("upstream clock", _clock(probe, read))]

    async def _upstream(self) -> Sequence[Finding]:
        lacking = self._configuration.lacking("cloud", "upstream_url")
        peer = Peer("Partner Center", _address(self._upstream_url), "GATEWAY_UPSTREAM_URL")
        return await _host("upstream", self._upstream_url, peer, lacking)

    async def _authority(self) -> Sequence[Finding]:
        lacking = self._configuration.lacking("auth", "cloud", "authority_url")
        if lacking is None and self._settings.auth == "forward":
            lacking = skipped("Callers bring their own tokens (GATEWAY_AUTH=forward).", _NOT_NEEDED)
        peer = Peer("the token authority", _address(self._authority_url), "GATEWAY_AUTHORITY_URL")
        return await _host("authority", self._authority_url, peer, lacking)

    async def _after(self, earlier: Sequence[Finding], name: str, check: Check) -> Finding:
        broken = next((each for each in earlier if each.verdict == "failed"), None)
        return finding(name, skipped_after(broken.name)) if broken else await run(name, check)

    async def _sign_in(self) -> Outcome:
        if lacking := self._configuration.lacking("auth", "cloud", "authority_url"):
            return lacking
        return self._check_given_token() if self._settings.auth == "forward" else await self._get_token()

    def _check_given_token(self) -> Outcome:
        if self._given_token is None:
            return skipped(
                "The gateway does not sign in itself (GATEWAY_AUTH=forward).",
                f"Set {CHECK_TOKEN} to a token of Partner Center to have one tried.",
            )
        try:
            caller = TokenCaller(self._given_token)
        except Unauthenticated:
            return failed(f"{CHECK_TOKEN} is not a bearer token.", f"Set {CHECK_TOKEN} to the token alone.")
        if caller.is_expired(datetime.now(UTC)):
            return failed(f"The token in {CHECK_TOKEN} has expired.", f"Set {CHECK_TOKEN} to a fresh token.")
        self._token = self._given_token
        if caller.expires_at is None:
            return ok(f"{CHECK_TOKEN} is used; it does not say when it expires.")
        return ok(f"{CHECK_TOKEN} is used; it expires in {_minutes(caller.expires_at - time.time())}.")

    async def _get_token(self) -> Outcome:
        http = open_http_client(self._authority_url)
        try:
            token = await _grant(self._settings, Authority(http, attempt_s=_ATTEMPT_S))()
        except SignInRefused as error:
            return failed(sign_in_refusals.reason(error), sign_in_refusals.remedy(error))
        except GatewayError as error:
            return failed(_with_notes(error), "See whether GATEWAY_AUTHORITY_URL is right, and try again later.")
        finally:
            await http.aclose()
        self._token = token.text
        return ok(f"signed in as {self._settings.auth}; the token expires in {_minutes(token.lives_s)}.")

    async def _read(self, probe: Probe) -> Outcome:
        if lacking := self._configuration.lacking("cloud", "upstream_url"):
            return lacking
        try:
            if self._token is None:
                return _reached(await probe.status_without_token())
            await probe.read(self._token)
        except GatewayError as error:
            return _read_failure(error, own_token=self._settings.auth != "forward")
        return ok("One customer was read.")


class _Unchanged:
    """A refresh token whose replacement is dropped: the one used stays valid, and the file may belong to another user.

    Source: "Refresh tokens in the Microsoft identity platform".
    """

    def __init__(self, token: str) -> None:
        self._token = token

    async def current(self) -> str:
        return self._token

    async def replace(self, new: str) -> None:
        """Drops *new*."""


def _grant(settings: Settings, authority: Authority) -> AsApplication | AsUser:
    application = Application(
        tenant=settings.tenant_id or "",
        client_id=settings.client_id or "",
        client_secret=settings.own_client_secret,
        resource=CLOUDS[settings.cloud].resource,
    )
    if settings.auth == "app":
        return AsApplication(authority, application)
    return AsUser(authority, application, _Unchanged(settings.first_refresh_token))


async def _host(name: str, url: str, peer: Peer, lacking: Outcome | None) -> Sequence[Finding]:
    """Whether the host takes connections, and whether its certificate is valid and will be."""
    names = (name, f"{name} certificate")
    if lacking is not None:
        return [finding(each, lacking) for each in names]
    reachable = await run(names[0], lambda: _connection(url, peer), bound_s=_ATTEMPT_S + 1)
    if not reachable.is_usable:
        return [reachable, finding(names[1], skipped_after(names[0]))]
    return [reachable, await run(names[1], lambda: _certificate(url, peer))]


async def _connection(url: str, peer: Peer) -> Outcome:
    try:
        async with asyncio.timeout(_ATTEMPT_S):
            await connect(url)
    except (OSError, UnicodeError) as error:
        return connection_failure(error, peer)
    return ok(f"{peer.address} takes connections.")


async def _certificate(url: str, peer: Peer) -> Outcome:
    if not url.startswith("https"):
        return skipped(f"{peer.address} is reached without TLS, on this machine.", _NOT_NEEDED)
    try:
        async with asyncio.timeout(_ATTEMPT_S):
            found = await certificate(url)
    except OSError as error:
        return connection_failure(error, peer)
    days = int((found.ends_at - time.time()) // _DAY_S)
    words = f"verified; issued by {found.issuer}, and expires in {days} days."
    if days < _FEW_DAYS:
        return warning(words, f"Have the certificate of {peer.name} renewed.")
    return ok(words)


def _clock(probe: Probe, read: Finding) -> Outcome:
    if read.verdict == "skipped":
        return skipped_after("upstream read")
    if probe.clock_ahead_s is None:
        return skipped("No answer with a date came.", "Follow the remedy of 'upstream read'.")
    return upstream_clock(probe.clock_ahead_s)


def _reached(status: int) -> Outcome:
    """What the status of a request without a token proves."""
    if status == 401:
        return ok("Reachable: a request without a token was answered 401, as Partner Center does. Nothing was read.")
    if status >= 500 or status == 429:
        return failed(f"A request without a token was answered {status}.", "Try again in a few minutes.")
    return failed(f"A request without a token was answered {status}, not 401.", _NOT_PARTNER_CENTER)


def _read_failure(error: GatewayError, *, own_token: bool) -> Outcome:
    words = _with_id(error)
    match error:
        case Unauthenticated() if own_token:
            remedy = (
                "Correct GATEWAY_CLOUD, and see that the application is registered in Partner Center (App management)."
            )
        case Unauthenticated():
            remedy = f"Set {CHECK_TOKEN} to a fresh token for Partner Center in this cloud (GATEWAY_CLOUD)."
        case Forbidden():
            remedy = "Give the application or user of the token a role in Partner Center that may read customers, such as admin agent."
        case Throttled():
            return warning(words, "Wait until the quota of the partner is free again.")
        case TimedOut() | Unavailable():
            remedy = "Try again in a few minutes; if it stays so, look at the service health of Partner Center."
        case Malformed():
            remedy = _NOT_PARTNER_CENTER
        case Refused():
            remedy = "See what Partner Center's words ask for."
        case _:
            remedy = "Try again in a few minutes."
    return failed(words, remedy)


def _with_id(error: GatewayError) -> str:
    correlation_id = error.upstream_correlation_id
    return f"{error.message} Correlation id: {correlation_id}." if correlation_id else error.message


def _with_notes(error: GatewayError) -> str:
    notes: list[str] = getattr(error, "__notes__", [])
    return " ".join([error.message, *(f"{note}." for note in notes)])


def _address(url: str) -> str:
    host, port = host_and_port(url)
    return f"{f'[{host}]' if ':' in host else host}:{port}"


def _minutes(seconds: float) -> str:
    return f"{max(0, seconds) / 60:.0f} min"
