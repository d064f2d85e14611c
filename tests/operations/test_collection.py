"""The collection of operations: each file is one that clients, GraphiQL and agents can take as it is."""

from pathlib import Path

import pytest
from graphql import GraphQLSchema, build_schema, parse, validate

from gateway.operations.collection import read_collection

ROOT = Path(__file__).parents[2]
FILES = sorted((ROOT / "operations").iterdir())


@pytest.fixture(scope="module")
def schema() -> GraphQLSchema:
    """As client generators read it."""
    return build_schema((ROOT / "schema.graphql").read_text("utf-8"))


def test_the_collection_is_all_of_the_folder() -> None:
    """Each operation is found by the name of its file, and says what it does in whole sentences."""
    collection = read_collection()

    assert [f"{operation.name}.graphql" for operation in collection] == [file.name for file in FILES]
    assert [operation.name for operation in collection if not operation.description.endswith(".")] == []


@pytest.mark.parametrize("file", [pytest.param(file, id=file.stem) for file in FILES])
def test_an_operation_fits_the_schema(file: Path, schema: GraphQLSchema) -> None:
    assert validate(schema, parse(file.read_text("utf-8"))) == []
