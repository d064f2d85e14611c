"""The syntax of command lines, and a remedy for each mistake in one. Knows no command and no setting.

Messages never repeat what was typed, because it may be a secret, except for names of flags and words close to a known
one.
"""

import argparse
import difflib
import re
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NoReturn

_FLAG = re.compile(r"(--?)([A-Za-z][A-Za-z_-]*)(=.*)?", re.DOTALL)


class WrongUse(Exception):
    """Everything that is wrong with a command line: one line for each mistake, with what to type instead."""

    def __init__(self, *mistakes: str) -> None:
        self.mistakes = mistakes
        super().__init__("\n".join(mistakes))


class _Layout(argparse.RawDescriptionHelpFormatter):
    """Leaves words with hyphens whole, so that names can be copied."""

    def _split_lines(self, text: str, width: int) -> list[str]:
        return textwrap.wrap(" ".join(text.split()), width, break_on_hyphens=False)


class Parser(argparse.ArgumentParser):
    """Accepts flags in full only. Raises WrongUse.

    *refused* maps flags that people may expect here, and that do not exist, to the reason.
    """

    def __init__(self, *, refused: Mapping[str, str] | None = None, **options: Any) -> None:  # noqa: ANN401 - argparse's
        super().__init__(allow_abbrev=False, add_help=False, formatter_class=_Layout, **options)
        # Without -h, because argparse would read -host as -h with the value "ost". parse() translates it.
        self.add_argument("--help", action="help", help="show this help and exit; also -h")
        self.refused = refused or {}

    @property
    def flags(self) -> list[str]:
        return [flag for action in self._actions for flag in action.option_strings]

    def error(self, message: str) -> NoReturn:
        raise WrongUse(f"{_without_values(message)}; see {self.prog} --help")


def parse(
    parser: Parser, commands: Mapping[str, Parser], arguments: Sequence[str], *, first: str
) -> tuple[argparse.Namespace, list[str]]:
    """The values of the flags, and what is wrong with the rest. Raises WrongUse without a known command.

    *first* is a command line to suggest when there is none.
    """
    known = ", ".join(commands)
    if not arguments:
        raise WrongUse(f"a command is missing. Commands: {known}. To begin with: {first}")
    words = ["--help" if word == "-h" else word for word in arguments]
    command = words[0]
    if command.startswith("-") and command not in parser.flags:
        flag = command.partition("=")[0]
        if meant := _closest(flag, parser.flags):
            raise WrongUse(f"unrecognized flag {flag}; did you mean {meant}?")
        raise WrongUse(f"the command comes first: {parser.prog} COMMAND [--FLAG VALUE ...]. Commands: {known}")
    if not command.startswith("-") and command not in commands:
        meant = _closest(command, commands)
        guess = f"unknown command {command}; did you mean {parser.prog} {meant}?" if meant else "unknown command."
        raise WrongUse(f"{guess} Commands: {known}; see {parser.prog} --help")
    parsed, rest = parser.parse_known_args(words)
    return parsed, list(dict.fromkeys(_mistakes(rest, command, commands)))


def _mistakes(rest: Iterable[str], command: str, commands: Mapping[str, Parser]) -> Iterable[str]:
    """The mistakes in the words that the command does not accept."""
    parser = commands[command]
    is_value = False
    """Whether the word may be the value of the unknown flag before it."""
    for word in rest:
        flag = _FLAG.fullmatch(word)
        mistake = _flag_mistake(flag, parser, commands) if flag else None
        if mistake is not None:
            yield mistake
        elif not is_value:
            yield _word_mistake(flag, word, parser, commands)
        is_value = flag is not None and flag[3] is None


def _flag_mistake(typed: re.Match[str], parser: Parser, commands: Mapping[str, Parser]) -> str | None:
    """None for a flag that resembles no known one; it may be a value."""
    flag = f"--{typed[2].lower().replace('_', '-')}"
    if flag in parser.refused:
        return parser.refused[flag]
    elsewhere = [other.prog for other in commands.values() if flag in other.flags]
    if elsewhere and flag not in parser.flags:
        return f"{flag} is a flag of {' and '.join(elsewhere)}, not of {parser.prog}"
    unrecognized = f"unrecognized flag {typed[1]}{typed[2]}; did you mean"
    if meant := _closest(flag, parser.flags):
        return f"{unrecognized} {meant}?"
    if meant := _closest(flag, parser.refused):
        return f"{unrecognized} {meant}? {parser.refused[meant]}"
    return None


def _word_mistake(flag: re.Match[str] | None, word: str, parser: Parser, commands: Mapping[str, Parser]) -> str:
    if flag is not None and flag[1] == "--":
        return f"unrecognized flag --{flag[2]}; see {parser.prog} --help"
    if flag is not None:  # -pVALUE would be a short flag with its value
        return f"unrecognized short flag; flags are spelled out, see {parser.prog} --help"
    if word in commands and commands[word] is not parser:
        return f"{parser.prog} and {commands[word].prog} are two commands; give one"
    if word.startswith("-"):
        return f"unrecognized flag, not repeated because it may hold a secret; see {parser.prog} --help"
    return f"{parser.prog} takes flags only, and one word belongs to no flag; see {parser.prog} --help"


def _closest(word: str, known: Iterable[str]) -> str | None:
    return next(iter(difflib.get_close_matches(word, list(known), n=1, cutoff=0.7)), None)


def _without_values(message: str) -> str:
    """An error of argparse without the words that were typed."""
    flag, _, problem = message.removeprefix("argument ").partition(": ")
    if problem.startswith("expected "):
        return f"{flag} needs a value (typed as {flag}=VALUE if it begins with a dash)"
    if problem.startswith("ignored explicit argument"):
        return f"{flag} takes no value"
    return f"{flag}: {problem}" if problem else flag
