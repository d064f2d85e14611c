"""Runs `gateway` and samples what its main thread does, every millisecond of CPU time.

SIGUSR1 writes the seconds of CPU time by stage to FILE, as JSON, and starts anew. A sample belongs to the innermost
function of which STAGES names the module: what an unnamed one does, such as asyncio's, counts for its caller. It weighs
the CPU time since the last one, because Python handles a signal only after the call of C that it arrives in.

Run: .venv/bin/python -m benchmarks.sampling FILE serve [--FLAG VALUE ...]
"""

import gc
import json
import signal
import sys
import time
from collections import defaultdict
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import FrameType

from gateway.cli.main import main

_EVERY_S = 0.001
STAGES: Mapping[str, str] = {
    "uvicorn": "event loop",  # it runs the loop, and so is the caller of every callback
    "uvicorn.protocols": "HTTP server",
    __name__: "garbage collection",
    "gateway.server": "HTTP server",
    "starlette": "HTTP front",
    "gateway.http": "HTTP front",
    "gateway.mcp": "tools for agents",
    "mcp": "tools for agents",
    "gateway.runtime": "admission and context",
    "gateway.load": "admission and context",
    "gateway.context": "admission and context",
    "gateway.outcomes": "admission and context",
    "gateway.operations": "operation: find, limits, cost",
    "gateway.operations.execution": "execution: around it",
    "gateway.compiler": "execution: compiled",
    "graphql": "execution: graphql-core",
    "graphql.language": "operation: parse and validate",
    "graphql.validation": "operation: parse and validate",
    "strawberry": "execution: Strawberry",
    "gateway.schema": "execution: resolvers",
    "gateway.loaders": "loaders and catalog",
    "aiodataloader": "loaders and catalog",
    "gateway.catalog": "loaders and catalog",
    "gateway.carts": "carts",
    "gateway.agreements": "agreements",
    "gateway.subscriptions": "subscriptions",
    "gateway.orders": "subscriptions",
    "gateway.changes": "subscriptions",
    "gateway.problems": "problems of carts",
    "gateway.store": "store",
    "gateway.partner_center": "upstream calls: ours",
    "gateway.partner_center.reading": "reading bodies",
    "gateway.partner_center.models": "reading bodies",
    "gateway.partner_center.plain_json": "reading bodies",
    "httpx": "upstream calls: client",
    "gateway.partner_center.sending.http11": "upstream calls: client",
    "gateway.partner_center.sending.http11_connection": "upstream calls: client",
    "gateway.http.responses": "encoding and headers",
    "gateway.telemetry": "telemetry",
    "prometheus_client": "telemetry",
    "logging": "telemetry",
    "opentelemetry": "telemetry",
}
"""By package or module; the longest name counts."""


class _Samples:
    def __init__(self, file: Path) -> None:
        self._file = file
        self._seconds: defaultdict[str, float] = defaultdict(float)
        self._last_at = time.process_time()

    def take(self, _: int, frame: FrameType | None) -> None:
        now = time.process_time()
        self._seconds[_stage(frame)] += now - self._last_at
        self._last_at = now

    def write(self, _: int, __: FrameType | None) -> None:
        partial = self._file.with_suffix(".part")
        partial.write_text(json.dumps(self._seconds), "utf-8")
        partial.rename(self._file)
        self._seconds.clear()


def _stage(frame: FrameType | None) -> str:
    while frame is not None:
        if (stage := _of_module(frame.f_globals.get("__name__", ""))) is not None:
            return stage
        frame = frame.f_back
    return "event loop"


@cache
def _of_module(name: str) -> str | None:
    while name and name not in STAGES:
        name = name.rpartition(".")[0]
    return STAGES.get(name)


def _collected(_: str, __: Mapping[str, int]) -> None:
    """Called at the begin and the end of a garbage collection; a signal that arrived meanwhile is handled in here."""


def _run(file: Path, arguments: list[str]) -> None:
    samples = _Samples(file)
    gc.callbacks.append(_collected)
    signal.signal(signal.SIGUSR1, samples.write)
    signal.signal(signal.SIGPROF, samples.take)
    signal.setitimer(signal.ITIMER_PROF, _EVERY_S, _EVERY_S)
    main(arguments)


if __name__ == "__main__":
    _run(Path(sys.argv[1]), sys.argv[2:])
