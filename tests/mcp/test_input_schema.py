"""The input of a tool: what an agent may send, as JSON Schema."""

from typing import Any

import pytest
from graphql import OperationDefinitionNode, build_schema, parse
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from gateway.dev.tabs import open_tabs
from gateway.mcp.effects import EFFECTS
from gateway.mcp.input_schema import input_schema
from gateway.mcp.names import tool_name
from gateway.mcp.tools import Tools
from gateway.operations.collection import read_collection
from gateway.operations.documents import Documents, digest_of
from gateway.sandbox.world.seed import read_seed

SCHEMA = build_schema("""
directive @oneOf on INPUT_OBJECT
scalar CountryCode
scalar CurrencyCode
scalar DateTime
scalar Decimal
scalar Duration
scalar JSON
"Which one."
input Reference @oneOf { id: ID, name: String }
"How fine."
enum Grade { "Quite." GOOD BAD }
"What to look for."
input Filter { "At least this many." least: Int! = 3, grade: Grade, words: [String!], below: Filter }
type Query {
  find(
    "The words."
    text: String
    filter: Filter
    by: Reference
    grade: Grade
    many: [Int]
    all: [Int!]
    float: Float
    flag: Boolean
    id: ID
    country: CountryCode
    currency: CurrencyCode
    instant: DateTime
    decimal: Decimal
    duration: Duration
    json: JSON
  ): String
}
""")
INT = {"type": "integer", "minimum": -2147483648, "maximum": 2147483647}


def _schema(document: str, safeguards: frozenset[tuple[str, ...]] = frozenset()) -> dict[str, Any]:
    parsed = parse(document)
    (operation,) = (each for each in parsed.definitions if isinstance(each, OperationDefinitionNode))
    return input_schema(SCHEMA, parsed, operation, safeguards)


@pytest.mark.parametrize(
    ("argument", "kind", "expected"),
    [
        pytest.param("id", "ID!", {"type": "string"}, id="an id"),
        pytest.param("many", "[Int]", {"type": ["array", "null"], "items": {**INT, "type": ["integer", "null"]}}, id="a list of nullable numbers"),
        pytest.param("all", "[Int!]!", {"type": "array", "items": INT}, id="a list of numbers"),
        pytest.param("float", "Float", {"type": ["number", "null"]}, id="a nullable number"),
        pytest.param("flag", "Boolean! = true", {"type": "boolean", "default": True}, id="a default"),
        pytest.param("text", "String = null", {"description": "The words.", "type": ["string", "null"], "default": None}, id="a default of null"),
        pytest.param("text", "String!", {"description": "The words.", "type": "string"}, id="the description of the argument"),
        pytest.param("country", "CountryCode!", {"type": "string", "pattern": "^[A-Z]{2}$"}, id="a country"),
        pytest.param("currency", "CurrencyCode", {"type": ["string", "null"], "pattern": "^[A-Z]{3}$"}, id="a currency"),
        pytest.param("instant", "DateTime!", {"type": "string", "format": "date-time"}, id="an instant"),
        pytest.param("duration", "Duration!", {"type": "string", "format": "duration"}, id="a duration"),
        pytest.param("decimal", "Decimal!", {"type": "string", "pattern": r"^-?[0-9]{1,20}(\.[0-9]{1,20})?$"}, id="a decimal"),
        pytest.param("json", "JSON", {}, id="anything"),
        pytest.param("grade", "Grade!", {"$ref": "#/$defs/Grade"}, id="an enumeration"),
        pytest.param("grade", "Grade = BAD", {"anyOf": [{"$ref": "#/$defs/Grade"}, {"type": "null"}], "default": "BAD"}, id="a nullable enumeration"),
        pytest.param("by", "Reference!", {"$ref": "#/$defs/Reference"}, id="an input object"),
    ],
)  # fmt: skip
def test_a_variable_has_the_schema_of_its_type(argument: str, kind: str, expected: object) -> None:
    """Formats, bounds, nullability and defaults are those of GraphQL."""
    found = _schema(f"query Q($v: {kind}) {{ find({argument}: $v) }}")

    assert found["properties"] == {"v": expected}
    assert found["additionalProperties"] is False
    assert found.get("required", []) == (["v"] if kind.endswith("!") else [])


def test_input_objects_say_what_each_field_means() -> None:
    """With its default, what is required, and a reference where a type holds itself."""
    found = _schema("query Q($filter: Filter!) { find(filter: $filter) }")["$defs"]

    assert found["Filter"] == {
        "type": "object",
        "description": "What to look for.",
        "properties": {
            "least": {"description": "At least this many.", **INT, "default": 3},
            "grade": {"anyOf": [{"$ref": "#/$defs/Grade"}, {"type": "null"}]},
            "words": {"type": ["array", "null"], "items": {"type": "string"}},
            "below": {"anyOf": [{"$ref": "#/$defs/Filter"}, {"type": "null"}]},
        },
        "additionalProperties": False,
    }
    assert found["Grade"] == {"description": "How fine.\n`GOOD`: Quite.", "type": "string", "enum": ["GOOD", "BAD"]}


def test_a_one_of_takes_exactly_one_field_and_no_null() -> None:
    found = _schema("query Q($by: Reference!) { find(by: $by) }")["$defs"]["Reference"]

    assert (found["minProperties"], found["maxProperties"], "required" in found) == (1, 1, False)
    assert found["properties"] == {"id": {"type": "string"}, "name": {"type": "string"}}


@pytest.mark.parametrize(
    ("document", "text"),
    [
        pytest.param("query Q($v: Int!) { find(filter: {least: $v}) }", "At least this many.", id="of the input field it is the value of"),
        pytest.param('query Q("Of its own." $v: Int!) { find(filter: {least: $v}) }', "Of its own.", id="of the variable itself"),
        pytest.param("query Q($v: String) { ...F } fragment F on Query { find(text: $v) }", "The words.", id="of the argument in a fragment"),
    ],
)  # fmt: skip
def test_a_variable_is_described(document: str, text: str) -> None:
    """By the document, or else by the place where it is used."""
    assert _schema(document)["properties"]["v"]["description"] == text


@pytest.mark.parametrize(
    ("document", "safeguard", "where"),
    [
        pytest.param("query Q($f: Filter!) { find(filter: $f) }", ("f", "grade"), "#/$defs/Filter", id="in an input object"),
        pytest.param("query Q($v: String) { find(text: $v) }", ("v",), "#", id="as a variable"),
    ],
)  # fmt: skip
def test_a_safeguard_is_required_and_not_null(document: str, safeguard: tuple[str, ...], where: str) -> None:
    """Though the schema makes it optional."""
    found = _schema(document, frozenset({safeguard}))

    owner = found["$defs"]["Filter"] if "Filter" in where else found
    assert safeguard[-1] in owner["required"]
    assert "null" not in str(owner["properties"][safeguard[-1]])


KEY = "0b9f6c1e-5d0f-4d55-9a55-0d6f0e6f7d10"
VARIABLES = {tab.query: dict(tab.variables) for tab in open_tabs(read_seed().demo)}


def _fits(schema: dict[str, Any], value: object) -> bool:
    """Raises SchemaError for a schema that is wrong itself."""
    validator: Any = Draft202012Validator
    validator.check_schema(schema)
    return bool(validator(schema).is_valid(value))


def _of_mutation(documents: Documents, name: str) -> dict[str, Any]:
    """The input schema of an operation with this mutation alone."""
    kind = f"{name[0].upper()}{name[1:]}Input"
    document = f'"M." mutation M($input: {kind}!) {{ {name}(input: $input) {{ __typename }} }}'
    texts = {digest_of(document): document}
    (tool,) = Tools(documents, lambda: texts, may_write=True).current().values()
    return tool.definition.input_schema


@pytest.mark.parametrize("name", [tool_name(operation.name) for operation in read_collection()])
def test_what_works_on_the_sandbox_fits_the_schema(collection: Tools, name: str) -> None:
    """The schema of each tool of the collection takes the variables of GraphiQL's tab, with the safeguards."""
    tool = collection.current()[name]
    schema = tool.definition.input_schema
    arguments: dict[str, Any] = dict(VARIABLES[tool.document])

    assert _fits(schema, arguments) is not bool(tool.safeguards)
    for variable, field in tool.safeguards:
        arguments[variable] = {**arguments[variable], field: KEY}
    assert _fits(schema, arguments)
    assert not _fits(schema, {**arguments, "unknown": 1})


@pytest.mark.parametrize("name", EFFECTS)
def test_every_input_type_of_the_gateway_has_a_schema(documents: Documents, name: str) -> None:
    """Also those that no operation of the collection has; all fields are described, and none takes anything."""
    schema = _of_mutation(documents, name)

    assert not _fits(schema, {"input": {}})
    objects = [each for each in schema["$defs"].values() if each["type"] == "object"]
    fields = [field for each in objects for field in each["properties"].values()]
    assert all("description" in field and len(field) > 1 for field in fields)


def test_a_default_of_the_gateway_is_the_name_that_callers_send(documents: Documents) -> None:
    """Not the value that Python has for it."""
    accepted = _of_mutation(documents, "confirmCustomerAgreement")["$defs"]["ConfirmCustomerAgreementInput"]

    assert accepted["properties"]["type"]["default"] == "MICROSOFT_CUSTOMER_AGREEMENT"
