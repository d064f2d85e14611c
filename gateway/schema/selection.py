"""What a request selects below a field, so that nothing is read that nobody asked for."""

from collections.abc import Iterable, Mapping
from typing import cast

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLResolveInfo,
    InlineFragmentNode,
    SelectionNode,
)

from gateway.context import Context, Info


def asks_only(info: Info, *names: str) -> bool:
    """True when nothing but these fields (and `__typename`) is selected below the field being resolved.

    Fields under `@skip` and `@include` count as selected: a call too many is better than a missing value.
    """
    # Strawberry's own view of it converts the whole subtree.
    raw = cast("GraphQLResolveInfo[Context]", info._raw_info)  # noqa: SLF001  # pyright: ignore[reportPrivateUsage, reportUnknownMemberType]
    selections = [
        selection for node in raw.field_nodes if node.selection_set for selection in node.selection_set.selections
    ]
    return _all_among(selections, {*names, "__typename"}, raw.fragments)


def _all_among(
    selections: Iterable[SelectionNode], names: set[str], fragments: Mapping[str, FragmentDefinitionNode]
) -> bool:
    """Validation has refused cyclic fragments before, so this ends."""
    for selection in selections:
        match selection:
            case FieldNode():
                if selection.name.value not in names:
                    return False
            case InlineFragmentNode():
                if not _all_among(selection.selection_set.selections, names, fragments):
                    return False
            case FragmentSpreadNode():
                fragment = fragments[selection.name.value]
                if not _all_among(fragment.selection_set.selections, names, fragments):
                    return False
            case _:
                return False
    return True
