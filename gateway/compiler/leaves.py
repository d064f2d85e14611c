"""Scalars and enums: expressions that give the usual value of a leaf as it is, and leave any other to a function."""

# graphql-core and Strawberry leave generics open.
# pyright: reportUnknownMemberType=false, reportUnknownArgumentType=false, reportUnknownVariableType=false

from collections.abc import Callable
from enum import Enum
from math import isfinite
from typing import Any

from graphql import (
    GraphQLBoolean,
    GraphQLEnumType,
    GraphQLFloat,
    GraphQLID,
    GraphQLInt,
    GraphQLLeafType,
    GraphQLString,
    Undefined,
)

from gateway.compiler.position import OrdinaryClasses, Unusual

_CONDITIONS: dict[GraphQLLeafType, str] = {
    GraphQLString: "{0}.__class__ is str",
    GraphQLID: "{0}.__class__ is str",
    GraphQLInt: "{0}.__class__ is int and -2147483649 < {0} < 2147483648",
    GraphQLBoolean: "{0}.__class__ is bool",
    GraphQLFloat: "{0}.__class__ is float and isfinite({0})",
}
"""When a value of a built-in scalar needs no coercion. graphql-core's coercion of such a value gives the value."""

NAMES = {"isfinite": isfinite, "Undefined": Undefined}
"""What expressions use, beside the ordinary classes."""


def expression(leaf: GraphQLLeafType, read: str, variable: str, *, coerce: str, output: str | None) -> str:
    """The value that the expression *read* gives, coerced by the function named *coerce* where it needs that.

    *output* is the name of the leaf's own coercion, None for enums: values of ordinary classes need no other.
    """
    condition = _CONDITIONS.get(leaf)
    if condition is not None:
        first, rest = condition.split("{0}", 1)
        return f"({variable} if {first}({variable} := {read}){rest.format(variable)} else {coerce}({variable}))"
    if output is None:
        return f"{coerce}({read})"
    result = f"{variable}_out"
    is_usual = f"({variable} := {read}).__class__ in ORDINARY and ({result} := {output}({variable})) is not None"
    return f"({result} if {is_usual} and {result} is not Undefined else {coerce}({variable}))"


def coercion(leaf: GraphQLLeafType, ordinary: OrdinaryClasses, *, is_nullable: bool) -> Callable[[Any], Any]:
    """A function that coerces a value. It raises any exception where graphql-core has to complete the value."""
    coerce = leaf.coerce_output_value

    def coerced(value: Any) -> Any:  # noqa: ANN401 - any value of a resolver
        if value is None and is_nullable:
            return None
        if value.__class__ not in ordinary and not ordinary.learn(value, is_awaitable=_may_be_awaitable):
            raise Unusual
        result = coerce(value)
        if result is None or result is Undefined:
            raise Unusual
        return result

    return _remembering(coerced) if isinstance(leaf, GraphQLEnumType) else coerced


def _may_be_awaitable(value: object) -> bool:
    return hasattr(value, "__await__")


def _remembering(coerced: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Remembers the names of an enum's members, which Strawberry looks for one by one."""
    names: dict[int, tuple[Enum, Any]] = {}
    """With the member itself, so that no other value gets its identity."""

    def name_of(value: Any) -> Any:  # noqa: ANN401 - any value of a resolver
        known = names.get(id(value))
        if known is not None:
            return known[1]
        name = coerced(value)
        if isinstance(value, Enum):
            names[id(value)] = value, name
        return name

    return name_of
