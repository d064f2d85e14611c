"""Query cost: an upper estimate of the calls to Partner Center an operation takes, and of the characters of its answer.

A document is reduced once to the fields that cost something; each request adds these up with its own variables. Fields
under `@skip` and `@include` count. An object of several possible types counts as the dearest of them.

The characters are estimated, and not only measured, because a large answer is expensive before it is large: a million
characters are some 30,000 values, half a second in which the process answers nobody else. A cap on the size of finished
answers would come after that, and after a mutation has spent money, whose answer must never be withheld.
"""

from collections.abc import Iterable, Iterator, Mapping
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

from gateway.operations.field_cost import MAX_SIZE, FieldCost, FieldCosts
from gateway.operations.selections import ConditionalField, MergedField, Operation, Selection

_FREE = FieldCost()
_VALUE = 30
"""Characters of a value in an answer, without its name: cautious, for those of the sandbox have half of that."""
_REPEATED = 15
"""How many times as much a field counts under a further alias. That gives nothing new, so only those who want a large
answer do it often, and they pick long values.
"""
_Lists = frozenset[tuple[str, bool]]
"""Lists that a selection leads to without a call, each with whether a single object is on the way."""


class ListInItself(Exception):
    """Names the field: its items lead to an object, and that to the list again, with no call between that limits it.

    Each time round multiplies the answer by the length of the list. Lists right inside one another are a tree instead,
    of which each part is answered once.
    """


@runtime_checkable
class CountsCalls(Protocol):
    """A context that counts the calls to Partner Center made for the request."""

    @property
    def upstream_calls(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Estimate:
    """At most so many `calls` to Partner Center, and `characters` of the answer."""

    calls: int
    characters: int


def cost_extension(estimate: Estimate, context: object) -> dict[str, object]:
    """The `extensions` of an answer that report its cost, once the operation has run."""
    calls = {"upstreamCalls": context.upstream_calls} if isinstance(context, CountsCalls) else {}
    return {"cost": {"estimate": estimate.calls, **calls}}


@dataclass(frozen=True, slots=True)
class _CostlyField:
    """A field that costs something, or below which something does.

    `arguments` are those that its cost depends on. Fields of one object with the same `lookup` share one call.
    `times` is how often what is below counts in `characters`.
    """

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
    """What is selected of an object of one type. `characters` are those of the fields that cost nothing."""

    fields: tuple[_CostlyField, ...]
    characters: int
    lists: _Lists


class OperationCost:
    """The cost of one operation of a valid document."""

    def __init__(self, schema: GraphQLSchema, operation: Operation, costs: FieldCosts) -> None:
        """Raises ListInItself."""
        root = schema.get_root_type(operation.node.operation)
        self._roots = _Planner(schema, costs).objects(root, operation.selection)

    def estimate(self, variables: Mapping[str, object]) -> Estimate:
        """*variables* are coerced, with their defaults."""
        return _Sum(variables).operation(self._roots)


class _Planner:
    """Reduces selections to what costs something, each once for each type."""

    def __init__(self, schema: GraphQLSchema, costs: FieldCosts) -> None:
        self._schema = schema
        self._costs = costs
        self._planned: dict[tuple[str, int], tuple[_CostlyObject, ...]] = {}

    def objects(self, of: GraphQLNamedType | None, selection: Selection) -> tuple[_CostlyObject, ...]:
        """What *selection* costs for each type that an object of the type *of* may have."""
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
        characters, lists = 0, _Lists()
        selected = set[tuple[str, ...]]()
        for merged in selection.fields:
            field = self._applying(of, merged)
            if field is None:
                continue
            signature = (field.name, *_printed(field))
            planned = self._field(of, merged, field, times=_REPEATED if signature in selected else 1)
            selected.add(signature)
            lists |= planned.lists
            if planned.cost is _FREE and not any(each.fields for each in planned.below):
                characters += _characters(planned)
            else:
                costly.append(planned)
        return _CostlyObject(tuple(costly), characters, lists)

    def _field(
        self, of: GraphQLObjectType, merged: MergedField, field: ConditionalField, *, times: int
    ) -> _CostlyField:
        name = f"{of.name}.{field.name}"
        characters = times * (len(merged.response_key) + _VALUE)
        if field.name not in of.fields:  # __typename and introspection, which the schema itself bounds
            return _CostlyField(_FREE, {}, (), False, times, characters, (), _Lists())
        cost = self._cost(name, merged.below)
        arguments = _arguments(field)
        # graphql-core leaves a generic open here.
        kind = of.fields[field.name].type
        below = self.objects(get_named_type(kind), merged.below)  # pyright: ignore[reportUnknownArgumentType]
        return _CostlyField(
            cost,
            {each: arguments[each] for each in _deciding(cost) if each in arguments},
            lookup=(cost.lookup, *_printed(field)) if cost.lookup else (),
            reads_customer=cost.reads_customer and not _is_sure(arguments.get(cost.unless_given or "")),
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
        """The field that an object of this type answers. Those that it merges with have the same name and arguments."""
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
    """One sum over the objects of an operation. Those that several fields share are added up once."""

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


def _characters(field: _CostlyField) -> int:
    """Those of a field that costs nothing, with everything below."""
    return field.characters + field.times * max((each.characters for each in field.below), default=0)


def _lists(field: str, name: str, below: Iterable[_CostlyObject], *, is_list: bool) -> _Lists:
    """Those that a field leads to. Raises ListInItself."""
    inner = _Lists(each for of in below for each in of.lists)
    if not is_list:
        return _Lists((each, True) for each, _ in inner)
    if (name, True) in inner:
        raise ListInItself(field)
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
