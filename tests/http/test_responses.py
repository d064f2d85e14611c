"""Answers are made smaller for those who take it."""

import gzip
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest

from gateway.http.negotiation import accepts_gzip
from gateway.http.responses import gzipped

Ask = Callable[..., Awaitable[dict[str, Any]]]


@pytest.mark.parametrize(
    ("accept_encoding", "expected"),
    [
        pytest.param("", False, id="no header"),
        pytest.param("gzip", True, id="by name"),
        pytest.param("br, GZIP;q=0.5", True, id="among others"),
        pytest.param("*", True, id="anything"),
        pytest.param("gzip;q=0", False, id="refused"),
        pytest.param("gzip;q=0, *", False, id="anything but gzip"),
        pytest.param("identity, gzip;q=0.5", False, id="plain is liked better"),
        pytest.param("gzip;q=high", False, id="a broken weight"),
        pytest.param("br, deflate", False, id="others only"),
        pytest.param("notgzip", False, id="a longer name"),
    ],
)
def test_gzip_is_only_for_callers_that_accept_it(accept_encoding: str, expected: bool) -> None:
    """By name or as anything, with a weight above nothing and above that of plain answers."""
    assert accepts_gzip(accept_encoding) is expected


@pytest.mark.parametrize(
    ("length", "accept_encoding", "encoding"),
    [
        pytest.param(2000, "gzip", "gzip", id="large"),
        pytest.param(200_000, "gzip", "gzip", id="larger than is done at once"),
        pytest.param(900, "gzip", None, id="small"),
        pytest.param(2000, "identity", None, id="large, for who does not take it"),
    ],
)
async def test_large_answers_are_compressed(
    client: httpx.AsyncClient, length: int, accept_encoding: str, encoding: str | None
) -> None:
    """The same answer arrives, and caches are told what it depends on."""
    body = {"query": "query($t: String!) { echo(text: $t) }", "variables": {"t": "x" * length}}

    answer = await client.post("/graphql", json=body, headers={"Accept-Encoding": accept_encoding})

    assert answer.json() == {"data": {"echo": "x" * length}}
    assert answer.headers.get("content-encoding") == encoding
    assert (int(answer.headers["content-length"]) < length) is (encoding is not None)
    assert answer.headers["vary"] == "Accept, Accept-Encoding, Origin"


async def test_the_same_answer_is_the_same_bytes() -> None:
    """No time of day goes into them."""
    first, second = await gzipped(b"x" * 5000), await gzipped(b"x" * 5000)

    assert first == second
    assert gzip.decompress(first) == b"x" * 5000
