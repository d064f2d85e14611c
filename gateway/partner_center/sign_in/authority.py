"""Asking the token authority of a cloud. Whatever it answers, no host, client or secret gets into messages or logs."""

import asyncio
import logging
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

import aiohttp
import httpx
import msgspec

from gateway.errors import SignInFailed, Unavailable
from gateway.partner_center.retry_after import retry_after
from gateway.settings.kinds import is_bearer_token

_LOG = logging.getLogger(__name__)

_MOST_BYTES = 256 * 1024
_LONGEST_PAUSE_S = 60.0
_PAUSE_AFTER_REFUSAL_S = 10.0
_LIVES_S_UNSAID = 300.0
_LONGEST_LIFE_S = 86_400.0
_WORD = re.compile(r"[a-z_]{1,40}", re.ASCII)
_VISIBLE = re.compile(r"[\x20-\x7e]+")
"""Of what refresh tokens are made. Source: RFC 6749, A.17."""
_PASSING = frozenset({"temporarily_unavailable", "server_error"})

_WHAT_TO_DO = {
    "invalid_client": "check the client secret, and whether it is over",
    "unauthorized_client": "check GATEWAY_CLIENT_ID and GATEWAY_TENANT_ID",
    "invalid_grant": "the refresh token is over or withdrawn: sign in once more and give the new one",
    "invalid_request": "check GATEWAY_TENANT_ID",
    "invalid_resource": "check GATEWAY_CLOUD, and that the partner's tenant knows Partner Center",
    "invalid_scope": "check GATEWAY_CLOUD, and that the partner's tenant knows Partner Center",
}


@dataclass(frozen=True, slots=True)
class AccessToken:
    text: str = field(repr=False)
    lives_s: float


@dataclass(frozen=True, slots=True)
class Granted:
    """An access token, and the refresh token that may come with it to replace the one that was used."""

    access: AccessToken
    refresh_token: str | None = field(repr=False)


class _Tokens(msgspec.Struct, frozen=True):
    """RFC 6749, 5.1. The old endpoint writes the number as a text."""

    access_token: str
    token_type: str = "bearer"  # noqa: S105 - a kind of token
    expires_in: int | float | str | None = None
    refresh_token: str | None = None


class _Refusal(msgspec.Struct, frozen=True):
    """RFC 6749, 5.2, and of it only the word: descriptions name tenants and applications."""

    error: str


_tokens = msgspec.json.Decoder(_Tokens)
_refusal = msgspec.json.Decoder(_Refusal)


def utc_now() -> datetime:
    return datetime.now(UTC)


class Authority:
    """One call at a time is all it needs; *attempt_s* limits each as a whole. The client is its own, of `connection`."""

    def __init__(self, http: httpx.AsyncClient, *, attempt_s: float, now: Callable[[], datetime] = utc_now) -> None:
        self._http = http
        self._attempt_s = attempt_s
        self._now = now

    async def ask(self, path: str, form: Mapping[str, str]) -> Granted:
        """POST a token request. Raises SignInFailed when it is refused, Unavailable when there is no usable answer."""
        problem: Unavailable
        try:
            async with asyncio.timeout(self._attempt_s):
                status, headers, body = await self._exchange(path, form)
        except TimeoutError:
            problem = _unavailable("it did not answer in time")
        except (httpx.HTTPError, aiohttp.ClientError) as error:
            problem = _unavailable(type(error.__cause__ or error).__name__)
        else:
            return self._read(status, headers, body)
        # Raised here and not where it was caught: the client's own errors hold the request, and with it the secret.
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
        word = _word(body)
        if status in {408, 429} or status >= 500 or status < 400 or word in _PASSING:
            problem = _unavailable(f"HTTP {status}")
            pause = retry_after(headers, now=self._now())
            problem.retry_after_s = None if pause is None else min(pause, _LONGEST_PAUSE_S)
            raise problem
        _LOG.error("The gateway's sign-in was refused (%s): %s.", word, _WHAT_TO_DO.get(word, "check the settings"))
        raise SignInFailed(
            "The gateway could not sign in to Partner Center. Whoever runs it finds the reason in its log.",
            retry_after_s=_PAUSE_AFTER_REFUSAL_S,
        )


def _granted(body: bytes) -> Granted:
    try:
        tokens = _tokens.decode(body)
        lives_s = _LIVES_S_UNSAID if tokens.expires_in is None else min(float(tokens.expires_in), _LONGEST_LIFE_S)
    except ValueError:
        raise _unavailable("an answer that cannot be read") from None
    if tokens.token_type.lower() != "bearer" or not is_bearer_token(tokens.access_token) or not lives_s > 0:
        raise _unavailable("an answer without a usable token")
    refresh_token = tokens.refresh_token if _VISIBLE.fullmatch(tokens.refresh_token or "") else None
    return Granted(AccessToken(tokens.access_token, lives_s), refresh_token)


def _word(body: bytes) -> str:
    """The `error` of a refusal; "unknown" for what is no word of OAuth, such as a page of a proxy."""
    try:
        word = _refusal.decode(body).error
    except ValueError:
        return "unknown"
    return word if _WORD.fullmatch(word) else "unknown"


def _unavailable(why: str) -> Unavailable:
    """Nothing reached Partner Center, so the same call may be sent again."""
    _LOG.warning("The token authority gave no token: %s.", why)
    return Unavailable("The service that signs the gateway in is not answering at present.", sent=False)
