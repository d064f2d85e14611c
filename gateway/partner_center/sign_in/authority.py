"""Requests to the token authority of a cloud. No host, client or secret gets into messages or logs."""

import asyncio
import logging
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

import httpx
import msgspec

from gateway.errors import SignInFailed, Unavailable
from gateway.partner_center.retry_after import retry_after
from gateway.partner_center.sign_in.access_token import AccessToken
from gateway.settings.kinds import is_bearer_token

_LOG = logging.getLogger(__name__)

_MOST_BYTES = 256 * 1024
_LONGEST_PAUSE_S = 60.0
_PAUSE_AFTER_REFUSAL_S = 10.0
_DEFAULT_LIFE_S = 300.0
_LONGEST_LIFE_S = 86_400.0
_ERROR_CODE = re.compile(r"[a-z_]{1,40}", re.ASCII)
_VISIBLE = re.compile(r"[\x20-\x7e]+")
"""The characters of a refresh token. Source: RFC 6749, A.17."""
_TRANSIENT_ERRORS = frozenset({"temporarily_unavailable", "server_error"})

REMEDIES = {
    "invalid_client": "check the client secret, and whether it has expired",
    "unauthorized_client": "check GATEWAY_CLIENT_ID and GATEWAY_TENANT_ID",
    "invalid_grant": "the refresh token has expired or was revoked: sign in again and set the new one",
    "invalid_request": "check GATEWAY_TENANT_ID",
    "invalid_resource": "check GATEWAY_CLOUD, and that the partner's tenant has Partner Center",
    "invalid_scope": "check GATEWAY_CLOUD, and that the partner's tenant has Partner Center",
}


@dataclass(frozen=True, slots=True)
class Granted:
    """An access token, and the refresh token, if one came with it, that replaces the one used."""

    access: AccessToken
    refresh_token: str | None = field(repr=False)


class _Tokens(msgspec.Struct, frozen=True):
    """RFC 6749, 5.1. The old endpoint sends the number as a text."""

    access_token: str
    token_type: str = "bearer"  # noqa: S105 - a kind of token
    expires_in: int | float | str | None = None
    refresh_token: str | None = None


class _Refusal(msgspec.Struct, frozen=True):
    """RFC 6749, 5.2. Only the codes: descriptions name tenants and applications.

    `error_codes` are Microsoft's numbers, which its texts write as AADSTS7000215.
    """

    error: str
    error_codes: list[int] = []


class SignInRefused(SignInFailed):
    """The authority refused; the message is for callers, and the codes are for the operator."""

    def __init__(self, message: str, *, error: str, numbers: Sequence[int], retry_after_s: float) -> None:
        super().__init__(message, retry_after_s=retry_after_s)
        self.error = error
        self.numbers = tuple(numbers)


_tokens = msgspec.json.Decoder(_Tokens)
_refusal = msgspec.json.Decoder(_Refusal)


def utc_now() -> datetime:
    return datetime.now(UTC)


class Authority:
    """*attempt_s* limits each request as a whole.

    The HTTP client, for one call at a time, comes from `open_http_client`.
    """

    def __init__(self, http: httpx.AsyncClient, *, attempt_s: float, now: Callable[[], datetime] = utc_now) -> None:
        self._http = http
        self._attempt_s = attempt_s
        self._now = now

    async def request(self, path: str, form: Mapping[str, str]) -> Granted:
        """POST a token request. Raises SignInFailed when it is refused, Unavailable when there is no usable answer."""
        problem: Unavailable
        try:
            async with asyncio.timeout(self._attempt_s):
                status, headers, body = await self._exchange(path, form)
        except TimeoutError:
            problem = _unavailable("it did not answer in time")
        except httpx.HTTPError as error:
            problem = _unavailable(type(error.__cause__ or error).__name__)
        else:
            return self._read(status, headers, body)
        # Raised here, outside the handlers: the client's own errors hold the request, and with it the secret.
        raise problem

    async def _exchange(self, path: str, form: Mapping[str, str]) -> tuple[int, Mapping[str, str], bytes]:
        async with self._http.stream("POST", path, data=form, headers={"Accept": "application/json"}) as response:
            body = bytearray()
            async for chunk in response.aiter_bytes():
                body += chunk
                if len(body) > _MOST_BYTES:
                    raise httpx.DecodingError("larger than any answer of an authority")
            return response.status_code, response.headers, bytes(body)

    def _read(self, status: int, headers: Mapping[str, str], body: bytes) -> Granted:
        if 200 <= status < 300:
            return _granted(body)
        refusal = _refusal_in(body)
        code = refusal.error
        if status in {408, 429} or status >= 500 or status < 400 or code in _TRANSIENT_ERRORS:
            problem = _unavailable(f"HTTP {status}")
            pause = retry_after(headers, now=self._now())
            problem.retry_after_s = None if pause is None else min(pause, _LONGEST_PAUSE_S)
            raise problem
        _LOG.error("The gateway's sign-in was refused (%s): %s.", code, REMEDIES.get(code, "check the settings"))
        raise SignInRefused(
            "The gateway could not sign in to Partner Center. The gateway's log has the reason, for its operator.",
            error=code,
            numbers=refusal.error_codes,
            retry_after_s=_PAUSE_AFTER_REFUSAL_S,
        )


def _granted(body: bytes) -> Granted:
    try:
        tokens = _tokens.decode(body)
        lives_s = _DEFAULT_LIFE_S if tokens.expires_in is None else min(float(tokens.expires_in), _LONGEST_LIFE_S)
    except ValueError:
        raise _unavailable("an answer that cannot be read") from None
    if tokens.token_type.lower() != "bearer" or not is_bearer_token(tokens.access_token) or not lives_s > 0:
        raise _unavailable("an answer without a usable token")
    refresh_token = tokens.refresh_token if _VISIBLE.fullmatch(tokens.refresh_token or "") else None
    return Granted(AccessToken(tokens.access_token, lives_s), refresh_token)


def _refusal_in(body: bytes) -> _Refusal:
    """With the error "unknown" for anything that is not an OAuth error, such as a proxy's page."""
    unknown = _Refusal("unknown")
    try:
        refusal = _refusal.decode(body)
    except ValueError:
        return unknown
    return refusal if _ERROR_CODE.fullmatch(refusal.error) else unknown


def _unavailable(why: str) -> Unavailable:
    """Nothing was sent to Partner Center, so the same call may be repeated."""
    _LOG.warning("The token authority gave no token: %s.", why)
    problem = Unavailable("The service that signs the gateway in is not answering at present.", sent=False)
    problem.add_note(f"Cause: {why}")
    return problem
