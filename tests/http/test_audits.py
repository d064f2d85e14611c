"""The audits of graphql-http, the reference implementation: version 1.23.1, written for a draft of GraphQL over HTTP."""

import asyncio
import json
import os
from pathlib import Path

import pytest

AUDITS = Path(__file__).with_name("audits.mjs")
IDE_SOURCE = Path(__file__).parents[2] / "graphiql"

_MALFORMED = "If the request is not a well-formed GraphQL-over-HTTP request, status code 422 SHOULD be used."
_VARIABLES = (
    "If the variable values cannot be coerced to match the operation's variable definitions, status code 422 SHOULD be "
    "used."
)
_LEGACY = (
    "If the Accept header does not indicate support for one of the server's preferred media types but does indicate "
    "support for application/json [...] the request SHOULD be performed following the requirements of this specification "
    "as if the request had specified Accept: application/graphql-response+json"
)

OVERTAKEN = {
    **dict.fromkeys(["423L", "3E3A"], _MALFORMED),  # no query; 400
    **dict.fromkeys([f"LKJ{kind}" for kind in range(4)], _MALFORMED),  # a query of another type; 400
    **dict.fromkeys([f"6C0{kind}" for kind in range(4)], _MALFORMED),  # an operationName of another type; 400
    **dict.fromkeys([f"476{kind}" for kind in range(4)], _MALFORMED),  # variables of another type; 400
    **dict.fromkeys([f"58B{kind}" for kind in range(4)], _MALFORMED),  # extensions of another type; 400
    "86EE": _VARIABLES,  # 400
    "572B": _LEGACY,  # a document that cannot be parsed; 200
    "FDE2": _LEGACY,  # meant to fail validation, but its name begins with a digit and cannot be parsed; 200
    "7B9B": _LEGACY,  # variables that do not fit; 200
}
"""Audits that fail because they test a draft, each with the sentence of the September 2026 text that they contradict."""


@pytest.fixture
def audits(node: str) -> list[str]:
    """The command that runs the audits, but for the address."""
    if not (IDE_SOURCE / "node_modules" / "graphql-http").is_dir():
        reason = "graphql-http is not installed; run npm ci --prefix graphiql"
        pytest.fail(reason, pytrace=False) if os.environ.get("REQUIRE_ALL") == "1" else pytest.skip(reason)
    return [node, str(AUDITS)]


@pytest.mark.node
async def test_every_audit_passes_that_agrees_with_the_released_text(audits: list[str], port: int) -> None:
    """Of the 61 audits exactly those listed above fail."""
    async with asyncio.timeout(60):
        process = await asyncio.create_subprocess_exec(
            *audits, f"http://127.0.0.1:{port}/graphql", cwd=IDE_SOURCE, stdout=asyncio.subprocess.PIPE
        )
        output, _ = await process.communicate()

    results = [json.loads(line) for line in output.splitlines()]
    failed = {result["id"]: f"{result['name']}: {result['reason']}" for result in results if result["status"] != "ok"}
    assert len(results) == 61
    assert {audit: failed[audit] for audit in failed.keys() - OVERTAKEN.keys()} == {}
    assert OVERTAKEN.keys() - failed.keys() == set()
