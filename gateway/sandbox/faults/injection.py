"""Which fault rule applies to which call, reproducibly by seed. Knows nothing of answers."""

import re
from collections.abc import Iterator, Sequence
from random import Random

from gateway.sandbox import wire
from gateway.sandbox.faults.rules import METHODS, FaultSettings, Rule
from gateway.sandbox.routing import VERSIONS

RACY_SECONDS = 0.05


class FaultInjection:
    """The fault rules in force, and whether the sandbox is racy. Held in memory only; empty at first."""

    def __init__(self) -> None:
        self._rules: tuple[_CountedRule, ...] = ()
        self._seed = 0
        self._is_racy = False
        self._racy_seconds = RACY_SECONDS

    @property
    def racy_s(self) -> float | None:
        """Seconds between reading and writing in racy mode; None if the sandbox is not racy."""
        return self._racy_seconds if self._is_racy else None

    def configure(self, settings: FaultSettings) -> None:
        """Applies *settings*. New rules replace all earlier ones, with counters at zero."""
        if settings.faults is not None:
            self._seed = settings.seed
            self._rules = tuple(_counted(settings.faults, seed=settings.seed))
        if settings.racy is not None:
            self._is_racy = settings.racy
        if settings.racy_seconds is not None:
            self._racy_seconds = settings.racy_seconds

    def clear(self) -> None:
        """Removes all rules, and ends racy mode."""
        self._rules, self._seed, self._is_racy, self._racy_seconds = (), 0, False, RACY_SECONDS

    def rule_for(self, method: str, path: str) -> Rule | None:
        """The first rule that applies to this call; *path* as sent. Counts the call, so ask once for each call."""
        return next((each.rule for each in self._rules if each.applies(method, path)), None)

    def document(self) -> wire.Document:
        return {
            "faults": [each.document() for each in self._rules],
            "seed": self._seed,
            "racy": self._is_racy,
            "racySeconds": self._racy_seconds,
        }


class _CountedRule:
    """A rule, with the number of calls that matched it and the number it was applied to."""

    def __init__(self, rule: Rule, *, seed: str) -> None:
        self.rule = rule
        self._method, self._path = _pattern(rule.calls)
        self._random = Random(seed)  # noqa: S311 - reproducible, not secret
        self._matched = 0
        self._applied = 0

    def applies(self, method: str, path: str) -> bool:
        if self._method not in ("*", method) or self._path.fullmatch(_normalized(path)) is None:
            return False
        self._matched += 1
        if self.rule.times is not None and self._applied >= self.rule.times:
            return False
        if self._random.random() >= self.rule.share:
            return False
        self._applied += 1
        return True

    def document(self) -> wire.Document:
        return {**self.rule.given, "matched": self._matched, "struck": self._applied}


def _counted(rules: Sequence[Rule], *, seed: int) -> Iterator[_CountedRule]:
    """Each rule has its own random numbers, so that adding a rule does not affect the others."""
    for place, rule in enumerate(rules):
        yield _CountedRule(rule, seed=f"{seed} {place}" if rule.seed is None else str(rule.seed))


def _pattern(calls: str) -> tuple[str, re.Pattern[str]]:
    """Method and path of `POST */checkout`, `customers/*` or `GET`; `*` in a path matches anything, slashes included."""
    first, *rest = calls.split()
    if first.upper() in (*METHODS, "*"):
        method, path = first.upper(), "".join(rest) or "*"
    else:
        method, path = "*", first
    pieces = (re.escape(piece) for piece in _normalized(path).split("*"))
    return method, re.compile(".*".join(pieces))


def _normalized(path: str) -> str:
    """The path below /v1, in lower case, as patterns are compared with it."""
    version, _, below = path.lower().strip("/").partition("/")
    return below.lstrip("/") if version in VERSIONS else path.lower().strip("/")
