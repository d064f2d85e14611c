"""The table: each fault, and how a read, a write, a checkout, and a change of what is owned have to end when it strikes
once and when it stays.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from tests.faults.shop import Told

Kind = Literal["read", "look-up", "write", "checkout", "change", "cancellation"]
"""A change is that of a subscription, a cancellation that of an order."""
Spell = Literal["blip", "outage"]
KINDS: tuple[Kind, ...] = ("read", "look-up", "write", "checkout", "change", "cancellation")
SPELLS: tuple[Spell, ...] = ("blip", "outage")
Cell = tuple[Kind, Spell]
CELLS: tuple[Cell, ...] = tuple((kind, spell) for kind in KINDS for spell in SPELLS)
SHORT_S, LONG_S = 0.4, 2.0
"""Limits of an attempt: for faults that last until it, and for the others."""

RETRYABLE = {
    "CHANGE_OUTCOME_UNKNOWN",
    "CHECKOUT_OUTCOME_UNKNOWN",
    "CONFLICT",
    "UPSTREAM_INVALID",
    "UPSTREAM_THROTTLED",
    "UPSTREAM_TIMEOUT",
    "UPSTREAM_UNAVAILABLE",
}


@dataclass(frozen=True)
class End:
    """What the caller is told, how many attempts there were at most, and whether the line or the order is there."""

    told: Told
    attempts: int
    done: bool


@dataclass(frozen=True)
class Row:
    """A fault as the sandbox takes it, and the ends: (blip, outage) of a read, a write, a checkout and a change.

    `cancellation`: that of an order, where it ends otherwise than the change of a subscription. `look_up`: that of a product, where it ends otherwise than the read of a cart.
    `everywhere`: it strikes not only the PUT of a write, but the GET before it, too.
    """

    fault: Mapping[str, object]
    read: tuple[End, End]
    write: tuple[End, End]
    checkout: tuple[End, End]
    change: tuple[End, End]
    cancellation: tuple[End, End] | None = None
    look_up: tuple[End, End] | None = None
    everywhere: bool = False
    attempt_s: float = LONG_S

    def end(self, cell: Cell) -> End:
        kind, spell = cell
        ends = {
            "read": self.read,
            "look-up": self.look_up or self.read,
            "write": self.write,
            "checkout": self.checkout,
            "change": self.change,
            "cancellation": self.cancellation or self.change,
        }[kind]
        return ends[SPELLS.index(spell)]


def data(attempts: int) -> End:
    """It is done, once."""
    return End(Told(), attempts, done=True)


def failed(code: str, attempts: int, outcome: str | None = None, *, done: bool = False) -> End:
    return End(Told(code, "top level", code in RETRYABLE, outcome), attempts, done)


def refused(code: str, attempts: int, *, done: bool = False) -> End:
    """As data, in the payload."""
    return End(Told(code, "payload"), attempts, done)


def twice(end: End) -> tuple[End, End]:
    """The fault is an answer, so it does not matter whether there would be another one later."""
    return end, end


NOT_PLACED, NOT_DONE = "NOT_PLACED", "NOT_DONE"
UNKNOWN = failed("CHECKOUT_OUTCOME_UNKNOWN", 4, "UNKNOWN")


def unsure(attempts: int) -> End:
    """A change that may have been made."""
    return failed("CHANGE_OUTCOME_UNKNOWN", attempts, "UNKNOWN")


ITS_OWN = (data(2), unsure(2))
"""Partner Center itself failed and the change is not there: it is sent once more, and no third time."""


def unanswered(fault: Mapping[str, object], code: str, *, reads: int = 4, attempt_s: float = LONG_S) -> Row:
    """Nothing was done, and nobody knows: tried again, and what was to be written looked for before.

    A change that does not show may still be under way, so it is not sent again.
    """
    return Row(
        {**fault, "when": "before"},
        read=(data(2), failed(code, reads)),
        write=(data(2), failed(code, 3)),
        checkout=(data(2), UNKNOWN),
        change=twice(unsure(1)),
        attempt_s=attempt_s,
    )


def lost(fault: Mapping[str, object], code: str, *, reads: int = 4, attempt_s: float = LONG_S) -> Row:
    """The work was done, and the answer lost: found in the cart, or told by the repetition."""
    return Row(
        {**fault, "when": "after"},
        read=(data(2), failed(code, reads)),
        write=twice(data(1)),
        checkout=(data(2), failed(code, 4, "PLACED", done=True)),
        change=twice(data(1)),
        attempt_s=attempt_s,
    )


def throttled(fault: Mapping[str, object], *, outage: int) -> Row:
    """Refused before anything was done."""
    told = failed("UPSTREAM_THROTTLED", outage)
    not_placed, not_done = (replace(told, told=replace(told.told, outcome=each)) for each in (NOT_PLACED, NOT_DONE))
    return Row(
        {**fault, "when": "before"},
        read=(data(2), told),
        write=(data(2), told),
        checkout=(data(2), not_placed),
        change=(data(2), not_done),
    )


def denied(fault: Mapping[str, object], code: str) -> Row:
    """The caller may not, whatever it is."""
    told = failed(code, 1)
    not_placed, not_done = failed(code, 1, NOT_PLACED), failed(code, 1, NOT_DONE)
    return Row(
        {**fault, "when": "before"},
        read=twice(told),
        write=twice(told),
        checkout=twice(not_placed),
        change=twice(not_done),
    )


def declined(fault: Mapping[str, object], *, read: End, change: str) -> Row:
    """Partner Center says no to this request."""
    told = twice(refused(change, 1))
    return Row({**fault, "when": "before"}, read=twice(read), write=told, checkout=told, change=told)


def readable(fault: Mapping[str, object]) -> Row:
    """Odd, but an answer."""
    return Row(
        {**fault, "when": "after"},
        read=twice(data(1)),
        write=twice(data(1)),
        checkout=twice(data(1)),
        change=twice(data(1)),
        everywhere=True,
    )


UNTRUSTED = End(Told("UPSTREAM_UNAVAILABLE", "top level", retryable=False), 1, done=False)
"""Whoever it is could not prove to be Partner Center: not a token goes there, and trying again would not help."""

REJECTED = "PARTNER_CENTER_REJECTED"
ELSEWHERE = "http://127.0.0.1:9/elsewhere"

ROWS: Mapping[str, Row] = {
    # the connection
    "reset before the work": unanswered({"fault": "reset"}, "UPSTREAM_UNAVAILABLE"),
    "reset after the work": lost({"fault": "reset"}, "UPSTREAM_UNAVAILABLE"),
    "closed without an answer, before the work": unanswered({"fault": "close"}, "UPSTREAM_UNAVAILABLE"),
    "closed without an answer, after the work": lost({"fault": "close"}, "UPSTREAM_UNAVAILABLE"),
    "closed within the body": lost({"fault": "truncate"}, "UPSTREAM_UNAVAILABLE"),
    "reset within the body": lost({"fault": "reset-in-body"}, "UPSTREAM_UNAVAILABLE"),
    "no answer, before the work": unanswered({"fault": "hang"}, "UPSTREAM_TIMEOUT", attempt_s=SHORT_S),
    "no answer, after the work": lost({"fault": "hang"}, "UPSTREAM_TIMEOUT", attempt_s=SHORT_S),
    "a slow drip": lost({"fault": "drip", "bytes": 1, "seconds": 0.1}, "UPSTREAM_TIMEOUT", attempt_s=SHORT_S),
    # too much
    "429 with seconds": throttled({"fault": 429, "retryAfter": 1}, outage=4),
    "429 with a date": throttled({"fault": 429, "retryAfter": 1, "asDate": True}, outage=4),
    "429 without a time": throttled({"fault": 429}, outage=4),
    "429 with 57 seconds": replace(
        throttled({"fault": 429, "retryAfter": 57}, outage=1),
        read=twice(failed("UPSTREAM_THROTTLED", 1)),
        write=twice(failed("UPSTREAM_THROTTLED", 1)),
        checkout=twice(failed("UPSTREAM_THROTTLED", 1, NOT_PLACED)),
        change=twice(failed("UPSTREAM_THROTTLED", 1, NOT_DONE)),
    ),
    # the status
    "500 before the work": replace(unanswered({"fault": 500}, "UPSTREAM_UNAVAILABLE"), change=ITS_OWN),
    "500 after the work": lost({"fault": 500}, "UPSTREAM_UNAVAILABLE"),
    "502 with a page": lost({"fault": 502, "html": True}, "UPSTREAM_UNAVAILABLE"),
    "503": replace(unanswered({"fault": 503}, "UPSTREAM_UNAVAILABLE"), change=ITS_OWN),
    "503 with seconds": replace(unanswered({"fault": 503, "retryAfter": 1}, "UPSTREAM_UNAVAILABLE"), change=ITS_OWN),
    "503 with 57 seconds": replace(
        unanswered({"fault": 503, "retryAfter": 57}, "UPSTREAM_UNAVAILABLE"),
        read=twice(failed("UPSTREAM_UNAVAILABLE", 1)),
        write=twice(failed("UPSTREAM_UNAVAILABLE", 1)),
        checkout=twice(failed("CHECKOUT_OUTCOME_UNKNOWN", 1, "UNKNOWN")),
        change=twice(unsure(1)),
    ),
    "504": lost({"fault": 504}, "UPSTREAM_UNAVAILABLE"),
    "401": denied({"fault": 401}, "UNAUTHENTICATED"),
    "403 about rights": denied({"fault": 403}, "FORBIDDEN"),
    "403 about business": declined(
        {"fault": 403, "code": 800017}, read=failed("UPSTREAM_REJECTED", 1), change=REJECTED
    ),
    "404": replace(
        declined({"fault": 404}, read=data(1), change="CART_NOT_FOUND"),
        change=twice(refused("SUBSCRIPTION_NOT_FOUND", 1)),
        cancellation=twice(refused("ORDER_NOT_FOUND", 1)),
    ),
    "404 with a page, before the work": unanswered({"fault": 404, "html": True}, "UPSTREAM_INVALID", reads=2),
    "404 with a page, after the work": lost({"fault": 404, "html": True}, "UPSTREAM_INVALID", reads=2),
    "400 with a page": unanswered({"fault": 400, "html": True}, "UPSTREAM_INVALID", reads=2),
    "409 with a page": lost({"fault": 409, "html": True}, "UPSTREAM_INVALID", reads=2),
    "401 with a page": denied({"fault": 401, "html": True}, "UNAUTHENTICATED"),
    "403 with a page": denied({"fault": 403, "html": True}, "FORBIDDEN"),
    "400": declined({"fault": 400}, read=failed("UPSTREAM_REJECTED", 1), change=REJECTED),
    "400, the cart is submitted": Row(
        {"fault": 400, "code": 800065, "when": "after"},
        read=twice(failed("UPSTREAM_REJECTED", 1)),
        write=twice(refused("CART_NOT_EDITABLE", 1, done=True)),
        checkout=twice(refused("CART_NOT_EDITABLE", 1, done=True)),
        change=twice(refused(REJECTED, 1, done=True)),  # nobody refuses so what it has done
    ),
    "409, the cart is in use": Row(
        {"fault": 409, "code": 800064, "when": "before"},
        read=twice(failed("CONFLICT", 1)),
        write=(data(2), refused("CART_VERSION_CONFLICT", 3)),
        checkout=(data(2), UNKNOWN),
        change=twice(refused(REJECTED, 1)),
    ),
    "409, a change is under way": Row(
        {"fault": 409, "code": 900278, "when": "before"},
        read=twice(failed("CONFLICT", 1)),
        write=(data(2), refused("CART_VERSION_CONFLICT", 3)),
        checkout=twice(refused(REJECTED, 1)),
        change=twice(refused(REJECTED, 1)),
    ),
    "400, the etag is stale": replace(
        declined({"fault": 400, "code": 2055}, read=failed("UPSTREAM_REJECTED", 1), change=REJECTED),
        change=twice(refused("SUBSCRIPTION_VERSION_CONFLICT", 1)),
        cancellation=twice(refused(REJECTED, 1)),
    ),
    "412": Row(
        {"fault": 412, "when": "before"},
        read=twice(failed("CONFLICT", 1)),
        write=(data(2), refused("CART_VERSION_CONFLICT", 3)),
        checkout=twice(refused(REJECTED, 1)),
        change=twice(refused("SUBSCRIPTION_VERSION_CONFLICT", 1)),
        cancellation=twice(refused(REJECTED, 1)),
    ),
    "a redirect": unanswered({"fault": "redirect", "location": ELSEWHERE}, "UPSTREAM_INVALID", reads=2),
    # the body
    "malformed JSON": lost({"fault": "malformed"}, "UPSTREAM_INVALID", reads=2),
    # of a product the ids, which the request names; of a cart its lines; of a checkout its orders, of which one is there
    "a wrong type": replace(
        lost({"fault": "wrong-type"}, "UPSTREAM_INVALID", reads=2), look_up=twice(data(1)), checkout=twice(data(1))
    ),
    "nothing in it, before the work": unanswered({"fault": "empty"}, "UPSTREAM_INVALID", reads=2),
    "nothing in it, after the work": lost({"fault": "empty"}, "UPSTREAM_INVALID", reads=2),
    "a page": lost({"fault": "html"}, "UPSTREAM_INVALID", reads=2),
    "a list": lost({"fault": "array"}, "UPSTREAM_INVALID", reads=2),
    "null": lost({"fault": "null"}, "UPSTREAM_INVALID", reads=2),
    "more than is read": lost({"fault": "huge"}, "UPSTREAM_INVALID", reads=2),
    "unknown members": readable({"fault": "unknown-members"}),
    # a state that was not there when its version was read is a change of the subscription
    "unknown values": replace(
        readable({"fault": "unknown-enum"}),
        change=twice(refused("SUBSCRIPTION_VERSION_CONFLICT", 0)),
        cancellation=twice(data(1)),
    ),
    "a byte order mark": readable({"fault": "bom"}),
}

IMPOSTORS: Mapping[str, Row] = {
    # what meets the gateway at an address, instead of the sandbox; nothing is done there
    "refusing": Row(
        {},
        read=(data(2), failed("UPSTREAM_UNAVAILABLE", 4)),
        write=(data(2), failed("UPSTREAM_UNAVAILABLE", 4)),
        checkout=(data(2), failed("UPSTREAM_UNAVAILABLE", 4, NOT_PLACED)),
        change=(data(2), failed("UPSTREAM_UNAVAILABLE", 4, NOT_DONE)),
    ),
    "silent": unanswered({}, "UPSTREAM_TIMEOUT", attempt_s=SHORT_S),
    "dripping": unanswered({}, "UPSTREAM_TIMEOUT", attempt_s=SHORT_S),
    "endless": unanswered({}, "UPSTREAM_INVALID", reads=2),
    "untrusted": Row(
        {},
        read=twice(UNTRUSTED),
        write=twice(UNTRUSTED),
        checkout=twice(replace(UNTRUSTED, told=replace(UNTRUSTED.told, outcome=NOT_PLACED))),
        change=twice(replace(UNTRUSTED, told=replace(UNTRUSTED.told, outcome=NOT_DONE))),
    ),
    "redirecting": unanswered({}, "UPSTREAM_INVALID", reads=2),
}
