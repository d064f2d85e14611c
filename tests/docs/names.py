"""Findings about names: of settings, commands, files, modules and the sandbox's paths."""

import re
from collections.abc import Collection, Iterator
from importlib.util import find_spec

from gateway.cli.arguments import WrongUse
from gateway.cli.commands import SANDBOX_HOST, SANDBOX_PORT, SANDBOX_STORE, parse_command_line
from gateway.settings.checks import CHECK_TOKEN, variable
from gateway.settings.model import Settings
from tests.docs.pages import ROOT, Page, Part

VARIABLES = {*map(variable, Settings.model_fields), SANDBOX_HOST, SANDBOX_PORT, SANDBOX_STORE, CHECK_TOKEN}
_TARGETS = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
_PATH = re.compile(r"[\w.-]+(/[\w.*-]+)+/?")
_MADE = {"dist", ".venv", "node_modules", ".env"}
"""Parts of paths that exist only after something was built, installed or configured."""


def unknown_variables(page: Page) -> Iterator[str]:
    for match in re.finditer(r"\bGATEWAY_[A-Z0-9_]*[A-Z0-9](_?\*)?", page.text):
        part = Part(page.text.count("\n", 0, match.start()) + 1, match[0])
        name = match[0].rstrip("*")
        if name not in VARIABLES and not (match[1] and any(each.startswith(name) for each in VARIABLES)):
            yield page.at(part, f"{match[0]} is not a setting; docs/settings.md lists those that are")


def unknown_targets(page: Page) -> Iterator[str]:
    for command in page.commands:
        for target in re.findall(r"(?:^|[\s;&])make ([a-z]+)\b(?![.=])", command.text):
            if target not in _TARGETS:
                yield page.at(command, f"make {target} is not in the Makefile, which has {', '.join(sorted(_TARGETS))}")


def unknown_commands(page: Page) -> Iterator[str]:
    for command in page.commands:
        for name, rest in re.findall(r"(?:^|[\s;&(/])gateway ([a-z]+)\b([^|>;&]*)", command.text):
            flags = re.findall(r"(?:^|\s)(--[a-z][a-z-]*)", rest)
            yield from (page.at(command, mistake) for mistake in _mistakes(name, flags))


def _mistakes(command: str, flags: Collection[str]) -> Iterator[str]:
    for words in ([command], *([command, flag] for flag in flags if flag != "--help")):
        try:
            _, mistakes = parse_command_line(words)
        except WrongUse as error:
            mistakes = [mistake for mistake in error.mistakes if "needs a value" not in mistake]
        yield from (f"gateway {' '.join(words)}: {mistake}" for mistake in mistakes)


def unknown_files(page: Page) -> Iterator[str]:
    """Code that looks like a path from the root, from `gateway/` or from the page's own folder must be one."""
    starts = [ROOT, ROOT / "gateway", page.path.parent]
    for span in page.spans:
        if not _PATH.fullmatch(span.text) or not _MADE.isdisjoint(span.text.split("/")):
            continue
        first = span.text.partition("/")[0]
        folders = [start for start in starts if (start / first).exists()]
        if folders and not any(any(folder.glob(span.text.rstrip("/"))) for folder in folders):
            yield page.at(
                span, f"{span.text} does not exist; name a path from the root of the repository or from gateway/"
            )


def unknown_modules(page: Page) -> Iterator[str]:
    """Not those of the examples, which have environments of their own."""
    if page.path.is_relative_to(ROOT / "examples"):
        return
    for match in re.finditer(r"\bpython[0-9.]* -m ([A-Za-z_][\w.]*\w)", page.text):
        part = Part(page.text.count("\n", 0, match.start()) + 1, match[0])
        if not _exists(match[1]):
            yield page.at(part, f"{match[0]}: there is no module {match[1]}")


def _exists(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:
        return False


def unknown_controls(page: Page, known: Collection[str]) -> Iterator[str]:
    """*known* are the sandbox's own calls, such as `POST /_sandbox/reset`."""
    paths = {each.partition(" ")[2] for each in known}
    for match in re.finditer(r"(?:\b(GET|POST|PUT|PATCH|DELETE) )?(/_sandbox/[\w/-]*\w)", page.text):
        part = Part(page.text.count("\n", 0, match.start()) + 1, match[0])
        wanted = f"{match[1]} {match[2]}" if match[1] else match[2]
        if wanted not in {*known, *paths}:
            yield page.at(part, f"the sandbox has no {wanted}; GET / of the sandbox lists what it has")
