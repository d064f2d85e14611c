"""Documents that are too much, that nobody can run, or that try to learn or do more than they should."""

from tests.hostile.inputs import Input, asking, get, to
from tests.hostile.shop import CART_ID

_FAILED = "GRAPHQL_VALIDATION_FAILED"
_UNREADABLE = "GRAPHQL_PARSE_FAILED"
_EXCESS = "LIMIT_EXCEEDED"
_UNFIT = "BAD_USER_INPUT"
_CART = f'cart(by: {{id: "{CART_ID}"}})'
_NODE = f'node(id: "{CART_ID}")'
_PRODUCTS = "products(first: 100)"
_BUY = f'checkoutCart(input: {{cartId: "{CART_ID}"}}) {{ errors {{ code }} }}'


def _sent(name: str, query: str, *codes: str, **members: object) -> Input:
    """A document that runs if no codes are given, and otherwise is refused before it runs."""
    status = 200 if not codes else 400 if codes == (_UNREADABLE,) else 422
    return to(name, asking(query, **members), status, *codes)


def _run(name: str, query: str, *codes: str, **members: object) -> Input:
    """A document that runs, with errors: 200, because these requests accept plain JSON."""
    return to(name, asking(query, **members), 200, *codes)


def _large(name: str, query: str, **members: object) -> Input:
    return _sent(name, query, _EXCESS, **members)


def _each(pattern: str, number: int, between: str = " ") -> str:
    """The pattern so often, with each number for its #."""
    return between.join(pattern.replace("#", str(n)) for n in range(number))


def _inside(before: str, inner: str, after: str, times: int) -> str:
    return before * times + inner + after * times


def _doubling(levels: int, *, of: str = "Cart", by: str = "...F{0} ...F{0}") -> str:
    """Fragments, each of which spreads the next one twice, from F0 to the last, which asks for the id."""
    inner = " ".join(f"fragment F{n} on {of} {{ {by.format(n + 1)} }}" for n in range(levels))
    return f"{inner} fragment F{levels} on {of} {{ id }}"


UNREADABLE = (
    _sent("no document", " ", _UNREADABLE),
    _sent("a brace", "{", _UNREADABLE),
    _sent("braces without fields", "{}"),
    _sent("100,000 braces", "{" * 100_000, _UNREADABLE),
    _sent("3,000 braces", "{a" * 3_000, _EXCESS),
    _sent("3,000 lists", "{ a(b: " + "[" * 3_000, _EXCESS),
    _sent("3,000 objects", "{ a(b: " + "{c:" * 3_000, _EXCESS),
    _sent("3,000 types of lists", "query($a: " + "[" * 3_000 + "Int", _EXCESS),
    _sent("100,000 letters", "a" * 100_000, _UNREADABLE),
    _sent("a number of 200,000 digits in a document", "{ a(b: " + "9" * 200_000, _UNREADABLE),
    _sent("a text of 200,000 letters without end", '{ a(b: "' + "x" * 200_000, _UNREADABLE),
    _sent("a block without end", '{ a(b: """' + "x\n" * 50_000, _UNREADABLE),
    _sent("100,000 lines of a block", '{ a(b: """' + " x\n" * 60_000 + '""") }', _FAILED),
    _sent("a zero in a document", "{ __typename \0 }", _UNREADABLE),
    _sent("half a surrogate as an escape", '{ a(b: "\\uD800") }', _UNREADABLE),
    _sent("an escape beyond all characters", '{ a(b: "\\u{110000}") }', _UNREADABLE),
    _sent("an escape of 10,000 digits", '{ a(b: "\\u{' + "0" * 10_000 + '41}") }', _UNREADABLE),
    _sent("letters that look like others", "{ __typen\u0430me }", _UNREADABLE),
    _sent("a name of an escape", "{ \\u005f_typename }", _UNREADABLE),
    _sent("writing from right to left", "{ \u202e__typename }", _UNREADABLE),
    _sent("marks of byte order", "\ufeff" * 1_000 + "{ __typename }"),
    _sent("250,000 commas", "," * 250_000 + "{ __typename }"),
    _sent("100,000 line ends", "\n" * 120_000 + "{ __typename }"),
    _sent("80,000 comments", "#\n" * 80_000 + "{ __typename }", _EXCESS),
    _sent("a comment of 200,000 letters", "#" * 200_000 + "\n{ __typename }"),
    _sent("a definition of a type", "type Query { a: Int }", _FAILED),
    _sent("a definition beside a query", "{ __typename } extend type Query { a: Int }", _FAILED),
    _sent("a directive's definition", "directive @a on FIELD { __typename }", _FAILED),
    _sent("a fragment with variables", "fragment F($a: Int) on Query { __typename } { ...F }", _UNREADABLE),
    _sent("a fragment called on", "fragment on on Query { __typename } { ...on }", _UNREADABLE),
)  # fmt: skip

TOO_MUCH = (
    _sent("60 aliases", "{" + _each("a#: __typename", 60) + "}", _EXCESS),
    _sent("3,000 aliases", "{" + _each("a#:__typename", 1_300) + "}", _EXCESS),
    _sent("60 aliases by fragments", _each("fragment F# on Query { a#: __typename }", 60) + "{" + _each("...F#", 60) + "}", _EXCESS),
    _sent("60 aliases of one cart", "{" + _each(f"a#: {_CART} {{ id }}", 60) + "}", _EXCESS),
    _sent("21 root fields", "{" + _each(f"a#: {_CART} {{ id }}", 21) + "}", _EXCESS),
    _sent("21 root fields by fragments", "{" + _each(f"... {{ a#: {_CART} {{ id }} }}", 21) + "}", _EXCESS),
    _sent("20 carts deep", "{ cart(by: {}) " + _inside("{ lineItems { parentLineItem ", "{ id }", "} }", 10) + "}", _EXCESS),
    _sent("1,000 fields deep", "{" + _inside("cart {", "id", "}", 900) + "}", _EXCESS),
    _sent("1,300 fragments in fragments", _doubling(600, by="...F{0}") + f"{{ {_CART} {{ ...F0 }} }}", _EXCESS),
    _sent("1,000 inline fragments in one another", "{" + _inside("...{", "__typename", "}", 900) + "}", _EXCESS),
    _sent("2^30 spreads", _doubling(30) + f"{{ {_CART} {{ ...F0 }} }}"),
    _sent("2^200 spreads", _doubling(200) + f"{{ {_CART} {{ ...F0 }} }}", _EXCESS),
    _sent("2^12 fields", _doubling(12, of="CartLineItem", by="a: parentLineItem {{ ...F{0} }} b: parentLineItem {{ ...F{0} }}") + f"{{ {_CART} {{ lineItems {{ ...F0 }} }} }}", _EXCESS),
    _sent("2^60 fields in the depth of types", _doubling(24, of="Query", by="... {{ ...F{0} }} ... on Query {{ ...F{0} }}").replace("{ id }", "{ __typename }") + "{ ...F0 }"),
    _sent("a fragment in itself", "fragment F on Query { ...F } { ...F }", _FAILED),
    _sent("two fragments in each other", "fragment F on Query { ...G } fragment G on Query { ...F } { ...F }", _FAILED),
    _sent("100 fragments in a ring", _each("fragment F# on Query { ...G# }", 100).replace("...G99", "...F0").replace("...G", "...F") + "{ ...F0 }", _FAILED),
    _sent("a field in itself", "fragment F on CartLineItem { parentLineItem { ...F } } { " + _CART + " { lineItems { ...F } } }", _FAILED),
    _sent("300 fragments side by side", _each("fragment F# on Query { __typename }", 300) + "{" + _each("...F#", 300) + "}", _EXCESS),
    _sent("300 fragments that nobody uses", _each("fragment F# on Query { __typename }", 300) + "{ __typename }", _FAILED),
    _sent("3,000 times one field", "{" + "__typename " * 3_000 + "}", _EXCESS),
    _sent("500 times one field with arguments", "{" + f"{_CART} {{ id }} " * 250 + "}", _EXCESS),
    _sent("pairs of fields in pairs of fields", "{" + "cart(by:{}) { lineItems { product { id } product { id } } lineItems { product { id } product { id } } }" * 10 + "}", _UNFIT),
    _sent("60 directives", "{ __typename " + "@include(if: true) " * 60 + "}", _EXCESS),
    _sent("1,000 directives that nobody knows", "{ __typename " + "@a" * 1_000 + "}", _EXCESS),
    _sent("60 directives on variables", "query(" + _each("$a#: Int @a", 60) + ") { __typename }", _EXCESS),
    _sent("60 directives on operations", _each("query Q# @a { __typename }", 60), _EXCESS),
    _sent("900 variables", "query(" + _each("$a#: Int", 900) + ") { __typename }", _FAILED),
    _sent("600 operations", _each("query Q# { __typename }", 600), _UNFIT),
    _sent("600 operations of one name", _each("query Q { __typename }", 600), _FAILED),
    _sent("5,000 tokens", "{" + "a " * 5_000 + "}", _EXCESS),
    _run("a list of 3,000 ids in a document", "{ nodes(ids: [" + '"a" ' * 3_000 + "]) { id } }", _UNFIT),
    _sent("1,000 arguments", "{ a(" + _each("a#: 1", 1_000) + ") }", _FAILED),
    _sent("1,000 times one argument", "{ customers(" + "first: 1 " * 1_000 + ") { totalCount } }", _FAILED),
    _sent("an object of 1,200 members", "{ cart(by: {" + _each("a#: 1", 1_200) + "}) { id } }", _UNFIT),
    _sent("30 objects in one another", "{ cart(by: " + _inside("{a: ", "1", "}", 30) + ") { id } }", _UNFIT),
)  # fmt: skip

_PRODUCT = (
    "id title description publisherName category { displayName subcategory { displayName } } country partnerCenterId"
)
_LINE = (
    "id catalogItemId friendlyName quantity currencyCode billingCycle termDuration error { message } pricing { price }"
)
_WHOLE_CART = f"fragment F on Cart {{ id version status lineItems {{ {_LINE} addonItems {{ {_LINE} }} }} lineItemsWithErrors {{ {_LINE} }} }}"

ANSWERS = (
    _large("100 products 20 times", "{" + _each(f"a#: {_PRODUCTS} {{ edges {{ node {{ {_PRODUCT} }} }} }}", 20) + "}"),
    _large("100 products 20 times by a fragment", "{" + _each(f"a#: {_PRODUCTS} {{ ...F }}", 20) + "} fragment F on ProductConnection { edges { cursor node { " + _PRODUCT + " } } }"),
    _large("30 names of one text in each of 100", f"{{ {_PRODUCTS} {{ edges {{ node {{ {_each('a#: description', 30)} }} }} }} }}"),
    _large("30 names by a variable", f"query($n: Int) {{ {_PRODUCTS.replace('100', '$n')} {{ edges {{ node {{ {_each('a#: description', 30)} }} }} }} }}", variables={"n": 100}),
    _large("two values of 100 products 20 times", "{" + _each(f"a#: {_PRODUCTS} {{ edges {{ node {{ id title }} }} }}", 20) + "}"),
    _large("one cart 20 times", "{" + _each(f"a#: {_CART} {{ ...F }}", 20) + "} " + _WHOLE_CART),
    _large("one cart a hundred times", "query($i: [ID!]!) { nodes(ids: $i) { ...F } } " + _WHOLE_CART, variables={"i": [CART_ID] * 100}),
    _sent("an alias of 100,000 letters", f"{{ {_PRODUCTS} {{ edges {{ node {{ {'a' * 100_000}: id }} }} }} }}", _EXCESS),
    _sent("an alias of 101 letters", f"{{ {'a' * 101}: {_CART} {{ id }} }}", _EXCESS),
    _sent("add-ons of lines of add-ons", f"{{ {_CART} {{ lineItems {{ " + _inside("addonItems { parentLineItem {", "id", "} }", 5) + " } } }", _EXCESS),
    _sent("add-ons of lines of add-ons by an interface", f"{{ {_NODE} {{ ... on CartLineItem {{ addonItems {{ parentLineItem {{ addonItems {{ id }} }} }} }} }} }}", _EXCESS),
    _sent("conflicts at 1,000 places", f"{{ {_CART} {{ {_each('product { ' + _each('f#(a: @)', 40).replace('@', '#') + ' }', 14)} }} }}", _FAILED),
    _sent("all of 100 products, once", f"{{ {_PRODUCTS} {{ totalCount edges {{ cursor node {{ {_PRODUCT} }} }} }} }}"),
    _sent("all of a cart, once", f"{{ {_CART} {{ ...F }} }} {_WHOLE_CART}"),
    _sent("one cart by 20 components", "{" + _each(f"a#: {_CART} {{ id lineItems {{ quantity product {{ title }} }} }}", 20) + "}"),
    _sent("50 names in one cart", f"{{ {_CART} {{ {_each('a#: id', 50)} }} }}"),
)  # fmt: skip

CALLS = (
    _sent("100 customers with a hundred orders each", "{ customers(first: 100) { edges { node { orders(first: 100) { edges { node { customer { companyName } lineItems { product { title } } } } } } } } }", _EXCESS),
    _sent("the SKUs of all products", f"{{ {_PRODUCTS} {{ edges {{ node {{ skus {{ availabilities {{ product {{ skus {{ id }} }} }} }} }} }} }} }}", _EXCESS),
    _sent("the same by a variable", "query($n: Int = 100) { products(first: $n) { edges { node { skus { availabilities { id } } } } } }", _EXCESS),
    _sent("100 ids of nothing", "query($i: [ID!]!) { nodes(ids: $i) { id } }", variables={"i": ["a"] * 100}),
    _run("40,000 ids", "query($i: [ID!]!) { nodes(ids: $i) { id } }", _UNFIT, variables={"i": ["a"] * 40_000}),
    _sent("40,000 times no id", "query($i: [ID!]!) { nodes(ids: $i) { id } }", _UNFIT, variables={"i": [None] * 40_000}),
    _sent("the cost of a cart", f"{{ {_CART} {{ id }} }}", extensions={"cost": True}),
    _sent("what was traced", f"{{ {_CART} {{ id }} }}", extensions={"tracing": True, "debug": True, "queryPlan": True}),
)  # fmt: skip

PURCHASES = (
    _sent("two purchases", "mutation { " + _BUY + " b: " + _BUY + " }", _EXCESS),
    _sent("two purchases by a fragment", "fragment F on Mutation { b: " + _BUY + " } mutation { " + _BUY + " ...F }", _EXCESS),
    _sent("two purchases inline", "mutation { a: " + _BUY + " ... on Mutation { ... { b: " + _BUY + " } } }", _EXCESS),
    _sent("two purchases of which one is skipped", "mutation { a: " + _BUY + " b: " + _BUY.replace(") {", ") @skip(if: true) {") + " }", _EXCESS),
    _sent("a purchase in a query", "query { " + _BUY + " }", _FAILED),
    _sent("a purchase in a fragment of a query", "fragment F on Mutation { " + _BUY + " } query { ...F }", _FAILED),
    _sent("a purchase behind another operation", "query A { __typename } mutation B { " + _BUY + " }", _UNFIT),
    _sent("a purchase by an unknown name", "mutation A { " + _BUY + " }", _UNFIT, operationName="B"),
    _sent("50 carts at once", "mutation {" + _each('a#: createCart(input: {customer: {tenantId: "a"}, lineItems: []}) { errors { code } }', 50) + "}", _EXCESS),
    _run("a purchase of nothing", 'mutation { checkoutCart(input: {cartId: ""}) { errors { code } } }', "CART_NOT_FOUND"),
)  # fmt: skip

ODD = (
    _sent("an operation that is deferred", "{ " + _CART + " { ... @defer { lineItems { id } } } }", _FAILED),
    _sent("a list that is streamed", "{ " + _CART + " { lineItems @stream(initialCount: 0) { id } } }", _FAILED),
    _sent("a subscription", "subscription { __typename }", _FAILED),
    _sent("a subscription among others", "query A { __typename } subscription B { a }", _FAILED, operationName="A"),
    _sent("skipped and included", "{ __typename @skip(if: true) @include(if: true) }"),
    _sent("everything skipped", "query($a: Boolean = true) { " + _CART + " @skip(if: $a) { id } }"),
    _sent("skipped by no variable", "{ __typename @skip(if: $a) }", _FAILED),
    _sent("skipped by a number", "{ __typename @skip(if: 1) }", _UNFIT),
    _sent("skipped by null", "query($a: Boolean) { __typename @skip(if: $a) }", _FAILED),
    _sent("a directive of types", "{ __typename @deprecated }", _FAILED),
    _sent("a directive of inputs", "{ __typename @oneOf }", _FAILED),
    _sent("a variable of itself", "query($a: Int = $a) { __typename }", _UNREADABLE),
    _sent("a variable of an unknown type", "query($a: __Secret) { __typename }", _FAILED),
    _sent("a variable in 300 lists", "query($a: " + "[" * 300 + "Int" + "]" * 300 + ") { __typename }", _EXCESS),
    _sent("fields that differ under one name", "{ a: " + _CART + " { id } a: customers { totalCount } }", _FAILED),
    _sent("both ways to a cart", '{ cart(by: {id: "a", partnerCenter: {customerTenantId: "a", cartId: "b"}}) { id } }', _UNFIT),
    _sent("no way to a cart", "{ cart(by: {}) { id } }", _UNFIT),
    _sent("null as the way to a cart", "{ cart(by: {id: null}) { id } }", _UNFIT),
    _sent("both ways to a cart by variables", "query($a: CartReferenceInput!) { cart(by: $a) { id } }", _UNFIT, variables={"a": {"id": "a", "partnerCenter": {"customerTenantId": "a", "cartId": "b"}}}),
    _sent("every kind of node", "{ " + _NODE + " { id ... on Cart { version } ... on Customer { tenantId } ... on Order { status } } }"),
)  # fmt: skip

CURIOUS = (
    _sent("introspection", "{ __schema { types { name } } }", _FAILED),
    _sent("introspection of a type", '{ __type(name: "Cart") { name } }', _FAILED),
    _sent("introspection by an alias", "{ a: __schema { b: queryType { c: name } } }", _FAILED),
    _sent("introspection by a fragment", "fragment F on Query { __schema { directives { name } } } { ...F }", _FAILED),
    _sent("introspection without a blank", "{__schema{types{name}}}", _FAILED),
    _sent("introspection behind a comma", "{,,__schema,{types,{name}}}", _FAILED),
    _sent("introspection that is skipped", "{ __schema @skip(if: true) { types { name } } }", _FAILED),
    _sent("introspection in a mutation", "mutation { __schema { types { name } } }", _FAILED),
    _sent("introspection below a cart", "{ " + _CART + " { __schema { types { name } } } }", _FAILED),
    _sent("introspection of a fragment's type", "{ ... on __Schema { types { name } } }", _FAILED),
    _sent("introspection by a variable's type", "query($a: __TypeKind) { __typename }", _FAILED),
    to("introspection by GET", get("/graphql?query={__schema{types{name}}}"), 422, _FAILED),
    _sent("the text of a service", "{ _service { sdl } }", _FAILED),
    _sent("entities of a federation", "query($r: [_Any!]!) { _entities(representations: $r) { __typename } }", _FAILED, variables={"r": [{"__typename": "Cart"}]}),
    _sent("a misspelt field", "{ " + _CART + " { lineItem } }", _FAILED),
    _sent("a misspelt argument", "{ cart(bi: {}) { id } }", _FAILED),
    _sent("a misspelt type", "{ ... on Querie { id } }", _FAILED),
    _sent("a misspelt enumeration", "{ products(targetSegment: COMERCIAL) { totalCount } }", _UNFIT),
    _sent("a misspelt member", '{ cart(by: {partnerCentre: {cartId: "a"}}) { id } }', _UNFIT),
    _sent("a misspelt directive", "{ __typename @skp(if: true) }", _FAILED),
    _sent("20 words of a list", "{" + _each("word#", 20) + "}", _FAILED),
    _sent("300 words of a list", "{" + _each("word#", 300) + "}", _EXCESS),
    _sent("a field of 100,000 letters", "{ " + "a" * 100_000 + " }", _FAILED),
    _sent("a text of 200,000 letters as an id", '{ node(id: "' + "a" * 200_000 + '") { id } }'),
    _sent("HTML as an id", '{ node(id: "<script>alert(1)</script>") { id } }'),
)  # fmt: skip

INPUTS: tuple[Input, ...] = (*UNREADABLE, *TOO_MUCH, *ANSWERS, *CALLS, *PURCHASES, *ODD, *CURIOUS)
