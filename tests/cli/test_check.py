"""`gateway check` without the network: its report and its exit code."""

import json
import re
from pathlib import Path

import pytest

from gateway.cli.main import main
from gateway.settings.checks import CHECK_TOKEN, variable
from gateway.settings.model import Settings

LINE = re.compile(r"(ok|warning|failed|skipped) +(\w[\w -]*?) +(\d+) ms  (.+)")
OFFLINE = ["check", "--offline", "--port", "0"]


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (*map(variable, Settings.model_fields), CHECK_TOKEN):
        monkeypatch.delenv(name, raising=False)


def checked(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, dict[str, tuple[str, str]]]:
    """The exit code, and verdict and text by the check's name. Nothing is said elsewhere."""
    with pytest.raises(SystemExit) as ended:
        main([*OFFLINE, *arguments])
    output = capsys.readouterr()
    assert output.err == ""
    assert "canary" not in output.out
    lines = [LINE.fullmatch(line) for line in output.out.splitlines()]
    assert all(line is not None for line in lines)
    found = {line[2]: (line[1], line[4]) for line in lines if line is not None}
    assert all((verdict == "ok") != (" -> " in text) for verdict, text in found.values())
    assert isinstance(ended.value.code, int)
    return ended.value.code, found


def test_every_check_has_a_line(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """And whatever needs the network is skipped."""
    code, found = checked(capsys, "--store-url", f"sqlite:{tmp_path / 'store'}")

    assert code == 0
    assert {name: verdict for name, (verdict, _) in found.items()} == {
        **dict.fromkeys(("settings", "unknown variables", "dangerous settings"), "ok"),
        **dict.fromkeys(("secret files", "trusted documents", "metrics port", "store clock"), "skipped"),
        **dict.fromkeys(("port", "store", "store lease"), "ok"),
        **dict.fromkeys(("upstream", "upstream certificate", "authority", "authority certificate"), "skipped"),
        **dict.fromkeys(("sign-in", "upstream read", "upstream clock"), "skipped"),
    }


def test_a_store_on_the_network_is_skipped_offline(capsys: pytest.CaptureFixture[str]) -> None:
    """Its address is not looked at."""
    _, found = checked(capsys, "--store-url", "redis://:canary@store.invalid/0")

    assert [found[name][0] for name in ("store", "store lease", "store clock")] == 3 * ["skipped"]


def test_warnings_alone_are_no_failure(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Exit code 0: an unknown variable, and a store that a restart empties."""
    monkeypatch.setenv("GATEWAY_CLUOD", "canary")

    code, found = checked(capsys)

    assert code == 0
    assert found["unknown variables"][0] == found["dangerous settings"][0] == "warning"
    assert "GATEWAY_CLOUD" in found["unknown variables"][1]


def test_the_token_of_the_check_is_known(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """It is no setting, but no mistake either."""
    monkeypatch.setenv(CHECK_TOKEN, "canary-token")

    assert checked(capsys)[1]["unknown variables"][0] == "ok"


def test_wrong_settings_are_a_failed_check(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """With every mistake, exit code 1, and all other checks run that can."""
    monkeypatch.setenv("GATEWAY_CLIENT_SECRET", "canary-secret")

    code, found = checked(capsys, "--keep-alive-s", "long", "--host", "canary/path")

    verdict, text = found["settings"]
    assert (code, verdict) == (1, "failed")
    assert all(name in text for name in ("GATEWAY_KEEP_ALIVE_S", "GATEWAY_HOST", "GATEWAY_CLIENT_SECRET"))
    assert (found["port"][0], found["secret files"][0], found["store"][0]) == ("skipped", "skipped", "ok")


def test_json_says_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    """One document, with the worst verdict of all."""
    _, lines = checked(capsys)
    with pytest.raises(SystemExit) as ended:
        main([*OFFLINE, "--json"])
    document = json.loads(capsys.readouterr().out)

    assert (ended.value.code, document["verdict"]) == (0, "warning")
    assert {check["name"]: check["verdict"] for check in document["checks"]} == {
        name: verdict for name, (verdict, _) in lines.items()
    }
    for check in document["checks"]:
        assert check.keys() == {"name", "verdict", "ms", "detail", "remedy"}
        assert isinstance(check["ms"], int)
        assert lines[check["name"]][1] == " -> ".join(filter(None, (check["detail"], check["remedy"])))


def test_a_misspelled_flag_is_wrong_use(capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 2, and nothing is checked."""
    with pytest.raises(SystemExit) as ended:
        main(["check", "--ofline"])
    output = capsys.readouterr()

    assert (ended.value.code, output.out) == (2, "")
    assert "did you mean --offline?" in output.err
