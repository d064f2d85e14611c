"""The state of one execution of a compiled operation, and what compiled code asks of it.

Compiled code completes values that are as usual by itself. Everything else comes here: values to wait for, and those
that graphql-core completes in place, so that errors, paths and nulls are its own.
"""

# graphql-core and Strawberry leave generics open.
# pyright: reportUnknownMemberType=false, reportUnknownArgumentType=false, reportUnknownVariableType=false

import asyncio
from asyncio import Future, ensure_future, get_running_loop, isfuture
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeGuard

from graphql import Executor, GraphQLError, GraphQLObjectType, GraphQLResolveInfo, located_error
from graphql.execution.collect_fields import GroupedFieldSet
from graphql.execution.values import get_argument_values

from gateway.compiler.info import FieldInfo
from gateway.compiler.position import Completion, OrdinaryClasses, Position, Slot, path_of
from gateway.compiler.resolvers import keyword_arguments


class Run:
    """One execution."""

    __slots__ = (
        "_changed",
        "_executor",
        "_parked",
        "_reference",
        "_unstarted",
        "context",
        "is_awaitable",
        "is_failed",
        "ordinary",
        "root",
        "variables",
    )

    def __init__(
        self,
        context: object,
        root: object,
        variables: Mapping[str, object],
        ordinary: OrdinaryClasses,
        reference: Callable[[], Executor[Any]],
        *,
        is_awaitable: Callable[[object], TypeGuard[Awaitable[Any]]],
    ) -> None:
        """*variables* are coerced. *reference* makes graphql-core's executor of the same operation, when it is needed."""
        self.context = context
        self.root = root
        self.variables = variables
        self.ordinary = ordinary
        self.is_awaitable = is_awaitable
        self.is_failed = False
        """Whether null reached the data as a whole."""
        self._reference = reference
        self._executor: Executor[Any] | None = None
        self._parked = set[_Parked]()
        self._unstarted: list[_Parked] = []
        self._changed: Future[None] | None = None
        """While waiting: done once nothing is parked."""

    @property
    def executor(self) -> Executor[Any]:
        if self._executor is None:
            self._executor = self._reference()
        return self._executor

    @property
    def errors(self) -> list[GraphQLError]:
        return [] if self._executor is None else self._executor.collected_errors.errors

    @property
    def is_waiting(self) -> bool:
        return bool(self._parked)

    def raw_info(self, position: Position, slot: Slot) -> GraphQLResolveInfo[Any]:
        """graphql-core's own info for a field."""
        while isinstance(slot[1], int) and slot[3] is not None:
            slot = slot[3]
        path = path_of(slot)
        return self.executor.build_resolve_info(position.definition, position.nodes, position.parent, path)

    def core_arguments(self, position: Position) -> dict[str, Any]:
        """Arguments as graphql-core gives them to a resolver. Raises GraphQLError."""
        executor = self.executor
        return get_argument_values(
            position.definition, position.nodes[0], executor.variable_values, None, executor.hide_suggestions
        )

    def arguments(self, position: Position, info: FieldInfo) -> Mapping[str, object]:
        """Keyword arguments of a Strawberry resolver. May raise any exception."""
        return keyword_arguments(position, self.core_arguments(position), info, self.executor.schema)

    def unusual(self, completion: Completion, value: object, slot: Slot) -> object:
        """Complete a value of a class that is not known to be ordinary."""
        if value is None and slot[2]:
            return None
        if isinstance(value, Future):  # the most common awaitable, which needs no further look
            self._park(_Parked(self, value, completion, slot))
            return None
        if completion.complete and self.ordinary.learn(value, is_awaitable=self.is_awaitable):
            return completion.complete(self, value, slot)
        if self.is_awaitable(value):
            self._park(_Parked(self, value, completion, slot))
            return None
        return self.by_reference(completion, value, slot)

    def by_reference(self, completion: Completion, value: object, slot: Slot) -> object:
        """Complete a value with graphql-core. Raises what it raises."""
        position = completion.position
        info, path = self.raw_info(position, slot), path_of(slot)
        result = self.executor.complete_value(completion.type, position.details, info, path, value, None)
        if self.is_awaitable(result):
            self._park(_Parked(self, result, Completion(completion.type, position), slot))
            return None
        return result

    def again(
        self, of: GraphQLObjectType, fields: GroupedFieldSet, keys: list[str], source: object, slot: Slot | None
    ) -> dict[str, Any]:
        """An object with these keys, of which graphql-core executes these fields. Raises what it raises."""
        values: dict[str, Any] = dict.fromkeys(keys)
        result = self.executor.execute_fields(of, source, path_of(slot), fields, None)

        def add(completed: dict[str, Any]) -> dict[str, Any]:
            values.update(completed)
            return values

        if not self.is_awaitable(result):
            return add(result)  # type: ignore[arg-type]  # not awaitable, so a dict

        async def added() -> dict[str, Any]:
            return add(await result)

        key, details = next(iter(fields.items()))
        position = Position(key, of, of.fields[details[0].node.name.value], details, frozenset())
        self._park(_Parked(self, added(), Completion(of, position), slot or ([None], 0, False, None, None)))
        return values

    def failed(self, error: Exception, completion: Completion, slot: Slot) -> None:
        """Note the failure of a value that is being completed. Raises it when the value may not be null."""
        located = _located(error, completion, slot)
        if not slot[2]:
            raise located
        self.executor.collected_errors.add(located, path_of(slot))
        self._drop(slot)

    def failed_late(self, error: Exception, completion: Completion, slot: Slot) -> None:
        """Note the failure of a value that was awaited: the nearest place above that may be null becomes null."""
        located = _located(error, completion, slot)
        at: Slot | None = slot
        while at is not None and not at[2]:
            at = at[3]
        self.executor.collected_errors.add(located, path_of(at))
        if at is None:
            self.is_failed = True
        else:
            at[0][at[1]] = None
        self._drop(at)

    def _park(self, parked: "_Parked") -> None:
        """Wait for a value; its place is null for now."""
        self._parked.add(parked)
        if self._changed is None:
            self._unstarted.append(parked)
        else:
            parked.start()

    def _drop(self, slot: Slot | None) -> None:
        """Stop waiting for what lies below a slot that became null, or with None for everything."""
        for parked in [each for each in self._parked if each.is_below(slot)]:
            parked.drop()

    def ended(self, parked: "_Parked") -> None:
        """Forget what was awaited."""
        self._parked.discard(parked)
        if not self._parked and self._changed is not None and not self._changed.done():
            self._changed.set_result(None)

    def interrupted(self, error: BaseException) -> None:
        """End the execution with an exception that is not the failure of a field, such as a cancellation."""
        if self._changed is not None and not self._changed.done():
            self._changed.set_exception(error)

    def abandon(self) -> None:
        """Give up what has not begun, after a failure that leaves no data."""
        self._drop(None)

    async def drain(self) -> None:
        """Wait until nothing is parked. When cancelled, cancels what it waits for, and waits for its end."""
        while self._parked:
            self._changed = get_running_loop().create_future()
            unstarted, self._unstarted = self._unstarted, []
            for parked in unstarted:
                if parked in self._parked:
                    parked.start()
            try:
                await self._changed
            except BaseException:
                self._drop(None)
                if tasks := [each.future for each in self._parked if each.future is not None]:
                    await asyncio.wait(tasks)
                raise
            finally:
                self._changed = None


class _Parked:
    """A value that is awaited for a slot. What a resolver gave as a future is shared, and never cancelled."""

    __slots__ = ("_completion", "_is_dropped", "_run", "_slot", "_value", "future")

    def __init__(self, run: Run, value: Awaitable[Any], completion: Completion, slot: Slot) -> None:
        self._run, self._value, self._completion, self._slot = run, value, completion, slot
        self._is_dropped = False
        self.future: Future[Any] | None = None
        """None until it is started."""

    def start(self) -> None:
        self.future = self._value if isinstance(self._value, Future) else ensure_future(self._value)
        self.future.add_done_callback(self._done)

    def is_below(self, slot: Slot | None) -> bool:
        at: Slot | None = self._slot
        while at is not slot and at is not None:
            at = at[3]
        return at is slot

    def drop(self) -> None:
        self._is_dropped = True
        is_shared = isfuture(self._value)
        if self.future is not None and not is_shared:
            # After its first step, or a coroutine within it would never begin, which Python reports. It ends in `_done`.
            get_running_loop().call_soon(self.future.cancel)
            return
        if self.future is None and not is_shared:
            self._run.executor.settle_in_background([self._value])
        self._run.ended(self)

    def _done(self, future: Future[Any]) -> None:
        run, slot = self._run, self._slot
        if self._is_dropped:
            if not future.cancelled():
                future.exception()  # or asyncio would report that nobody looked at it
            run.ended(self)
            return
        try:
            value = self._completed(future.result())
            if value is not None:
                slot[0][slot[1]] = value
        except Exception as error:  # noqa: BLE001 - whatever a resolver raises is the failure of its field
            self._is_dropped = True
            run.failed_late(error, self._completion, slot)
        except BaseException as error:  # noqa: BLE001 - above all CancelledError
            run.interrupted(error)
        run.ended(self)

    def _completed(self, value: object) -> object:
        run, completion = self._run, self._completion
        if completion.complete is None:
            return value
        if value.__class__ in run.ordinary or run.ordinary.learn(value, is_awaitable=run.is_awaitable):
            return completion.complete(run, value, self._slot)
        return None if value is None and self._slot[2] else run.by_reference(completion, value, self._slot)


def _located(error: Exception, completion: Completion, slot: Slot) -> GraphQLError:
    return located_error(error, completion.position.nodes, path_of(slot).as_list())
