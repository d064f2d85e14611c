"""What changed from one schema to another, as those who call it would notice.

graphql-core names most changes. Added here is what it passes over: `@oneOf`, `@specifiedBy`, `@deprecated`, other root
types, and new types behind an interface, which generated clients reject as they reject new enum values.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from graphql import (
    BreakingChange,
    DangerousChange,
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLEnumValue,
    GraphQLError,
    GraphQLField,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLScalarType,
    GraphQLSchema,
    OperationType,
    SafeChange,
    build_schema,
    find_schema_changes,
    validate_schema,
)


class NotASchema(ValueError):
    """The text is no schema; says why in one line."""


class Weight(Enum):
    """What a change does to clients that were written before it, heaviest first."""

    BREAKING = "requests that were valid are refused, or their answers miss what was promised"
    DANGEROUS = "requests stay valid, but may mean something else, or be answered with what a client does not know"
    SAFE = "nothing, unless it reads descriptions and deprecations"


@dataclass(frozen=True)
class Change:
    weight: Weight
    text: str
    """One sentence, on one line."""


def read_schema(text: str) -> GraphQLSchema:
    """The schema that *text* defines. Raises NotASchema."""
    try:
        schema = build_schema(text)
    except GraphQLError as error:
        where = f" in line {error.locations[0].line}" if error.locations else ""
        raise NotASchema(f"{error.message.rstrip('.')}{where}.") from error
    except TypeError as error:  # what graphql-core raises for definitions that contradict each other
        raise NotASchema(str(error).splitlines()[0]) from error
    if faults := validate_schema(schema):
        raise NotASchema(_one_line(faults[0].message))
    return schema


def changes(old: GraphQLSchema, new: GraphQLSchema) -> list[Change]:
    """Every change once, the heaviest first and then by the alphabet."""
    found = {
        *_named_by_graphql_core(old, new),
        *_root_types(old, new),
        *_types_behind_interfaces(old, new),
        *_type_directives(old, new),
        *_deprecations(old, new),
    }
    heaviest_first = list(Weight)
    return sorted(found, key=lambda change: (heaviest_first.index(change.weight), change.text))


_WEIGHTS = {BreakingChange: Weight.BREAKING, DangerousChange: Weight.DANGEROUS, SafeChange: Weight.SAFE}


def _named_by_graphql_core(old: GraphQLSchema, new: GraphQLSchema) -> Iterator[Change]:
    if old.description != new.description:
        yield Change(Weight.SAFE, "Description of the schema has changed.")
    for change in find_schema_changes(old, new):
        text = change.description
        if text.startswith("Description of "):
            text = text.partition(" has changed to")[0] + " has changed."  # the whole new description follows
        yield Change(_WEIGHTS[type(change)], _one_line(text))


def _root_types(old: GraphQLSchema, new: GraphQLSchema) -> Iterator[Change]:
    """A type may stay and yet no longer be where operations begin."""
    for operation in OperationType:
        before, after = (schema.get_root_type(operation) for schema in (old, new))
        if before and not after:
            yield Change(Weight.BREAKING, f"There is no {operation.value} any more.")
        elif after and not before:
            yield Change(Weight.SAFE, f"There is a {operation.value} now.")
        elif before and after and before.name != after.name:
            yield Change(Weight.BREAKING, f"A {operation.value} starts at {after.name}, no longer at {before.name}.")


def _types_behind_interfaces(old: GraphQLSchema, new: GraphQLSchema) -> Iterator[Change]:
    for name, kind in new.type_map.items():
        if isinstance(kind, GraphQLObjectType) and name not in old.type_map:
            for interface in kind.interfaces:
                if isinstance(old.type_map.get(interface.name), GraphQLInterfaceType):
                    yield Change(Weight.DANGEROUS, f"{interface.name} can now be a {name}, a new type.")


def _type_directives(old: GraphQLSchema, new: GraphQLSchema) -> Iterator[Change]:
    """Generators choose a scalar's type by the address of its specification."""
    for name in old.type_map.keys() & new.type_map.keys():
        match old.type_map[name], new.type_map[name]:
            case GraphQLInputObjectType(is_one_of=False), GraphQLInputObjectType(is_one_of=True):
                yield Change(Weight.BREAKING, f"{name} now takes exactly one of its fields: @oneOf was added.")
            case GraphQLInputObjectType(is_one_of=True), GraphQLInputObjectType(is_one_of=False):
                yield Change(Weight.SAFE, f"{name} now takes several of its fields: @oneOf was removed.")
            case GraphQLScalarType(specified_by_url=None), GraphQLScalarType(specified_by_url=str(now)):
                yield Change(Weight.SAFE, f"{name} is now specified by {now}.")
            case GraphQLScalarType(specified_by_url=str(once)), GraphQLScalarType(specified_by_url=now) if now != once:
                instead = f", but by {now}" if now else ""
                yield Change(Weight.DANGEROUS, f"{name} is no longer specified by {once}{instead}.")
            case _:
                pass


def _deprecations(old: GraphQLSchema, new: GraphQLSchema) -> Iterator[Change]:
    before = {name: member.deprecation_reason for name, member in _members(old)}
    after = {name: member.deprecation_reason for name, member in _members(new)}
    for name in before.keys() & after.keys():
        reason = after[name]
        if reason != before[name]:
            text = f"{name} is no longer deprecated." if reason is None else f"{name} is deprecated: {reason}"
            yield Change(Weight.SAFE, _one_line(text))


_Member = GraphQLField | GraphQLArgument | GraphQLInputField | GraphQLEnumValue


def _members(schema: GraphQLSchema) -> Iterator[tuple[str, _Member]]:
    """Everything that can be deprecated, with its schema coordinate."""
    for kind in schema.type_map.values():
        if isinstance(kind, GraphQLEnumType):
            for name, value in kind.values.items():
                yield f"{kind.name}.{name}", value
        if isinstance(kind, GraphQLInputObjectType):
            for name, member in kind.fields.items():
                yield f"{kind.name}.{name}", member
        if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType):
            for name, field in kind.fields.items():
                yield f"{kind.name}.{name}", field
                for argument, value in field.args.items():
                    yield f"{kind.name}.{name}({argument}:)", value


def _one_line(text: str) -> str:
    return " ".join(text.split())
