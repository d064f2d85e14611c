"""The port for operators: real processes and sockets, with one worker and with two."""

import os
import re
import signal
import subprocess
from collections.abc import Generator
from pathlib import Path

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.programs import run, running
from tests.shop import until

pytestmark = pytest.mark.parametrize("workers", ["1", "2"])


@pytest.fixture
def gateway(workers: str, tmp_path: Path) -> Generator[tuple[str, str, subprocess.Popen[str]]]:
    """The addresses of the gateway and of its metrics, and the process."""
    settings = {
        "GATEWAY_WORKERS": workers,
        "GATEWAY_METRICS_PORT": "0",
        "GATEWAY_STORE_URL": f"sqlite:{tmp_path / 'store.sqlite'}",
        "TMPDIR": str(tmp_path),
    }
    with running("serve", **settings) as (address, process):
        assert process.stderr is not None
        (metrics,) = re.findall(r"Metrics at (http://[\d.:]+)/metrics", process.stderr.readline())
        yield address, metrics, process


def test_one_answer_has_the_requests_of_all_workers(gateway: tuple[str, str, subprocess.Popen[str]]) -> None:
    """Whichever of them served a request, and whichever is asked."""
    address, metrics, _ = gateway

    for _ in range(20):  # each on a connection of its own, so that both workers have some
        assert httpx.post(f"{address}/graphql", json={"query": "{ x }"}).status_code == 401

    for _ in range(5):
        assert _refused(metrics) == 20


def test_a_killed_worker_takes_no_counts_with_it(gateway: tuple[str, str, subprocess.Popen[str]], workers: str) -> None:
    """Its successor goes on from them."""
    address, metrics, process = gateway
    if workers == "1":
        return  # its counts end with it; Prometheus knows how to read that

    for _ in range(20):
        httpx.post(f"{address}/graphql", json={"query": "{ x }"})
    for victim in (at_first := _children(process)):
        os.kill(victim, signal.SIGKILL)
    until(lambda: len(set(_children(process)) - set(at_first)) == 2, "two others are there")

    assert httpx.post(f"{address}/graphql", json={"query": "{ x }"}).status_code == 401
    assert _refused(metrics) == 21


def test_each_port_has_its_own_paths(gateway: tuple[str, str, subprocess.Popen[str]]) -> None:
    """Callers reach no metrics, and operators' port answers no operation, whatever the Host says."""
    address, metrics, _ = gateway
    host = {"Host": metrics.removeprefix("http://")}

    assert httpx.get(f"{address}/metrics", headers=host).status_code == 404
    assert httpx.post(f"{metrics}/graphql", json={"query": "{ x }"}).status_code == 404
    assert [httpx.get(f"{each}/{path}").status_code for each in (address, metrics) for path in ("health", "ready")] == [
        200
    ] * 4
    assert httpx.get(f"{metrics}/metrics").headers["content-type"].startswith("text/plain; version=")


def test_nothing_is_left_behind(gateway: tuple[str, str, subprocess.Popen[str]], tmp_path: Path, workers: str) -> None:
    """The directory in which workers share their values is removed."""
    _, metrics, process = gateway
    httpx.get(f"{metrics}/metrics")
    assert len(list(tmp_path.glob("gateway-metrics-*"))) == (workers == "2")

    process.terminate()
    _, output = process.communicate(timeout=30)

    assert (process.returncode, output) == (0, "")
    assert list(tmp_path.glob("gateway-metrics-*")) == []


def test_a_port_in_use_is_refused(gateway: tuple[str, str, subprocess.Popen[str]], workers: str) -> None:
    """By a sentence that names the flag."""
    _, metrics, _ = gateway
    port = metrics.rpartition(":")[2]

    refused = run(
        "serve", "--port", "0", "--metrics-port", port, "--workers", workers, "--store-url", "sqlite:x.sqlite"
    )

    assert (refused.returncode, refused.stderr.count("\n")) == (3, 1)
    assert "--metrics-port" in refused.stderr


def _refused(metrics: str) -> float:
    families = text_string_to_metric_families(httpx.get(f"{metrics}/metrics").text)
    return sum(
        sample.value
        for family in families
        for sample in family.samples
        if sample.name == "graphql_server_errors_total" and sample.labels == {"error_type": "UNAUTHENTICATED"}
    )


def _children(process: subprocess.Popen[str]) -> list[int]:
    return [int(each) for each in Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text("utf-8").split()]
