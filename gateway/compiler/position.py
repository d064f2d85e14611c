"""Where a field stands in an operation: what graphql-core would look up anew for each value of the field."""

# graphql-core and Strawberry leave generics open.
# pyright: reportUnknownMemberType=false, reportUnknownArgumentType=false, reportUnknownVariableType=false

from collections.abc import Callable
from dataclasses import dataclass, field
from types import GeneratorType, NoneType
from typing import Any, TypeAlias, overload

from graphql import FieldNode, GraphQLField, GraphQLObjectType, GraphQLOutputType, is_non_null_type
from graphql.execution.collect_fields import FieldDetailsList
from graphql.pyutils import Path, UndefinedType
from strawberry.types.field import StrawberryField

_DEFINITION = "strawberry-definition"
"""Where Strawberry keeps its own field in the extensions of graphql-core's."""

Slot: TypeAlias = tuple[Any, str | int, bool, "Slot | None", str | None]
"""The place of one value in the answer: the dict or list that holds it, its key there, whether it may be null, the slot
of the holder (None for the answer's data), and the name of the holder's type (None for a list).

A plain tuple, since one is made for most values that a resolver gives.
"""


class Unusual(Exception):
    """Raised by compiled code where graphql-core has to complete the value."""


_MOST_CLASSES = 1000
_NOT_ORDINARY = (NoneType, UndefinedType, Exception, GeneratorType)


class OrdinaryClasses(set[type]):
    """Classes whose values are neither null, nor failures, nor to be awaited: those that were seen so far."""

    def learn(self, value: object, *, is_awaitable: Callable[[Any], bool]) -> bool:
        """Whether the class of *value* is ordinary."""
        if isinstance(value, _NOT_ORDINARY) or is_awaitable(value):
            return False
        if len(self) < _MOST_CLASSES:
            self.add(value.__class__)
        return True


@dataclass(frozen=True, slots=True, eq=False)
class Position:
    """One field of one selection set, with all nodes of the document that select it."""

    key: str
    parent: GraphQLObjectType
    definition: GraphQLField
    details: FieldDetailsList
    selected_names: frozenset[str]
    """Of the fields right below."""
    nodes: list[FieldNode] = field(init=False)
    type: GraphQLOutputType = field(init=False)
    strawberry_field: StrawberryField | None = field(init=False)
    """None for fields that do not come from Strawberry."""

    def __post_init__(self) -> None:
        set_ = object.__setattr__
        set_(self, "nodes", [each.node for each in self.details])
        set_(self, "type", self.definition.type)
        set_(self, "strawberry_field", (self.definition.extensions or {}).get(_DEFINITION))

    @property
    def is_nullable(self) -> bool:
        return not is_non_null_type(self.type)

    @property
    def has_arguments(self) -> bool:
        return bool(self.definition.args or self.nodes[0].arguments)


@dataclass(slots=True, eq=False)
class Completion:
    """How values at a position are completed: as a type, which for an item of a list is not that of the field.

    `complete` is compiled code for values of ordinary classes; None for what graphql-core has completed.
    """

    type: GraphQLOutputType
    position: Position
    complete: "Callable[[Any, Any, Slot], Any] | None" = None


@overload
def path_of(slot: Slot) -> Path: ...
@overload
def path_of(slot: Slot | None) -> Path | None: ...
def path_of(slot: Slot | None) -> Path | None:
    """The path of a slot, as graphql-core writes it."""
    return None if slot is None else Path(path_of(slot[3]), slot[1], slot[4])
