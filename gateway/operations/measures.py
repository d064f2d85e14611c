"""How long and how deep a document is. Every measure is linear in the document, each fragment read once."""

from collections.abc import Iterator
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
)


@dataclass(frozen=True, slots=True)
class Written:
    """How many aliases and directives stand in a document, introspection included, and the longest alias' characters.

    Of the aliases, `introspection_aliases` rename `__schema` or stand inside introspection.
    """

    aliases: int
    directives: int
    longest_alias: int
    introspection_aliases: int = 0


def written(document: DocumentNode) -> Written:
    aliases = directives = longest_alias = introspection_aliases = 0
    for definition in document.definitions:
        if not isinstance(definition, OperationDefinitionNode | FragmentDefinitionNode):
            continue
        directives += len(definition.directives or ())
        directives += sum(len(variable.directives or ()) for variable in definition.variable_definitions or ())
        waiting = [(definition.selection_set, _is_of_introspection(definition))]
        while waiting:
            inside, introspected = waiting.pop()
            for selection in inside.selections:
                directives += len(selection.directives or ())
                if isinstance(selection, FieldNode):
                    if selection.alias:
                        aliases += 1
                        longest_alias = max(longest_alias, len(selection.alias.value))
                        introspection_aliases += introspected or selection.name.value == "__schema"
                    if selection.selection_set:
                        waiting.append((selection.selection_set, introspected or _is_introspection(selection)))
                elif isinstance(selection, InlineFragmentNode):
                    waiting.append((selection.selection_set, introspected))
    return Written(aliases, directives, longest_alias, introspection_aliases)


def _is_of_introspection(definition: OperationDefinitionNode | FragmentDefinitionNode) -> bool:
    return isinstance(definition, FragmentDefinitionNode) and definition.type_condition.name.value.startswith("__")


@dataclass(frozen=True, slots=True)
class _Nesting:
    """How deep one definition goes by itself, and how deep it spreads which fragments."""

    depth: int
    spreads: tuple[tuple[str, int], ...]


def depth(document: DocumentNode) -> int:
    """How many fields deep the deepest operation goes, fragments included.

    Introspection counts as one field: GraphQL has a rule of its own for it, and IDEs go 15 deep. A document whose
    fragments form a cycle counts as 0, because validation refuses it with the better message.
    """
    fragments: dict[str, _Nesting] = {}
    operations: list[_Nesting] = []
    for definition in document.definitions:
        if isinstance(definition, FragmentDefinitionNode):
            fragments[definition.name.value] = _nesting(definition.selection_set)
        elif isinstance(definition, OperationDefinitionNode):
            operations.append(_nesting(definition.selection_set))
    try:
        depths = _fragment_depths(fragments)
    except CycleError:
        return 0
    return max((_through(nesting, depths) for nesting in operations), default=0)


def _fragment_depths(fragments: dict[str, _Nesting]) -> dict[str, int]:
    """Each fragment's depth, those it spreads included. Raises CycleError."""
    uses = {name: {spread for spread, _ in nesting.spreads} for name, nesting in fragments.items()}
    depths: dict[str, int] = {}
    for name in TopologicalSorter(uses).static_order():
        if name in fragments:
            depths[name] = _through(fragments[name], depths)
    return depths


def _through(nesting: _Nesting, depths: dict[str, int]) -> int:
    return max([nesting.depth, *(at + depths.get(name, 0) for name, at in nesting.spreads)])


def _nesting(selections: SelectionSetNode) -> _Nesting:
    deepest = 0
    spreads: list[tuple[str, int]] = []
    for selection, at in _selections(selections):
        if isinstance(selection, FragmentSpreadNode):
            spreads.append((selection.name.value, at))
        elif isinstance(selection, FieldNode):
            deepest = max(deepest, at + 1)
    return _Nesting(deepest, tuple(spreads))


def _selections(selections: SelectionSetNode) -> Iterator[tuple[SelectionNode, int]]:
    """Every selection below, with the number of fields around it; not those inside introspection."""
    waiting = [(selections, 0)]
    while waiting:
        inside, at = waiting.pop()
        for selection in inside.selections:
            yield selection, at
            if isinstance(selection, InlineFragmentNode):
                waiting.append((selection.selection_set, at))
            elif isinstance(selection, FieldNode) and selection.selection_set and not _is_introspection(selection):
                waiting.append((selection.selection_set, at + 1))


def _is_introspection(selection: FieldNode) -> bool:
    return selection.name.value in {"__schema", "__type"}
