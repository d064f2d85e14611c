"""HTTP as callers meet it: methods, headers, bodies, statuses."""

import asyncio
from collections.abc import AsyncIterator, Callable

import httpx
import pytest

from gateway.operations.limits import Limits

JSON = "application/json"
GRAPHQL = "application/graphql-response+json"


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        pytest.param({"query": "{ echo }"}, 200, None, id="a query"),
        pytest.param({"query": '{ fail(how: "absent") }'}, 294, "NOT_FOUND", id="a field failed"),
        pytest.param({"query": "{"}, 400, "GRAPHQL_PARSE_FAILED", id="no GraphQL"),
        pytest.param({"query": "{ nothing }"}, 422, "GRAPHQL_VALIDATION_FAILED", id="an unknown field"),
        pytest.param({"query": "{ half(of: 3) }"}, 422, "BAD_USER_INPUT", id="a wrong value in the document"),
        pytest.param({"query": "query($n: Even!) { half(of: $n) }"}, 422, "BAD_USER_INPUT", id="a variable is missing"),
        pytest.param({"query": "query A { echo } query B { echo }"}, 422, "BAD_USER_INPUT", id="which operation?"),
        pytest.param({"query": "{ echo }", "operationName": "A"}, 422, "BAD_USER_INPUT", id="no such operation"),
        pytest.param({"query": "{ echo }", "operationName": ""}, 200, None, id="an empty name of an operation"),
        pytest.param({"query": "subscription { ticks }"}, 422, "BAD_USER_INPUT", id="a subscription"),
        pytest.param({"query": "{" + " echo" * 5000 + "}"}, 422, "LIMIT_EXCEEDED", id="too many words"),
        pytest.param({"query": "", }, 422, "BAD_USER_INPUT", id="an empty query"),
        pytest.param({"query": 5}, 422, "BAD_USER_INPUT", id="a query that is no text"),
        pytest.param({"document": "{ echo }"}, 422, "BAD_USER_INPUT", id="no query at all"),
        pytest.param({"query": "{ echo }", "variables": []}, 422, "BAD_USER_INPUT", id="variables in a list"),
        pytest.param({"query": "{ echo }", "variables": ""}, 422, "BAD_USER_INPUT", id="variables in a text"),
        pytest.param({"query": "{ echo }", "operationName": {}}, 422, "BAD_USER_INPUT", id="a name that is no text"),
        pytest.param({"query": "{ echo }", "extensions": "x"}, 422, "BAD_USER_INPUT", id="extensions in a text"),
        pytest.param([{"query": "{ echo }"}], 422, "BAD_USER_INPUT", id="a batch"),
        pytest.param("{ echo }", 422, "BAD_USER_INPUT", id="a text"),
    ],
)  # fmt: skip
async def test_a_body_decides_the_status(
    client: httpx.AsyncClient, body: object, status: int, code: str | None
) -> None:
    """A client that accepts only JSON gets the same status, except 200 in place of 294."""
    modern = await client.post("/graphql", json=body, headers={"Accept": GRAPHQL})
    legacy = await client.post("/graphql", json=body, headers={"Accept": JSON})

    assert (modern.status_code, legacy.status_code) == (status, 200 if status == 294 else status)
    assert modern.headers["content-type"] == f"{GRAPHQL}; charset=utf-8"
    assert legacy.headers["content-type"] == f"{JSON if status < 300 else GRAPHQL}; charset=utf-8"
    assert legacy.json() == modern.json()
    errors = modern.json().get("errors", [])
    assert [error["extensions"]["code"] for error in errors] == ([code] if code else [])


@pytest.mark.parametrize(
    ("method", "headers", "status", "allow"),
    [
        pytest.param("PUT", {}, 405, "GET, POST", id="PUT"),
        pytest.param("DELETE", {}, 405, "GET, POST", id="DELETE"),
        pytest.param("HEAD", {}, 405, "GET, POST", id="HEAD"),
        pytest.param("POST", {}, 415, None, id="no content type"),
        pytest.param("POST", {"Content-Type": "text/plain"}, 415, None, id="a plain text"),
        pytest.param("POST", {"Content-Type": "application/graphql"}, 415, None, id="a bare document"),
        pytest.param("POST", {"Content-Type": f"{JSON}; charset=latin-1"}, 415, None, id="a foreign encoding"),
        pytest.param("POST", {"Content-Type": JSON, "Accept": "text/csv"}, 406, None, id="an answer nobody makes"),
    ],
)
async def test_headers_alone_can_refuse_a_request(
    client: httpx.AsyncClient, method: str, headers: dict[str, str], status: int, allow: str | None
) -> None:
    """Method, content type and accepted types are judged before the body."""
    answer = await client.request(method, "/graphql", content=b"not looked at", headers=headers)

    assert (answer.status_code, answer.headers.get("allow")) == (status, allow)


@pytest.mark.parametrize(
    ("parameters", "status"),
    [
        pytest.param({"query": "{ echo }"}, 200, id="a query"),
        pytest.param({"query": "query($t: String!) { echo(text: $t) }", "variables": '{"t": "ä"}'}, 200, id="with variables"),
        pytest.param({"query": 'query A { echo } mutation B { buy(name: "x") { name } }', "operationName": "A"}, 200, id="the query of two"),
        pytest.param({"query": 'mutation { buy(name: "x") { name } }'}, 405, id="a mutation"),
        pytest.param({"query": "{ echo }", "operationName": "", "variables": "", "extensions": ""}, 200, id="with nothing else, as a form sends it"),
        pytest.param({"query": "{ echo }", "variables": "null", "extensions": "null"}, 200, id="with null for nothing"),
        pytest.param({"query": "{ echo }", "documentId": ""}, 200, id="with an empty id"),
        pytest.param({"query": "{ echo }", "utm": ["1", "2"]}, 200, id="with another parameter twice"),
        pytest.param({"query": "query null { echo }", "operationName": "null"}, 200, id="of the name null"),
        pytest.param({"query": "{ echo }", "operationName": "null"}, 422, id="not of the name null"),
        pytest.param({"query": "{ echo }", "variables": "[]"}, 422, id="variables in a list"),
        pytest.param({"query": "{ echo }", "variables": "{"}, 422, id="variables that are no JSON"),
        pytest.param({"query": "{ echo }", "extensions": "1"}, 422, id="extensions that are no object"),
        pytest.param({"query": ""}, 422, id="an empty query"),
        pytest.param({}, 422, id="nothing"),
    ],
)  # fmt: skip
async def test_get_runs_queries_and_nothing_else(
    client: httpx.AsyncClient, sold: asyncio.Queue[str], parameters: dict[str, str | list[str]], status: int
) -> None:
    """A mutation by GET is refused before it is run."""
    answer = await client.get("/graphql", params=parameters)

    assert answer.status_code == status
    assert answer.headers.get("allow") == ("POST" if status == 405 else None)
    assert sold.empty()


async def test_a_query_string_must_be_utf8(client: httpx.AsyncClient) -> None:
    """Bytes that are no text are refused, not replaced."""
    answer = await client.get("/graphql?query=%ff%fe")

    assert answer.status_code == 400


async def test_a_large_body_is_refused_without_being_read_to_its_end(
    connect: Callable[..., httpx.AsyncClient],
) -> None:
    """Once the limit is passed, no further piece of the body is taken."""
    client = connect(limits=Limits(body_bytes=100))
    taken: list[int] = []

    async def pieces() -> AsyncIterator[bytes]:
        for number in range(10):
            taken.append(number)
            yield b" " * 60

    answer = await client.post("/graphql", content=pieces(), headers={"Content-Type": JSON})

    assert answer.status_code == 413
    assert answer.json()["errors"][0]["extensions"]["code"] == "LIMIT_EXCEEDED"
    assert taken == [0, 1]


async def test_a_body_that_announces_to_be_large_is_not_read_at_all(
    connect: Callable[..., httpx.AsyncClient],
) -> None:
    """A client that asks first, with `Expect: 100-continue`, is spared sending it."""
    client = connect(limits=Limits(body_bytes=100))

    taken: list[int] = []

    async def pieces() -> AsyncIterator[bytes]:
        taken.append(300)
        yield b" " * 300

    headers = {"Content-Type": JSON, "Content-Length": "300"}
    answer = await client.post("/graphql", content=pieces(), headers=headers)

    assert answer.status_code == 413
    assert taken == []


async def test_a_large_query_string_is_refused(connect: Callable[..., httpx.AsyncClient]) -> None:
    """The limit of the body holds for what comes in its place."""
    client = connect(limits=Limits(body_bytes=100))

    answer = await client.get("/graphql", params={"query": "{ echo }" + " " * 100})

    assert answer.status_code == 414


async def test_every_answer_names_its_request_and_forbids_caching(
    client: httpx.AsyncClient, correlation_id: str
) -> None:
    """Header, errors and resolvers agree on the correlation id."""
    answer = await client.post("/graphql", json={"query": '{ request fail(how: "absent") }'})

    assert answer.headers["x-request-id"] == correlation_id
    assert answer.headers["cache-control"] == "no-store"
    assert answer.json()["data"]["request"] == correlation_id
    assert answer.json()["errors"][0]["extensions"]["correlationId"] == correlation_id
