"""examples/typescript does what its README says, against a real gateway."""

import json
import re
import subprocess
import threading
from collections.abc import Generator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest

from tests.examples.npm_project import EXAMPLES, NpmProject
from tests.programs import running
from tests.shop_ids import CONTOSO

EXAMPLE = NpmProject(EXAMPLES / "typescript")
ADDRESS = "http://127.0.0.1:8000/graphql"

pytestmark = pytest.mark.node


@pytest.fixture(scope="module")
def start(node: str, npm: str) -> str:
    """The README's last command, which starts the program, after those before it."""
    return EXAMPLE.set_up()


@pytest.fixture(scope="module")
def compiled(start: str) -> None:
    """What `npm start` makes before it starts the program."""
    done = EXAMPLE.step("npm exec tsc")
    assert done.returncode == 0, done.stdout


def buying(address: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """One run of the compiled program."""
    return EXAMPLE.step(f"node dist/main.js {address}/graphql", **settings)


@pytest.fixture(scope="module")
def program() -> Generator[str]:
    with running("dev") as (address, _):
        yield address


@pytest.fixture
def gateway(program: str) -> str:
    """The gateway's address, with its sandbox as at the start."""
    httpx.post(f"{program}/_sandbox/reset").raise_for_status()
    httpx.delete(f"{program}/_sandbox/calls").raise_for_status()
    return program


def checkouts(gateway: str) -> int:
    """How many checkouts reached the sandbox."""
    calls = httpx.get(f"{gateway}/_sandbox/calls").json()["calls"]
    return sum(call["path"].endswith("/checkout") for call in calls)


@contextmanager
def answering(answer: object) -> Generator[tuple[str, list[bytes]]]:
    """The address of a gateway that gives one answer to everything, and what it was asked."""
    asked: list[bytes] = []

    class Gateway(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.send_header("Content-Type", "application/graphql-response+json")
            self.end_headers()
            self.wfile.write(json.dumps(answer).encode())

        def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
            """Keeps quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Gateway) as server:
        threading.Thread(target=server.serve_forever, args=[0.01]).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}", asked
        finally:
            server.shutdown()


def test_it_buys_as_the_readme_says(start: str, gateway: str) -> None:
    """A line with too many seats is mended, a cart that somebody else has changed is shown anew, and ordered once."""
    bought = EXAMPLE.step(start.replace(ADDRESS, f"{gateway}/graphql"))

    assert bought.returncode == 0, bought.stderr
    assert "Branches: MAX_ALLOWED_SEATS_PER_SUBSCRIPTION_EXCEEDED. The requested number of 6000" in bought.stdout
    assert (
        "nothing was ordered.\nCart: no name 5, no name 295; together $14,400.00\nCheckout: SUCCEEDED" in bought.stdout
    )
    assert re.search(r"^Order \w+: \$14,400\.00$", bought.stdout, re.MULTILINE)
    assert checkouts(gateway) == 1


def test_what_it_ordered_can_be_read_from_the_gateway(compiled: None, gateway: str) -> None:
    """The order that the program names holds the quantities that were shown last."""
    bought = buying(gateway)

    [order] = re.findall(r"^Order (\w+)", bought.stdout, re.MULTILINE)
    query = "query ($by: OrderReferenceInput!) { order(by: $by) { totalPrice lineItems { quantity } } }"
    by = {"partnerCenter": {"customerTenantId": CONTOSO, "orderId": order}}
    answer = httpx.post(f"{gateway}/graphql", json={"query": query, "variables": {"by": by}}).json()
    assert answer["data"]["order"] == {"totalPrice": "14400.0", "lineItems": [{"quantity": 5}, {"quantity": 295}]}


def test_it_says_why_a_purchase_cannot_go_on(compiled: None, gateway: str) -> None:
    """A line error without a cure ends the program with a reason and orders nothing."""
    buying(gateway)

    again = buying(gateway)

    assert (again.returncode, again.stderr) == (1, "This program knows no cure.\n")
    assert checkouts(gateway) == 1


def test_it_says_why_a_token_is_not_accepted(compiled: None, gateway: str) -> None:
    """An error at the top of an answer ends the program with its code and correlation id, and without a repetition."""
    ended = buying(gateway, TOKEN="outdated")

    assert ended.returncode == 1
    assert re.fullmatch(r"UNAUTHENTICATED: .* \(Correlation id [\w-]{36}\)\n", ended.stderr)
    assert "Trying again" not in ended.stdout


def test_a_fault_that_may_pass_is_answered_by_the_same_request(compiled: None) -> None:
    """After a retryable error the very same request, with the same key, is sent up to two more times."""
    extensions = {"code": "UPSTREAM_TIMEOUT", "retryable": True, "retryAfter": 0, "correlationId": "c0ffee"}
    error = {"message": "No answer in time.", "path": ["createCart"], "extensions": extensions}

    with answering({"data": {"createCart": None}, "errors": [error]}) as (address, asked):
        ended = buying(address)

    assert ended.returncode == 1
    assert ended.stderr == "UPSTREAM_TIMEOUT: No answer in time. (Correlation id c0ffee)\n"
    assert len(asked) == 3
    assert asked[0] == asked[1] == asked[2]


def test_a_fault_says_what_is_known_of_the_orders(compiled: None) -> None:
    """`extensions.outcome` becomes advice."""
    extensions = {"code": "CHECKOUT_OUTCOME_UNKNOWN", "retryable": False, "outcome": "UNKNOWN"}

    with answering({"errors": [{"message": "No answer.", "extensions": extensions}]}) as (address, _):
        ended = buying(address)

    assert ended.stderr.startswith("CHECKOUT_OUTCOME_UNKNOWN: No answer. There may be orders: check the same cart out")


def test_a_kind_of_error_added_later_is_reported(compiled: None) -> None:
    """A code that the client was not generated with ends the purchase with their message."""
    later = {"code": "CREDIT_EXHAUSTED", "message": "No credit is left."}

    with answering({"data": {"createCart": {"cart": None, "errors": [later]}}}) as (address, _):
        ended = buying(address)

    assert (ended.returncode, ended.stderr) == (1, "CREDIT_EXHAUSTED: No credit is left.\n")


def test_a_field_that_could_not_be_read_does_not_hide_the_payload(compiled: None) -> None:
    """An error further down in the answer is not taken for a failure of the mutation, and nothing is sent again."""
    extensions = {"code": "UPSTREAM_TIMEOUT", "retryable": True, "retryAfter": 0}
    unread = {"message": "No answer.", "path": ["createCart", "cart", "totals"], "extensions": extensions}
    payload = {"cart": None, "errors": [{"code": "CUSTOMER_NOT_FOUND", "message": "No."}]}

    with answering({"data": {"createCart": payload}, "errors": [unread]}) as (address, asked):
        ended = buying(address)

    assert (len(asked), ended.stderr) == (1, "CUSTOMER_NOT_FOUND: No. Choose another.\n")
