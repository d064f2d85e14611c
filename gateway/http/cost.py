"""What an operation may cost in calls to Partner Center: a tree is made once for a document, summed up for each request.

The sum is an upper estimate. Fields under `@skip` and `@include` count, and an object of several possible types counts
as the dearest. That an earlier look-up of the same request spares a later one counts within one object only, and for
the customer that objects belong to.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from graphql import DocumentNode, GraphQLSchema, OperationDefinitionNode, Undefined, value_from_ast_untyped

from gateway.figures import Amount, Figures
from gateway.http.cost_tree import Step, cost_trees


@runtime_checkable
class CountsCalls(Protocol):
    """What resolvers see, where it knows how many calls to Partner Center were made for the request."""

    @property
    def upstream_calls(self) -> int: ...


class Costs:
    """The operations of one valid document."""

    def __init__(self, schema: GraphQLSchema, document: DocumentNode, figures: Figures) -> None:
        self._trees = cost_trees(schema, document, figures)

    def estimate(self, operation: OperationDefinitionNode, variables: Mapping[str, object]) -> int:
        """How many calls the operation takes at most. *variables* are coerced, with their defaults."""
        sum_ = _Sum(variables)
        return sum(sum_.root(step) for steps in self._trees[id(operation)].kinds for step in steps)


def told_cost(estimate: int, context: object) -> dict[str, object]:
    """What `extensions` say of it once the operation has run."""
    calls = {"upstreamCalls": context.upstream_calls} if isinstance(context, CountsCalls) else {}
    return {"cost": {"estimate": estimate, **calls}}


@dataclass(frozen=True, slots=True)
class _Cost:
    """Calls for one object, and whether its customer has to be read besides."""

    calls: int
    reads_customer: bool


class _Sum:
    """One sum over a tree. Selections that several fields share are summed up once."""

    def __init__(self, variables: Mapping[str, object]) -> None:
        self._variables = dict(variables)
        self._known: dict[int, _Cost] = {}

    def root(self, step: Step) -> int:
        """Each object that a root field leads to is, or belongs to, a customer of its own."""
        cost = self._below(step)
        customer = step.reads_customer or cost.reads_customer
        return self._amount(step, step.figure.calls) + self._amount(step, step.figure.items) * (cost.calls + customer)

    def _below(self, step: Step) -> _Cost:
        key = id(step.below)
        if key not in self._known:
            costs = [self._object(steps) for steps in step.below.kinds]
            most = max((cost.calls for cost in costs), default=0)
            self._known[key] = _Cost(most, any(cost.reads_customer for cost in costs))
        return self._known[key]

    def _object(self, steps: Iterable[Step]) -> _Cost:
        calls, reads_customer, look_ups = 0, False, set[tuple[str, ...]]()
        for step in steps:
            below = self._below(step)
            calls += self._amount(step, step.figure.calls) + self._amount(step, step.figure.items) * below.calls
            reads_customer = reads_customer or step.reads_customer or below.reads_customer
            look_ups.add(step.look_up)
        return _Cost(calls + len(look_ups - {()}), reads_customer)

    def _amount(self, step: Step, amount: Amount) -> int:
        if isinstance(amount, int):
            return amount
        values = {name: value_from_ast_untyped(node, self._variables) for name, node in step.arguments.items()}
        return amount({name: value for name, value in values.items() if value is not Undefined})
