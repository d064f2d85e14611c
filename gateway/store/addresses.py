"""Addresses of stores in Redis: one server, sentinels that name a master, or a cluster."""

from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import SplitResult, unquote, urlsplit

from gateway.errors import StoreFailed

Host = tuple[str, int]
"""A name or IP address, and a port."""
Kind = Literal["server", "sentinels", "cluster"]

_KINDS: dict[str, Kind] = {"redis": "server", "redis+sentinel": "sentinels", "redis+cluster": "cluster"}
_FORMS: dict[Kind, str] = {
    "server": "redis://user:password@host:port/number, or rediss://",
    "sentinels": "redis+sentinel://user:password@host:port,host:port/service/number, or rediss+sentinel://",
    "cluster": "redis+cluster://user:password@host:port,host:port, or rediss+cluster://",
}
_DEFAULT_PORTS: dict[Kind, int] = {"server": 6379, "sentinels": 26379, "cluster": 6379}


@dataclass(frozen=True, slots=True)
class Address:
    kind: Kind
    hosts: tuple[Host, ...]
    """The server, the sentinels, or some servers of the cluster."""
    is_encrypted: bool
    username: str | None
    password: str | None = field(repr=False)
    service: str = ""
    """The name by which the sentinels know the master."""
    number: int = 0
    """The number of the database, always 0 in a cluster."""


def parse_address(url: str) -> Address:
    """Raises StoreFailed, which states the expected form and not the value, which may hold a password.

    Parsed here because the client's parser knows one host only, lets the URL set options and quotes an invalid one in
    its errors.
    """
    scheme = url.partition(":")[0]
    kind = _KINDS.get(scheme.replace("rediss", "redis", 1))
    try:
        return _parsed(urlsplit(url), kind)
    except ValueError:
        raise StoreFailed(
            f"The store's address must have the form {_FORMS[kind or 'server']} for TLS. "
            "In user and password, write / ? # : @ and % as %2F %3F %23 %3A %40 and %25."
        ) from None


def _parsed(parts: SplitResult, kind: Kind | None) -> Address:
    """Raises ValueError."""
    if kind is None or parts.query or parts.fragment:
        raise ValueError
    credentials, _, hosts = parts.netloc.rpartition("@")
    username, _, password = credentials.partition(":")
    service, number = _service_and_number(parts.path.strip("/"), kind)
    return Address(
        kind=kind,
        hosts=_hosts(hosts, kind),
        is_encrypted=parts.scheme.startswith("rediss"),
        username=unquote(username) or None,
        password=unquote(password) or None,
        service=service,
        number=number,
    )


def _service_and_number(path: str, kind: Kind) -> tuple[str, int]:
    if kind != "sentinels":
        service, number = "", int(path or 0)
    else:
        service, _, digits = path.partition("/")
        number = int(digits or 0)
    if (kind == "cluster" and number) or (kind == "sentinels" and not service):
        raise ValueError
    return unquote(service), number


def _hosts(text: str, kind: Kind) -> tuple[Host, ...]:
    if kind == "server":
        return (_host(text or "localhost", kind),)
    return tuple(_host(each, kind) for each in text.split(","))


def _host(text: str, kind: Kind) -> Host:
    parts = urlsplit(f"//{text}")
    if not parts.hostname or "," in text:
        raise ValueError
    return unquote(parts.hostname), parts.port or _DEFAULT_PORTS[kind]
