"""Checks of a setting that depend on settings declared above it. Each raises what is wrong, in words that follow the setting's name."""

from collections.abc import Mapping

from pydantic import SecretStr, ValidationInfo
from pydantic_core import PydanticCustomError

from gateway.settings.kinds import SecretFile, caller_keys, is_this_machine
from gateway.settings.manifest import Manifest

PREFIX = "GATEWAY_"
SECRETS = frozenset({"client_secret", "refresh_token", "caller_keys"})
"""Settings that are no flags, because everybody on a machine sees the list of processes. Each has a `_file` beside it."""

_OWN_SIGN_IN = ("app", "app-user")
USED_WITH: Mapping[str, tuple[str, ...]] = {
    "tenant_id": _OWN_SIGN_IN,
    "client_id": _OWN_SIGN_IN,
    "client_secret": _OWN_SIGN_IN,
    "refresh_token": ("app-user",),
    "caller_keys": _OWN_SIGN_IN,
}
"""The values of `auth` that use a setting or its `_file`."""


def variable(field: str) -> str:
    return PREFIX + field.upper()


def flag(field: str) -> str:
    return f"--{field.replace('_', '-')}"


def has_documents(value: str, info: ValidationInfo) -> str:
    if value == "off" or "trusted_documents" not in info.data:
        return value
    manifest: Manifest | None = info.data["trusted_documents"]
    if manifest is None:
        raise _mistake("needs GATEWAY_TRUSTED_DOCUMENTS, the file that holds them", remedy="trusted_documents")
    if value == "enforce" and not manifest.documents:
        raise ValueError(
            "must not be enforce while the file of GATEWAY_TRUSTED_DOCUMENTS is empty: every request would be refused"
        )
    return value


def is_shared_by_workers(value: str, info: ValidationInfo) -> str:
    if value == "memory:" and info.data.get("workers", 1) > 1:
        raise ValueError("must be one that all processes share, not memory:, when GATEWAY_WORKERS is more than 1")
    return value


def is_within_the_deadline(value: float, info: ValidationInfo) -> float:
    deadline_s: float = info.data.get("deadline_s", value)
    if value > deadline_s:
        raise _mistake("must not be longer than GATEWAY_DEADLINE_S", example=f"{deadline_s:g}")
    return value


def is_used(value: object, info: ValidationInfo) -> object:
    """A setting without effect means that another one is missing: most likely GATEWAY_AUTH."""
    modes = USED_WITH[_without_file(info)]
    if value and info.data.get("auth", modes[0]) not in modes:
        wanted = " or ".join(modes)
        raise _mistake(
            f"is used with GATEWAY_AUTH={wanted} only, and GATEWAY_AUTH is {info.data['auth']}: "
            f"set GATEWAY_AUTH={wanted}, or remove this setting",
            remedy="auth",
        )
    return value


def is_there(value: str | None, info: ValidationInfo) -> str | None:
    if value is None and info.data.get("auth") in _OWN_SIGN_IN:
        raise ValueError(f"is needed with GATEWAY_AUTH={info.data['auth']}")
    return value


def is_not_given_twice(file: SecretFile | None, info: ValidationInfo) -> SecretFile | None:
    beside = _without_file(info)
    if file is not None and info.data.get(beside):
        raise ValueError(f"must not be given beside {variable(beside)}; remove one of the two")
    return file


def is_in_one_of_two(file: SecretFile | None, info: ValidationInfo) -> SecretFile | None:
    beside = _without_file(info)
    if info.data.get("auth") in USED_WITH[beside] and file is None and info.data.get(beside, "wrong already") is None:
        raise ValueError(f"is needed with GATEWAY_AUTH={info.data['auth']}, or {variable(beside)} in its place")
    return file


def authenticates_callers(file: SecretFile | None, info: ValidationInfo) -> SecretFile | None:
    """In production on loopback too: behind a proxy on the same machine every caller looks local."""
    if file is not None:
        caller_keys(file.content)
    elif info.data.get("auth") in _OWN_SIGN_IN and info.data.get("caller_keys") == ():
        if info.data.get("mode") == "production":
            raise ValueError(
                f"or GATEWAY_CALLER_KEYS is needed with GATEWAY_AUTH={info.data['auth']}: without keys everybody "
                "who reaches the gateway, also through a proxy, has the partner's rights. "
                "GATEWAY_MODE=development does without them for direct requests on this machine"
            )
        if not is_this_machine(info.data.get("host", "localhost")):
            raise ValueError(
                "or GATEWAY_CALLER_KEYS is needed where other machines can call: they would have the partner's rights"
            )
    return file


def keys_by_comma(value: object) -> object:
    return caller_keys(SecretStr(value)) if isinstance(value, str) else value


def _without_file(info: ValidationInfo) -> str:
    return str(info.field_name).removesuffix("_file")


def _mistake(problem: str, *, remedy: str | None = None, example: str | None = None) -> PydanticCustomError:
    """*remedy* is the setting to change, where it is not the wrong one; *example* one that fits this case."""
    return PydanticCustomError("wrong", "{problem}", {"problem": problem, "remedy": remedy, "example": example})
