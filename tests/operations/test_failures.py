"""What an entry of `errors` says, and what it keeps to itself."""

from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest

from tests.logs import Logged

Ask = Callable[..., Awaitable[dict[str, Any]]]


async def test_our_own_failures_keep_their_code_and_words(ask: Ask, correlation_id: str) -> None:
    """Message, code and retryable come from the failure, the correlation id from the request."""
    answer = await ask('{ fail(how: "absent") echo(text: "still here") }')

    assert answer["data"] == {"fail": None, "echo": "still here"}
    assert answer["errors"] == [
        {
            "message": "No such item.",
            "locations": [{"line": 1, "column": 3}],
            "path": ["fail"],
            "extensions": {
                "code": "NOT_FOUND",
                "retryable": False,
                "partnerCenterCorrelationId": "upstream-1",
                "correlationId": correlation_id,
            },
        }
    ]


async def test_a_pause_asked_for_is_passed_on(ask: Ask) -> None:
    """The seconds to wait stand beside the code."""
    answer = await ask('{ fail(how: "throttled") }')

    extensions = answer["errors"][0]["extensions"]
    assert (extensions["code"], extensions["retryable"], extensions["retryAfter"]) == ("UPSTREAM_THROTTLED", True, 57)


async def test_partner_centers_correlation_id_goes_to_the_log(ask: Ask, correlation_id: str, logged: Logged) -> None:
    """Support finds Partner Center's id by ours."""
    await ask('{ fail(how: "absent") }')

    (failure,) = logged("failure")
    assert (failure["correlation_id"], failure["ms_correlation_id"]) == (correlation_id, "upstream-1")


@pytest.mark.parametrize(
    "how", [pytest.param("bug", id="an exception"), pytest.param("bad answer", id="GraphQL's own")]
)
async def test_a_bug_of_ours_is_hidden_and_logged(ask: Ask, correlation_id: str, how: str, logged: Logged) -> None:
    """The caller gets a code and an id, the log the traceback."""
    answer = await ask("query($how: String!) { fail(how: $how) }", variables={"how": how})

    (error,) = answer["errors"]
    assert error["extensions"] == {"code": "INTERNAL", "retryable": False, "correlationId": correlation_id}
    assert "secret" not in str(answer)
    (record,) = logged("internal error")
    assert record["correlation_id"] == correlation_id
    assert "Traceback" in record["exception"]
    assert "secret detail" in record["exception"]


@pytest.mark.parametrize(
    ("query", "variables", "ran"),
    [
        pytest.param("query($n: Even!) { half(of: $n) }", {"n": 3}, False, id="a scalar refuses a variable"),
        pytest.param("query($t: String) { echo(text: $t) }", {"t": None}, True, id="null where none may be"),
        pytest.param("query($by: ItemBy!) { item(by: $by) { name } }", {"by": {}}, False, id="no member of a oneOf"),
        pytest.param(
            "query($by: ItemBy!) { item(by: $by) { name } }", {"by": {"name": "a", "number": 1}}, False, id="two members"
        ),
        pytest.param("query($by: ItemBy!) { item(by: $by) { name } }", {"by": {"nmae": "a"}}, False, id="a wrong member"),
    ],
)  # fmt: skip
async def test_a_value_that_does_not_fit_is_the_callers_to_mend(
    ask: Ask, query: str, variables: dict[str, object], ran: bool
) -> None:
    """The code is BAD_USER_INPUT, whether GraphQL finds it before it runs anything or at the field."""
    answer = await ask(query, variables=variables)

    assert {error["extensions"]["code"] for error in answer["errors"]} == {"BAD_USER_INPUT"}
    assert ("data" in answer) is ran


@pytest.mark.parametrize(
    ("query", "members"),
    [
        pytest.param("query($n: Even!) { half(of: $n) }", {"variables": {"n": "x" * 5000}}, id="a variable"),
        pytest.param("{ " + "x" * 5000 + " }", {}, id="a field"),
        pytest.param('{ half(of: "' + "x" * 5000 + '") }', {}, id="a literal"),
        pytest.param("{ echo } " + "x" * 5000, {}, id="a word out of place"),
        pytest.param("{ echo }", {"operationName": "x" * 5000}, id="an operation"),
    ],
)
async def test_long_values_are_not_sent_back(ask: Ask, query: str, members: dict[str, object]) -> None:
    """Messages that repeat what was sent repeat only its beginning."""
    answer = await ask(query, **members)

    assert all(len(error["message"]) < 320 for error in answer["errors"])


async def test_a_message_is_one_line(ask: Ask) -> None:
    """Though GraphQL writes a long value over several."""
    answer = await ask(f"{{ echo(text: {[100_000] * 20}) }}")

    (error,) = answer["errors"]
    assert error["message"].startswith("String cannot represent a non string value: [ 100000 100000 ")


async def test_names_are_not_suggested_in_variables_where_that_is_off(
    connect: Callable[..., httpx.AsyncClient],
) -> None:
    """What validation hides, the reading of variables hides too."""
    client = connect(suggestions=False)
    body = {"query": "query($by: ItemBy!) { item(by: $by) { name } }", "variables": {"by": {"nam": "a"}}}

    answer = await client.post("/graphql", json=body)

    (error,) = {error["message"] for error in answer.json()["errors"]}
    assert error == "The value of the variable $by does not fit its type."
