"""Ways into arguments and inputs, read off the schema, so that a test reaches every value of a kind and misses none."""

import json
from collections.abc import Iterator, Mapping
from typing import cast

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLObjectType,
    build_schema,
    is_required_argument,
    is_required_input_field,
)

from gateway.schema import root
from gateway.schema.node import Kind, node_id
from tests.shop_ids import CONTOSO, DEMO_CART

Way = tuple[str, ...]
"""From an argument to a value in it: the names of members, and 0 for the first item of a list."""

SCHEMA = build_schema(root.sdl(root.build_schema()))
QUERY = cast("GraphQLObjectType", SCHEMA.query_type)
MUTATIONS = sorted(cast("GraphQLObjectType", SCHEMA.mutation_type).fields)
CART_MUTATIONS = [
    name
    for name in MUTATIONS
    if "cart" in cast("GraphQLObjectType", SCHEMA.type_map[f"{name[0].upper()}{name[1:]}Payload"]).fields
]

OFFICE_E1 = "91FD106F-4B2C-4938-95AC-F54F74E9A239"
LINE_ID = node_id(Kind.LINE_ITEM, CONTOSO, DEMO_CART, OFFICE_E1.lower(), "0", "1")

EXAMPLES: Mapping[str, object] = {
    "cartId": node_id(Kind.CART, CONTOSO, DEMO_CART),
    "parentLineItemId": LINE_ID,
    "lineItemIds": LINE_ID,
    "id": LINE_ID,
    "tenantId": CONTOSO,
    "customerTenantId": CONTOSO,
    "catalogItemId": OFFICE_E1,
    "partnerCenterId": "CFQ7TTC0LH18",
    "productId": "CFQ7TTC0LH18",
    "quantity": 1,
    "amount": "0.05",
    "currencyCode": "USD",
    "termDuration": "P1Y",
    "agreedAt": "2026-01-15T10:00:00Z",
    "email": "ute@wingtip.example",
}
"""What a required member is given, by its name; others get the name itself."""


_OWN_IDS = ("tenantId", "partnerCenterId", "catalogItemId", "partnerCenter")
"""Partner Center's identifiers: the member that each reference is given."""


class EnumName(str):
    """A value of an enumeration: a text in JSON, a name in a document."""

    __slots__ = ()


def input_of(mutation: str) -> GraphQLInputObjectType:
    return cast("GraphQLInputObjectType", SCHEMA.type_map[f"{mutation[0].upper()}{mutation[1:]}Input"])


def ways(name: str, kind: str, *, to: set[str], above: Way = ()) -> Iterator[Way]:
    """The ways to all values of the types *to* in an argument of type *kind*, written as in the schema.

    Add-ons of add-ons, the same again, are left out.
    """
    kind = kind.removesuffix("!")
    named = SCHEMA.type_map.get(kind)
    if kind.startswith("["):
        yield from ways("0", kind[1:-1], to=to, above=(*above, name))
    elif isinstance(named, GraphQLInputObjectType):
        for member, field in named.fields.items():
            if member != "addonItems" or above.count("addonItems") == 0:
                yield from ways(member, str(field.type), to=to, above=(*above, name))
    elif kind in to:
        yield (*above, name)


def holding(value: object, way: Way | None, name: str, kind: str, examples: Mapping[str, object] = EXAMPLES) -> object:
    """The least valid value of a type, but that *value* stands where *way* leads from it; None leads nowhere."""
    kind = kind.removesuffix("!")
    named = SCHEMA.type_map.get(kind)
    if kind.startswith("["):
        return [holding(value, way[1:] if way else None, name, kind[1:-1], examples)]
    if isinstance(named, GraphQLInputObjectType):
        return _object_holding(value, way, named, examples)
    if way is not None:
        return value
    return EnumName(next(iter(named.values))) if isinstance(named, GraphQLEnumType) else examples.get(name, name)


def _object_holding(
    value: object, way: Way | None, kind: GraphQLInputObjectType, examples: Mapping[str, object]
) -> dict[str, object]:
    wanted = {name for name, member in kind.fields.items() if is_required_input_field(member)}
    wanted |= {way[0]} if way else {_first_choice(kind)} if kind.is_one_of else set()
    return {
        name: holding(value, way[1:] if way and way[0] == name else None, name, str(member.type), examples)
        for name, member in kind.fields.items()
        if name in wanted
    }


def _first_choice(kind: GraphQLInputObjectType) -> str:
    """The member of a reference that is Partner Center's own; of anything else the first."""
    names: list[str] = list(kind.fields)
    return next((name for name in names if name in _OWN_IDS), names[0])


def arguments(around: GraphQLObjectType, *, to: set[str]) -> Iterator[tuple[str, Way]]:
    """Every way to a value of the types *to* in the arguments of a type's fields, with the field."""
    for name, field in around.fields.items():
        for argument, value in field.args.items():
            yield from ((name, way) for way in ways(argument, str(value.type), to=to))


def given(around: GraphQLObjectType, name: str, way: Way, value: object) -> dict[str, object]:
    """The arguments a field needs and the one that *way* begins with, which holds *value*."""
    return {
        argument: holding(value, way[1:] if argument == way[0] else None, argument, str(each.type))
        for argument, each in around.fields[name].args.items()
        if argument == way[0] or is_required_argument(each)
    }


def literal(value: object) -> str:
    """A value as a document has it."""
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{name}: {literal(member)}' for name, member in cast('Mapping[str, object]', value).items())}}}"
    if isinstance(value, list):
        return f"[{', '.join(map(literal, cast('list[object]', value)))}]"
    return str(value) if isinstance(value, EnumName) else json.dumps(value)
