"""A body is one JSON object of sane depth and numbers that arrives in time; anything else is answered with what to mend."""

import asyncio
from collections.abc import AsyncIterator, Callable
from urllib.parse import quote

import httpx
import pytest

JSON = "application/json"


def _with_variables(variables: str) -> bytes:
    return f'{{"query": "{{ echo }}", "variables": {variables}}}'.encode()


def _deep(levels: int) -> bytes:
    """A request so many levels deep, the request and its variables included."""
    return _with_variables('{"a": ' + "[" * (levels - 2) + "]" * (levels - 2) + "}")


_OBJECT = "The body must be a JSON object"


@pytest.mark.parametrize(
    ("body", "told"),
    [
        pytest.param(b"", _OBJECT, id="empty"),
        pytest.param(b'{"query": "{ echo }"', _OBJECT, id="cut off"),
        pytest.param(b'{"query": "{ echo }"} {}', _OBJECT, id="two objects"),
        pytest.param(b'{"query": "\xff"}', _OBJECT, id="not UTF-8"),
        pytest.param(b'{"query": "\xed\xa0\x80"}', _OBJECT, id="a surrogate in UTF-8"),
        pytest.param('{"query": "{ echo }"}'.encode("utf-16"), _OBJECT, id="UTF-16"),
        pytest.param(b'{"query": "\\ud800"}', _OBJECT, id="half a character"),
        pytest.param(_with_variables('{"\\udfff": 1}'), _OBJECT, id="half a character in a name"),
        pytest.param(_with_variables('{"n": NaN}'), _OBJECT, id="no number"),
        pytest.param(b'\xef\xbb\xbf{"query": "{ echo }"}', "The body must not begin with a byte order mark.", id="a byte order mark"),
        pytest.param(b'[{"query": "{ echo }"}', _OBJECT, id="half a batch"),
        pytest.param(b'{"query": 5, "variables": {', _OBJECT, id="a wrong type, and cut off after it"),
        pytest.param(_with_variables('{"n": 1e999}'), "The body holds a number that is out of range.", id="a number beyond any"),
        pytest.param(_with_variables('{"n": -' + "9" * 5000 + "}"), "The body holds a number that is out of range.", id="a number of 5,000 digits"),
        pytest.param(b'{"query": "{ echo }", "more": 1e999}', "The body holds a number that is out of range.", id="one that nobody reads"),
        pytest.param(b'{"query": "{ echo }", "query": "{ other }"}', "The body names a member twice.", id="two queries"),
        pytest.param(b'{"query": "{ echo }", "qu\\u0065ry": "{ a }"}', "The body names a member twice.", id="two queries in disguise"),
        pytest.param(_with_variables('{"a": {"b": 1, "b": 2}}'), "The body names a member twice.", id="two values of one variable"),
        pytest.param(_deep(65), "The body is nested too deeply: at most 64 levels are read.", id="65 levels"),
        pytest.param(_with_variables('{"a": ' + "[" * 100_000), "The body is nested too deeply", id="bottomless"),
        pytest.param(_with_variables('{"a": ' + '{"a":' * 20_000), "The body is nested too deeply", id="bottomless objects"),
    ],
)  # fmt: skip
async def test_a_body_that_cannot_be_read_is_answered_with_what_to_mend(
    client: httpx.AsyncClient, body: bytes, told: str
) -> None:
    """One error, in one sentence that names neither Python nor a library, whatever is wrong with the bytes."""
    answer = await client.post("/graphql", content=body, headers={"Content-Type": JSON})

    assert answer.status_code == 400
    (error,) = answer.json()["errors"]
    assert error["message"].startswith(told)
    assert error["extensions"]["code"] == "BAD_USER_INPUT"
    assert "sys." not in error["message"]


@pytest.mark.parametrize(
    ("body", "told"),
    [
        pytest.param(b"null", _OBJECT, id="null"),
        pytest.param(b'"{ echo }"', _OBJECT, id="a text"),
        pytest.param(b' [{"query": "{ echo }"}]', "Batches are not served", id="a batch"),
        pytest.param(b"[]", "Batches are not served", id="an empty batch"),
        pytest.param(b'{"query": "{ echo }", "variables": []}', _OBJECT, id="variables in a list"),
    ],
)
async def test_json_that_is_not_a_request_is_422(client: httpx.AsyncClient, body: bytes, told: str) -> None:
    """The status is 422, not 400."""
    answer = await client.post("/graphql", content=body, headers={"Content-Type": JSON})

    assert answer.status_code == 422
    (error,) = answer.json()["errors"]
    assert error["message"].startswith(told)
    assert error["extensions"]["code"] == "BAD_USER_INPUT"


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(_deep(64), id="64 levels"),
        pytest.param(b'{"query": "{ echo } #' + b"{" * 200 + b'"}', id="brackets in a text"),
        pytest.param(b'{"query": "{ echo } #' + b'\\"[' * 200 + b'"}', id="brackets between quotes in a text"),
        pytest.param(_with_variables('{"n": ' + "9" * 100 + "}"), id="a long number"),
        pytest.param(b'\n\t {"query": "{ echo }", "more": {"a": [1.5e300]}}\r\n', id="blanks and more members"),
    ],
)
async def test_what_is_unusual_and_sane_is_read(client: httpx.AsyncClient, body: bytes) -> None:
    """The bounds are not in the way of honest requests."""
    answer = await client.post("/graphql", content=body, headers={"Content-Type": JSON})

    assert answer.json() == {"data": {"echo": ""}}


@pytest.mark.parametrize(
    ("query_string", "told"),
    [
        pytest.param("query={echo}&query={other}", "The query string names a parameter twice.", id="two queries"),
        pytest.param('query={echo}&variables={"a":1,"a":2}', "The parameter variables names a member twice.", id="a variable twice"),
        pytest.param("query={echo}&variables=[]", "The parameter variables must be a JSON object", id="a list"),
        pytest.param('query={echo}&extensions={"a":1e999}', "The parameter extensions holds a number", id="a number beyond any"),
    ],
)  # fmt: skip
async def test_a_query_string_is_held_to_the_same(client: httpx.AsyncClient, query_string: str, told: str) -> None:
    """Its JSON is judged as a body's is."""
    answer = await client.get(f"/graphql?{quote(query_string, safe='=&')}")

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["message"].startswith(told)


@pytest.mark.parametrize("query", ["{ half(of: %s) }", "query($n: Int = %s) { half(of: 2) echo @skip(if: $n) }"])
async def test_a_number_of_thousands_of_digits_in_a_document_is_a_wrong_value(
    client: httpx.AsyncClient, query: str
) -> None:
    """The answer is the caller's to mend, and does not quote Python."""
    answer = await client.post("/graphql", json={"query": query % ("9" * 5000)})

    errors = answer.json()["errors"]
    assert "BAD_USER_INPUT" in {error["extensions"]["code"] for error in errors}
    assert "sys." not in answer.text


async def test_a_slow_sender_is_cut_off(connect: Callable[..., httpx.AsyncClient]) -> None:
    """A caller that does not send the whole body in time gets an answer, is told to try again, and is disconnected."""
    client = connect(body_s=0.05)

    async def pieces() -> AsyncIterator[bytes]:
        yield b'{"query": '
        await asyncio.Event().wait()

    answer = await client.post("/graphql", content=pieces(), headers={"Content-Type": JSON})

    assert answer.status_code == 408
    assert answer.headers["connection"] == "close"
    (error,) = answer.json()["errors"]
    assert error["message"] == "The body did not arrive within 0.05 s."
    assert (error["extensions"]["code"], error["extensions"]["retryable"]) == ("LIMIT_EXCEEDED", True)


@pytest.mark.parametrize(
    "encodings",
    [
        pytest.param(["gzip"], id="gzip"),
        pytest.param(["br"], id="Brotli"),
        pytest.param(["deflate, gzip"], id="twice"),
        pytest.param(["identity", "gzip"], id="in a second header"),
    ],
)
async def test_a_compressed_body_is_refused(client: httpx.AsyncClient, encodings: list[str]) -> None:
    """It is not unpacked: a small one may hold gigabytes."""
    headers = [("Content-Type", JSON), *(("Content-Encoding", encoding) for encoding in encodings)]

    answer = await client.post("/graphql", content=b"", headers=headers)

    assert (answer.status_code, answer.headers["accept-encoding"]) == (415, "identity")
