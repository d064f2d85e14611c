"""Requests that never end, and the seconds after which their connection is closed."""

from dataclasses import dataclass

from tests.hostile.inputs import HOST, JSON, SIGNED_IN, head
from tests.hostile.program import BODY_S, KEEP_ALIVE_S

_HEAD_S = 10
_LINGER_S = 2

_POST = b"POST /graphql HTTP/1.1"
_HEALTH = head(b"GET /health HTTP/1.1", HOST)
_LENGTH = b"Content-Length: 1000"
_CHUNKED = b"Transfer-Encoding: chunked"


@dataclass(frozen=True)
class Unending:
    """`drip` follows every now and then, for as long as the connection is open."""

    name: str
    sent: bytes
    closed_after_s: int
    statuses: tuple[int, ...] = ()
    drip: bytes = b""


UNENDING = (
    Unending("nothing", b"", KEEP_ALIVE_S),
    Unending("line ends", b"", _HEAD_S, (408,), drip=b"\r\n"),
    Unending("half a head", b"GET /health HTTP/1.1\r\nHost: gateway\r\n", _HEAD_S, (408,)),
    Unending("a head that drips", b"GET /health HTTP/1.1\r\nX: ", _HEAD_S, (408,), drip=b"y"),
    Unending("a path that drips", b"GET /", _HEAD_S, (408,), drip=b"a"),
    Unending("headers that drip", b"GET /health HTTP/1.1\r\n", _HEAD_S, (408,), drip=b"X: y\r\n"),
    Unending("a request and half of one", _HEALTH + b"GET /hea", _HEAD_S, (200, 408)),
    Unending("a request and line ends", _HEALTH, _HEAD_S, (200, 408), drip=b"\r\n"),
    Unending("a request and nothing", _HEALTH, KEEP_ALIVE_S, (200,)),
    Unending("half a body", head(_POST, HOST, SIGNED_IN, JSON, _LENGTH) + b"{", BODY_S, (408,)),
    Unending("a body that drips", head(_POST, HOST, SIGNED_IN, JSON, _LENGTH), BODY_S, (408,), drip=b" "),
    Unending("chunks that drip", head(_POST, HOST, SIGNED_IN, JSON, _CHUNKED), BODY_S, (408,), drip=b"1\r\n \r\n"),
    Unending("a size that drips", head(_POST, HOST, SIGNED_IN, JSON, _CHUNKED), BODY_S, (408,), drip=b"0"),
    Unending(
        "an end that drips", head(_POST, HOST, SIGNED_IN, JSON, _CHUNKED) + b"0\r\nX: ", BODY_S, (408,), drip=b"y"
    ),
    Unending(
        "an expectation", head(_POST, HOST, SIGNED_IN, JSON, _LENGTH, b"Expect: 100-continue"), BODY_S, (100, 408)
    ),
    Unending("half a body without a token", head(_POST, HOST, JSON, _LENGTH) + b"{", _LINGER_S, (401,)),
    Unending("a body that drips without a token", head(_POST, HOST, JSON, _LENGTH), _LINGER_S, (401,), drip=b" "),
    Unending(
        "a body that drips to another path", head(b"POST /health HTTP/1.1", HOST, _LENGTH), _LINGER_S, (405,), drip=b" "
    ),
)
