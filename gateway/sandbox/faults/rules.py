"""Orders for failures as people write them: which faults there are, what each takes, and what is wrong with an order.

`POST /_sandbox/faults` takes `{"faults": [rule, ...], "seed": 1, "racy": true, "racySeconds": 0.05}`, each member optional.
A rule names its `calls`, its `fault` and what `Kind.takes` of that fault lists. `edit` makes odd answers of any kind (paths
as in `fault_edits`):

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
"""Those in use ("Partner Center REST error codes", "API throttling guidance")."""

_EXAMPLES = '{"faults": [{"calls": "POST */checkout", "fault": "reset", "when": "after", "share": 0.2}], "seed": 1} or {"racy": true}'
_LONGEST_S = 3600.0
_FARTHEST_S = 100 * 365 * 86_400  # a date that far away still has four digits for its year

When = Literal["before", "after"]
Seconds = Annotated[float, msgspec.Meta(ge=0, le=_LONGEST_S)]
HeaderName = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9!#$%&'*+.^_`|~-]+$")]
HeaderText = Annotated[str, msgspec.Meta(pattern=r"^[\x20-\x7e]*$", max_length=60_000)]


@dataclass(frozen=True)
class Kind:
    """What a fault may be told, and where it can strike; the first of *whens* holds when nothing is said."""

    takes: tuple[str, ...] = ()
    whens: tuple[When, ...] = ("before", "after")


_ANSWER_STANDS: tuple[When, ...] = ("after",)
"""Such an answer can still be read, so it must not tell of work that was never done."""

FAULTS = {
    # the connection
    "reset": Kind(),
    "close": Kind(),
    "hang": Kind(("seconds",)),
    "delay": Kind(("seconds",)),
    "drip": Kind(("bytes", "seconds"), _ANSWER_STANDS),
    "truncate": Kind(),
    "reset-in-body": Kind(),
    # the body
    "malformed": Kind(),
    "wrong-type": Kind(("member",)),
    "empty": Kind(),
    "html": Kind(),
    "array": Kind(),
    "null": Kind(),
    "huge": Kind(("bytes",)),
    "unknown-members": Kind(whens=_ANSWER_STANDS),
    "unknown-enum": Kind(("member",), _ANSWER_STANDS),
    "bom": Kind(whens=_ANSWER_STANDS),
    "edit": Kind(("set", "remove", "swapCase", "status", "headers"), ("after", "before")),
    # the status
    "redirect": Kind(("location",)),
    **{str(status): Kind(("code", "html")) for status in STATUSES},
    "429": Kind(("retryAfter", "asDate")),
    "503": Kind(("code", "html", "retryAfter", "asDate")),
}


class Rule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="camel"):
    """One order. *calls* is `METHOD path`, either of them or `*`; *share* is of the calls that match, *times* at most.

    The members after *seed* are for the faults that take them; None = as the fault decides.
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
    retry_after: Annotated[int, msgspec.Meta(ge=-_FARTHEST_S, le=_FARTHEST_S)] | HeaderText | None = None
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
        """The fault as the table has it, a status as text."""
        return str(self.fault).lower()

    @property
    def given(self) -> dict[str, object]:
        """The members that hold something, under the names that an order has for them."""
        names = zip(self.__struct_encode_fields__, self.__struct_fields__, strict=True)
        values = {written: getattr(self, field) for written, field in names}
        return {name: value for name, value in values.items() if value is not None}


class Orders(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="camel"):
    """What is sent; *faults* take the place of those ordered before, None leaves them."""

    faults: tuple[Rule, ...] | None = None
    seed: int = 0
    racy: bool | None = None
    racy_seconds: Seconds | None = None


_GENERAL = ("calls", "fault", "when", "share", "times", "seed")
_SPECIAL = tuple(name for name in Rule.__struct_encode_fields__ if name not in _GENERAL)


def read_orders(body: bytes) -> Orders:
    """Raises Refusal 400 naming what is wrong and what would be right."""
    try:
        orders = msgspec.json.decode(body.removeprefix(codecs.BOM_UTF8), type=Orders)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        members = ", ".join((*_GENERAL, *_SPECIAL))
        raise _wrong(f"{error}. Send for instance {_EXAMPLES}; a rule takes {members}.") from error
    if orders.faults is None and orders.racy is None and orders.racy_seconds is None:
        raise _wrong(f"Nothing is ordered. Send for instance {_EXAMPLES}.")
    rules = tuple(_checked(rule, f"faults[{place}]") for place, rule in enumerate(orders.faults or ()))
    return msgspec.structs.replace(orders, faults=None if orders.faults is None else rules)


def _checked(rule: Rule, place: str) -> Rule:
    """*rule* with what was left open filled in."""
    kind = FAULTS.get(rule.name)
    if kind is None:
        raise _wrong(f"{place}: there is no fault '{rule.fault}'. Accepted: {', '.join(FAULTS)}.")
    if rule.when is not None and rule.when not in kind.whens:
        raise _wrong(f"{place}: {rule.name} changes the answer to work that was done, so its when is 'after'.")
    for name in _SPECIAL:
        if name in rule.given and name not in kind.takes:
            raise _wrong(f"{place}: {rule.name} takes no {name}. Accepted: {', '.join((*_GENERAL, *kind.takes))}.")
    if rule.as_date and not isinstance(rule.retry_after, int):
        raise _wrong(f"{place}: asDate needs retryAfter, the seconds until that date.")
    if rule.name == "edit" and rule.given.keys().isdisjoint(kind.takes):
        raise _wrong(f"{place}: edit takes at least one of {', '.join(kind.takes)}.")
    if {name.lower() for name in rule.headers or ()} & {"content-length", "transfer-encoding"}:
        raise _wrong(f"{place}: the length of an answer is not a header to edit; truncate cuts an answer short.")
    if rule.name == "redirect" and not _is_on_this_machine(rule.location or ""):
        raise _wrong(f'{place}: redirect takes a location on this machine, such as "http://127.0.0.1:9999/elsewhere".')
    _check_paths(rule, place)
    _check_calls(rule.calls, place)
    return msgspec.structs.replace(rule, fault=rule.name, when=rule.when or kind.whens[0])


def _check_paths(rule: Rule, place: str) -> None:
    for path in (*(rule.set or ()), *(rule.remove or ()), *(rule.swap_case or ())):
        if "[" in path:
            raise _wrong(f"{place}: a path joins its steps by dots, as in lineItems.0.quantity, not as in '{path}'.")


def _check_calls(calls: str, place: str) -> None:
    words = calls.split()
    if not 1 <= len(words) <= 2 or (len(words) == 2 and words[0].upper() not in (*METHODS, "*")):
        raise _wrong(
            f"{place}: '{calls}' names no calls. Write a method ({', '.join(METHODS)}), a path such as "
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


def _wrong(why: str) -> Refusal:
    return Refusal(400, 800002, why)
