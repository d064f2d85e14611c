"""The gateway's own access token: one for the process, in memory only, renewed in time by a single call."""

import asyncio
import random
import time
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from gateway.errors import GatewayError, SignInFailed
from gateway.telemetry import events

_EARLY_S = 30.0
"""A token counts as expired this long before its end: sending it takes time, and clocks differ."""
_RENEWED_AHEAD_S = 300.0
_RENEWALS, _WITHIN_S = 10, 10.0
"""At most this many renewals of refused tokens in this time. More would not help: fresh tokens are being refused."""


@dataclass(frozen=True, slots=True)
class AccessToken:
    text: str = field(repr=False)
    lives_s: float


@dataclass(frozen=True, slots=True)
class _Current:
    token: AccessToken
    renew_at: float
    ends_at: float


@dataclass(frozen=True, slots=True)
class _Failed:
    """Why there was no token, and the time before which another attempt is pointless."""

    error: GatewayError
    until: float


class SignIn:
    """*get_token* requests a token and raises a GatewayError when there is none; it is never called twice at once.

    Nothing runs between calls. *clock* gives seconds that never go back, *chance* numbers from 0 to 1.
    """

    def __init__(
        self,
        get_token: Callable[[], Awaitable[AccessToken]],
        *,
        clock: Callable[[], float] = time.monotonic,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._get_token = get_token
        self._clock = clock
        self._chance = chance
        self._current: _Current | None = None
        self._failed: _Failed | None = None
        self._failures = 0
        self._flight: asyncio.Task[AccessToken | GatewayError] | None = None
        self._refusals: deque[float] = deque(maxlen=_RENEWALS)

    async def bearer(self, deadline: float | None = None) -> str:
        """The token to send now; waits for a new one only when there is none to use. Raises a GatewayError.

        Raises TimeoutError when there is none by *deadline*, in the running loop's time.
        """
        current, now = self._current, self._clock()
        if current is None or now >= current.ends_at:
            return (await self._fresh(deadline)).text
        if now >= current.renew_at and self._flight is None and self._may_request():
            self._start()
        return current.token.text

    async def renew(self, refused: str) -> bool:
        """Whether another token than the *refused* one is available. Concurrent calls share one renewal."""
        if self._current is not None and self._current.token.text == refused:
            if not self._may_replace():
                return False
            self._current = None
        try:
            return await self.bearer() != refused
        except GatewayError:
            return False

    async def close(self) -> None:
        """Waits for a call under way, whose answer may bring a refresh token to store."""
        if self._flight is not None:
            await asyncio.wait([self._flight])

    async def _fresh(self, deadline: float | None) -> AccessToken:
        if self._flight is None and not self._may_request() and self._failed is not None:
            raise self._again(self._failed)
        flight = self._flight or self._start()
        async with asyncio.timeout_at(deadline):
            await asyncio.wait([flight])  # awaiting it would let one cancelled caller end it for the others
        outcome = flight.result()
        if isinstance(outcome, GatewayError):
            raise outcome.copy()  # a failure of its own for each call
        return outcome

    def _start(self) -> asyncio.Task[AccessToken | GatewayError]:
        self._flight = asyncio.create_task(self._request())
        return self._flight

    async def _request(self) -> AccessToken | GatewayError:
        requested_at = self._clock()
        try:
            token = await self._get_token()
        except GatewayError as error:
            events.sign_in_ended("refused" if isinstance(error, SignInFailed) else "unavailable")
            self._failures += 1
            self._failed = _Failed(error, self._clock() + self._pause_after(error))
            return error
        else:
            events.sign_in_ended("ok")
            self._failures, self._failed = 0, None
            self._current = self._usable(token, requested_at)
            return token
        finally:
            self._flight = None

    def _usable(self, token: AccessToken, requested_at: float) -> _Current:
        usable_s = token.lives_s - min(_EARLY_S, token.lives_s / 2)  # a token of less than a minute is still of use
        ahead_s = min(_RENEWED_AHEAD_S, usable_s / 5) * (1 + self._chance()) / 2
        ends_at = requested_at + usable_s
        return _Current(token, renew_at=ends_at - ahead_s, ends_at=ends_at)

    def _may_request(self) -> bool:
        return self._failed is None or self._clock() >= self._failed.until

    def _pause_after(self, error: GatewayError) -> float:
        """The pause that the authority asks for; else none after the first failures, then up to 5 seconds."""
        if error.retry_after_s is not None:
            return error.retry_after_s
        return 0.0 if self._failures < 3 else min(5.0, 2.0 ** (self._failures - 3))

    def _again(self, failed: _Failed) -> GatewayError:
        error = failed.error.copy()
        error.retry_after_s = max(1.0, round(failed.until - self._clock(), 1))
        return error

    def _may_replace(self) -> bool:
        now = self._clock()
        if len(self._refusals) == _RENEWALS and now - self._refusals[0] < _WITHIN_S:
            return False
        self._refusals.append(now)
        return True
