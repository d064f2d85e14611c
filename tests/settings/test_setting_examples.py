"""The example at the end of each error about a setting is valid and resolves that error."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from gateway.settings.checks import PREFIX, flag, variable
from gateway.settings.kinds import choices
from gateway.settings.model import Settings
from gateway.settings.reading import WrongSettings, read_settings

GUID = "0b0e6d3c-5b4b-4b0f-9a70-8f4d2f5f7a11"
AS_APP = {
    "auth": "app",
    "tenant_id": "contoso.example",
    "client_id": GUID,
    "client_secret": "some-secret",
    "caller_keys": "some-key-of-a-caller",
}
CONTEXTS: Mapping[str, Mapping[str, str]] = {
    "nothing": {},
    "a sign-in as an application": AS_APP,
    "a sign-in as a user": {**AS_APP, "auth": "app-user", "refresh_token": "some-refresh-token"},
    "a sign-in and nothing for it": {"auth": "app-user"},
    "what is for a sign-in, and none": {**AS_APP, "auth": "forward", "refresh_token": "some-refresh-token"},
    "no keys of callers": {**AS_APP, "caller_keys": ""},
    "development open to all": {**AS_APP, "caller_keys": "", "mode": "development", "host": "0.0.0.0"},
    "a short deadline": {"deadline_s": "0.5", "attempt_s": "0.25"},
    "long attempts": {"deadline_s": "200", "attempt_s": "100"},
    "several processes": {"workers": "2", "store_url": "sqlite:shared.sqlite"},
    "several processes and no store": {"workers": "2"},
    "trust without documents": {"trusted_documents_mode": "enforce"},
}
SPANNING = frozenset({
    "host", "workers", "store_url", "auth", "tenant_id", "client_secret_file", "refresh_token", "mode", "caller_keys",
    "trusted_documents_mode", "deadline_s", "attempt_s",
})  # fmt: skip
"""Settings whose errors depend on others, one of each kind. The rest are tested alone."""

SHOWN = re.compile(r" For example: (?:(GATEWAY_[A-Z_]+)=|(--[a-z-]+) )(.*)$")


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(variable(name), raising=False)


@pytest.mark.parametrize("context", CONTEXTS.values(), ids=CONTEXTS)
def test_an_example_helps(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, context: Mapping[str, str]) -> None:
    """Whatever is wrong with a setting: with the value of the example, that error is gone."""
    for name, value in context.items():
        monkeypatch.setenv(variable(name), value)
    of_the_context = _mistakes({})
    for mistake in of_the_context:
        _check_example(mistake, "", "")

    for name in SPANNING if context else Settings.model_fields:
        for value in _values(name, tmp_path):
            with monkeypatch.context() as patch:
                patch.setenv(variable(name), value)
                for mistake in set(_mistakes({})).difference(of_the_context):
                    _check_example(mistake, name, value)


def _values(name: str, files: Path) -> Sequence[str]:
    """Values that are wrong alone, or together with some other settings."""
    info = Settings.model_fields[name]
    if name.endswith("_file") or name == "trusted_documents":
        (files / "empty").write_text("")
        (files / "empty.json").write_text("{}")
        return [*map(str, info.examples or []), str(files / "empty"), str(files / "empty.json")]
    if known := choices(info.annotation):
        return [*known, "nonsense"]
    if info.annotation is int or info.annotation is float:
        return ["-1", "0.001", "2", "250", "9" * 20]
    return [" ", "nonsense", "http://x.example/", "memory:", "0.0.0.0"]


def _check_example(mistake: str, name: str, value: str) -> None:
    """For the error that was reported after *name* was set to *value*."""
    wrong = mistake.split(" ", maxsplit=1)[0].removeprefix(PREFIX).lower()
    shown = SHOWN.search(mistake)
    if shown is None:
        examples = Settings.model_fields[wrong].examples or []
        assert all(_is_wrong(wrong, {wrong: example}) for example in examples), mistake
        return
    remedy = shown[1].removeprefix(PREFIX).lower()
    examples_by_text = {str(each): each for each in Settings.model_fields[remedy].examples or []}

    assert (remedy, shown[3]) != (name, value), mistake
    assert not _is_wrong(wrong, {remedy: examples_by_text.get(shown[3], shown[3])}), mistake


def _is_wrong(name: str, given: Mapping[str, object]) -> bool:
    try:
        Settings(**dict[str, Any](given))
    except ValidationError as error:
        return any(found["loc"][0] == name for found in error.errors())
    return False


def _mistakes(given: Mapping[str, object]) -> tuple[str, ...]:
    try:
        read_settings(given)
    except WrongSettings as error:
        return error.mistakes
    return ()


def test_examples_follow_how_a_setting_was_given(monkeypatch: pytest.MonkeyPatch) -> None:
    """As a flag or as a variable."""
    typed = _mistakes({"port": "x"})
    monkeypatch.setenv("GATEWAY_PORT", "x")
    exported = _mistakes({"host": "localhost"})

    assert typed == ("--port (GATEWAY_PORT) must be a whole number. For example: --port 8000",)
    assert exported == ("GATEWAY_PORT must be a whole number. For example: GATEWAY_PORT=8000",)


@pytest.mark.parametrize("name", Settings.model_fields)
def test_every_setting_has_a_valid_example(name: str) -> None:
    """Valid alone, except for settings of a sign-in, which require each other."""
    examples = Settings.model_fields[name].examples or []

    mistakes = [set(_mistakes({name: example})) for example in examples]

    assert examples
    assert all(
        flag(name) not in mistake or "is used with" in mistake or " requires " in mistake
        for each in mistakes
        for mistake in each
    )
