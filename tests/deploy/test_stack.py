"""Two gateways behind nginx, with one store, the sandbox behind TLS, and Prometheus: as in deploy/compose.yaml."""

import subprocess
import sys
import time
from collections.abc import Callable, Generator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import httpx
import pytest

from tests.deploy.expressions import DASHBOARD, PANELS, RULES, filled
from tests.deploy.stack import Prometheus, free_port, make_certificate, process, running_nginx, running_prometheus
from tests.deploy.test_compose import read
from tests.programs import until_it_answers
from tests.shop import DEMO, Shop, open_shop

CUSTOMER = f'{{ customer(by: {{tenantId: "{DEMO["customerId"]}"}}) {{ companyName }} }}'
PRODUCTS = '{ products(targetView: "OnlineServices", first: 1) { edges { node { title } } } }'
SILENT = {
    "Answers of which a part was dropped",
    "Calls not sent",
    "Failed calls",
    "Failed requests",
    "Mutations with an idempotency key",
    "Purchases of unknown outcome",
    "Requests refused",
    "Sign-ins of the gateway",
    "Waiting for a slot",
    "Waits for a lease",
    "Waits for a slot, p95",
}
"""Panels about events that these tests do not cause."""


@dataclass(frozen=True)
class Stack:
    shop: Shop
    address: str
    """nginx's."""
    gateways: list[subprocess.Popen[bytes]]

    def send(self, query: str, **headers: str) -> httpx.Response:
        everything = self.shop.headers | headers
        return httpx.post(f"{self.address}/graphql", json={"query": query}, headers=everything, timeout=30)


Open = Callable[[Path, list[int]], AbstractContextManager[Stack]]


@pytest.fixture(scope="module")
def open_stack(tools: Path, nginx: str, openssl: str, redis_process: object) -> Open:
    """Starts one, with its files in the folder given."""
    assert openssl
    assert redis_process
    services = read(tools, GRAFANA_PASSWORD="any")["services"]
    store_options: list[str] = services["valkey"]["command"][1:]
    return partial(_stack, nginx, store_options, services["gateway-1"]["environment"])


@contextmanager
def _stack(
    nginx: str, store_options: list[str], environment: dict[str, str], folder: Path, metrics_ports: list[int]
) -> Generator[Stack]:
    certificate = make_certificate(folder)
    tls_port, store_port, *ports = (free_port() for _ in range(4))
    settings = environment | {
        "GATEWAY_STORE_URL": f"redis://127.0.0.1:{store_port}/0",
        "GATEWAY_UPSTREAM_URL": f"https://localhost:{tls_port}",
        "SSL_CERT_FILE": str(certificate),
    }
    options = [*store_options, "--dir", str(folder), "--bind", "127.0.0.1", "--port", str(store_port)]
    with ExitStack() as started:
        started.enter_context(process("redis-server", *options, log=folder / "store.log"))
        gateways = [
            started.enter_context(_gateway(port, metrics_port, folder, settings))
            for port, metrics_port in zip(ports, metrics_ports, strict=True)
        ]
        shop = started.enter_context(open_shop())
        addresses = [f"http://127.0.0.1:{port}" for port in ports]
        for address in addresses:
            until_it_answers(address)
        front = running_nginx(nginx, folder, gateways=addresses, sandbox=shop.address, tls_port=tls_port)
        yield Stack(shop, started.enter_context(front), gateways)


def _gateway(
    port: int, metrics_port: int, folder: Path, settings: dict[str, str]
) -> AbstractContextManager[subprocess.Popen[bytes]]:
    command = f"-m gateway serve --port {port} --metrics-port {metrics_port}".split()
    return process(sys.executable, *command, log=folder / f"{port}.log", **settings)


@pytest.fixture(scope="module")
def metrics_ports() -> list[int]:
    return [free_port(), free_port()]


@pytest.fixture(scope="module")
def scraping(
    prometheus: str, metrics_ports: list[int], tmp_path_factory: pytest.TempPathFactory
) -> Generator[Prometheus]:
    """Started before the gateways, because it takes five seconds until it looks for them."""
    targets = [f"127.0.0.1:{port}" for port in metrics_ports]
    with running_prometheus(prometheus, tmp_path_factory.mktemp("prometheus"), targets=targets) as scraping:
        yield scraping


@pytest.fixture(scope="module")
def stack(
    scraping: Prometheus, open_stack: Open, metrics_ports: list[int], tmp_path_factory: pytest.TempPathFactory
) -> Generator[Stack]:
    assert scraping
    with open_stack(tmp_path_factory.mktemp("stack"), metrics_ports) as stack:
        yield stack


@pytest.fixture(scope="module")
def monitored(scraping: Prometheus, stack: Stack) -> Prometheus:
    """Prometheus after reads, a mistake, a throttled call and a purchase."""
    scraping.wait_for("count(up == 1) == 2")
    fault = {"faults": [{"calls": "GET customers/*", "fault": 429, "retryAfter": 1, "times": 1}]}
    httpx.post(f"{stack.shop.address}/_sandbox/faults", json=fault).raise_for_status()
    checkout = stack.shop.checkout_of_the_demo_cart(stack.address)["query"]
    for query in (CUSTOMER, PRODUCTS, PRODUCTS, "{ mistake }", checkout):
        stack.send(query)
    scraping.wait_for("min(count_over_time(gateway_purchases_total[20s])) > 3")
    return scraping


def test_a_query_passes_with_its_id_to_partner_center_and_back(stack: Stack) -> None:
    """Through nginx, a gateway, and TLS to the sandbox with the certificate that was made for it."""
    answer = stack.send(CUSTOMER, **{"X-Request-Id": "an-id-of-the-caller"})

    assert answer.json()["data"]["customer"]["companyName"]
    assert answer.headers["X-Request-Id"] == "an-id-of-the-caller"


def test_callers_do_not_see_that_a_gateway_dies(open_stack: Open, tmp_path: Path) -> None:
    """What the dead one did not get goes to the other one, which knows the purchase that the dead one has carried out."""
    with open_stack(tmp_path, [free_port(), free_port()]) as stack:
        checkout = stack.shop.checkout_of_the_demo_cart(stack.address)["query"]
        first = stack.send(checkout).json()["data"]["checkoutCart"]
        stack.gateways[0].kill()
        stack.gateways[0].wait()
        answers = [stack.send(CUSTOMER).json() for _ in range(20)]
        again = stack.send(checkout).json()["data"]["checkoutCart"]

    assert all(answer["data"]["customer"]["companyName"] for answer in answers)
    assert (first["replayed"], again["replayed"]) == (False, True)
    assert again["result"] == first["result"]


def test_each_panel_of_the_dashboard_shows_something(monitored: Prometheus) -> None:
    empty = {
        panel["title"]
        for panel in PANELS
        if not any(monitored.ask(filled(target["expr"], interval="30s")) for target in panel["targets"])
    }

    assert empty <= SILENT


def test_the_variables_of_the_dashboard_offer_the_targets(monitored: Prometheus, metrics_ports: list[int]) -> None:
    """By the metric from which `label_values` takes them."""
    (metric,) = {
        variable["query"]["query"].partition("(")[2][: len("gateway_build_info")]
        for variable in DASHBOARD["templating"]["list"]
        if variable["type"] == "query"
    }
    found = {(each["metric"]["job"], each["metric"]["instance"]) for each in monitored.ask(metric)}

    assert found == {("gateway", f"127.0.0.1:{port}") for port in metrics_ports}


def test_prometheus_evaluates_every_rule_and_nothing_fires(monitored: Prometheus) -> None:
    deadline = time.monotonic() + 20
    while any(rule["health"] == "unknown" for rule in monitored.rules()):
        assert time.monotonic() < deadline
        time.sleep(0.1)

    rules = monitored.rules()

    assert len(rules) == len(RULES)
    assert {rule["health"] for rule in rules} == {"ok"}
    assert [rule["name"] for rule in rules if rule.get("state") == "firing"] == []
