"""The fields of an operation that cost something, found once: what its cost is summed over. Begin with `Planner`."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from graphql import (
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    NullValueNode,
    ValueNode,
    VariableNode,
    get_named_type,
    is_abstract_type,
    print_ast,
)

from gateway.operations.field_cost import FieldCost, FieldCosts
from gateway.operations.markets import Markets, bounded, markets_of
from gateway.operations.selections import ConditionalField, MergedField, Selection

FREE = FieldCost()
_VALUE = 30
"""Characters of a value in an answer, without its name. A cautious figure: the sandbox's values have half of that."""
_REPEATED = 15
"""Factor for a field that is selected again under another alias. Repeating a field gives nothing new, so only a caller
that wants a large answer does it often, and such a caller picks long values.
"""
_Lists = frozenset[tuple[str, bool]]
"""Lists that a selection leads to without a call, each with whether a single object lies in between."""


class RecursiveList(Exception):
    """A list is selected again within its own items. The argument is the name of its field.

    The items lead to an object, and that leads to the list again, without a call in between that would limit it. Each
    round multiplies the answer by the length of the list. Lists directly inside one another form a tree instead, each
    part of which is answered once.
    """


@dataclass(frozen=True, slots=True)
class CostlyField:
    """A field that costs something, or below which something does.

    `arguments` are those that its cost depends on. Fields of one object with the same `lookup` share one call, those of
    the objects of a list with the same `batch` as well.
    `times` is how often what is below counts in `characters`.
    """

    response_key: str
    cost: FieldCost
    arguments: Mapping[str, ValueNode]
    lookup: tuple[str, ...]
    batch: tuple[str, ...]
    reads_customer: bool
    times: int
    characters: int
    below: tuple["CostlyObject", ...]
    lists: _Lists


@dataclass(frozen=True, slots=True, eq=False)
class CostlyObject:
    """The selection on an object of one type. `characters` are those of the fields that cost nothing."""

    type_name: str
    fields: tuple[CostlyField, ...]
    characters: int
    lists: _Lists
    markets: Markets


class Planner:
    """Reduces each selection to the fields that cost something, once per type."""

    def __init__(self, schema: GraphQLSchema, costs: FieldCosts) -> None:
        self._schema = schema
        self._costs = costs
        self._planned: dict[tuple[str, int], tuple[CostlyObject, ...]] = {}

    def objects(self, of: GraphQLNamedType | None, selection: Selection) -> tuple[CostlyObject, ...]:
        """The cost of *selection* for each type that an object of the type *of* may have."""
        if of is None or not selection.fields:
            return ()
        key = (of.name, id(selection))
        if key not in self._planned:
            possible = self._schema.get_possible_types(of) if is_abstract_type(of) else [of]
            self._planned[key] = tuple(
                self._object(each, selection) for each in possible if isinstance(each, GraphQLObjectType)
            )
        return self._planned[key]

    def _object(self, of: GraphQLObjectType, selection: Selection) -> CostlyObject:
        costly: list[CostlyField] = []
        characters, lists, markets = 0, _Lists(), Markets()
        selected = set[tuple[str, ...]]()
        for merged in selection.fields:
            field = self._applying(of, merged)
            if field is None:
                continue
            signature = (field.name, *_printed(field))
            planned = self._field(of, merged, field, times=_REPEATED if signature in selected else 1)
            selected.add(signature)
            lists |= planned.lists
            markets |= markets_of(
                merged,
                (each.markets for each in planned.below),
                is_needed=planned.reads_customer,
                argument=_arguments(field).get(planned.cost.market_argument or ""),
            )
            if planned.cost is FREE and not any(each.fields for each in planned.below):
                characters += _characters(planned)
            else:
                costly.append(planned)
        return CostlyObject(of.name, tuple(costly), characters, lists, bounded(markets))

    def _field(self, of: GraphQLObjectType, merged: MergedField, field: ConditionalField, *, times: int) -> CostlyField:
        name = f"{of.name}.{field.name}"
        characters = times * (len(merged.response_key) + _VALUE)
        if field.name not in of.fields:  # __typename and introspection, which the schema itself bounds
            return CostlyField(merged.response_key, FREE, {}, (), (), False, times, characters, (), _Lists())
        cost = self._cost(name, merged.below)
        arguments = _arguments(field)
        # graphql-core leaves a generic open here.
        kind = of.fields[field.name].type
        below = self.objects(get_named_type(kind), merged.below)  # pyright: ignore[reportUnknownArgumentType]
        return CostlyField(
            merged.response_key,
            cost,
            {each: arguments[each] for each in deciding(cost) if each in arguments},
            lookup=(cost.lookup, *_printed(field)) if cost.lookup else (),
            batch=(cost.batch, *_printed(field)) if cost.batch else (),
            reads_customer=cost.reads_customer and not _is_sure(arguments.get(cost.market_argument or "")),
            times=times,
            characters=characters,
            below=below,
            lists=_Lists()
            if cost.weight or cost.item_weight
            else _lists(field.name, name, below, is_list=str(kind).startswith("[")),  # pyright: ignore[reportUnknownArgumentType]
        )

    def _cost(self, name: str, below: Selection) -> FieldCost:
        cost = self._costs.get(name, FREE)
        if not cost.free_fields:
            return cost
        selected = {each.name for merged in below.fields for each in merged.fields}
        return FREE if selected <= {*cost.free_fields, "__typename"} else cost

    def _applying(self, of: GraphQLObjectType, merged: MergedField) -> ConditionalField | None:
        """The field that an object of this type answers. Fields merged with it have the same name and arguments."""
        return next((each for each in merged.fields if self._applies(each.type_condition, of)), None)

    def _applies(self, condition: str | None, of: GraphQLObjectType) -> bool:
        if condition is None or condition == of.name:
            return True
        named = self._schema.get_type(condition)
        return is_abstract_type(named) and self._schema.is_sub_type(named, of)


def _characters(field: CostlyField) -> int:
    """The characters of a field that costs nothing, with everything below it."""
    return field.characters + field.times * max((each.characters for each in field.below), default=0)


def _lists(field: str, name: str, below: Iterable[CostlyObject], *, is_list: bool) -> _Lists:
    """The lists that a field leads to without a call. Raises RecursiveList."""
    inner = _Lists(each for of in below for each in of.lists)
    if not is_list:
        return _Lists((each, True) for each, _ in inner)
    if (name, True) in inner:
        raise RecursiveList(field)
    return inner | {(name, False)}


def deciding(cost: FieldCost) -> Iterator[str]:
    yield from cost.slicing_arguments
    if cost.weight_argument is not None:
        yield cost.weight_argument
    if cost.choices is not None:
        yield cost.choices.argument
    yield from cost.argument_weights or ()


def _arguments(field: ConditionalField) -> dict[str, ValueNode]:
    return {argument.name.value: argument.value for argument in field.node.arguments or ()}


def _printed(field: ConditionalField) -> list[str]:
    return sorted(f"{name}:{print_ast(value)}" for name, value in _arguments(field).items())


def _is_sure(value: ValueNode | None) -> bool:
    """Whether an argument is given for certain: a variable may turn out to be null."""
    return value is not None and not isinstance(value, NullValueNode | VariableNode)
