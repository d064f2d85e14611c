"""docs/security.md names settings that exist, with the defaults that they have."""

import re
from pathlib import Path

import pytest
from pydantic import SecretStr
from pydantic_core import PydanticUndefined

from gateway.settings.checks import variable
from gateway.settings.model import Settings

PAGE = (Path(__file__).parents[2] / "docs" / "security.md").read_text("utf-8")
FIELDS = {variable(name): field for name, field in Settings.model_fields.items()}
STATED = re.findall(r"`(GATEWAY_\w+)` \((none|`[^`]*`)\)", PAGE)
"""Each setting that is followed by its default in brackets."""


def in_words(default: object) -> str:
    assert default is not PydanticUndefined
    assert not isinstance(default, SecretStr)
    return "none" if default is None or default == () else f"`{default}`"


@pytest.mark.parametrize(("name", "stated"), STATED)
def test_a_stated_default_is_the_settings_default(name: str, stated: str) -> None:
    """What a reader takes for the default is what a gateway without that setting does."""
    assert stated == in_words(FIELDS[name].default)


def test_every_setting_is_named_with_its_default_somewhere() -> None:
    """A setting that the page names exists, and a reader learns its default."""
    named = set(re.findall(r"`(GATEWAY_\w+)", PAGE))

    assert named
    assert named == {name for name, _ in STATED}


def test_every_limit_has_its_row() -> None:
    """Nobody has to look elsewhere for what bounds a request."""
    limits = {name for name in FIELDS if name.startswith("GATEWAY_LIMIT_")}

    assert limits <= {name for name, _ in STATED}
