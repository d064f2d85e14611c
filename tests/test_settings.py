"""Settings: read once, told in full when wrong."""

import pytest

from gateway.settings import Settings, WrongSettings, read_settings, unknown_settings


@pytest.fixture(autouse=True)
def _no_settings_around(monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment of whoever runs the tests is not part of them."""
    for name in Settings.model_fields:
        monkeypatch.delenv(f"GATEWAY_{name.upper()}", raising=False)


def test_defaults_are_safe_for_a_laptop() -> None:
    """Without any setting the gateway listens on loopback only and hides schema, suggestions and IDE."""
    settings = read_settings({})

    assert (settings.host, settings.port) == ("127.0.0.1", 8000)
    assert not any(settings.is_on(switch) for switch in ("introspection", "suggestions", "ide"))


def test_every_mistake_is_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each line names the variable, says what is wrong, and shows an example."""
    monkeypatch.setenv("GATEWAY_PORT", "eighty")
    monkeypatch.setenv("GATEWAY_CLOUD", "mars")

    with pytest.raises(WrongSettings) as told:
        read_settings({"default_country": "Sweden"})

    assert [mistake.split(" ")[0] for mistake in told.value.mistakes] == [
        "GATEWAY_PORT",
        "GATEWAY_CLOUD",
        "GATEWAY_DEFAULT_COUNTRY",
    ]
    assert all(" must be " in mistake and "For example: GATEWAY_" in mistake for mistake in told.value.mistakes)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        pytest.param("upstream_url", "http://api.example.com", id="plain http off this machine"),
        pytest.param("upstream_url", "api.example.com", id="an address without a scheme"),
        pytest.param("upstream_url", "http://127.0.0.1.example.com", id="a host that only begins like loopback"),
        pytest.param("cors_origins", "*", id="every origin"),
        pytest.param("cors_origins", "https://shop.example.com/path", id="an origin with a path"),
        pytest.param("workers", "2", id="several processes without a shared store"),
        pytest.param("auth", "app", id="a sign-in this version does not have"),
        pytest.param("store_url", "redis://127.0.0.1", id="a store this version does not have"),
        pytest.param("attempt_s", "31", id="an attempt longer than the deadline"),
        pytest.param("port", "70000", id="a port that does not exist"),
        pytest.param("locale", "english please", id="no language tag"),
    ],
)
def test_dangerous_and_impossible_values_are_refused(name: str, value: str) -> None:
    """The value is refused, and the mistake names its variable."""
    with pytest.raises(WrongSettings, match=f"GATEWAY_{name.upper()} "):
        read_settings({name: value})


def test_origins_are_given_by_comma(monkeypatch: pytest.MonkeyPatch) -> None:
    """Spaces and empty parts do not matter."""
    monkeypatch.setenv("GATEWAY_CORS_ORIGINS", "https://shop.example.com, https://admin.example.com:8443,")

    assert read_settings({}).cors_origins == ("https://shop.example.com", "https://admin.example.com:8443")


def test_the_mode_sets_what_is_not_set_by_itself() -> None:
    """Development turns the switches on; one that is set stays as set."""
    settings = read_settings({"mode": "development", "ide": "off"})

    assert settings.is_on("introspection")
    assert not settings.is_on("ide")


def test_the_command_line_beats_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """A flag is what somebody typed just now."""
    monkeypatch.setenv("GATEWAY_PORT", "9000")

    assert read_settings({"port": "9001"}).port == 9001


def test_misspelt_settings_are_found() -> None:
    """Only names that look like settings and are none."""
    around = {"GATEWAY_PROT": "1", "GATEWAY_PORT": "2", "PATH": "/bin"}

    assert unknown_settings(around, known=["GATEWAY_PORT"]) == ["GATEWAY_PROT"]
