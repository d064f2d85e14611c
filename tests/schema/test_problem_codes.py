"""The list of problems in the graph, beside the numbers that stand behind it."""

import re

from graphql import GraphQLEnumType

from gateway.partner_center.models.problems import NUMBERS, ProblemCode
from gateway.schema.problems import ProblemCode as GraphCode
from tests.schema.ways import SCHEMA

_RANGE = re.compile(r"(\d+) to (\d+)")


def test_the_graph_has_every_problem() -> None:
    """Names and their order are the same in the graph and in the middle."""
    assert [code.name for code in GraphCode] == [code.name for code in ProblemCode]


def test_descriptions_name_the_numbers() -> None:
    """A developer who searches the schema for a number finds what it means."""
    kind = SCHEMA.type_map["ProblemCode"]
    assert isinstance(kind, GraphQLEnumType)
    described = {name: value.description or "" for name, value in kind.values.items()}

    for code in ProblemCode:
        text = _RANGE.sub(
            lambda found: " ".join(map(str, range(int(found[1]), int(found[2]) + 1))), described[code.name]
        )
        numbers = set(re.findall(r"\d{4,}", text))
        also = {"2006"} if code is ProblemCode.STATE_DOES_NOT_ALLOW else set[str]()
        assert numbers == {*NUMBERS.get(code, ())} | also, code
