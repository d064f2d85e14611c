"""docs/errors.md lists every code that a client may meet, under the right heading, and no other."""

import re
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

import pytest
from graphql import GraphQLEnumType, GraphQLObjectType

from gateway import errors
from gateway.schema.root import build_schema

PAGE = (Path(__file__).parents[2] / "docs" / "errors.md").read_text("utf-8")
SCHEMA = build_schema()._schema  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]  it has no public name

OF_DOCUMENTS_AND_REQUESTS = {
    "GRAPHQL_PARSE_FAILED",
    "GRAPHQL_VALIDATION_FAILED",
    "LIMIT_EXCEEDED",
    "DOCUMENT_NOT_TRUSTED",
}
"""Codes beside those of the family in errors.py: `operations/` gives them before anything runs."""


def section(heading: str) -> str:
    _, _, rest = PAGE.partition(f"\n## {heading}\n")
    assert rest, heading
    return rest.partition("\n## ")[0]


def rows(text: str, *, first: str) -> list[list[str]]:
    """The cells of the table whose first column is called *first*."""
    lines = text[text.index(f"| {first} |") :].partition("\n\n")[0].splitlines()[2:]
    return [[cell.strip() for cell in line.strip("| ").split(" | ")] for line in lines]


def codes(table: Iterable[list[str]]) -> list[str]:
    """The codes in the first column, of which a row may have several."""
    return [code for row in table for code in re.findall(r"`(\w+)`", row[0])]


def members(enum: str) -> set[str]:
    of = SCHEMA.type_map[enum]
    assert isinstance(of, GraphQLEnumType)
    return set(of.values)


@pytest.mark.parametrize(
    ("heading", "enum"),
    [
        ("Errors of a mutation", "UserErrorCode"),
        ("Errors on a cart line", "CartErrorCode"),
        ("Problems", "ProblemCode"),
        ("Warnings", "CartWarningCode"),
    ],
)
def test_a_table_has_every_code_of_its_enum_once(heading: str, enum: str) -> None:
    """What to do about a code is said in one place."""
    listed = codes(rows(section(heading), first="code"))

    assert sorted(listed) == sorted(members(enum))


def test_the_types_of_errors_stand_beside_their_codes() -> None:
    """Each code of a mutation's errors has the type that the schema names for it, and no type is missing."""
    listed = {row[0].strip("`"): row[1].strip("`") for row in rows(section("Errors of a mutation"), first="code")}
    implementing = {each.name for each in SCHEMA.type_map.values() if _is_user_error(each)}
    codes_enum = SCHEMA.type_map["UserErrorCode"]

    assert isinstance(codes_enum, GraphQLEnumType)
    assert listed == {name: f"{_described(each.description)}" for name, each in codes_enum.values.items()}
    assert set(listed.values()) == implementing


def test_every_top_level_code_is_listed_with_whether_it_may_be_repeated() -> None:
    """`mostly` stands for a code whose failures differ."""
    may_be_repeated: defaultdict[str, set[bool]] = defaultdict(set)
    for each in vars(errors).values():
        if isinstance(each, type) and issubclass(each, errors.GatewayError):
            may_be_repeated[each.code].add(each.retryable)
    words = {code: _in_words(repeatable) for code, repeatable in may_be_repeated.items()}

    table = rows(section("Errors of the response"), first="code | retryable")

    assert {row[0].strip("`"): row[1] for row in table} == words | dict.fromkeys(OF_DOCUMENTS_AND_REQUESTS, "no")


def test_no_code_on_the_page_is_made_up() -> None:
    """Every word in capitals is a setting, a code, or a member of an enum of the schema."""
    of_enums = {name for each in SCHEMA.type_map.values() if isinstance(each, GraphQLEnumType) for name in each.values}
    raised = {row[0].strip("`") for row in rows(section("Errors of the response"), first="code | retryable")}
    outcomes = {"PLACED", "NOT_PLACED", "DONE", "NOT_DONE"}

    named = {each for each in re.findall(r"`([A-Z][A-Z_]+)`", PAGE) if not each.startswith("GATEWAY_")}

    assert named - of_enums - raised - outcomes == set()
    assert members("PromotionIneligibilityCode") <= named


def _is_user_error(of: object) -> bool:
    return isinstance(of, GraphQLObjectType) and "UserError" in {each.name for each in of.interfaces}


def _described(description: str | None) -> str:
    """The type in ``See `CartNotFoundError`.``"""
    return (description or "").removeprefix("See `").removesuffix("`.")


def _in_words(repeatable: set[bool]) -> str:
    return "mostly" if len(repeatable) > 1 else "yes" if True in repeatable else "no"
