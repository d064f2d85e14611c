"""`gateway schema`: prints the schema, or checks whether a copy of it is up to date."""

import difflib
from dataclasses import dataclass
from pathlib import Path

from gateway.schema.root import build_schema, sdl


class WrongFile(Exception):
    """A file that cannot be used: which, why, and what to do, in one line."""


@dataclass(frozen=True, kw_only=True)
class Report:
    data: str = ""
    verdict: str = ""
    """One line that says what to do; empty when nothing was found."""


def report(copy: Path | None) -> Report:
    """The schema, or, given a copy of it, how that differs. Raises WrongFile."""
    current = sdl(build_schema())
    if copy is None:
        return Report(data=current)
    text = _read(copy)
    if text == current:
        return Report()
    difference = _difference(text, current, name=str(copy))
    return Report(data=difference, verdict=f"{copy} is stale; update it with: gateway schema > {copy}")


def _difference(copy: str, current: str, *, name: str) -> str:
    old, new = copy.splitlines(keepends=True), current.splitlines(keepends=True)
    lines = difflib.unified_diff(old, new, name, "the schema of this version")
    return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except OSError as error:
        raise WrongFile(
            f"{path} cannot be read: {error.strerror}. Name a file that `gateway schema` printed."
        ) from error
    except UnicodeDecodeError as error:
        raise WrongFile(f"{path} is not text in UTF-8. Name a file that `gateway schema` printed.") from error
