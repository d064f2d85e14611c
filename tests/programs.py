"""Starts the program as a process on a real socket, with the given settings and none of the surrounding environment."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager

import httpx
import pytest


def environment(**settings: str) -> dict[str, str]:
    """The environment without settings of whoever runs the tests, and with these.

    Only errors are logged by default: a program would wait once nobody reads its records from a full pipe.
    """
    around = {name: value for name, value in os.environ.items() if not name.startswith("GATEWAY_")}
    return {**around, "GATEWAY_LOG_LEVEL": "error", **settings}


def run(*arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """Runs a command to its end."""
    return subprocess.run(
        [sys.executable, "-m", "gateway", *arguments],
        env=environment(**settings),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@contextmanager
def running(*arguments: str, **settings: str) -> Generator[tuple[str, subprocess.Popen[str]], None, None]:
    """Starts a server on a free port; yields its address, read from its output, and kills it at the end."""
    process = subprocess.Popen(
        [sys.executable, "-m", "gateway", *arguments, "--port", "0"],
        env=environment(**settings),
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield _address(process), process
    finally:
        process.kill()
        process.communicate()


def _address(process: subprocess.Popen[str]) -> str:
    assert process.stderr is not None
    for line in process.stderr:
        found = re.search(r"http://[\d.]+:\d+", line)
        if found:
            until_it_answers(found[0])
            return found[0]
    pytest.fail("the server ended without printing its address")


def until_it_answers(address: str) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            httpx.get(address)
        except httpx.ConnectError:
            time.sleep(0.02)
            continue
        return
    pytest.fail(f"{address} does not answer")
