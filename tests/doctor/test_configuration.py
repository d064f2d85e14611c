"""The checks of the settings themselves, of which none needs the network."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from gateway.doctor.configuration import (
    Configuration,
    dangers,
    read_configuration,
    secret_files,
    settings_valid,
    trusted_documents,
    unknown_variables,
)
from gateway.settings.model import Settings
from gateway.settings.reading import WrongSettings, read_settings

SIGN_IN = {
    *("auth", "mode", "tenant_id", "client_id", "client_secret", "client_secret_file"),
    *("refresh_token", "refresh_token_file", "caller_keys", "caller_keys_file"),
}


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(f"GATEWAY_{name.upper()}", raising=False)


@pytest.mark.parametrize(
    ("given", "replaced"),
    [
        pytest.param({"port": "eighty"}, {"port"}, id="one alone"),
        pytest.param({"auth": "app", "port": "8001"}, SIGN_IN, id="a sign-in that is incomplete"),
        pytest.param({"workers": "2"}, {"workers", "store_url"}, id="two that exclude each other"),
        pytest.param({"deadline_s": "5", "attempt_s": "6"}, {"deadline_s", "attempt_s"}, id="two limits"),
        pytest.param({"mode": "prod", "auth": "app-user", "host": "*"}, {"host", *SIGN_IN}, id="several"),
        pytest.param(
            {"trusted_documents_mode": "enforce"}, {"trusted_documents", "trusted_documents_mode"}, id="a missing file"
        ),
    ],
)
async def test_a_mistake_costs_no_more_than_what_depends_on_it(given: Mapping[str, str], replaced: set[str]) -> None:
    """Every mistake is reported, and the other settings are as given."""
    with pytest.raises(WrongSettings) as caught:
        read_settings(given)

    configuration = read_configuration(given)
    found = await settings_valid(configuration)

    assert configuration.replaced == replaced
    assert found.verdict == "failed"
    assert all(mistake in found.detail for mistake in caught.value.mistakes)
    assert all(str(getattr(configuration.settings, name)) == given[name] for name in given.keys() - replaced)


async def test_valid_settings_are_named_without_their_values() -> None:
    """One of them may be a secret."""
    found = await settings_valid(read_configuration({"port": "8001", "store_url": "redis://:canary@store/0"}))

    assert (found.verdict, found.detail) == ("ok", "valid; set: GATEWAY_PORT, GATEWAY_STORE_URL")


async def test_unknown_variables_are_a_warning_with_the_guess() -> None:
    """They do not keep the gateway from starting."""
    found = await unknown_variables({"GATEWAY_CLUOD": "GATEWAY_CLOUD", "GATEWAY_XYZ": None})

    assert found.verdict == "warning"
    assert "GATEWAY_CLUOD (meant: GATEWAY_CLOUD)" in found.detail
    assert "GATEWAY_XYZ (no setting" in found.detail
    assert (await unknown_variables({})).verdict == "ok"


@pytest.mark.parametrize(
    ("given", "words"),
    [
        pytest.param({"store_url": "sqlite:x"}, None, id="none"),
        pytest.param({}, "a restart forgets recorded purchases", id="a store in memory"),
        pytest.param({"store_url": "sqlite:x", "mode": "development"}, None, id="development on this machine"),
        pytest.param(
            {"store_url": "sqlite:x", "mode": "development", "host": "0.0.0.0"}, "other machines", id="development for all"
        ),
        pytest.param({"store_url": "sqlite:x", "keep_alive_s": "60"}, "load balancer", id="short keep-alive"),
    ],
)  # fmt: skip
async def test_valid_combinations_that_are_rarely_meant_are_a_warning(
    given: Mapping[str, str], words: str | None
) -> None:
    """With the setting to change."""
    found = await dangers(read_configuration(given))

    assert found.verdict == ("ok" if words is None else "warning")
    assert words is None or (words in found.detail and "Set GATEWAY_" in (found.remedy or ""))


async def test_secret_files_are_named_and_not_shown(tmp_path: Path) -> None:
    """A file that cannot be read is one of the mistakes in the settings."""
    file = tmp_path / "keys"
    file.write_text("canary-canary-canary", "utf-8")
    given = {"auth": "app", "tenant_id": "contoso.example", "client_id": "0b0e6d3c-5b4b-4b0f-9a70-8f4d2f5f7a11"}

    good = await secret_files(
        read_configuration({**given, "client_secret_file": str(file), "caller_keys_file": str(file)})
    )
    bad = await secret_files(read_configuration({**given, "client_secret_file": str(tmp_path / "none")}))

    assert (good.verdict, good.detail) == ("ok", "readable: GATEWAY_CALLER_KEYS_FILE, GATEWAY_CLIENT_SECRET_FILE")
    assert (bad.verdict, "GATEWAY_CLIENT_SECRET_FILE" in bad.detail) == ("skipped", True)


@pytest.mark.parametrize(
    ("texts", "verdict", "words"),
    [
        pytest.param(["{ __typename }", "{ customers { totalCount } }"], "ok", "2 in", id="good ones"),
        pytest.param(["{ __typename }", "{ nothing }"], "failed", "1 of 2 would be refused", id="one of another schema"),
        pytest.param([], "warning", "has no documents", id="none"),
    ],
)  # fmt: skip
async def test_each_trusted_document_is_validated(tmp_path: Path, texts: list[str], verdict: str, words: str) -> None:
    """Against this version's schema and limits, as a request for it would be."""
    file = tmp_path / "documents.json"
    file.write_text(json.dumps({hashlib.sha256(text.encode()).hexdigest(): text for text in texts}), "utf-8")

    found = await trusted_documents(Configuration(Settings.model_validate({"trusted_documents": str(file)})))

    assert (found.verdict, words in found.detail) == (verdict, True)
