"""Resolvers of Strawberry's fields: which of them compiled code may call without Strawberry's wrapper, and how."""

# graphql-core and Strawberry leave generics open.
# pyright: reportUnknownMemberType=false, reportUnknownArgumentType=false, reportUnknownVariableType=false

import inspect
from collections.abc import AsyncIterable, Awaitable, Callable
from typing import Any, get_args, get_origin

from graphql import GraphQLSchema, get_named_type, is_leaf_type
from strawberry.types.arguments import convert_arguments
from strawberry.types.field import StrawberryField
from strawberry.types.info import Info

from gateway.compiler.position import Position, Unusual

_BASIC = "_get_basic_result"
"""The name of the resolver that Strawberry gives to fields without one of their own."""
_WRAPPERS = {"_resolver", "_async_resolver"}
"""The functions that Strawberry's schema converter puts around resolvers."""


def basic_field(position: Position) -> StrawberryField | None:
    """The Strawberry field, if it has no resolver and takes no arguments; None for any other field."""
    is_basic = getattr(position.definition.resolve, "__name__", "") == _BASIC and not position.has_arguments
    return position.strawberry_field if is_basic else None


def direct_resolver(position: Position, schema: GraphQLSchema) -> Callable[..., Any] | None:
    """The function that was given to Strawberry as the field's resolver, if its wrapper does no more than call it."""
    field = position.strawberry_field
    owner: Any = getattr(schema, "_strawberry_schema", None)
    wrapper = getattr(position.definition.resolve, "__name__", "")
    if field is None or field.base_resolver is None or owner is None or wrapper not in _WRAPPERS:
        return None
    if (
        field.extensions
        or owner.config.info_class is not Info
        or owner.schema_converter._get_field_exception_handlers(field)  # noqa: SLF001
    ):
        return None
    function: Any = field.base_resolver.wrapped_func
    return function if callable(function) else None


def passed(position: Position, info: str) -> list[str]:
    """What Strawberry passes to a resolver in addition to the field's arguments, as source. *info* is an expression."""
    resolver: Any = position.strawberry_field and position.strawberry_field.base_resolver
    sources = {each.name for each in (resolver.parent_parameter, resolver.root_parameter) if each}
    given = ["s"] if resolver.self_parameter else []
    given += [f"{name}=s" for name in sorted(sources)]
    return [*given, f"{resolver.info_parameter.name}={info}"] if resolver.info_parameter else given


def is_plain(position: Position) -> bool:
    """Whether a resolver gives values rather than awaitables, as far as its declaration shows."""
    field = position.strawberry_field
    if field is None or field.base_resolver is None:
        return False
    function = field.base_resolver.wrapped_func
    if inspect.iscoroutinefunction(function) or inspect.isasyncgenfunction(function):
        return False
    declared = getattr(function, "__annotations__", {}).get("return")
    if declared is None or isinstance(declared, str):
        return is_leaf_type(get_named_type(position.type))
    return not _may_be_awaitable(declared)


def keyword_arguments(
    position: Position, values: dict[str, Any], info: Info[Any, Any], schema: GraphQLSchema
) -> dict[str, Any]:
    """The arguments of a Strawberry resolver, from those that graphql-core gives it. May raise any exception."""
    field = position.strawberry_field
    converter: Any = schema._strawberry_schema.schema_converter  # type: ignore[attr-defined]  # noqa: SLF001
    arguments = field.arguments if field else []
    return convert_arguments(values, arguments, converter.scalar_registry, converter.config, info)


def read_attribute(source: Any, name: str) -> object:  # noqa: ANN401 - any source
    """What graphql-core's default resolver gives. Raises Unusual for a method, which it would call."""
    value = source.get(name) if source.__class__ is dict else getattr(source, name)
    if callable(value):
        raise Unusual
    return value


def _may_be_awaitable(declared: object) -> bool:
    if declared is Any or (
        isinstance(get_origin(declared) or declared, type) and _is_awaitable(get_origin(declared) or declared)
    ):
        return True
    return any(_may_be_awaitable(each) for each in get_args(declared))


def _is_awaitable(kind: Any) -> bool:  # noqa: ANN401 - any class
    return issubclass(kind, Awaitable | AsyncIterable)
