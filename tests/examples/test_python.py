"""examples/python does what its README says, against a real gateway and in an environment of its own."""

import json
import re
import subprocess
import sys
import threading
from collections import Counter, defaultdict
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.programs import environment, running

EXAMPLE = Path(__file__).parents[2] / "examples" / "python"
PYTHON = EXAMPLE / ".venv" / "bin" / "python"
MADE = EXAMPLE / ".venv" / ".made"

CHECKOUT_OUTCOME_UNKNOWN = {
    "message": "Partner Center did not answer.",
    "path": ["checkoutCart"],
    "extensions": {
        "code": "CHECKOUT_OUTCOME_UNKNOWN",
        "retryable": True,
        "retryAfter": 0,
        "outcome": "UNKNOWN",
        "correlationId": "c0ffee",
    },
}


def step(*arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """The example's Python, in its folder."""
    return subprocess.run(
        [PYTHON, *arguments],
        cwd=EXAMPLE,
        env=environment(**settings),
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


@pytest.fixture(scope="module")
def generated() -> None:
    """The environment, made anew when its requirements have changed, and the client as the schema is now."""
    if not MADE.exists() or MADE.stat().st_mtime < (EXAMPLE / "requirements.txt").stat().st_mtime:
        subprocess.run([sys.executable, "-m", "venv", "--clear", EXAMPLE / ".venv"], check=True, timeout=120)
        installed = step("-m", "pip", "install", "--quiet", "--require-hashes", "-r", "requirements.txt")
        assert installed.returncode == 0, installed.stderr
        MADE.touch()
    for generator in (["collect.py"], ["-m", "ariadne_codegen"]):
        made = step(*generator)
        assert made.returncode == 0, made.stderr


@pytest.fixture(scope="module")
def program() -> Generator[str]:
    with running("dev") as (address, _):
        yield address


@pytest.fixture
def gateway(generated: None, program: str) -> str:
    """The gateway's address, with its sandbox as at the start."""
    httpx.post(f"{program}/_sandbox/reset").raise_for_status()
    httpx.delete(f"{program}/_sandbox/calls").raise_for_status()
    return program


def calls(gateway: str) -> Counter[str]:
    """How often the sandbox was asked to change a cart, and to check one out."""
    seen = httpx.get(f"{gateway}/_sandbox/calls").json()["calls"]
    writes = [each["path"] for each in seen if each["method"] != "GET" and "/carts" in each["path"]]
    return Counter("checkout" if path.endswith("/checkout") else "change" for path in writes)


Variables = dict[str, list[dict[str, Any]]]
"""The variables that were sent, by operation."""

Answer = dict[str, object]
"""An answer of the gateway's, or a part of one."""

Instead = Mapping[tuple[str, int], object]
"""Answers to give instead of the gateway's, by operation and how often it was asked."""


@dataclass(frozen=True)
class Purchase:
    """One run of buy.py."""

    code: int
    told: str
    reason: str
    asked: Variables


def buying(gateway: str, instead: Instead | None = None) -> Purchase:
    with relay(gateway, instead or {}) as (address, asked):
        ended = step("buy.py", address)
    return Purchase(ended.returncode, ended.stdout, ended.stderr, asked)


@contextmanager
def relay(gateway: str, instead: Instead) -> Generator[tuple[str, Variables]]:
    """An address from where requests go on to the gateway, and what has passed there."""
    asked: Variables = defaultdict(list)

    class Relay(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            request = json.loads(body)
            name = request["operationName"]
            asked[name].append(request["variables"])
            answer = httpx.post(f"{gateway}/graphql", content=body, headers={"Content-Type": "application/json"})
            replaced = instead.get((name, len(asked[name])))
            self.send_response(200)
            self.end_headers()
            self.wfile.write(json.dumps(replaced).encode() if replaced else answer.content)

        def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
            """Keeps quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Relay) as server:
        threading.Thread(target=server.serve_forever, args=[0.01]).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/graphql", asked
        finally:
            server.shutdown()


def checkout(**payload: object) -> object:
    """An answer to a checkout."""
    return {"data": {"checkoutCart": {"replayed": False, "cart": None, "result": None, "errors": [], **payload}}}


def test_it_is_typed(generated: None) -> None:
    """The program and the generated client pass mypy's strict checks."""
    checked = step("-m", "mypy", ".")

    assert checked.returncode == 0, checked.stdout


def test_it_buys(gateway: str) -> None:
    """A line with too many seats is mended, a cart that somebody else has changed is shown anew, and one order placed."""
    bought = buying(gateway)

    assert bought.code == 0, bought.reason
    assert "Branches: MAX_ALLOWED_SEATS_PER_SUBSCRIPTION_EXCEEDED. The requested number of 6000" in bought.told
    assert (
        "nothing was ordered.\nCart: no name 5, Branches 295; together 14400.0 USD\nCheckout: SUCCEEDED" in bought.told
    )
    assert re.search(r"^Order \w+ of \d{4}-\d\d-\d\d .+\+00:00: 14400\.0 USD$", bought.told, re.MULTILINE)
    assert calls(gateway) == {"change": 4, "checkout": 1}


def test_what_is_left_out_is_not_sent(gateway: str) -> None:
    """An update holds the properties it was given, None included, and no others."""
    bought = buying(gateway)

    [mended] = bought.asked["MendLine"][0]["input"]["lineItems"]
    [cleared] = bought.asked["ChangeLines"][0]["input"]["lineItems"]
    assert {**mended, "id": ""} == {"id": "", "quantity": 295}
    assert {**cleared, "id": ""} == {"id": "", "friendlyName": None}


def test_what_is_left_out_stays_as_it_is(gateway: str) -> None:
    """A line keeps its name and term when only its quantity is changed, and its quantity when its name is cleared."""
    bought = buying(gateway)

    query = "query ($id: ID!) { cart(by: {id: $id}) { lineItems { friendlyName quantity termDuration billingCycle } } }"
    variables = {"id": bought.asked["CheckOut"][0]["input"]["cartId"]}
    answer = httpx.post(f"{gateway}/graphql", json={"query": query, "variables": variables}).json()
    assert answer["data"]["cart"]["lineItems"] == [
        {"friendlyName": None, "quantity": 5, "termDuration": "P1Y", "billingCycle": "MONTHLY"},
        {"friendlyName": "Branches", "quantity": 295, "termDuration": "P1Y", "billingCycle": "MONTHLY"},
    ]


def test_a_checkout_without_an_answer_is_repeated_under_its_key(gateway: str) -> None:
    """The repetition is the same request, is told what the first one ordered, and orders nothing more."""
    lost = {"data": {"checkoutCart": None}, "errors": [CHECKOUT_OUTCOME_UNKNOWN]}

    bought = buying(gateway, {("CheckOut", 2): lost})

    assert bought.code == 0, bought.reason
    assert "Trying again after CHECKOUT_OUTCOME_UNKNOWN: Partner Center did not answer. There may be" in bought.told
    assert "An earlier call has ordered this" in bought.told
    assert bought.asked["CheckOut"][1] == bought.asked["CheckOut"][2]
    assert calls(gateway)["checkout"] == 1


def test_a_kind_of_error_added_later_is_reported(gateway: str) -> None:
    """A type and a code that the client was not generated with end the purchase with their message, not a traceback."""
    later: Answer = {"code": "CREDIT_EXHAUSTED", "message": "The credit of the partner is exhausted.", "path": []}

    bought = buying(gateway, {("CheckOut", 1): checkout(errors=[later])})

    assert (bought.code, bought.reason) == (1, "CREDIT_EXHAUSTED: The credit of the partner is exhausted.\n")


def test_it_reads_amounts_and_instants_as_they_are_written(gateway: str) -> None:
    """An amount keeps its last zero; an instant may have a seventh digit, which is dropped, and a Z."""
    order: Answer = {"id": "1", "partnerCenterId": "a1", "totalPrice": "0.10", "currencyCode": "USD", "lineItems": []}
    orders = [{**order, "status": "PENDING", "createdAt": "2026-03-01T09:30:00.1234567Z"}]
    result = {"outcome": "SUCCEEDED", "checkedOutAt": None, "orders": orders, "orderErrors": []}

    bought = buying(gateway, {("CheckOut", 1): checkout(result=result)})

    assert "Order a1 of 2026-03-01 09:30:00.123456+00:00: 0.10 USD\n" in bought.told


def test_it_sends_amounts_without_an_exponent(generated: None) -> None:
    """A Decimal of 1E+3 goes out as 1000, which the gateway accepts."""
    program = """
from decimal import Decimal
from partner_center_gateway import PurchaseCommitmentInput
commitment = PurchaseCommitmentInput(amount=Decimal("1E+3"), currency_code="USD", grain="hourly")
print(commitment.model_dump_json(by_alias=True))
"""

    sent = step("-c", program).stdout

    assert json.loads(sent) == {"amount": "1000", "currencyCode": "USD", "grain": "hourly"}


def test_it_says_why_a_token_is_not_accepted(gateway: str) -> None:
    """An error at the top of an answer ends the program with its code and correlation id, and without a repetition."""
    ended = step("buy.py", f"{gateway}/graphql", TOKEN="outdated")

    assert ended.returncode == 1
    assert re.fullmatch(r"UNAUTHENTICATED: .* \(Correlation id [\w-]{36}\)\n", ended.stderr)
    assert "Trying again" not in ended.stdout
