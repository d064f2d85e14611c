"""The kinds of values that settings have. Errors never repeat a value, because it may be a secret."""

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
_MIN_KEY_LENGTH = 16
_BEARER_TOKEN = re.compile(r"[A-Za-z0-9\-._~+/]+=*", re.ASCII)

_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*")
_DEFAULT_PORTS = {"http": 80, "https": 443}


def choices(annotation: object) -> tuple[str, ...]:
    """The values of a Literal, also inside a union or Annotated; empty for every other type."""
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
    """An address or host name to listen on, IPv6 without brackets. Whether this machine has it shows when listening."""
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
        raise ValueError("must be only an address or host name, without http:// and path")
    if re.search(r".:\d*$", text):
        raise ValueError("must be only an address or host name; the port is a separate setting")
    if not re.fullmatch(_HOST_NAME, text):
        raise ValueError("must be an IP address or a host name; 0.0.0.0 = all addresses of this machine")
    return text


def base_url(text: str) -> str:
    """An https URL, or http on this machine, without a slash at the end."""
    wrong = ValueError("must be an https URL, or http on this machine, without credentials or query")
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

    Any scheme is allowed, because apps have their own. Raises ValueError for anything but a single origin.
    Source: RFC 6454, 6.2; WHATWG URL, 4.7.
    """
    scheme, _, authority = origin.lower().partition("://")
    authority = authority.removesuffix("/")
    if "*" in origin:
        raise ValueError("must name each origin in full; * is not supported")
    if scheme in {"null", "file"}:
        raise ValueError("must not name null or file://, the origin of every local file and every sandboxed frame")
    if not authority.isascii():
        raise ValueError("must have host names as browsers send them: in Punycode (xn--...)")
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


def split_commas(value: object) -> object:
    return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value


def normalized_origins(origins: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(map(normalized_origin, origins))


def header_names(names: tuple[str, ...]) -> tuple[str, ...]:
    """Source: RFC 9110, 5.1 and 5.6.2, which allow * too."""
    if "*" in names:
        raise ValueError("must name each header; * is not supported, and browsers would not apply it to Authorization")
    if not all(re.fullmatch(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+", name) for name in names):
        raise ValueError("must be header names, separated by commas")
    return names


@dataclass(frozen=True, slots=True)
class Matching:
    """Checks that a text matches the pattern. *meaning* follows "must be"."""

    pattern: str
    meaning: str

    def __call__(self, text: str) -> str:
        if not re.fullmatch(self.pattern, text):
            raise ValueError(f"must be {self.meaning}")
        return text


def matching(pattern: str, meaning: str) -> AfterValidator:
    return AfterValidator(Matching(pattern, meaning))


def is_bearer_token(text: str) -> bool:
    """Whether the text can be sent as a bearer token. Source: RFC 6750, 2.1."""
    return _BEARER_TOKEN.fullmatch(text) is not None


@dataclass(frozen=True, slots=True)
class SecretFile:
    """A file that contains a secret, and its content when the settings were read."""

    path: Path
    content: SecretStr

    def __str__(self) -> str:
        return str(self.path)


def example_secret_files(*paths: str) -> list[SecretFile]:
    """Files that need not exist, with content that is valid for every setting."""
    return [SecretFile(Path(path), SecretStr("as-an-example-only")) for path in paths]


def secret_file(value: object) -> SecretFile | None:
    """The file that a setting names, with its content; None for None."""
    if value is None or isinstance(value, SecretFile):
        return value
    if not value:
        raise ValueError("is empty: name a file, or remove the setting")
    path = Path(str(value))
    try:
        content = path.read_text("utf-8").strip()
    except OSError as error:
        raise ValueError(f"names a file that cannot be read: {error.strerror}") from None
    except ValueError:
        raise ValueError("names a file that is not text in UTF-8") from None
    if not content:
        raise ValueError("names a file that is empty")
    return SecretFile(path, SecretStr(content))


def secret(value: SecretStr) -> SecretStr:
    """Without surrounding blanks and line ends, which copying adds."""
    text = value.get_secret_value().strip()
    if not text:
        raise ValueError("is empty")
    return SecretStr(text)


def caller_keys(value: SecretStr) -> tuple[SecretStr, ...]:
    """Keys separated by commas or lines. Raises ValueError for none at all, which would let everyone call."""
    parts = (part.strip() for part in re.split(r"[,\n]", value.get_secret_value()))
    keys = checked_keys(SecretStr(part) for part in parts if part)
    if not keys:
        raise ValueError("contains no key")
    return keys


def checked_keys(values: Iterable[SecretStr]) -> tuple[SecretStr, ...]:
    """Raises ValueError for a key that is easy to guess, or that no caller can send."""
    keys = tuple(values)
    if any(len(key) < _MIN_KEY_LENGTH for key in keys):
        raise ValueError(f"must be keys of at least {_MIN_KEY_LENGTH} characters each")
    if not all(is_bearer_token(key.get_secret_value()) for key in keys):
        raise ValueError("must be keys of letters, digits and -._~+/, with = only at the end")
    return keys
