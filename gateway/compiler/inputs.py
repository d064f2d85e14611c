"""Variables and input objects: read without looking up anew, for every request, what the schema says of them."""

# graphql-core and Strawberry leave generics open.
# pyright: reportUnknownMemberType=false, reportUnknownArgumentType=false, reportUnknownVariableType=false

from collections.abc import Callable, Mapping, Sequence
from dataclasses import MISSING
from typing import Any

from graphql import (
    GraphQLBoolean,
    GraphQLID,
    GraphQLInt,
    GraphQLSchema,
    GraphQLString,
    VariableDefinitionNode,
    is_non_null_type,
    type_from_ast,
)
from strawberry.relay.types import GlobalID
from strawberry.schema.config import StrawberryConfig
from strawberry.types.arguments import StrawberryArgument, convert_argument
from strawberry.types.base import StrawberryList, StrawberryMaybe, StrawberryOptional, has_object_definition
from strawberry.types.enum import StrawberryEnumDefinition, has_enum_definition
from strawberry.types.lazy_type import LazyType
from strawberry.types.unset import UNSET

Convert = Callable[[Any], Any]
"""Makes a resolver's argument from a coerced value; None where the value is the argument."""

_CLASSES: Mapping[Any, type] = {GraphQLString: str, GraphQLID: str, GraphQLBoolean: bool, GraphQLInt: int}
"""The scalars whose coercion gives a value of this class as it is."""
_LARGEST_INT = 2**31 - 1


class VariableReader:
    """The variables of one operation."""

    def __init__(self, schema: GraphQLSchema, definitions: Sequence[VariableDefinitionNode]) -> None:
        self._variables: dict[str, tuple[type, bool]] | None = {}
        """By name: the class of its values, and whether it is required. None when some need graphql-core."""
        for definition in definitions:
            kind: Any = type_from_ast(schema, definition.type)
            is_required = is_non_null_type(kind)
            expected = _CLASSES.get(kind.of_type if is_required else kind) if kind is not None else None
            if expected is None or definition.default_value is not None:
                self._variables = None
                return
            self._variables[definition.variable.name.value] = expected, is_required

    def read(self, raw: Mapping[str, object]) -> dict[str, object] | None:
        """The coerced values; None where graphql-core has to coerce them, or to say why it cannot."""
        if self._variables is None:
            return None
        coerced: dict[str, object] = {}
        for name, (expected, is_required) in self._variables.items():
            value = raw.get(name)
            if value.__class__ is expected and (expected is not int or -_LARGEST_INT - 1 <= value <= _LARGEST_INT):  # type: ignore[operator]
                coerced[name] = value
            elif value is not None or is_required:
                return None
            elif name in raw:
                coerced[name] = None
        return coerced


class Inputs:
    """Converts coerced values to the arguments of Strawberry's resolvers."""

    def __init__(self, schema: GraphQLSchema) -> None:
        self._schema: Any = schema
        self._objects: dict[type, Convert] = {}

    def name_of(self, argument: StrawberryArgument) -> str:
        """The name in the schema of a resolver's argument."""
        name: str = self._config.name_converter.from_argument(argument)
        return name

    @property
    def _config(self) -> StrawberryConfig:
        config: StrawberryConfig = self._schema._strawberry_schema.config  # noqa: SLF001
        return config

    def converter(self, kind: Any) -> Convert | None:  # noqa: ANN401 - Strawberry's types have no common base
        """The conversion for a Strawberry type; None where the value stays as it is."""
        if isinstance(kind, StrawberryMaybe) or kind is GlobalID:
            return self._by_strawberry(kind)
        if isinstance(kind, StrawberryOptional):
            return self.converter(kind.of_type)
        if isinstance(kind, LazyType):
            return self.converter(kind.resolve_type())
        if isinstance(kind, StrawberryList):
            return self._list(kind)
        if isinstance(kind, StrawberryEnumDefinition) or has_enum_definition(kind):
            return None
        if has_object_definition(kind):
            return self._object(kind)
        return None

    def _by_strawberry(self, kind: Any) -> Convert:  # noqa: ANN401 - as above
        scalars = self._schema._strawberry_schema.schema_converter.scalar_registry  # noqa: SLF001
        return lambda value: convert_argument(value, kind, scalars, self._config)

    def _list(self, kind: StrawberryList) -> Convert:
        convert = self.converter(kind.of_type)

        def converted(value: Any) -> Any:  # noqa: ANN401 - a list, null or UNSET
            if value is None or value is UNSET:
                return value
            return list(value) if convert is None else [convert(each) for each in value]

        return converted

    def _object(self, kind: type) -> Convert:
        """For an input object. It may contain itself."""
        known = self._objects.get(kind)
        if known is not None:
            return known
        definition: Any = kind.__strawberry_definition__  # type: ignore[attr-defined]
        if definition.from_input is not None or not definition.is_input:
            return self._by_strawberry(kind)
        absent = {each.python_name: None for each in definition.fields if _has_no_default(each)}
        members: list[tuple[str, str, Convert | None]] = []

        def converted(value: Any) -> Any:  # noqa: ANN401 - a mapping, null or UNSET
            if value is None or value is UNSET:
                return value
            given = dict(absent)
            for name, python_name, convert in members:
                if name in value:
                    member = value[name]
                    given[python_name] = member if convert is None else convert(member)
            return kind(**given)

        self._objects[kind] = converted
        for each in definition.fields:
            type_ = each.resolve_type(type_definition=definition)
            members.append((self._config.name_converter.from_field(each), each.python_name, self.converter(type_)))
        return converted


def _has_no_default(field: Any) -> bool:  # noqa: ANN401 - a StrawberryField, whose members have no types
    return field.default_value is MISSING and field.default_factory is MISSING
