"""A fixture for what is logged, as the program would write it."""

import io
import json
import logging
from collections.abc import Callable, Generator
from typing import Any

import pytest

from gateway.telemetry.logs import JSONLines

Logged = Callable[..., list[dict[str, Any]]]
"""The log records so far, or those with the given message, each as the JSON object that it would be."""


@pytest.fixture
def logged() -> Generator[Logged]:
    """What the gateway logs meanwhile, at every level."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JSONLines())
    logger = logging.getLogger("gateway")
    level = logger.level
    logger.setLevel(logging.DEBUG)
    logger.addHandler(handler)

    def records(message: str | None = None) -> list[dict[str, Any]]:
        entries: list[dict[str, Any]] = list(map(json.loads, stream.getvalue().splitlines()))
        return [entry for entry in entries if message in {None, entry["message"]}]

    yield records
    logger.removeHandler(handler)
    logger.setLevel(level)
