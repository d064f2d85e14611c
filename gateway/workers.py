"""Several processes that serve one port: started, started again when one dies, ended in good order.

They are copies of this process, so what it was told, secrets included, reaches them without flags and variables. They
accept from one queue: the connections that wait there are nobody's, and outlive whoever dies.
"""

import logging
import multiprocessing
import os
import signal
import socket
import sys
import time
from collections.abc import Callable
from multiprocessing.context import ForkProcess
from types import FrameType

from starlette.types import ASGIApp

from gateway.errors import GatewayError
from gateway.serving import ENDING, GRACE_S, Server

_COPIES = multiprocessing.get_context("fork")
_COULD_NOT_START = 3
_TICK_S = 0.1
_PACE_S = 1.0
"""Seconds from one start of a worker to the next, so that one that always dies does not keep the machine busy."""
_CLOSING_S = 5
"""Seconds beyond the grace for what a worker closes in the end."""

_LOG = logging.getLogger(__name__)


def serve_together(
    make_app: Callable[[], ASGIApp], listener: socket.socket, *, workers: int, grace_s: int = GRACE_S
) -> bool:
    """Serves in so many processes, each with an application of its own, until told to end. False when one cannot start.

    This process must have no threads, which a copy would lack, and nothing open that copies cannot share.
    """
    return _Workers(make_app, listener, number=workers, grace_s=grace_s).run()


class _Workers:
    def __init__(
        self, make_app: Callable[[], ASGIApp], listener: socket.socket, *, number: int, grace_s: int
    ) -> None:
        self._make_app = make_app
        self._listener = listener
        self._number = number
        self._grace_s = grace_s
        self._told: list[int] = []

    def run(self) -> bool:
        for each in ENDING:
            signal.signal(each, self._note)
        workers = [self._started() for _ in range(self._number)]
        first = set(workers)
        try:
            while not self._told:
                time.sleep(_TICK_S)
                for place, worker in enumerate(workers):
                    
        finally:
            ...
