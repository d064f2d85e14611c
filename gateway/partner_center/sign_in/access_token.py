"""The gateway's own access token: one for the process, in memory only, renewed in time and by one call for everybody."""

import asyncio
import random
import time
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from gateway.errors import GatewayError
from gateway.partner_center.sign_in.authority import AccessToken

_EARLY_S = 30.0
"""A token counts as expired so much before its end: it is still on its way then, and clocks differ."""
_RENEWED_AHEAD_S = 300.0
_RENEWALS, _WITHIN_S = 10, 10.0
"""So many renewals of refused tokens in so many seconds. More would not help: fresh tokens are being refused."""


@dataclass(frozen=True, slots=True)
class _Held:
    token: AccessToken
    renew_at: float
    ends_at: float


@dataclass(frozen=True, slots=True)
class _Failed:
    """Why there was no token, and until when there is no point in asking again."""

    error: GatewayError
    until: float


class SignIn:
    """*get_token* asks for a token and raises a GatewayError when there is none; it is never called twice at once.

    Nothing happens while nobody calls. *clock* gives seconds that only go forwards, *chance* numbers from 0 to 1.
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
        self._held: _Held | None = None
        self._failed: _Failed | None = None
        self._failures = 0
        self._flight: asyncio.Task[AccessToken | GatewayError] | None = None
        self._refusals: deque[float] = deque(maxlen=_RENEWALS)

    async def bearer(self) -> str:
        """The token to send now; a new one is waited for only when there is none. Raises a GatewayError."""
        held, now = self._held, self._clock()
        if held is None or now >= held.ends_at:
            return (await self._fresh()).text
        if now >= held.renew_at and self._flight is None and self._may_ask():
            self._start()
        return held.token.text

    async def renew(self, refused: str) -> bool:
        """Whether another token than the *refused* one is to be had. Who comes late shares what the first one got."""
        if self._held is not None and self._held.token.text == refused:
            if not self._may_replace():
                return False
            self._held = None
        try:
            return await self.bearer() != refused
        except GatewayError:
            return False

    async def close(self) -> None:
        """Waits for a call under way: what comes with its answer may have to be kept."""
        if self._flight is not None:
            await asyncio.wait([self._flight])

    async def _fresh(self) -> AccessToken:
        if self._flight is None and not self._may_ask() and self._failed is not None:
            raise self._again(self._failed)
        flight = self._flight or self._start()
        await asyncio.wait([flight])  # rather than awaited: a caller that goes away must not end it for the others
        outcome = flight.result()
        if isinstance(outcome, GatewayError):
            raise outcome.copy()  # each caller's own: what becomes of the call is noted on it
        return outcome

    def _start(self) -> asyncio.Task[AccessToken | GatewayError]:
        self._flight = asyncio.create_task(self._ask())
        return self._flight

    async def _ask(self) -> AccessToken | GatewayError:
        asked_at = self._clock()
        try:
            token = await self._get_token()
        except GatewayError as error:
            self._failures += 1
            self._failed = _Failed(error, self._clock() + self._pause_after(error))
            return error
        else:
            self._failures, self._failed = 0, None
            self._held = self._hold(token, asked_at)
            return token
        finally:
            self._flight = None

    def _hold(self, token: AccessToken, asked_at: float) -> _Held:
        usable_s = token.lives_s - min(_EARLY_S, token.lives_s / 2)  # one of less than a minute is of some use, too
        ahead_s = min(_RENEWED_AHEAD_S, usable_s / 5) * (1 + self._chance()) / 2
        ends_at = asked_at + usable_s
        return _Held(token, renew_at=ends_at - ahead_s, ends_at=ends_at)

    def _may_ask(self) -> bool:
        return self._failed is None or self._clock() >= self._failed.until

    def _pause_after(self, error: GatewayError) -> float:
        """As long as asked for; else nothing for a blip, and up to some seconds when it is more than that."""
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
