"""Servers that something is wrong with: they are silent, their clock is off, or their certificate is."""

import asyncio
import ssl
import subprocess
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

_CA = """
[ca]
default_ca = here
[here]
database = {folder}/index
new_certs_dir = {folder}
rand_serial = yes
default_md = sha256
policy = any
x509_extensions = names
[any]
commonName = supplied
organizationName = optional
[names]
subjectAltName = {name}
basicConstraints = critical, CA:true
"""


@asynccontextmanager
async def peer(answer: bytes | None, *, tls: ssl.SSLContext | None = None) -> AsyncGenerator[str]:
    """The address of a server that answers every request with these bytes; None keeps the connection and is silent."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            await reader.readuntil(b"\r\n\r\n")
            if answer is None:
                await reader.read()  # until the client closes
            else:
                writer.write(answer)
                await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=tls)
    try:
        port = server.sockets[0].getsockname()[1]
        yield f"{'https' if tls else 'http'}://127.0.0.1:{port}"
    finally:
        server.close()


def answering(status: int, *, ahead: timedelta = timedelta(), body: bytes = b"{}") -> bytes:
    """An answer, dated by a clock that is this far ahead of ours."""
    date = format_datetime(datetime.now(UTC) + ahead, usegmt=True)
    head = f"HTTP/1.1 {status} X\r\nDate: {date}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n"
    return head.encode() + b"Connection: close\r\n\r\n" + body


def certified(
    openssl: str, folder: Path, *, starts: timedelta, ends: timedelta, name: str = "IP:127.0.0.1"
) -> tuple[ssl.SSLContext, Path]:
    """What a server with a certificate for *name* of its own making needs, and the file of that certificate.

    *starts* and *ends* count from now.
    """
    key, request, certificate, config = (folder / each for each in ("key", "request", "certificate", "config"))
    config.write_text(_CA.format(folder=folder, name=name), "utf-8")
    (folder / "index").touch()
    dates = [(datetime.now(UTC) + each).strftime("%Y%m%d%H%M%SZ") for each in (starts, ends)]
    made = ["req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj"]
    _run(openssl, *made, "/O=Planted Trust/CN=planted", "-keyout", str(key), "-out", str(request))
    signed = ["-selfsign", "-batch", "-config", str(config), "-keyfile", str(key), "-in", str(request)]
    _run(openssl, "ca", *signed, "-startdate", dates[0], "-enddate", dates[1], "-out", str(certificate), "-notext")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return context, certificate


def _run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True)
