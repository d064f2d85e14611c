"""Writes the functions of one operation: for each selection that is not plain, and for the values that lead to it.

In their source `s` is the object whose fields are selected, `v` a value to complete, `d` the data that is made, and `at`
and `slot` are slots.
"""

# graphql-core and Strawberry leave generics open.
# pyright: reportUnknownMemberType=false, reportUnknownArgumentType=false, reportUnknownVariableType=false, reportUnknownParameterType=false

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from graphql import (
    GraphQLObjectType,
    GraphQLOutputType,
    is_abstract_type,
    is_list_type,
    is_non_null_type,
    is_object_type,
)
from graphql.execution.collect_fields import GroupedFieldSet

from gateway.compiler import leaves
from gateway.compiler.arguments import Unforeseen, arguments_of
from gateway.compiler.info import FieldInfo
from gateway.compiler.inputs import Inputs
from gateway.compiler.plain import Plain, is_introspection
from gateway.compiler.position import Completion, OrdinaryClasses, Position
from gateway.compiler.resolvers import direct_resolver, passed
from gateway.compiler.run import Run
from gateway.compiler.selection_cache import CachedSelection, SelectionCache
from gateway.compiler.selections import Selections
from gateway.compiler.source import Source

SelectionFunction = Callable[[Run, object, None], dict[str, Any]]


class Generator:
    """Compiles one operation. Raises Uncompilable."""

    def __init__(self, selections: Selections, ordinary: OrdinaryClasses, cache: SelectionCache | None) -> None:
        self._selections = selections
        self._cache = cache
        self._inputs = Inputs(selections.schema)
        self._source = Source(FieldInfo=FieldInfo, ORDINARY=ordinary, **leaves.NAMES)
        self._plain = Plain(selections, self._source, ordinary)
        self._completions: dict[str, Completion] = {}
        """By the name of the function."""

    def compiled(self, of: GraphQLObjectType, groups: list[GroupedFieldSet]) -> tuple[list[SelectionFunction], str]:
        """A function for each group of root fields, and the source of all functions."""
        names = [self._selection(of, group) for group in groups]
        functions = self._source.compiled()
        for name, completion in self._completions.items():
            completion.complete = functions[name]
        return [functions[name] for name in names], self._source.text

    def _selection(self, of: GraphQLObjectType, fields: GroupedFieldSet) -> str:
        """A function `(run, s, slot)` that makes an object: its plain fields at once, then the others one by one."""
        plain = {key: self._plain.field(of, key, details) for key, details in fields.items()}
        made = f"d = {{{', '.join(f'{key!r}: {plain[key]}' for key in fields)}}}"
        expressed = {key: details for key, details in fields.items() if plain[key] is not None}
        lines = [made]
        if expressed:
            again = f"if d is None: d = {self._again(of, expressed, list(fields))}"
            lines = [f"try: {made}", "except Exception: d = None", again]
        for key, details in fields.items():
            if plain[key] is None:
                lines += self._call(self._selections.position(of, key, details))
        return self._source.function("object", "run, s, slot", [*lines, "return d"])

    def _again(self, of: GraphQLObjectType, fields: GroupedFieldSet, keys: list[str]) -> str:
        constant = self._source.constant
        return f"run.again({constant(of, 'type')}, {constant(fields, 'fields')}, {constant(keys, 'keys')}, s, slot)"

    def _call(self, position: Position) -> list[str]:
        """Statements that put the value of a field into `d`."""
        key, completion = repr(position.key), self._completion(position.type, position)
        return [
            f"at = (d, {key}, {position.is_nullable}, slot, {position.parent.name!r})",
            "try:",
            *(f"    {line}" for line in self._resolution(position)),
            f"    d[{key}] = {completion.of('v', 'at')}",
            f"except Exception as error: d[{key}] = run.failed(error, {completion.constant}, at)",
        ]

    def _resolution(self, position: Position) -> list[str]:
        """Statements that give `v` what the resolver gives for `s`."""
        if (attribute := self._plain.attribute(position)) is not None:
            return [f"v = {attribute}"]
        field = self._source.constant(position, "field")
        function = direct_resolver(position, self._selections.schema)
        if function is None:
            resolve = position.definition.resolve
            name = self._source.constant(resolve, "resolve") if resolve else "run.executor.field_resolver"
            return [f"v = {name}(s, run.raw_info({field}, at), **run.core_arguments({field}))"]
        name = self._source.constant(function, "resolve")
        return [f"info = FieldInfo(run, {field}, at)", *self._resolver_call(position, name, field)]

    def _resolver_call(self, position: Position, name: str, field: str) -> list[str]:
        """Statements that call a resolver, with arguments made by graphql-core and Strawberry where they are unusual."""
        given = passed(position, "info")
        if not position.has_arguments:
            return [f"v = {name}({', '.join(given)})"]
        by_strawberry = f"v = {name}({', '.join([*given, f'**run.arguments({field}, info)'])})"
        try:
            arguments = arguments_of(position, self._inputs, self._source.constant)
        except Unforeseen:
            return [by_strawberry]
        call = f"v = {name}({', '.join([*given, *arguments.keywords])})"
        if not arguments.variables:
            return [call]
        conditions = " and ".join(f"w.get({each!r}) is not None" for each in arguments.variables)
        return ["w = run.variables", f"if {conditions}: {call}", f"else: {by_strawberry}"]

    def _completion(self, type_: GraphQLOutputType, position: Position) -> "_CompletionSource":
        """How values of the type are completed at a position, with a function `(run, v, at)` for ordinary ones."""
        completion = Completion(type_, position)
        constant = self._source.constant(completion, "value")
        function = self._source.function(
            "complete", "run, v, at", self._completed(type_, position, f"return run.by_reference({constant}, v, at)")
        )
        self._completions[function] = completion
        return _CompletionSource(constant, function)

    def _completed(self, type_: GraphQLOutputType, position: Position, reference: str) -> list[str]:
        """Statements that return the completed value of `v`; *reference* leaves it to graphql-core."""
        named: Any = type_.of_type if is_non_null_type(type_) else type_
        plain = self._plain.value(type_, position.details, "v")
        if plain is not None:
            return self._plainly(named, plain, reference)
        if is_list_type(named):
            return self._list(self._completion(named.of_type, position), reference)
        if is_abstract_type(named):
            return self._abstract(named, position, reference)
        if is_object_type(named) and not is_introspection(named):
            return self._object(named, position, reference)
        return [reference]

    def _plainly(self, of: Any, plain: str, reference: str) -> list[str]:  # noqa: ANN401 - any type
        """For a plain value. A selection over a record is returned from the cache if it is there."""
        if self._cache is None or not is_object_type(of) or self._plain.uses_info(plain):
            return [f"try: return {plain}", "except Exception: pass", reference]
        selection = self._source.constant(CachedSelection(self._cache), "selection")
        return [
            f"cached = {selection}.get(id(v))",
            "if cached is not None and cached[0]() is v: return cached[1]",
            f"try: return {selection}.add(v, {plain})",
            "except Exception: pass",
            reference,
        ]

    def _list(self, item: "_CompletionSource", reference: str) -> list[str]:
        is_nullable = not is_non_null_type(self._completions[item.function].type)
        return [
            f"if v.__class__ is not list and v.__class__ is not tuple: {reference}",
            "d = [None] * len(v)",
            "for n, x in enumerate(v):",
            f"    to = (d, n, {is_nullable}, at, None)",
            f"    try: d[n] = {item.of('x', 'to')}",
            f"    except Exception as error: d[n] = run.failed(error, {item.constant}, to)",
            "return d",
        ]

    def _abstract(self, of: Any, position: Position, reference: str) -> list[str]:  # noqa: ANN401 - interface or union
        possible = self._selections.schema.get_possible_types(of)
        functions = ", ".join(f"{each.name!r}: {self._completion(each, position).function}" for each in possible)
        constant = self._source.constant
        resolve = constant(of.resolve_type, "resolve_type") if of.resolve_type else "run.executor.type_resolver"
        return [
            f"name = {resolve}(v, run.raw_info({constant(position, 'field')}, at), {constant(of, 'type')})",
            f"complete = {{{functions}}}.get(name) if name.__class__ is str else None",
            f"if complete is None: {reference}",
            "return complete(run, v, at)",
        ]

    def _object(self, of: GraphQLObjectType, position: Position, reference: str) -> list[str]:
        lines: list[str] = []
        if of.is_type_of:
            is_type_of = self._source.constant(of.is_type_of, "is_type_of")
            lines.append(f"if {is_type_of}(v, None) is not True: {reference}")
        selection = self._selection(of, self._selections.below(of, position.details))
        return [*lines, f"return {selection}(run, v, at)"]


@dataclass(frozen=True, slots=True)
class _CompletionSource:
    """The names of a completion and of its function."""

    constant: str
    function: str

    def of(self, value: str, slot: str) -> str:
        """The completed value for a slot."""
        usual = f"{self.function}(run, {value}, {slot})"
        return f"{usual} if {value}.__class__ in ORDINARY else run.unusual({self.constant}, {value}, {slot})"
