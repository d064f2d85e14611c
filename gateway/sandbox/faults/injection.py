"""Failures on order: which call is struck by which rule, so that a run can be repeated. Knows no answers."""

import re
from collections.abc import Iterable
from random import Random

from gateway.sandbox import wire
from gateway.sandbox.faults.rules import METHODS, Orders, Rule
from gateway.sandbox.routing import VERSIONS

RACY_SECONDS = 0.05


class Faults:
    """The rules that hold, and whether the sandbox is racy. Empty at the start: nothing of this is kept in the store."""

    def __init__(self) -> None:
        self._rules: tuple[_Counted, ...] = ()
        self._seed = 0
        self._is_racy = False
        self._racy_seconds = RACY_SECONDS

    @property
    def racy_s(self) -> float | None:
        """Seconds between looking and writing in racy mode; None when the sandbox is not racy."""
        return self._racy_seconds if self._is_racy else None

    def order(self, orders: Orders) -> None:
        """*orders* as `read_orders` gives them. Rules replace those before them and count from nothing."""
        if orders.faults is not None:
            self._seed = orders.seed
            self._rules = tuple(_counted(orders.faults, seed=orders.seed))
        if orders.racy is not None:
            self._is_racy = orders.racy
        if orders.racy_seconds is not None:
            self._racy_seconds = orders.racy_seconds

    def take_back(self) -> None:
        """Everything as at the start."""
        self._rules, self._seed, self._is_racy, self._racy_seconds = (), 0, False, RACY_SECONDS

    def strike(self, method: str, path: str) -> Rule | None:
        """The first rule that strikes this call; *path* as it was sent. Each call is asked about once."""
        return next((each.rule for each in self._rules if each.strikes(method, path)), None)

    def shown(self) -> wire.Document:
        return {
            "faults": [each.shown() for each in self._rules],
            "seed": self._seed,
            "racy": self._is_racy,
            "racySeconds": self._racy_seconds,
        }


class _Counted:
    """A rule and how often it met a call it is for."""

    def __init__(self, rule: Rule, *, seed: str) -> None:
        self.rule = rule
        self._method, self._path = _pattern(rule.calls)
        self._random = Random(seed)  # noqa: S311 - to be repeated, not to be secret
        self._matched = 0
        self._struck = 0

    def strikes(self, method: str, path: str) -> bool:
        if self._method not in ("*", method) or self._path.fullmatch(_plain(path)) is None:
            return False
        self._matched += 1
        if self.rule.times is not None and self._struck >= self.rule.times:
            return False
        if self._random.random() >= self.rule.share:
            return False
        self._struck += 1
        return True

    def shown(self) -> wire.Document:
        return {**self.rule.given, "matched": self._matched, "struck": self._struck}


def _counted(rules: Iterable[Rule], *, seed: int) -> Iterable[_Counted]:
    """Each rule draws for itself, so that one more rule changes nothing about the others."""
    for place, rule in enumerate(rules):
        yield _Counted(rule, seed=f"{seed} {place}" if rule.seed is None else str(rule.seed))


def _pattern(calls: str) -> tuple[str, re.Pattern[str]]:
    """Method and path of `POST */checkout`, `customers/*`, `GET`; `*` in a path stands for anything, slashes included."""
    first, *rest = calls.split()
    if first.upper() in (*METHODS, "*"):
        method, path = first.upper(), "".join(rest) or "*"
    else:
        method, path = "*", first
    pieces = (re.escape(piece) for piece in _plain(path).split("*"))
    return method, re.compile(".*".join(pieces))


def _plain(path: str) -> str:
    """A path as patterns are compared with it: below /v1, in lower case."""
    version, _, below = path.lower().strip("/").partition("/")
    return below.lstrip("/") if version in VERSIONS else path.lower().strip("/")
