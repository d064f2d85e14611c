"""A document reduced to what costs calls to Partner Center, per operation: the fields with a figure and the way to them.

All other fields are reduced to a number, the characters that they come to in an answer.
"""

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

from gateway.operations.field_cost import Figure, Figures
from gateway.operations.merging import gather

_FREE = Figure()
_A_VALUE = 30
"""Characters of a value in an answer, its name aside: cautious, for the sandbox's come to half of that."""
_A_COPY = 400
"""Of a value that is asked for under one more name. It tells nothing new, so only who wants a large answer has many."""
_COPIED = 4
"""Times that an object counts under one more name, for the same reason."""
_Sets = tuple[SelectionSetNode, ...]
_Lists = frozenset[tuple[str, bool]]
"""Lists that a selection leads to without a call, each with whether a single object is on the way."""


class ListInItself(Exception):
    """Says which field: its items lead to an object, and that to the list again, with no call between that limits it.

    Each time round multiplies the answer by the length of the list, unlike lists right inside one another: those are
    a tree, of which each part is answered once.
    """


@dataclass(frozen=True, slots=True)
class Step:
    """A field that costs something, or below which something does.

    Its figure is the schema's, or that of a free field when nothing but what it has for free is selected below.
    Fields side by side that have the same `look_up` share one call. What is below counts so many `times` in the answer,
    once if it has one name; `characters` is the field without that.
    """

    figure: Figure
    arguments: Mapping[str, ValueNode]
    look_up: tuple[str, ...]
    reads_customer: bool
    times: int
    characters: int
    below: "Selection"
    lists: _Lists = frozenset()


@dataclass(frozen=True, slots=True)
class Kind:
    """What is selected of an object of one type: `characters` are those of fields that are no step."""

    steps: tuple[Step, ...]
    characters: int
    lists: _Lists


@dataclass(frozen=True, slots=True)
class Selection:
    """What is selected of an object, for each type that the object may have."""

    kinds: tuple[Kind, ...] = ()

    @property
    def costs(self) -> bool:
        """Whether anything of it costs calls, or leads to many objects."""
        return any(kind.steps for kind in self.kinds)

    @property
    def characters(self) -> int:
        """Of an object whose selection costs nothing."""
        return max((kind.characters for kind in self.kinds), default=0)

    @property
    def lists(self) -> _Lists:
        return frozenset(each for kind in self.kinds for each in kind.lists)


_NOTHING = Selection()


def cost_trees(schema: GraphQLSchema, document: DocumentNode, figures: Figures) -> dict[int, Selection]:
    """The tree of each operation of a valid document, by the identity of its node. Raises ListInItself."""
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
            self._made[key] = Selection(
                tuple(self._kind(each, sets) for each in possible if isinstance(each, GraphQLObjectType))
            )
        return self._made[key]

    def _kind(self, of: GraphQLObjectType, sets: _Sets) -> Kind:
        steps: list[Step] = []
        characters, lists = 0, _Lists()
        for nodes in self._fields(of, sets):
            step = self._step(of, nodes)
            lists |= step.lists
            if step.figure is _FREE and not step.below.costs:
                characters += step.characters + step.times * step.below.characters
            else:
                steps.append(step)
        return Kind(tuple(steps), characters, lists)

    def _step(self, of: GraphQLObjectType, nodes: list[FieldNode]) -> Step:
        name = nodes[0].name.value
        field = f"{of.name}.{name}"
        sets = tuple(node.selection_set for node in nodes if node.selection_set)
        names = {(node.alias or node.name).value for node in nodes}
        copies = len(names) - 1
        times, characters = 1 + _COPIED * copies, sum(map(len, names)) + _A_VALUE + copies * _A_COPY
        if name not in of.fields or not (sets or field in self._figures):  # __typename, introspection, or a plain value
            return Step(_FREE, {}, (), reads_customer=False, times=times, characters=characters, below=_NOTHING)
        kind = of.fields[name].type
        figure = self._figure(field, sets)
        arguments = _arguments(nodes[0])
        # graphql-core leaves a generic open here.
        below = self.selection(get_named_type(kind), sets)  # pyright: ignore[reportUnknownArgumentType]
        return Step(
            figure,
            arguments,
            look_up=(figure.look_up, *_told(arguments)) if figure.look_up else (),
            reads_customer=figure.reads_customer and not _is_sure(arguments.get(figure.unless_given or "")),
            times=times,
            characters=characters,
            below=below,
            lists=frozenset() if figure.calls else _lists(field, below, is_list=str(kind).startswith("[")),
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


def _lists(field: str, below: Selection, *, is_list: bool) -> _Lists:
    """Those that a field leads to. Raises ListInItself."""
    if not is_list:
        return frozenset((each, True) for each, _ in below.lists)
    if (field, True) in below.lists:
        raise ListInItself(field.partition(".")[2])
    return below.lists | {(field, False)}


def _arguments(node: FieldNode) -> dict[str, ValueNode]:
    return {argument.name.value: argument.value for argument in node.arguments or ()}


def _told(arguments: Mapping[str, ValueNode]) -> list[str]:
    return [f"{name}:{print_ast(arguments[name])}" for name in sorted(arguments)]


def _is_sure(value: ValueNode | None) -> bool:
    """Whether an argument is given for certain: a variable may turn out to be null."""
    return value is not None and not isinstance(value, NullValueNode | VariableNode)
