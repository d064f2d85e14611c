"""The port for operators, apart from the callers': it is reached only from inside, so nothing on it is authenticated."""

from starlette.types import ASGIApp, Receive, Scope, Send


class OperatorsPort:
    """Pure ASGI middleware: requests whose connection came in on *port* go to *operators* instead."""

    def __init__(self, app: ASGIApp, *, port: int, operators: ASGIApp) -> None:
        self._app = app
        self._port = port
        self._operators = operators

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        server = scope.get("server")  # the socket's own address, not what the caller claims
        is_operators = scope["type"] == "http" and server is not None and server[1] == self._port
        await (self._operators if is_operators else self._app)(scope, receive, send)
