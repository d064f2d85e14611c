"""The container's health check: `python -m gateway.server.healthcheck` exits 0 when the server, process 1, answers.

It takes the server's address from the command line of that process, else from the environment. Linux only.
"""

import http.client
import os
import sys
from argparse import ArgumentParser
from collections.abc import Mapping, Sequence
from pathlib import Path

_TIMEOUT_S = 2.0
_WILDCARDS = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - replaced, not listened on


def address_of(command_line: Sequence[str], environment: Mapping[str, str]) -> tuple[str, int]:
    """Where a server started with this command line can be reached. Exits for flags without a value."""
    prefix, port = ("GATEWAY_SANDBOX_", "8100") if "sandbox" in command_line else ("GATEWAY_", "8000")
    parser = ArgumentParser(add_help=False, allow_abbrev=False)
    parser.add_argument("--host", default=environment.get(f"{prefix}HOST") or "127.0.0.1")
    parser.add_argument("--port", type=int, default=environment.get(f"{prefix}PORT") or port)
    # An init process in front of the server has a "--" before the server's own arguments.
    options, _ = parser.parse_known_args([each for each in command_line if each != "--"])
    host: str = options.host.strip("[]")
    return _WILDCARDS.get(host, host), options.port


def is_healthy(host: str, port: int) -> bool:
    """Whether the server answers with any status below 500. The sandbox answers 404."""
    connection = http.client.HTTPConnection(host, port, timeout=_TIMEOUT_S)
    try:
        connection.request("GET", "/health")
        return connection.getresponse().status < 500
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def main(process_id: str = "1") -> int:
    command_line = Path(f"/proc/{process_id}/cmdline").read_text("utf-8").split("\0")
    return 0 if is_healthy(*address_of(command_line, os.environ)) else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
