"""Fault rules: which faults exist, which options each one has, and how a request that sets rules is checked.

`POST /_sandbox/faults` takes `{"faults": [rule, ...], "seed": 1, "racy": true, "racySeconds": 0.05}`, each member
optional. A rule has `calls`, a `fault`, and the options in `FaultKind.options` of that fault. `edit` produces any odd
answer (paths as in `edits`). `racy` makes calls that write read the state, wait `racySeconds`, and write without
reading again. Rules:

    {"calls": "POST */checkout", "fault": "edit", "remove": ["orders"]}
    {"calls": "PUT", "fault": "edit", "remove": ["status", "expirationTimestamp"], "swapCase": ["lineItems.*.catalogItemId"]}
    {"calls": "GET */availabilities/*", "fault": "edit", "set": {"$": {"code": 400072, "description": "Not available."}}}
    {"calls": "GET *", "fault": "edit", "set": {"**.quantity": "many"}, "status": 200, "headers": {"X-Long": "..."}}
    {"calls": "*", "fault": 503, "retryAfter": "Fri, 31 Dec 99999 23:59:59 GMT"}
    {"calls": "GET */carts/*", "fault": 404, "html": true}
"""

import codecs
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Annotated, Literal
from urllib.parse import urlsplit

import msgspec

from gateway.sandbox.errors import Refusal

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
STATUSES = (400, 401, 403, 404, 405, 406, 408, 409, 412, 429, 500, 501, 502, 503, 504)
"""Statuses in use ("Partner Center REST error codes", "API throttling guidance")."""

_EXAMPLES = '{"faults": [{"calls": "POST */checkout", "fault": "reset", "when": "after", "share": 0.2}], "seed": 1} or {"racy": true}'
_MAX_SECONDS = 3600.0
_MAX_RETRY_AFTER_S = 100 * 365 * 86_400  # a date that far away still has a year of four digits

When = Literal["before", "after"]
Seconds = Annotated[float, msgspec.Meta(ge=0, le=_MAX_SECONDS)]
HeaderName = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9!#$%&'*+.^_`|~-]+$")]
HeaderText = Annotated[str, msgspec.Meta(pattern=r"^[\x20-\x7e]*$", max_length=60_000)]


@dataclass(frozen=True)
class FaultKind:
    """The options of a fault, and the values of `when` it allows; the first one is the default."""

    options: tuple[str, ...] = ()
    whens: tuple[When, ...] = ("before", "after")


_ONLY_AFTER: tuple[When, ...] = ("after",)
"""For faults whose answer is still readable: it must not report work that was never done."""

FAULTS = {
    # the connection
    "reset": FaultKind(),
    "close": FaultKind(),
    "hang": FaultKind(("seconds",)),
    "delay": FaultKind(("seconds",)),
    "drip": FaultKind(("bytes", "seconds"), _ONLY_AFTER),
    "truncate": FaultKind(),
    "reset-in-body": FaultKind(),
    # the body
    "malformed": FaultKind(),
    "wrong-type": FaultKind(("member",)),
    "empty": FaultKind(),
    "html": FaultKind(),
    "array": FaultKind(),
    "null": FaultKind(),
    "huge": FaultKind(("bytes",)),
    "unknown-members": FaultKind(whens=_ONLY_AFTER),
    "unknown-enum": FaultKind(("member",), _ONLY_AFTER),
    "bom": FaultKind(whens=_ONLY_AFTER),
    "edit": FaultKind(("set", "remove", "swapCase", "status", "headers"), ("after", "before")),
    # the status
    "redirect": FaultKind(("location",)),
    **{str(status): FaultKind(("code", "html")) for status in STATUSES},
    "429": FaultKind(("retryAfter", "asDate")),
    "503": FaultKind(("code", "html", "retryAfter", "asDate")),
}


class Rule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="camel"):
    """One fault rule. *calls* is a method, a path, both with a space between, or `*`. The rule applies to a random
    *share* of the matching calls, and to at most *times* of them. The members after *seed* are options of particular
    faults.
    """

    calls: str = "*"
    fault: str | int
    when: When | None = None
    share: Annotated[float, msgspec.Meta(ge=0, le=1)] = 1.0
    times: Annotated[int, msgspec.Meta(ge=1)] | None = None
    seed: int | None = None
    seconds: Seconds | None = None
    bytes: Annotated[int, msgspec.Meta(ge=1, le=2**30)] | None = None
    code: int | None = None
    html: bool | None = None
    retry_after: Annotated[int, msgspec.Meta(ge=-_MAX_RETRY_AFTER_S, le=_MAX_RETRY_AFTER_S)] | HeaderText | None = None
    as_date: bool | None = None
    member: str | None = None
    location: str | None = None
    set: dict[str, msgspec.Raw] | None = None
    remove: tuple[str, ...] | None = None
    swap_case: tuple[str, ...] | None = None
    status: Annotated[int, msgspec.Meta(ge=200, le=599)] | None = None
    headers: dict[HeaderName, HeaderText] | None = None

    @property
    def name(self) -> str:
        """The fault as a key of `FAULTS`; a status as text."""
        return str(self.fault).lower()

    @property
    def given(self) -> dict[str, object]:
        """The members that are set, by their names in JSON."""
        names = zip(self.__struct_encode_fields__, self.__struct_fields__, strict=True)
        values = {name: getattr(self, field) for name, field in names}
        return {name: value for name, value in values.items() if value is not None}


class FaultSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="camel"):
    """The body of the request. *faults* replace all earlier rules; None leaves them in force."""

    faults: tuple[Rule, ...] | None = None
    seed: int = 0
    racy: bool | None = None
    racy_seconds: Seconds | None = None


_COMMON_MEMBERS = ("calls", "fault", "when", "share", "times", "seed")
_OPTIONS = tuple(name for name in Rule.__struct_encode_fields__ if name not in _COMMON_MEMBERS)


def read_settings(body: bytes) -> FaultSettings:
    """Raises Refusal 400, which says what is wrong and what is accepted."""
    try:
        settings = msgspec.json.decode(body.removeprefix(codecs.BOM_UTF8), type=FaultSettings)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        members = ", ".join((*_COMMON_MEMBERS, *_OPTIONS))
        raise _invalid(f"{error}. Send for example {_EXAMPLES}. Members of a rule: {members}.") from error
    if settings.faults is None and settings.racy is None and settings.racy_seconds is None:
        raise _invalid(f"The request sets nothing. Send for example {_EXAMPLES}.")
    rules = tuple(_checked(rule, f"faults[{place}]") for place, rule in enumerate(settings.faults or ()))
    return msgspec.structs.replace(settings, faults=None if settings.faults is None else rules)


def _checked(rule: Rule, place: str) -> Rule:
    """*rule* with defaults filled in."""
    kind = FAULTS.get(rule.name)
    if kind is None:
        raise _invalid(f"{place}: there is no fault '{rule.fault}'. Accepted: {', '.join(FAULTS)}.")
    if rule.when is not None and rule.when not in kind.whens:
        raise _invalid(f"{place}: the answer to {rule.name} is still readable, so when must be 'after'.")
    for name in _OPTIONS:
        if name in rule.given and name not in kind.options:
            raise _invalid(
                f"{place}: {rule.name} has no option {name}. Accepted: {', '.join((*_COMMON_MEMBERS, *kind.options))}."
            )
    if rule.as_date and not isinstance(rule.retry_after, int):
        raise _invalid(f"{place}: asDate needs retryAfter, the seconds until that date.")
    if rule.name == "edit" and rule.given.keys().isdisjoint(kind.options):
        raise _invalid(f"{place}: edit needs at least one of {', '.join(kind.options)}.")
    if {name.lower() for name in rule.headers or ()} & {"content-length", "transfer-encoding"}:
        raise _invalid(f"{place}: edit cannot change the length headers; use truncate to cut an answer short.")
    if rule.name == "redirect" and not _is_on_this_machine(rule.location or ""):
        raise _invalid(
            f'{place}: redirect needs a location on this machine, such as "http://127.0.0.1:9999/elsewhere".'
        )
    _check_paths(rule, place)
    _check_calls(rule.calls, place)
    return msgspec.structs.replace(rule, fault=rule.name, when=rule.when or kind.whens[0])


def _check_paths(rule: Rule, place: str) -> None:
    for path in (*(rule.set or ()), *(rule.remove or ()), *(rule.swap_case or ())):
        if "[" in path:
            raise _invalid(f"{place}: '{path}' has brackets; write steps with dots, as in lineItems.0.quantity.")


def _check_calls(calls: str, place: str) -> None:
    words = calls.split()
    if not 1 <= len(words) <= 2 or (len(words) == 2 and words[0].upper() not in (*METHODS, "*")):
        raise _invalid(
            f"{place}: '{calls}' is not a pattern of calls. Write a method ({', '.join(METHODS)}), a path such as "
            "customers/*/carts/*, both with a space between, or * for every call."
        )


def _is_on_this_machine(address: str) -> bool:
    try:
        parts = urlsplit(address)
        return parts.scheme in {"http", "https"} and (
            parts.hostname == "localhost" or ip_address(parts.hostname or "").is_loopback
        )
    except ValueError:
        return False


def _invalid(why: str) -> Refusal:
    return Refusal(400, 800002, why)
