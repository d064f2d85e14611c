"""Checks that span several settings. Each belongs to one setting and sees the settings declared above it.

Errors are phrases that follow the name of the setting.
"""

from collections.abc import Mapping
from importlib.util import find_spec

from pydantic import SecretStr, ValidationInfo
from pydantic_core import PydanticCustomError

from gateway.settings.kinds import SecretFile, caller_keys, is_this_machine
from gateway.settings.manifest import Manifest

PREFIX = "GATEWAY_"
CHECK_TOKEN = "GATEWAY_CHECK_TOKEN"  # noqa: S105 - the name of a variable
"""The variable that lends `gateway check` a token. Not a setting."""
SECRETS = frozenset({"client_secret", "refresh_token", "caller_keys"})
"""Settings that are not flags, because every user of a machine can list its processes. Each has a `_file` variant."""

_OWN_SIGN_IN = ("app", "app-user")
USED_WITH: Mapping[str, tuple[str, ...]] = {
    "tenant_id": _OWN_SIGN_IN,
    "client_id": _OWN_SIGN_IN,
    "client_secret": _OWN_SIGN_IN,
    "refresh_token": ("app-user",),
    "caller_keys": _OWN_SIGN_IN,
}
"""The values of `auth` with which a setting, or its `_file` variant, has an effect."""


def variable(field: str) -> str:
    return PREFIX + field.upper()


def flag(field: str) -> str:
    return f"--{field.replace('_', '-')}"


def check_documents(mode: str, info: ValidationInfo) -> str:
    if mode == "off" or "trusted_documents" not in info.data:
        return mode
    manifest: Manifest | None = info.data["trusted_documents"]
    if manifest is None:
        raise _mistake("requires GATEWAY_TRUSTED_DOCUMENTS, the file of documents", remedy="trusted_documents")
    if mode == "enforce" and not manifest.documents:
        raise ValueError(
            "must not be enforce while the file of GATEWAY_TRUSTED_DOCUMENTS is empty: every request would be refused"
        )
    return mode


def check_mcp(mode: str) -> str:
    """The package is looked for, and not loaded."""
    if mode != "off" and find_spec("mcp") is None:
        raise _mistake("requires the package mcp: install partner-center-gateway[mcp], or do without it", example="off")
    return mode


def check_shared_store(url: str, info: ValidationInfo) -> str:
    if url == "memory:" and info.data.get("workers", 1) > 1:
        raise ValueError("must not be memory:, which processes cannot share, when GATEWAY_WORKERS is more than 1")
    return url


def check_attempt(attempt_s: float, info: ValidationInfo) -> float:
    deadline_s: float = info.data.get("deadline_s", attempt_s)
    if attempt_s > deadline_s:
        raise _mistake("must not be longer than GATEWAY_DEADLINE_S", example=f"{deadline_s:g}")
    return attempt_s


def check_used(value: object, info: ValidationInfo) -> object:
    """A setting without effect means that another one is missing, most likely GATEWAY_AUTH."""
    modes = USED_WITH[_without_file(info)]
    if value and info.data.get("auth", modes[0]) not in modes:
        wanted = " or ".join(modes)
        raise _mistake(
            f"is used with GATEWAY_AUTH={wanted} only, and GATEWAY_AUTH is {info.data['auth']}: "
            f"set GATEWAY_AUTH={wanted}, or remove this setting",
            remedy="auth",
        )
    return value


def check_present(value: str | None, info: ValidationInfo) -> str | None:
    if value is None and info.data.get("auth") in _OWN_SIGN_IN:
        raise ValueError(f"is required with GATEWAY_AUTH={info.data['auth']}")
    return value


def check_given_once(file: SecretFile | None, info: ValidationInfo) -> SecretFile | None:
    secret = _without_file(info)
    if file is not None and info.data.get(secret):
        raise ValueError(f"must not be set together with {variable(secret)}; remove one of them")
    return file


def check_secret_or_file(file: SecretFile | None, info: ValidationInfo) -> SecretFile | None:
    secret = _without_file(info)
    is_missing = file is None and info.data.get(secret, "invalid") is None
    if is_missing and info.data.get("auth") in USED_WITH[secret]:
        raise ValueError(f"or {variable(secret)} is required with GATEWAY_AUTH={info.data['auth']}")
    return file


def check_caller_keys(file: SecretFile | None, info: ValidationInfo) -> SecretFile | None:
    """Keys are required in production on loopback too: behind a proxy on this machine every caller looks local."""
    if file is not None:
        caller_keys(file.content)
    elif info.data.get("auth") in _OWN_SIGN_IN and info.data.get("caller_keys") == ():
        if info.data.get("mode") == "production":
            raise ValueError(
                f"or GATEWAY_CALLER_KEYS is required with GATEWAY_AUTH={info.data['auth']}: without keys, everyone "
                "who can reach the gateway, also through a proxy, has the partner's rights. "
                "GATEWAY_MODE=development requires none for direct requests on this machine"
            )
        if not is_this_machine(info.data.get("host", "localhost")):
            raise ValueError(
                "or GATEWAY_CALLER_KEYS is required where other machines can call: they would have the partner's rights"
            )
    return file


def split_caller_keys(value: object) -> object:
    return caller_keys(SecretStr(value)) if isinstance(value, str) else value


def _without_file(info: ValidationInfo) -> str:
    return str(info.field_name).removesuffix("_file")


def _mistake(problem: str, *, remedy: str | None = None, example: str | None = None) -> PydanticCustomError:
    """*remedy* is the setting to change, if not the one in error; *example* a value of it that helps here."""
    return PydanticCustomError("wrong", "{problem}", {"problem": problem, "remedy": remedy, "example": example})
