"""Bad input of the shop's fields and mutations: what is wrong, where, and what to do instead, before anything is asked."""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from gateway.schema.node import Kind, node_id
from tests.harness import Gateway
from tests.shop_ids import ALPINE, BASIC, CONTOSO, FJORD, NOBODY, WINGTIP

Input = Mapping[str, object]
Problem = tuple[str, str]
"""The path below `input`, with dots, and what the message says to do."""

SEATS = "a1b00001-52f7-4a0e-8d7e-6c1f3b0f9a01"
ORDER = "a1b000000001"
OWNED, ORDERED = node_id(Kind.SUBSCRIPTION, ALPINE, SEATS), node_id(Kind.ORDER, ALPINE, ORDER)
LINE = {"catalogItemId": BASIC, "quantity": 1, "billingCycle": "MONTHLY", "termDuration": "P1Y"}
PERSON = {"firstName": "Ute", "lastName": "Vogel", "email": "ute.vogel@wingtiptoys.example"}
CONFIRMED = {"customer": {"tenantId": WINGTIP}, "agreedAt": "2026-02-27T16:45:10Z", "contact": PERSON}
LONG = "x" * 101

PREVIEWED: Mapping[str, tuple[Sequence[Input], Sequence[Problem]]] = {
    "no line": ([], [("lineItems", "Name at least one line")]),
    "quantity 0": ([{**LINE, "quantity": 0}], [("lineItems.0.quantity", "at least 1")]),
    "a quantity below 0": ([LINE, {**LINE, "quantity": -1}], [("lineItems.1.quantity", "at least 1")]),
    "an UNKNOWN cycle": ([{**LINE, "billingCycle": "UNKNOWN"}], [("lineItems.0.billingCycle", "name a cycle that the SKU supports")]),
    "an UNKNOWN participant": ([{**LINE, "participants": [{"type": "UNKNOWN", "partnerId": "1"}]}], [("lineItems.0.participants.0.type", "name the part")]),
    "a key twice": ([{**LINE, "provisioningContext": [{"key": "a", "value": "1"}, {"key": "A", "value": "2"}]}], [("lineItems.0.provisioningContext.1.key", "send each key once")]),
    "two things at once": ([{**LINE, "quantity": 0, "catalogItemId": ""}], [("lineItems.0.quantity", "at least 1"), ("lineItems.0.catalogItemId", "is empty")]),
}  # fmt: skip
CHANGED: Mapping[str, tuple[Input, Sequence[Problem]]] = {
    "quantity 0": ({"quantity": 0}, [("change.quantity", "Use cancelSubscription")]),
    "a quantity below 0": ({"quantity": -1}, [("change.quantity", "at least 1")]),
    "no name": ({"friendlyName": ""}, [("change.friendlyName", "at least one visible character")]),
    "a blank name": ({"friendlyName": " \t"}, [("change.friendlyName", "at least one visible character")]),
    "a name of 101 characters": ({"friendlyName": LONG}, [("change.friendlyName", "at most 100")]),
}
CONFIRMATIONS: Mapping[str, tuple[Input, Sequence[Problem]]] = {
    "the future": ({"agreedAt": "2026-03-02T09:30:01Z"}, [("agreedAt", "say when the agreement was accepted")]),
    "a blank form": ({"templateId": "  "}, [("templateId", "leave it out")]),
    "a blank first name": ({"contact": {**PERSON, "firstName": " "}}, [("contact.firstName", "name who accepted")]),
    "no last name": ({"contact": {**PERSON, "lastName": ""}}, [("contact.lastName", "name who accepted")]),
    "a mail address without @": ({"contact": {**PERSON, "email": "ute"}}, [("contact.email", "give the mail address")]),
    "a long name": ({"contact": {**PERSON, "lastName": "x" * 1001}}, [("contact.lastName", "at most 1000")]),
    "a contact that is nobody": ({"contact": {"firstName": "", "lastName": "", "email": ""}}, [("contact.firstName", "name who"), ("contact.lastName", "name who"), ("contact.email", "give the mail address")]),
    "no tenant id": ({"customer": {"tenantId": "x"}}, [("customer.tenantId", "GUID")]),
}  # fmt: skip
MUTATIONS = [
    *(pytest.param("previewCart", {"customer": {"tenantId": CONTOSO}, "lineItems": lines}, problems, id=f"previewCart.lineItems: {name}") for name, (lines, problems) in PREVIEWED.items()),
    *(pytest.param("updateSubscription", {"subscriptionId": OWNED, "expectedVersion": "any", "change": change}, problems, id=f"updateSubscription.change: {name}") for name, (change, problems) in CHANGED.items()),
    *(pytest.param("confirmCustomerAgreement", {**CONFIRMED, **changes}, problems, id=f"confirmCustomerAgreement: {name}") for name, (changes, problems) in CONFIRMATIONS.items()),
    pytest.param("cancelOrder", {"orderId": ORDERED, "lineItemNumbers": []}, [("lineItemNumbers", "or leave it out")], id="cancelOrder.lineItemNumbers: an empty list"),
]  # fmt: skip


async def refused(gateway: Gateway, name: str, given: Input) -> list[dict[str, Any]]:
    """The errors of a payload that has nothing else."""
    kind = f"{name[0].upper()}{name[1:]}Input"
    document = (
        f"mutation Try($input: {kind}!) {{ {name}(input: $input) {{ errors {{ __typename code path message }} }} }}"
    )
    errors: list[dict[str, Any]] = (await gateway.data(document, {"input": given}))[name]["errors"]
    return errors


@pytest.mark.parametrize(("name", "given", "problems"), MUTATIONS)
async def test_a_mutation_refuses_bad_input(
    gateway: Gateway, name: str, given: Input, problems: Sequence[Problem]
) -> None:
    """As data, with the path of each value, all at once, and without any call."""
    errors = await refused(gateway, name, given)

    assert {(error["__typename"], error["code"]) for error in errors} == {("InvalidInputError", "INVALID_INPUT")}
    assert [".".join(error["path"]) for error in errors] == [f"input.{path}" for path, _ in problems]
    assert all(words in error["message"] for error, (_, words) in zip(errors, problems, strict=True))
    assert await gateway.calls() == []


async def test_a_number_that_the_order_lacks_is_bad_input(gateway: Gateway) -> None:
    """Only the order can tell: it is read, nothing is sent, and the message says where to look."""
    errors = await refused(gateway, "cancelOrder", {"orderId": ORDERED, "lineItemNumbers": [0, 7]})

    assert errors == [
        {
            "__typename": "InvalidInputError",
            "code": "INVALID_INPUT",
            "path": ["input", "lineItemNumbers", "1"],
            "message": "The order has no item 7; lineItemNumber of its lines says which there are.",
        }
    ]
    assert await gateway.calls() == [f"GET /v1/customers/{ALPINE}/orders/{ORDER}"]


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"quantity": 3, "friendlyName": "x"}, id="two of its fields"),
        pytest.param({}, id="none of its fields"),
        pytest.param({"quantity": None}, id="null"),
    ],
)
async def test_a_change_is_one_change(gateway: Gateway, change: Input) -> None:
    """Exactly one field is given, as for every input of that kind; the request is refused as a whole."""
    given = {"subscriptionId": OWNED, "expectedVersion": "any", "change": change}
    document = "mutation Try($input: UpdateSubscriptionInput!) { updateSubscription(input: $input) { isChanged } }"

    answer = await gateway.ask(document, {"input": given})

    (error,) = answer["errors"]
    assert (error["extensions"]["code"], answer.get("data")) == ("BAD_USER_INPUT", None)
    assert "exactly one" in error["message"].lower()
    assert await gateway.calls() == []


NOWHERE: Mapping[Kind, Mapping[str, tuple[str, int]]] = {
    Kind.SUBSCRIPTION: {
        "a broken identifier": ("nonsense", 0),
        "of an order": (ORDERED, 0),
        "of none": (node_id(Kind.SUBSCRIPTION, ALPINE, NOBODY), 1),
        "of another customer's": (node_id(Kind.SUBSCRIPTION, FJORD, SEATS), 1),
        "of nobody's": (node_id(Kind.SUBSCRIPTION, NOBODY, SEATS), 1),
    },
    Kind.ORDER: {
        "a broken identifier": ("nonsense", 0),
        "of a subscription": (OWNED, 0),
        "of a customer": (node_id(Kind.CUSTOMER, ALPINE), 0),
        "of none": (node_id(Kind.ORDER, ALPINE, "a68736758d9c"), 1),
        "of another customer's": (node_id(Kind.ORDER, CONTOSO, ORDER), 1),
        "of nobody's": (node_id(Kind.ORDER, NOBODY, ORDER), 1),
    },
}
"""Identifiers that lead nowhere, and the reads that it takes to find out."""
TAKING: Mapping[str, tuple[Kind, str, Input]] = {
    "registerSubscription": (Kind.SUBSCRIPTION, "subscriptionId", {}),
    "updateSubscription": (Kind.SUBSCRIPTION, "subscriptionId", {"expectedVersion": "any", "change": {"quantity": 3}}),
    "cancelSubscription": (Kind.SUBSCRIPTION, "subscriptionId", {"expectedVersion": "any"}),
    "cancelOrder": (Kind.ORDER, "orderId", {}),
}


@pytest.mark.parametrize(
    ("name", "wrong", "reads"),
    [
        pytest.param(name, wrong, reads, id=f"{name}.{member}: {how}")
        for name, (kind, member, _) in TAKING.items()
        for how, (wrong, reads) in NOWHERE[kind].items()
    ],
)
async def test_an_identifier_that_leads_nowhere_is_not_found(
    gateway: Gateway, name: str, wrong: str, reads: int
) -> None:
    """By the error of its kind, which repeats what was sent; nothing is written."""
    kind, member, rest = TAKING[name]
    typename = {Kind.SUBSCRIPTION: "SubscriptionNotFoundError", Kind.ORDER: "OrderNotFoundError"}[kind]
    document = f"""mutation Try($input: {name[0].upper()}{name[1:]}Input!) {{ {name}(input: $input) {{
      isChanged errors {{ __typename code path ... on {typename} {{ {member} }} }} }} }}"""

    payload = (await gateway.data(document, {"input": {member: wrong, **rest}}))[name]

    code = {Kind.SUBSCRIPTION: "SUBSCRIPTION_NOT_FOUND", Kind.ORDER: "ORDER_NOT_FOUND"}[kind]
    error = {"__typename": typename, "code": code, "path": ["input", member], member: wrong}
    assert payload == {"isChanged": False, "errors": [error]}
    assert [call.partition(" ")[0] for call in await gateway.calls()] == ["GET"] * reads


@pytest.mark.parametrize("root", ["subscription", "order"])
@pytest.mark.parametrize("how", ["a broken identifier", "of none", "of another customer's", "of nobody's"])
async def test_an_identifier_that_leads_nowhere_is_null_in_a_query(gateway: Gateway, root: str, how: str) -> None:
    """Without an entry in `errors`, as for every other kind of object."""
    kind = {"subscription": Kind.SUBSCRIPTION, "order": Kind.ORDER}[root]

    assert await gateway.data(f'{{ {root}(by: {{id: "{NOWHERE[kind][how][0]}"}}) {{ id }} }}') == {root: None}


SIX = "AZURE, SOFTWARE, MICROSOFT_AZURE, ONLINE_SERVICES, MARKETPLACE_SAAS, SPECIALIZED_OFFERS"
ENTRIES = {
    "product": node_id(Kind.PRODUCT, "US", "CFQ7TTC0LH18"),
    "sku": node_id(Kind.SKU, "US", "CFQ7TTC0LH18", "0001"),
    "availability": node_id(Kind.AVAILABILITY, "US", *BASIC.split(":")),
    "promotion": node_id(Kind.PROMOTION, "US", "39NFJQT1PGVJ:0045:39NFJQT1Q684"),
}
QUERIES: Mapping[str, tuple[str, str]] = {
    "products.views: none": ("products(views: []) { totalCount }", "name 1 to 5"),
    "products.views: six": (f"products(views: [{SIX}]) {{ totalCount }}", "name 1 to 5"),
    "products.views: the same twice": ("products(views: [AZURE, AZURE]) { totalCount }", "name each once"),
    "products.query: 101 characters": (f'products(query: "{LONG}") {{ totalCount }}', "at most 100"),
    "promotions.query: 101 characters": (f'promotions(query: "{LONG}") {{ totalCount }}', "at most 100"),
    "promotions.skuId: without its product": ('promotions(skuId: "0001") { totalCount }', "send both"),
    "promotion.by: an id with a slash": ('promotion(by: {partnerCenterId: "a/b"}) { id }', "promotion id"),
    "indirectResellers.query: 101 characters": (f'indirectResellers(query: "{LONG}") {{ totalCount }}', "at most 100"),
    **{f"partner.mpnId: {name}": (f'partner(mpnId: "{text}") {{ name }}', "1 to 10 digits") for name, text in {"none": "", "11 digits": "1" * 11, "a letter": "12a", "a sign": "-1", "digits of another script": "١٢٣", "a line break": r"1\n"}.items()},
    **{f"{root}.by: an id beside its own market": (f'{root}(by: {{id: "{of}"}}, country: "US") {{ id }}', "leave out country") for root, of in ENTRIES.items()},
    **{f"{root}.by: an id beside another market": (f'{root}(by: {{id: "{of}"}}, country: "SE") {{ id }}', "leave out country") for root, of in ENTRIES.items()},
    "promotion.by: a broken id beside a market": ('promotion(by: {id: "x"}, country: "US") { id }', "leave out country"),
}  # fmt: skip


@pytest.mark.parametrize(("selection", "words"), [pytest.param(*row, id=name) for name, row in QUERIES.items()])
async def test_a_query_refuses_bad_input(gateway: Gateway, selection: str, words: str) -> None:
    """At its field, with what to do instead, and without any call."""
    answer = await gateway.ask(f"{{ found: {selection} }}")

    (error,) = answer["errors"]
    assert (error["extensions"]["code"], error["path"]) == ("BAD_USER_INPUT", ["found"])
    assert words in error["message"]
    assert answer["data"] == {"found": None}
    assert await gateway.calls() == []


STOCKED = 'sku(by: {partnerCenterId: "DZH318Z0BQ3P:0038"})'
OF_ALPINE = f'customer(by: {{tenantId: "{ALPINE}"}})'
FIELDS: Mapping[str, tuple[str, str, str]] = {
    "subscriptions.skuId: without its product": (OF_ALPINE, 'subscriptions(skuId: "0001") { totalCount }', "send both"),
    "subscriptions.productId: what cannot be one": (OF_ALPINE, 'subscriptions(productId: "a:b") { totalCount }', "product id"),
    "subscriptions.statuses: UNKNOWN": (OF_ALPINE, "subscriptions(statuses: [ACTIVE, UNKNOWN]) { totalCount }", "leave statuses out"),
    "subscriptions.first: 0": (OF_ALPINE, "subscriptions(first: 0) { totalCount }", "1 to 100"),
    "subscriptions.after: a cursor of nothing": (OF_ALPINE, 'subscriptions(after: "nonsense") { totalCount }', "cursor"),
    **{f"termEndDates.termDuration: {term}": (OF_ALPINE, f'termEndDates(termDuration: "{term}") {{ date }}', "P1M, P1Y, P3Y") for term in ("P2Y", "P12M", "P1D", "P1Y1M")},
    "stock.resourceType: blank": (STOCKED, 'stock(resourceType: " ") { isRestricted }', "name a kind of resource"),
    "stock.resourceType: 300 characters": (STOCKED, f'stock(resourceType: "{"x" * 300}") {{ isRestricted }}', "256"),
    "stock.region: 300 characters": (STOCKED, f'stock(resourceType: "CosmosDb", region: "{"x" * 300}") {{ isRestricted }}', "region"),
    "stock.customer: an id of nothing": (STOCKED, 'stock(resourceType: "CosmosDb", customer: {id: "x"}) { isRestricted }', "customer"),
    "stock.customer: not a GUID": (STOCKED, 'stock(resourceType: "CosmosDb", customer: {tenantId: "x"}) { isRestricted }', "tenantId"),
}  # fmt: skip


@pytest.mark.parametrize(("of", "field", "words"), [pytest.param(*row, id=name) for name, row in FIELDS.items()])
async def test_a_field_refuses_bad_input(gateway: Gateway, of: str, field: str, words: str) -> None:
    """That field alone is null: what it belongs to is read and shown, and nothing is asked for the field."""
    answer = await gateway.ask(f"{{ of: {of} {{ __typename found: {field} }} }}")

    (error,) = answer["errors"]
    assert (error["extensions"]["code"], error["path"]) == ("BAD_USER_INPUT", ["of", "found"])
    assert words in error["message"]
    assert answer["data"]["of"]["__typename"]
    assert answer["data"]["of"]["found"] is None
    assert len(await gateway.calls()) == 1
