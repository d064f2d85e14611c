"""Documents go out as they came in."""

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as any_

from gateway.errors import Malformed
from gateway.partner_center.plain_json import document, encode
from gateway.partner_center.reading import records as reading

WIRE = Path(__file__).parents[1] / "samples" / "wire"

scalars = (
    any_.none()
    | any_.booleans()
    | any_.integers(min_value=-(10**40), max_value=10**40)
    | any_.decimals(allow_nan=False, allow_infinity=False)
    | any_.text()
)
values = any_.recursive(scalars, lambda inner: any_.lists(inner) | any_.dictionaries(any_.text(), inner), max_leaves=5)
objects = any_.dictionaries(any_.text(), values, max_size=4)


def written(value: object) -> str:
    """A document with the digits of its numbers and the order of its members."""
    if isinstance(value, dict):
        return "{" + ",".join(f"{name!r}:{written(member)}" for name, member in value.items()) + "}"  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
    if isinstance(value, list):
        return "[" + ",".join(written(item) for item in value) + "]"  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
    return f"{Decimal(value)}" if isinstance(value, int | Decimal) and not isinstance(value, bool) else repr(value)


@given(objects)
def test_a_document_survives_the_way_out_and_back(before: dict[str, object]) -> None:
    """No member, order, or digit is lost, and integers of any size are exact."""
    after = document(encode(before))

    assert written(after) == written(before)


@pytest.mark.parametrize(
    "digits", ["1.10", "30.4", "364.80", "0.05", "438.0", "1E+5", "123456789012345678901234567890", "0", "-1.50"]
)
def test_a_number_keeps_its_digits(digits: str) -> None:
    """A number goes out with the digits it came in with."""
    body = f'{{"a":{digits}}}'.encode()

    assert encode(document(body)) == body


@pytest.mark.parametrize("file", sorted(WIRE.glob("cart-*.json")), ids=lambda file: file.stem)
def test_a_cart_loses_nothing_on_a_round_trip(file: Path) -> None:
    """A cart that was read and sent back has every member it came with, links, unknown ones and digits included."""
    body = file.read_bytes().replace(b'"quantity"', b'"unheardOf": {"x": [1.10, null]}, "quantity"')

    assert document(encode(document(body))) == document(body)
    assert list(document(encode(document(body)))) == list(document(body))


def test_a_cart_keeps_the_bytes_of_its_answer(wire: Callable[[str], bytes]) -> None:
    """The record holds what to send back."""
    body = wire("cart-get.response.azure-savings-plan")

    assert reading.cart(body, customer_id="").body == body


@pytest.mark.parametrize("body", [b"", b"[]", b"null", b"3", b"{", b"\xef\xbb\xbf"], ids=repr)
def test_only_an_object_is_a_document(body: bytes) -> None:
    """Anything else is a malformed answer."""
    with pytest.raises(Malformed):
        document(body)


def test_a_byte_order_mark_is_no_part_of_a_document() -> None:
    """It is skipped on the way in."""
    assert document(b'\xef\xbb\xbf{"a": 1}') == {"a": 1}


@pytest.mark.parametrize("number", [Decimal("NaN"), Decimal("Infinity"), Decimal("-Infinity")], ids=str)
def test_what_is_no_number_is_not_sent(number: Decimal) -> None:
    """JSON has no words for NaN and infinities."""
    with pytest.raises(ValueError, match="finite"):
        encode({"a": [number]})


def test_a_float_is_not_sent() -> None:
    """An amount with binary digits is a mistake of ours and is found before it goes out."""
    with pytest.raises(TypeError, match="float"):
        encode({"a": {"b": 30.4}})
