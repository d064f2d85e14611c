"""What a request selects below a field, so that nothing is read that nobody asked for."""

from collections.abc import Iterator, Mapping
from typing import cast

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLResolveInfo,
    InlineFragmentNode,
)

from gateway.context import Context, Info


def asks_only(info: Info, *names: str) -> bool:
    """True when nothing but these fields (and `__typename`) is selected below the field being resolved.

    Fields under `@skip` and `@include` count as selected: a call too many is better than a missing value.
    """
    # Strawberry's own view of it converts the whole subtree.
    raw = cast("GraphQLResolveInfo[Context]", info._raw_info)  # noqa: SLF001  # pyright: ignore[reportPrivateUsage, reportUnknownMemberType]
    selected = (selection for node in raw.field_nodes for selection in _below(node, raw.fragments))
    return {field.name.value for field in selected} <= {*names, "__typename"}


def _below(node: FieldNode, fragments: Mapping[str, FragmentDefinitionNode]) -> Iterator[FieldNode]:
    """The fields selected right below *node*. Each fragment is read once: spread twice on every level, n of them would
    otherwise be read 2^n times.
    """
    waiting = list(node.selection_set.selections) if node.selection_set else []
    seen: set[str] = set()
    while waiting:
        match waiting.pop():
            case FieldNode() as field:
                yield field
            case InlineFragmentNode() as inline:
                waiting.extend(inline.selection_set.selections)
            case FragmentSpreadNode() as spread if spread.name.value not in seen:
                seen.add(spread.name.value)
                waiting.extend(fragments[spread.name.value].selection_set.selections)
            case _:
                pass
