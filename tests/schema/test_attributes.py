"""Every documented attribute is in the graph, or the table in `attributes.py` says why not; and it is read and written."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any, cast

import httpx
import pytest
from graphql import GraphQLEnumType, GraphQLInputObjectType, GraphQLObjectType, build_schema

from gateway.partner_center.plain_json import document, encode
from gateway.schema import root
from gateway.schema.node import Kind, node_id
from tests.harness import Gateway
from tests.schema.attributes import (
    CART,
    CART_CHECKOUT_RESULT,
    CART_LINE_ITEM,
    ENUMS,
    ORDER,
    PARTICIPANT,
    PURCHASE_COMMITMENT,
    RENEWS_TO,
    RESOURCES,
    Attribute,
    EnumValue,
    Members,
    Resource,
)
from tests.shop_ids import CONTOSO

GatewayOver = Callable[..., AbstractAsyncContextManager[Gateway]]

CART_ID = node_id(Kind.CART, CONTOSO, str(CART.needed["id"]))
WIRE = Path(__file__).parents[1] / "samples" / "wire"
SCHEMA = build_schema(root.sdl(root.build_schema()))

ROWS = [(resource, attribute) for resource in RESOURCES for attribute in resource.attributes]
SHOWN = [pytest.param(*row, id=f"{row[0].name}.{row[1].member}") for row in ROWS if row[1].field]
SETTABLE = [pytest.param(*row, id=f"{row[0].name}.{row[1].member}") for row in ROWS if row[1].given is not None]
CHANGEABLE = [row for row in SETTABLE if row.id != "CartLineItem.addonItems"]  # `addCartAddonItems` is for those
VALUES = [pytest.param(*enum[1:3], value, id=f"{enum[0]}.{value.name}") for enum in ENUMS for value in enum[3]]
GIVEN_VALUES = [row for row in VALUES if cast("EnumValue", row.values[2]).written]


class PartnerCenter:
    """Partner Center with one cart, which it takes and gives as it is, and with what its checkout answers."""

    def __init__(self, *, cart: Members, result: Members) -> None:
        self.cart = cart
        self._result = result

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/checkout"):
            return httpx.Response(201, content=encode(self._result))
        if request.method in {"POST", "PUT"}:
            self.cart = {**CART.needed, **document(request.content)}
        return httpx.Response(200, content=encode(self.cart))


def answering(resource: Resource, members: Members) -> PartnerCenter:
    """Partner Center whose cart or checkout holds one *resource* with these members."""
    body = enclosed(resource, members)
    if outermost_of(resource) is CART:
        return PartnerCenter(cart=body, result=CART_CHECKOUT_RESULT.needed)
    return PartnerCenter(cart=CART.needed, result=body)


def outermost_of(resource: Resource) -> Resource:
    return outermost_of(resource.inside) if resource.inside else resource


def enclosed(resource: Resource, members: Members) -> Members:
    """The body of the outermost resource, with one *resource* inside that has these members."""
    body = {**resource.needed, **members}
    if resource.inside is None:
        return body
    return enclosed(resource.inside, {resource.member: [body] if resource.listed else body})


def lines_given(resource: Resource, members: Members) -> Members:
    """The `lineItems` and other members of a mutation's input, with one *resource* inside that has these members."""
    given = {**resource.needed_input, **members}
    if resource is CART:
        return {"lineItems": [CART_LINE_ITEM.needed_input], **given}
    assert resource.inside
    in_a_list = resource.listed or resource is RENEWS_TO  # which is a list here and an object there
    return lines_given(resource.inside, {resource.member: [given] if in_a_list else given})


def found(resource: Resource, answer: object) -> Any:
    """The first *resource* in the body or the answer that has the outermost one at its top."""
    if resource.inside is None:
        return answer
    value = found(resource.inside, answer)[resource.member]
    return cast("list[object]", value)[0] if isinstance(value, list) else value


def selecting(resource: Resource, inner: str) -> str:
    """The selection set of the outermost resource that leads to *inner* of the first *resource*."""
    if resource.inside is None:
        return f"{{ {inner} }}"
    return selecting(resource.inside, f"{resource.member} {{ {inner} }}")


def selection(field: str, shown: object) -> str:
    """*field* with the fields below it that *shown* has."""
    value = cast("list[object]", shown)[0] if isinstance(shown, list) else shown
    if not isinstance(value, dict):
        return field
    members = cast("Mapping[str, object]", value)
    return f"{field} {{ {' '.join(selection(name, member) for name, member in members.items())} }}"


async def read(gateway: Gateway, resource: Resource, inner: str) -> dict[str, Any]:
    """These fields of the one *resource* that Partner Center answers with."""
    selected = selecting(resource, inner)
    if outermost_of(resource) is CART:
        answer = (await gateway.data(f'{{ cart(by: {{ id: "{CART_ID}" }}) {selected} }}'))["cart"]
    else:
        checkout = f'mutation {{ checkoutCart(input: {{ cartId: "{CART_ID}" }}) {{ result {selected} errors {{ message }} }} }}'
        answer = (await gateway.data(checkout))["checkoutCart"]["result"]
    fields: dict[str, Any] = found(resource, answer)
    return fields


def first_line_id(cart: Members) -> str:
    (line,) = cast("list[Members]", cart["lineItems"])
    return node_id(Kind.LINE_ITEM, CONTOSO, str(cart["id"]), str(line["catalogItemId"]).lower(), "0", "1")


async def written(gateway: Gateway, mutation: str, given: Members, selected: str) -> dict[str, Any]:
    """The cart that a mutation answers."""
    kind = f"{mutation[0].upper()}{mutation[1:]}Input"
    text = f"mutation Write($input: {kind}!) {{ {mutation}(input: $input) {{ cart {selected} errors {{ message }} }} }}"
    payload = (await gateway.data(text, {"input": given}))[mutation]
    assert payload["errors"] == []
    cart: dict[str, Any] = payload["cart"]
    return cart


@pytest.mark.parametrize(("resource", "attribute"), SHOWN)
async def test_an_attribute_is_shown(gateway_over: GatewayOver, resource: Resource, attribute: Attribute) -> None:
    """The field shows what Partner Center sends as the member."""
    assert attribute.field
    upstream = answering(resource, {attribute.member: attribute.sent})

    async with gateway_over(httpx.MockTransport(upstream)) as gateway:
        fields = await read(gateway, resource, selection(attribute.field, attribute.shown))

    assert fields == {attribute.field: attribute.shown}


@pytest.mark.parametrize(("resource", "attribute"), SETTABLE)
async def test_a_new_cart_has_the_attribute(
    gateway_over: GatewayOver, resource: Resource, attribute: Attribute
) -> None:
    """What a caller gives `createCart` is written as the member, and read back by the field."""
    assert attribute.field
    upstream = answering(CART, {})
    given = {"customer": {"tenantId": CONTOSO}, **lines_given(resource, {attribute.field: attribute.given})}
    selected = selecting(resource, selection(attribute.field, attribute.given))

    async with gateway_over(httpx.MockTransport(upstream)) as gateway:
        cart = await written(gateway, "createCart", given, selected)

    assert found(resource, upstream.cart)[attribute.member] == attribute.written
    assert found(resource, cart) == {attribute.field: attribute.given}


@pytest.mark.parametrize(("resource", "attribute"), CHANGEABLE)
async def test_a_change_sets_the_attribute(gateway_over: GatewayOver, resource: Resource, attribute: Attribute) -> None:
    """What a caller gives `updateCartLineItems` takes the place of what the member was."""
    assert attribute.field
    upstream = answering(resource, {attribute.member: attribute.sent})
    before = found(resource, upstream.cart)[attribute.member]
    given = lines_given(resource, {attribute.field: attribute.given})
    (line,) = cast("list[Members]", given["lineItems"])
    changed = {"cartId": CART_ID, **given, "lineItems": [{**line, "id": first_line_id(upstream.cart)}]}
    selected = selecting(resource, selection(attribute.field, attribute.given))

    async with gateway_over(httpx.MockTransport(upstream)) as gateway:
        cart = await written(gateway, "updateCartLineItems", changed, selected)

    assert found(resource, upstream.cart)[attribute.member] == attribute.written != before
    assert found(resource, cart) == {attribute.field: attribute.given}


@pytest.mark.parametrize(("resource", "member", "value"), VALUES)
async def test_an_enumeration_is_read_in_every_form(
    gateway_over: GatewayOver, resource: Resource, member: str, value: EnumValue
) -> None:
    """Numbers, snake_case and PascalCase are one value; values unknown to this version are UNKNOWN."""
    field = next(each.field for each in resource.attributes if each.member == member)
    assert field

    for form in value.forms:
        async with gateway_over(httpx.MockTransport(answering(resource, {member: form}))) as gateway:
            assert await read(gateway, resource, field) == {field: value.name}, form


@pytest.mark.parametrize(("resource", "member", "value"), GIVEN_VALUES)
async def test_an_enumeration_is_written_in_partner_centers_form(
    gateway_over: GatewayOver, resource: Resource, member: str, value: EnumValue
) -> None:
    """The text that samples print goes out, whichever value is given."""
    field = next(each.field for each in resource.attributes if each.member == member)
    assert field
    upstream = answering(CART, {})
    given = {"customer": {"tenantId": CONTOSO}, **lines_given(resource, {field: value.name})}

    async with gateway_over(httpx.MockTransport(upstream)) as gateway:
        cart = await written(gateway, "createCart", given, selecting(resource, field))

    assert found(resource, upstream.cart)[member] == value.written
    assert found(resource, cart) == {field: value.name}


def fields_of(name: str) -> set[str]:
    kind = SCHEMA.get_type(name)
    assert isinstance(kind, GraphQLObjectType | GraphQLInputObjectType)
    return set(kind.fields)


def settable(resource: Resource) -> set[str]:
    return {each.field for each in resource.attributes if each.field and each.given is not None}


@pytest.mark.parametrize("resource", RESOURCES, ids=lambda resource: resource.name)
def test_a_type_has_the_documented_attributes_and_our_own(resource: Resource) -> None:
    """A field is one or the other, and each attribute has one or a reason why not."""
    shown = [each.field for each in resource.attributes if each.field]

    assert sorted([*shown, *resource.own]) == sorted(fields_of(resource.name))
    assert [each.member for each in resource.attributes if bool(each.field) == bool(each.because)] == []


@pytest.mark.parametrize("resource", RESOURCES, ids=lambda resource: resource.name)
def test_every_member_that_is_decoded_has_a_row(resource: Resource) -> None:
    """The records know no attribute that the table lacks, and every one that is shown."""
    members = {each.member for each in resource.attributes}
    shown = {each.member for each in resource.attributes if each.field}

    decoded = {name for name in getattr(resource.record, "__struct_encode_fields__", members) if name[0] != "("}

    assert shown <= decoded <= members


@pytest.mark.parametrize(
    ("name", "resource", "more", "less"),
    [
        pytest.param("CartLineItemInput", CART_LINE_ITEM, set[str](), set[str](), id="a new line"),
        pytest.param("CartLineItemUpdateInput", CART_LINE_ITEM, {"id"}, {"addonItems"}, id="a change of a line"),
        pytest.param("CartParticipantInput", PARTICIPANT, set[str](), set[str](), id="a participant"),
        pytest.param("RenewsToInput", RENEWS_TO, set[str](), set[str](), id="a renewal"),
        pytest.param("PurchaseCommitmentInput", PURCHASE_COMMITMENT, set[str](), set[str](), id="a commitment"),
        pytest.param("CreateCartInput", CART, {"customer", "idempotencyKey"}, set[str](), id="a new cart"),
        pytest.param("UpdateCartLineItemsInput", CART, {"cartId", "expectedVersion"}, set[str](), id="a change"),
    ],
)
def test_a_caller_can_set_what_the_table_says(name: str, resource: Resource, more: set[str], less: set[str]) -> None:
    """No input takes an attribute that is not written and read back above."""
    assert fields_of(name) == (settable(resource) | more) - less


def test_every_type_of_a_cart_and_a_checkout_is_in_the_table() -> None:
    """What their attributes lead to is a resource of the table, or a value of a free dictionary."""
    met: set[str] = set()
    for resource in RESOURCES:
        kind = SCHEMA.get_type(resource.name)
        assert isinstance(kind, GraphQLObjectType)
        met |= {str(field.type).strip("[]!") for name, field in kind.fields.items() if name not in resource.own}
    composite = {name for name, kind in SCHEMA.type_map.items() if isinstance(kind, GraphQLObjectType)}

    assert met & composite | {CART.name, CART_CHECKOUT_RESULT.name} == {resource.name for resource in RESOURCES} | {
        "KeyValuePair"
    }


@pytest.mark.parametrize("enum", ENUMS, ids=lambda enum: enum[0])
def test_every_value_of_an_enumeration_has_a_row(enum: tuple[str, Resource, str, tuple[EnumValue, ...]]) -> None:
    """Each is read above, and each that may be given is written."""
    kind = SCHEMA.get_type(enum[0])
    assert isinstance(kind, GraphQLEnumType)

    assert [value.name for value in enum[3]] == list(kind.values)


def printed(resource: Resource, body: object) -> Iterator[tuple[str, str]]:
    """Every resource and member that a printed body holds, from this one down."""
    if isinstance(body, list):
        for each in cast("list[object]", body):
            yield from printed(resource, each)
    elif isinstance(body, dict):
        below = {each.member: each for each in RESOURCES if each.inside is resource}
        if resource is CART_LINE_ITEM:
            below["addonItems"] = resource
        for name, value in cast("Members", body).items():
            member = name[0].lower() + name[1:]
            yield resource.name, member
            yield from printed(below[member], value) if member in below else ()


@pytest.mark.parametrize(
    ("files", "resource"),
    [
        pytest.param("cart-*.json", CART, id="carts"),
        pytest.param("checkout.response.[apt]*.json", CART_CHECKOUT_RESULT, id="checkouts"),
        pytest.param("checkout.response.nce-order*.json", ORDER, id="orders that a checkout made"),
        pytest.param("order-get.*.json", ORDER, id="orders"),
        pytest.param("order-cancel.response.json", ORDER, id="a cancelled order"),
        pytest.param("orders-list.*.json", ORDER, id="lists of orders"),
    ],
)
def test_every_printed_member_has_a_row(files: str, resource: Resource) -> None:
    """Bodies that the documentation prints hold no attribute that the table lacks."""
    rows = {(each.name, attribute.member) for each, attribute in ROWS}
    bodies = [json.loads(file.read_bytes()) for file in sorted(WIRE.glob(files))]

    assert bodies
    assert {member for body in bodies for member in printed(resource, body.get("items", body))} - rows == set()
