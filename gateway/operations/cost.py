"""Query cost: upper bounds on the calls to Partner Center that an operation takes, and on the characters of its answer.

A document is reduced once to the fields that cost something; each request adds these up with its own variables. Fields
under `@skip` and `@include` count. An object of several possible types counts as the most expensive of them.

The characters are estimated in advance because producing a large answer is already expensive: a million characters are
about 30,000 values, which block the process for half a second. A cap on the size of finished answers would come too
late, and would withhold the answer of a mutation that has spent money, which must never happen.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Protocol, cast, runtime_checkable

from graphql import (
    GraphQLSchema,
    VariableNode,
    value_from_ast_untyped,
)

from gateway.operations.costly_fields import CostlyField, CostlyObject, Planner
from gateway.operations.field_cost import MAX_SIZE, FieldCosts, has_variable
from gateway.operations.markets import are_needed
from gateway.operations.selections import Operation


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


class OperationCost:
    """The cost of one operation of a valid document."""

    def __init__(self, schema: GraphQLSchema, operation: Operation, costs: FieldCosts) -> None:
        """Raises RecursiveList."""
        root = schema.get_root_type(operation.node.operation)
        self._roots = Planner(schema, costs).objects(root, operation.selection)
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


@dataclass(frozen=True, slots=True)
class _ObjectSum:
    """The cost of one object, and whether its customer has to be read as well.

    `batched` are calls beside `calls` that the object shares with others, each by its batch and where that stands;
    `shared` are those that it shares with the whole operation.
    """

    calls: int
    batched: Mapping[tuple[str, ...], int]
    shared: frozenset[str]
    reads_customer: bool
    characters: int


class _Sum:
    """One sum over the objects of an operation. Objects that several fields share are added up once."""

    def __init__(self, variables: Mapping[str, object]) -> None:
        self._variables = dict(variables)
        self._known: dict[int, _ObjectSum] = {}

    def operation(self, roots: Iterable[CostlyObject]) -> Estimate:
        """Each object that a root field leads to is, or belongs to, a customer of its own."""
        calls = characters = 0
        shared = frozenset[str]()
        for root in roots:
            characters += root.characters
            for field in root.fields:
                below, size = self._below(field), self._size(field)
                reads_customer = field.reads_customer or below.reads_customer
                gathered = sum(_gathered(field, below.batched).values())
                apart = below.calls + _apart(field, below.batched) + reads_customer
                calls += self._weight(field) + size * apart + gathered
                shared |= below.shared | _shared(field)
                characters += field.characters + field.times * size * below.characters
        return Estimate(calls + len(shared), characters)

    def _below(self, field: CostlyField) -> _ObjectSum:
        objects = [self._object(each) for each in field.below]
        return _ObjectSum(
            max((each.calls for each in objects), default=0),
            batched={batch: weight for each in objects for batch, weight in each.batched.items()},
            shared=frozenset[str]().union(*(each.shared for each in objects)),
            reads_customer=any(each.reads_customer for each in objects),
            characters=max((each.characters for each in objects), default=0),
        )

    def _object(self, of: CostlyObject) -> _ObjectSum:
        known = self._known.get(id(of))
        if known is not None:
            return known
        calls, characters, reads_customer, lookups = 0, of.characters, False, set[tuple[str, ...]]()
        batched: dict[tuple[str, ...], int] = {}
        shared = frozenset[str]()
        for field in of.fields:
            below, size, weight = self._below(field), self._size(field), self._weight(field)
            gathered = _gathered(field, below.batched)
            apart = _apart(field, below.batched)
            if field.batch:
                gathered[field.batch] = weight
            calls += size * (below.calls + apart) + (0 if field.batch else weight)
            batched |= gathered
            shared |= below.shared | _shared(field)
            characters += field.characters + field.times * size * below.characters
            reads_customer = reads_customer or field.reads_customer or below.reads_customer
            lookups.add(field.lookup)
        total = _ObjectSum(calls + len(lookups - {()}), batched, shared, reads_customer, characters)
        self._known[id(of)] = total
        return total

    def _weight(self, field: CostlyField) -> int:
        weights = field.cost.argument_weights or {}
        given = sum(weight for name, weight in weights.items() if self._value(field, name) is not None)
        items = field.cost.item_weight * self._size(field)
        return field.cost.weight * self._times(field) + given + items + self._chosen(field)

    def _chosen(self, field: CostlyField) -> int:
        if field.cost.choices is None:
            return 0
        value = self._value(field, field.cost.choices.argument)
        return field.cost.choices.weight(None if value is None else _names(value))

    def _times(self, field: CostlyField) -> int:
        """How many items the weight counts for: at least one, because a single value stands for a list of one."""
        items = self._value(field, field.cost.weight_argument) if field.cost.weight_argument else None
        return max(1, min(len(items), MAX_SIZE)) if isinstance(items, list) else 1  # pyright: ignore[reportUnknownArgumentType]  its items do not matter

    def _size(self, field: CostlyField) -> int:
        for name in field.cost.slicing_arguments:
            value = self._value(field, name)
            if isinstance(value, list):
                value = len(value)  # pyright: ignore[reportUnknownArgumentType]  its items do not matter
            if isinstance(value, int):
                return min(max(value, 0), MAX_SIZE)
        return field.cost.assumed_size

    def _value(self, field: CostlyField, argument: str) -> object:
        """As the caller wrote it, with variables filled in, not yet checked against the schema. None when left out."""
        node = field.arguments.get(argument)
        if node is None or (isinstance(node, VariableNode) and node.name.value not in self._variables):
            return None
        return value_from_ast_untyped(node, self._variables)


def _names(value: object) -> frozenset[str]:
    """The names of enum values: as written in a document, or coerced. A single value stands for a list of one."""
    values = cast("list[object]", value) if isinstance(value, list) else [value]
    return frozenset(each.name if isinstance(each, Enum) else str(each) for each in values)


def _gathered(field: CostlyField, below: Mapping[tuple[str, ...], int]) -> dict[tuple[str, ...], int]:
    """The batches below a list that it gathers. Lists that were looked up with different arguments gather apart."""
    return {(*batch, *field.lookup): weight for batch, weight in below.items() if batch[0] in field.cost.gathers}


def _apart(field: CostlyField, below: Mapping[tuple[str, ...], int]) -> int:
    """The calls of the batches below a field that it does not gather."""
    return sum(weight for batch, weight in below.items() if batch[0] not in field.cost.gathers)


def _shared(field: CostlyField) -> frozenset[str]:
    return frozenset({field.cost.shared} if field.cost.shared else ())


def _depends_on_variables(roots: Iterable[CostlyObject]) -> bool:
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
