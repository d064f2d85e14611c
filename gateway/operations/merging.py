"""What operations come to with their fragments unfolded and fields of one name merged, as GraphQL runs them.

Selections that are the same text are unfolded once, however often they are spread.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
)

MOST_WORK = 10_000
"""Selections, pairs of fields with one name, and pairs of fragments side by side. GraphQL's validation compares such
pairs, at about 10 us each; honest documents have some hundred.
"""

_Key = frozenset[int]
"""Selections that are merged, by the identity of their nodes."""


@dataclass(frozen=True, slots=True)
class Unfolded:
    """An operation: its root fields, and how many `fields` it has on all levels, lists counted as one object."""

    root_fields: tuple[str, ...]
    fields: int


@dataclass(frozen=True, slots=True)
class _Merged:
    """The fields that stand side by side in one object, and under which key what is below each of them is found."""

    names: tuple[str, ...]
    below: tuple[_Key, ...]


def unfolded(document: DocumentNode) -> list[Unfolded] | None:
    """Every operation of the document; None when that would be more than MOST_WORK.

    A document whose fragments form a cycle counts as none, because validation refuses it with the better message.
    """
    fragments = {each.name.value: each for each in document.definitions if isinstance(each, FragmentDefinitionNode)}
    roots = [(each.selection_set,) for each in document.definitions if isinstance(each, OperationDefinitionNode)]
    merged: dict[_Key, _Merged] = {}
    waiting, work = list[tuple[SelectionSetNode, ...]](roots), 0
    while waiting:
        sets = waiting.pop()
        key = _key(sets)
        if key in merged:
            continue
        side_by_side = gather(sets, fragments)
        work += side_by_side.work
        if work > MOST_WORK:
            return None
        below = [tuple(each.selection_set for each in nodes if each.selection_set) for nodes in side_by_side.fields]
        merged[key] = _Merged(
            tuple(nodes[0].name.value for nodes in side_by_side.fields), tuple(_key(each) for each in below if each)
        )
        waiting += [each for each in below if each]
    try:
        fields = _counted(merged)
    except CycleError:
        return []
    return [Unfolded(merged[_key(root)].names, fields[_key(root)]) for root in roots]


@dataclass(frozen=True, slots=True)
class SideBySide:
    """Fields that stand side by side, grouped by the name they have in the answer, and the work they are to validate."""

    fields: list[list[FieldNode]]
    work: int


def gather(sets: Iterable[SelectionSetNode], fragments: Mapping[str, FragmentDefinitionNode]) -> SideBySide:
    """The fields right below, whatever type they are for; each fragment once, and a missing one left out."""
    by_name: defaultdict[str, list[FieldNode]] = defaultdict(list)
    seen: set[str] = set()
    waiting, selections = list(sets), 0
    while waiting:
        for selection in waiting.pop().selections:
            selections += 1
            if isinstance(selection, FieldNode):
                by_name[(selection.alias or selection.name).value].append(selection)
            elif isinstance(selection, InlineFragmentNode):
                waiting.append(selection.selection_set)
            elif isinstance(selection, FragmentSpreadNode) and selection.name.value not in seen:
                seen.add(selection.name.value)
                if fragment := fragments.get(selection.name.value):
                    waiting.append(fragment.selection_set)
    grouped = list(by_name.values())
    return SideBySide(grouped, selections + _pairs(len(seen)) + sum(_pairs(len(nodes)) for nodes in grouped))


def _pairs(number: int) -> int:
    return number * (number - 1) // 2


def _key(sets: Iterable[SelectionSetNode]) -> _Key:
    return frozenset(map(id, sets))


def _counted(merged: Mapping[_Key, _Merged]) -> dict[_Key, int]:
    """How many fields there are below each key. Raises CycleError."""
    counts: dict[_Key, int] = {}
    for key in TopologicalSorter({key: each.below for key, each in merged.items()}).static_order():
        counts[key] = len(merged[key].names) + sum(counts[below] for below in merged[key].below)
    return counts
