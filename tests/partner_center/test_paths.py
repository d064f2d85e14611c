"""No text from outside reaches another resource."""

from collections.abc import Callable
from functools import partial
from urllib.parse import unquote

import pytest

from gateway.errors import InvalidInput
from gateway.partner_center.paths import (
    CatalogItemId,
    availability_id,
    catalog_item,
    guid,
    order_id,
    path,
    product_id,
    sku_id,
    template,
)

GUID = "6F4CE4D8-F42E-45E0-8661-92ad6ac9d003"

HOSTILE = [
    pytest.param("", id="nothing"),
    pytest.param(".", id="dot"),
    pytest.param("..", id="dots"),
    pytest.param("../../customers", id="another resource"),
    pytest.param("%2e%2e", id="encoded dots"),
    pytest.param("a/b", id="slash"),
    pytest.param("a\\b", id="backslash"),
    pytest.param("a?country=US", id="query"),
    pytest.param("a#b", id="fragment"),
    pytest.param("a\r\nHost: evil", id="line break"),
    pytest.param("https://evil.example/", id="address"),
    pytest.param("\uff0e\uff0e", id="full-width dots"),
    pytest.param("a\uff0fb", id="full-width slash"),
    pytest.param("\u2025", id="two dots in one sign"),
    pytest.param("...", id="three dots"),
    pytest.param("a%2fb", id="encoded slash"),
    pytest.param("a\x00b", id="zero"),
    pytest.param("a\x7fb", id="delete"),
    pytest.param("a\u2028b", id="line separator"),
    pytest.param("a\ud800b", id="half of a surrogate pair"),
    pytest.param("a" * 129, id="too long"),
    pytest.param("a" * 10_000, id="very long"),
    pytest.param(" ", id="blank"),
    pytest.param(" abcdefgh", id="blank at the beginning"),
    pytest.param("abcdefgh\u3000", id="wide blank at the end"),
    pytest.param("abcdefgh\n", id="line break at the end"),
]


@pytest.mark.parametrize("text", HOSTILE)
def test_ids_of_the_wrong_shape_are_refused(text: str) -> None:
    """Every kind of id refuses hostile texts before anything is sent, without repeating them."""
    for check in (partial(guid, name="cart id"), product_id, sku_id, order_id, catalog_item):
        with pytest.raises(InvalidInput) as caught:
            check(text)

        assert not text or len(text) < 3 or text not in caught.value.message


@pytest.mark.parametrize("segment", ["", ".", ".."])
def test_a_path_has_no_empty_or_dotted_segment(segment: str) -> None:
    """Such a segment would be another resource's path."""
    with pytest.raises(InvalidInput):
        path("customers", segment)


@pytest.mark.parametrize(
    ("segment", "encoded"),
    [
        ("a/b", "a%2Fb"),
        ("a?b#c", "a%3Fb%23c"),
        ("%2e%2e", "%252e%252e"),
        ("...", "..."),
        ("a b", "a%20b"),
        ("é", "%C3%A9"),
        ("a\\b", "a%5Cb"),
        ("a:b@c", "a%3Ab%40c"),
        ("a;b", "a%3Bb"),
    ],
)
def test_a_segment_is_encoded_whole(segment: str, encoded: str) -> None:
    """Whatever a segment holds, it stays one segment."""
    assert path("customers", segment, "carts") == f"/v1/customers/{encoded}/carts"


def test_a_guid_compares_in_lower_case() -> None:
    """The same id in capitals is the same id."""
    assert guid(GUID, name="customer id") == GUID.lower()


def test_a_refusal_names_the_value_it_is_about() -> None:
    """The message says which value is wrong and what one looks like."""
    with pytest.raises(InvalidInput, match=r"^The cart id must be a GUID, such as [0-9a-f-]{36}\.$"):
        guid("42", name="cart id")


def test_the_parts_of_a_catalog_item_read() -> None:
    """A new-catalog item falls into product, SKU and availability and back."""
    item = catalog_item("CFQ7TTC0LH18:0001:CFQ7TTC0K971")

    assert item == CatalogItemId("CFQ7TTC0LH18", "0001", "CFQ7TTC0K971")
    assert str(item) == "CFQ7TTC0LH18:0001:CFQ7TTC0K971"


@pytest.mark.parametrize(
    "text",
    [
        "MS-AZR-0145P",
        GUID,
        ":0001:CFQ7TTC0K971",
        "CFQ7TTC0LH18:..:CFQ7TTC0K971",
        "CFQ7TTC0LH18:0001",
        "CFQ7TTC0LH18:0001:CFQ7TTC0K971:x",
        "CFQ7TTC0LH18::CFQ7TTC0K971",
    ],
)
def test_what_is_no_new_catalog_item_is_refused(text: str) -> None:
    """Offers of the old catalog and broken ids have no product to look up."""
    with pytest.raises(InvalidInput):
        catalog_item(text)


OPAQUE = [
    pytest.param("MS-AZR-0145P", id="a documented offer"),
    pytest.param("0001", id="a SKU of the new catalog"),
    pytest.param("x", id="a single letter"),
    pytest.param("a" * 128, id="128 letters"),
    pytest.param("a.b..c", id="dots among letters"),
    pytest.param("A b;c@d,e&f=g+h'(i)*", id="signs and a blank inside"),
    pytest.param(GUID, id="a GUID in capitals"),
    pytest.param("\u0661" * 12, id="digits of another script"),
]


@pytest.mark.parametrize("text", OPAQUE)
def test_ids_of_the_catalog_and_of_orders_are_opaque(text: str) -> None:
    """They are taken as they come, case included, alone and within a catalog item, and are one segment of a path."""
    ids = [check(text) for check in (product_id, sku_id, availability_id, order_id)]
    parts = (text, text, text)

    assert {*ids} == {text}
    assert catalog_item(f"{text}:{text}:{text}") == CatalogItemId(text, text, text)
    assert [unquote(part) for part in path(*parts).split("/")[2:]] == list(parts)


@pytest.mark.parametrize("check", [product_id, sku_id, availability_id, order_id, catalog_item])
def test_a_refused_id_is_described(check: Callable[[str], object]) -> None:
    """The message shows what one looks like."""
    with pytest.raises(InvalidInput, match=r"for example \w+"):
        check("a/b")


@pytest.mark.parametrize("check", [product_id, sku_id, availability_id])
def test_an_id_of_the_catalog_has_no_colon(check: Callable[[str], str]) -> None:
    """Colons part the ids of a catalog item."""
    with pytest.raises(InvalidInput, match=":"):
        check("a:b")


@pytest.mark.parametrize(
    "text", ["a68736758d9c", "YxH1q4KScfvfkJQjgRI8QY1DznnUWZTH1", "9qg-ErcO-4MPbPqq_3MIQaS7bn8W6HfG1", GUID]
)
def test_orders_of_every_age_have_ids(text: str) -> None:
    """Old, newer and new order ids are taken as they are: their casing matters."""
    assert order_id(text) == text


@pytest.mark.parametrize(
    ("segments", "name"),
    [
        pytest.param(("products",), "/v1/products", id="a collection"),
        pytest.param(("customers", "c"), "/v1/customers/{id}", id="a resource"),
        pytest.param(("customers", "c", "carts"), "/v1/customers/{id}/carts", id="a collection of a resource"),
        pytest.param(("products", "p", "skus", "s"), "/v1/products/{id}/skus/{id}", id="a resource of a resource"),
        pytest.param(("customers", "a/b"), "/v1/customers/{id}", id="an encoded id"),
    ],
)
def test_calls_of_a_kind_have_one_name(segments: tuple[str, ...], name: str) -> None:
    """The metrics and spans of a call name no id."""
    assert template(path(*segments)) == name
