"""Reads settings from the command line and the environment, and reports all mistakes together."""

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
"""Phrases for Pydantic's kinds of errors, to follow the name of a setting. Our own checks raise such phrases."""


class WrongSettings(Exception):
    """Everything that is wrong with the settings: one line each, with the name, what is wrong, and an example."""

    def __init__(self, mistakes: Iterable[str], *, fields: Iterable[str] = ()) -> None:
        """*fields* are the settings with the mistakes, if these are fields of Settings."""
        self.mistakes = tuple(mistakes)
        self.fields = frozenset(fields)
        super().__init__("\n".join(self.mistakes))


def read_settings(given: Mapping[str, object], **fixed: object) -> Settings:
    """Settings from the command line, else from the environment. Raises WrongSettings.

    *fixed* values override both, so that a mistake there has no effect and is not reported.
    """
    values: dict[str, Any] = {**given, **fixed}
    try:
        return Settings(**values)
    except ValidationError as error:
        errors = error.errors()
    mistakes = [_mistake(each, values, flags=given) for each in errors]
    raise WrongSettings(mistakes, fields=(str(each["loc"][0]) for each in errors))


def unknown_settings(environment: Mapping[str, str], *, known: Iterable[str]) -> dict[str, str | None]:
    """Variables with the prefix of settings that are not settings, each with the name that was probably meant."""
    names = set(known)
    unknown = sorted(name for name in environment if name.upper().startswith(PREFIX) and name.upper() not in names)
    return {name: next(iter(difflib.get_close_matches(name.upper(), names, n=1, cutoff=0.8)), None) for name in unknown}


def overruled_settings(environment: Mapping[str, str], *, fixed: Mapping[str, object]) -> list[str]:
    """Variables with another value than the fixed one."""
    fixed_values = {variable(name): str(value) for name, value in fixed.items()}
    return [name for name, value in fixed_values.items() if environment.get(name, value) not in {value, ""}]


def _mistake(error: ErrorDetails, values: Mapping[str, Any], *, flags: Mapping[str, object]) -> str:
    """One sentence. It names the setting as the user did, as a flag or as a variable, and ends with an example."""
    field, context = str(error["loc"][0]), error.get("ctx", {})
    remedy = context.get("remedy") or field
    name = f"{flag(field)} ({variable(field)})" if _is_flag(field, flags) else variable(field)
    sentence = f"{name} {_problem(error)}."
    example = context.get("example") or _example(remedy, wrong=field, value=error["input"], values=values)
    if example is None:
        return sentence
    setting = f"{flag(remedy)} " if _is_flag(remedy, flags) else f"{variable(remedy)}="
    return f"{sentence} For example: {setting}{example}"


def _problem(error: ErrorDetails) -> str:
    if phrase := _PROBLEMS.get(error["type"]):
        return phrase.format(**error.get("ctx", {})).replace("'", "")
    return error["msg"].removeprefix("Value error, ")


def _is_flag(field: str, flags: Mapping[str, object]) -> bool:
    """Whether the user probably sets it as a flag: it was one, or others were and it is not in the environment."""
    is_variable = any(name.upper() == variable(field) for name in os.environ)
    return field not in SECRETS and (field in flags or (bool(flags) and not is_variable))


def _example(field: str, *, wrong: str, value: object, values: Mapping[str, Any]) -> str | None:
    """A value of *field* that makes *wrong*, the setting refused for its *value*, valid; all others stay as they are.

    The choice that was probably meant, else the example that leaves the fewest other mistakes, else any choice. None
    when no value helps.
    """
    info = Settings.model_fields[field]
    known = choices(info.annotation)
    for examples in (_probably_meant(str(value), known), info.examples or [], known):
        mistakes = {str(example): _wrong_fields({**values, field: example}) for example in examples}
        helpful = [example for example in mistakes if wrong not in mistakes[example] and example != str(value)]
        if helpful:
            return min(helpful, key=lambda example: len(mistakes[example]))
    return None


def _probably_meant(text: str, known: Sequence[str]) -> Sequence[str]:
    completions = [choice for choice in known if text and choice.startswith(text)]
    return completions or difflib.get_close_matches(text, known, n=1)


def _wrong_fields(values: Mapping[str, Any]) -> set[str]:
    try:
        Settings(**values)
    except ValidationError as error:
        return {str(each["loc"][0]) for each in error.errors()}
    return set()
