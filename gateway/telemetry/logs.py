"""Log records, one per line, on standard error: as text for people or as JSON for machines.

A record has a message that is always the same for one kind of event, and fields. Levels: `error` asks to look now,
`warning` to look today; `info` is what happened. No record holds a token, a key, a secret or a body.
"""

import logging
import sys
import time
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from functools import lru_cache
from types import MappingProxyType
from typing import Literal

import msgspec

Level = Literal["debug", "info", "warning", "error"]
Format = Literal["text", "json"]

_TEXT = "%(asctime)s %(levelname)-7s %(message)s"
_NOISY = ("httpx", "httpcore", "asyncio", "mcp", "opentelemetry", "uvicorn", "uvicorn.error")
"""Loggers whose messages below warning are noise, or may contain addresses and headers."""

_FIELDS: ContextVar[Mapping[str, object]] = ContextVar("fields of log records", default=MappingProxyType({}))

_encode = msgspec.json.Encoder(enc_hook=str).encode


def set_log_fields(fields: Mapping[str, object]) -> None:
    """Give these fields to all further log records of the current task and of tasks it starts.

    Names are in lower case with underscores, like OpenTelemetry's `trace_id`. Source: its "Trace Context in non-OTLP
    Log Formats".
    """
    _FIELDS.set(fields)


@contextmanager
def log_fields(fields: Mapping[str, object]) -> Generator[None]:
    """Give further fields to log records within the block."""
    token = _FIELDS.set({**_FIELDS.get(), **fields})
    try:
        yield
    finally:
        _FIELDS.reset(token)


def log(logger: logging.Logger, level: int, message: str, fields: Mapping[str, object]) -> None:
    """Write a record with fields; those that are None are left out."""
    if logger.isEnabledFor(level):
        logger.handle(_record(logger.name, level, message, fields))


def _record(name: str, level: int, message: str, fields: Mapping[str, object]) -> logging.LogRecord:
    """As logging makes it, without looking up anew what all records of one kind have in common."""
    record = logging.LogRecord.__new__(logging.LogRecord)
    now = time.time()
    vars(record).update(_constants(name, level, message), created=now, msecs=now % 1 * 1000, fields=fields)
    return record


@lru_cache(256)
def _constants(name: str, level: int, message: str) -> dict[str, object]:
    """What all records of one kind have in common."""
    return vars(logging.LogRecord(name, level, "", 0, message, None, None))


def fields_of(record: logging.LogRecord) -> dict[str, object]:
    """The fields of a record, those of its request included."""
    own: Mapping[str, object] = getattr(record, "fields", {})
    return {**_FIELDS.get(), **{name: value for name, value in own.items() if value is not None}}


class TextLines(logging.Formatter):
    """Each record as one line, followed by its fields as `name=value`; a value with spaces or quotes is JSON."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - the name in logging
        message = super().formatMessage(record)
        return " ".join([message, *(f"{name}={_text(value)}" for name, value in fields_of(record).items())])


class JSONLines(logging.Formatter):
    """Each record as one JSON object."""

    def format(self, record: logging.LogRecord) -> str:
        entry: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **fields_of(record),
        }
        if record.exc_info:
            entry["exception"] = self.formatException(record.exc_info)
        return _encode(entry).decode()


def start_logging(*, level: Level, form: Format | None) -> None:
    """Configure logging for the process. By default the format is text on a terminal, else JSON."""
    format_ = form or ("text" if sys.stderr.isatty() else "json")
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(TextLines(_TEXT, "%H:%M:%S") if format_ == "text" else JSONLines())
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    for name in _NOISY:
        logging.getLogger(name).setLevel(logging.WARNING)
    # Nothing prints these, and each would cost time for every record. Source: Logging HOWTO, "Optimization".
    logging._srcfile = None  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False
    if sys.version_info >= (3, 12):
        logging.logAsyncioTasks = False


def _text(value: object) -> str:
    if isinstance(value, str) and value and value.isascii() and value.isprintable() and not set(value) & set(' "=\\'):
        return value
    return _encode(value).decode()
