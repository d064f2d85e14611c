"""What an operation selects: the fields below each field, and their positions."""

# graphql-core and Strawberry leave generics open.
# pyright: reportUnknownMemberType=false, reportUnknownArgumentType=false, reportUnknownVariableType=false

from typing import Any

from graphql import Executor, GraphQLObjectType
from graphql.execution.collect_fields import FieldDetailsList, GroupedFieldSet, collect_fields

from gateway.compiler.info import names_below
from gateway.compiler.position import Position

_MOST_FIELDS = 1000
"""Of one operation, in which each spread of a fragment counts anew. Compiling a field takes up to 0.1 ms."""


class Uncompilable(Exception):
    """The operation is left to graphql-core."""


class Selections:
    """Those of one operation, with one combination of its conditions. Methods raise Uncompilable."""

    def __init__(self, executor: Executor[Any]) -> None:
        """*executor* is graphql-core's for the operation, with variables of this combination."""
        self.schema = executor.schema
        self._executor = executor
        self._fields = 0

    def root(self) -> tuple[GraphQLObjectType, GroupedFieldSet]:
        """The type and the fields of the operation itself."""
        executor = self._executor
        of = self.schema.get_root_type(executor.operation.operation)
        if of is None:
            raise Uncompilable
        collected = collect_fields(
            self.schema,
            executor.fragments,
            executor.variable_values,
            of,
            executor.operation,
            executor.hide_suggestions,
        )
        return of, _simple(collected.grouped_field_set)

    def below(self, of: GraphQLObjectType, details: FieldDetailsList) -> GroupedFieldSet:
        """The fields selected below a field, for an object of one type."""
        return _simple(self._executor.collect_subfields(of, details).grouped_field_set)

    def position(self, of: GraphQLObjectType, key: str, details: FieldDetailsList) -> Position:
        definition = self.schema.get_field(of, details[0].node.name.value)
        self._fields += 1
        if definition is None or self._fields > _MOST_FIELDS:
            raise Uncompilable
        names = names_below([each.node for each in details], self._executor.fragment_definitions)
        return Position(key, of, definition, details, names)


def _simple(fields: GroupedFieldSet) -> GroupedFieldSet:
    """The same fields. Raises Uncompilable for deferred ones, and for those of fragments with arguments."""
    for details in fields.values():
        if any(each.defer_usage is not None or each.fragment_variable_values is not None for each in details):
            raise Uncompilable
    return fields
