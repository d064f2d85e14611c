"""The reference of settings."""

import re
from pathlib import Path

import pytest

from gateway.cli.commands import SANDBOX_HOST, SANDBOX_PORT, SANDBOX_STORE
from gateway.settings.checks import CHECK_TOKEN, variable
from gateway.settings.model import Settings
from gateway.settings.reference import reference, row

ROOT = Path(__file__).parents[2]


def test_the_page_is_current() -> None:
    """Print it again with `python -m gateway.settings.reference > docs/settings.md`."""
    assert (ROOT / "docs" / "settings.md").read_text("utf-8") == reference()


def test_every_setting_has_its_section() -> None:
    """In the order of the model, so that a link to a setting leads to it; other variables are in the last table."""
    page = reference()

    assert re.findall(r"^### (.*)$", page, re.MULTILINE) == [variable(name) for name in Settings.model_fields]
    assert all(f"| `{name}` |" in page for name in (SANDBOX_HOST, SANDBOX_PORT, SANDBOX_STORE, CHECK_TOKEN))


@pytest.mark.parametrize(
    ("name", "line"),
    [
        pytest.param("port", "- value: a whole number, at least 0, at most 65535", id="a number with limits"),
        pytest.param("attempt_s", "- value: a number, more than 0, at most 300", id="a fraction"),
        pytest.param("auth", "- value: `forward`, `app` or `app-user`", id="a choice"),
        pytest.param("tenant_id", "- value: a GUID or a verified domain", id="a pattern, by its meaning"),
        pytest.param("upstream_url", "- value: a URL", id="a check of its own"),
        pytest.param("trusted_documents", "- value: a file", id="a file"),
        pytest.param("cors_origins", "- value: a list, separated by commas", id="a list"),
        pytest.param("client_secret", "- not a flag", id="a secret"),
        pytest.param("log_format", "- default: `text` on a terminal, else `json`", id="a default that depends"),
        pytest.param("host", "- for example `GATEWAY_HOST=0.0.0.0`", id="an example other than the default"),
    ],
)
def test_a_section_says_what_values_are_valid(name: str, line: str) -> None:
    """As the model has it: kind, limits, default, flag and an example."""
    section = reference().split(f"### {variable(name)}\n")[1].split("\n### ")[0]

    assert line in section.splitlines()


def test_the_readme_uses_the_settings_own_words() -> None:
    """A row of its table is the setting's default and meaning, and names a setting."""
    readme = (ROOT / "README.md").read_text("utf-8")

    rows = re.findall(r"^\| `GATEWAY_(\w+)` \|(.*)\| (.*) \|$", readme, re.MULTILINE)

    assert rows
    for name, default, meaning in rows:
        assert (default.strip() or "none", meaning) == row(name.lower()), name
