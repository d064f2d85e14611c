"""`gateway schema`: prints the schema, tells whether a copy of it is fresh, and what changed between two."""

import argparse
import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from graphql import GraphQLSchema

from gateway.cli.changes import Change, NotASchema, Weight, changes, read_schema
from gateway.schema.root import build_schema, sdl

_THIS_VERSION = "the schema of this version"


class WrongFile(Exception):
    """A file that cannot be used: which, why, and what to do, in one line."""


@dataclass(frozen=True, kw_only=True)
class Report:
    is_finding: bool = False
    data: str = ""
    verdict: str = ""
    """One line for people; empty when there is nothing to tell."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    either = parser.add_mutually_exclusive_group()
    either.add_argument("--check", metavar="FILE", type=Path, help="exit 1 and show the difference when FILE is stale")
    either.add_argument(
        "--changes",
        metavar=("OLD", "NEW"),
        nargs="+",
        type=Path,
        help="list what changed from one file to the other, or to this version; exit 1 when it breaks clients",
    )


def report(parsed: argparse.Namespace) -> Report:
    """What was asked for. Raises WrongFile."""
    current = sdl(build_schema())
    if parsed.check:
        return _check(parsed.check, current)
    if parsed.changes:
        return _compare(parsed.changes, current)
    return Report(data=current)


def _check(path: Path, current: str) -> Report:
    kept = _read(path)
    if kept == current:
        return Report()
    difference = _difference(kept, current, name=str(path))
    anew = f"write it anew with: gateway schema > {path}"
    try:
        found = changes(read_schema(kept), read_schema(current))
    except NotASchema as error:
        return Report(is_finding=True, data=difference, verdict=f"{path} holds no schema: {error} To mend it, {anew}")
    listed = f"\n{_listed(found)}" if found else ""
    return Report(is_finding=True, data=difference + listed, verdict=f"{path} is stale; {anew}")


def _compare(files: Sequence[Path], current: str) -> Report:
    if len(files) > 2:
        raise WrongFile(f"--changes takes one file or two; {files[2]} is too many.")
    old, new = _schema(files[0]), _schema(files[1]) if files[1:] else read_schema(current)
    found = changes(old, new)
    counts = {weight: sum(change.weight is weight for change in found) for weight in Weight}
    told = ", ".join(f"{count} {weight.name.lower()}" for weight, count in counts.items() if count) or "no changes"
    return Report(
        is_finding=counts[Weight.BREAKING] > 0,
        data=_listed(found),
        verdict=f"from {files[0]} to {files[1] if files[1:] else _THIS_VERSION}: {told}",
    )


def _difference(kept: str, current: str, *, name: str) -> str:
    lines = difflib.unified_diff(kept.splitlines(keepends=True), current.splitlines(keepends=True), name, _THIS_VERSION)
    return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)


def _listed(found: Sequence[Change]) -> str:
    return "".join(f"{change.weight.name:<9}  {change.text}\n" for change in found)


def _schema(path: Path) -> GraphQLSchema:
    try:
        return read_schema(_read(path))
    except NotASchema as error:
        raise WrongFile(f"{path} holds no schema: {error} Give a file that `gateway schema` has printed.") from error


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except OSError as error:
        raise WrongFile(f"{path} cannot be read: {error.strerror}. Give the path of a schema.") from error
    except UnicodeDecodeError as error:
        raise WrongFile(f"{path} is not text in UTF-8. Give a file that `gateway schema` has printed.") from error
