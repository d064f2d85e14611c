"""deploy/compose.yaml, as Docker Compose itself reads it."""

import json
import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from gateway.server.serving import GRACE_S
from gateway.settings.model import Settings
from tests.deploy.expressions import DEPLOY

NGINX = (DEPLOY / "nginx" / "nginx.conf").read_text("utf-8")
PASSWORD = "canary-password"


def read(tools: Path, **variables: str) -> dict[str, Any]:
    """The file with all defaults and variables filled in. Nothing is started, so no Docker is needed."""
    done = subprocess.run(
        [str(tools / "docker-compose"), "-f", str(DEPLOY / "compose.yaml"), "config", "--format", "json"],
        env={"PATH": os.environ["PATH"], **variables},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    compose: dict[str, Any] = json.loads(done.stdout)
    return compose


@pytest.fixture(scope="module")
def services(tools: Path) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = read(tools, GRAFANA_PASSWORD=PASSWORD)["services"]
    return found


def test_there_are_two_gateways_and_what_they_need(services: dict[str, dict[str, Any]]) -> None:
    assert services.keys() == {
        "gateway-1", "gateway-2", "nginx", "valkey", "sandbox", "certificate", "prometheus", "grafana",
    }  # fmt: skip
    assert services["gateway-1"] == services["gateway-2"]


def test_every_container_is_confined(services: dict[str, dict[str, Any]]) -> None:
    """None can write to its root file system, gain rights, or use a privilege of root's."""
    for name, service in services.items():
        confined = (service["read_only"], service["cap_drop"], service["security_opt"])
        assert confined == (True, ["ALL"], ["no-new-privileges:true"]), name
        assert "privileged" not in service
        assert "docker.sock" not in str(service)


def test_only_addresses_of_this_machine_are_published(services: dict[str, dict[str, Any]]) -> None:
    """And the port of the metrics is not published at all."""
    ports = [port for service in services.values() for port in service.get("ports", [])]

    assert {port["host_ip"] for port in ports} == {"127.0.0.1"}
    assert {port["target"] for port in ports} == {8000, 8100, 9090, 3000}


def test_images_have_versions(services: dict[str, dict[str, Any]]) -> None:
    assert [name for name, each in services.items() if not re.search(r":v?\d+\.\d+\.\d+", each["image"])] == []


def test_everything_that_stays_up_says_whether_it_is_healthy(services: dict[str, dict[str, Any]]) -> None:
    staying = {name: each for name, each in services.items() if each["restart"] != "no"}

    assert staying.keys() == services.keys() - {"certificate"}
    assert [name for name, each in staying.items() if not each["healthcheck"].get("test")] == []


def test_a_password_must_be_chosen_for_grafana(tools: Path) -> None:
    with pytest.raises(AssertionError, match="GRAFANA_PASSWORD"):
        read(tools)


def test_the_gateways_are_given_settings_that_exist(services: dict[str, dict[str, Any]]) -> None:
    """Their own store's address, and a metrics port that Prometheus reads."""
    given = {
        name.removeprefix("GATEWAY_").lower(): value
        for name, value in services["gateway-1"]["environment"].items()
        if name.startswith("GATEWAY_")
    }
    settings = Settings.model_validate(given)

    assert (settings.store_url, settings.metrics_port, settings.log_format) == ("redis://valkey:6379/0", 9100, "json")
    assert settings.upstream_url == "https://nginx:8443"
    assert "gateway-1:9100, gateway-2:9100" in (DEPLOY / "prometheus" / "prometheus.yml").read_text("utf-8")


def test_empty_variables_lead_to_partner_center(tools: Path) -> None:
    services = read(tools, GRAFANA_PASSWORD=PASSWORD, UPSTREAM_URL="", UPSTREAM_CA="")["services"]

    given = services["gateway-1"]["environment"]
    assert (given["GATEWAY_UPSTREAM_URL"], given["SSL_CERT_FILE"]) == ("", "")


def test_the_store_keeps_what_it_acknowledged(services: dict[str, dict[str, Any]]) -> None:
    command = services["valkey"]["command"]
    options = dict(zip(command[1::2], command[2::2], strict=True))

    assert (options["--appendonly"], options["--appendfsync"]) == ("yes", "always")
    assert options["--maxmemory-policy"] == "noeviction"
    assert [volume["target"] for volume in services["valkey"]["volumes"]] == ["/data"]


def test_time_limits_nest(services: dict[str, dict[str, Any]]) -> None:
    """nginx waits longer than the gateway works, drops idle connections first, and Docker waits for the gateway's end."""
    settings = Settings()
    read_s = int(re.findall(r"proxy_read_timeout (\d+)s", NGINX)[0])
    idle_s = int(re.findall(r"keepalive_timeout (\d+)s", NGINX)[0])
    stop_s = int(services["gateway-1"]["stop_grace_period"].removesuffix("s"))

    assert read_s > settings.deadline_s
    assert idle_s < settings.keep_alive_s
    assert stop_s > GRACE_S + 5
