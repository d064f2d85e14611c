"""What the Markdown files say is true, whichever there are. Each finding names a line and says what to do."""

from collections.abc import Callable, Iterable

import httpx
import pytest

from gateway.sandbox.app import Sandbox
from tests.docs.examples import examples, invalid_documents, unreadable_json, wrong_answers
from tests.docs.links import broken_links, unfit_headings
from tests.docs.names import (
    unknown_commands,
    unknown_controls,
    unknown_files,
    unknown_modules,
    unknown_targets,
    unknown_variables,
)
from tests.docs.pages import Page, all_pages, expect_none, page_of
from tests.harness import Gateway

PAGES = all_pages()
CURRENT = [page for page in PAGES if str(page) != "CHANGELOG.md"]
"""The changelog also names what there was."""

_Check = Callable[[Page], Iterable[str]]


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_links_lead_somewhere(page: Page) -> None:
    """To a file and a heading that exist."""
    expect_none(broken_links(page))


@pytest.mark.parametrize("page", [page for page in PAGES if str(page).startswith(("README", "docs/"))], ids=str)
def test_headings_have_one_anchor_each(page: Page) -> None:
    """Unique, and the same wherever the page is shown."""
    expect_none(unfit_headings(page))


@pytest.mark.parametrize("page", CURRENT, ids=str)
def test_names_exist(page: Page) -> None:
    """Settings, targets of make, commands and flags, files, modules."""
    checks: list[_Check] = [unknown_variables, unknown_targets, unknown_commands, unknown_files, unknown_modules]

    expect_none(finding for check in checks for finding in check(page))


@pytest.mark.parametrize("page", CURRENT, ids=str)
def test_documents_and_json_are_valid(page: Page) -> None:
    """By the schema."""
    expect_none([*invalid_documents(page), *unreadable_json(page)])


@pytest.mark.parametrize("page", [page for page in CURRENT if any(each.is_run for each in examples(page))], ids=str)
async def test_operations_answer_what_is_shown(page: Page, gateway: Gateway) -> None:
    """Run in the page's order on a fresh sandbox."""
    expect_none(await wrong_answers(page, gateway))


async def test_the_sandbox_has_the_paths_that_pages_name(sandbox: Sandbox) -> None:
    """With the methods that they name."""
    known = await controls(sandbox)

    expect_none(finding for page in CURRENT for finding in unknown_controls(page, known))


async def controls(sandbox: Sandbox) -> list[str]:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(sandbox), base_url="http://sandbox") as client:
        return list((await client.get("/")).json()["control"])


@pytest.mark.parametrize(
    ("check", "text", "finding"),
    [
        pytest.param(broken_links, "[a](nowhere.md)", "1: links to nowhere.md, which does not exist", id="a dead link"),
        pytest.param(broken_links, "\n[a](logs.md#no)", "2: links to #no, but logs.md has no such", id="a dead anchor"),
        pytest.param(broken_links, "# A\n[a](#b)", "2: links to #b, but made-up.md has no such", id="on its own page"),
        pytest.param(broken_links, "[a](../README.md)", "1: links to ../README.md, which is not part", id="off the site"),
        pytest.param(unfit_headings, "# A\n## A", "1: another heading has the anchor #a too", id="a heading twice"),
        pytest.param(unfit_headings, "# A - b", "1: its anchor is #a---b on a code host and #a-b", id="an odd heading"),
        pytest.param(unknown_variables, "`GATEWAY_HOTS`", "1: GATEWAY_HOTS is not a setting", id="a setting"),
        pytest.param(unknown_variables, "`GATEWAY_LOGS_*`", "1: GATEWAY_LOGS_* is not a setting", id="some settings"),
        pytest.param(unknown_targets, "`make tests`", "1: make tests is not in the Makefile", id="a target"),
        pytest.param(unknown_targets, "```\nmake tests\n```", "2: make tests is not in the", id="a target in a block"),
        pytest.param(unknown_commands, "`gateway serf`", "1: gateway serf: unknown command", id="a command"),
        pytest.param(unknown_commands, "`gateway dev --hots x`", "1: gateway dev --hots: unrecognized", id="a flag"),
        pytest.param(unknown_files, "`gateway/cli/no.py`", "1: gateway/cli/no.py does not exist", id="a file"),
        pytest.param(unknown_files, "`http/no.py`", "1: http/no.py does not exist", id="a file below gateway"),
        pytest.param(unknown_modules, "python -m gateway.no.such", "1: python -m gateway.no.such: there", id="a module"),
        pytest.param(invalid_documents, "```graphql\n{ no }\n```", "1: Cannot query field 'no'", id="an unknown field"),
        pytest.param(invalid_documents, "```graphql\n{\n  … }\n```", "3: Syntax Error", id="an ellipsis in a document"),
        pytest.param(invalid_documents, "```graphql\n{ __typename } query B { __typename }\n```", "1: ", id="two operations"),
        pytest.param(invalid_documents, "```graphql\ntype No { a: Int }\n```", "1: the schema has no type No", id="a type"),
        pytest.param(
            invalid_documents,
            "```graphql\ntype Cart { id: Int }\n```",
            "1: the schema's Cart has no `id: Int`",
            id="a field of another type",
        ),
        pytest.param(unreadable_json, "```json\n{a: 1}\n```", "1: is not JSON", id="JSON"),
    ],
)  # fmt: skip
def test_findings(check: _Check, text: str, finding: str) -> None:
    """Each check finds what it looks for, and says in which line."""
    (found, *_) = check(page_of(text))

    assert found.startswith(f"docs/made-up.md:{finding}")


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("[a](logs.md), [b](https://example.com/#x), ![c](metrics.md#metrics)", id="links"),
        pytest.param("`[a](nowhere.md)`\n```\n# A\n# A\n[b](nowhere.md)\n```", id="links and headings in code"),
        pytest.param("`GATEWAY_LIMIT_*`, `GATEWAY_HOST`, `GATEWAY_CHECK_TOKEN`", id="settings"),
        pytest.param("`make test`, `make bench FLAGS=--quick`, to make haste", id="targets"),
        pytest.param("`gateway serve --cloud global`, `gateway check --json > x`, the gateway --x", id="commands"),
        pytest.param("`gateway/cli/main.py`, `cli/`, `application/json`, `dist/x`, `operations/*.graphql`", id="files"),
        pytest.param("`python -m gateway.settings.reference`, `python3.11 -m venv`", id="modules"),
        pytest.param("```graphql\nfragment A on Cart { id }\n```\n```graphql\nquery ($a: ID!) { cart(by: {id: $a}) { ...A } }\n```", id="a fragment in an earlier block"),
        pytest.param("```graphql\ninterface Node { id: ID! }\n```", id="an excerpt of the schema"),
        pytest.param('```json\n{"a": [1, …], …}\n```', id="JSON with ellipses"),
    ],
)  # fmt: skip
def test_no_findings(text: str) -> None:
    """What is right, and what only looks like a name, is no finding."""
    page = page_of(text)
    checks: list[_Check] = [broken_links, unfit_headings, unknown_variables, unknown_targets, unknown_commands]
    checks += [unknown_files, unknown_modules, invalid_documents, unreadable_json]

    assert [finding for check in checks for finding in check(page)] == []


async def test_unknown_paths_of_the_sandbox_are_found(sandbox: Sandbox) -> None:
    """A path that it does not have, and a method that a path does not have."""
    page = page_of("`/_sandbox/no`, `PUT /_sandbox/clock`, `GET /_sandbox/clock`")

    found = list(unknown_controls(page, await controls(sandbox)))

    assert [each.partition(";")[0] for each in found] == [
        "docs/made-up.md:1: the sandbox has no /_sandbox/no",
        "docs/made-up.md:1: the sandbox has no PUT /_sandbox/clock",
    ]


@pytest.mark.parametrize(
    ("text", "findings"),
    [
        pytest.param("```graphql\n{ __typename }\n```", [], id="an operation without errors"),
        pytest.param(
            '```graphql\n{ __typename }\n```\n```json\n{"data": {"__typename": "Mutation"}}\n```',
            ['1: .data.__typename is "Query"; correct the answer shown'],
            id="another answer",
        ),
        pytest.param(
            "```graphql\n{ customers(first: 1000) { edges { node { id } } } }\n```",
            ["1: the sandbox answers errors"],
            id="an error",
        ),
        pytest.param(
            "<!-- not run: made up -->\n```graphql\n{ customers(first: 1000) { edges { node { id } } } }\n```",
            [],
            id="left out",
        ),
        pytest.param(
            '```graphql\nmutation { checkoutCart(input: {cartId: "no"}) { errors { code } } }\n```',
            ["1: the sandbox answers errors"],
            id="an error in a payload",
        ),
        pytest.param(
            "```graphql\nquery ($by: CustomerReferenceInput!) { customer(by: $by) { id } }\n```",
            [],
            id="an operation that lacks its variables",
        ),
        pytest.param(
            "```graphql\nquery ($first: Int!) { customers(first: $first) { edges { node { id } } } }\n```\n"
            '```json\n{"first": 1000}\n```',
            ["1: the sandbox answers errors"],
            id="variables",
        ),
        pytest.param(
            "```graphql\nquery ($by: CustomerReferenceInput!) { customer(by: $by) { companyName } }\n```\n"
            '```json\n{"by": {"tenantId": "28089560-09e9-4305-9944-5fb2b1a786e5"}}\n```\n'
            '```json\n{"data": {"customer": {"companyName": "…"}}}\n```',
            [],
            id="variables and the answer",
        ),
        pytest.param(
            '```graphql\n{ __typename }\n```\nIt is:\n\n```json\n{"data": {"__typename": "Mutation"}}\n```',
            ['1: .data.__typename is "Query"; correct the answer shown'],
            id="a sentence before the answer",
        ),
        pytest.param(
            '```graphql\n{ __typename }\n```\n## B\n```json\n{"data": {"__typename": "Mutation"}}\n```',
            [],
            id="JSON of another section",
        ),
    ],
)
async def test_runs_of_operations(text: str, findings: list[str], gateway: Gateway) -> None:
    """An operation whose variables are known is run, and its answer is the one shown or has no errors."""
    found = await wrong_answers(page_of(text), gateway)

    assert [each.removeprefix("docs/made-up.md:").partition("; correct the operation")[0] for each in found] == findings
