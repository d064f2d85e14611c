"""Two gateways behind nginx, with one store, the sandbox behind TLS, and Prometheus: as in deploy/compose.yaml."""

import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from gateway.schema.node import Kind, node_id
from tests.deploy.expressions import DASHBOARD, PANELS, RULES, filled
from tests.deploy.stack import Prometheus, make_certificate, process, running_nginx, running_prometheus
from tests.deploy.test_compose import read
from tests.programs import until_it_answers
from tests.shop import DEMO, Shop, open_shop
from tests.shop_ids import ALPINE, ALPINES_SEATS
from tests.store.server import free_port

CUSTOMER = f'{{ customer(by: {{tenantId: "{DEMO["customerId"]}"}}) {{ companyName }} }}'
PRODUCTS = "{ products(first: 1) { edges { node { title } } } }"
CART = f"""mutation {{ createCart(input: {{
    customer: {{tenantId: "{DEMO["customerId"]}"}}
    lineItems: [{{catalogItemId: "CFQ7TTC0LH18:0001:CFQ7TTC0K971", quantity: 5, termDuration: "P1Y", billingCycle: MONTHLY}}]
}}) {{ cart {{ id }} errors {{ code }} }} }}"""
CHECKOUT = 'mutation { checkoutCart(input: {cartId: "CART"}) { replayed result { orders { partnerCenterId } } } }'
OUTDATED = f"""mutation {{
  cancelSubscription(input: {{subscriptionId: "{node_id(Kind.SUBSCRIPTION, ALPINE, ALPINES_SEATS)}", expectedVersion: "old"}}) {{
    errors {{ code }}
  }}
}}"""
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
    settings: dict[str, str]
    """Of each gateway."""
    gateways: list[str]
    """Their addresses."""
    address: str
    """nginx's, which is in front of them."""

    def send(self, query: str, *, to: str | None = None, **headers: str) -> httpx.Response:
        """*to* is another address than nginx's."""
        everything = self.shop.headers | headers
        return httpx.post(f"{to or self.address}/graphql", json={"query": query}, headers=everything, timeout=30)


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
def services(tools: Path) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = read(tools, GRAFANA_PASSWORD="any")["services"]
    return found


@pytest.fixture(scope="module")
def store(
    redis_process: object, services: dict[str, dict[str, Any]], tmp_path_factory: pytest.TempPathFactory
) -> Generator[str]:
    """The address of a Redis with the options that Valkey has in compose.yaml."""
    assert redis_process
    folder, port = tmp_path_factory.mktemp("store"), free_port()
    options = [*services["valkey"]["command"][1:], "--dir", str(folder), "--bind", "127.0.0.1", "--port", str(port)]
    with process("redis-server", *options, log=folder / "store.log"):
        yield f"redis://127.0.0.1:{port}/0"


@pytest.fixture(scope="module")
def stack(
    scraping: Prometheus,
    metrics_ports: list[int],
    services: dict[str, dict[str, Any]],
    store: str,
    nginx: str,
    openssl: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> Generator[Stack]:
    assert scraping
    assert openssl
    folder = tmp_path_factory.mktemp("stack")
    tls_port = free_port()
    settings: dict[str, str] = services["gateway-1"]["environment"] | {
        "GATEWAY_STORE_URL": store,
        "GATEWAY_UPSTREAM_URL": f"https://localhost:{tls_port}",
        "SSL_CERT_FILE": str(make_certificate(folder)),
    }
    with ExitStack() as started:
        gateways = [started.enter_context(_gateway(port, folder, settings)) for port in metrics_ports]
        shop = started.enter_context(open_shop())
        addresses = [address for address, _ in gateways]
        for address in addresses:
            until_it_answers(address)
        front = running_nginx(nginx, folder, gateways=addresses, sandbox=shop.address, tls_port=tls_port)
        yield Stack(shop, settings, addresses, started.enter_context(front))


@contextmanager
def _gateway(
    metrics_port: int, folder: Path, settings: dict[str, str]
) -> Generator[tuple[str, subprocess.Popen[bytes]]]:
    """Its address, at which it does not answer yet, and its process."""
    port = free_port()
    command = f"-m gateway serve --port {port} --metrics-port {metrics_port}".split()
    with process(sys.executable, *command, log=folder / f"{port}.log", **settings) as started:
        yield f"http://127.0.0.1:{port}", started


@pytest.fixture(scope="module")
def monitored(scraping: Prometheus, stack: Stack) -> Prometheus:
    """Prometheus after reads, a mistake, a throttled call, a purchase, and a change that was declined."""
    scraping.wait_for("count(up == 1) == 2")
    fault = {"faults": [{"calls": "GET customers/*", "fault": 429, "retryAfter": 1, "times": 1}]}
    httpx.post(f"{stack.shop.address}/_sandbox/faults", json=fault).raise_for_status()
    checkout = stack.shop.checkout_of_the_demo_cart(stack.address)["query"]
    for query in (CUSTOMER, PRODUCTS, "{ mistake }", checkout, OUTDATED):
        stack.send(query)
    scraping.wait_for(f"min(timestamp(up)) > {time.time() + 1.5}")  # scrapes twice a second
    return scraping


def test_a_query_passes_with_its_id_to_partner_center_and_back(stack: Stack) -> None:
    """Through nginx, a gateway, and TLS to the sandbox with the certificate that was made for it."""
    answer = stack.send(CUSTOMER, **{"X-Request-Id": "an-id-of-the-caller"})

    assert answer.json()["data"]["customer"]["companyName"]
    assert answer.headers["X-Request-Id"] == "an-id-of-the-caller"


def test_callers_do_not_see_that_a_gateway_dies(stack: Stack, nginx: str, tmp_path: Path) -> None:
    """What the dead one did not get goes to the other one, which knows the purchase that the dead one made."""
    make_certificate(tmp_path)

    with _gateway(free_port(), tmp_path, stack.settings) as (dying, server):
        until_it_answers(dying)
        addresses = [dying, stack.gateways[0]]
        with running_nginx(
            nginx, tmp_path, gateways=addresses, sandbox=stack.shop.address, tls_port=free_port()
        ) as front:
            cart = stack.send(CART, to=front).json()["data"]["createCart"]["cart"]
            checkout = CHECKOUT.replace("CART", cart["id"])
            first = stack.send(checkout, to=dying).json()["data"]["checkoutCart"]
            server.kill()
            server.wait()
            answers = [stack.send(CUSTOMER, to=front).json() for _ in range(20)]
            again = stack.send(checkout, to=front).json()["data"]["checkoutCart"]

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
