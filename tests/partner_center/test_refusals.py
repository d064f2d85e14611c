"""Every answer that is no success becomes the error that callers can act on."""

import json
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

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
from gateway.partner_center.refusals import RIGHTS_CODES, Answer, failure, retry_after

NOON = datetime(2025, 3, 1, 12, tzinfo=UTC)


def answered(status: int, body: bytes | None = b"", *, headers: dict[str, str] | None = None) -> GatewayError:
    answer = Answer(status, headers or {}, body, "correlation-1")
    return failure(answer, asked="read the cart", now=NOON)


def refusal(code: int | str, description: str = "No.") -> bytes:
    return json.dumps({"code": code, "description": description, "data": [], "source": "PartnerFD"}).encode()


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        pytest.param(400, refusal(800002), Refused, id="400"),
        pytest.param(401, refusal(800001), Unauthenticated, id="401"),
        pytest.param(401, b"", Unauthenticated, id="401 without a word"),
        pytest.param(403, refusal(20002), Forbidden, id="403 for rights"),
        pytest.param(403, refusal("900329"), Forbidden, id="403 for rights, code as text"),
        pytest.param(403, b"<html>", Forbidden, id="403 by somebody in between"),
        pytest.param(403, refusal(13605), Refused, id="403 for business"),
        pytest.param(403, refusal(400030), Refused, id="403 of the catalog"),
        pytest.param(404, refusal(800008), NotFound, id="404"),
        pytest.param(404, b"", NotFound, id="404 without a word"),
        pytest.param(405, b"", Refused, id="405"),
        pytest.param(408, b"", TimedOut, id="408"),
        pytest.param(409, refusal(800064), Conflict, id="409"),
        pytest.param(412, b"", Conflict, id="412"),
        pytest.param(418, b"", Refused, id="a 4xx nobody named"),
        pytest.param(429, b"", Throttled, id="429"),
        pytest.param(500, refusal(800003), Unavailable, id="500"),
        pytest.param(501, b"", Unavailable, id="501"),
        pytest.param(502, b"<html>Bad gateway</html>", Unavailable, id="502"),
        pytest.param(503, None, Unavailable, id="503 with an endless body"),
        pytest.param(504, b"", Unavailable, id="504"),
        pytest.param(301, b"", Malformed, id="301"),
        pytest.param(304, b"", Malformed, id="304"),
        pytest.param(100, b"", Malformed, id="100"),
    ],
)
def test_a_status_becomes_what_can_be_done_about_it(status: int, body: bytes | None, kind: type[GatewayError]) -> None:
    """The class of the error follows the status, and for 403 the code; the correlation id is kept."""
    error = answered(status, body)

    assert type(error) is kind
    assert error.upstream_correlation_id == "correlation-1"
    assert "read the cart" in error.message


def test_a_refusal_keeps_code_and_words() -> None:
    """What upstream said stays readable for programs and for people."""
    error = answered(400, refusal(800090, "Quantity cannot be\n  decreased."))

    assert isinstance(error, Refused)
    assert (error.http_status, error.partner_center_code, error.description) == (
        400,
        "800090",
        "Quantity cannot be decreased.",
    )
    assert error.message == "Partner Center refused to read the cart: Quantity cannot be decreased (code 800090)."


@pytest.mark.parametrize("name", ["bad-request-2000-guid-400", "bad-request-60012-with-data-400", "bad-request-800090-400", "bad-request-900316-no-data-400"])  # fmt: skip
def test_documented_refusals_keep_their_code(wire: Callable[[str], bytes], name: str) -> None:
    """With data, with an empty list of data and without data: the code is found."""
    error = answered(400, wire(f"error.{name}"))

    assert isinstance(error, Refused)
    assert error.partner_center_code == name.split("-")[2]


def test_a_refusal_shows_neither_addresses_nor_tokens() -> None:
    """Upstream's words may hold both; ours do not."""
    words = "See https://learn.example/x?sig=canary or send Bearer canary or eyJcanary.eyJcanary.canary again."

    error = answered(400, refusal(1, words))

    assert isinstance(error, Refused)
    assert "canary" not in f"{error.message} {error.description}"
    assert "https:" not in error.message


def test_a_refusal_is_cut_at_five_hundred_characters() -> None:
    """Upstream's words are bounded."""
    error = answered(400, refusal(1, "x" * 5000))

    assert isinstance(error, Refused)
    assert error.description == "x" * 500


@pytest.mark.parametrize("body", [b'{"Code": 800008, "Description": "No."}', b'\xef\xbb\xbf{"code": 800008}'])
def test_a_refusal_reads_in_every_form(body: bytes) -> None:
    """Any casing and a byte order mark are no hindrance."""
    error = answered(404, body)

    assert isinstance(error, NotFound)
    assert error.partner_center_code == "800008"


@pytest.mark.parametrize("body", [b"[]", b"null", b"{", b'{"code": []}', b"\xff", None], ids=repr)
def test_a_refusal_without_a_readable_body_is_still_a_refusal(body: bytes | None) -> None:
    """The status decides; a body of another form only leaves code and words out."""
    error = answered(404, body)

    assert isinstance(error, NotFound)
    assert (error.partner_center_code, error.description) == (None, None)
    assert error.message == "Partner Center refused to read the cart: there is no such thing."


@pytest.mark.parametrize("code", sorted(RIGHTS_CODES))
def test_every_code_of_rights_is_forbidden(code: str) -> None:
    """All codes of the documentation's table of sign-in and rights are about rights."""
    assert type(answered(403, refusal(int(code)))) is Forbidden


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        pytest.param("57", 57.0, id="seconds"),
        pytest.param("0", 0.0, id="at once"),
        pytest.param("Sat, 01 Mar 2025 12:01:30 GMT", 90.0, id="a date to come"),
        pytest.param("Sat, 01 Mar 2025 11:00:00 GMT", 0.0, id="a date gone by"),
        pytest.param("soon", None, id="a word"),
        pytest.param("-5", None, id="a negative number"),
        pytest.param("1.5", None, id="a fraction"),
        pytest.param("9" * 400, None, id="absurd"),
        pytest.param("", None, id="nothing"),
    ],
)
def test_the_wait_is_read_in_both_forms(header: str, seconds: float | None) -> None:
    """Seconds and dates are read, never as a negative wait; anything else says nothing."""
    assert retry_after({"retry-after": header}, now=NOON) == seconds


def test_a_throttled_call_tells_how_long_to_wait(wire: Callable[[str], bytes]) -> None:
    """The header counts; without it the words of the body do."""
    body = wire("error.throttled-429")

    assert answered(429, body, headers={"retry-after": "7"}).retry_after_s == 7
    assert answered(429, body).retry_after_s == 41
    assert answered(429, b"").retry_after_s is None


def test_only_a_throttled_call_is_told_to_wait() -> None:
    """A wait beside another refusal is not passed on as one."""
    assert answered(400, refusal(1), headers={"retry-after": "7"}).retry_after_s is None
