"""Runs one operation of a prepared document: compiled, or on graphql-core's executor where it cannot be compiled."""

import time
from collections.abc import Awaitable, Callable, Collection, Container, Iterable, Mapping
from inspect import isawaitable
from typing import Any, Protocol, TypeGuard, cast, runtime_checkable

from graphql import ExecutionResult, Executor, GraphQLError, OperationType
from strawberry.execution import optimized_is_awaitable

from gateway.compiler.run import Run
from gateway.operations.cost import CustomerReaders, Estimate, cost_extension
from gateway.operations.documents import Prepared, PreparedOperation, Rejected
from gateway.operations.failures import Failure, first_errors, in_request
from gateway.operations.limits import Limits
from gateway.operations.masking import of_field, of_variable
from gateway.operations.persisted import GraphQLRequest
from gateway.telemetry.metrics import metrics
from gateway.telemetry.requests import RequestReport

# Strawberry types its own test as giving a plain bool.
_IS_AWAITABLE = cast("Callable[[object], TypeGuard[Awaitable[object]]]", optimized_is_awaitable)


@runtime_checkable
class KnowsOutcomes(Protocol):
    """A context in which fields note, by response key, what is known of the change they make."""

    @property
    def outcomes(self) -> Mapping[str | int, str]: ...


def operation_of(prepared: Prepared, name: str | None) -> PreparedOperation | Rejected:
    """The operation with that name, or without one the only operation."""
    operations = prepared.operations
    if name is not None:
        operation = operations.get(name)
    else:
        operation = next(iter(operations.values())) if len(operations) == 1 else None
    if operation is None:
        return _bad_input(_no_operation(name))
    if operation.kind is OperationType.SUBSCRIPTION:
        return _bad_input("Subscriptions are not served here.")
    return operation


async def execute(
    prepared: Prepared, operation: PreparedOperation, request: GraphQLRequest, context: object, report: RequestReport
) -> ExecutionResult | Rejected:
    """The result, in which some fields may have failed; Rejected when the variables do not fit and nothing was run.

    Cancelling it cancels the fields that are under way: the caller must not cancel a mutation.
    """
    reference = _Reference(prepared, request, context)
    compiled = operation.compiled
    variables = compiled.variables.read(request.variables or {}) if compiled else None
    if variables is None:
        executor = reference.built()
        if isinstance(executor, list):
            unfit = map(of_variable, executor) if prepared.hide_suggestions else executor
            return Rejected(tuple(map(in_request, list(unfit)[: prepared.limits.errors])))
        variables = executor.variable_values.coerced
    estimate = operation.cost.estimate(variables)
    excess = _excess(estimate, prepared.limits)
    report.cost = estimate.calls
    if excess is not None:
        return Rejected((Failure(excess, "LIMIT_EXCEEDED"),))
    _read_ahead(context, operation.cost.customer_readers(variables))
    started_at = time.perf_counter()
    plan = compiled.plan(variables, reference) if compiled else None
    if plan is None:
        result = reference().execute_operation()
    else:
        result = plan.execute(Run(context, None, variables, plan.ordinary, reference, is_awaitable=_IS_AWAITABLE))
    if isawaitable(result):
        result = await result
    metrics().execution(operation.kind.value).observe(time.perf_counter() - started_at)
    if not isinstance(result, ExecutionResult):
        raise TypeError("This endpoint gives one answer per request; the schema must not have @defer or @stream.")
    if result.errors:
        errors = first_errors(result.errors, prepared.limits.errors)
        result.errors = list(map(of_field, errors)) if prepared.hide_suggestions else errors
        _add_outcomes(result.errors, context, operation.with_outcome)
    if prepared.reports_cost or (request.extensions or {}).get("cost") is True:
        result.extensions = cost_extension(estimate, context)
    return result


class _Reference:
    """graphql-core's executor for one request, built when it is needed."""

    def __init__(self, prepared: Prepared, request: GraphQLRequest, context: object) -> None:
        self._prepared = prepared
        self._request = request
        self._context = context
        self._executor: Executor[Any] | None = None

    def __call__(self) -> Executor[Any]:
        """For variables that fit."""
        executor = self._executor or self.built()
        if isinstance(executor, list):
            raise TypeError("The variables do not fit.")
        return executor

    def built(self) -> Executor[Any] | list[GraphQLError]:
        """The executor, or what is wrong with the variables."""
        prepared, request = self._prepared, self._request
        # graphql-core leaves a generic open here.
        executor = prepared.executor.build(  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
            prepared.schema,
            prepared.document,
            context_value=self._context,
            raw_variable_values=request.variables,
            operation_name=request.operation_name,
            is_awaitable=_IS_AWAITABLE,
            hide_suggestions=prepared.hide_suggestions,
            operation_extensions=request.extensions,
        )
        if not isinstance(executor, list):
            self._executor = executor
        return executor  # pyright: ignore[reportUnknownVariableType]


def _read_ahead(context: object, readers: CustomerReaders) -> None:
    """Tells a context that can read customers ahead which fields will need theirs."""
    known = getattr(context, "customer_readers", None)  # a protocol's own test takes as long as a field
    if readers and isinstance(known, dict):
        cast("dict[str, Collection[str]]", known).update(readers)


def _add_outcomes(errors: Iterable[GraphQLError], context: object, with_outcome: Container[str | int]) -> None:
    """Adds what is known of the change to every error at or below a field that states it.

    That is nothing where the field's resolver was never called, because an argument does not fit.
    """
    if not isinstance(context, KnowsOutcomes):
        return
    for error in errors:
        if error.path and error.path[0] in with_outcome:
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


def _bad_input(message: str) -> Rejected:
    return Rejected((Failure(message, "BAD_USER_INPUT"),))


def _no_operation(name: str | None) -> str:
    if name is None:
        return "The document has no operation, or several: name one of them in operationName."
    return "The document has no operation of the name given in operationName."
