"""Log records, one per line, on standard error: as text for people or as JSON for machines."""

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
_NOISY = ("httpx", "httpcore", "aiohttp", "asyncio", "uvicorn", "uvicorn.error")
"""Loggers whose messages below warning are noise, or may contain addresses and headers."""

_FIELDS: ContextVar[Mapping[str, str]] = ContextVar("fields of log lines", default=MappingProxyType({}))


def add_to_log(fields: Mapping[str, str]) -> None:
    """Add fields to all further log records of the current task and of tasks it starts. They replace earlier fields.

    Names are in lower case with underscores, like OpenTelemetry's `trace_id`. Source: its "Trace Context in non-OTLP
    Log Formats".
    """
    _FIELDS.set(fields)


class TextLines(logging.Formatter):
    """Each record as one line, followed by the fields whose values the message does not contain."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - the name in logging
        message = super().formatMessage(record)
        return " ".join(
            [message, *(f"{name}={value}" for name, value in _FIELDS.get().items() if value not in message)]
        )


class JSONLines(logging.Formatter):
    """Each record as one JSON object."""

    def format(self, record: logging.LogRecord) -> str:
        entry: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **_FIELDS.get(),
        }
        if record.exc_info:
            entry["exception"] = self.formatException(record.exc_info)
        return msgspec.json.encode(entry).decode()


def start_logging(*, level: Level, form: Format | None) -> None:
    """Configure logging for the process. By default the format is text on a terminal, else JSON."""
    format_ = form or ("text" if sys.stderr.isatty() else "json")
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(TextLines(_TEXT, "%H:%M:%S") if format_ == "text" else JSONLines())
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    for name in _NOISY:
        logging.getLogger(name).setLevel(logging.WARNING)
