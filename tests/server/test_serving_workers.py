"""Several processes on one port: a worker that dies is replaced, and none outlives its parent."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import httpx
import pytest

from tests.programs import environment, run, running
from tests.shop import until


@pytest.fixture
def store(tmp_path: Path) -> str:
    return f"sqlite:{tmp_path / 'store.sqlite'}"


@pytest.fixture
def gateway(store: str) -> Generator[tuple[str, subprocess.Popen[str]]]:
    with running("serve", "--workers", "2", GATEWAY_STORE_URL=store, GATEWAY_LOG_LEVEL="warning") as started:
        yield started


def test_a_killed_worker_is_replaced(gateway: tuple[str, subprocess.Popen[str]]) -> None:
    """No request is lost meanwhile, whichever worker is killed."""
    address, process = gateway
    at_first = _workers(process)

    for victim in at_first:
        os.kill(victim, signal.SIGKILL)
        until(partial(_is_gone, victim, process), "it is dead")
        assert {httpx.get(f"{address}/health").status_code for _ in range(20)} == {200}
        until(lambda: len(_workers(process)) == 2, "there are two again")

    assert len(at_first) == 2
    assert not set(at_first) & set(_workers(process))


def test_workers_do_not_outlive_their_parent(gateway: tuple[str, subprocess.Popen[str]]) -> None:
    """When the parent is killed the port becomes free, so that it can be started again."""
    address, process = gateway
    port = int(address.rpartition(":")[2])

    process.kill()

    until(lambda: _is_free(port), "the port is free")


def test_only_unexpected_ends_of_workers_are_logged(gateway: tuple[str, subprocess.Popen[str]]) -> None:
    """In one line that says how the worker ended."""
    _, process = gateway
    victim = _workers(process)[0]

    os.kill(victim, signal.SIGKILL)
    until(partial(_is_gone, victim, process), "it is dead")
    until(lambda: len(_workers(process)) == 2, "there are two again")
    process.send_signal(signal.SIGTERM)
    _, output = process.communicate(timeout=20)

    assert output.count("\n") == 1
    assert f"Worker {victim} was killed by signal 9; a new worker replaces it." in output


@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_request_longer_than_the_grace_is_cut_off(workers: str) -> None:
    """The program stops, and the log says that a request was cut off."""
    with _hanging(workers) as process, ThreadPoolExecutor() as beside:
        assert process.stderr is not None
        address = process.stderr.readline().strip()
        request = beside.submit(httpx.get, address, timeout=30)
        arrived = process.stderr.readline()

        process.send_signal(signal.SIGTERM)
        output = process.stderr.read()
        code = process.wait(timeout=10)

    assert arrived == "asked\n"
    assert request.exception() is not None or request.result().status_code == 500
    assert code == 0
    assert "timeout graceful shutdown exceeded" in output


def test_workers_that_cannot_start_end_the_program() -> None:
    """Exit code 3, and each worker says why."""
    with _hanging("0") as process:
        assert process.stderr is not None
        output = process.stderr.read()
        code = process.wait(timeout=10)

    assert code == 3
    assert "A worker cannot start: The store is gone." in output
    assert "Traceback" not in output


def test_workers_need_a_store_that_they_share() -> None:
    """Exit code 2 and what to set, together with other mistakes."""
    ended = run("serve", GATEWAY_WORKERS="2", GATEWAY_STORE_URL="memory:", GATEWAY_CLOUD="mars")
    too_many = run("serve", GATEWAY_WORKERS="65", GATEWAY_STORE_URL="sqlite:store.sqlite")

    assert ended.returncode == 2
    assert [line.split(" ")[1] for line in ended.stderr.splitlines()] == ["GATEWAY_CLOUD", "GATEWAY_STORE_URL"]
    assert "For example: GATEWAY_STORE_URL=sqlite:gateway.sqlite" in ended.stderr
    assert (too_many.returncode, too_many.stderr.count("\n"), "64" in too_many.stderr) == (2, 1, True)


def test_what_keeps_workers_from_starting_is_reported_once(store: str) -> None:
    """Exit code 3 and one line, for a port in use and for a store that cannot be used."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        busy = run("serve", "--workers", "2", "--store-url", store, "--port", str(taken.getsockname()[1]))
    lost = run("serve", "--workers", "2", "--store-url", "sqlite:/nonexistent/x", "--port", "0")

    assert (busy.returncode, busy.stderr.count("\n"), "--port" in busy.stderr) == (3, 1, True)
    assert (lost.returncode, lost.stderr.count("\n"), "--store-url" in lost.stderr) == (3, 1, True)


def test_dev_and_sandbox_stay_one_process() -> None:
    """Whatever the environment says, and without a flag for it."""
    with running("dev", GATEWAY_WORKERS="4", GATEWAY_AUTH="app") as (_, process):
        assert _workers(process) == []

    assert run("dev", "--workers", "2").returncode == 2
    assert run("sandbox", "--workers", "2").returncode == 2


def _hanging(workers: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.server.hanging_server", workers],
        cwd=Path(__file__).parents[2],
        env=environment(),
        stderr=subprocess.PIPE,
        text=True,
    )


def _workers(process: subprocess.Popen[str]) -> list[int]:
    return [int(each) for each in Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text("utf-8").split()]


def _is_gone(worker: int, process: subprocess.Popen[str]) -> bool:
    return worker not in _workers(process)


def _is_free(port: int) -> bool:
    try:
        socket.create_server(("127.0.0.1", port)).close()
    except OSError:
        return False
    return True
