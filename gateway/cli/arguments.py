"""What a command line may look like, and how each mistake in one is answered. Knows no command and no setting.

A word that was typed is never repeated, because it may be a secret; names of flags are, and words close to a known one.
"""

import argparse
import difflib
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NoReturn

_FLAG = re.compile(r"(--?)([A-Za-z][A-Za-z_-]*)(=.*)?", re.DOTALL)


class WrongUse(Exception):
    """Everything that is wrong with a command line, a line each, with what to type instead."""

    def __init__(self, *mistakes: str) -> None:
        self.mistakes = mistakes
        super().__init__("\n".join(mistakes))


class Parser(argparse.ArgumentParser):
    """Takes flags as they are spelled out. Raises WrongUse.

    *refused* says of flags that people may expect here why there is none.
    """

    def __init__(self, *, refused: Mapping[str, str] | None = None, **options: Any) -> None:  # noqa: ANN401 - argparse's
        super().__init__(allow_abbrev=False, formatter_class=argparse.RawDescriptionHelpFormatter, **options)
        self.refused = refused or {}

    @property
    def flags(self) -> list[str]:
        return [flag for action in self._actions for flag in action.option_strings if flag.startswith("--")]

    def error(self, message: str) -> NoReturn:
        raise WrongUse(f"{_without_values(message)}; see {self.prog} --help")


def parse(
    parser: Parser, commands: Mapping[str, Parser], arguments: Sequence[str], *, first: str
) -> argparse.Namespace:
    """What was typed, with `command` for the name of the command. *first* is a command line to begin with."""
    known = ", ".join(commands)
    if not arguments:
        raise WrongUse(f"which command? {known}. To begin with: {first}")
    name = arguments[0]
    if name.startswith("-") and name not in {*parser.flags, "-h"}:
        flag = name.partition("=")[0]
        if meant := _closest(flag, parser.flags):
            raise WrongUse(f"unrecognized flag {flag}; did you mean {meant}?")
        raise WrongUse(f"the command comes first: {parser.prog} COMMAND [--FLAG VALUE ...]. Commands: {known}")
    if not name.startswith("-") and name not in commands:
        meant = _closest(name, commands)
        guess = f"unknown command {name}; did you mean {parser.prog} {meant}?" if meant else "unknown command."
        raise WrongUse(f"{guess} Commands: {known}; see {parser.prog} --help")
    parsed, left = parser.parse_known_args(arguments)
    if mistakes := list(dict.fromkeys(_mistakes(left, name, commands))):
        raise WrongUse(*mistakes)
    return parsed


def _mistakes(left: Iterable[str], command: str, commands: Mapping[str, Parser]) -> Iterable[str]:
    """What is wrong with the words *left* that the command did not take."""
    parser = commands[command]
    is_value = False  # of a flag that is none, so there is no more to say of it
    for word in left:
        found = _FLAG.fullmatch(word)
        if found is None:
            if not is_value:
                yield _about_word(word, parser, commands)
            is_value = False
            continue
        flag = f"--{found[2].lower().replace('_', '-')}"
        meant = _closest(flag, parser.flags)
        elsewhere = [other.prog for other in commands.values() if flag in other.flags]
        if flag in parser.refused:
            yield parser.refused[flag]
        elif elsewhere and flag not in parser.flags:
            yield f"{flag} is a flag of {' and '.join(elsewhere)}, not of {parser.prog}"
        elif meant:
            yield f"unrecognized flag {found[1]}{found[2]}; did you mean {meant}?"
        elif found[1] == "--" and not is_value:
            yield f"unrecognized flag --{found[2]}; see {parser.prog} --help"
        elif not is_value:  # -pVALUE would be a short flag and its value in one
            yield f"unrecognized short flag; flags are spelled out, see {parser.prog} --help"
        is_value = found[3] is None


def _about_word(word: str, parser: Parser, commands: Mapping[str, Parser]) -> str:
    if word in commands and commands[word] is not parser:
        return f"{parser.prog} and {commands[word].prog} are two commands; give one"
    if word.startswith("-"):
        return f"unrecognized flag, not repeated because it may hold a secret; see {parser.prog} --help"
    return f"{parser.prog} takes flags only, and a word belongs to none of them; see {parser.prog} --help"


def _closest(word: str, known: Iterable[str]) -> str | None:
    return next(iter(difflib.get_close_matches(word, list(known), n=1, cutoff=0.7)), None)


def _without_values(message: str) -> str:
    """An error of argparse in our words. Its own may hold what was typed."""
    flag, _, problem = message.removeprefix("argument ").partition(": ")
    if problem.startswith("expected "):
        return f"{flag} needs a value (typed as {flag}=VALUE where it begins with a dash)"
    if problem.startswith("ignored explicit argument"):
        return f"{flag} takes no value"
    return f"{flag}: {problem}" if problem else flag
