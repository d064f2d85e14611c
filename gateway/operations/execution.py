"""Running one operation of a prepared document on the schema's own executor. The way in for a faster one."""

from collections.abc import Awaitable, Callable, Container, Iterable, Mapping
from inspect import isawaitable
from typing import Protocol, TypeGuard, cast, runtime_checkable

from graphql import (
    ExecutionResult,
    FragmentDefinitionNode,
    GraphQLError,
    OperationDefinitionNode,
    OperationType,
    get_operation_ast,
)
from strawberry.execution import optimized_is_awaitable

from gateway.operations.cost import Estimate, told_cost
from gateway.operations.documents import Prepared, Rejected
from gateway.operations.failures import Failure, first_errors, in_request
from gateway.operations.limits import Limits
from gateway.operations.masking import of_field, of_variable
from gateway.operations.merging import gather
from gateway.operations.request import GraphQLRequest

# Strawberry types its own test as giving a plain bool.
_IS_AWAITABLE = cast("Callable[[object], TypeGuard[Awaitable[object]]]", optimized_is_awaitable)


@runtime_checkable
class KnowsOutcomes(Protocol):
    """What resolvers see, where fields that spend money note by response key what is known of their orders."""

    @property
    def outcomes(self) -> Mapping[str | int, str]: ...


def operation_of(prepared: Prepared, name: str | None) -> OperationDefinitionNode | Rejected:
    """The operation the caller means: the one of that name, or the only one there is."""
    operation = get_operation_ast(prepared.document, name)
    if operation is None:
        return Rejected((Failure(_which_operation(name), "BAD_USER_INPUT"),))
    if operation.operation is OperationType.SUBSCRIPTION:
        return Rejected((Failure("Subscriptions are not served here.", "BAD_USER_INPUT"),))
    return operation


async def execute(prepared: Prepared, asked: GraphQLRequest, context: object) -> ExecutionResult | Rejected:
    """The result, with whatever fields failed in it; Rejected when the variables do not fit and nothing was run.

    Cancelling it cancels the fields that are under way: the caller of this sees to it that no mutation is cancelled.
    """
    # graphql-core leaves a generic open here.
    executor = prepared.executor.build(  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
        prepared.schema,
        prepared.document,
        context_value=context,
        raw_variable_values=asked.variables,
        operation_name=asked.operation_name,
        is_awaitable=_IS_AWAITABLE,
        hide_suggestions=prepared.hide_suggestions,
        operation_extensions=asked.extensions,
    )
    if isinstance(executor, list):
        unfit = map(of_variable, executor) if prepared.hide_suggestions else executor
        return Rejected(tuple(map(in_request, list(unfit)[: prepared.limits.errors])))
    estimate = prepared.costs.estimate(executor.operation, executor.variable_values.coerced)
    excess = _excess(estimate, prepared.limits)
    if excess is not None:
        return Rejected((Failure(excess, "LIMIT_EXCEEDED"),))
    result = executor.execute_operation()
    if isawaitable(result):
        result = await result
    if not isinstance(result, ExecutionResult):
        raise TypeError("This endpoint gives one answer a request; the schema must not have @defer or @stream.")
    if result.errors:
        errors = first_errors(result.errors, prepared.limits.errors)
        result.errors = list(map(of_field, errors)) if prepared.hide_suggestions else errors
        _add_outcomes(result.errors, context, _purchases(prepared, executor.operation))
    if prepared.tells_cost or (asked.extensions or {}).get("cost") is True:
        result.extensions = told_cost(estimate, context)
    return result


def _purchases(prepared: Prepared, operation: OperationDefinitionNode) -> frozenset[str]:
    """The response keys of the operation's fields that spend money."""
    definitions = prepared.document.definitions
    fragments = {each.name.value: each for each in definitions if isinstance(each, FragmentDefinitionNode)}
    fields = (nodes[0] for nodes in gather((operation.selection_set,), fragments).fields)
    return frozenset((each.alias or each.name).value for each in fields if each.name.value in prepared.spending)


def _add_outcomes(errors: Iterable[GraphQLError], context: object, purchases: Container[str | int]) -> None:
    """Gives every error at or below a field that spends money what is known of its orders.

    That is nothing where the field's resolver was never called, because an argument does not fit.
    """
    if not isinstance(context, KnowsOutcomes):
        return
    for error in errors:
        if error.path and error.path[0] in purchases:
            outcome = context.outcomes.get(error.path[0], "UNKNOWN")
            error.extensions = {**(error.extensions or {}), "outcome": outcome}


def _excess(estimate: Estimate, limits: Limits) -> str | None:
    if estimate.calls > limits.cost:
        return (
            f"The operation may take {estimate.calls} calls to Partner Center; at most {limits.cost} are allowed. "
            "Ask for shorter pages, or for less of each item."
        )
    if estimate.characters > limits.characters:
        return (
            f"The answer may have {estimate.characters} characters; at most {limits.characters} are allowed. "
            "Ask for shorter pages, for less of each item, or for each value once."
        )
    return None


def _which_operation(name: str | None) -> str:
    if name is None:
        return "The document has several operations, or none: name one of them in operationName."
    return "The document has no operation of the name given in operationName."
