"""Query cost: upper bounds on the calls to Partner Center that an operation takes, and on the characters of its answer.

A document is reduced once to the fields that cost something; each request adds these up with its own variables. Fields
under `@skip` and `@include` count. An object of several possible types counts as the most expensive of them.

The characters are estimated in advance because producing a large answer is already expensive: a million characters are
about 30,000 values, which block the process for half a second. A cap on the size of finished answers would come too
late, and would withhold the answer of a mutation that has spent money, which must never happen.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

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
    value_from_ast_untyped,
)

from gateway.operations.field_cost import MAX_SIZE, FieldCost, FieldCosts, has_variable
from gateway.operations.markets import Markets, are_needed, bounded, markets_of
from gateway.operations.selections import ConditionalField, MergedField, Operation, Selection

_FREE = FieldCost()
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


@runtime_checkable
class CountsCalls(Protocol):
    """A context that counts the calls to Partner Center made for the request, and the stale answers in place of calls."""

    @property
    def upstream_calls(self) -> int: ...

    @property
    def stale_answers(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Estimate:
    """Upper bounds: `calls` to Partner Center, and `characters` of the answer."""

    calls: int
    characters: int


CustomerReaders = Mapping[str, Collection[str]]
"""Names of the types of objects of a root field, by its response key."""


def cost_extension(estimate: Estimate, context: object) -> dict[str, object]:
    """The `extensions` of an answer that report its cost, once the operation has run."""
    cost = {"estimate": estimate.calls}
    if isinstance(context, CountsCalls):
        cost |= {"upstreamCalls": context.upstream_calls, "staleAnswers": context.stale_answers}
    return {"cost": cost}


@dataclass(frozen=True, slots=True)
class _CostlyField:
    """A field that costs something, or below which something does.

    `arguments` are those that its cost depends on. Fields of one object with the same `lookup` share one call.
    `times` is how often what is below counts in `characters`.
    """

    response_key: str
    cost: FieldCost
    arguments: Mapping[str, ValueNode]
    lookup: tuple[str, ...]
    reads_customer: bool
    times: int
    characters: int
    below: tuple["_CostlyObject", ...]
    lists: _Lists


@dataclass(frozen=True, slots=True, eq=False)
class _CostlyObject:
    """The selection on an object of one type. `characters` are those of the fields that cost nothing."""

    type_name: str
    fields: tuple[_CostlyField, ...]
    characters: int
    lists: _Lists
    markets: Markets


class OperationCost:
    """The cost of one operation of a valid document."""

    def __init__(self, schema: GraphQLSchema, operation: Operation, costs: FieldCosts) -> None:
        """Raises RecursiveList."""
        root = schema.get_root_type(operation.node.operation)
        self._roots = _Planner(schema, costs).objects(root, operation.selection)
        self._constant = None if _depends_on_variables(self._roots) else _Sum({}).operation(self._roots)

        self._markets = {
            field.response_key: {of.type_name: of.markets for of in field.below}
            for of in self._roots
            for field in of.fields
            if any(of.markets for of in field.below)
        }

    def estimate(self, variables: Mapping[str, object]) -> Estimate:
        """*variables* are coerced, with their defaults."""
        return self._constant or _Sum(variables).operation(self._roots)

    def customer_readers(self, variables: Mapping[str, object]) -> CustomerReaders:
        """The objects whose customer has to be read as well. Fragments under `@skip` and `@include` count."""
        readers = {
            key: [name for name, markets in types.items() if are_needed(markets, variables)]
            for key, types in self._markets.items()
        }
        return {key: names for key, names in readers.items() if names}


class _Planner:
    """Reduces each selection to the fields that cost something, once per type."""

    def __init__(self, schema: GraphQLSchema, costs: FieldCosts) -> None:
        self._schema = schema
        self._costs = costs
        self._planned: dict[tuple[str, int], tuple[_CostlyObject, ...]] = {}

    def objects(self, of: GraphQLNamedType | None, selection: Selection) -> tuple[_CostlyObject, ...]:
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

    def _object(self, of: GraphQLObjectType, selection: Selection) -> _CostlyObject:
        costly: list[_CostlyField] = []
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
            if planned.cost is _FREE and not any(each.fields for each in planned.below):
                characters += _characters(planned)
            else:
                costly.append(planned)
        return _CostlyObject(of.name, tuple(costly), characters, lists, bounded(markets))

    def _field(
        self, of: GraphQLObjectType, merged: MergedField, field: ConditionalField, *, times: int
    ) -> _CostlyField:
        name = f"{of.name}.{field.name}"
        characters = times * (len(merged.response_key) + _VALUE)
        if field.name not in of.fields:  # __typename and introspection, which the schema itself bounds
            return _CostlyField(merged.response_key, _FREE, {}, (), False, times, characters, (), _Lists())
        cost = self._cost(name, merged.below)
        arguments = _arguments(field)
        # graphql-core leaves a generic open here.
        kind = of.fields[field.name].type
        below = self.objects(get_named_type(kind), merged.below)  # pyright: ignore[reportUnknownArgumentType]
        return _CostlyField(
            merged.response_key,
            cost,
            {each: arguments[each] for each in _deciding(cost) if each in arguments},
            lookup=(cost.lookup, *_printed(field)) if cost.lookup else (),
            reads_customer=cost.reads_customer and not _is_sure(arguments.get(cost.market_argument or "")),
            times=times,
            characters=characters,
            below=below,
            lists=_Lists()
            if cost.weight or cost.item_weight
            else _lists(field.name, name, below, is_list=str(kind).startswith("[")),  # pyright: ignore[reportUnknownArgumentType]
        )

    def _cost(self, name: str, below: Selection) -> FieldCost:
        cost = self._costs.get(name, _FREE)
        if not cost.free_fields:
            return cost
        selected = {each.name for merged in below.fields for each in merged.fields}
        return _FREE if selected <= {*cost.free_fields, "__typename"} else cost

    def _applying(self, of: GraphQLObjectType, merged: MergedField) -> ConditionalField | None:
        """The field that an object of this type answers. Fields merged with it have the same name and arguments."""
        return next((each for each in merged.fields if self._applies(each.type_condition, of)), None)

    def _applies(self, condition: str | None, of: GraphQLObjectType) -> bool:
        if condition is None or condition == of.name:
            return True
        named = self._schema.get_type(condition)
        return is_abstract_type(named) and self._schema.is_sub_type(named, of)


@dataclass(frozen=True, slots=True)
class _ObjectSum:
    """The cost of one object, and whether its customer has to be read as well."""

    calls: int
    reads_customer: bool
    characters: int


class _Sum:
    """One sum over the objects of an operation. Objects that several fields share are added up once."""

    def __init__(self, variables: Mapping[str, object]) -> None:
        self._variables = dict(variables)
        self._known: dict[int, _ObjectSum] = {}

    def operation(self, roots: Iterable[_CostlyObject]) -> Estimate:
        """Each object that a root field leads to is, or belongs to, a customer of its own."""
        calls = characters = 0
        for root in roots:
            characters += root.characters
            for field in root.fields:
                below, size = self._below(field), self._size(field)
                reads_customer = field.reads_customer or below.reads_customer
                calls += self._weight(field) + size * (below.calls + reads_customer)
                characters += field.characters + field.times * size * below.characters
        return Estimate(calls, characters)

    def _below(self, field: _CostlyField) -> _ObjectSum:
        objects = [self._object(each) for each in field.below]
        return _ObjectSum(
            max((each.calls for each in objects), default=0),
            reads_customer=any(each.reads_customer for each in objects),
            characters=max((each.characters for each in objects), default=0),
        )

    def _object(self, of: _CostlyObject) -> _ObjectSum:
        known = self._known.get(id(of))
        if known is not None:
            return known
        calls, characters, reads_customer, lookups = 0, of.characters, False, set[tuple[str, ...]]()
        for field in of.fields:
            below, size = self._below(field), self._size(field)
            calls += self._weight(field) + size * below.calls
            characters += field.characters + field.times * size * below.characters
            reads_customer = reads_customer or field.reads_customer or below.reads_customer
            lookups.add(field.lookup)
        total = _ObjectSum(calls + len(lookups - {()}), reads_customer, characters)
        self._known[id(of)] = total
        return total

    def _weight(self, field: _CostlyField) -> int:
        weights = field.cost.argument_weights or {}
        given = sum(weight for name, weight in weights.items() if self._value(field, name) is not None)
        return field.cost.weight + given + field.cost.item_weight * self._size(field)

    def _size(self, field: _CostlyField) -> int:
        for name in field.cost.slicing_arguments:
            value = self._value(field, name)
            if isinstance(value, list):
                value = len(value)  # pyright: ignore[reportUnknownArgumentType]  its items do not matter
            if isinstance(value, int):
                return min(max(value, 0), MAX_SIZE)
        return field.cost.assumed_size

    def _value(self, field: _CostlyField, argument: str) -> object:
        """As the caller wrote it, with variables filled in, not yet checked against the schema. None when left out."""
        node = field.arguments.get(argument)
        if node is None or (isinstance(node, VariableNode) and node.name.value not in self._variables):
            return None
        return value_from_ast_untyped(node, self._variables)


def _depends_on_variables(roots: Iterable[_CostlyObject]) -> bool:
    """Whether variables decide a cost. Objects that several fields share are looked at once."""
    objects = {id(each): each for each in roots}
    new = list(objects.values())
    while new:
        fields = new.pop().fields
        if any(has_variable(value) for field in fields for value in field.arguments.values()):
            return True
        unseen = {id(each): each for field in fields for each in field.below if id(each) not in objects}
        objects |= unseen
        new += unseen.values()
    return False


def _characters(field: _CostlyField) -> int:
    """The characters of a field that costs nothing, with everything below it."""
    return field.characters + field.times * max((each.characters for each in field.below), default=0)


def _lists(field: str, name: str, below: Iterable[_CostlyObject], *, is_list: bool) -> _Lists:
    """The lists that a field leads to without a call. Raises RecursiveList."""
    inner = _Lists(each for of in below for each in of.lists)
    if not is_list:
        return _Lists((each, True) for each, _ in inner)
    if (name, True) in inner:
        raise RecursiveList(field)
    return inner | {(name, False)}


def _deciding(cost: FieldCost) -> Iterator[str]:
    yield from cost.slicing_arguments
    yield from cost.argument_weights or ()


def _arguments(field: ConditionalField) -> dict[str, ValueNode]:
    return {argument.name.value: argument.value for argument in field.node.arguments or ()}


def _printed(field: ConditionalField) -> list[str]:
    return sorted(f"{name}:{print_ast(value)}" for name, value in _arguments(field).items())


def _is_sure(value: ValueNode | None) -> bool:
    """Whether an argument is given for certain: a variable may turn out to be null."""
    return value is not None and not isinstance(value, NullValueNode | VariableNode)
