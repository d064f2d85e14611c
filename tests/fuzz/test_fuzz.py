"""Whatever is sent, an answer comes: never a server error, never INTERNAL, within a bound, and nothing piles up.

`FUZZ_EXAMPLES=5000` looks longer than the suite does, and elsewhere each time.
"""

import asyncio
import json
import os
import resource
from collections.abc import Callable, Generator, Mapping
from typing import Any

import httpx
import pytest
from graphql import ValueNode
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis_graphql import from_schema, nodes

from gateway.app import build_app
from gateway.dev.in_process import InProcess
from gateway.sandbox.app import build_sandbox
from gateway.schema.root import build_schema, sdl
from gateway.settings.model import Settings

LONGEST_S = 5.0
MOST_BYTES = 2_000_000
MOST_GROWTH_KB = 150_000

_MORE = os.environ.get("FUZZ_EXAMPLES")
FUZZ = settings(
    max_examples=int(_MORE or 100),
    derandomize=_MORE is None,
    database=None,
    deadline=None,
    suppress_health_check=(HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large),
)

Post = Callable[[bytes], httpx.Response]


def texts(*values: str) -> st.SearchStrategy[ValueNode]:
    return st.sampled_from(values).map(nodes.String)


_ANY_DOCUMENT = from_schema(
    sdl(build_schema()),
    custom_scalars={
        "CountryCode": texts("US", "SE", "XX", "us"),
        "CurrencyCode": texts("USD", "SEK", "usd"),
        "Duration": texts("P1Y", "P1M", "P99Y", "year"),
        "Decimal": texts("0.05", "1e9", "-1", "1"),
        "DateTime": texts("2026-03-31T00:00:00Z", "2026-03-31", "never"),
        "JSON": texts("{}"),
    },
)
DOCUMENTS = _ANY_DOCUMENT.map(str)
JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
OPERATIONS = (
    "query ($a: CartReferenceInput!) { cart(by: $a) { id lineItems { product { title } } } }",
    "query ($a: [ID!]!) { nodes(ids: $a) { id } }",
    "query ($a: String!, $b: Int) { products(query: $a, first: $b) { totalCount } }",
    "mutation ($a: CreateCartInput!) { createCart(input: $a) { cart { id } errors { code } } }",
    "mutation ($a: UpdateCartLineItemsInput!) { updateCartLineItems(input: $a) { errors { code path } } }",
    "mutation ($a: CheckoutCartInput!) { checkoutCart(input: $a) { result { outcome } errors { code } } }",
)


@pytest.fixture(scope="module")
def post() -> Generator[Post]:
    """Sends a body to a gateway in front of the sandbox, and holds the answer to what every answer owes."""
    sandbox = build_sandbox()
    app = build_app(
        Settings(mode="production", upstream_url="http://127.0.0.1"),
        transport=InProcess(sandbox),
        now=sandbox.now,
        token_without_sign_in=sandbox.demo_token,
    )
    with asyncio.Runner() as runner:

        async def start() -> httpx.AsyncClient:
            return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://localhost")

        http = runner.run(start())

        def send(body: bytes) -> httpx.Response:
            async def exchange() -> httpx.Response:
                async with asyncio.timeout(LONGEST_S):
                    return await http.post("/graphql", content=body, headers={"Content-Type": "application/json"})

            answer = runner.run(exchange())
            hold(answer)
            return answer

        yield send
        runner.run(http.aclose())
    sandbox.close()


def hold(answer: httpx.Response) -> None:
    """An honest answer: no server error, no INTERNAL, JSON of a bounded size, each error with a code."""
    assert answer.status_code < 500, answer.text
    assert len(answer.content) < MOST_BYTES
    told: Mapping[str, Any] = answer.json()
    codes = [error["extensions"]["code"] for error in told.get("errors", ())]
    assert "INTERNAL" not in codes, answer.text
    assert all(codes)
    assert "data" in told or codes


def test_any_document_of_the_schema_is_answered(post: Post) -> None:
    """Queries and mutations with arguments as they come, fitting or not."""

    @FUZZ
    @given(DOCUMENTS)
    def check(document: str) -> None:
        post(json.dumps({"query": document}).encode())

    check()


def test_any_variables_are_answered(post: Post) -> None:
    """What does not fit is the caller's mistake and told as such."""

    @FUZZ
    @given(st.sampled_from(OPERATIONS), st.fixed_dictionaries({"a": JSON_VALUES, "b": JSON_VALUES}))
    def check(operation: str, variables: dict[str, object]) -> None:
        post(json.dumps({"query": operation, "variables": variables}).encode("utf-8", "surrogatepass"))

    check()


def test_any_text_is_answered(post: Post) -> None:
    """Half a document, two of them, or none at all."""

    @FUZZ
    @given(DOCUMENTS, st.integers(0, 400), st.text(max_size=20))
    def check(document: str, cut: int, noise: str) -> None:
        post(json.dumps({"query": document[:cut] + noise + document[cut + 3 :]}).encode("utf-8", "surrogatepass"))

    check()


def test_any_body_is_answered(post: Post) -> None:
    """JSON or not, an object or not, UTF-8 or not."""

    @FUZZ
    @given(st.binary(max_size=400) | JSON_VALUES.map(lambda value: json.dumps(value).encode("utf-8", "surrogatepass")))
    def check(body: bytes) -> None:
        answer = post(body)
        assert answer.status_code in {200, 400, 422}

    check()


def test_nothing_piles_up(post: Post) -> None:
    """A thousand different documents later the process is hardly larger."""
    query = '{ cart(by: {id: "%d"}) { id } }'
    post(json.dumps({"query": query % 0}).encode())
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    for number in range(1000):
        post(json.dumps({"query": query % number}).encode())

    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < MOST_GROWTH_KB
