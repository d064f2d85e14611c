"""The shape of the schema: the rules that clients can count on without looking at each field."""

import re
from collections.abc import Iterator

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    build_schema,
    is_required_input_field,
)

from gateway.schema import root

SCHEMA = build_schema(root.sdl(root.build_schema()))
PAGED = ("first", "after", "last", "before")
MUTATIONS = (
    "createCart", "addCartLineItems", "addCartAddonItems", "updateCartLineItems", "removeCartLineItems",
    "replaceCartLineItems", "checkoutCart",
)  # fmt: skip
PREVIEW = "previewCart"
OTHER_MUTATIONS = (
    "confirmCustomerAgreement", "registerSubscription", "updateSubscription", "cancelSubscription", "cancelOrder",
)  # fmt: skip
"""Those that change something other than a cart."""
KEYED = {"createCart", "addCartLineItems", "addCartAddonItems", "checkoutCart"}


def composite(name: str) -> GraphQLObjectType | GraphQLInterfaceType | GraphQLInputObjectType:
    kind = SCHEMA.get_type(name)
    assert isinstance(kind, GraphQLObjectType | GraphQLInterfaceType | GraphQLInputObjectType)
    return kind


def types_of(name: str) -> dict[str, str]:
    """The fields of a type and their types, in their order."""
    return {field: str(member.type) for field, member in composite(name).fields.items()}


def outputs() -> Iterator[GraphQLObjectType | GraphQLInterfaceType]:
    for kind in SCHEMA.type_map.values():
        if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType) and not kind.name.startswith("__"):
            yield kind


def uses() -> Iterator[tuple[str, str]]:
    """Every field, argument and input member, with the type it has."""
    for kind in outputs():
        for name, field in kind.fields.items():
            yield f"{kind.name}.{name}", str(field.type)
            for argument, value in field.args.items():
                yield f"{kind.name}.{name}({argument})", str(value.type)
    for given in SCHEMA.type_map.values():
        if isinstance(given, GraphQLInputObjectType):
            yield from ((f"{given.name}.{name}", str(member.type)) for name, member in given.fields.items())


def named(type_text: str) -> str:
    return type_text.strip("[]!")


def test_mutations_begin_with_a_verb() -> None:
    """They read as English, and there is nothing to subscribe to."""
    assert tuple(types_of("Mutation")) == (PREVIEW, *MUTATIONS, *OTHER_MUTATIONS)
    assert SCHEMA.subscription_type is None


@pytest.mark.parametrize("name", MUTATIONS)
def test_a_mutation_takes_one_input_and_answers_one_payload(name: str) -> None:
    """Both are named after it; the payload has the cart and the errors, and `replayed` where it takes a key."""
    mutation = SCHEMA.mutation_type
    assert mutation is not None
    field = mutation.fields[name]
    title = name[0].upper() + name[1:]

    assert str(field.type) == f"{title}Payload"
    assert {argument: str(value.type) for argument, value in field.args.items()} == {"input": f"{title}Input!"}
    payload = types_of(f"{title}Payload")
    assert payload.items() >= {"cart": "Cart", "errors": "[UserError!]!"}.items()
    assert (payload.get("replayed") == "Boolean!") == (name in KEYED)
    assert "clientMutationId" not in {**payload, **types_of(f"{title}Input")}


@pytest.mark.parametrize("name", OTHER_MUTATIONS)
def test_a_mutation_without_a_key_says_whether_it_changed_something(name: str) -> None:
    """It is safe to repeat by what it finds, so its payload has `isChanged` in place of `replayed`."""
    title = name[0].upper() + name[1:]
    payload = types_of(f"{title}Payload")

    assert types_of("Mutation")[name] == f"{title}Payload"
    assert payload.items() >= {"isChanged": "Boolean!", "errors": "[UserError!]!"}.items()
    assert payload.keys().isdisjoint({"replayed", "clientMutationId"})
    assert types_of(f"{title}Input").keys().isdisjoint({"idempotencyKey", "clientMutationId"})


@pytest.mark.parametrize("name", MUTATIONS)
def test_protection_is_offered_and_seldom_demanded(name: str) -> None:
    """Keys and versions are optional; only replacing, which merges nothing, must name the version it replaces."""
    given = types_of(f"{name[0].upper()}{name[1:]}Input")

    assert given.get("idempotencyKey") == ("String" if name in KEYED else None)
    versions = {"createCart": None, "replaceCartLineItems": "String!"}
    assert given.get("expectedVersion") == versions.get(name, "String")
    assert given.get("cartId") == (None if name == "createCart" else "ID!")


@pytest.mark.parametrize("name", [name for name in MUTATIONS if name != "checkoutCart"])
def test_whatever_writes_a_cart_takes_the_attestation(name: str) -> None:
    """Partner Center demands it with resellers and never gives it back, so it goes with each change."""
    given = types_of(f"{name[0].upper()}{name[1:]}Input")

    assert given["partnerOnRecordAttestationAccepted"] == "Boolean"


def test_changes_take_what_creations_take() -> None:
    """A line's input and the input of its change have the same members; a change may leave out all but the id."""
    line, change = composite("CartLineItemInput"), composite("CartLineItemUpdateInput")
    assert isinstance(change, GraphQLInputObjectType)

    assert list(change.fields) == ["id", *(name for name in line.fields if name != "addonItems")]
    assert [name for name, member in change.fields.items() if is_required_input_field(member)] == ["id"]


def test_the_queries() -> None:
    """What can be read, and no more: Partner Center lists no carts."""
    assert list(types_of("Query")) == [
        "cart", "customer", "customers", "order", "subscription", "product", "products", "sku", "availability",
        "promotion", "promotions", "partner", "indirectResellers", "agreementTemplate", "node", "nodes",
    ]  # fmt: skip


def test_lines_are_a_list_and_long_lists_are_connections() -> None:
    """A cart is sent and taken whole; customers, products, orders and subscriptions come page by page."""
    connections = {use: kind for use, kind in uses() if kind.endswith("Connection")}

    assert types_of("Cart")["lineItems"] == "[CartLineItem!]!"
    assert connections == {
        "Query.customers": "CustomerConnection",
        "Query.products": "ProductConnection",
        "Query.promotions": "PromotionConnection",
        "Query.indirectResellers": "PartnerConnection",
        "Customer.orders": "OrderConnection",
        "Customer.subscriptions": "CustomerSubscriptionConnection",
    }


@pytest.mark.parametrize("name", ["Customer", "Product", "Partner", "Order", "Promotion", "CustomerSubscription"])
def test_a_connection_has_relays_shape(name: str) -> None:
    """Edges with cursor and node, the place of the page, and a count. Source: Relay's cursor connections.

    Beside the edges come the nodes without the cursors, as at GitHub and Shopify.
    """
    assert types_of(f"{name}Connection") == {
        "edges": f"[{name}Edge!]!",
        "nodes": f"[{name}!]!",
        "pageInfo": "PageInfo!",
        "totalCount": "Int!",
    }
    assert types_of(f"{name}Edge") == {"cursor": "String!", "node": f"{name}!"}


@pytest.mark.parametrize(
    ("type_name", "field"),
    [
        ("Query", "customers"),
        ("Query", "products"),
        ("Query", "promotions"),
        ("Query", "indirectResellers"),
        ("Customer", "orders"),
    ],
)
def test_a_connection_is_paged_in_both_directions(type_name: str, field: str) -> None:
    """With Relay's four arguments, all optional, after those that narrow the list."""
    kind = composite(type_name)
    assert not isinstance(kind, GraphQLInputObjectType)
    arguments = {name: str(value.type) for name, value in kind.fields[field].args.items()}

    assert list(arguments)[-4:] == list(PAGED)
    assert [arguments[name] for name in PAGED] == ["Int", "String", "Int", "String"]


def test_add_ons_nest_as_they_do_upstream() -> None:
    """A line holds lines, in answers and in inputs; a line that stands in a cart gets its add-ons by a mutation."""
    assert types_of("CartLineItem")["addonItems"] == "[CartLineItem!]!"
    assert types_of("CartLineItemInput")["addonItems"] == "[CartLineItemInput!]"
    assert types_of("AddCartAddonItemsInput")["addonItems"] == "[CartLineItemInput!]!"


def test_every_object_with_an_id_is_a_node() -> None:
    """Its id comes first, is opaque, and stands beside Partner Center's own identifier, which only an order may lack."""
    for kind in outputs():
        if "id" in kind.fields and kind.name != "Node":
            assert [each.name for each in kind.interfaces] == ["Node"]
            assert next(iter(types_of(kind.name).items())) == ("id", "ID!")
            theirs = "tenantId" if kind.name == "Customer" else "partnerCenterId"
            assert types_of(kind.name)[theirs] == ("String" if kind.name == "Order" else "String!")


@pytest.mark.parametrize(
    ("name", "members"),
    [
        ("CartReferenceInput", {"id": "ID", "partnerCenter": "PartnerCenterCartInput"}),
        ("CustomerReferenceInput", {"id": "ID", "tenantId": "String"}),
        ("OrderReferenceInput", {"id": "ID", "partnerCenter": "PartnerCenterOrderInput"}),
    ],
)
def test_a_look_up_takes_either_identifier(name: str, members: dict[str, str]) -> None:
    """Ours or Partner Center's, in one argument of which exactly one member is given."""
    kind = composite(name)
    assert isinstance(kind, GraphQLInputObjectType)

    assert kind.is_one_of
    assert types_of(name) == members


def test_errors_share_an_interface() -> None:
    """Code, message and path work without fragments, for each kind of error that is or will be."""
    shared = {"code": "UserErrorCode!", "message": "String!", "path": "[String!]!"}
    errors = [kind for kind in outputs() if kind.name.endswith("Error") and "path" in kind.fields]

    assert types_of("UserError") == shared
    for kind in errors:
        assert types_of(kind.name).items() >= shared.items()
        assert kind.name == "UserError" or [each.name for each in kind.interfaces] == ["UserError"]
    codes = SCHEMA.get_type("UserErrorCode")
    assert isinstance(codes, GraphQLEnumType)
    assert len(codes.values) == len(errors) - 1


def test_no_number_is_a_float() -> None:
    """Amounts are exact, everywhere; what is counted is a whole number."""
    amounts = {use for use, kind in uses() if named(kind) == "Decimal"}

    assert [use for use, kind in uses() if named(kind) == "Float"] == []
    assert {use.partition(".")[2] for use in amounts} == {
        "amount", "listPrice", "discountedPrice", "proratedPrice", "price", "extendedPrice", "totalPrice", "perPeriod",
        "wholeTerms", "firstPeriods", "wholeTerm", "discount",
    }  # fmt: skip


def test_prices_stand_side_by_side_with_their_currency() -> None:
    """Amounts of one currency in one object; sums are by currency, and in it by billing cycle and term."""
    amounts = ("listPrice", "discountedPrice", "proratedPrice", "price", "extendedPrice", "perPeriod")
    others = {"currencyCode": "CurrencyCode", "billingPeriods": "Int"}

    assert types_of("Pricing") == {**dict.fromkeys(amounts, "Decimal"), **others}
    assert types_of("Cart")["totals"] == "[CartTotal!]!"
    assert types_of("CartTotal") == {
        "currencyCode": "CurrencyCode",
        "wholeTerms": "Decimal!",
        "firstPeriods": "Decimal",
        "terms": "[CartTermTotal!]!",
        "lineItemCount": "Int!",
    }


@pytest.mark.parametrize(
    ("ending", "scalar"),
    [
        (r"(At|Date|Until|\.date)\)?", "DateTime"),
        (r"([dD]uration|expiresAfter)\)?", "Duration"),
        ("[cC]urrencyCode", "CurrencyCode"),
        (r"country\)?", "CountryCode"),
    ],
)
def test_a_value_with_a_form_has_a_scalar(ending: str, scalar: str) -> None:
    """Instants, lengths of time, currencies and markets are scalars of their own wherever they stand."""
    called = {use for use, _ in uses() if re.search(f"({ending})$", use)}

    assert called == {use for use, kind in uses() if named(kind) == scalar}


def test_open_sets_are_texts() -> None:
    """Words that Partner Center may add to, and on which no client should branch, are no enumerations."""
    texts = dict(uses())

    assert {texts[use] for use in ("Order.transactionType", "OrderLineItem.transactionType", "RefundOption.type")} == {
        "String"
    }
    assert texts["PurchaseCommitmentInput.grain"] == "String!"


def test_bags_are_the_exception() -> None:
    """Names and values are a typed list; only what nobody has promised the shape of is JSON."""
    assert {use for use, kind in uses() if named(kind) == "JSON"} == {
        "Sku.dynamicAttributes",
        "AdditionalInformation.raw",
    }
    assert {use: kind for use, kind in uses() if use.endswith("provisioningContext")} == {
        "CartLineItem.provisioningContext": "[KeyValuePair!]!",
        "OrderLineItem.provisioningContext": "[KeyValuePair!]!",
        "CartLineItemInput.provisioningContext": "[KeyValuePairInput!]",
        "CartLineItemUpdateInput.provisioningContext": "[KeyValuePairInput!]",
    }


def test_renewals_are_a_list() -> None:
    """As in Partner Center's table, although its samples print one object."""
    assert {use: kind for use, kind in uses() if use.endswith("renewsTo")} == {
        "CartLineItem.renewsTo": "[RenewsTo!]!",
        "OrderLineItem.renewsTo": "[RenewsTo!]!",
        "CartLineItemInput.renewsTo": "[RenewsToInput!]",
        "CartLineItemUpdateInput.renewsTo": "[RenewsToInput!]",
    }


def test_a_root_field_fails_alone() -> None:
    """Each may be null without taking the others down."""
    roots = [("Query", name, kind) for name, kind in types_of("Query").items()]
    roots += [("Mutation", name, kind) for name, kind in types_of("Mutation").items()]

    assert [(name, kind) for _, name, kind in roots if kind.endswith("!")] == []


def test_what_a_further_call_answers_fails_alone() -> None:
    """Catalog entries and lists of them are nullable wherever a look-up is behind them."""
    catalog = {
        "Product",
        "Sku",
        "Availability",
        "ProductConnection",
        "OrderConnection",
        "CustomerConnection",
        "CustomerSubscription",
        "CustomerSubscriptionConnection",
    }
    promised = {use for use, kind in uses() if named(kind) in catalog and kind.endswith("!")}

    assert promised == {  # already read: with their list, or before the conflict
        "ProductEdge.node",
        "ProductConnection.nodes",
        "CustomerSubscriptionEdge.node",
        "CustomerSubscriptionConnection.nodes",
        "SubscriptionVersionConflictError.subscription",
    }


def test_lists_have_no_holes() -> None:
    """A list of values is never null and holds no null; lists behind a call may be null as a whole."""
    lists = {
        f"{kind.name}.{name}": str(field.type)
        for kind in outputs()
        for name, field in kind.fields.items()
        if str(field.type).startswith("[")
    }

    assert [use for use, kind in lists.items() if not kind.removesuffix("!").endswith("!]")] == ["Query.nodes"]
    assert {use for use, kind in lists.items() if not kind.endswith("!")} == {
        "Cart.openTotals",
        "Cart.problems",
        "CartPreviewLineItem.promotions",
        "CartError.acceptedTermEndDates",
        "CartError.acceptedTerms",
        "CartLineItem.promotions",
        "CartLineItem.termEndDates",
        "Customer.termEndDates",
        "CustomerSubscription.upgrades",
        "Order.subscriptions",
        "OrderLineItem.activationLinks",
        "Customer.indirectResellers",
        "Customer.qualifications",
        "Product.skus",
        "Query.nodes",
        "Sku.availabilities",
        "Sku.promotions",
        "TermEndDate.subscriptions",
    }


def test_what_goes_says_when() -> None:
    """Whatever is deprecated names the day on which it is removed."""
    reasons: list[str] = []
    for kind in SCHEMA.type_map.values():
        if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType):
            reasons += [field.deprecation_reason or "" for field in kind.fields.values()]
            arguments = [value for field in kind.fields.values() for value in field.args.values()]
            reasons += [value.deprecation_reason or "" for value in arguments]
        elif isinstance(kind, GraphQLInputObjectType):
            reasons += [member.deprecation_reason or "" for member in kind.fields.values()]
        elif isinstance(kind, GraphQLEnumType):
            reasons += [value.deprecation_reason or "" for value in kind.values.values()]

    assert [reason for reason in reasons if reason and not re.search(r"\d{4}-\d{2}-\d{2}", reason)] == []
