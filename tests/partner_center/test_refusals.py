"""Every answer that is no success becomes the error that callers can act on."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Literal

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
from gateway.partner_center.sending.refusals import RIGHTS_CODES, Answer, failure, failure_in_success
from tests.logs import Logged
from tests.partner_center.conftest import WIRE

NOON = datetime(2025, 3, 1, 12, tzinfo=UTC)


def answered(status: int, body: bytes | None = b"", *, headers: dict[str, str] | None = None) -> GatewayError:
    return failure(an_answer(status, body, headers), action="read the cart", now=NOON)


def an_answer(status: int, body: bytes | None, headers: dict[str, str] | None = None) -> Answer:
    return Answer(status, headers or {}, body, "correlation-1", "correlation-ours", "request-1")


def answered_well(body: bytes, *, method: Literal["GET", "POST", "PUT"] = "GET") -> GatewayError | None:
    return failure_in_success(an_answer(200, body), action="read the cart", method=method, now=NOON)


def refusal(code: int | str, description: str = "No.") -> bytes:
    return json.dumps({"code": code, "description": description, "data": [], "source": "PartnerFD"}).encode()


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        pytest.param(400, refusal(800002), Refused, id="400"),
        pytest.param(401, refusal(800001), Unauthenticated, id="401"),
        pytest.param(401, b"", Unauthenticated, id="401 without a word"),
        pytest.param(401, b"<html>", Unauthenticated, id="401 by somebody in between"),
        pytest.param(401, None, Unauthenticated, id="401 with an endless body"),
        pytest.param(403, refusal(20002), Forbidden, id="403 for rights"),
        pytest.param(403, refusal("900329"), Forbidden, id="403 for rights, code as text"),
        pytest.param(403, b"<html>", Forbidden, id="403 by somebody in between"),
        pytest.param(403, refusal(13605), Refused, id="403 for business"),
        pytest.param(403, refusal(400030), Refused, id="403 of the catalog"),
        pytest.param(404, refusal(800008), NotFound, id="404"),
        pytest.param(404, refusal(7)[:-1], Malformed, id="404 that is cut off"),
        pytest.param(405, refusal(7), Refused, id="405"),
        pytest.param(408, b"", TimedOut, id="408"),
        pytest.param(409, refusal(800064), Conflict, id="409"),
        pytest.param(412, refusal(7), Conflict, id="412"),
        pytest.param(418, refusal(7), Refused, id="a 4xx nobody named"),
        pytest.param(429, b"", Throttled, id="429"),
        pytest.param(429, b"<html>", Throttled, id="429 by somebody in between"),
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


@pytest.mark.parametrize(
    ("body", "code", "description"),
    [
        pytest.param('{"code": 800065, "statusCode": "BadRequest", "description": {}}', "800065", None, id="odd words"),
        pytest.param('{"code": 800065, "description": ["No."]}', "800065", None, id="words in a list"),
        pytest.param('{"code": 800065, "description": "No.", "data": 7, "source": {}}', "800065", "No.", id="odd data"),
        pytest.param('{"code": 800065, "message": {"lang": "en"}}', "800065", None, id="an odd message"),
        pytest.param('{"code": 800065, "message": "No."}', "800065", "No.", id="a message"),
        pytest.param('{"code": "800065", "description": "No."}', "800065", "No.", id="digits"),
        pytest.param('{"code": " 800065 ", "description": "No."}', "800065", "No.", id="digits between blanks"),
        pytest.param('{"code": 800065.0, "description": "No."}', "800065", "No.", id="a decimal"),
        pytest.param('{"code": "800065.0", "description": "No."}', "800065", "No.", id="a decimal as text"),
        pytest.param('{"code": 8.00065e5, "description": "No."}', "800065", "No.", id="an exponent"),
        pytest.param('{"Code": 800065, "Description": "No."}', "800065", "No.", id="Pascal case"),
        pytest.param('{"CODE": 800065, "DESCRIPTION": "No."}', "800065", "No.", id="capitals"),
        pytest.param('{"Code": 1, "code": 800065, "CODE": 2}', "800065", None, id="the documented casing first"),
        pytest.param('{"code": null, "Code": 800065}', "800065", None, id="null beside a code"),
        pytest.param('[{"code": 800065, "description": "No."}]', "800065", "No.", id="in a list"),
        pytest.param('\ufeff{"code": 800065, "description": "No."}', "800065", "No.", id="behind a byte order mark"),
        pytest.param('{"code": "CartOrdered", "description": "No."}', "CartOrdered", "No.", id="a name for a code"),
        pytest.param('{"code": {}, "description": "No."}', None, "No.", id="an odd code"),
        pytest.param('{"code": true, "description": "No."}', None, "No.", id="a boolean"),
        pytest.param('{"code": -1, "description": "No."}', None, "No.", id="a negative code"),
        pytest.param('{"code": 8.5, "description": "No."}', None, "No.", id="a fraction"),
        pytest.param('{"code": 1e999999999, "description": "No."}', None, "No.", id="a code of a billion digits"),
        pytest.param('{"description": "{\\"code\\": 7}"}', None, '{"code": 7}', id="JSON within the words"),
    ],
)
def test_an_odd_member_of_a_refusal_costs_that_member(body: str, code: str | None, description: str | None) -> None:
    """Code and words are read each by itself, in every spelling that is seen."""
    error = answered(400, body.encode())

    assert isinstance(error, Refused)
    assert (error.partner_center_code, error.description) == (code, description)


@pytest.mark.parametrize("status", [400, 404, 405, 407, 409, 412, 413, 414, 415, 431])
@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"<html><h1>Not Found, canary</h1></html>", id="a page of a proxy"),
        pytest.param(b"", id="nothing"),
        pytest.param(None, id="more than is read"),
        pytest.param(b"{", id="half of an object"),
        pytest.param(b"\xff", id="not a text"),
        pytest.param(b"[]", id="an empty list"),
        pytest.param(b"null", id="null"),
        pytest.param(b'"canary"', id="a text"),
        pytest.param(b'{"code": [], "description": {}}', id="neither code nor words"),
        pytest.param(b'{"statusCode": 404, "message": "Resource not found, canary"}', id="a gateway's own form"),
        pytest.param(b'{"title": "Not Found", "status": 404}', id="a framework's own form"),
        pytest.param(b'{"error": {"code": "NotFound", "description": "canary"}}', id="another API's form"),
    ],
)
def test_what_partner_center_has_not_said_is_neither_absence_nor_refusal(status: int, body: bytes | None) -> None:
    """A 4xx in another form may come from anything on the way, before or after the work."""
    error = answered(status, body)

    assert type(error) is Malformed
    assert error.maybe_done
    assert "canary" not in error.message


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        pytest.param(400072, NotFound, id="an item that is not available"),
        pytest.param(800008, NotFound, id="a cart that is not there"),
        pytest.param(800065, Refused, id="a cart that is submitted"),
        pytest.param("800065", Refused, id="a code as text"),
        pytest.param(800064, Conflict, id="a cart in use"),
        pytest.param(20002, Forbidden, id="no rights"),
        pytest.param(13605, Refused, id="no agreement"),
        pytest.param(800001, Unauthenticated, id="no token"),
        pytest.param(800003, Unavailable, id="a service error"),
        pytest.param(4711, Refused, id="a code nobody documents"),
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_an_error_with_status_200_is_what_its_code_says(
    code: int | str, kind: type[GatewayError], method: Literal["GET", "POST"]
) -> None:
    """A code means the same whatever status it comes with."""
    error = answered_well(refusal(code), method=method)

    assert type(error) is kind
    assert not isinstance(error, Refused) or (error.partner_center_code, error.http_status) == (str(code), 200)


@pytest.mark.parametrize(
    "body",
    [
        pytest.param('{"code": 400072, "description": {}}', id="odd words"),
        pytest.param('{"code": 400072, "source": "PartnerFD"}', id="no words"),
        pytest.param('{"Code": 400072, "Data": []}', id="Pascal case"),
        pytest.param('\ufeff{"code": 400072, "description": "No."}', id="behind a byte order mark"),
        pytest.param('{"code": 400072, "description": "No.", "items": [], "id": null}', id="beside empty members"),
        pytest.param('{"id": "", "code": 400072, "description": "No."}', id="after an empty id"),
        pytest.param('{"data": [{"id": "c"}], "code": 400072, "description": "No."}', id="with an id within"),
    ],
)
def test_an_error_with_status_200_is_read_member_by_member(body: str) -> None:
    """As one with its own status is."""
    error = answered_well(body.encode())

    assert isinstance(error, NotFound)
    assert error.partner_center_code == "400072"


@pytest.mark.parametrize(
    "body",
    [
        pytest.param('{"id": "c", "code": 4711, "description": "A cart."}', id="a record with a code"),
        pytest.param('{"items": [{"code": 4711, "description": "One."}]}', id="a code of an item"),
        pytest.param('{"orders": [{"id": "o"}], "code": 800065, "description": "No."}', id="orders beside a code"),
        pytest.param('{"orderErrors": [{"code": 4711}], "code": 4711, "description": "No."}', id="order errors"),
        pytest.param('{"defaultCurrency": {"code": "USD", "description": "Dollar"}}', id="a currency's code"),
        pytest.param('{"code": 4711}', id="a code alone"),
        pytest.param('{"code": {}, "description": "No."}', id="no readable code"),
        pytest.param('{"description": "code"}', id="no code"),
        pytest.param('[{"code": 4711, "description": "No."}]', id="a list"),
        pytest.param('{"code": 4711, "description": "No."', id="half of an object"),
        pytest.param("", id="nothing"),
    ],
)
def test_an_answer_is_not_taken_for_an_error(body: str) -> None:
    """Orders above all: they are shown whatever stands beside them."""
    assert answered_well(body.encode(), method="POST") is None


@pytest.mark.parametrize("name", [each.stem for each in WIRE.glob("*.response.*json")])
def test_no_documented_answer_is_taken_for_an_error(wire: Callable[[str], bytes], name: str) -> None:
    """No record of Partner Center's has a code of its own."""
    assert answered_well(wire(name)) is None


@pytest.mark.parametrize("code", ['"OK"', "0", "200"])
def test_a_write_is_not_refused_by_a_code_that_is_no_errors(code: str) -> None:
    """What may as well mean success leaves open whether the write was done."""
    error = answered_well(f'{{"code": {code}, "description": "Accepted."}}'.encode(), method="POST")

    assert type(error) is Malformed
    assert error.maybe_done


@pytest.mark.parametrize("code", sorted(RIGHTS_CODES))
def test_every_code_of_rights_is_forbidden(code: str) -> None:
    """All codes of the documentation's table of sign-in and rights are about rights."""
    assert type(answered(403, refusal(int(code)))) is Forbidden


def test_a_throttled_call_tells_how_long_to_wait(wire: Callable[[str], bytes]) -> None:
    """The header counts; without it the words of the body do."""
    body = wire("error.throttled-429")

    assert answered(429, body, headers={"retry-after": "7"}).retry_after_s == 7
    assert answered(429, body).retry_after_s == 41
    assert answered(429, b"").retry_after_s is None


@pytest.mark.parametrize("words", ["Try again in 999999999 seconds.", f"Try again in {'9' * 400} seconds."])
def test_a_wait_in_words_is_five_minutes_at_most(words: str) -> None:
    """As one in the header is."""
    assert answered(429, json.dumps({"statusCode": 429, "message": words}).encode()).retry_after_s == 300


@pytest.mark.parametrize("status", [408, 500, 502, 503, 504])
def test_a_service_that_is_out_of_order_tells_how_long_to_wait(status: int) -> None:
    """Documented for 503; gateways send it with the others."""
    assert answered(status, b"", headers={"retry-after": "7"}).retry_after_s == 7


@pytest.mark.parametrize("status", [400, 403, 404, 409])
def test_a_refusal_other_than_a_429_has_no_wait(status: int) -> None:
    """A wait beside another refusal is not passed on as one."""
    assert answered(status, refusal(1), headers={"retry-after": "7"}).retry_after_s is None


@pytest.mark.parametrize("status", [408, 500, 503])
def test_the_words_of_a_failure_go_to_the_log_alone(status: int, logged: Logged) -> None:
    """With all that support needs, but without addresses, e-mail and tokens."""
    words = (
        "SqlException for kim@contoso.example on\nsecret-host, see https://canary.example with Bearer canary.\x1b[31m"
    )

    error = answered(status, refusal(800003, words))

    (record,) = logged()
    assert "SqlException" not in f"{error.message} {vars(error)} {error.extensions}"
    assert "800003" not in error.message
    assert record["level"] == "warning"
    assert record["words"] == "SqlException for [email] on secret-host, see [address] with [token] [31m"
    assert (record["http_status"], record["partner_center_code"]) == (status, "800003")
    ids = ("ms_correlation_id", "sent_correlation_id", "ms_request_id")
    assert [record[name] for name in ids] == ["correlation-1", "correlation-ours", "request-1"]
