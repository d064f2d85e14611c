"""Several processes that serve one port: started, replaced when one dies, and stopped in order.

They are forks of this one, so that settings, secrets included, reach them without flags and variables. All accept from
one queue: a connection that waits in it belongs to no worker yet, and is not lost when one dies.
"""

import logging
import multiprocessing
import os
import signal
import socket
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from types import FrameType

from starlette.types import ASGIApp

from gateway.errors import GatewayError
from gateway.server.serving import GRACE_S, STOP_SIGNALS, Server

_COULD_NOT_START = 3
_TICK_S = 0.1
_RESTART_S = 1.0
"""Minimum seconds between two starts of one worker, so that a worker that always dies does not keep the machine busy."""
_CLOSING_S = 5
"""Seconds after the grace period for a worker to close its resources."""

_FORK = multiprocessing.get_context("fork")
_LOG = logging.getLogger(__name__)


def serve_with_workers(
    make_app: Callable[[int], ASGIApp],
    *listeners: socket.socket,
    announce: Callable[[], object],
    workers: int,
    keep_alive_s: int,
    grace_s: int = GRACE_S,
) -> bool:
    """Serve in *workers* processes, each with its own application, until a signal to stop; a second one kills all.

    *make_app* gets the worker's number, from 0; the process that replaces a dead one has its number.
    *announce* is called once a signal would stop them, before connections are accepted; they wait until then.
    False when the applications could not start. This process must have no threads: forks do not inherit them.
    """
    signals: list[int] = []
    for each in STOP_SIGNALS:
        signal.signal(each, lambda number, _: signals.append(number))
    announce()
    make_server = partial(_WorkerServer, keep_alive_s=keep_alive_s, grace_s=grace_s, parent=os.getpid())
    work = partial(_work, make_app, make_server, listeners)
    running = [_Worker(partial(work, number)) for number in range(workers)]
    try:
        could_start = _supervise(running, signals)
        for listener in listeners:
            listener.close()
        _stop(running, signals, within_s=grace_s + _CLOSING_S)
    finally:
        for worker in running:
            worker.kill()
    for number in signals[1:]:
        signal.signal(number, signal.SIG_DFL)
        signal.raise_signal(number)
    return could_start


class _Worker:
    def __init__(self, work: Callable[[], None]) -> None:
        self.started_at = time.monotonic()
        self.work = work
        self._process = _FORK.Process(target=work, daemon=True)
        # A signal before the fork has its own handlers would be lost in those it inherited.
        before = signal.pthread_sigmask(signal.SIG_BLOCK, STOP_SIGNALS)
        try:
            self._process.start()
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)

    @property
    def is_alive(self) -> bool:
        return self._process.is_alive()

    @property
    def could_not_start(self) -> bool:
        return self._process.exitcode == _COULD_NOT_START

    @property
    def exit_report(self) -> str:
        code = self._process.exitcode or 0
        reason = f"was killed by signal {-code}" if code < 0 else f"exited with code {code}"
        return f"Worker {self._process.pid} {reason}"

    def terminate(self) -> None:
        self._process.terminate()

    def kill(self) -> None:
        self._process.kill()
        self._process.join()


def _supervise(running: list[_Worker], signals: Sequence[int]) -> bool:
    """Replace each worker that dies, until a signal to stop. False when one of the first workers could not start."""
    first = tuple(running)
    while not signals:
        time.sleep(_TICK_S)
        for index, worker in enumerate(running):
            if worker.is_alive or signals:
                continue
            if worker.could_not_start and worker in first:
                return False
            if time.monotonic() >= worker.started_at + _RESTART_S:
                running[index] = _replacement(worker)
    return True


def _replacement(worker: _Worker) -> _Worker:
    """A new worker, or *worker* itself when the machine cannot start one now."""
    try:
        new = _Worker(worker.work)
    except OSError as error:
        _LOG.error("%s; it cannot be replaced now: %s", worker.exit_report, error.strerror)
        worker.started_at = time.monotonic()
        return worker
    _LOG.warning("%s; a new worker replaces it.", worker.exit_report)
    return new


def _stop(running: Sequence[_Worker], signals: Sequence[int], *, within_s: float) -> None:
    """Returns when all workers have stopped, after *within_s* seconds, or at a second signal."""
    for worker in running:
        worker.terminate()
    deadline = time.monotonic() + within_s
    while len(signals) < 2 and time.monotonic() < deadline and any(worker.is_alive for worker in running):
        time.sleep(_TICK_S)


def _work(
    make_app: Callable[[int], ASGIApp],
    make_server: Callable[[ASGIApp], Server],
    listeners: Sequence[socket.socket],
    number: int,
) -> None:
    """What a worker process runs. A terminal sends Ctrl-C to it too; only the parent acts on that."""
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, STOP_SIGNALS)
    try:
        app = make_app(number)
    except GatewayError as error:
        _LOG.error("A worker cannot start: %s", error.message)
        sys.exit(_COULD_NOT_START)
    make_server(app).run(sockets=list(listeners))


class _WorkerServer(Server):
    """Also stops when its parent dies: otherwise it would hold the port forever.

    A second SIGTERM changes nothing: a service manager signals every process, and then the parent does so again.
    """

    def __init__(self, app: ASGIApp, *, keep_alive_s: int, grace_s: int, parent: int) -> None:
        super().__init__(app, keep_alive_s=keep_alive_s, grace_s=grace_s)
        self._parent = parent

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        if sig != signal.SIGINT:
            super().handle_exit(sig, frame)

    async def on_tick(self, counter: int) -> bool:
        if os.getppid() != self._parent:
            self.should_exit = True
        return await super().on_tick(counter)
