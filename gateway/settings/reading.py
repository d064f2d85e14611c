"""Settings read from the command line and the environment, with everything that is wrong told together."""

import difflib
import os
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from gateway.settings.checks import PREFIX, SECRETS, flag, variable
from gateway.settings.kinds import choices
from gateway.settings.model import Settings

_PROBLEMS = {
    "int_from_float": "must be a whole number",
    "int_parsing": "must be a whole number",
    "int_parsing_size": "must be a whole number",
    "float_parsing": "must be a number",
    "greater_than": "must be more than {gt:.15g}",
    "greater_than_equal": "must be at least {ge:.15g}",
    "less_than_equal": "must be at most {le:.15g}",
    "literal_error": "must be {expected}",
}
"""Pydantic's kinds of errors in words that follow the name of a setting. Checks of our own have such words already."""


class WrongSettings(Exception):
    """Everything that is wrong with the settings, a line each: the name, what is wrong, and an example."""

    def __init__(self, mistakes: Iterable[str]) -> None:
        self.mistakes = tuple(mistakes)
        super().__init__("\n".join(self.mistakes))


def read_settings(given: Mapping[str, object], **fixed: object) -> Settings:
    """Settings from what the command line gave and, for the rest, from the environment. Raises WrongSettings.

    What is *fixed* is so whatever they say: a mistake there does no harm, and is not told.
    """
    values: dict[str, Any] = {**given, **fixed}
    try:
        return Settings(**values)
    except ValidationError as error:
        mistakes = [_mistake(found, values, typed=given) for found in error.errors()]
    raise WrongSettings(mistakes)


def unknown_settings(environment: Mapping[str, str], *, known: Iterable[str]) -> dict[str, str | None]:
    """Variables that look like settings and are none, most likely misspelled, each with the one that was likely meant."""
    names = set(known)
    unknown = sorted(name for name in environment if name.upper().startswith(PREFIX) and name.upper() not in names)
    return {name: next(iter(difflib.get_close_matches(name.upper(), names, n=1, cutoff=0.8)), None) for name in unknown}


def overruled_settings(environment: Mapping[str, str], *, fixed: Mapping[str, object]) -> list[str]:
    """Variables that say something else than what is fixed."""
    said = {variable(name): str(value) for name, value in fixed.items()}
    return [name for name, value in said.items() if environment.get(name, value) not in {value, ""}]


def _mistake(found: ErrorDetails, values: Mapping[str, Any], *, typed: Mapping[str, object]) -> str:
    """One mistake in a sentence, named as it was made: by the flag that was typed, or by the variable."""
    field, context = str(found["loc"][0]), found.get("ctx", {})
    remedy = context.get("remedy") or field
    name = f"{flag(field)} ({variable(field)})" if _is_typed(field, typed) else variable(field)
    sentence = f"{name} {_problem(found)}."
    example = context.get("example") or _example(remedy, against=field, refused=found["input"], values=values)
    if example is None:
        return sentence
    setting = f"{flag(remedy)} " if _is_typed(remedy, typed) else f"{variable(remedy)}="
    return f"{sentence} For example: {setting}{example}"


def _problem(found: ErrorDetails) -> str:
    if known := _PROBLEMS.get(found["type"]):
        return known.format(**found.get("ctx", {})).replace("'", "")
    return found["msg"].removeprefix("Value error, ")


def _is_typed(field: str, typed: Mapping[str, object]) -> bool:
    """Whether who made the mistake thinks of the setting as a flag: it was one, or others were and it was left out."""
    is_around = any(name.upper() == variable(field) for name in os.environ)
    return field not in SECRETS and (field in typed or (bool(typed) and not is_around))


def _example(field: str, *, against: str, refused: object, values: Mapping[str, Any]) -> str | None:
    """A value of *field* that helps *against* the mistake in a setting where everything else stays as it is.

    The choice that was likely meant, else the example that leaves the fewest other mistakes, else any choice. None when
    no value helps.
    """
    info = Settings.model_fields[field]
    known = choices(info.annotation)
    for examples in (_meant(str(refused), known), info.examples or [], known):
        wrong = {str(example): _wrong_fields({**values, field: example}) for example in examples}
        helping = [example for example in wrong if against not in wrong[example] and example != str(refused)]
        if helping:
            return min(helping, key=lambda example: len(wrong[example]))
    return None


def _meant(text: str, known: Sequence[str]) -> Sequence[str]:
    begun = [each for each in known if text and each.startswith(text)]
    return begun or difflib.get_close_matches(text, known, n=1)


def _wrong_fields(values: Mapping[str, Any]) -> set[str]:
    try:
        Settings(**values)
    except ValidationError as error:
        return {str(found["loc"][0]) for found in error.errors()}
    return set()
