"""Faults of the connection on a real socket, with `gateway sandbox` and `gateway dev`."""

import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from subprocess import Popen

import httpx
import pytest

from tests.programs import running

CUSTOMER = "/v1/customers/28089560-09e9-4305-9944-5fb2b1a786e5"


@pytest.fixture(scope="module", params=["sandbox", "dev"])
def client(request: pytest.FixtureRequest) -> Iterator[httpx.Client]:
    """An authenticated client of either program's sandbox, without fault rules."""
    with running(request.param) as (address, _), httpx.Client(base_url=address, trust_env=False) as client:
        client.headers["Authorization"] = f"Bearer {client.delete('/_sandbox/tokens').json()['demoToken']}"
        yield client


def set_fault(client: httpx.Client, **fault: object) -> None:
    client.post("/_sandbox/faults", json={"faults": [fault]}).raise_for_status()


@pytest.mark.parametrize(
    ("fault", "error", "words"),
    [
        pytest.param({"fault": "reset"}, httpx.ReadError, "reset by peer", id="reset"),
        pytest.param({"fault": "close"}, httpx.RemoteProtocolError, "without sending a response", id="closed"),
        pytest.param({"fault": "hang", "seconds": 0.1}, httpx.RemoteProtocolError, "without sending", id="closed after a while"),
        pytest.param({"fault": "hang"}, httpx.ReadTimeout, "timed out", id="no answer ever"),
        pytest.param({"fault": "truncate"}, httpx.RemoteProtocolError, "without sending complete", id="closed in the body"),
        pytest.param({"fault": "reset-in-body"}, httpx.ReadError, "reset by peer", id="reset in the body"),
        pytest.param({"fault": "drip", "seconds": 3}, httpx.ReadTimeout, "timed out", id="dripping"),
        pytest.param({"fault": "delay", "seconds": 3, "when": "after"}, httpx.ReadTimeout, "timed out", id="late"),
    ],
)  # fmt: skip
def test_connections_really_break(
    client: httpx.Client, fault: dict[str, object], error: type[Exception], words: str
) -> None:
    """The next call, on a new connection, succeeds."""
    set_fault(client, times=1, **fault)

    with pytest.raises(error, match=words):
        client.get(CUSTOMER, timeout=0.5)

    assert client.get(CUSTOMER).status_code == 200


def test_other_faults_keep_the_connection_open(client: httpx.Client) -> None:
    """Huge, empty and HTML answers use one connection."""
    for fault in ("empty", "null", "503", "html", "huge", "drip"):
        set_fault(client, fault=fault, **({"seconds": 0, "bytes": 100} if fault == "drip" else {}))
        answer = client.get(CUSTOMER)
        assert not answer.headers.get("connection")
        assert len(answer.content) > 8 * 2**20 or fault != "huge"


@pytest.mark.parametrize("program", ["sandbox", "dev"])
def test_a_delayed_answer_does_not_delay_shutdown(program: str) -> None:
    """Ctrl-C ends the program at once; the waiting client sees the connection close."""
    with running(program) as (address, process), ThreadPoolExecutor(1) as threads:
        httpx.post(f"{address}/_sandbox/faults", json={"faults": [{"fault": "hang"}]})
        waiting = threads.submit(httpx.get, address + CUSTOMER, timeout=60)
        until_seen(address)

        stopped_within(process, 10)

        assert isinstance(waiting.exception(), httpx.RemoteProtocolError)


def until_seen(address: str) -> None:
    deadline = time.monotonic() + 30
    while not httpx.get(f"{address}/_sandbox/calls").json()["calls"]:
        assert time.monotonic() < deadline


def stopped_within(process: Popen[str], seconds: float) -> None:
    process.send_signal(signal.SIGINT)
    assert process.wait(seconds) == 0
