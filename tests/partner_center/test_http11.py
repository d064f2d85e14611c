"""The HTTP client over real sockets: which connections are used again, what is refused, and which failure it is."""

import asyncio
import ssl
import subprocess
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from gateway.partner_center.sending import http11
from gateway.partner_center.sending.exchange import ExchangeFailed, NotConnected, NotHttp, NotTrusted
from gateway.partner_center.sending.http11 import Http11Client, open_http11_client
from tests.partner_center.test_connection import GZIP, PACKED, Serve, an_answer, request, saying, upstream

CHUNKED = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"
OK = an_answer(b"ok")


@asynccontextmanager
async def connected_to(address: str) -> AsyncGenerator[Http11Client]:
    """A client whose loop saw no exception that nobody handled."""
    unhandled: list[object] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: unhandled.append(context))
    http = open_http11_client(address)
    try:
        yield http
    finally:
        await http.close()
    assert unhandled == []


async def get(http: Http11Client, at_most: int = 10_000) -> bytes | None:
    response = await http.request("GET", "/things", headers={}, body=None)
    return await response.read(at_most)


class Counted:
    """Serves each connection with the next of *serves*, and the later ones with the last."""

    def __init__(self, *serves: Serve) -> None:
        self._serves = serves
        self.connections = 0
        self.closed = asyncio.Event()

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        serve = self._serves[min(self.connections, len(self._serves) - 1)]
        self.connections += 1
        try:
            with suppress(ConnectionError):
                await serve(reader, writer)
        finally:
            self.closed.set()


def then_closing(answer: bytes) -> Serve:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await request(reader)
        writer.write(answer)
        await writer.drain()

    return serve


def sent_after(answer: bytes, late: bytes) -> Serve:
    """The answer, and when it has surely been read, more."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await request(reader)
        writer.write(answer)
        await asyncio.sleep(0.05)
        writer.write(late)
        await reader.read()

    return serve


async def test_the_next_exchange_uses_the_same_connection() -> None:
    serve = Counted(saying(OK))

    async with upstream(serve) as address, connected_to(address) as http:
        assert [await get(http) for _ in range(3)] == [b"ok"] * 3

    assert serve.connections == 1


async def test_exchanges_at_the_same_time_have_connections_of_their_own() -> None:
    """Each gets the answer to its own request, and the next ones use the connections that are there."""

    async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while head := await request(reader):
            await asyncio.sleep(0.001)
            writer.write(an_answer(head.split()[1]))

    async def ask(http: Http11Client, target: str) -> bool:
        response = await http.request("GET", target, headers={}, body=None)
        return await response.read(100) == target.encode()

    serve = Counted(echo)
    async with upstream(serve) as address, connected_to(address) as http:
        for _ in range(5):
            assert all(await asyncio.gather(*(ask(http, f"/{number}") for number in range(20))))

    assert serve.connections == 20


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(an_answer(b"ok", "connection: close"), id="said to be the last"),
        pytest.param(OK.replace(b"HTTP/1.1", b"HTTP/1.0"), id="HTTP/1.0"),
        pytest.param(OK + OK, id="two answers at once"),
        pytest.param(OK + b"H", id="a letter after it"),
        pytest.param(b"HTTP/1.1 200 OK\r\n\r\nok", id="ended by the connection's end"),
        pytest.param(OK, id="closed while idle"),
    ],
)
async def test_an_ended_connection_is_not_used_again(answer: bytes) -> None:
    """The answer counts, and what comes after it never reaches the next caller."""
    serve = Counted(then_closing(answer), saying(an_answer(b"next")))

    async with upstream(serve) as address, connected_to(address) as http:
        first = await get(http)
        await asyncio.sleep(0.05)
        second = await get(http)

    assert (first, second, serve.connections) == (b"ok", b"next", 2)


@pytest.mark.parametrize("late", [pytest.param(an_answer(b"evil"), id="an answer"), pytest.param(b"\r\n", id="a line")])
async def test_data_on_an_idle_connection_ends_it(late: bytes) -> None:
    serve = Counted(sent_after(OK, late), saying(an_answer(b"next")))

    async with upstream(serve) as address, connected_to(address) as http:
        first = await get(http)
        await asyncio.wait_for(serve.closed.wait(), 5)
        second = await get(http)

    assert (first, second) == (b"ok", b"next")


async def test_an_idle_connection_is_closed_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Before the other side does it while a request is on its way."""
    monkeypatch.setattr(http11, "_KEEP_ALIVE_S", 0.1)
    serve = Counted(saying(OK))

    async with upstream(serve) as address, connected_to(address) as http:
        await get(http)
        await asyncio.wait_for(serve.closed.wait(), 5)
        await get(http)

    assert serve.connections == 2


async def test_an_answer_may_come_before_the_request_is_sent() -> None:
    """It counts, and the connection, on which the rest of the request is missing, is closed."""

    async def refuse_early(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readline()
        writer.write(an_answer(b"no", status="413 Too Large"))
        await asyncio.sleep(0.1)

    serve = Counted(refuse_early, saying(OK))
    async with upstream(serve) as address, connected_to(address) as http:
        response = await http.request("PUT", "/", headers={}, body=b" " * 50_000_000)
        assert (response.status, await response.read(100)) == (413, b"no")
        assert await get(http) == b"ok"

    assert serve.connections == 2


@pytest.mark.parametrize(
    ("answer", "body"),
    [
        pytest.param(f"{CHUNKED}2;a=b\r\nok\r\n0\r\nx-late: 1\r\n\r\n".encode(), b"ok", id="trailers and extensions"),
        pytest.param(b"HTTP/1.1 204 Gone\r\n\r\n", b"", id="204"),
        pytest.param(b"HTTP/1.1 304 Same\r\ncontent-length: 7\r\n\r\n", b"", id="304 with a length"),
        pytest.param(an_answer(b""), b"", id="empty"),
        pytest.param(CHUNKED.encode() + b"1\r\nx\r\n" * 9_000 + b"0\r\n\r\n", b"x" * 9_000, id="many small chunks"),
        pytest.param(an_answer(b"x" * 10_000), b"x" * 10_000, id="as large as allowed"),
        pytest.param(an_answer(b"x" * 10_001), None, id="too large"),
        pytest.param(an_answer(PACKED, GZIP), b'{"ok": true}', id="packed"),
    ],
)
async def test_a_body_ends_where_its_framing_says(answer: bytes, body: bytes | None) -> None:
    """And the connection serves the next exchange."""
    serve = Counted(saying(answer))

    async with upstream(serve) as address, connected_to(address) as http:
        assert [await get(http) for _ in range(2)] == [body] * 2

    assert serve.connections == 1


async def test_trailers_are_not_headers() -> None:
    answer = f"{CHUNKED}0\r\nretry-after: 1\r\n\r\n".encode()

    async with upstream(saying(answer)) as address, connected_to(address) as http:
        response = await http.request("GET", "/", headers={}, body=None)
        await response.read(1)

    assert dict(response.headers) == {"transfer-encoding": "chunked"}


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\ntransfer-encoding: chunked\r\n\r\n", id="two framings"),
        pytest.param(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 2\r\n\r\nok", id="two lengths"),
        pytest.param(b"HTTP/1.1 200 OK\r\ncontent-length: 2, 2\r\n\r\nok", id="two lengths in one"),
        pytest.param(b"HTTP/1.1 200 OK\r\ncontent-length: +2\r\n\r\nok", id="a length with a sign"),
        pytest.param(b"HTTP/1.1 200 OK\ncontent-length: 2\n\nok", id="bare line feeds"),
        pytest.param(b"HTTP/1.1 200 OK\r\nx: a\r\n b\r\ncontent-length: 2\r\n\r\nok", id="a folded header"),
        pytest.param(b"HTTP/1.1 200 OK\r\nx : a\r\ncontent-length: 2\r\n\r\nok", id="a space before the colon"),
        pytest.param(b"HTTP/1.1 200 OK\r\ntransfer-encoding: gzip, chunked\r\n\r\n0\r\n\r\n", id="another coding"),
        pytest.param(b"HTTP/1.1 101 Go\r\n\r\n", id="another protocol"),
        pytest.param(b"HTTP/1.1 099 Go\r\n\r\n" + OK, id="no status"),
        pytest.param(b"HTTP/1.1 102 Wait\r\n\r\n" * 100 + OK, id="too many interim answers"),
        pytest.param(an_answer(b"ok", *(f"x{n}: 1" for n in range(501))), id="too many headers"),
        pytest.param(an_answer(b"ok", f"x: {'x' * 66_000}"), id="a header too long"),
        pytest.param(an_answer(b"ok", *(f"x{n}: {'x' * 50_000}" for n in range(3))), id="headers too long together"),
        pytest.param(f"{CHUNKED}2;{'x' * 200_000}\r\nok\r\n0\r\n\r\n".encode(), id="a chunk's extension too long"),
        pytest.param(f"{CHUNKED}0\r\n".encode() + b"x: y\r\n" * 600 + b"\r\n", id="too many trailers"),
        pytest.param(f"{CHUNKED}2\r\nokay\r\n".encode(), id="a chunk longer than said"),
    ],
)  # fmt: skip
async def test_an_answer_that_is_not_clear_is_refused(answer: bytes) -> None:
    """With the connection, from which nobody can tell where the next answer begins."""
    serve = Counted(saying(answer), saying(OK))

    async with upstream(serve) as address, connected_to(address) as http:
        with pytest.raises(NotHttp):
            await get(http)
        assert await get(http) == b"ok"

    assert serve.connections == 2


@pytest.mark.parametrize("part", [b"HTTP/1.1 200 " + b"x" * 2**16, b"HTTP/1.1 200 OK\r\nx:" + b"x" * 2**16])
async def test_a_head_without_end_is_refused_while_it_arrives(part: bytes) -> None:
    async def pour(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await request(reader)
        writer.write(part)
        while True:
            writer.write(b"x" * 2**16)
            await writer.drain()

    async with upstream(pour) as address, connected_to(address) as http:
        with pytest.raises(NotHttp) as caught:
            await asyncio.wait_for(get(http), 5)

    assert caught.value.cause in {"HeadTooLarge", "AnswerRefused"}


async def test_a_body_that_nobody_reads_is_not_received() -> None:
    """A fast sender fills the buffers of the two systems, and none of ours."""
    poured = 0

    async def pour(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal poured
        await request(reader)
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 1000000000\r\n\r\n")
        while True:
            writer.write(b"x" * 2**20)
            await writer.drain()
            poured += 2**20

    async with upstream(pour) as address, connected_to(address) as http:
        response = await http.request("GET", "/", headers={}, body=None)
        await asyncio.sleep(0.3)
        before = poured
        body = await response.read(before + 10_000_000)

    assert before < 20_000_000
    assert body is None
    assert poured > before


@pytest.mark.parametrize(
    ("serve", "kind"),
    [
        pytest.param(then_closing(OK[:-1]), ExchangeFailed, id="a body cut short"),
        pytest.param(then_closing(b"HTTP/1.1 200 OK\r\ncontent"), ExchangeFailed, id="a head cut short"),
        pytest.param(then_closing(f"{CHUNKED}2\r\nok\r\n".encode()), ExchangeFailed, id="chunks cut short"),
        pytest.param(then_closing(b""), ExchangeFailed, id="no answer"),
    ],
)
async def test_a_connection_that_ends_early_may_have_carried_the_request(
    serve: Serve, kind: type[ExchangeFailed]
) -> None:
    async with upstream(serve) as address, connected_to(address) as http:
        with pytest.raises(ExchangeFailed) as caught:
            await get(http)

    assert (type(caught.value), caught.value.cause) == (kind, "ConnectionClosed")


@pytest.mark.parametrize("sent", [b"", b"HTTP/1.1 200", OK[:-1]], ids=["before the head", "in the head", "in the body"])
async def test_a_cancelled_exchange_closes_its_connection(sent: bytes) -> None:
    """Its answer must not become the next one's."""

    async def hang(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await request(reader)
        writer.write(sent)
        await reader.read()

    serve = Counted(hang, saying(an_answer(b"next")))
    async with upstream(serve) as address, connected_to(address) as http:
        cancelled = asyncio.create_task(get(http))
        await asyncio.sleep(0.05)
        cancelled.cancel()
        with pytest.raises(asyncio.CancelledError):
            await cancelled
        await asyncio.wait_for(serve.closed.wait(), 5)
        assert await get(http) == b"next"


async def test_a_late_cancellation_does_not_hurt_who_uses_the_connection_next() -> None:
    """The answer was whole, and the connection given on, when the first exchange was cancelled."""
    serve = Counted(saying(OK))

    async with upstream(serve) as address, connected_to(address) as http:
        for turns in range(30):
            first = asyncio.create_task(get(http))
            for _ in range(turns):
                await asyncio.sleep(0)
            first.cancel()
            assert await get(http) == b"ok"
            await asyncio.gather(first, return_exceptions=True)


@pytest.mark.parametrize("when", ["connecting", "exchanging"])
async def test_closing_the_client_ends_what_is_under_way(when: str) -> None:
    async def hang(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()

    async with upstream(hang) as address, connected_to(address) as http:
        task = asyncio.create_task(get(http))
        await asyncio.sleep(0 if when == "connecting" else 0.05)
        await http.close()
        with pytest.raises(ExchangeFailed) as caught:
            await task

    assert type(caught.value) is (NotConnected if when == "connecting" else ExchangeFailed)


async def head_of(method: str, target: str, *, headers: dict[str, str], body: bytes | None, base: str = "") -> bytes:
    heads: list[bytes] = []

    async def note(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heads.append(await request(reader))
        writer.write(OK)

    async with upstream(note) as address, connected_to(address + base) as http:
        await (await http.request(method, target, headers=headers, body=body)).read(10)
    host = address.removeprefix("http://").encode()
    return heads[0].replace(host, b"HOST")


@pytest.mark.parametrize(
    ("method", "body", "length"),
    [
        pytest.param("GET", None, b"", id="none for reads"),
        pytest.param("DELETE", None, b"", id="none for deletions"),
        pytest.param("POST", None, b"Content-Length: 0\r\n", id="nothing to post"),
        pytest.param("PUT", b"{}", b"Content-Length: 2\r\n", id="a body"),
        pytest.param("PUT", b"", b"Content-Length: 0\r\n", id="an empty body"),
    ],
)
async def test_a_request_is_sent_as_given(method: str, body: bytes | None, length: bytes) -> None:
    head = await head_of(method, "/things?a=%20", headers={"X-Name": "Andr\u00e9"}, body=body, base="/base/")

    assert head == (
        method.encode() + b" /base/things?a=%20 HTTP/1.1\r\nHost: HOST\r\nUser-Agent: partner-center-gateway\r\n"
        b"Accept-Encoding: gzip\r\nX-Name: Andr\xe9\r\n" + length + b"\r\n"
    )


@pytest.mark.parametrize(
    ("method", "target", "headers"),
    [
        pytest.param("GET", "/", {"Authorization": "Bearer canary\r\nx: y"}, id="a line break in a value"),
        pytest.param("GET", "/", {"Authorization": "Bearer canary\ny"}, id="a line feed in a value"),
        pytest.param("GET", "/", {"Authorization": "Bearer canary\0"}, id="NUL in a value"),
        pytest.param("GET", "/", {"Authorization": "Bearer canary\u20ac"}, id="a letter beyond Latin-1"),
        pytest.param("GET", "/", {"X\r\nY": "canary"}, id="a line break in a name"),
        pytest.param("GET", "/", {"X:": "canary"}, id="a colon in a name"),
        pytest.param("GET", "/canary canary", {}, id="a space in the target"),
        pytest.param("GET", "/canary\r\n", {}, id="a line break in the target"),
        pytest.param("GET", "/canary\u00e9", {}, id="a letter beyond ASCII in the target"),
        pytest.param("GET", "canary", {}, id="no path"),
        pytest.param("HEAD", "/", {}, id="a method whose answers have other bodies"),
        pytest.param("GET / HTTP/1.1\r\n", "/", {}, id="a method that is none"),
    ],
)
async def test_what_a_head_cannot_hold_is_never_sent(method: str, target: str, headers: dict[str, str]) -> None:
    """Tokens come from callers, and no error quotes them."""
    serve = Counted(saying(OK))

    async with upstream(serve) as address, connected_to(address) as http:
        with pytest.raises(ValueError, match="request") as caught:
            await http.request(method, target, headers=headers, body=None)

    assert serve.connections == 0
    assert "canary" not in str(caught.value)
    assert caught.value.__context__ is None


@dataclass(frozen=True)
class Identity:
    """A server's TLS, and the certificate by which a client may know it."""

    tls: ssl.SSLContext
    certificate: Path


@pytest.fixture
def identity(openssl: str, tmp_path: Path) -> Callable[[str], Identity]:
    """Makes one with a self-signed certificate for a name such as `IP:127.0.0.1`."""

    def made(name: str) -> Identity:
        key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
        request = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=test"
        files = ["-keyout", str(key), "-out", str(certificate)]
        subprocess.run(
            [openssl, *request.split(), "-addext", f"subjectAltName={name}", *files], check=True, capture_output=True
        )
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(certificate, key)
        tls.set_alpn_protocols(["h2", "http/1.1"])
        return Identity(tls, certificate)

    return made


async def test_a_trusted_host_is_called_over_tls(
    identity: Callable[[str], Identity], monkeypatch: pytest.MonkeyPatch
) -> None:
    """With HTTP/1.1 agreed upon, on a connection that serves the next exchange, and bodies of any size."""
    host = identity("IP:127.0.0.1")
    monkeypatch.setenv("SSL_CERT_FILE", str(host.certificate))
    agreed: list[object] = []
    large = b"x" * 3_000_000

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        agreed.append(writer.get_extra_info("ssl_object").selected_alpn_protocol())
        while await request(reader):
            writer.write(an_answer(large))
            await writer.drain()

    async with upstream(serve, tls=host.tls) as address, connected_to(address) as http:
        assert [await get(http, 4_000_000) for _ in range(2)] == [large] * 2

    assert agreed == ["http/1.1"]


@pytest.mark.asyncio(loop_factories=["uvloop"])
@pytest.mark.parametrize("is_proper", [True, False], ids=["a proper end", "a cut"])
async def test_a_body_without_a_length_ends_with_a_proper_end_of_tls(
    identity: Callable[[str], Identity], monkeypatch: pytest.MonkeyPatch, is_proper: bool
) -> None:
    """Anybody on the way can cut a connection. asyncio's own loop does not tell the two apart."""
    host = identity("IP:127.0.0.1")
    monkeypatch.setenv("SSL_CERT_FILE", str(host.certificate))

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await request(reader)
        writer.write(b"HTTP/1.1 200 OK\r\n\r\nok")
        await writer.drain()
        if not is_proper:
            await asyncio.sleep(0.05)
            writer.transport.abort()

    async with upstream(serve, tls=host.tls) as address, connected_to(address) as http:
        body = (await asyncio.gather(get(http), return_exceptions=True))[0]

    assert (body if is_proper else type(body)) == (b"ok" if is_proper else ExchangeFailed)


@pytest.mark.parametrize(
    ("name", "is_known"),
    [
        pytest.param("IP:127.0.0.1", False, id="an unknown issuer"),
        pytest.param("DNS:elsewhere.example", True, id="another host's certificate"),
    ],
)
async def test_an_untrusted_host_gets_no_request(
    identity: Callable[[str], Identity], monkeypatch: pytest.MonkeyPatch, name: str, is_known: bool
) -> None:
    """Nor does it see a token."""
    host = identity(name)
    if is_known:
        monkeypatch.setenv("SSL_CERT_FILE", str(host.certificate))
    serve = Counted(saying(OK))

    async with upstream(serve, tls=host.tls) as address, connected_to(address) as http:
        with pytest.raises(NotTrusted) as caught:
            await get(http)

    assert (caught.value.cause, serve.connections) == ("SSLCertVerificationError", 0)


async def test_tls_that_never_begins_means_nothing_was_sent() -> None:
    async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)

    async with upstream(hang_up) as address, connected_to(address.replace("http:", "https:")) as http:
        with pytest.raises(NotConnected):
            await get(http)


async def test_a_handshake_can_be_cancelled() -> None:
    async def hang(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        await asyncio.Event().wait()

    async with upstream(hang) as address, connected_to(address.replace("http:", "https:")) as http:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(get(http), 0.1)
