"""The audits of the reference implementation of GraphQL over HTTP, graphql-http."""

import asyncio
import json
import os
from pathlib import Path

import pytest

AUDITS = Path(__file__).with_name("audits.mjs")
IDE_SOURCE = Path(__file__).parents[2] / "graphiql"


@pytest.fixture
def audits(node: str) -> list[str]:
    """The command that runs the audits, but for the address."""
    if not (IDE_SOURCE / "node_modules" / "graphql-http").is_dir():
        reason = "graphql-http is not installed; run npm ci --prefix graphiql"
        pytest.fail(reason, pytrace=False) if os.environ.get("REQUIRE_ALL") == "1" else pytest.skip(reason)
    return [node, str(AUDITS)]


@pytest.mark.node
async def test_every_audit_of_graphql_over_http_passes(audits: list[str], port: int) -> None:
    """All 61: what MUST, what SHOULD and what MAY be."""
    async with asyncio.timeout(60):
        process = await asyncio.create_subprocess_exec(
            *audits, f"http://127.0.0.1:{port}/graphql", cwd=IDE_SOURCE, stdout=asyncio.subprocess.PIPE
        )
        output, _ = await process.communicate()

    results = [json.loads(line) for line in output.splitlines()]
    assert [result for result in results if result["status"] != "ok"] == []
    assert len(results) == 61
