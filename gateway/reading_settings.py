"""Settings read from the command line and the environment, with everything that is wrong told together."""

from collections.abc import Iterable, Mapping

from pydantic import ValidationError

from gateway.setting_checks import PREFIX, SECRETS, variable
from gateway.settings import Settings


class WrongSettings(Exception):
    """Everything that is wrong with the settings, a line each: the name, what is wrong, and an example."""

    def __init__(self, mistakes: Iterable[str]) -> None:
        self.mistakes = tuple(mistakes)
        super().__init__("\n".join(self.mistakes))


def read_settings(given: Mapping[str, object], **fixed: object) -> Settings:
    """Settings from what the command line gave and, for the rest, from the environment. Raises WrongSettings.

    What is *fixed* is so whatever they say: a mistake there does no harm, and is not told.
    """
    mistakes = [
        _mistake(f"{name}_file", f"takes the place of a flag {_flag(name)}") for name in given if name in SECRETS
    ]
    try:
        settings = Settings(**{**given, **fixed})  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]  validated by pydantic
    except ValidationError as error:
        mistakes += [_mistake(str(found["loc"][0]), found["msg"]) for found in error.errors()]
    else:
        if not mistakes:
            return settings
    raise WrongSettings(mistakes)


def unknown_settings(environment: Mapping[str, str], *, known: Iterable[str]) -> list[str]:
    """Variables that look like settings and are none, most likely misspelt."""
    names = set(known)
    return sorted(name for name in environment if name.startswith(PREFIX) and name not in names)


def overruled_settings(environment: Mapping[str, str], *, fixed: Mapping[str, object]) -> list[str]:
    """Variables that say something else than what is fixed."""
    said = {variable(name): str(value) for name, value in fixed.items()}
    return [name for name, value in said.items() if environment.get(name, value) not in {value, ""}]


def _flag(field: str) -> str:
    return f"--{field.replace('_', '-')}"


def _mistake(field: str, problem: str) -> str:
    examples = Settings.model_fields[field].examples or []
    wrong = problem.removeprefix("Value error, ").replace("Input should be", "must be")
    return f"{variable(field)} {wrong}. For example: {variable(field)}={examples[0]}"
