"""GraphQL over HTTP, September 2026 edition: a test for each SHOULD for servers, named after the section it stands in.

The one exception is status 418, for servers that are teapots.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Callable

import httpx
import pytest
from graphql import specified_rules

from gateway.errors import Forbidden, Overloaded, Unauthenticated
from gateway.operations.limits import Limits

JSON = "application/json"
GRAPHQL = "application/graphql-response+json"
UTF8 = "; charset=utf-8"
ECHO = {"query": "{ echo }"}

Connect = Callable[..., httpx.AsyncClient]


async def _post(client: httpx.AsyncClient, body: object, accept: str = GRAPHQL) -> httpx.Response:
    return await client.post("/graphql", json=body, headers={"Accept": accept})


def _is_refusal(answer: httpx.Response) -> bool:
    """Whether it is a GraphQL response with errors and without data, in GraphQL's own media type."""
    return answer.json().keys() == {"errors"} and answer.headers["content-type"] == GRAPHQL + UTF8


async def test_url_permission_does_not_depend_on_the_contents_of_a_request(connect: Connect) -> None:
    """A caller without access gets 401 for any body, well-formed or not."""
    client = connect(turned_away=Unauthenticated("Send a token."))

    bodies: list[object] = [ECHO, {"query": "{"}, {"query": "{ nothing }"}, []]
    answers = [await _post(client, body) for body in bodies]

    assert [answer.status_code for answer in answers] == [401, 401, 401, 401]


@pytest.mark.parametrize("parameter", ["operationName", "variables", "extensions"])
async def test_get_an_empty_parameter_is_an_absent_one(client: httpx.AsyncClient, parameter: str) -> None:
    answer = await client.get("/graphql", params={**ECHO, parameter: ""}, headers={"Accept": GRAPHQL})

    assert (answer.status_code, answer.json()) == (200, {"data": {"echo": ""}})


async def test_post_without_a_content_type_is_rejected(client: httpx.AsyncClient) -> None:
    answer = await client.post("/graphql", content=json.dumps(ECHO).encode(), headers={"Accept": GRAPHQL})

    assert answer.status_code == 415
    assert _is_refusal(answer)


@pytest.mark.parametrize("accept", [GRAPHQL, JSON, "*/*"])
@pytest.mark.parametrize("query", ["{ echo }", '{ fail(how: "absent") }', "{", "{ nothing }"])
async def test_body_the_encoding_is_indicated(client: httpx.AsyncClient, accept: str, query: str) -> None:
    answer = await _post(client, {"query": query}, accept)

    assert answer.headers["content-type"].endswith(UTF8)


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(ECHO, id="with data"),
        pytest.param({"query": "{"}, id="of no GraphQL"),
        pytest.param({"query": "{ nothing }"}, id="of an unknown field"),
        pytest.param({"query": "query($n: Even!) { half(of: $n) }"}, id="without a variable"),
        pytest.param({"query": 5}, id="malformed"),
    ],
)
async def test_body_a_legacy_client_gets_the_same_but_for_the_type_of_a_success(
    client: httpx.AsyncClient, body: object
) -> None:
    """One that accepts `application/json` alone."""
    legacy, modern = await _post(client, body, JSON), await _post(client, body, GRAPHQL)

    assert legacy.status_code == modern.status_code
    assert legacy.json() == modern.json()
    assert legacy.headers["content-type"] == (JSON if modern.status_code < 300 else GRAPHQL) + UTF8


async def test_partial_success_is_294_beside_its_own_media_type_only(client: httpx.AsyncClient) -> None:
    """A legacy client gets 200: the text recommends 294 only with the media type that explains it."""
    answer = await _post(client, {"query": '{ fail(how: "absent") }'}, JSON)

    assert (answer.status_code, answer.headers["content-type"]) == (200, JSON + UTF8)


@pytest.mark.parametrize("accept", ["text/csv", "image/png, text/html", f"{JSON};q=0"])
@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_body_nothing_acceptable_is_406(client: httpx.AsyncClient, method: str, accept: str) -> None:
    answer = await client.request(method, "/graphql?query={echo}", json=ECHO, headers={"Accept": accept})

    assert answer.status_code == 406
    assert _is_refusal(answer)


BREACHES = {
    "ExecutableDefinitionsRule": "{ echo } type A { b: Int }",
    "KnownOperationTypesRule": None,  # this schema has all three kinds of operation
    "UniqueOperationNamesRule": "query A { echo } query A { echo }",
    "LoneAnonymousOperationRule": "{ echo } query A { echo }",
    "SingleFieldSubscriptionsRule": "subscription { a: ticks b: ticks }",
    "KnownTypeNamesRule": "{ ... on Nothing { echo } }",
    "FragmentsOnCompositeTypesRule": "{ ... on String { echo } }",
    "VariablesAreInputTypesRule": "query($a: Item) { echo(text: $a) }",
    "ScalarLeafsRule": "{ echo { length } }",
    "FieldsOnCorrectTypeRule": "{ nothing }",
    "UniqueFragmentNamesRule": "{ ...F } fragment F on Query { echo } fragment F on Query { echo }",
    "KnownFragmentNamesRule": "{ ...F }",
    "NoUnusedFragmentsRule": "{ echo } fragment F on Query { echo }",
    "PossibleFragmentSpreadsRule": "{ ... on Item { name } }",
    "NoFragmentCyclesRule": "{ ...F } fragment F on Query { ...F }",
    "UniqueVariableNamesRule": "query($a: String, $a: String) { echo(text: $a) }",
    "NoUndefinedVariablesRule": "{ echo(text: $a) }",
    "NoUnusedVariablesRule": "query($a: String) { echo }",
    "KnownDirectivesRule": "{ echo @nothing }",
    "UniqueDirectivesPerLocationRule": "{ echo @skip(if: true) @skip(if: true) }",
    "KnownArgumentNamesRule": "{ echo(nothing: 1) }",
    "UniqueArgumentNamesRule": '{ echo(text: "a", text: "a") }',
    "ValuesOfCorrectTypeRule": "{ echo(text: 5) }",
    "ProvidedRequiredArgumentsRule": "{ half }",
    "VariablesInAllowedPositionRule": "query($n: Even) { half(of: $n) }",
    "OverlappingFieldsCanBeMergedRule": '{ echo echo(text: "a") }',
    "UniqueInputFieldNamesRule": '{ item(by: {name: "a", name: "a"}) { name } }',
    "MaxIntrospectionDepthRule": "{ __schema { types { fields { type { fields { type { fields { type { fields { name } } } } } } } } } }",
}  # fmt: skip


def test_validation_each_rule_has_its_breach() -> None:
    """Except the rules for @defer and @stream, which are not part of any edition."""
    rules = {rule.__name__ for rule in specified_rules if "Stream" not in rule.__name__}

    assert rules == BREACHES.keys()


@pytest.mark.parametrize("query", [pytest.param(query, id=rule) for rule, query in BREACHES.items() if query])
async def test_validation_applies_all_the_rules(client: httpx.AsyncClient, query: str) -> None:
    """Also "Status Codes": a document that breaks a rule is answered with 422 and not executed."""
    answer = await _post(client, {"query": query})

    assert answer.status_code == 422
    assert _is_refusal(answer)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        pytest.param(b'{"query": "{ echo }"}', 200, id="data without errors"),
        pytest.param(b'{"query": "{ echo fail(how: \\"absent\\") }"}', 294, id="data with errors"),
        pytest.param(b'{"query": "{ echo mustNotFail }"}', 294, id="data that is null, with errors"),
        pytest.param(b"NONSENSE", 400, id="a body that is no JSON"),
        pytest.param(b'{"query":', 400, id="a body that is JSON cut off"),
        pytest.param(b'{"qeury": "{__typename}"}', 422, id="not a well-formed request: no query"),
        pytest.param(b'{"query": "{ echo }", "variables": [7]}', 422, id="not a well-formed request: a wrong type"),
        pytest.param(b'{"query": "{"}', 400, id="a document that cannot be parsed"),
        pytest.param(b'{"query": "{ nothing }"}', 422, id="a document that does not pass validation"),
        pytest.param(b'{"query": "query A { echo } query B { echo }"}', 422, id="an operation that is ambiguous"),
        pytest.param(b'{"query": "{ echo }", "operationName": "B"}', 422, id="an operation that is not there"),
        pytest.param(
            b'{"query": "query($n: Even!) { half(of: $n) }", "variables": {"n": null}}',
            422,
            id="variables that do not fit",
        ),
    ],
)
async def test_status_codes_of_what_was_sent(client: httpx.AsyncClient, body: bytes, status: int) -> None:
    """An answer has a 2xx status if and only if it has data."""
    answer = await client.post("/graphql", content=body, headers={"Content-Type": JSON, "Accept": GRAPHQL})

    assert answer.status_code == status
    assert ("data" in answer.json()) is (status < 300)
    assert answer.headers["content-type"] == GRAPHQL + UTF8


@pytest.mark.parametrize(
    ("method", "query", "allow"),
    [
        pytest.param("GET", 'mutation { buy(name: "x") { name } }', "POST", id="a mutation by GET"),
        pytest.param("PUT", "{ echo }", "GET, POST", id="an unsupported method"),
        pytest.param("QUERY", "{ echo }", "GET, POST", id="QUERY"),
    ],
)
async def test_status_codes_405_names_what_is_allowed(
    client: httpx.AsyncClient, sold: asyncio.Queue[str], method: str, query: str, allow: str
) -> None:
    answer = await client.request(method, "/graphql", params={"query": query}, headers={"Accept": GRAPHQL})

    assert (answer.status_code, answer.headers["allow"]) == (405, allow)
    assert _is_refusal(answer)
    assert sold.empty()


async def test_status_codes_415_for_an_unsupported_content_type(client: httpx.AsyncClient) -> None:
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": GRAPHQL}

    answer = await client.post("/graphql", content=b"query=%7Becho%7D", headers=headers)

    assert answer.status_code == 415
    assert _is_refusal(answer)


async def test_status_codes_408_for_a_request_that_does_not_come(connect: Connect) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        yield b'{"query": '
        await asyncio.Event().wait()

    headers = {"Content-Type": JSON, "Accept": GRAPHQL}
    answer = await connect(body_s=0.01).post("/graphql", content=pieces(), headers=headers)

    assert answer.status_code == 408
    assert _is_refusal(answer)


@pytest.mark.parametrize(("method", "status"), [("GET", 414), ("POST", 413)])
async def test_status_codes_413_and_414_for_what_is_too_large(connect: Connect, method: str, status: int) -> None:
    client = connect(limits=Limits(body_bytes=100))
    query = "{ echo }" + "#" * 100

    answer = await client.request(
        method,
        "/graphql",
        params={"query": query} if method == "GET" else None,
        json={"query": query} if method == "POST" else None,
        headers={"Accept": GRAPHQL},
    )

    assert answer.status_code == status
    assert _is_refusal(answer)


@pytest.mark.parametrize(
    ("turned_away", "status"),
    [
        pytest.param(Unauthenticated("Send a token."), 401, id="401 without a token"),
        pytest.param(Forbidden("Not for you.", http_status=403), 403, id="403 without permission"),
        pytest.param(Overloaded("Too much at once."), 503, id="503 for load-shedding"),
        pytest.param(RuntimeError("a bug"), 500, id="500 for a bug"),
    ],
)
async def test_status_codes_of_a_request_that_is_not_served(
    connect: Connect, turned_away: Exception, status: int
) -> None:
    answer = await _post(connect(turned_away=turned_away), ECHO)

    assert answer.status_code == status
    assert _is_refusal(answer)
