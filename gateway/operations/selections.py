"""The single walk over an operation document. Knows GraphQL's syntax, but no schema.

It merges fields by response key as GraphQL does when it runs them, and counts what the limits bound. Selections made of
the same text are merged once, so that doubling fragments take time linear in the document.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from graphlib import CycleError, TopologicalSorter

from graphql import (
    DirectiveNode,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
)

MAX_WORK = 10_000
"""Selections, pairs of fields with one response key, and pairs of fragments in one selection. GraphQL's validation
compares such pairs, at about 10 us each; real documents have a few hundred.
"""

_Key = frozenset[int]
"""The identities of the selection sets that are merged."""


class TooMuchWork(Exception):
    """The document would take more than MAX_WORK to validate."""


@dataclass(frozen=True, slots=True)
class ConditionalField:
    """A field as written, and the type of the innermost fragment around it; None where it is on the parent's type."""

    node: FieldNode
    name: str
    type_condition: str | None


@dataclass(frozen=True, slots=True)
class MergedField:
    """The fields of one response key in one selection. `below` is empty for a leaf.

    `name` is that of the first; a valid document has no other among them.
    """

    response_key: str
    name: str
    fields: tuple[ConditionalField, ...]
    below: "Selection"


@dataclass(slots=True, eq=False)
class Selection:
    """The fields selected on one object, whatever its type."""

    fields: list[MergedField] = field(default_factory=list["MergedField"])


@dataclass(frozen=True, slots=True)
class Operation:
    """`depth` counts fields inside fields, introspection as one; `fields` those on all levels, a list as one object."""

    node: OperationDefinitionNode
    selection: Selection
    depth: int
    fields: int


@dataclass(frozen=True, slots=True)
class Walk:
    """Aliases and directives count where they are written. `introspection_aliases` rename `__schema` or stand inside
    introspection. `longest_alias` is in characters.

    There are no operations when fragments form a cycle: validation refuses those with the better message.
    """

    operations: tuple[Operation, ...]
    aliases: int
    directives: int
    longest_alias: int
    introspection_aliases: int


def walk(document: DocumentNode) -> Walk:
    """Also walks fragments that no operation uses, since GraphQL validates them too. Raises TooMuchWork."""
    walker = _Walker(document)
    definitions = [
        each for each in document.definitions if isinstance(each, OperationDefinitionNode | FragmentDefinitionNode)
    ]
    for each in definitions:
        walker.add(each)
    return Walk(
        tuple(walker.operations([each for each in definitions if isinstance(each, OperationDefinitionNode)])),
        walker.aliases,
        walker.directives,
        walker.longest_alias,
        walker.introspection_aliases,
    )


class _Walker:
    def __init__(self, document: DocumentNode) -> None:
        self._fragments = {
            each.name.value: each for each in document.definitions if isinstance(each, FragmentDefinitionNode)
        }
        self._selections = defaultdict[_Key, Selection](Selection)
        self._children: dict[_Key, list[_Key]] = {}
        self._counted = set[int]()
        self._introspected = {
            id(each.selection_set)
            for each in self._fragments.values()
            if each.type_condition.name.value.startswith("__")
        }
        self._work = 0
        self.aliases = self.directives = self.longest_alias = self.introspection_aliases = 0

    def add(self, definition: OperationDefinitionNode | FragmentDefinitionNode) -> None:
        self._count_directives(definition.directives)
        for variable in definition.variable_definitions or ():
            self._count_directives(variable.directives)
        waiting: list[tuple[SelectionSetNode, ...]] = [(definition.selection_set,)]
        while waiting:
            sets = waiting.pop()
            if _key(sets) not in self._children:
                waiting += self._merge(sets)

    def operations(self, nodes: Iterable[OperationDefinitionNode]) -> Iterable[Operation]:
        fields, depths = dict[_Key, int](), dict[_Key, int]()
        try:
            order = list(TopologicalSorter(self._children).static_order())
        except CycleError:
            return
        for key in order:
            children = self._children[key]
            fields[key] = len(self._selections[key].fields) + sum(fields[child] for child in children)
            depths[key] = max(
                (
                    1 + (0 if _is_introspection(merged.name) else depths[child])
                    for merged, child in zip(self._selections[key].fields, children, strict=True)
                ),
                default=0,
            )
        for node in nodes:
            key = _key((node.selection_set,))
            yield Operation(node, self._selections[key], depths[key], fields[key])

    def _merge(self, sets: tuple[SelectionSetNode, ...]) -> list[tuple[SelectionSetNode, ...]]:
        """Merges *sets* into one selection; the sets of each of its fields, which are still to be merged."""
        by_key = self._gather(sets)
        below = [
            tuple(each.node.selection_set for each in fields if each.node.selection_set) for fields in by_key.values()
        ]
        selection = self._selections[_key(sets)]
        for (response_key, fields), inner in zip(by_key.items(), below, strict=True):
            selection.fields.append(
                MergedField(response_key, fields[0].name, tuple(fields), self._selections[_key(inner)])
            )
        self._children[_key(sets)] = list(map(_key, below))
        return below

    def _gather(self, sets: tuple[SelectionSetNode, ...]) -> Mapping[str, list[ConditionalField]]:
        """The fields right below, by response key. Each fragment counts once; one that is missing is left out."""
        by_key: defaultdict[str, list[ConditionalField]] = defaultdict(list)
        spread = set[str]()
        waiting: list[tuple[SelectionSetNode, str | None]] = [(each, None) for each in sets]
        while waiting:
            selections, condition = waiting.pop()
            self._count(selections)
            self._spend(len(selections.selections))
            for selection in selections.selections:
                if isinstance(selection, FieldNode):
                    name = selection.name.value
                    response_key = selection.alias.value if selection.alias else name
                    by_key[response_key].append(ConditionalField(selection, name, condition))
                elif isinstance(selection, InlineFragmentNode):
                    named = selection.type_condition
                    waiting.append((selection.selection_set, named.name.value if named else condition))
                elif isinstance(selection, FragmentSpreadNode) and selection.name.value not in spread:
                    spread.add(selection.name.value)
                    if fragment := self._fragments.get(selection.name.value):
                        waiting.append((fragment.selection_set, fragment.type_condition.name.value))
        self._spend(_pairs(len(spread)) + sum(_pairs(len(fields)) for fields in by_key.values()))
        return by_key

    def _spend(self, work: int) -> None:
        self._work += work
        if self._work > MAX_WORK:
            raise TooMuchWork

    def _count(self, selections: SelectionSetNode) -> None:
        """Counts what is written in one selection set, the first time that the walk reaches it."""
        if id(selections) in self._counted:
            return
        self._counted.add(id(selections))
        introspected = id(selections) in self._introspected
        for selection in selections.selections:
            self._count_directives(selection.directives)
            if isinstance(selection, FieldNode) and selection.alias:
                self.aliases += 1
                self.longest_alias = max(self.longest_alias, len(selection.alias.value))
                self.introspection_aliases += introspected or selection.name.value == "__schema"
            if isinstance(selection, FieldNode | InlineFragmentNode) and selection.selection_set:
                is_introspection = isinstance(selection, FieldNode) and _is_introspection(selection.name.value)
                if introspected or is_introspection:
                    self._introspected.add(id(selection.selection_set))

    def _count_directives(self, directives: Iterable[DirectiveNode] | None) -> None:
        self.directives += len(tuple(directives or ()))


def _is_introspection(name: str) -> bool:
    return name in {"__schema", "__type"}


def _pairs(number: int) -> int:
    return number * (number - 1) // 2


def _key(sets: Iterable[SelectionSetNode]) -> _Key:
    return frozenset(map(id, sets))
