"""The info that compiled code gives to resolvers, and what resolvers ask of any info."""

# graphql-core and Strawberry leave generics open.
# pyright: reportUnknownMemberType=false, reportUnknownArgumentType=false, reportUnknownVariableType=false

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLResolveInfo,
    InlineFragmentNode,
)
from graphql.pyutils import Path
from strawberry.types.info import Info

from gateway.compiler.position import Position, Slot, Unusual, path_of

if TYPE_CHECKING:
    from gateway.compiler.run import Run


class FieldInfo(Info[Any, Any]):
    """Strawberry's info, for which graphql-core's is made only when something of it is read."""

    context: Any = None  # pyright: ignore[reportIncompatibleMethodOverride]  # an attribute is read faster than a property

    def __init__(self, run: "Run", position: Position, slot: Slot | None) -> None:
        self.context = run.context
        self._run = run
        self.position = position
        self._slot = slot

    @property
    def selected_names(self) -> frozenset[str]:
        return self.position.selected_names

    @property
    def path(self) -> Path:
        return path_of(self._placed)

    @property
    def _placed(self) -> Slot:
        if self._slot is None:
            raise Unusual  # a plain field, whose path is not known: graphql-core calls the resolver again
        return self._slot

    @property
    def _raw_info(self) -> GraphQLResolveInfo[Any]:  # type: ignore[override]
        return self._run.raw_info(self.position, self._placed)

    @property
    def _field(self) -> Any:  # type: ignore[override]  # noqa: ANN401 - as in Strawberry
        return self.position.strawberry_field


def selected_names(info: Info[Any, Any]) -> frozenset[str]:
    """The names of the fields selected right below the one being resolved, `__typename` left out.

    Fields under `@skip` and `@include` count as selected.
    """
    if isinstance(info, FieldInfo):
        return info.selected_names
    # Strawberry's own view of the selection converts the whole subtree.
    raw = info._raw_info  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
    return names_below(raw.field_nodes, raw.fragments)


def names_below(nodes: Iterable[FieldNode], fragments: Mapping[str, FragmentDefinitionNode]) -> frozenset[str]:
    """The names of the fields selected right below any of *nodes*, `__typename` left out."""
    return frozenset(field.name.value for node in nodes for field in _below(node, fragments)) - {"__typename"}


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
