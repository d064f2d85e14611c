"""What an operation may cost in calls to Partner Center, and what its answer may come to in characters.

A tree is made once for a document, and summed up for each request. The sum is an upper estimate. Fields under `@skip` and `@include` count, and an object of several possible types counts
as the dearest. That an earlier look-up of the same request spares a later one counts within one object only, and for
the customer that objects belong to.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from graphql import DocumentNode, GraphQLSchema, OperationDefinitionNode, Undefined, value_from_ast_untyped

from gateway.operations.cost_tree import Kind, Step, cost_trees
from gateway.operations.field_cost import Amount, Figures


@runtime_checkable
class CountsCalls(Protocol):
    """What resolvers see, where it knows how many calls to Partner Center were made for the request."""

    @property
    def upstream_calls(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Estimate:
    """`calls` to Partner Center, and `characters` of the answer."""

    calls: int
    characters: int


class Costs:
    """The operations of one valid document."""

    def __init__(self, schema: GraphQLSchema, document: DocumentNode, figures: Figures) -> None:
        """Raises ListInItself."""
        self._trees = cost_trees(schema, document, figures)

    def estimate(self, operation: OperationDefinitionNode, variables: Mapping[str, object]) -> Estimate:
        """What the operation comes to at most. *variables* are coerced, with their defaults."""
        return _Sum(variables).operation(self._trees[id(operation)].kinds)


def told_cost(estimate: Estimate, context: object) -> dict[str, object]:
    """What `extensions` say of it once the operation has run."""
    calls = {"upstreamCalls": context.upstream_calls} if isinstance(context, CountsCalls) else {}
    return {"cost": {"estimate": estimate.calls, **calls}}


@dataclass(frozen=True, slots=True)
class _Object:
    """What one object comes to, and whether its customer has to be read besides."""

    calls: int
    reads_customer: bool
    characters: int


class _Sum:
    """One sum over a tree. Selections that several fields share are summed up once."""

    def __init__(self, variables: Mapping[str, object]) -> None:
        self._variables = dict(variables)
        self._known: dict[int, _Object] = {}

    def operation(self, kinds: Iterable[Kind]) -> Estimate:
        """Each object that a root field leads to is, or belongs to, a customer of its own."""
        calls = characters = 0
        for kind in kinds:
            characters += kind.characters
            for step in kind.steps:
                below, items = self._below(step), self._amount(step, step.figure.items)
                customer = step.reads_customer or below.reads_customer
                calls += self._amount(step, step.figure.calls) + items * (below.calls + customer)
                characters += step.characters + step.times * items * below.characters
        return Estimate(calls, characters)

    def _below(self, step: Step) -> _Object:
        key = id(step.below)
        if key not in self._known:
            objects = [self._object(kind) for kind in step.below.kinds]
            self._known[key] = _Object(
                max((each.calls for each in objects), default=0),
                reads_customer=any(each.reads_customer for each in objects),
                characters=max((each.characters for each in objects), default=0),
            )
        return self._known[key]

    def _object(self, kind: Kind) -> _Object:
        calls, characters, reads_customer, look_ups = 0, kind.characters, False, set[tuple[str, ...]]()
        for step in kind.steps:
            below, items = self._below(step), self._amount(step, step.figure.items)
            calls += self._amount(step, step.figure.calls) + items * below.calls
            characters += step.characters + step.times * items * below.characters
            reads_customer = reads_customer or step.reads_customer or below.reads_customer
            look_ups.add(step.look_up)
        return _Object(calls + len(look_ups - {()}), reads_customer, characters)

    def _amount(self, step: Step, amount: Amount) -> int:
        if isinstance(amount, int):
            return amount
        values = {name: value_from_ast_untyped(node, self._variables) for name, node in step.arguments.items()}
        return amount({name: value for name, value in values.items() if value is not Undefined})
