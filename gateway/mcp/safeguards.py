"""The arguments without which an agent may not change anything, though the schema makes them optional.

An idempotency key wherever the input has one, so that an agent may repeat a call whose answer it did not get. For a
checkout also the version of the cart, so that nobody buys what they have not seen.
"""

from collections.abc import Iterator, Mapping
from typing import cast

from graphql import (
    DocumentNode,
    FieldNode,
    GraphQLInputObjectType,
    GraphQLObjectType,
    GraphQLSchema,
    ObjectValueNode,
    ValueNode,
    VariableNode,
    get_named_type,
)

from gateway.operations.selections import MergedField, walk

Path = tuple[str, ...]
"""Leads to an argument of a tool: a variable, or a variable and a field of its input object."""

_KEY = "idempotencyKey"
_VERSION = "expectedVersion"
_PURCHASE = "checkoutCart"


class Unsafe(Exception):
    """The document leaves out, or fixes, what an agent must send. Says so as the end of a sentence about the document."""


def safeguards_of(schema: GraphQLSchema, document: DocumentNode) -> frozenset[Path]:
    """What each call of a document with one operation must send. Raises Unsafe."""
    root = schema.mutation_type
    (operation,) = walk(document).operations
    if root is None or operation.node.operation.value != "mutation":
        return frozenset()
    return frozenset(path for field in operation.selection.fields for path in _of_field(root, field))


def missing(safeguards: frozenset[Path], arguments: Mapping[str, object]) -> list[str]:
    """The safeguards that a call does not send, as `input.expectedVersion`."""
    return sorted(".".join(path) for path in safeguards if not _sends(arguments, path))


def _of_field(root: GraphQLObjectType, field: MergedField) -> Iterator[Path]:
    """Fields that are merged have equal arguments, so the first stands for all."""
    node: FieldNode = field.fields[0].node
    values = {argument.name.value: argument.value for argument in node.arguments or ()}
    definition = root.fields.get(field.name)
    for name, argument in definition.args.items() if definition else ():
        # graphql-core leaves a generic open.
        kind = cast("object", get_named_type(argument.type))
        if isinstance(kind, GraphQLInputObjectType):
            for required in _required(field.name, kind):
                yield _path(field.name, required, values.get(name))


def _required(mutation: str, kind: GraphQLInputObjectType) -> list[str]:
    wanted = (_KEY, _VERSION) if mutation == _PURCHASE else (_KEY,)
    return [name for name in wanted if name in kind.fields]


def _path(mutation: str, required: str, value: ValueNode | None) -> Path:
    if isinstance(value, VariableNode):
        return (value.name.value, required)
    if isinstance(value, ObjectValueNode):
        given = {field.name.value: field.value for field in value.fields}.get(required)
        if isinstance(given, VariableNode):
            return (given.name.value,)
    raise Unsafe(f"has {mutation} without a variable for {required}")


def _sends(arguments: Mapping[str, object], path: Path) -> bool:
    value = arguments.get(path[0])
    if len(path) == 1:
        return bool(value)
    return isinstance(value, dict) and bool(cast("dict[str, object]", value).get(path[1]))
