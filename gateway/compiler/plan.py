"""An operation as compiled functions, and its execution.

`CompiledOperation` belongs to one prepared operation, and is bounded by whatever bounds those: it has a plan for each
combination of the conditions of `@skip` and `@include`, and none that depends on other values.
"""

# graphql-core and Strawberry leave generics open.
# pyright: reportUnknownMemberType=false, reportUnknownArgumentType=false, reportUnknownVariableType=false

import zlib
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any

from graphql import (
    ExecutionResult,
    Executor,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    OperationType,
    VariableNode,
    Visitor,
    visit,
)
from graphql.language import DirectiveNode

from gateway.compiler.generator import Generator, SelectionFunction
from gateway.compiler.inputs import VariableReader
from gateway.compiler.position import OrdinaryClasses
from gateway.compiler.run import Run
from gateway.compiler.selection_cache import SelectionCache
from gateway.compiler.selections import Selections, Uncompilable

_MOST_PLANS = 16
"""For one operation: four variables of `@skip` and `@include`."""

_INCREMENTAL = {"defer", "stream", "experimental_disableErrorPropagation"}
"""Directives that change how an operation is executed."""


class Plan:
    """Compiled functions for the root fields: one for all of them, or one for each where they run one after another."""

    def __init__(self, roots: list[SelectionFunction], ordinary: OrdinaryClasses, source: str) -> None:
        self._roots = roots
        self.ordinary = ordinary
        self._source = zlib.compress(source.encode())

    @property
    def source(self) -> str:
        """The functions as Python."""
        return zlib.decompress(self._source).decode()

    def execute(self, run: Run) -> ExecutionResult | Awaitable[ExecutionResult]:
        """The result. Waits for nothing when no resolver gave an awaitable."""
        data: dict[str, Any] = {}
        for index, root in enumerate(self._roots):
            try:
                part = root(run, run.root, None)
            except GraphQLError as error:
                return self._failed(run, error)
            if run.is_waiting:
                return self._wait(run, data, part, index)
            data.update(part)
        return ExecutionResult(data, run.errors or None)

    async def _wait(self, run: Run, data: dict[str, Any], part: dict[str, Any], index: int) -> ExecutionResult:
        """Wait for a part of the data, and go on with the root fields after *index*."""
        await run.drain()
        for root in self._roots[index + 1 :]:
            data.update(part)
            if run.is_failed:
                break
            try:
                part = root(run, run.root, None)
            except GraphQLError as error:
                return self._failed(run, error)
            await run.drain()
        data.update(part)
        return ExecutionResult(None if run.is_failed else data, run.errors or None)

    def _failed(self, run: Run, error: GraphQLError) -> ExecutionResult:
        run.executor.collected_errors.add(error, None)
        run.abandon()
        return ExecutionResult(None, run.errors)


class CompiledOperation:
    """The plans of one operation."""

    def __init__(
        self,
        schema: GraphQLSchema,
        operation: OperationDefinitionNode,
        fragments: Iterable[FragmentDefinitionNode],
        *,
        cache: SelectionCache | None = None,
    ) -> None:
        """With a *cache*, answers contain text that is already encoded."""
        self._schema = schema
        self._cache = cache
        self._operation = operation
        self._plans: dict[tuple[object, ...], Plan | None] = {}
        self.variables = VariableReader(schema, operation.variable_definitions or ())
        conditions = _Conditions()
        for node in (operation, *fragments):
            visit(node, conditions)
        self._conditions = sorted(conditions.variables)
        self._is_compilable = not conditions.is_incremental and operation.operation is not OperationType.SUBSCRIPTION

    def plan(self, variables: Mapping[str, object], executor: Callable[[], Executor[Any]]) -> Plan | None:
        """The plan for these variables, coerced; None where graphql-core has to execute the operation.

        *executor* makes graphql-core's executor of the operation with the same variables.
        """
        if not self._is_compilable:
            return None
        flags = tuple(variables.get(name) for name in self._conditions)
        if flags not in self._plans:
            if len(self._plans) >= _MOST_PLANS:
                return None
            self._plans[flags] = self._compiled(executor())
        return self._plans[flags]

    def _compiled(self, executor: Executor[Any]) -> Plan | None:
        selections, ordinary = Selections(executor), OrdinaryClasses()
        try:
            root, fields = selections.root()
            is_serial = self._operation.operation is OperationType.MUTATION
            groups = [{key: details} for key, details in fields.items()] if is_serial else [fields]
            roots, source = Generator(selections, ordinary, self._cache).compiled(root, groups)
        except (Uncompilable, GraphQLError, RecursionError):
            return None
        return Plan(roots, ordinary, source)


class _Conditions(Visitor):
    """Finds the variables of `@skip` and `@include`."""

    def __init__(self) -> None:
        super().__init__()
        self.variables: set[str] = set()
        self.is_incremental = False

    def enter_directive(self, node: DirectiveNode, *_: object) -> None:
        self.is_incremental = self.is_incremental or node.name.value in _INCREMENTAL
        if node.name.value in {"skip", "include"}:
            values = [argument.value for argument in node.arguments or ()]
            self.variables.update(value.name.value for value in values if isinstance(value, VariableNode))
