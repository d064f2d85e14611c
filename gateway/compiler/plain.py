"""Expressions for plain fields: attributes, resolvers that give no awaitable, and objects and lists of these.

An expression raises wherever a value is unusual, and graphql-core then completes the value, or the object, instead.
"""

# graphql-core and Strawberry leave generics open.
# pyright: reportUnknownMemberType=false, reportUnknownArgumentType=false, reportUnknownVariableType=false, reportUnknownParameterType=false

from typing import Any

from graphql import (
    GraphQLLeafType,
    GraphQLObjectType,
    GraphQLOutputType,
    is_enum_type,
    is_leaf_type,
    is_list_type,
    is_non_null_type,
    is_object_type,
)
from graphql.execution.collect_fields import FieldDetailsList
from graphql.type.introspection import TypeNameMetaFieldDef

from gateway.compiler import leaves
from gateway.compiler.position import OrdinaryClasses, Position, Unusual
from gateway.compiler.resolvers import basic_field, direct_resolver, is_plain, passed, read_attribute
from gateway.compiler.selections import Selections
from gateway.compiler.source import Source


class Plain:
    """The plain expressions of one operation. Methods give None for what is not plain."""

    def __init__(self, selections: Selections, source: Source, ordinary: OrdinaryClasses) -> None:
        self._selections = selections
        self._source = source
        self._ordinary = ordinary
        self._objects: dict[tuple[str, int], str | None] = {}
        self._coercions: dict[tuple[str, bool], tuple[str, str | None]] = {}
        self._with_info = set[str]()
        """The functions of objects that use an info."""

    def field(self, of: GraphQLObjectType, key: str, details: FieldDetailsList) -> str | None:
        """The completed value of a field of `s`."""
        if self._selections.schema.get_field(of, details[0].node.name.value) is TypeNameMetaFieldDef:
            return repr(of.name)
        position = self._selections.position(of, key, details)
        read = None if position.has_arguments else self._read(position)
        return None if read is None else self.value(position.type, details, read)

    def attribute(self, position: Position) -> str | None:
        """The attribute of `s` that a Strawberry field without a resolver reads."""
        field = basic_field(position)
        if field is None:
            return None
        if field.default_resolver is getattr and field.python_name.isidentifier():
            return f"s.{field.python_name}"
        return f"{self._source.constant(field.default_resolver, 'read')}(s, {field.python_name!r})"

    def value(self, type_: GraphQLOutputType, details: FieldDetailsList, read: str) -> str | None:
        """The completed value of what the expression *read* gives."""
        is_nullable = not is_non_null_type(type_)
        nullable: Any = type_
        named: Any = nullable if is_nullable else nullable.of_type
        variable = self._source.name("v")
        if is_leaf_type(named):
            coerce, output = self._coercion(named, is_nullable=is_nullable)
            return leaves.expression(named, read, variable, coerce=coerce, output=output)
        value = self._composite(named, details, variable if is_nullable else read)
        return f"(None if ({variable} := {read}) is None else {value})" if value and is_nullable else value

    def _coercion(self, leaf: GraphQLLeafType, *, is_nullable: bool) -> tuple[str, str | None]:
        """The names of the functions that coerce values of a leaf: of any class, and of ordinary ones."""
        key = leaf.name, is_nullable
        if key not in self._coercions:
            coercion = leaves.coercion(leaf, self._ordinary, is_nullable=is_nullable)
            output = None if is_enum_type(leaf) else self._source.constant(leaf.coerce_output_value, "output")
            self._coercions[key] = self._source.constant(coercion, "coerce"), output
        return self._coercions[key]

    def uses_info(self, expression: str) -> bool:
        """Whether an expression asks a resolver that depends on more than its record."""
        return "FieldInfo(" in expression or any(f"{name}(" in expression for name in self._with_info)

    def _composite(self, of: Any, details: FieldDetailsList, read: str) -> str | None:  # noqa: ANN401 - list or type
        if is_list_type(of):
            each = self._source.name("x")
            item = self.value(of.of_type, details, each)
            return item and f"[{item} for {each} in {self._source.constant(_items, 'items')}({read})]"
        if not is_object_type(of) or is_introspection(of):
            return None
        function = self._object(of, details)
        return function and f"{function}(run, {read})"

    def _read(self, position: Position) -> str | None:
        """What the resolver gives for `s`."""
        if (attribute := self.attribute(position)) is not None:
            return attribute
        if position.strawberry_field is None:
            is_default = position.definition.resolve is None
            read = self._source.constant(read_attribute, "attribute")
            return f"{read}(s, {position.nodes[0].name.value!r})" if is_default else None
        function = direct_resolver(position, self._selections.schema) if is_plain(position) else None
        if function is None:
            return None
        name, field = self._source.constant(function, "resolve"), self._source.constant(position, "field")
        return f"{name}({', '.join(passed(position, f'FieldInfo(run, {field}, None)'))})"

    def _object(self, of: GraphQLObjectType, details: FieldDetailsList) -> str | None:
        """A function that makes an object all of whose fields are plain."""
        key = of.name, id(details)
        if key not in self._objects:
            self._objects[key] = self._made_object(of, details)
        return self._objects[key]

    def _made_object(self, of: GraphQLObjectType, details: FieldDetailsList) -> str | None:
        members: list[str] = []
        for key, below in self._selections.below(of, details).items():
            expression = self.field(of, key, below)
            if expression is None:
                return None
            members.append(f"{key!r}: {expression}")
        made = f"return {{{', '.join(members)}}}"
        name = self._source.function("plain", "run, s", [*self._checks(of), made])
        if self.uses_info(made):
            self._with_info.add(name)
        return name

    def _checks(self, of: GraphQLObjectType) -> list[str]:
        """Statements that raise unless `s` is an ordinary value of the type."""
        unusual = self._source.constant(Unusual, "Unusual")
        is_ordinary = "s.__class__ in ORDINARY or ORDINARY.learn(s, is_awaitable=run.is_awaitable)"
        checks = [f"if not ({is_ordinary}): raise {unusual}"]
        if of.is_type_of:
            is_type_of = self._source.constant(of.is_type_of, "is_type_of")
            checks.append(f"if {is_type_of}(s, None) is not True: raise {unusual}")
        return checks


def is_introspection(of: GraphQLObjectType) -> bool:
    return of.name.startswith("__")


def _items(value: object) -> object:
    """A list or tuple as it is. Raises Unusual for anything else."""
    if value.__class__ is list or value.__class__ is tuple:
        return value
    raise Unusual
