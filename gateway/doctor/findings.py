"""What checks find: a verdict, the facts, and a remedy for anything that is not ok."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Literal

Verdict = Literal["ok", "warning", "failed", "skipped"]

BOUND_S = 6.0
"""Seconds for one check: a little more than the store in a file waits for another process."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """`detail` and `remedy` are shown to people, so they never hold a secret. `remedy` is None only with ok."""

    verdict: Verdict
    detail: str
    remedy: str | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """The outcome of one check, with its name and the milliseconds it took."""

    name: str
    verdict: Verdict
    ms: int
    detail: str
    remedy: str | None

    @property
    def is_usable(self) -> bool:
        """Whether checks that depend on this one can run."""
        return self.verdict in {"ok", "warning"}


Check = Callable[[], Awaitable[Outcome]]


def ok(detail: str) -> Outcome:
    return Outcome("ok", detail)


def warning(detail: str, remedy: str) -> Outcome:
    return Outcome("warning", detail, remedy)


def failed(detail: str, remedy: str) -> Outcome:
    return Outcome("failed", detail, remedy)


def skipped(detail: str, remedy: str) -> Outcome:
    return Outcome("skipped", detail, remedy)


def skipped_after(name: str) -> Outcome:
    return skipped(f"It needs the check {name!r} to pass.", f"Follow the remedy of {name!r}.")


async def run(name: str, check: Check, *, bound_s: float = BOUND_S) -> Finding:
    """Runs a check, for *bound_s* seconds at most."""
    started_at = time.monotonic()
    try:
        async with asyncio.timeout(bound_s):
            outcome = await check()
    except TimeoutError:
        outcome = failed(
            f"It did not end within {bound_s:g} s.", "Find out what is slow on the way: name server, network or disk."
        )
    return finding(name, outcome, ms=round((time.monotonic() - started_at) * 1000))


def finding(name: str, outcome: Outcome, *, ms: int = 0) -> Finding:
    return Finding(name, outcome.verdict, ms, outcome.detail, outcome.remedy)
