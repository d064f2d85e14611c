"""The checks of the ports, on real sockets."""

import socket

import pytest

from gateway.doctor.ports import metrics_port, port
from gateway.settings.model import Settings
from tests.loopback import Reply, Request, serving


async def test_a_free_port_is_left_free() -> None:
    """It is tried and given back."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        number = taken.getsockname()[1]

    found = [await port(Settings(port=number)) for _ in range(2)]

    assert [(each.verdict, each.detail) for each in found] == 2 * [("ok", f"free: 127.0.0.1:{number}")]


async def test_a_port_in_use_names_the_setting() -> None:
    """Of the port that is in use."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        number = taken.getsockname()[1]
        main, metrics = await port(Settings(port=number)), await metrics_port(Settings(metrics_port=number))

    assert (main.verdict, metrics.verdict) == ("failed", "failed")
    assert f"port {number} is in use" in main.detail
    assert "GATEWAY_PORT" in (main.remedy or "")
    assert "GATEWAY_METRICS_PORT" in (metrics.remedy or "")


@pytest.mark.parametrize(
    ("health", "verdict"),
    [
        pytest.param(b'{"status":"ok"}', "warning", id="the gateway itself"),
        pytest.param(b"welcome", "failed", id="another program"),
    ],
)
async def test_a_gateway_that_runs_already_is_recognized(health: bytes, verdict: str) -> None:
    """As when the check is run beside it; that is no failure."""

    def answer(request: Request) -> Reply:
        return Reply(200 if request.path == "/health" else 404, health)

    with serving(answer) as address:
        found = await port(Settings(port=int(address.rpartition(":")[2])))

    assert found.verdict == verdict


async def test_the_metrics_need_a_port_of_their_own() -> None:
    """Or none; 0 is any free one."""
    same = await metrics_port(Settings(port=8000, metrics_port=8000))
    none = await metrics_port(Settings())
    free = await metrics_port(Settings(port=0, metrics_port=0))

    assert [each.verdict for each in (same, none, free)] == ["failed", "skipped", "ok"]


async def test_a_host_of_another_machine_is_named() -> None:
    """It is an address for documentation."""
    found = await port(Settings(host="192.0.2.1"))

    assert found.verdict == "failed"
    assert "GATEWAY_HOST" in (found.remedy or "")
