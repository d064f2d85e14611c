"""The collection of operations: each is a document that clients, GraphiQL and agents can take as it is."""

from pathlib import Path

import pytest
from graphql import FragmentDefinitionNode, GraphQLSchema, build_schema, parse, validate

from gateway.operations.collection import NamedOperation, read_collection

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "operations"


@pytest.fixture(scope="module")
def schema() -> GraphQLSchema:
    """As client generators read it."""
    return build_schema((ROOT / "schema.graphql").read_text("utf-8"))


def test_the_collection_is_all_of_the_folder() -> None:
    """Each operation is found by the name of its file, and says what it does in whole sentences."""
    collection = read_collection()

    assert [f"{operation.name}.graphql" for operation in collection] == [
        file.name for file in sorted(FOLDER.glob("*.*"))
    ]
    assert [operation.name for operation in collection if not operation.description.endswith(".")] == []


@pytest.mark.parametrize("operation", read_collection(), ids=lambda operation: operation.name)
def test_an_operation_fits_the_schema(operation: NamedOperation, schema: GraphQLSchema) -> None:
    """With the fragments that it needs and no others."""
    assert validate(schema, parse(operation.document)) == []


def test_each_fragment_has_a_file_of_its_name_and_a_use() -> None:
    definitions = [each for operation in read_collection() for each in parse(operation.document).definitions]
    used = {each.name.value for each in definitions if isinstance(each, FragmentDefinitionNode)}

    assert used == {file.stem for file in (FOLDER / "fragments").iterdir()}
