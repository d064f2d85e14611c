"""What pages of strangers, forms and odd clients send: origins, content types, codings, and answers that nobody makes."""

import json

from tests.hostile.inputs import CLOSE, HOST, JSON, SIGNED_IN, Input, get, head, post, to

_BODY = b'{"query": "{ __typename }"}'
_BUYING = 'mutation { checkoutCart(input: {cartId: "a"}) { errors { code } } }'
_BUYING_BODY = json.dumps({"query": _BUYING}).encode()
_QUERY = "/graphql?query={__typename}"
_NO_TYPE = (HOST, CLOSE, SIGNED_IN)
_BUY_BY_GET = "/graphql?query=" + _BUYING.replace(" ", "%20").replace('"', "%22")


def _typed(content_type: bytes, body: bytes = _BODY) -> bytes:
    return post(body, b"Content-Type: " + content_type, of=_NO_TYPE)


def _preflight(origin: bytes) -> bytes:
    asked = (b"Access-Control-Request-Method: POST", b"Access-Control-Request-Headers: authorization, content-type")
    return head(b"OPTIONS /graphql HTTP/1.1", HOST, CLOSE, b"Origin: " + origin, *asked)


CONTENT_TYPES = (
    to("no content type", post(_BODY, of=_NO_TYPE), 415, "BAD_USER_INPUT"),
    to("an empty content type", _typed(b""), 415, "BAD_USER_INPUT"),
    to("a form", _typed(b"application/x-www-form-urlencoded", b"query={__typename}"), 415, "BAD_USER_INPUT"),
    to("a form with a file", _typed(b"multipart/form-data; boundary=x", b'--x\r\nContent-Disposition: form-data; name="operations"\r\n\r\n{"query": "{ __typename }"}\r\n--x--'), 415, "BAD_USER_INPUT"),
    to("text", _typed(b"text/plain"), 415, "BAD_USER_INPUT"),
    to("text that says JSON", _typed(b"text/plain; application/json"), 415, "BAD_USER_INPUT"),
    to("a document alone", _typed(b"application/graphql", b"{ __typename }"), 415, "BAD_USER_INPUT"),
    to("JSON of another kind", _typed(b"application/vnd.api+json"), 415, "BAD_USER_INPUT"),
    to("a type that begins like JSON", _typed(b"application/jsonp"), 415, "BAD_USER_INPUT"),
    to("JSON in capitals", _typed(b"APPLICATION/JSON; CHARSET=UTF-8"), 200),
    to("JSON in UTF-16", _typed(b"application/json; charset=utf-16", _BODY.decode().encode("utf-16")), 415, "BAD_USER_INPUT"),
    to("JSON in UTF-7", _typed(b"application/json; charset=utf-7"), 415, "BAD_USER_INPUT"),
    to("JSON in Latin", _typed(b"application/json; charset=iso-8859-1"), 415, "BAD_USER_INPUT"),
    to("JSON in a coding of Python's", _typed(b"application/json; charset=unicode_escape"), 415, "BAD_USER_INPUT"),
    to("JSON in two codings", _typed(b"application/json; charset=utf-8; charset=utf-7"), 415, "BAD_USER_INPUT"),
    to("two content types", post(_BODY, b"Content-Type: text/plain"), 415, "BAD_USER_INPUT"),
    to("two content types in a line", _typed(b"text/plain, application/json"), 415, "BAD_USER_INPUT"),
    to("a content type of 60,000 letters", _typed(b"application/json" + b";a=b" * 15_000), 415, "BAD_USER_INPUT"),
)  # fmt: skip

CODINGS = (
    to("a body that is said to be packed", post(_BODY, b"Content-Encoding: gzip"), 415, "BAD_USER_INPUT"),
    to("a packed bomb", post(b"\x1f\x8b\x08" + b"\0" * 60_000, b"Content-Encoding: gzip"), 415, "BAD_USER_INPUT"),
    to("a deflated body", post(b"\x78\x9c" + b"\0" * 1000, b"Content-Encoding: deflate"), 415, "BAD_USER_INPUT"),
    to("a body packed by Brotli", post(_BODY, b"Content-Encoding: br"), 415, "BAD_USER_INPUT"),
    to("a body packed often", post(_BODY, b"Content-Encoding: " + b"gzip, " * 1000 + b"gzip"), 415, "BAD_USER_INPUT"),
    to("identity and then gzip", post(_BODY, b"Content-Encoding: identity", b"Content-Encoding: gzip"), 415, "BAD_USER_INPUT"),
    to("answers in no coding at all", post(_BODY, b"Accept-Encoding: identity;q=0, *;q=0"), 200),
    to("10,000 codings of the answer", post(_BODY, b"Accept-Encoding: " + b"a;q=0.1," * 10_000), 200),
    to("a broken weight of gzip", post(_BODY, b"Accept-Encoding: gzip;q=1e999"), 200),
)  # fmt: skip

ACCEPTED = (
    to("an answer in XML", post(_BODY, b"Accept: application/xml"), 406, "BAD_USER_INPUT"),
    to("an answer in UTF-16", post(_BODY, b"Accept: application/json; charset=utf-16"), 406, "BAD_USER_INPUT"),
    to("no answer at all", post(_BODY, b"Accept: application/json;q=0"), 406, "BAD_USER_INPUT"),
    to("a stream of events", post(_BODY, b"Accept: text/event-stream"), 406, "BAD_USER_INPUT"),
    to("an answer in parts", post(_BODY, b"Accept: multipart/mixed; deferSpec=20220824"), 406, "BAD_USER_INPUT"),
    to("10,000 types of answer", post(_BODY, b"Accept: " + b"a/b;q=0.1," * 10_000 + b"*/*"), 406, "BAD_USER_INPUT"),
    to("150,000 types of no name", post(_BODY, b"Accept: " + b",a" * 150_000), 406, "BAD_USER_INPUT"),
    to("a weight beyond any", post(_BODY, b"Accept: application/json;q=99999999999999999999"), 406, "BAD_USER_INPUT"),
    to("a weight that is no number", post(_BODY, b"Accept: application/json;q=NaN"), 406, "BAD_USER_INPUT"),
    to("commas alone", post(_BODY, b"Accept: ,,,,,,,,"), 200),
    to("languages", post(_BODY, b"Accept-Language: " + b"xx-XX;q=0.5," * 5_000), 200),
)  # fmt: skip

ORIGINS = (
    to("a page of a stranger", post(_BODY, b"Origin: https://elsewhere.example"), 403, "FORBIDDEN"),
    to("a page of nobody", post(_BODY, b"Origin: null"), 403, "FORBIDDEN"),
    to("a page on this machine", post(_BODY, b"Origin: http://localhost:3000"), 403, "FORBIDDEN"),
    to("two origins", post(_BODY, b"Origin: http://gateway", b"Origin: https://elsewhere.example"), 403, "FORBIDDEN"),
    to("two origins in a line", post(_BODY, b"Origin: http://gateway https://elsewhere.example"), 403, "FORBIDDEN"),
    to("an origin that begins like ours", post(_BODY, b"Origin: http://gateway.elsewhere.example"), 403, "FORBIDDEN"),
    to("an origin with our name before an at", post(_BODY, b"Origin: http://gateway@elsewhere.example"), 403, "FORBIDDEN"),
    to("an origin with a broken port", post(_BODY, b"Origin: http://gateway:99999999"), 403, "FORBIDDEN"),
    to("an origin with half an address", post(_BODY, b"Origin: http://[::1"), 403, "FORBIDDEN"),
    to("an origin of a file", post(_BODY, b"Origin: file://"), 403, "FORBIDDEN"),
    to("an empty origin", post(_BODY, b"Origin: "), 403, "FORBIDDEN"),
    to("a page of another site", post(_BODY, b"Sec-Fetch-Site: cross-site"), 403, "FORBIDDEN"),
    to("a page of a neighbor", post(_BODY, b"Sec-Fetch-Site: same-site"), 403, "FORBIDDEN"),
    to("a page in a frame", get(_QUERY, b"Sec-Fetch-Site: cross-site", b"Sec-Fetch-Mode: navigate", b"Sec-Fetch-Dest: iframe"), 403, "FORBIDDEN"),
    to("a link", get(_QUERY, b"Sec-Fetch-Mode: navigate", b"Accept: text/html,*/*;q=0.8"), 400, "BAD_USER_INPUT"),
    to("a link of what shows pages alone", get(_QUERY, b"Sec-Fetch-Mode: navigate", b"Accept: text/html"), 406, "BAD_USER_INPUT"),
    to("a picture", get(_QUERY, b"Accept: image/webp,*/*;q=0.8"), 400, "BAD_USER_INPUT"),
    to("a script", get(_QUERY, b"Sec-Fetch-Mode: no-cors", b"Sec-Fetch-Dest: script", b"Sec-Fetch-Site: same-origin", b"Accept: */*"), 400, "BAD_USER_INPUT"),
    to("a callback for a script", get(_QUERY + "&callback=alert", b"Accept: */*"), 200),
    to("a stranger asks before", _preflight(b"https://elsewhere.example"), 400),
    to("nobody asks before", _preflight(b"null"), 400),
    to("this machine asks before", _preflight(b"http://localhost:8000"), 400),
    to("a star asks before", _preflight(b"*"), 400),
    to("an origin of 60,000 letters asks before", _preflight(b"https://" + b"a" * 60_000), 400),
)  # fmt: skip

WRITES_BY_GET = (
    to("a purchase by GET", get(_BUY_BY_GET), 405, "BAD_USER_INPUT"),
    to("a purchase in the body of a GET", head(b"GET /graphql HTTP/1.1", HOST, CLOSE, SIGNED_IN, JSON, b"Content-Length: %d" % len(_BUYING_BODY)) + _BUYING_BODY, 422, "BAD_USER_INPUT"),
    to("a purchase in the address of a POST", post(b"{}", target=_BUY_BY_GET.encode()), 422, "BAD_USER_INPUT"),
    to("a purchase beside a query by GET", get(_BUY_BY_GET.replace("mutation", "query%20Q%20{__typename}%20mutation%20M") + "&operationName=M"), 405, "BAD_USER_INPUT"),
    to("a subscription by GET", get("/graphql?query=subscription%20{__typename}"), 422, "GRAPHQL_VALIDATION_FAILED"),
    to("a purchase by another method's name", get(_BUY_BY_GET, b"X-HTTP-Method-Override: POST"), 405, "BAD_USER_INPUT"),
)  # fmt: skip

OTHER_PAGES = tuple(
    to(f"the page {path}", get(path, b"Accept: text/html"), 404)
    for path in (
        "/", "/graphiql", "/graphiql/assets/index.js", "/schema.graphql", "/schema.json", "/playground", "/docs", "/openapi.json",
        "/metrics", "/admin", "/.env", "/.git/config", "/server-status", "/debug/pprof", "/_sandbox/calls", "/_sandbox/tokens", "/v1/customers",
    )
)  # fmt: skip

INPUTS: tuple[Input, ...] = (*CONTENT_TYPES, *CODINGS, *ACCEPTED, *ORIGINS, *WRITES_BY_GET, *OTHER_PAGES)
