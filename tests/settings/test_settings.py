"""Settings: read once, with all mistakes reported together."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from pydantic import ValidationError

from gateway.dev.fixed_settings import FIXED
from gateway.settings.model import Settings
from gateway.settings.reading import WrongSettings, overruled_settings, read_settings, unknown_settings


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment in which the tests run does not matter."""
    for name in Settings.model_fields:
        monkeypatch.delenv(f"GATEWAY_{name.upper()}", raising=False)


SetVariables = Callable[[Mapping[str, str | None]], None]


@pytest.fixture
def set_variables(monkeypatch: pytest.MonkeyPatch) -> SetVariables:
    """Sets environment variables; None deletes one."""

    def set_variables(variables: Mapping[str, str | None]) -> None:
        for name, value in variables.items():
            monkeypatch.setenv(name, value) if value is not None else monkeypatch.delenv(name, raising=False)

    return set_variables


def test_defaults_are_safe_for_a_laptop() -> None:
    """Without any setting the gateway listens on loopback only and hides schema, suggestions and IDE."""
    settings = read_settings({})

    assert (settings.host, settings.port) == ("127.0.0.1", 8000)
    assert not any(settings.is_on(switch) for switch in ("introspection", "suggestions", "ide"))


def test_all_mistakes_are_reported_together(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each line names the variable, or the flag that was used, says what is wrong, and shows an example."""
    monkeypatch.setenv("GATEWAY_PORT", "eighty")
    monkeypatch.setenv("GATEWAY_CLOUD", "mars")

    with pytest.raises(WrongSettings) as caught:
        read_settings({"default_country": "Sweden"})

    assert [mistake.split(" ")[0] for mistake in caught.value.mistakes] == [
        "GATEWAY_PORT",
        "GATEWAY_CLOUD",
        "--default-country",
    ]
    assert caught.value.mistakes[0].endswith(" must be a whole number. For example: GATEWAY_PORT=8000")
    assert caught.value.mistakes[2].endswith(" country code in capitals. For example: --default-country SE")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        pytest.param("upstream_url", "http://api.example.com", id="plain http off this machine"),
        pytest.param("upstream_url", "api.example.com", id="an address without a scheme"),
        pytest.param("upstream_url", "http://127.0.0.1.example.com", id="a host name that begins like loopback"),
        pytest.param("cors_origins", "*", id="every origin"),
        pytest.param("cors_origins", "https://shop.example.com/path", id="an origin with a path"),
        pytest.param("cors_origins", "https://shop.example.com,null", id="the origin of every file"),
        pytest.param("cors_headers", "*", id="every header"),
        pytest.param("cors_headers", "x-shop x-other", id="headers with a space between"),
        pytest.param("cors_headers", "x-shop: canary", id="a header with its value"),
        pytest.param("keep_alive_s", "0", id="no idle time"),
        pytest.param("keep_alive_s", "3601", id="more than an hour of idle time"),
        pytest.param("keep_alive_s", "7.5", id="a fraction of a second"),
        pytest.param("workers", "2", id="several processes without a shared store"),
        pytest.param("auth", "certificate", id="a sign-in that does not exist"),
        pytest.param("authority_url", "http://login.example.com", id="secrets over plain http"),
        pytest.param("authority_url", "https://user:canary@login.example.com", id="credentials in an address"),
        pytest.param("upstream_url", "https://api.example.com:canary", id="a port that is not a number"),
        pytest.param("upstream_url", "https://api.example.com/?v=1", id="an address with a query"),
        pytest.param("tenant_id", "common", id="a tenant shared by all"),
        pytest.param("tenant_id", "../canary", id="a tenant that is a path"),
        pytest.param("client_id", "canary", id="an application id that is not a GUID"),
        pytest.param("client_secret_file", "/canary/nothing", id="a missing file"),
        pytest.param("store_url", "mysql://127.0.0.1", id="a store that does not exist"),
        pytest.param("store_url", "sqlite::memory:", id="SQLite in memory"),
        pytest.param("store_url", "redis+canary://127.0.0.1", id="a form of Redis that does not exist"),
        pytest.param("attempt_s", "31", id="an attempt longer than the deadline"),
        pytest.param("port", "70000", id="a port that does not exist"),
        pytest.param("locale", "english please", id="not a language tag"),
    ],
)
def test_dangerous_and_impossible_values_are_refused(name: str, value: str) -> None:
    """The error names the variable, without the value, which may be a secret."""
    with pytest.raises(WrongSettings, match=rf"GATEWAY_{name.upper()}\b") as caught:
        read_settings({name: value})

    assert "canary" not in str(caught.value)


def test_origins_are_given_by_comma(monkeypatch: pytest.MonkeyPatch) -> None:
    """Spaces and empty parts are ignored."""
    monkeypatch.setenv("GATEWAY_CORS_ORIGINS", "https://shop.example.com, https://admin.example.com:8443,")

    assert read_settings({}).cors_origins == ("https://shop.example.com", "https://admin.example.com:8443")


def test_headers_are_given_by_comma(monkeypatch: pytest.MonkeyPatch) -> None:
    """Spaces and empty parts are ignored."""
    monkeypatch.setenv("GATEWAY_CORS_HEADERS", "X-Tenant, x-datadog-trace-id,")

    assert read_settings({}).cors_headers == ("X-Tenant", "x-datadog-trace-id")


def test_a_wildcard_for_headers_is_refused_with_the_reason() -> None:
    """Browsers do not apply it to Authorization."""
    with pytest.raises(WrongSettings, match=r"must name each header; .* For example: --cors-headers x-tenant"):
        read_settings({"cors_headers": "x-tenant,*"})


def test_idle_connections_outlive_those_of_usual_load_balancers() -> None:
    """A load balancer closes them after 60 seconds. If the gateway did so first, requests would be lost."""
    assert read_settings({}).keep_alive_s > 60


def test_the_mode_sets_defaults() -> None:
    """Development turns switches on, except those that are set."""
    settings = read_settings({"mode": "development", "ide": "off"})

    assert settings.is_on("introspection")
    assert not settings.is_on("ide")


def test_flags_override_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GATEWAY_PORT", "9000")

    assert read_settings({"port": "9001"}).port == 9001


def test_misspelled_settings_are_found() -> None:
    """In upper and lower case, with the name that was probably meant."""
    environment = {"GATEWAY_PROT": "1", "gateway_port": "2", "gateway_pory": "3", "GATEWAY_X": "4", "PATH": "/bin"}

    found = unknown_settings(environment, known=["GATEWAY_PORT", "GATEWAY_HOST"])

    assert found == {"GATEWAY_PROT": "GATEWAY_PORT", "GATEWAY_X": None, "gateway_pory": "GATEWAY_PORT"}


def test_fixed_values_override_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Invalid values of theirs, or ones that contradict the fixed values, have no effect."""
    monkeypatch.setenv("GATEWAY_AUTH", "app")
    monkeypatch.setenv("GATEWAY_TENANT_ID", "no tenant")
    monkeypatch.setenv("GATEWAY_CALLER_KEYS", "short")
    monkeypatch.setenv("GATEWAY_CLIENT_SECRET_FILE", "/nowhere")

    settings = read_settings({"port": "9001"}, **FIXED)

    assert {name: getattr(settings, name) for name in FIXED} == FIXED
    assert settings.port == 9001


@pytest.mark.parametrize("name", ["CALLER_KEYS", "CLIENT_SECRET", "REFRESH_TOKEN", "TENANT_ID"])
def test_a_variable_that_contradicts_fixed_values_has_no_effect(set_variables: SetVariables, name: str) -> None:
    """Alone, as well as together with the other variables of a production shell."""
    set_variables({f"GATEWAY_{name}": "canary-of-production"})

    assert {name: getattr(read_settings({}, **FIXED), name) for name in FIXED} == FIXED


def test_overruled_variables_are_found() -> None:
    """Only those with another value."""
    environment = {"GATEWAY_AUTH": "app", "GATEWAY_MODE": "development", "GATEWAY_TENANT_ID": "", "GATEWAY_PORT": "1"}

    assert overruled_settings(environment, fixed=FIXED) == ["GATEWAY_AUTH"]


TENANT, CLIENT = "contoso.onmicrosoft.com", "0b0e6d3c-5b4b-4b0f-9a70-8f4d2f5f7a11"
KEY, OTHER_KEY = "canary-of-the-shop-1", "canary-of-the-shop-2"
OWN = {"GATEWAY_TENANT_ID": TENANT, "GATEWAY_CLIENT_ID": CLIENT, "GATEWAY_CLIENT_SECRET": "canary-secret"}
AS_APP = {**OWN, "GATEWAY_AUTH": "app", "GATEWAY_CALLER_KEYS": KEY}
AS_USER = {**AS_APP, "GATEWAY_AUTH": "app-user", "GATEWAY_REFRESH_TOKEN": "canary-refresh-token"}
DEVELOPMENT = {"GATEWAY_MODE": "development", "GATEWAY_CALLER_KEYS": None}


def mistakes(given: Mapping[str, object] | None = None) -> list[str]:
    with pytest.raises(WrongSettings) as caught:
        read_settings(given or {})
    assert "canary" not in str(caught.value)
    return list(caught.value.mistakes)


@pytest.mark.parametrize("variables", [pytest.param(AS_APP, id="app"), pytest.param(AS_USER, id="app-user")])
def test_development_on_this_machine_needs_no_keys(set_variables: SetVariables, variables: Mapping[str, str]) -> None:
    """Everyone on the machine is the same caller then."""
    set_variables({**variables, **DEVELOPMENT})

    settings = read_settings({})

    assert (settings.own_client_secret, settings.accepted_caller_keys) == ("canary-secret", ())


@pytest.mark.parametrize("host", ["127.0.0.2", "localhost", "LocalHost", "::1"])
def test_this_machine_has_several_names(set_variables: SetVariables, host: str) -> None:
    """None of them requires keys in development."""
    set_variables({**AS_APP, **DEVELOPMENT, "GATEWAY_HOST": host})

    assert read_settings({}).accepted_caller_keys == ()


@pytest.mark.parametrize("variables", [pytest.param(AS_APP, id="app"), pytest.param(AS_USER, id="app-user")])
@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1", "0.0.0.0"])
def test_production_needs_keys_on_every_address(
    set_variables: SetVariables, variables: Mapping[str, str], host: str
) -> None:
    """On loopback too: behind a proxy on the same machine every caller looks local."""
    set_variables({**variables, "GATEWAY_CALLER_KEYS": None, "GATEWAY_HOST": host})

    (mistake,) = mistakes()

    assert mistake.startswith("GATEWAY_CALLER_KEYS_FILE or GATEWAY_CALLER_KEYS is required")
    assert "GATEWAY_MODE=development" in mistake


@pytest.mark.parametrize(
    ("name", "used_with"),
    [
        pytest.param("TENANT_ID", "app or app-user", id="tenant"),
        pytest.param("CLIENT_ID", "app or app-user", id="client id"),
        pytest.param("CLIENT_SECRET", "app or app-user", id="client secret"),
        pytest.param("CLIENT_SECRET_FILE", "app or app-user", id="file of the client secret"),
        pytest.param("REFRESH_TOKEN", "app-user", id="refresh token"),
        pytest.param("REFRESH_TOKEN_FILE", "app-user", id="file of the refresh token"),
        pytest.param("CALLER_KEYS", "app or app-user", id="caller keys"),
        pytest.param("CALLER_KEYS_FILE", "app or app-user", id="file of caller keys"),
    ],
)
def test_a_setting_of_a_sign_in_without_that_sign_in_is_refused(
    set_variables: SetVariables, tmp_path: Path, name: str, used_with: str
) -> None:
    """GATEWAY_AUTH was probably forgotten, and the error says so."""
    (tmp_path / "file").write_text(KEY, "utf-8")
    values = {"TENANT_ID": TENANT, "CLIENT_ID": CLIENT}
    value = str(tmp_path / "file") if name.endswith("_FILE") else values.get(name, KEY)
    set_variables({f"GATEWAY_{name}": value})

    (mistake,) = mistakes()

    assert mistake.startswith(
        f"GATEWAY_{name} is used with GATEWAY_AUTH={used_with} only, and GATEWAY_AUTH is forward: "
    )
    assert f"set GATEWAY_AUTH={used_with}, or remove this setting" in mistake


@pytest.mark.parametrize(
    ("variables", "change", "wrong"),
    [
        pytest.param(
            {},
            {"GATEWAY_AUTH": "app-user"},
            ["TENANT_ID", "CLIENT_ID", "CLIENT_SECRET_FILE", "REFRESH_TOKEN_FILE", "CALLER_KEYS_FILE"],
            id="only the sign-in, of a user",
        ),
        pytest.param(
            {},
            {"GATEWAY_AUTH": "app"},
            ["TENANT_ID", "CLIENT_ID", "CLIENT_SECRET_FILE", "CALLER_KEYS_FILE"],
            id="only the sign-in",
        ),
        pytest.param(
            AS_APP, {**DEVELOPMENT, "GATEWAY_HOST": "0.0.0.0"}, ["CALLER_KEYS_FILE"], id="open to other machines"
        ),
        pytest.param(
            AS_USER, {**DEVELOPMENT, "GATEWAY_HOST": "::"}, ["CALLER_KEYS_FILE"], id="open to other machines by IPv6"
        ),
        pytest.param(
            AS_USER,
            {"GATEWAY_AUTH": None},
            ["TENANT_ID", "CLIENT_ID", "CLIENT_SECRET", "REFRESH_TOKEN", "CALLER_KEYS"],
            id="everything but the sign-in",
        ),
        pytest.param(AS_USER, {"GATEWAY_AUTH": "app"}, ["REFRESH_TOKEN"], id="a refresh token for an application"),
        pytest.param(AS_APP, {"GATEWAY_CALLER_KEYS": "canary"}, ["CALLER_KEYS"], id="a short key"),
        pytest.param(AS_APP, {"GATEWAY_CALLER_KEYS": f"{KEY},canary"}, ["CALLER_KEYS"], id="a short key among others"),
        pytest.param(AS_APP, {"GATEWAY_CALLER_KEYS": f"{KEY} canary"}, ["CALLER_KEYS"], id="a key with a blank"),
        pytest.param(
            AS_APP,
            {"GATEWAY_HOST": "0.0.0.0", "GATEWAY_CALLER_KEYS": "canary", "GATEWAY_CLIENT_ID": "canary"},
            ["CLIENT_ID", "CALLER_KEYS"],
            id="each mistake once",
        ),
        pytest.param(AS_APP, {"GATEWAY_CALLER_KEYS": " ,"}, ["CALLER_KEYS"], id="no key among the commas"),
        pytest.param(AS_APP, {"GATEWAY_CLIENT_SECRET": " "}, ["CLIENT_SECRET"], id="a secret of blanks"),
    ],
)
def test_everything_that_a_sign_in_requires_is_reported_together(
    set_variables: SetVariables, variables: Mapping[str, str], change: Mapping[str, str | None], wrong: list[str]
) -> None:
    """Each line has an example, and none a value that was given."""
    set_variables({**variables, **change})

    found = mistakes()

    assert [mistake.split(" ")[0] for mistake in found] == [f"GATEWAY_{name}" for name in wrong]
    assert all("For example: GATEWAY_" in mistake for mistake in found)


def test_secrets_come_from_files(set_variables: SetVariables, tmp_path: Path) -> None:
    """Surrounding blanks are ignored; keys are separated by lines or commas."""
    files = {name: tmp_path / name for name in ("client_secret", "refresh_token", "caller_keys")}
    files["client_secret"].write_text("canary-secret\n", "utf-8")
    files["refresh_token"].write_text("canary-refresh-token\r\n", "utf-8")
    files["caller_keys"].write_text(f"{KEY}\n{OTHER_KEY}, {KEY}-too\n", "utf-8")
    set_variables({**AS_USER, "GATEWAY_HOST": "0.0.0.0", **{f"GATEWAY_{name.upper()}": None for name in files}})
    set_variables({f"GATEWAY_{name.upper()}_FILE": str(file) for name, file in files.items()})

    settings = read_settings({})

    assert (settings.own_client_secret, settings.first_refresh_token) == ("canary-secret", "canary-refresh-token")
    assert [key.get_secret_value() for key in settings.accepted_caller_keys] == [KEY, OTHER_KEY, f"{KEY}-too"]
    assert "canary" not in repr(settings).replace(str(tmp_path), "")


@pytest.mark.parametrize(
    ("content", "beside", "wrong"),
    [
        pytest.param(b"", {}, "is empty", id="empty"),
        pytest.param(b"\xff", {}, "is not text", id="not text"),
        pytest.param(
            b"canary-secret", {"GATEWAY_CLIENT_SECRET": "canary"}, "together with GATEWAY_CLIENT_SECRET", id="twice"
        ),
    ],
)
def test_a_secret_file_that_cannot_be_used_is_reported(
    set_variables: SetVariables, tmp_path: Path, content: bytes, beside: Mapping[str, str], wrong: str
) -> None:
    """The error names the variable, not the file, since the secret may have been put there by mistake."""
    file = tmp_path / "canary"
    file.write_bytes(content)
    set_variables({**AS_APP, "GATEWAY_CLIENT_SECRET": None, "GATEWAY_CLIENT_SECRET_FILE": str(file), **beside})

    (mistake,) = mistakes()

    assert mistake.startswith("GATEWAY_CLIENT_SECRET_FILE ")
    assert wrong in mistake


@pytest.mark.parametrize(
    ("content", "wrong"),
    [
        pytest.param("canary\n", "must be keys of at least 16 characters each", id="a short key"),
        pytest.param(f"{KEY} canary\n", "must be keys of letters", id="a key with a blank"),
        pytest.param(",\n", "contains no key", id="no key"),
    ],
)
def test_a_file_of_bad_keys_is_reported(set_variables: SetVariables, tmp_path: Path, content: str, wrong: str) -> None:
    """Like keys from the environment. Without any key, everyone could call."""
    file = tmp_path / "keys"
    file.write_text(content, "utf-8")
    set_variables({**AS_APP, "GATEWAY_CALLER_KEYS": None, "GATEWAY_CALLER_KEYS_FILE": str(file)})

    (mistake,) = mistakes()

    assert mistake.startswith(f"GATEWAY_CALLER_KEYS_FILE {wrong}")


def test_settings_never_show_a_secret(set_variables: SetVariables) -> None:
    """Neither when printed nor in an error of Pydantic."""
    set_variables({**AS_USER, "GATEWAY_CALLER_KEYS": f"{KEY},{OTHER_KEY}"})
    settings = read_settings({})

    with pytest.raises(ValidationError) as caught:
        Settings(client_id="canary", tenant_id="canary/canary")

    assert (
        "canary" not in f"{settings!r} {settings} {settings.model_dump()} {settings.model_dump_json()} {caught.value!r}"
    )
