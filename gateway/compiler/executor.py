"""graphql-core's executor with compiled operations: for `strawberry.Schema(execution_context_class=CompilingExecutor)`."""

# graphql-core and Strawberry leave generics open.
# pyright: reportUnknownMemberType=false, reportUnknownArgumentType=false, reportUnknownVariableType=false

from collections import OrderedDict
from typing import Any, ClassVar

from graphql import Executor, OperationDefinitionNode
from graphql.execution.executor import default_field_resolver
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

from gateway.compiler.plan import CompiledOperation
from gateway.compiler.run import Run

_MOST_OPERATIONS = 1000


class Compiling(Executor[Any]):
    """Mix it in before any executor class: operations run compiled, and those that cannot on the class itself."""

    compiled_operations: ClassVar[OrderedDict[int, tuple[OperationDefinitionNode, CompiledOperation]]] = OrderedDict()
    """By the identity of the syntax tree, used last at the end. The tree is held, so that its identity stays its own."""

    def execute_operation(self, serially: bool | None = None) -> Any:  # noqa: ANN401, FBT001 - as in graphql-core
        is_usual = serially is None and self._is_usual
        variables = self.variable_values.coerced
        plan = self._compiled_operation.plan(variables, lambda: self) if is_usual else None
        if plan is None:
            return super().execute_operation(serially)
        run = Run(
            self.context_value,
            self.root_value,
            variables,
            plan.ordinary,
            lambda: self,
            is_awaitable=self.is_awaitable,
        )
        return plan.execute(run)

    @property
    def _is_usual(self) -> bool:
        """Whether nothing was asked for that compiled code does not do."""
        middleware = self.middleware_manager
        return (
            self.abort_signal is None
            and self.hooks is None
            and self.field_resolver is default_field_resolver
            and not (middleware and middleware.middlewares)
        )

    @property
    def _compiled_operation(self) -> CompiledOperation:
        known = self.compiled_operations
        entry = known.get(id(self.operation))
        if entry is None:
            compiled = CompiledOperation(self.schema, self.operation, self.fragment_definitions.values())
            entry = known[id(self.operation)] = self.operation, compiled
            if len(known) > _MOST_OPERATIONS:
                known.popitem(last=False)
        else:
            known.move_to_end(id(self.operation))
        return entry[1]


class CompilingExecutor(Compiling, StrawberryGraphQLCoreExecutionContext):
    """Strawberry's executor with compiled operations."""
