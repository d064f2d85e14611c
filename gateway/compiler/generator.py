"""Writes the Python source of one operation.

A selection of *plain* fields becomes one expression: attributes, resolvers that give no awaitable, and objects and lists
of these. Where anything in it is unusual, it raises, and graphql-core does the same part again; resolvers of fields have
no side effects, so nothing is lost. Any other field becomes a call of its resolver and of the code that completes its
value, each with a slot, so that what has to be awaited can be filled in later.
"""

# graphql-core and Strawberry leave generics open.
# pyright: reportUnknownMemberType=false, reportUnknownArgumentType=false, reportUnknownVariableType=false, reportUnknownParameterType=false

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from graphql import (
    FragmentDefinitionNode,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLSchema,
    is_abstract_type,
    is_leaf_type,
    is_list_type,
    is_non_null_type,
    is_object_type,
)
from graphql.execution.collect_fields import FieldDetailsList, GroupedFieldSet
from graphql.type.introspection import TypeNameMetaFieldDef

from gateway.compiler import leaves
from gateway.compiler.arguments import Unforeseen, arguments_of
from gateway.compiler.info import FieldInfo, names_below
from gateway.compiler.inputs import Inputs
from gateway.compiler.kept import Kept, KeptSelections
from gateway.compiler.position import Completion, Position, Unusual
from gateway.compiler.resolvers import direct_resolver, is_plain, read_attribute
from gateway.compiler.run import OrdinaryClasses, Run

_MOST_FIELDS = 2000
"""Of one operation, in which each spread of a fragment counts anew. Compiling a field takes up to 0.1 ms."""

Collect = Callable[[GraphQLObjectType, FieldDetailsList], GroupedFieldSet]
"""The fields selected below a field, for objects of one type."""

SelectionFunction = Callable[[Run, object, None], dict[str, Any]]


_BASIC = "_get_basic_result"
"""The name of the resolver that Strawberry gives to fields without one of their own."""


class Uncompilable(Exception):
    """The operation is left to graphql-core."""


class Generator:
    """Source of one operation. Names of the source stand for constants of `namespace`."""

    def __init__(
        self,
        schema: GraphQLSchema,
        fragments: Mapping[str, FragmentDefinitionNode],
        collect: Collect,
        ordinary: OrdinaryClasses,
        kept: KeptSelections | None,
    ) -> None:
        self._kept = kept
        self._with_info = set[str]()
        """The functions of plain objects that use an info."""
        self._schema = schema
        self._fragments = fragments
        self._collect = collect
        self._ordinary = ordinary
        self._inputs = Inputs(schema)
        self._names = 0
        self._fields = 0
        self._constants: dict[int, str] = {}
        self._functions: list[str] = []
        self._completions: dict[str, Completion] = {}
        """By the name of the function."""
        self._plain: dict[tuple[str, int], str | None] = {}
        self._namespace: dict[str, Any] = {
            **leaves.NAMES,
            "FieldInfo": FieldInfo,
            "ORDINARY": ordinary,
            "attribute": read_attribute,
            "items": _items,
            "Unusual": Unusual,
        }

    def compiled(self, of: GraphQLObjectType, groups: list[GroupedFieldSet]) -> tuple[list[SelectionFunction], str]:
        """A function for each group of root fields, and their source."""
        names = [self._selection(of, group) for group in groups]
        source = "\n\n".join(self._functions)
        exec(compile(source, "<compiled operation>", "exec"), self._namespace)  # noqa: S102 - our own source
        for name, completion in self._completions.items():
            completion.complete = self._namespace[name]
        return [self._namespace[name] for name in names], source

    # Selections

    def _selection(self, of: GraphQLObjectType, fields: GroupedFieldSet) -> str:
        """A function that makes an object: its plain fields at once, then the others one by one."""
        plain: dict[str, tuple[str, FieldDetailsList]] = {}
        calls: list[Position] = []
        for key, details in fields.items():
            _require_simple(details)
            expression = self._plain_field(of, details)
            if expression is None:
                calls.append(self._position(of, key, details))
            else:
                plain[key] = expression, details
        members = ", ".join(f"{key!r}: {plain[key][0] if key in plain else None}" for key in fields)
        made = f"d = {{{members}}}"
        again = f"if d is None: d = {self._again(of, fields, plain)}"
        lines = [f"try: {made}", "except Exception: d = None", again] if plain else [made]
        for position in calls:
            lines += self._call(position)
        return self._function("object", "run, s, slot", [*lines, "return d"])

    def _again(self, of: GraphQLObjectType, fields: GroupedFieldSet, plain: dict[str, Any]) -> str:
        group = {key: details for key, (_, details) in plain.items()}
        constants = self._constant(of, "type"), self._constant(group, "fields"), self._constant(list(fields), "keys")
        return f"run.again({', '.join(constants)}, s, slot)"

    def _call(self, position: Position) -> list[str]:
        """Statements that put the value of a field into the object `d`."""
        key, completion = repr(position.key), self._completion(position.type, position)
        return [
            f"at = (d, {key}, {position.is_nullable}, slot, {position.parent.name!r})",
            "try:",
            *(f"    {line}" for line in self._resolution(position, self._constant(position, "field"))),
            f"    d[{key}] = {completion.of('v', 'at')}",
            f"except Exception as error: d[{key}] = run.failed(error, {completion.constant}, at)",
        ]

    def _resolution(self, position: Position, constant: str) -> list[str]:
        """Statements that give `v` what the resolver gives for `s`."""
        if (attribute := self._attribute(position)) is not None:
            return [f"v = {attribute}"]
        function = direct_resolver(position, self._schema)
        if function is None:
            resolve = position.definition.resolve
            name = self._constant(resolve, "resolve") if resolve else "run.executor.field_resolver"
            return [f"v = {name}(s, run.raw_info({constant}, at), **run.core_arguments({constant}))"]
        name, given = self._constant(function, "resolve"), self._given(position, "info")
        return [f"info = FieldInfo(run, {constant}, at)", *self._resolver_call(position, name, given, constant)]

    def _resolver_call(self, position: Position, name: str, given: list[str], constant: str) -> list[str]:
        """Statements that call a resolver, with arguments made by graphql-core and Strawberry where they are unusual."""
        if not position.has_arguments:
            return [f"v = {name}({', '.join(given)})"]
        by_strawberry = f"v = {name}({', '.join([*given, f'**run.arguments({constant}, info)'])})"
        try:
            arguments = arguments_of(position, self._inputs, self._constant)
        except Unforeseen:
            return [by_strawberry]
        call = f"v = {name}({', '.join([*given, *arguments.keywords])})"
        if not arguments.variables:
            return [call]
        conditions = " and ".join(f"w.get({each!r}) is not None" for each in arguments.variables)
        return ["w = run.variables", f"if {conditions}: {call}", f"else: {by_strawberry}"]

    def _given(self, position: Position, info: str) -> list[str]:
        """What Strawberry passes to a resolver besides the arguments of the field. *info* is an expression."""
        resolver: Any = position.strawberry_field and position.strawberry_field.base_resolver
        sources = {each.name for each in (resolver.parent_parameter, resolver.root_parameter) if each}
        given = ["s"] if resolver.self_parameter else []
        given += [f"{name}=s" for name in sorted(sources)]
        return [*given, f"{resolver.info_parameter.name}={info}"] if resolver.info_parameter else given

    # Plain expressions

    def _plain_field(self, of: GraphQLObjectType, details: FieldDetailsList) -> str | None:
        """The value of a field of `s`; None for a field that is not plain."""
        node = details[0].node
        definition = self._schema.get_field(of, node.name.value)
        if definition is TypeNameMetaFieldDef:
            return repr(of.name)
        position = self._position(of, node.name.value, details)
        if position.has_arguments or not self._may_be_plain(position.type):
            return None
        read = self._plain_read(position)
        return None if read is None else self._plain_value(position.type, details, read)

    def _plain_read(self, position: Position) -> str | None:
        """The expression that gives what the resolver gives for `s`; None if that may be an awaitable."""
        if (attribute := self._attribute(position)) is not None:
            return attribute
        if position.strawberry_field is None:
            is_default = position.definition.resolve is None
            return f"attribute(s, {position.nodes[0].name.value!r})" if is_default else None
        function = direct_resolver(position, self._schema) if is_plain(position) else None
        if function is None:
            return None
        name, constant = self._constant(function, "resolve"), self._constant(position, "field")
        given = self._given(position, f"FieldInfo(run, {constant}, None)")
        return f"{name}({', '.join(given)})"

    def _attribute(self, position: Position) -> str | None:
        """The expression for a Strawberry field that has no resolver; None for any other field."""
        field = position.strawberry_field
        if field is None or position.has_arguments or getattr(position.definition.resolve, "__name__", "") != _BASIC:
            return None
        if field.default_resolver is getattr and field.python_name.isidentifier():
            return f"s.{field.python_name}"
        read = self._constant(field.default_resolver, "read")
        return f"{read}(s, {field.python_name!r})"

    def _plain_value(self, type_: GraphQLOutputType, details: FieldDetailsList, read: str) -> str | None:
        """The completed value of what the expression *read* gives; None if it is not plain."""
        is_nullable = not is_non_null_type(type_)
        nullable: Any = type_
        named: Any = nullable if is_nullable else nullable.of_type
        variable = self._name("v")
        if is_leaf_type(named):
            coerce = self._constant(leaves.coercion(named, self._ordinary, is_nullable=is_nullable), "coerce")
            return leaves.expression(named, read, variable, coerce)
        source = variable if is_nullable else read
        if is_list_type(named):
            each = self._name("x")
            item = self._plain_value(named.of_type, details, each)
            value = item and f"[{item} for {each} in items({source})]"
        else:
            function = self._plain_object(named, details)
            value = function and f"{function}(run, {source})"
        return f"(None if ({variable} := {read}) is None else {value})" if value and is_nullable else value

    def _plain_object(self, of: GraphQLObjectType, details: FieldDetailsList) -> str | None:
        """A function that makes an object all of whose fields are plain; None if they are not."""
        key = of.name, id(details)
        if key not in self._plain:
            self._plain[key] = self._made_plain_object(of, details)
        return self._plain[key]

    def _made_plain_object(self, of: GraphQLObjectType, details: FieldDetailsList) -> str | None:
        members: list[str] = []
        for key, below in self._collect(of, details).items():
            _require_simple(below)
            expression = self._plain_field(of, below)
            if expression is None:
                return None
            members.append(f"{key!r}: {expression}")
        lines = [*self._checks(of), f"return {{{', '.join(members)}}}"]
        name = self._function("plain", "run, s", lines)
        if self._uses_info(lines[-1]):
            self._with_info.add(name)
        return name

    def _checks(self, of: GraphQLObjectType) -> list[str]:
        """Statements that raise unless `s` is an ordinary value of the type."""
        lines = [
            "if s.__class__ not in ORDINARY and not ORDINARY.learn(s, is_awaitable=run.is_awaitable): raise Unusual"
        ]
        if of.is_type_of:
            is_type_of = self._constant(of.is_type_of, "is_type_of")
            lines.append(f"if {is_type_of}(s, None) is not True: raise Unusual")
        return lines

    def _may_be_plain(self, type_: GraphQLOutputType) -> bool:
        named: Any = type_
        while is_list_type(named) or is_non_null_type(named):
            named = named.of_type
        return is_leaf_type(named) or (is_object_type(named) and not _is_introspection(named))

    # Completion of values that have a slot

    def _completion(self, type_: GraphQLOutputType, position: Position) -> "_CompletionSource":
        """How values of the type are completed at a position, with a function `(run, v, at)` for ordinary ones."""
        completion = Completion(type_, position)
        constant = self._constant(completion, "value")
        named: Any = type_.of_type if is_non_null_type(type_) else type_
        reference = f"return run.by_reference({constant}, v, at)"
        plain = self._plain_value(type_, position.details, "v") if self._may_be_plain(type_) else None
        if plain is not None and is_object_type(named) and self._kept is not None and not self._uses_info(plain):
            lines = self._keeping(plain, self._kept, reference)
        elif plain is not None:
            lines = [f"try: return {plain}", "except Exception: pass", reference]
        elif is_list_type(named):
            lines = self._list(self._completion(named.of_type, position), reference)
        elif is_abstract_type(named):
            lines = self._abstract(named, position, reference)
        elif is_object_type(named) and not _is_introspection(named):
            lines = self._object(named, position, reference)
        else:
            lines = [reference]
        function = self._function("complete", "run, v, at", lines)
        self._completions[function] = completion
        return _CompletionSource(constant, function)

    def _keeping(self, plain: str, selections: KeptSelections, reference: str) -> list[str]:
        """Statements that give a selection over a record that is kept from earlier answers, if it is."""
        kept = Kept()
        keep = self._constant(partial(selections.keep, kept), "keep")
        return [
            f"kept = {self._constant(kept, 'kept')}.get(id(v))",
            "if kept is not None and kept[0]() is v: return kept[1]",
            f"try: return {keep}(v, {plain})",
            "except Exception: pass",
            reference,
        ]

    def _uses_info(self, source: str) -> bool:
        """Whether a plain expression asks a resolver that depends on more than its record."""
        return "FieldInfo(" in source or any(f"{name}(" in source for name in self._with_info)

    def _list(self, item: "_CompletionSource", reference: str) -> list[str]:
        is_nullable = not is_non_null_type(self._completions[item.function].type)
        return [
            f"if v.__class__ is not list and v.__class__ is not tuple: {reference}",
            "out = [None] * len(v)",
            "for n, x in enumerate(v):",
            f"    to = (out, n, {is_nullable}, at, None)",
            f"    try: out[n] = {item.of('x', 'to')}",
            f"    except Exception as error: out[n] = run.failed(error, {item.constant}, to)",
            "return out",
        ]

    def _abstract(self, of: Any, position: Position, reference: str) -> list[str]:  # noqa: ANN401 - interface or union
        possible = {each.name: self._completion(each, position) for each in self._schema.get_possible_types(of)}
        functions = ", ".join(f"{name!r}: {each.function}" for name, each in possible.items())
        resolve = self._constant(of.resolve_type, "resolve_type") if of.resolve_type else "run.executor.type_resolver"
        field, type_ = self._constant(position, "field"), self._constant(of, "type")
        return [
            f"name = {resolve}(v, run.raw_info({field}, at), {type_})",
            f"complete = {{{functions}}}.get(name) if name.__class__ is str else None",
            f"if complete is None: {reference}",
            "return complete(run, v, at)",
        ]

    def _object(self, of: GraphQLObjectType, position: Position, reference: str) -> list[str]:
        lines: list[str] = []
        if of.is_type_of:
            is_type_of = self._constant(of.is_type_of, "is_type_of")
            lines.append(f"if {is_type_of}(v, None) is not True: {reference}")
        return [*lines, f"return {self._selection(of, self._collect(of, position.details))}(run, v, at)"]

    # Names

    def _position(self, of: GraphQLObjectType, key: str, details: FieldDetailsList) -> Position:
        definition = self._schema.get_field(of, details[0].node.name.value)
        self._fields += 1
        if definition is None or self._fields > _MOST_FIELDS:
            raise Uncompilable
        names = names_below([each.node for each in details], self._fragments)
        return Position(key, of, definition, details, names)

    def _function(self, hint: str, parameters: str, lines: list[str]) -> str:
        name = self._name(hint)
        self._functions.append("\n    ".join([f"def {name}({parameters}):", *lines]))
        return name

    def _constant(self, value: object, hint: str) -> str:
        """The name of a value of the namespace, which holds it, so that its identity stays its own."""
        name = self._constants.get(id(value))
        if name is None:
            name = self._constants[id(value)] = self._name(hint)
            self._namespace[name] = value
        return name

    def _name(self, hint: str) -> str:
        self._names += 1
        return f"{hint}_{self._names}"


@dataclass(frozen=True, slots=True)
class _CompletionSource:
    """The names of a completion and of its function."""

    constant: str
    function: str

    def of(self, value: str, slot: str) -> str:
        """The completed value for a slot."""
        usual = f"{self.function}(run, {value}, {slot})"
        return f"{usual} if {value}.__class__ in ORDINARY else run.unusual({self.constant}, {value}, {slot})"


def _items(value: object) -> object:
    """A list or tuple as it is. Raises Unusual for anything else."""
    if value.__class__ is list or value.__class__ is tuple:
        return value
    raise Unusual


def _require_simple(details: FieldDetailsList) -> None:
    """Raises Uncompilable for deferred fields and for fragments with arguments."""
    if any(each.defer_usage is not None or each.fragment_variable_values is not None for each in details):
        raise Uncompilable


def _is_introspection(of: GraphQLObjectType) -> bool:
    return of.name.startswith("__")
