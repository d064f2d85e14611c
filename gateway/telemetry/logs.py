"""Log lines: one a line, as text for people or as JSON for machines, to standard error."""

import logging
import sys
from collections.abc import Mapping
from contextvars import ContextVar
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Literal

import msgspec

Level = Literal["debug", "info", "warning", "error"]
Format = Literal["text", "json"]

_TEXT = "%(asctime)s %(levelname)-7s %(message)s"
_CHATTY = ("httpx", "httpcore", "aiohttp", "asyncio", "uvicorn", "uvicorn.error")
"""Loggers whose finer levels tell nothing new, or may hold addresses and headers."""


_FIELDS: ContextVar[Mapping[str, str]] = ContextVar("fields of log lines", default=MappingProxyType({}))


def add_to_log(fields: Mapping[str, str]) -> None:
    """Gives these fields to each later log line of the running task, and of tasks that it starts, in place of earlier ones.

    In lower case with underscores, as OpenTelemetry's `trace_id`. Source: its "Trace Context in non-OTLP Log Formats".
    """
    _FIELDS.set(fields)


class TextLines(logging.Formatter):
    """Each record as one line, with those fields behind it that the message does not name."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - the library's name
        message = super().formatMessage(record)
        return " ".join(
            [message, *(f"{name}={value}" for name, value in _FIELDS.get().items() if value not in message)]
        )


class JSONLines(logging.Formatter):
    """Each record as one JSON object."""

    def format(self, record: logging.LogRecord) -> str:
        told: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **_FIELDS.get(),
        }
        if record.exc_info:
            told["exception"] = self.formatException(record.exc_info)
        return msgspec.json.encode(told).decode()


def start_logging(*, level: Level, form: Format | None) -> None:
    """Sets the process's logging up; without a form, text on a terminal and JSON elsewhere."""
    chosen = form or ("text" if sys.stderr.isatty() else "json")
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(TextLines(_TEXT, "%H:%M:%S") if chosen == "text" else JSONLines())
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    for name in _CHATTY:
        logging.getLogger(name).setLevel(logging.WARNING)
