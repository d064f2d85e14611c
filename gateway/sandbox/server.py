"""The connection under uvicorn, which lets the sandbox break it. uvicorn itself shows applications no transport."""

import socket
import struct

from gateway.sandbox.sending import CONNECTION
from gateway.server import connections

_LINGER_NOT = struct.pack("ii", 1, 0)  # closing then sends a reset and drops what was not sent


class Connection(connections.Connection):
    """For uvicorn's setting `http`. Answers held back on purpose do not hold up a server that stops.

    The bounds that it has from the gateway's are no matter of Partner Center's: whoever listens needs them.
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
        self.transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER_NOT)
        self.transport.abort()
