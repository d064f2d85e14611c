"""The two forms of a record, and the page about them."""

import json
import logging
import re
from pathlib import Path

import pytest

from gateway.telemetry.logs import JSONLines, TextLines, log, log_fields

ROOT = Path(__file__).parents[2]
LOGGER = logging.getLogger("gateway.of.this.test")


@pytest.fixture
def lines(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    caplog.set_level(logging.INFO)
    return caplog


def test_every_message_is_in_the_page_about_logs() -> None:
    """Word for word, because people search for it."""
    page = (ROOT / "docs" / "logs.md").read_text("utf-8")
    code = "".join(file.read_text("utf-8") for file in (ROOT / "gateway" / "telemetry").glob("*.py"))
    messages = re.findall(r"\blog\(_LOG, [^\"]+\"([^\"]+)\"", code)

    assert len(messages) >= 15
    assert [message for message in messages if f"| `{message}` |" not in page] == []


@pytest.mark.parametrize(
    ("value", "text"),
    [
        pytest.param("word", "word", id="a word"),
        pytest.param(12.5, "12.5", id="a number"),
        pytest.param(True, "true", id="a truth"),
        pytest.param("", '""', id="nothing"),
        pytest.param("two words", '"two words"', id="a space"),
        pytest.param('a"b', r'"a\"b"', id="a quote"),
        pytest.param("a\nlevel=error", r'"a\nlevel=error"', id="a line end"),
        pytest.param("a=b", '"a=b"', id="an equals sign"),
        pytest.param("\x1b[31m", r'"\u001b[31m"', id="an escape sequence"),
        pytest.param(["a", "b"], '["a","b"]', id="a list"),
        pytest.param({"a": 1}, '{"a":1}', id="an object"),
    ],
)
def test_values_cannot_forge_text(lines: pytest.LogCaptureFixture, value: object, text: str) -> None:
    """A record stays one line, and its fields can be told apart."""
    log(LOGGER, logging.INFO, "event", {"field": value, "absent": None})

    assert TextLines("%(levelname)s %(message)s").format(lines.records[0]) == f"INFO event field={text}"


def test_fields_of_a_block_end_with_it(lines: pytest.LogCaptureFixture) -> None:
    """And those of a record win over them."""
    formatter = JSONLines()
    with log_fields({"outer": 1, "both": 1}):
        log(LOGGER, logging.INFO, "event", {"both": 2})
        within = json.loads(formatter.format(lines.records[0]))
    after = json.loads(formatter.format(logging.makeLogRecord({"msg": "event"})))

    assert (within["outer"], within["both"]) == (1, 2)
    assert "outer" not in after
