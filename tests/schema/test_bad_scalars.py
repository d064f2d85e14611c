"""Scalars and enumerations that are malformed, wherever an input or an argument takes one, as literal and as variable."""

from collections.abc import Mapping, Sequence
from itertools import product
from typing import Any

import pytest
from graphql import GraphQLEnumType, GraphQLScalarType

from tests.harness import Gateway
from tests.schema.ways import (
    MUTATIONS,
    QUERY,
    SCHEMA,
    EnumName,
    Way,
    arguments,
    given,
    holding,
    input_of,
    literal,
    ways,
)

MALFORMED: Mapping[str, Sequence[object]] = {
    "Decimal": [1.5, "1,5", "NaN", "1e3", "", True, "9" * 40],
    "DateTime": ["2026-03-31", "2026-03-31T00:00:00", "2026-02-30T00:00:00Z", "soon", 1772357400, True],
    "Duration": ["1 year", "P", "P1Y ", "", 12, False],
    "CurrencyCode": ["usd", "US", "USDX", "$", "", 840],
    "CountryCode": ["se", "SWE", "S1", "", 46],
    "Int": [2**31, -(2**31) - 1, 10**30, 1.5, "1", True],
    "Boolean": ["true", 1],
    "BillingCycleType": [EnumName("WEEKLY"), EnumName("monthly"), "", 1],
    "ParticipantType": [EnumName("transaction_reseller"), EnumName("RESELLER"), 3],
    "AgreementType": [EnumName("HANDSHAKE"), EnumName("MicrosoftCustomerAgreement"), "", 1],
    "CatalogView": [EnumName("OnlineServices"), EnumName("online_services"), "", 1],
    "ProductSortKey": [EnumName("PRICE"), EnumName("title"), 0],
    "TargetSegment": [EnumName("UNKNOWN"), EnumName("commercial"), 0],
    "String": [5, True],
    "ID": [1.5, True],
}

IN_INPUTS = [
    (mutation, kind)
    for mutation in MUTATIONS
    for kind in MALFORMED
    if any(ways("input", str(input_of(mutation)), to={kind}))
]
IN_ARGUMENTS = [kind for kind in MALFORMED if any(arguments(QUERY, to={kind}))]


def place_of(way: Way) -> str:
    """As GraphQL's messages have it, such as `.lineItems[0].quantity`."""
    return "".join(f"[{step}]" if step == "0" else f".{step}" for step in way[1:])


def assert_refused(answer: Mapping[str, Any], *, place: str, value: object) -> None:
    """Nothing was run, the caller is to blame, and the message names *place*."""
    assert answer.get("data") is None
    assert answer["errors"]
    for error in answer["errors"]:
        assert error["extensions"]["code"] == "BAD_USER_INPUT", value
        assert place in f"{error['message']} {error.get('locations')}", value


def test_every_scalar_and_enumeration_that_can_be_given_is_in_the_table() -> None:
    """None is left out below."""
    known = {kind.name for kind in SCHEMA.type_map.values() if isinstance(kind, GraphQLScalarType | GraphQLEnumType)}

    taken = {kind for kind in known if any(any(ways("input", str(input_of(name)), to={kind})) for name in MUTATIONS)}
    taken |= {kind for kind in known if any(arguments(QUERY, to={kind}))}

    assert taken == set(MALFORMED)


@pytest.mark.parametrize(("mutation", "kind"), IN_INPUTS)
async def test_an_input_refuses_what_does_not_fit(gateway: Gateway, mutation: str, kind: str) -> None:
    """A variable is refused with the place of the value, a literal with its position; nothing is asked for either."""
    title = str(input_of(mutation))
    document = f"mutation Try($input: {title}!) {{ {mutation}(input: $input) {{ errors {{ code }} }} }}"

    for way, value in product(ways("input", title, to={kind}), MALFORMED[kind]):
        full = holding(value, way[1:], "input", title)
        variable = await gateway.ask(document, {"input": full})
        written = await gateway.ask(f"mutation {{ {mutation}(input: {literal(full)}) {{ errors {{ code }} }} }}")

        assert_refused(variable, place=f" at {place_of(way)}: ", value=(way, value))
        assert_refused(written, place="'line': 1", value=(way, value))

    assert await gateway.calls() == []


@pytest.mark.parametrize("kind", IN_ARGUMENTS)
async def test_an_argument_refuses_what_does_not_fit(gateway: Gateway, kind: str) -> None:
    """Likewise in queries."""
    for (name, way), value in product(arguments(QUERY, to={kind}), MALFORMED[kind]):
        values = given(QUERY, name, way, value)
        types = ", ".join(f"${each}: {QUERY.fields[name].args[each].type}" for each in values)
        passed = ", ".join(f"{each}: ${each}" for each in values)
        variable = await gateway.ask(f"query Try({types}) {{ {name}({passed}) {{ __typename }} }}", values)
        written = await gateway.ask(f"{{ {name}({literal(values)[1:-1]}) {{ __typename }} }}")

        assert_refused(variable, place=f"'${way[0]}'", value=(name, way, value))
        assert_refused(written, place="'line': 1", value=(name, way, value))

    assert await gateway.calls() == []


@pytest.mark.parametrize("kind", ["BillingCycleType", "ParticipantType"])
@pytest.mark.parametrize("mutation", MUTATIONS)
async def test_unknown_is_only_read(gateway: Gateway, mutation: str, kind: str) -> None:
    """UNKNOWN stands for values that this version does not know, so it is not accepted in any input."""
    title = str(input_of(mutation))
    document = f"mutation Try($input: {title}!) {{ {mutation}(input: $input) {{ errors {{ code path }} }} }}"

    for way in ways("input", title, to={kind}):
        answer = await gateway.data(document, {"input": holding("UNKNOWN", way[1:], "input", title)})

        assert {"code": "INVALID_INPUT", "path": list(way)} in answer[mutation]["errors"]

    assert await gateway.calls() == []
