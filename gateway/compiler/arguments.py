"""The arguments of a field as Python source, for the usual case that every variable in them has a value."""

# graphql-core and Strawberry leave generics open.
# pyright: reportUnknownMemberType=false, reportUnknownArgumentType=false, reportUnknownVariableType=false

from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from graphql import (
    ListValueNode,
    ObjectValueNode,
    Undefined,
    ValueNode,
    VariableNode,
    is_input_object_type,
    is_list_type,
    is_non_null_type,
)
from graphql.utilities.coerce_input_value import coerce_default_value, coerce_input_literal

from gateway.compiler.inputs import Inputs
from gateway.compiler.position import Position

Constant = Callable[[object, str], str]
"""Gives a value, with a hint of what it is, and takes the name that stands for it in the source."""


class Unforeseen(Exception):
    """The arguments are left to graphql-core and Strawberry, which may have to refuse them."""


@dataclass(frozen=True, slots=True)
class Arguments:
    """`keywords` are those of the call, such as `by=convert_7({'id': w['id']})`, where `w` holds the variables.

    They are right while each of `variables` has a value other than null.
    """

    keywords: list[str]
    variables: list[str]


def arguments_of(position: Position, inputs: Inputs, constant: Constant) -> Arguments:
    """Raises Unforeseen."""
    field = position.strawberry_field
    if field is None:
        raise Unforeseen
    given = {each.name.value: each.value for each in position.nodes[0].arguments or ()}
    keywords: list[str] = []
    for argument in field.arguments:
        name = inputs.name_of(argument)
        definition = position.definition.args[name]
        source = _value(given[name], definition.type, constant) if name in given else _default(definition, constant)
        if source is not None:
            convert = inputs.converter(argument.type)
            converted = source if convert is None else f"{constant(convert, 'convert')}({source})"
            keywords.append(f"{argument.python_name}={converted}")
    names = {name for value in given.values() for name in _variables(value)}
    return Arguments(keywords, sorted(names))


def _value(node: ValueNode, kind: Any, constant: Constant) -> str:  # noqa: ANN401 - graphql-core leaves it open
    """The coerced value of a literal or variable."""
    named = kind.of_type if is_non_null_type(kind) else kind
    if isinstance(node, VariableNode):
        return f"w[{node.name.value!r}]"
    if not any(_variables(node)):
        value = coerce_input_literal(node, kind)
        if value is Undefined:
            raise Unforeseen
        return _literal(value, constant)
    if isinstance(node, ObjectValueNode) and is_input_object_type(named):
        return _object(node, named, constant)
    if isinstance(node, ListValueNode) and is_list_type(named):
        return f"[{', '.join(_value(each, named.of_type, constant) for each in node.values)}]"
    raise Unforeseen


def _object(node: ObjectValueNode, kind: Any, constant: Constant) -> str:  # noqa: ANN401 - as above
    given = {each.name.value: each.value for each in node.fields}
    members: list[str] = []
    for name, definition in kind.fields.items():
        source = _value(given[name], definition.type, constant) if name in given else _default(definition, constant)
        if source is not None:
            members.append(f"{(definition.out_name or name)!r}: {source}")
    return f"{{{', '.join(members)}}}"


def _default(definition: Any, constant: Constant) -> str | None:  # noqa: ANN401 - an argument or an input field
    value = coerce_default_value(definition)
    return None if value is Undefined else _literal(value, constant)


def _literal(value: object, constant: Constant) -> str:
    """A value that every call gets. Those that resolvers could change are copied."""
    is_mutable = type(value).__hash__ is None
    return f"{constant(deepcopy, 'copied')}({constant(value, 'value')})" if is_mutable else constant(value, "value")


def _variables(node: ValueNode) -> Iterator[str]:
    match node:
        case VariableNode():
            yield node.name.value
        case ListValueNode():
            for each in node.values:
                yield from _variables(each)
        case ObjectValueNode():
            for field in node.fields:
                yield from _variables(field.value)
        case _:
            pass
