"""Errors of listening name the host or the port that is wrong, and what helps."""

import socket

import pytest

from gateway.server.serving import WrongHost, WrongPort, address_of, listen
from gateway.settings.kinds import listen_host
from tests.programs import run


@pytest.mark.parametrize(
    ("host", "reason"),
    [
        pytest.param("192.0.2.1", "it is not an address of this machine", id="an address of another machine"),
        pytest.param("fe80::1%nowhere", "no address is known for that name", id="a missing interface"),
        pytest.param("a" * 64, "no address is known for that name", id="not a possible name"),
    ],
)
def test_a_wrong_host_is_named(host: str, reason: str) -> None:
    """Another port would not help."""
    with pytest.raises(WrongHost, match=rf"^cannot listen on {host}: {reason}\.$"):
        listen(host, 0)


def test_a_port_in_use_is_named() -> None:
    """Another host would hardly help."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

        with pytest.raises(WrongPort, match=rf"^cannot listen on 127\.0\.0\.1: port {port} is in use\.$"):
            listen("127.0.0.1", port)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1", "[::1]", "0.0.0.0"])
def test_usual_notations_of_a_host_are_accepted(host: str) -> None:
    """Including IPv6 in brackets, as in a URL."""
    if ":" in host and not socket.has_dualstack_ipv6():
        pytest.skip("this machine has no IPv6")

    with listen(listen_host(host), 0) as listener:
        assert address_of(listener).startswith(("http://127.0.0.1:", "http://[::1]:"))


def test_errors_say_what_to_do() -> None:
    """Exit code 3 and one line that names the flag to change."""
    elsewhere = run("sandbox", "--host", "192.0.2.1", "--port", "0")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        in_use = run("sandbox", "--port", str(taken.getsockname()[1]))

    assert (elsewhere.returncode, in_use.returncode) == (3, 3)
    assert elsewhere.stderr == (
        "gateway: cannot listen on 192.0.2.1: it is not an address of this machine. "
        "Choose another with --host: 127.0.0.1 for this machine only, 0.0.0.0 for all its addresses.\n"
    )
    assert in_use.stderr.endswith("is in use. Choose another with --port; 0 takes a free one.\n")
