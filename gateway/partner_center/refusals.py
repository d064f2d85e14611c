"""Answers that are no success, as errors of our family. The only place that knows what a status code means."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

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
from gateway.partner_center.decode import Reader
from gateway.partner_center.models.refusals import RefusalBody

RIGHTS_CODES = frozenset({"2032", "20002", "900149", "900150", "900308", "900309", "900329", "90000"})
"""Codes of a 403 that is about the caller's rights; any other 403 is about business ("Partner Center REST error codes")."""

_DESCRIPTION_LIMIT = 500
_ADDRESS = re.compile(r"https?://\S+", re.IGNORECASE)
_SECRET = re.compile(r"\bBearer\s+\S+|\beyJ[\w-]+(?:\.[\w-]+)*", re.IGNORECASE)
_WAIT = re.compile(r"in (\d{1,6}) seconds?\b", re.IGNORECASE)

_WORDS = {
    400: "the request is not valid",
    403: "it is not allowed",
    404: "there is no such thing",
    409: "another request is in its way",
    412: "it has changed meanwhile",
    429: "too many requests",
}

_refusal_body = Reader(RefusalBody)


@dataclass(frozen=True)
class Answer:
    """An HTTP answer. `headers` are looked up in lower case; the body is None when it was larger than we read."""

    status: int
    headers: Mapping[str, str]
    body: bytes | None
    correlation_id: str

    @property
    def is_success(self) -> bool:
        """Any 2xx: the documentation names other ones than its samples print."""
        return 200 <= self.status < 300


def failure(answer: Answer, *, asked: str, now: datetime) -> GatewayError:
    """The error that stands for an answer which is no success."""
    status, correlation_id = answer.status, answer.correlation_id
    if status < 400:
        return Malformed(
            f"Partner Center answered the request to {asked} with a redirect or something unknown (HTTP {status}), "
            "which is not followed.",
            upstream_correlation_id=correlation_id,
        )
    said = _said(answer.body)
    code = None if said.code is None else str(said.code)
    description = _clean(said.description or said.message)
    told = _told(status, code, description)
    if status == 401:
        why = told if description else "sign in again."
        message = f"Partner Center did not accept the bearer token to {asked}: {why}"
        return Unauthenticated(message, upstream_correlation_id=correlation_id)
    if status == 408:
        message = f"Partner Center took too long to {asked}: {told}"
        return TimedOut(message, http_status=status, upstream_correlation_id=correlation_id)
    if status >= 500:
        message = f"Partner Center failed to {asked}: {told}"
        return Unavailable(message, http_status=status, upstream_correlation_id=correlation_id)
    return _kind(status, code)(
        f"Partner Center refused to {asked}: {told}",
        http_status=status,
        partner_center_code=code,
        description=description,
        retry_after_s=_wait(answer, said, now=now) if status == 429 else None,
        upstream_correlation_id=correlation_id,
    )


def retry_after(headers: Mapping[str, str], *, now: datetime) -> float | None:
    """Seconds upstream asked us to wait, never negative; None when it did not say.

    Reads both forms of Retry-After, seconds and date. Source: RFC 9110, 10.2.3.
    """
    text = headers.get("retry-after", "").strip()
    if re.fullmatch(r"[0-9]{1,9}", text):
        return float(text)
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    return max(0.0, (moment.replace(tzinfo=moment.tzinfo or UTC) - now).total_seconds())


def _told(status: int, code: str | None, description: str | None) -> str:
    """The end of a message: Partner Center's words, or ours for the status, and its code."""
    words = (description or _WORDS.get(status, f"HTTP {status}")).rstrip(".")
    return f"{words} (code {code})." if code else f"{words}."


def _kind(status: int, code: str | None) -> type[Refused]:
    if status == 403:
        return Forbidden if code is None or code in RIGHTS_CODES else Refused
    return {404: NotFound, 409: Conflict, 412: Conflict, 429: Throttled}.get(status, Refused)


def _said(body: bytes | None) -> RefusalBody:
    """The refusal in a body; an empty one when whoever answered did not speak Partner Center's form."""
    try:
        return _refusal_body(body or b"{}")
    except Malformed:
        return RefusalBody()


def _wait(answer: Answer, said: RefusalBody, *, now: datetime) -> float | None:
    """What the header asks for, else what the words of the 429 sample do: `Try again in 57 seconds.`"""
    seconds = retry_after(answer.headers, now=now)
    if seconds is None and (found := _WAIT.search(said.message or "")):
        return float(found[1])
    return seconds


def _clean(text: str | None) -> str | None:
    """Upstream's words on one line and not too many, without addresses and tokens; None when nothing is left."""
    if text is None:
        return None
    text = _SECRET.sub("[token]", _ADDRESS.sub("[address]", " ".join(text.split())))
    return text[:_DESCRIPTION_LIMIT] or None
