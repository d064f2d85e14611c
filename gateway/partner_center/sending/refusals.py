"""Turns unsuccessful answers into errors of this project. The only module that knows what a status or code means."""

import re
from collections.abc import Mapping
from datetime import datetime

import msgspec

from gateway.errors import (
    Conflict,
    Forbidden,
    GatewayError,
    Malformed,
    NotFound,
    Refused,
    Throttled,
    TimedOut,
    Unauthenticated,
    Unavailable,
)
from gateway.partner_center.models.refusals import RefusalBody, refusal_body
from gateway.partner_center.models.values import folded
from gateway.partner_center.plain_json import BYTE_ORDER_MARK, parse
from gateway.partner_center.retry_after import retry_after, wait_in_words
from gateway.partner_center.sending.calls import Method
from gateway.telemetry import events

RIGHTS_CODES = frozenset({"2032", "20002", "900149", "900150", "900308", "900309", "900329", "90000"})
"""Codes of a 403 about the caller's permissions; any other 403 is about business ("Partner Center REST error codes")."""

_STATUSES = {
    401: {"800001", "900420"},
    403: RIGHTS_CODES,
    404: {
        *("1000", "2072", "20000", "20003", "60003", "400013", "400018", "400019"),
        *("400072", "800007", "800008", "800015"),
    },
    409: {"800014", "800060", "800064"},
    500: {"800003", "800005", "800031", "800083", "800084", "800087", "900192"},
}
"""The statuses that codes are documented with, where these are not 400 ("Partner Center REST error codes").

Only 400072 is documented with 200; it says that an item is not available, which elsewhere is a 404.
"""
_STATUS_OF = {code: status for status, codes in _STATUSES.items() for code in codes}

_WITH_A_CODE = frozenset({"description", "source", "data"})
_OF_A_RESOURCE = frozenset({"id", "items", "lineitems", "orders", "ordererrors"})
"""Members of the resources we ask for, none of which has a `code` of its own."""

_EMPTY = {b"null", b"[]", b"{}", b'""'}

_WITH_AN_ID = re.compile(rb'\s*{\s*"id"\s*:\s*"[^"]')
"""The beginning of most resources."""

_DESCRIPTION_LIMIT, _CODE_LIMIT = 500, 100
_ADDRESS = re.compile(r"https?://\S+", re.IGNORECASE)
_EMAIL = re.compile(r"[^\s@<>\"']+@[^\s@<>\"']+")
_SECRET = re.compile(r"\bBearer\s+\S+|\beyJ[\w-]+(?:\.[\w-]+)*", re.IGNORECASE)

_DEFAULT_DESCRIPTIONS = {
    400: "the request is not valid",
    403: "it is not allowed",
    404: "there is no such resource",
    409: "another request is changing the same resource",
    412: "the resource has changed meanwhile",
    429: "too many requests",
}

_raw_members = msgspec.json.Decoder(dict[str, msgspec.Raw])


class Answer(msgspec.Struct, eq=False):
    """An HTTP answer. `headers` are looked up in lower case; the body is None when it could not be read whole.

    `correlation_id` is Partner Center's, where it gives one; the call was sent with `sent_correlation_id` and
    `request_id`.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes | None
    correlation_id: str
    sent_correlation_id: str
    request_id: str


def needs_no_body(status: int) -> bool:
    """Whether a status means the same whatever its body holds, even when the body cannot be read."""
    return status in {401, 403, 408, 429} or status >= 500


def failure_in(answer: Answer, *, action: str, method: Method, now: datetime) -> GatewayError | None:
    """The error that an answer stands for; None for a result, with any 2xx: documented tables and samples differ."""
    if 200 <= answer.status < 300:
        return failure_in_success(answer, action=action, method=method, now=now)
    return failure(answer, action=action, now=now)


def failure(answer: Answer, *, action: str, now: datetime) -> GatewayError:
    """The error for an unsuccessful answer.

    A 401, 403 or 429 comes before any work, from Partner Center or from a proxy on the way: nothing was done. A 5xx or
    408 is ambiguous, and its words go to the log alone. Any other 4xx counts only in Partner Center's own form. In
    another form, such as a proxy's page, it is Malformed: a read may be repeated, and a cart is not reported missing; a
    create, PUT or checkout may have been carried out before a proxy replaced its answer.
    """
    if answer.status < 400:
        return Malformed(
            f"Partner Center answered the request to {action} with a redirect or an unknown status "
            f"(HTTP {answer.status}), which the gateway does not follow.",
            upstream_correlation_id=answer.correlation_id,
        )
    refusal = _refusal_in(answer.body)
    if not (refusal.is_documented or needs_no_body(answer.status)):
        return _foreign(answer, action)
    return _failure(answer, refusal, answer.status, action=action, now=now)


def failure_in_success(answer: Answer, *, action: str, method: Method, now: datetime) -> GatewayError | None:
    """The error in the body of a 2xx; None when the body is not an error. Its code is read as with its documented
    status.

    A code that is not an error number proves nothing about a write, whose failure is then Malformed.
    """
    if not _may_be_refusal(answer.body or b""):
        return None
    refusal = _refusal_in(answer.body)
    if refusal.code is None:
        return None
    is_number = refusal.code.isdecimal() and int(refusal.code) >= 300
    if not is_number and (refusal.code.isdecimal() or method != "GET"):
        return _foreign(answer, action)
    return _failure(answer, refusal, _STATUS_OF.get(refusal.code, 400), action=action, now=now)


def _may_be_refusal(body: bytes) -> bool:
    """Whether the outermost object has a code and its companions, and no member of a resource.

    A resource is mostly known by its first member. Other large answers without any code cost three searches; those with
    one somewhere inside also have their members listed.
    """
    if _WITH_AN_ID.match(body):
        return False
    if not (b'"code"' in body or b'"Code"' in body or b'"CODE"' in body):
        return False
    try:
        members = _raw_members.decode(body.removeprefix(BYTE_ORDER_MARK))
    except (ValueError, RecursionError):
        return False
    names = {folded(name) for name in members}
    present = {folded(name) for name, member in members.items() if bytes(member) not in _EMPTY}
    return "code" in present and bool(names & _WITH_A_CODE) and not present & _OF_A_RESOURCE


def _failure(answer: Answer, refusal: RefusalBody, status: int, *, action: str, now: datetime) -> GatewayError:
    """The error for a refusal that was read, by the meaning of *status*."""
    code, words = _clean(refusal.code, _CODE_LIMIT), _clean(refusal.words, _DESCRIPTION_LIMIT)
    reason = _reason(status, code, words)
    if status == 401:
        advice = reason if words else "sign in again."
        message = f"Partner Center did not accept the bearer token to {action}: {advice}"
        return Unauthenticated(message, upstream_correlation_id=answer.correlation_id)
    if status == 408 or status >= 500:
        events.upstream_failed(
            action,
            http_status=answer.status,
            code=code,
            words=words and _EMAIL.sub("[email]", words),
            ms_correlation_id=answer.correlation_id,
            own_correlation_id=answer.sent_correlation_id,
            ms_request_id=answer.request_id,
        )
        return _unavailable(answer, action, now=now)
    return _kind(status, code)(
        f"Partner Center refused to {action}: {reason}",
        http_status=answer.status,
        partner_center_code=code,
        description=words,
        retry_after_s=_wait(answer, refusal, now=now) if status == 429 else None,
        upstream_correlation_id=answer.correlation_id,
    )


def _unavailable(answer: Answer, action: str, *, now: datetime) -> Unavailable:
    """With the wait that a 5xx or 408 asks for: documented for 503 (RFC 9110, 15.6.4), but sent with the others too."""
    kind, what = (TimedOut, "took too long to") if answer.status == 408 else (Unavailable, "failed to")
    return kind(
        f"Partner Center {what} {action} (HTTP {answer.status}).",
        http_status=answer.status,
        retry_after_s=retry_after(answer.headers, now=now),
        upstream_correlation_id=answer.correlation_id,
    )


def _foreign(answer: Answer, action: str) -> Malformed:
    return Malformed(
        f"The answer to the request to {action} is not in a form that Partner Center uses (HTTP {answer.status}).",
        upstream_correlation_id=answer.correlation_id,
    )


def _reason(status: int, code: str | None, words: str | None) -> str:
    """Partner Center's words, or else a default text for the status, followed by its code."""
    words = (words or _DEFAULT_DESCRIPTIONS.get(status, f"HTTP {status}")).rstrip(".")
    return f"{words} (code {code})." if code else f"{words}."


def _kind(status: int, code: str | None) -> type[Refused]:
    if status == 403:
        return Forbidden if code is None or code in RIGHTS_CODES else Refused
    return {404: NotFound, 409: Conflict, 412: Conflict, 429: Throttled}.get(status, Refused)


def _refusal_in(body: bytes | None) -> RefusalBody:
    """The refusal in a body; an empty one when the body is not JSON or was not read."""
    try:
        return refusal_body(parse(body or b""))
    except Malformed:
        return RefusalBody()


def _wait(answer: Answer, refusal: RefusalBody, *, now: datetime) -> float | None:
    """Seconds to wait by the header, else by the words of the 429; None when neither says."""
    seconds = retry_after(answer.headers, now=now)
    return wait_in_words(refusal.words or "") if seconds is None else seconds


def _clean(text: str | None, limit: int) -> str | None:
    """Upstream's words on one line, cut to *limit* characters, without addresses and tokens; None if there are none."""
    if text is None:
        return None
    text = "".join(letter if letter.isprintable() else " " for letter in text)
    text = _SECRET.sub("[token]", _ADDRESS.sub("[address]", " ".join(text.split())))
    return text[:limit] or None
