"""How the scalars read and write their values, and what they refuse."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from graphql import GraphQLError, parse_value
from strawberry.types.scalar import ScalarDefinition

from gateway.partner_center.models.moments import Moment
from gateway.schema.scalars import SCALARS

BY_NAME: Mapping[str, ScalarDefinition] = {str(scalar.name): scalar for scalar in SCALARS.values()}
EAST = timezone(timedelta(hours=2))


def read(name: str, value: object) -> object:
    parse = BY_NAME[name].parse_value
    assert parse is not None
    return parse(value)


def read_literal(name: str, text: str) -> object:
    parse = BY_NAME[name].parse_literal
    assert parse is not None
    return parse(parse_value(text), None)


def written(name: str, value: object) -> object:
    serialize = BY_NAME[name].serialize
    assert serialize is not None
    return serialize(value)


@pytest.mark.parametrize(
    ("name", "value", "meaning"),
    [
        pytest.param("CountryCode", "SE", "SE", id="a country"),
        pytest.param("CurrencyCode", "SEK", "SEK", id="a currency"),
        pytest.param("Duration", "P1Y", "P1Y", id="a year"),
        pytest.param("Duration", "P7D", "P7D", id="seven days"),
        pytest.param("Duration", "P1Y6M", "P1Y6M", id="a year and a half"),
        pytest.param("Duration", "PT0.5S", "PT0.5S", id="half a second"),
        pytest.param("Decimal", "1249.50", Decimal("1249.50"), id="a decimal with its last digit"),
        pytest.param("Decimal", "-0.1", Decimal("-0.1"), id="less than nothing"),
        pytest.param("Decimal", 12, Decimal(12), id="a whole number"),
        pytest.param("DateTime", "2026-03-01T09:30:00Z", datetime(2026, 3, 1, 9, 30, tzinfo=UTC), id="an instant"),
        pytest.param("DateTime", "2026-03-01t09:30:00z", datetime(2026, 3, 1, 9, 30, tzinfo=UTC), id="small letters"),
        pytest.param(
            "DateTime", "2026-03-01T11:30:00+02:00", datetime(2026, 3, 1, 11, 30, tzinfo=EAST), id="an offset"
        ),
        pytest.param(
            "DateTime", "2026-03-01T09:30:00.123456789Z", datetime(2026, 3, 1, 9, 30, 0, 123456, UTC), id="nanoseconds"
        ),
        pytest.param("JSON", {"any": [1, None]}, {"any": [1, None]}, id="any JSON"),
    ],
)
def test_a_scalar_reads_its_values(name: str, value: object, meaning: object) -> None:
    """In the form described, with every digit."""
    assert str(read(name, value)) == str(meaning)
    assert read(name, value) == meaning


@pytest.mark.parametrize(
    ("name", "value"),
    [
        pytest.param("CountryCode", "se", id="a country in small letters"),
        pytest.param("CountryCode", "SWE", id="three letters"),
        pytest.param("CountryCode", "SE\n", id="a line end"),
        pytest.param("CountryCode", "ÅL", id="a country beyond ASCII"),
        pytest.param("CountryCode", 46, id="a number for a country"),
        pytest.param("CurrencyCode", "sek", id="a currency in small letters"),
        pytest.param("CurrencyCode", "kr", id="a sign"),
        pytest.param("Duration", "1 year", id="words"),
        pytest.param("Duration", "P", id="no length"),
        pytest.param("Duration", "P1YT", id="a time without one"),
        pytest.param("Duration", "P1M1Y", id="the wrong order"),
        pytest.param("Duration", "", id="an empty duration"),
        pytest.param("Duration", "P\N{ARABIC-INDIC DIGIT ONE}Y", id="digits of another script"),
        pytest.param("Decimal", 1.5, id="a float"),
        pytest.param("Decimal", "1,5", id="a comma"),
        pytest.param("Decimal", "1e9", id="an exponent"),
        pytest.param("Decimal", "NaN", id="no number"),
        pytest.param("Decimal", "Infinity", id="too large a number"),
        pytest.param("Decimal", "", id="an empty number"),
        pytest.param("Decimal", " 1", id="a blank"),
        pytest.param("Decimal", "9" * 21, id="more digits than money has"),
        pytest.param("Decimal", True, id="a truth"),
        pytest.param("Decimal", "\N{ARABIC-INDIC DIGIT ONE}", id="a digit of another script"),
        pytest.param("DateTime", "2026-03-01", id="a date alone"),
        pytest.param("DateTime", "2026-03-01T09:30:00", id="no offset"),
        pytest.param("DateTime", "2026-02-30T09:30:00Z", id="no such day"),
        pytest.param("DateTime", "2026-03-01T25:00:00Z", id="no such hour"),
        pytest.param("DateTime", "2026-03-01T09:30:00+24:00", id="an offset of a day"),
        pytest.param("DateTime", "2026-03-01T09:30:00+01:60", id="an offset with sixty minutes"),
        pytest.param("DateTime", "0001-01-01T00:00:00+14:00", id="before the first year in UTC"),
        pytest.param("DateTime", "9999-12-31T23:59:59-14:00", id="after the last year in UTC"),
        pytest.param("DateTime", "tomorrow", id="a word"),
        pytest.param("DateTime", 1772357400, id="seconds"),
    ],
)
def test_a_scalar_refuses_other_values(name: str, value: object) -> None:
    """With its name and the form expected, and no more of the value than fits a line."""
    with pytest.raises(GraphQLError) as refusal:
        read(name, value)

    assert refusal.value.message.startswith(f"{name} cannot be ")
    assert "timedelta" not in refusal.value.message


@pytest.mark.parametrize("name", ["CountryCode", "CurrencyCode", "Duration", "Decimal", "DateTime"])
def test_a_refusal_is_short(name: str) -> None:
    """A value of a megabyte is not sent back."""
    with pytest.raises(GraphQLError) as refusal:
        read(name, "x" * 1_000_000)

    assert len(refusal.value.message) < 200


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param("1" * 5_000, "1" * 57 + "...", id="more digits than Python reads"),
        pytest.param("1e999", "1e999", id="more than a float holds"),
        pytest.param("0.1000000000000000000001", "0.1000000000000000000001", id="more digits than a float keeps"),
        pytest.param("true", "true", id="a truth"),
        pytest.param('["a", 1]', '["a", 1]', id="a list"),
        pytest.param('{a: [1, {b: "c"}]}', '{ a: [1, { b: "c" }] }', id="an object"),
        pytest.param(f"[{'1' * 5_000}]", "[ " + "1" * 55 + "...", id="a long number in a list"),
        pytest.param("[$a]", "[$a]", id="a variable in a list"),
        pytest.param('""', "''", id="an empty text"),
        pytest.param('"' + "x" * 100_000 + '"', "'" + "x" * 56 + "...", id="a long text"),
    ],
)
@pytest.mark.parametrize("name", ["CountryCode", "CurrencyCode", "Duration", "Decimal", "DateTime"])
def test_a_literal_is_refused_as_it_was_written(name: str, text: str, shown: str) -> None:
    """Cut short, and never as what Python would have made of it."""
    with pytest.raises(GraphQLError) as refusal:
        read_literal(name, text)

    assert refusal.value.message.startswith(f"{name} cannot be {shown}: expected a")


@pytest.mark.parametrize(
    ("name", "text", "meaning"),
    [
        pytest.param("CountryCode", '"SE"', "SE", id="a text"),
        pytest.param("CountryCode", '"""SE"""', "SE", id="a block of text"),
        pytest.param("Decimal", '"1249.50"', Decimal("1249.50"), id="a decimal"),
        pytest.param("Decimal", "12345678901234567890", Decimal(12345678901234567890), id="a whole number"),
    ],
)
def test_a_literal_is_read_like_the_same_value(name: str, text: str, meaning: object) -> None:
    """With every digit."""
    assert read_literal(name, text) == meaning


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        pytest.param(True, "true", id="a truth"),
        pytest.param(1.5, "1.5", id="a float"),
        pytest.param({"a": [None, "b"]}, '{"a": [null, "b"]}', id="an object"),
    ],
)
@pytest.mark.parametrize("name", ["CountryCode", "CurrencyCode", "Duration", "Decimal", "DateTime"])
def test_a_value_is_refused_in_the_words_of_json(name: str, value: object, shown: str) -> None:
    """The caller need not know what the gateway is written in."""
    with pytest.raises(GraphQLError) as refusal:
        read(name, value)

    assert refusal.value.message.startswith(f"{name} cannot be {shown}: expected a")


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        pytest.param("Decimal", Decimal("364.80"), "364.80", id="an amount keeps its digits"),
        pytest.param("Decimal", Decimal("1E+3"), "1000", id="and has no exponent"),
        pytest.param("Decimal", Decimal("0.00000001"), "0.00000001", id="however small"),
        pytest.param("DateTime", datetime(2026, 3, 1, 9, 30, tzinfo=UTC), "2026-03-01T09:30:00+00:00", id="an instant"),
        pytest.param(
            "DateTime",
            Moment.read("2023-07-11T21:16:11.5514997Z"),
            "2023-07-11T21:16:11.5514997+00:00",
            id="seven digits",
        ),
        pytest.param("DateTime", datetime(2026, 3, 1, 9, 30), "2026-03-01T09:30:00+00:00", id="without a zone"),  # noqa: DTZ001
        pytest.param("JSON", {"any": [1, None]}, {"any": [1, None]}, id="any JSON"),
        pytest.param("Duration", "P1Y", "P1Y", id="a duration"),
    ],
)
def test_a_scalar_writes_its_values(name: str, value: object, text: object) -> None:
    """Amounts as texts, instants with their offset, the rest as it is."""
    assert written(name, value) == text


def test_the_scalars_say_where_their_form_is_specified() -> None:
    """All but the decimal, whose published form is a number."""
    assert set(BY_NAME) == {"CountryCode", "CurrencyCode", "Duration", "Decimal", "DateTime", "JSON"}
    assert {name for name, scalar in BY_NAME.items() if scalar.specified_by_url is None} == {"Decimal"}
