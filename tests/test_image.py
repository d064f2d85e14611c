"""What the Dockerfile promises, as far as that can be proven without building the image."""

import json
import os
import re
import socket
import subprocess
import sys
from itertools import takewhile
from pathlib import Path

import httpx
import pytest

from gateway.server.healthcheck import address_of
from tests.programs import environment, running, until_it_answers

DOCKERFILE = (Path(__file__).parents[1] / "Dockerfile").read_text("utf-8")
PYTHON, *HEALTH_CHECK = json.loads(re.findall(r"^HEALTHCHECK .*CMD (\[.*\])$", DOCKERFILE, re.MULTILINE)[0])
IMAGE = dict(re.findall(r"^(?:ENV)? +(GATEWAY_\w+)=(\S+)", DOCKERFILE, re.MULTILINE))
PROGRAM, *COMMAND = (
    argument
    for instruction in ("ENTRYPOINT", "CMD")
    for argument in json.loads(re.findall(rf"^{instruction} (.+)$", DOCKERFILE, re.MULTILINE)[-1])
)


@pytest.mark.parametrize(
    ("command_line", "variables", "address"),
    [
        pytest.param("gateway serve", IMAGE, ("127.0.0.1", 8000), id="as the image starts it"),
        pytest.param("gateway serve", IMAGE | {"GATEWAY_PORT": "9000"}, ("127.0.0.1", 9000), id="a port by variable"),
        pytest.param("gateway serve --port 9000", IMAGE, ("127.0.0.1", 9000), id="a port by flag"),
        pytest.param("gateway serve --workers 2 --port=9000", IMAGE, ("127.0.0.1", 9000), id="a port after an equals sign"),
        pytest.param("gateway serve --host 10.1.2.3", IMAGE, ("10.1.2.3", 8000), id="one of several addresses"),
        pytest.param("gateway serve --host ::", IMAGE, ("::1", 8000), id="IPv6"),
        pytest.param("/sbin/docker-init -- gateway serve --port 9000", IMAGE, ("127.0.0.1", 9000), id="behind an init"),
        pytest.param("gateway dev --port 9000", IMAGE, ("127.0.0.1", 9000), id="gateway dev"),
        pytest.param("gateway sandbox", IMAGE, ("127.0.0.1", 8100), id="the sandbox, which has settings of its own"),
    ],
)  # fmt: skip
def test_the_health_check_asks_where_the_server_listens(
    command_line: str, variables: dict[str, str], address: tuple[str, int]
) -> None:
    """The flag decides, then the variable, then the default."""
    assert address_of(command_line.split(), variables) == address


@pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="the health check runs in Linux containers")
@pytest.mark.parametrize(
    ("arguments", "by_variable"),
    [
        pytest.param(["dev", "--port", "PORT"], False, id="by flag"),
        pytest.param(["dev"], True, id="by variable"),
        pytest.param(["sandbox", "--port=PORT"], False, id="of the sandbox"),
    ],
)
def test_the_health_check_of_the_image_follows_the_port(arguments: list[str], by_variable: bool) -> None:
    """The command of the Dockerfile itself, beside a real server: it succeeds while the server answers, and fails after."""
    port = _free_port()
    variables = environment(**{"GATEWAY_PORT": str(port)} if by_variable else {})
    command = [sys.executable, "-m", "gateway", *(each.replace("PORT", str(port)) for each in arguments)]
    assert PYTHON == "python"

    with subprocess.Popen(command, env=variables, stderr=subprocess.DEVNULL) as server:
        check = [sys.executable, *HEALTH_CHECK, str(server.pid)]
        try:
            until_it_answers(f"http://127.0.0.1:{port}")
            while_it_runs = subprocess.run(check, env=variables, check=False, timeout=30).returncode
            os.kill(server.pid, 19)  # SIGSTOP: there, and silent
            while_it_hangs = subprocess.run(check, env=variables, check=False, timeout=30).returncode
        finally:
            server.kill()

    assert (while_it_runs, while_it_hangs) == (0, 1)


def test_the_image_serves_on_all_addresses_unless_another_command_is_named() -> None:
    """What is published of a container must listen on more than the container's own loopback."""
    assert [PROGRAM, *COMMAND] == ["gateway", "serve"]
    assert IMAGE == {"GATEWAY_HOST": "0.0.0.0", "GATEWAY_PORT": "8000"}


def test_the_image_runs_the_sandbox_with_dev_alone() -> None:
    """`docker run -p 127.0.0.1:8000:8000 IMAGE dev`: it is called localhost, and then needs no token."""
    with running("dev", **IMAGE) as (address, process):
        printed = list(takewhile(lambda line: "first query" not in line, process.stderr or ()))
        answers = {
            host: httpx.post(f"{address}/graphql", json={"query": "{ me: __typename }"}, headers={"Host": host}).json()
            for host in ("localhost:8000", "127.0.0.1:8000", "gateway.example.com:8000")
        }

    assert any("Token" in line for line in printed)
    assert [host for host, answer in answers.items() if "data" in answer] == ["localhost:8000", "127.0.0.1:8000"]


def test_the_image_runs_as_a_user_that_kubernetes_can_tell_from_root() -> None:
    """By number: `runAsNonRoot` refuses a user's name. The last stage builds and installs nothing."""
    last = DOCKERFILE[DOCKERFILE.rindex("FROM ") :]

    assert re.findall(r"^USER (\S+)$", last, re.MULTILINE) == ["10001"]
    assert re.findall(r"^VOLUME (\S+)$", last, re.MULTILINE) == ["/data"]
    assert not re.search(r"\b(pip|npm|apt-get)\b", last)


def test_the_image_can_send_traces_and_names_its_ports() -> None:
    """The exporter is installed, so that OTEL_EXPORTER_OTLP_ENDPOINT is all it takes. 9100 is the port of the metrics."""
    last = DOCKERFILE[DOCKERFILE.rindex("FROM ") :]

    assert re.findall(r"--require-hashes -r (\S+)", DOCKERFILE) == ["requirements-image.txt", "requirements-build.txt"]
    assert re.findall(r"^EXPOSE (.+)$", last, re.MULTILINE) == ["8000 9100"]


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
    return port
