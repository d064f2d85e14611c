"""Several processes that serve one port: started, started again when one dies, ended in good order.

They are copies of this one, so what it was told, secrets included, reaches them without flags and variables. They accept
from one queue: a connection that waits there belongs to nobody yet, and is not lost with a worker that dies.
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
from gateway.server.serving import ENDING, GRACE_S, KEEP_ALIVE_S, Server

_COULD_NOT_START = 3
_TICK_S = 0.1
_PACE_S = 1.0
"""Seconds from one start in a place to the next, so that one that always dies does not keep the machine busy."""
_CLOSING_S = 5
"""Seconds beyond the grace for what a worker closes in the end."""

_COPIES = multiprocessing.get_context("fork")
_LOG = logging.getLogger(__name__)


def serve_together(
    make_app: Callable[[], ASGIApp],
    listener: socket.socket,
    *,
    workers: int,
    keep_alive_s: int = KEEP_ALIVE_S,
    grace_s: int = GRACE_S,
) -> bool:
    """Serves in so many processes, each with an application of its own, until told to end; told twice, all die.

    False when the applications could not start. This process must have no threads, which its copies would lack.
    """
    told: list[int] = []
    for each in ENDING:
        signal.signal(each, lambda number, _: told.append(number))
    make_server = partial(_WorkerServer, keep_alive_s=keep_alive_s, grace_s=grace_s, parent=os.getpid())
    work = partial(_work, make_app, make_server, listener)
    running = [_Worker(work) for _ in range(workers)]
    try:
        could_start = _keep_alive(running, work, told)
        listener.close()
        _end(running, told, within_s=grace_s + _CLOSING_S)
    finally:
        for worker in running:
            worker.kill()
    for number in told[1:]:
        signal.signal(number, signal.SIG_DFL)
        signal.raise_signal(number)
    return could_start


class _Worker:
    def __init__(self, work: Callable[[], None]) -> None:
        self.started_at = time.monotonic()
        self._process = _COPIES.Process(target=work, daemon=True)
        # A signal that came before the copy had handlers of its own would be lost in this process's.
        before = signal.pthread_sigmask(signal.SIG_BLOCK, ENDING)
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
    def how_it_ended(self) -> str:
        code = self._process.exitcode or 0
        how = f"by signal {-code}" if code < 0 else f"with {code}"
        return f"Worker {self._process.pid} ended {how}"

    def terminate(self) -> None:
        self._process.terminate()

    def kill(self) -> None:
        self._process.kill()
        self._process.join()


def _keep_alive(running: list[_Worker], work: Callable[[], None], told: Sequence[int]) -> bool:
    """Puts another in the place of each that dies, until the program is told to end. False when none could start."""
    first = tuple(running)
    while not told:
        time.sleep(_TICK_S)
        for place, worker in enumerate(running):
            if worker.is_alive or told:
                continue
            if worker.could_not_start and worker in first:
                return False
            if time.monotonic() >= worker.started_at + _PACE_S:
                running[place] = _successor(worker, work)
    return True


def _successor(worker: _Worker, work: Callable[[], None]) -> _Worker:
    """Another in its place, or itself while the machine has no room for one."""
    try:
        other = _Worker(work)
    except OSError as error:
        _LOG.error("%s; no other can be started now: %s", worker.how_it_ended, error.strerror)
        worker.started_at = time.monotonic()
        return worker
    _LOG.warning("%s; another takes its place.", worker.how_it_ended)
    return other


def _end(running: Sequence[_Worker], told: Sequence[int], *, within_s: float) -> None:
    """Returns when all have ended, or the time is over, or the program is told again."""
    for worker in running:
        worker.terminate()
    until = time.monotonic() + within_s
    while len(told) < 2 and time.monotonic() < until and any(worker.is_alive for worker in running):
        time.sleep(_TICK_S)


def _work(make_app: Callable[[], ASGIApp], make_server: Callable[[ASGIApp], Server], listener: socket.socket) -> None:
    """All that a worker does. Ctrl-C reaches it from the terminal too, and is left to its parent."""
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDING)
    try:
        app = make_app()
    except GatewayError as error:
        _LOG.error("A worker cannot start: %s", error.message)
        sys.exit(_COULD_NOT_START)
    make_server(app).run(sockets=[listener])


class _WorkerServer(Server):
    """Ends in good order also when its parent died, which would leave it on the port for ever.

    Being told twice is nothing new to it: a service manager tells every process, and then the parent does.
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
