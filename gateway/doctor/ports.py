"""Whether the gateway could listen on its ports."""

import asyncio
import http.client

from gateway.doctor.findings import Outcome, failed, ok, skipped, warning
from gateway.server.serving import CannotListen, WrongHost, address_of, listen
from gateway.settings.checks import variable
from gateway.settings.model import Settings

_ANSWER_S = 1.0
_REACHED = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - replaced, not listened on


async def port(settings: Settings) -> Outcome:
    return await _free(settings.host, settings.port, "port")


async def metrics_port(settings: Settings) -> Outcome:
    number = settings.metrics_port
    if number is None:
        return skipped("No port is set for metrics.", "Set GATEWAY_METRICS_PORT to serve /metrics.")
    if number and number == settings.port:
        return failed(f"{number} is the port of the gateway, too.", "Set GATEWAY_METRICS_PORT to another port.")
    return await _free(settings.host, number, "metrics_port")


async def _free(host: str, number: int, field: str) -> Outcome:
    try:
        listener = await asyncio.to_thread(listen, host, number)
    except WrongHost as error:
        return failed(
            _sentence(error), "Set GATEWAY_HOST to an address of this machine; 0.0.0.0 stands for all of them."
        )
    except CannotListen as error:
        if await asyncio.to_thread(_is_gateway, _REACHED.get(host, host), number):
            return warning(
                f"A gateway is running on port {number}.",
                "Nothing has to be done if this is the one to check; stop it before another one starts.",
            )
        return failed(_sentence(error), f"Stop the program that has it, or set {variable(field)} to another port.")
    with listener:
        return ok(f"free: {address_of(listener).removeprefix('http://')}" if number else "any free one is taken")


def _sentence(error: CannotListen) -> str:
    text = str(error)
    return text[:1].upper() + text[1:]


def _is_gateway(host: str, number: int) -> bool:
    connection = http.client.HTTPConnection(host, number, timeout=_ANSWER_S)
    try:
        connection.request("GET", "/health")
        return connection.getresponse().read(100) == b'{"status":"ok"}'
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
