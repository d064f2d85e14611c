"""Prints docs/settings.md: `python -m gateway.settings.reference > docs/settings.md`."""

import sys
import textwrap
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import get_args

from pydantic import AfterValidator, SecretStr

from gateway.settings.checks import SECRETS, flag, variable
from gateway.settings.kinds import Matching, SecretFile, base_url, choices, listen_host
from gateway.settings.manifest import Manifest
from gateway.settings.model import Settings
from gateway.settings.presentation import GROUPS, default_of

_PAGE = """\
# Settings

Printed by `python -m gateway.settings.reference`; the tests compare. Settings are environment variables. All except
secrets are also flags of `gateway serve`, of `gateway check` and, but for those that it fixes, of `gateway dev`. A flag
must be spelled in full, and overrides its variable. An empty variable counts as absent. The program reports all mistakes
together before it starts, each with an example; `gateway check` tries the settings without serving.

A secret can come from a file, so that it is neither in the environment nor in the list of processes.

"""

_OTHER_VARIABLES = """
## Other variables

| name | default | meaning |
| --- | --- | --- |
| `GATEWAY_SANDBOX_HOST` | `127.0.0.1` | address on which `gateway sandbox` listens |
| `GATEWAY_SANDBOX_PORT` | `8100` | port on which `gateway sandbox` listens |
| `GATEWAY_SANDBOX_STORE` | in memory | SQLite file in which `gateway dev` and `gateway sandbox` keep the sandbox's state |
| `GATEWAY_CHECK_TOKEN` | none | token of Partner Center that `gateway check` reads with, where the gateway does not sign in itself |
| `OTEL_*` | none | OpenTelemetry's own variables; `OTEL_EXPORTER_OTLP_ENDPOINT` switches traces on |
"""

_KINDS: Iterable[tuple[object, str]] = (
    (listen_host, "an IP address or a host name"),
    (base_url, "a URL"),
    (Manifest, "a file"),
    (SecretFile, "a file"),
    (tuple, "a list, separated by commas"),
    (SecretStr, "a text"),
    (int, "a whole number"),
    (float, "a number"),
    (str, "a text"),
)
"""What a value is, by what stands in the annotation of its setting. The first that applies says most."""


def reference() -> str:
    """The page: every setting with its flag, default, kind, limits and an example, by group."""
    titles = [_title(text) for text in GROUPS.values()]
    contents = ", ".join(f"[{title}](#{title.lower().replace(' ', '-')})" for title in titles)
    groups = zip(titles, _groups(), strict=True)
    sections = (f"## {title}\n\n" + "\n".join(map(_entry, names)) for title, names in groups)
    return f"{_PAGE}{_wrapped(contents)}.\n\n" + "\n".join(sections) + _OTHER_VARIABLES


def row(name: str) -> tuple[str, str]:
    """Default and meaning, as a table of settings has them."""
    return default_of(name) or "none", Settings.model_fields[name].description or ""


def _groups() -> Iterator[list[str]]:
    names = list(Settings.model_fields)
    starts = [*map(names.index, GROUPS), len(names)]
    return (names[start:end] for start, end in pairwise(starts))


def _entry(name: str) -> str:
    default, meaning = row(name)
    option = "not a flag" if name in SECRETS else f"flag `{flag(name)}`"
    lines = [_wrapped(f"{_title(meaning)}."), "", f"- default: {default}", f"- value: {_values(name)}", f"- {option}"]
    return "\n".join([f"### {variable(name)}", "", *lines, f"- for example `{variable(name)}={_example(name)}`", ""])


def _values(name: str) -> str:
    field = Settings.model_fields[name]
    known = [f"`{choice}`" for choice in choices(field.annotation)]
    if known:
        return f"{', '.join(known[:-1])} or {known[-1]}"
    parts = [*field.metadata, *_parts(field.annotation)]
    functions = [part.func for part in parts if isinstance(part, AfterValidator)]
    meanings = [each.meaning for each in functions if isinstance(each, Matching)]
    kind = meanings[0] if meanings else next(text for key, text in _KINDS if key in {*functions, *parts})
    return ", ".join([kind, *_limits(parts)])


def _limits(constraints: Iterable[object]) -> Iterator[str]:
    for constraint in constraints:
        for bound, text in (("ge", "at least"), ("gt", "more than"), ("le", "at most")):
            if (limit := getattr(constraint, bound, None)) is not None:
                yield f"{text} {limit}"


def _parts(annotation: object) -> Iterator[object]:
    """The classes and validators of which an annotation is made."""
    origin = getattr(annotation, "__origin__", annotation)
    yield origin
    for part in get_args(annotation):
        yield from _parts(part)


def _example(name: str) -> object:
    """One that is not the default, if there is one."""
    field = Settings.model_fields[name]
    examples = field.examples or []
    return next((each for each in examples if each != field.default), examples[0])


def _wrapped(text: str) -> str:
    return textwrap.fill(text, width=120, break_long_words=False, break_on_hyphens=False)


def _title(text: str) -> str:
    return text[0].upper() + text[1:]


if __name__ == "__main__":
    sys.stdout.write(reference())
