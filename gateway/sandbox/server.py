"""A connection that the sandbox can break: uvicorn does not give applications access to the transport."""

import socket
import struct

from gateway.sandbox.faults.connection import CONNECTION
from gateway.server import connections

_NO_LINGER = struct.pack("ii", 1, 0)  # closing then sends a reset and drops unsent bytes


class Connection(connections.Connection):
    """Answers delayed on purpose do not delay a server that stops.

    The gateway's bounds protect whatever listens on a port; they imitate nothing of Partner Center's.
    """

    _is_held = False

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._is_held = False
        offered: dict[object, object] = {"reset": self._reset, "close": self.transport.close, "held": self._held}
        self.scope["extensions"] = {CONNECTION: offered}

    def shutdown(self) -> None:
        super().shutdown()
        if self._is_held:
            self.transport.close()

    def _held(self) -> None:
        self._is_held = True

    def _reset(self) -> None:
        self.transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER)
        self.transport.abort()
