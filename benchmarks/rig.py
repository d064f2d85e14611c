"""The programs of `benchmarks.answers`: the stub of Partner Center, gateways, and callers in a process of their own.

Where there are two processors, the gateways have the last one to themselves.
"""

import multiprocessing
import os
import re
import subprocess
import time
from collections.abc import Generator, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.load import Load, Outcome, ask
from benchmarks.replicas import Replica, free_port, processor_s, start_program
from tests.programs import until_it_answers

_PROCESSORS = sorted(os.sched_getaffinity(0))
_ANNOUNCED = re.compile(r"^(?:Partner Center Gateway|  Metrics) at (http://[\d.]+:\d+)/", re.MULTILINE)
_POLL_S = 0.002
GATEWAYS_RUN_ON, OTHERS_RUN_ON = set(_PROCESSORS[-1:]), set(_PROCESSORS[:-1] or _PROCESSORS)


@dataclass(frozen=True)
class Measured:
    """What *outcome* cost the gateway."""

    outcome: Outcome
    processor_s: float


@dataclass(frozen=True)
class Rig:
    folder: Path
    upstream: str
    _callers: ProcessPoolExecutor
    _closing: ExitStack
    _started: Iterator[int] = field(default_factory=count)

    def gateway(
        self,
        name: str,
        settings: Mapping[str, str],
        *,
        module: Sequence[str] = ("gateway",),
        within: Sequence[str] = (),
    ) -> Replica:
        """A process that listens, with the settings of production, and logs to a file.

        *module* is what Python runs, with arguments before the command; *within* is a program that runs Python.
        """
        usual = {
            "GATEWAY_PORT": "0",
            "GATEWAY_METRICS_PORT": "0",
            "GATEWAY_UPSTREAM_URL": self.upstream,
            "GATEWAY_LOG_LEVEL": "info",
            "GATEWAY_LOG_FORMAT": "json",
            "PYTHONDONTWRITEBYTECODE": "",  # an installed gateway has bytecode
        }
        command, log = ["-m", *module, "serve"], self.folder / f"{name}-{next(self._started)}.log"
        process = start_program(command, {**usual, **settings}, self._closing, log=log, within=within)
        os.sched_setaffinity(process.pid, GATEWAYS_RUN_ON)
        address, metrics_address = _announced(log, process)
        return Replica(process, address, int(metrics_address.rpartition(":")[2]))

    def measure(self, gateway: Replica, load: Load) -> Measured:
        before = processor_s(gateway.process.pid)
        outcome = self.ask(gateway, load)
        return Measured(outcome, processor_s(gateway.process.pid) - before)

    def ask(self, gateway: Replica, load: Load) -> Outcome:
        return self._callers.submit(ask, load, gateway.address).result()


def _announced(log: Path, process: subprocess.Popen[bytes]) -> list[str]:
    """The addresses that a gateway writes when it listens. Raises SystemExit when it ends before."""
    while process.poll() is None:
        addresses = _ANNOUNCED.findall(log.read_text("utf-8"))
        if len(addresses) == 2:
            return addresses
        time.sleep(_POLL_S)
    raise SystemExit(f"A gateway ended during its start: {log.read_text('utf-8')}")


@contextmanager
def opened(*, delay_ms: float = 0) -> Generator[Rig]:
    """Partner Center answers after *delay_ms*. All programs are killed at the end."""
    with ExitStack() as closing:
        context = multiprocessing.get_context("spawn")
        callers = closing.enter_context(
            ProcessPoolExecutor(1, context, initializer=os.sched_setaffinity, initargs=(0, OTHERS_RUN_ON))
        )
        port = free_port()
        stub = start_program(["-m", "benchmarks.upstream", str(port), str(delay_ms)], {}, closing)
        os.sched_setaffinity(stub.pid, OTHERS_RUN_ON)
        upstream = f"http://127.0.0.1:{port}"
        until_it_answers(upstream)
        folder = closing.enter_context(TemporaryDirectory())
        yield Rig(Path(folder), upstream, callers, closing)
