"""Kinds of values that settings have. What is wrong with one is told without repeating it: it may be a secret."""

import ipaddress
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args, get_origin
from urllib.parse import urlsplit

from pydantic import AfterValidator, SecretStr

GUID = r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
DOMAIN = r"(?=.{4,253}$)([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}"

_HOST_NAME = r"[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?(\.[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?)*\.?"
_SHORTEST_KEY = 16
_BEARER_TOKEN = re.compile(r"[A-Za-z0-9\-._~+/]+=*", re.ASCII)

_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*")
_DEFAULT_PORTS = {"http": 80, "https": 443}


def choices(annotation: object) -> tuple[str, ...]:
    """The values of a type that is a choice of texts; none for every other type."""
    if get_origin(annotation) is Literal:
        return get_args(annotation)
    return tuple(choice for part in get_args(annotation) for choice in choices(part))


def is_this_machine(host: str) -> bool:
    """Whether only this machine can reach the address."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def listen_host(text: str) -> str:
    """An address or a name to listen on, IPv6 without its brackets. Whether this machine has it shows when listening."""
    if not text:
        raise ValueError("is empty")
    bare = text[1:-1] if text.startswith("[") and text.endswith("]") else text
    try:
        ipaddress.ip_address(bare)
    except ValueError:
        pass
    else:
        return bare
    if "/" in text:
        raise ValueError("must be an address or a name alone, without http:// and path")
    if re.search(r".:\d*$", text):
        raise ValueError("must be an address or a name alone; the port is a setting of its own")
    if not re.fullmatch(_HOST_NAME, text):
        raise ValueError("must be an IP address or the name of a host; 0.0.0.0 is all addresses of this machine")
    return text


def address(text: str) -> str:
    """An https address, or http on this machine, without a path's last slash."""
    wrong = ValueError("must be an https address, or http on this machine, without credentials and query")
    try:
        parts = urlsplit(text)
        _ = parts.port
    except ValueError:
        raise wrong from None
    on_this_machine = parts.hostname is not None and is_this_machine(parts.hostname)
    if not parts.hostname or (parts.scheme != "https" and not (parts.scheme == "http" and on_this_machine)):
        raise wrong
    if "@" in parts.netloc or "?" in text or "#" in text:
        raise wrong
    return text.rstrip("/")


def normalized_origin(origin: str) -> str:
    """The origin as browsers send it: in lower case, without the scheme's default port and without a trailing slash.

    Any scheme will do, because apps have their own. Raises ValueError, which says what an origin must be, for whatever
    names more or less than one origin. Source: RFC 6454, 6.2; WHATWG URL, 4.7.
    """
    scheme, _, authority = origin.lower().partition("://")
    authority = authority.removesuffix("/")
    if "*" in origin:
        raise ValueError("must name each origin in full; * is not supported")
    if scheme in {"null", "file"}:
        raise ValueError("must not name null or file://, the origin of every local file and every sandboxed frame")
    if not authority.isascii():
        raise ValueError("must have hosts the way browsers send them: in Punycode (xn--...) instead of other letters")
    if re.search(r"[/?#\\]", authority):
        raise ValueError("must be origins without a path, such as https://shop.example.com")
    wrong = ValueError("must be origins such as https://shop.example.com or capacitor://localhost, separated by commas")
    if not _SCHEME.fullmatch(scheme) or re.search(r"[@\s]", authority):
        raise wrong
    try:
        parts = urlsplit(f"//{authority}")
        name, port = parts.hostname, parts.port
    except ValueError:
        raise wrong from None
    if not name:
        raise wrong
    host = f"[{name}]" if ":" in name else name
    return f"{scheme}://{host}" if port in {None, _DEFAULT_PORTS.get(scheme)} else f"{scheme}://{host}:{port}"


def matching(pattern: str, meaning: str) -> AfterValidator:
    def check(text: str) -> str:
        if not re.fullmatch(pattern, text):
            raise ValueError(f"must be {meaning}")
        return text

    return AfterValidator(check)


def is_bearer_token(text: str) -> bool:
    """Whether the text can be sent as a bearer token. Source: RFC 6750, 2.1."""
    return _BEARER_TOKEN.fullmatch(text) is not None


@dataclass(frozen=True, slots=True)
class SecretFile:
    """A file that holds a secret, and what it held at the start."""

    path: Path
    content: SecretStr

    def __str__(self) -> str:
        return str(self.path)


def files_named(*paths: str) -> list[SecretFile]:
    """Examples: no such files need exist, so they hold what any setting takes."""
    return [SecretFile(Path(path), SecretStr("as-an-example-only")) for path in paths]


def secret_file(value: object) -> SecretFile | None:
    """Reads the file that a setting names. None stays None."""
    if value is None or isinstance(value, SecretFile):
        return value
    if not value:
        raise ValueError("is empty: name a file, or leave it out")
    path = Path(str(value))
    try:
        content = path.read_text("utf-8").strip()
    except OSError as error:
        raise ValueError(f"names a file that cannot be read: {error.strerror}") from None
    except ValueError:
        raise ValueError("names a file that is no text") from None
    if not content:
        raise ValueError("names a file that is empty")
    return SecretFile(path, SecretStr(content))


def secret(value: SecretStr) -> SecretStr:
    """Without the blanks and line ends that copying adds."""
    text = value.get_secret_value().strip()
    if not text:
        raise ValueError("is empty")
    return SecretStr(text)


def caller_keys(value: SecretStr) -> tuple[SecretStr, ...]:
    """Keys by comma or line, at least one: none would mean that everybody may call."""
    parts = (part.strip() for part in re.split(r"[,\n]", value.get_secret_value()))
    found = checked_keys(SecretStr(part) for part in parts if part)
    if not found:
        raise ValueError("holds no key")
    return found


def checked_keys(keys: Iterable[SecretStr]) -> tuple[SecretStr, ...]:
    """Raises ValueError for a key that is easily guessed, or that no caller could send."""
    found = tuple(keys)
    if any(len(key) < _SHORTEST_KEY for key in found):
        raise ValueError(f"must be keys of at least {_SHORTEST_KEY} characters each")
    if not all(is_bearer_token(key.get_secret_value()) for key in found):
        raise ValueError("must be keys of letters, digits and -._~+/ with = at the end at most")
    return found
