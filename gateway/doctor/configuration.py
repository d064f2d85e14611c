"""The settings themselves: what is wrong, unknown or dangerous in them, and what the rest of the checks can use."""

import asyncio
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from gateway.app import limits_of
from gateway.doctor.findings import Outcome, failed, ok, skipped, warning
from gateway.operations.documents import Documents, Rejected
from gateway.schema.root import build_schema
from gateway.settings.checks import SECRETS, USED_WITH, variable
from gateway.settings.kinds import SecretFile, is_this_machine
from gateway.settings.manifest import Manifest
from gateway.settings.model import Settings
from gateway.settings.reading import WrongSettings, read_settings

_SIGN_IN = frozenset({"auth", "mode", *USED_WITH, *(f"{name}_file" for name in SECRETS)})
_CHECKED_TOGETHER = (
    _SIGN_IN,
    frozenset({"workers", "store_url"}),
    frozenset({"deadline_s", "attempt_s"}),
    frozenset({"trusted_documents", "trusted_documents_mode"}),
)
"""A mistake in one of these may come from another."""

_USUAL_IDLE_S = 60
"""Seconds after which load balancers usually close an idle connection."""


@dataclass(frozen=True, slots=True)
class Configuration:
    """`settings` has the default for each field in `replaced`, whose value, or that of a related field, is wrong."""

    settings: Settings
    mistakes: tuple[str, ...] = ()
    replaced: frozenset[str] = frozenset()

    def lacking(self, *fields: str) -> Outcome | None:
        """The outcome of a check that needs these fields; None when it can run."""
        wrong = [variable(name) for name in fields if name in self.replaced]
        if not wrong:
            return None
        return skipped(f"It needs {' and '.join(wrong)}, and a setting there is wrong.", "Correct the settings.")


def read_configuration(given: Mapping[str, object]) -> Configuration:
    """The settings as far as they are valid. *given* are those of the command line."""
    mistakes: tuple[str, ...] = ()
    replaced: frozenset[str] = frozenset()
    while True:
        defaults = {name: Settings.model_fields[name].default for name in replaced}
        try:
            return Configuration(read_settings(given, **defaults), mistakes, replaced)
        except WrongSettings as error:
            mistakes = mistakes or error.mistakes
            more = _with_related(error.fields) - replaced
            replaced |= more or Settings.model_fields.keys()


def _with_related(fields: frozenset[str]) -> frozenset[str]:
    return fields.union(*(group for group in _CHECKED_TOGETHER if group & fields))


async def settings_valid(configuration: Configuration) -> Outcome:
    if configuration.mistakes:
        return failed("; ".join(configuration.mistakes), "Correct what is named here.")
    fields = configuration.settings.model_fields_set
    given = [variable(name) for name in Settings.model_fields if name in fields]
    return ok(f"valid; set: {', '.join(given)}" if given else "valid; all defaults")


async def unknown_variables(unknown: Mapping[str, str | None]) -> Outcome:
    """*unknown* are variables that look like settings, with the setting that was probably meant."""
    if not unknown:
        return ok("none")
    guesses = [
        f"{name} ({f'meant: {meant}' if meant else 'no setting of this version'})" for name, meant in unknown.items()
    ]
    return warning(f"ignored: {', '.join(guesses)}", "Correct the names, or remove the variables.")


async def dangers(configuration: Configuration) -> Outcome:
    """Combinations that are valid and yet rarely meant."""
    found = [danger for danger in (_memory(configuration), _public(configuration), _idle(configuration)) if danger]
    if not found:
        return ok("none")
    return warning(" ".join(detail for detail, _ in found), " ".join(remedy for _, remedy in found))


def _memory(configuration: Configuration) -> tuple[str, str] | None:
    if "store_url" in configuration.replaced or configuration.settings.store_url != "memory:":
        return None
    detail = (
        "With GATEWAY_STORE_URL=memory: a restart forgets recorded purchases and idempotency keys, so a repeated call "
        "may act twice, and replicas share neither."
    )
    return (
        detail,
        "Set GATEWAY_STORE_URL to sqlite:PATH on one machine, or redis://HOST:PORT/0 for replicas.",
    )


def _public(configuration: Configuration) -> tuple[str, str] | None:
    settings = configuration.settings
    if not settings.is_development or is_this_machine(settings.host):
        return None
    return (
        f"GATEWAY_MODE is development, and other machines can reach {settings.host}: they see schema and GraphiQL.",
        "Set GATEWAY_MODE to production, or GATEWAY_HOST to 127.0.0.1.",
    )


def _idle(configuration: Configuration) -> tuple[str, str] | None:
    settings = configuration.settings
    if "keep_alive_s" in configuration.replaced or settings.keep_alive_s > _USUAL_IDLE_S:
        return None
    detail = (
        f"GATEWAY_KEEP_ALIVE_S is {settings.keep_alive_s}: a load balancer that keeps connections for "
        f"{_USUAL_IDLE_S} s may send requests into closing ones."
    )
    return (
        detail,
        "Set GATEWAY_KEEP_ALIVE_S to more than the idle timeout of the load balancer in front.",
    )


async def secret_files(configuration: Configuration) -> Outcome:
    """Readable, which reading the settings has shown, and in the case of the refresh token replaceable."""
    if outcome := configuration.lacking(*(f"{name}_file" for name in sorted(SECRETS))):
        return outcome
    files = {variable(f"{name}_file"): _file(configuration.settings, name) for name in sorted(SECRETS)}
    given = {name: file.path for name, file in files.items() if file is not None}
    if not given:
        return skipped("No secret comes from a file.", "Nothing has to be done.")
    refresh_token = given.get("GATEWAY_REFRESH_TOKEN_FILE")
    if refresh_token is not None and not await asyncio.to_thread(_is_replaceable, refresh_token):
        return warning(
            f"The folder of {refresh_token} cannot be written, so renewed refresh tokens are lost at a restart.",
            "Put the file of GATEWAY_REFRESH_TOKEN_FILE in a folder that the gateway may write.",
        )
    return ok(f"readable: {', '.join(given)}")


def _file(settings: Settings, secret: str) -> SecretFile | None:
    file: SecretFile | None = getattr(settings, f"{secret}_file")
    return file


def _is_replaceable(path: Path) -> bool:
    return os.access(path.resolve().parent, os.W_OK)


async def trusted_documents(configuration: Configuration) -> Outcome:
    """Whether this version of the gateway would run each document of the manifest."""
    if outcome := configuration.lacking("trusted_documents"):
        return outcome
    manifest = configuration.settings.trusted_documents
    if manifest is None:
        return skipped("There are none.", "Set GATEWAY_TRUSTED_DOCUMENTS to have the documents of a shop checked.")
    if not manifest.documents:
        return warning(f"{manifest.path} has no documents.", "Build the shop's documents again.")
    rejected = await asyncio.to_thread(_rejected, configuration.settings, manifest)
    if not rejected:
        return ok(f"{len(manifest.documents)} in {manifest.path}, valid against this version's schema")
    first, why = next(iter(rejected.items()))
    return failed(
        f"{len(rejected)} of {len(manifest.documents)} would be refused, such as {first[:12]}: {why}",
        "Build the documents against this version's schema (gateway schema), or raise the limit that is named.",
    )


def _rejected(settings: Settings, manifest: Manifest) -> Mapping[str, str]:
    """The first thing wrong with each document that would be refused, by its hash."""
    documents = Documents(build_schema(), limits=limits_of(settings), introspection=settings.is_on("introspection"))
    results = {digest: documents.prepare(text, digest) for digest, text in manifest.documents.items()}
    return {digest: each.failures[0].message for digest, each in results.items() if isinstance(each, Rejected)}
