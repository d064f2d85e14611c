"""Every field that calls Partner Center declares its cost, and so does every list on the way to one."""

from collections.abc import Mapping
from types import CodeType, FunctionType

from graphql import (
    GraphQLField,
    GraphQLNamedType,
    GraphQLObjectType,
    get_named_type,
    is_abstract_type,
)

from gateway.operations.costly_fields import deciding
from gateway.operations.field_cost import declared_costs
from gateway.schema.root import build_schema

_SCHEMA = build_schema()._schema  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]  graphql-core's own
_COSTS = declared_costs(_SCHEMA)
_FIELDS: Mapping[str, GraphQLField] = {
    f"{each.name}.{name}": field
    for each in _SCHEMA.type_map.values()
    if isinstance(each, GraphQLObjectType) and not each.name.startswith("__")
    for name, field in each.fields.items()
}
_CALLING = {
    "loaders",
    "carts",
    "checkout",
    "idempotency",
    "create_cart",
    "preview_cart",
    "change_cart",
    "check_out",
    "change_subscription",
    "cancel_order",
}
"""Members of a request's context that may call Partner Center."""


def _may_call(field: GraphQLField) -> bool:
    """Whether the field's resolver, or a function of ours that it uses, gets hold of something that calls."""
    resolver = field.extensions["strawberry-definition"].base_resolver
    waiting, seen = [resolver.wrapped_func] if resolver else [], set[FunctionType]()
    while waiting:
        function: FunctionType = waiting.pop()
        seen.add(function)
        names = _names(function.__code__)
        if names & _CALLING:
            return True
        used = {each for each in map(function.__globals__.get, names) if isinstance(each, FunctionType)}
        waiting += [each for each in used - seen if each.__module__.startswith("gateway.")]
    return False


def _names(code: CodeType) -> set[str]:
    inner = (constant for constant in code.co_consts if isinstance(constant, CodeType))
    return set(code.co_names).union(*map(_names, inner))


_CALL = {name for name, field in _FIELDS.items() if _may_call(field)}


def _type_below(field: GraphQLField) -> GraphQLNamedType:
    # graphql-core leaves a generic open here.
    return get_named_type(field.type)  # pyright: ignore[reportUnknownMemberType, reportUnknownArgumentType]


def _leads_to_calls(field: GraphQLField) -> bool:
    """Whether a field that calls can be selected somewhere below."""
    waiting, seen = [_type_below(field)], set[GraphQLNamedType]()
    while waiting:
        of = waiting.pop()
        if of in seen:
            continue
        seen.add(of)
        if is_abstract_type(of):
            waiting += _SCHEMA.get_possible_types(of)
        elif isinstance(of, GraphQLObjectType):
            if any(f"{of.name}.{name}" in _CALL for name in of.fields):
                return True
            waiting += map(_type_below, of.fields.values())
    return False


def _is_list(name: str) -> bool:
    return str(_FIELDS[name].type).startswith("[")  # pyright: ignore[reportUnknownMemberType, reportUnknownArgumentType]


def test_every_field_that_calls_declares_its_cost() -> None:
    """Besides these, only lists declare one, and what lies between a list and the calls that it gathers."""
    assert _CALL <= _COSTS.keys() <= _FIELDS.keys()
    assert all(_is_list(name) or _COSTS[name].gathers for name in _COSTS.keys() - _CALL)


def test_every_list_on_the_way_to_a_call_declares_its_size() -> None:
    """A connection's size is that of its edges and nodes; of the errors of a mutation, one at most holds a cart."""
    lists = {name for name, field in _FIELDS.items() if _is_list(name) and _leads_to_calls(field)}

    without = lists - _COSTS.keys()

    assert {
        name for name in without if not name.endswith(("Connection.edges", "Connection.nodes", "Payload.errors"))
    } == set()


def test_costs_name_what_is_there() -> None:
    """The free fields stand below the field, and the arguments are its own."""
    for name, cost in _COSTS.items():
        below = _type_below(_FIELDS[name])
        selectable = set(below.fields) if isinstance(below, GraphQLObjectType) else set[str]()
        assert cost.free_fields <= selectable, name
        named = {*deciding(cost)} | ({cost.market_argument} - {None})
        assert named <= _FIELDS[name].args.keys(), name
