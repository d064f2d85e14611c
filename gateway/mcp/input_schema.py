"""The input of a tool as JSON Schema, made from the variables of its operation and the input types of the schema.

Source: JSON Schema 2020-12, which is the dialect of MCP 2026-07-28.
"""

from collections.abc import Collection, Mapping
from typing import Any, Protocol, cast

from graphql import (
    ArgumentNode,
    DocumentNode,
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLSchema,
    ObjectFieldNode,
    OperationDefinitionNode,
    TypeInfo,
    TypeInfoVisitor,
    VariableDefinitionNode,
    VariableNode,
    Visitor,
    get_named_type,
    is_required_input_field,
    type_from_ast,  # pyright: ignore[reportUnknownVariableType]
    value_from_ast_untyped,
    visit,
)
from graphql.utilities.get_default_value_ast import get_default_value_ast

from gateway.mcp.safeguards import Path

JSONSchema = dict[str, Any]

_SCALARS: Mapping[str, JSONSchema] = {
    "String": {"type": "string"},
    "ID": {"type": "string"},
    "Int": {"type": "integer", "minimum": -(2**31), "maximum": 2**31 - 1},
    "Float": {"type": "number"},
    "Boolean": {"type": "boolean"},
    "CountryCode": {"type": "string", "pattern": "^[A-Z]{2}$"},
    "CurrencyCode": {"type": "string", "pattern": "^[A-Z]{3}$"},
    "DateTime": {"type": "string", "format": "date-time"},
    "Decimal": {"type": "string", "pattern": r"^-?[0-9]{1,20}(\.[0-9]{1,20})?$"},
    "Duration": {"type": "string", "format": "duration"},
}
"""By name. Any value fits a scalar that is not here: the schema cannot say what it reads, and the gateway checks it."""

_NULL: JSONSchema = {"type": "null"}


def input_schema(
    schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode, safeguards: Collection[Path]
) -> JSONSchema:
    """An object with a property for each variable. What is in *safeguards* is required."""
    types = _Types(safeguards)
    described = _descriptions(schema, document)
    definitions = operation.variable_definitions or ()
    properties = {each.variable.name.value: types.of_variable(schema, each, described) for each in definitions}
    required = [each.variable.name.value for each in definitions if types.requires(each)]
    found: JSONSchema = {"type": "object", "properties": properties, "additionalProperties": False}
    if required:
        found["required"] = required
    if types.definitions:
        found["$defs"] = dict(sorted(types.definitions.items()))
    return found


class _Wrapped(Protocol):
    """A list or non-null type, whose generics graphql-core leaves open."""

    of_type: object


class _Types:
    """Makes schemas of types; those of input objects and enumerations are gathered in `definitions`."""

    def __init__(self, safeguards: Collection[Path]) -> None:
        self.definitions: dict[str, JSONSchema] = {}
        self._variables = {path[0] for path in safeguards}
        self._fields = {path for path in safeguards if len(path) > 1}

    def requires(self, definition: VariableDefinitionNode) -> bool:
        is_given = definition.type.kind == "non_null_type" and definition.default_value is None
        return is_given or definition.variable.name.value in self._variables

    def of_variable(
        self, schema: GraphQLSchema, definition: VariableDefinitionNode, described: Mapping[str, str]
    ) -> JSONSchema:
        name = definition.variable.name.value
        kind: object = type_from_ast(schema, definition.type)
        required = frozenset(path[1] for path in self._fields if path[0] == name)
        found = self._of_type(kind, required, nullable=name not in self._variables)
        own = definition.description.value if definition.description else None
        if text := own or described.get(name):
            found = {"description": text, **found}
        if definition.default_value is not None:
            found["default"] = value_from_ast_untyped(definition.default_value)
        return found

    def _of_type(self, kind: object, required: Collection[str] = (), *, nullable: bool = True) -> JSONSchema:
        """*required* fields of an input object are so whatever its type says. A non-null type is never *nullable*."""
        if isinstance(kind, GraphQLNonNull):
            return self._of_type(cast("_Wrapped", kind).of_type, required, nullable=False)
        found = self._not_null(kind, required)
        return _or_null(found) if nullable else found

    def _not_null(self, kind: object, required: Collection[str]) -> JSONSchema:
        if isinstance(kind, GraphQLList):
            return {"type": "array", "items": self._of_type(cast("_Wrapped", kind).of_type)}
        if isinstance(kind, GraphQLInputObjectType):
            return self._reference(kind, required)
        if isinstance(kind, GraphQLEnumType):
            self.definitions[kind.name] = _enumeration(kind)
            return {"$ref": f"#/$defs/{kind.name}"}
        return dict(_SCALARS.get(str(kind), {}))

    def _reference(self, kind: GraphQLInputObjectType, required: Collection[str]) -> JSONSchema:
        if kind.name not in self.definitions:
            self.definitions[kind.name] = {}  # a type may refer to itself
            self.definitions[kind.name] = self._object(kind, required)
        return {"$ref": f"#/$defs/{kind.name}"}

    def _object(self, kind: GraphQLInputObjectType, required: Collection[str]) -> JSONSchema:
        found: JSONSchema = {"type": "object"}
        if kind.description:
            found["description"] = kind.description
        found["properties"] = {
            name: self._field(field, nullable=not kind.is_one_of and name not in required)
            for name, field in kind.fields.items()
        }
        found["additionalProperties"] = False
        if kind.is_one_of:
            return {**found, "minProperties": 1, "maxProperties": 1}
        names = [name for name, field in kind.fields.items() if name in required or is_required_input_field(field)]
        return {**found, "required": names} if names else found

    def _field(self, field: GraphQLInputField, *, nullable: bool) -> JSONSchema:
        kind = cast("Any", field.type)  # pyright: ignore[reportUnknownMemberType] - graphql-core leaves a generic open
        found = self._of_type(kind, nullable=nullable)
        if field.description:
            found = {"description": field.description, **found}
        default = get_default_value_ast(field)
        if default is not None:
            found["default"] = value_from_ast_untyped(default)
        return found


def _enumeration(kind: GraphQLEnumType) -> JSONSchema:
    """What each value means stands in the description: JSON Schema has no better place that agents read."""
    meanings = [f"`{name}`: {value.description}" for name, value in kind.values.items() if value.description]
    text = "\n".join(filter(None, [kind.description, *meanings]))
    found: JSONSchema = {"type": "string", "enum": list(kind.values)}
    return {"description": text, **found} if text else found


def _or_null(found: JSONSchema) -> JSONSchema:
    kind = found.get("type")
    if isinstance(kind, str):
        return {**found, "type": [kind, "null"]}
    return {"anyOf": [found, _NULL]} if found else {}


def _descriptions(schema: GraphQLSchema, document: DocumentNode) -> dict[str, str]:
    """What the schema says of the argument or input field that each variable is the value of, by variable."""
    info = TypeInfo(schema)
    uses = _Uses(info)
    visit(document, TypeInfoVisitor(info, uses))
    return uses.descriptions


class _Uses(Visitor):
    def __init__(self, info: TypeInfo) -> None:
        super().__init__()
        self._info = info
        self.descriptions: dict[str, str] = {}

    def enter_variable(self, node: VariableNode, _key: object, parent: object, *_: object) -> None:
        used = self._used(parent)
        if used is not None and used.description:
            self.descriptions.setdefault(node.name.value, used.description)

    def _used(self, parent: object) -> GraphQLArgument | GraphQLInputField | None:
        if isinstance(parent, ArgumentNode):
            argument: GraphQLArgument | None = self._info.get_argument()
            return argument
        around = cast("object", get_named_type(cast("Any", self._info.get_parent_input_type())))  # pyright: ignore[reportUnknownMemberType]
        if isinstance(parent, ObjectFieldNode) and isinstance(around, GraphQLInputObjectType):
            field: GraphQLInputField | None = around.fields.get(parent.name.value)
            return field
        return None
