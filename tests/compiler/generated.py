"""Random operations over any schema, from a table of arguments that mean something."""

import random
from collections.abc import Mapping, Sequence
from typing import Any

from graphql import (
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    get_named_type,
    is_required_argument,
)

_COMPOSITE = GraphQLObjectType | GraphQLInterfaceType | GraphQLUnionType


class Operations:
    """Writes selections. *arguments* are literals by the argument, as `field.argument`; fields that need others are left
    out.
    """

    def __init__(self, schema: GraphQLSchema, arguments: Mapping[str, Sequence[str]], rng: random.Random) -> None:
        self._schema = schema
        self._arguments = arguments
        self._random = rng

    def query(self, *, depth: int) -> str:
        """An operation of up to *depth* levels, with the variable `$on` for its conditions."""
        return (
            f"query ($on: Boolean!) {{ {self.selection(self._schema.query_type, depth)} x: __typename @skip(if: $on) }}"
        )

    def selection(self, of: Any, depth: int) -> str:
        if not isinstance(of, GraphQLObjectType):
            possible = self._schema.get_possible_types(of)
            parts = [f"... on {each.name} {{ {self.selection(each, depth)} }}" for each in possible]
            return " ".join(["__typename", *parts])
        names = [name for name, field in of.fields.items() if self._may_be_asked(name, field, depth)]
        chosen = self._random.sample(names, k=min(len(names), self._random.randint(1, 6)))
        fields = [self._field(f"{name}{depth}", name, of.fields[name], depth) for name in chosen]
        return " ".join(fields) or "__typename"

    def _may_be_asked(self, name: str, field: Any, depth: int) -> bool:
        needed = [f"{name}.{each}" for each, argument in field.args.items() if is_required_argument(argument)]
        return (depth > 1 or not _is_composite(field)) and all(each in self._arguments for each in needed)

    def _field(self, alias: str, name: str, field: Any, depth: int) -> str:
        choices = {
            each: self._arguments[f"{name}.{each}"] for each in field.args if f"{name}.{each}" in self._arguments
        }
        arguments = ", ".join(f"{each}: {self._random.choice(values)}" for each, values in choices.items())
        condition = self._random.choice(["", "", "", " @skip(if: $on)", " @include(if: $on)"])
        below = f" {{ {self.selection(get_named_type(field.type), depth - 1)} }}" if _is_composite(field) else ""
        return f"{alias}: {name}{f'({arguments})' if arguments else ''}{condition}{below}"


def _is_composite(field: Any) -> bool:
    return isinstance(get_named_type(field.type), _COMPOSITE)
