"""A document reduced to what costs calls to Partner Center: per operation, the fields with a figure and the way to them."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    NamedTypeNode,
    NullValueNode,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
    ValueNode,
    VariableNode,
    get_named_type,
    is_abstract_type,
    print_ast,
)

from gateway.figures import Figure, Figures
from gateway.http.merging import gather

_FREE = Figure()
_Sets = tuple[SelectionSetNode, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """A field that costs something, or below which something does.

    Its figure is the schema's, or that of a free field when nothing but what it has for free is selected below.
    Fields side by side that have the same `look_up` share one call.
    """

    figure: Figure
    arguments: Mapping[str, ValueNode]
    look_up: tuple[str, ...]
    reads_customer: bool
    below: "Selection"


@dataclass(frozen=True, slots=True)
class Selection:
    """What is selected of an object and costs something, for each type that the object may have."""

    kinds: tuple[tuple[Step, ...], ...] = ()


def cost_trees(schema: GraphQLSchema, document: DocumentNode, figures: Figures) -> dict[int, Selection]:
    """The tree of each operation of a valid document, by the identity of its node."""
    planter = _Planter(schema, document, figures)
    return {
        id(each): planter.selection(schema.get_root_type(each.operation), (each.selection_set,))
        for each in document.definitions
        if isinstance(each, OperationDefinitionNode)
    }


class _Planter:
    """Makes the trees. Selections of one type that are the same text are made once."""

    def __init__(self, schema: GraphQLSchema, document: DocumentNode, figures: Figures) -> None:
        self._schema = schema
        self._figures = figures
        self._fragments = {
            each.name.value: each for each in document.definitions if isinstance(each, FragmentDefinitionNode)
        }
        self._made: dict[tuple[GraphQLNamedType | None, frozenset[int]], Selection] = {}

    def selection(self, of: GraphQLNamedType | None, sets: _Sets) -> Selection:
        """What these *sets*, merged, select of the type *of*."""
        key = (of, frozenset(map(id, sets)))
        if key not in self._made:
            possible = self._schema.get_possible_types(of) if is_abstract_type(of) else [of]
            kinds = [self._steps(each, sets) for each in possible if isinstance(each, GraphQLObjectType)]
            self._made[key] = Selection(tuple(steps for steps in kinds if steps))
        return self._made[key]

    def _steps(self, of: GraphQLObjectType, sets: _Sets) -> tuple[Step, ...]:
        return tuple(step for nodes in self._fields(of, sets) if (step := self._step(of, nodes)))

    def _step(self, of: GraphQLObjectType, nodes: list[FieldNode]) -> Step | None:
        name = nodes[0].name.value
        if name not in of.fields:  # __typename and introspection
            return None
        sets = tuple(node.selection_set for node in nodes if node.selection_set)
        figure = self._figure(f"{of.name}.{name}", sets)
        # graphql-core leaves a generic open here.
        below = self.selection(get_named_type(of.fields[name].type), sets)  # pyright: ignore[reportUnknownArgumentType]
        if figure is _FREE and not below.kinds:
            return None
        arguments = _arguments(nodes[0])
        return Step(
            figure,
            arguments,
            (figure.look_up, *_told(arguments)) if figure.look_up else (),
            figure.reads_customer and not _is_sure(arguments.get(figure.unless_given or "")),
            below,
        )

    def _figure(self, field: str, sets: _Sets) -> Figure:
        figure = self._figures.get(field, _FREE)
        if not figure.free:
            return figure
        selected = {nodes[0].name.value for nodes in gather(sets, self._fragments).fields}
        return _FREE if selected <= {*figure.free, "__typename"} else figure

    def _fields(self, of: GraphQLObjectType, sets: _Sets) -> Iterable[list[FieldNode]]:
        """The fields selected of an object of that type. Those with the same arguments lead to the same objects, but a
        mutation of two names is carried out twice.
        """
        fields: dict[tuple[str, ...], list[FieldNode]] = {}
        for node in self._applying(of, sets):
            name = node.alias if node.alias and of is self._schema.mutation_type else node.name
            fields.setdefault((name.value, *_told(_arguments(node))), []).append(node)
        return fields.values()

    def _applying(self, of: GraphQLObjectType, sets: _Sets) -> Iterator[FieldNode]:
        waiting, seen = list(sets), set[str]()
        while waiting:
            for selection in waiting.pop().selections:
                if isinstance(selection, FieldNode):
                    yield selection
                    continue
                fragment = self._fragment(selection, seen)
                if fragment is not None and self._applies(fragment.type_condition, of):
                    waiting.append(fragment.selection_set)

    def _fragment(self, selection: SelectionNode, seen: set[str]) -> InlineFragmentNode | FragmentDefinitionNode | None:
        """What a selection that is no field stands for; None for a fragment that was *seen*, which it then is."""
        if isinstance(selection, InlineFragmentNode):
            return selection
        if not isinstance(selection, FragmentSpreadNode) or selection.name.value in seen:
            return None
        seen.add(selection.name.value)
        return self._fragments[selection.name.value]

    def _applies(self, condition: NamedTypeNode | None, of: GraphQLObjectType) -> bool:
        if condition is None or condition.name.value == of.name:
            return True
        named = self._schema.get_type(condition.name.value)
        return is_abstract_type(named) and self._schema.is_sub_type(named, of)


def _arguments(node: FieldNode) -> dict[str, ValueNode]:
    return {argument.name.value: argument.value for argument in node.arguments or ()}


def _told(arguments: Mapping[str, ValueNode]) -> list[str]:
    return [f"{name}:{print_ast(arguments[name])}" for name in sorted(arguments)]


def _is_sure(value: ValueNode | None) -> bool:
    """Whether an argument is given for certain: a variable may turn out to be null."""
    return value is not None and not isinstance(value, NullValueNode | VariableNode)
