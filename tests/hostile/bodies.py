"""Bodies that are no request, or a request of absurd parts, and documents that are named instead of sent."""

import hashlib
import json

from tests.hostile.inputs import Input, get, post, to

_TYPENAME = "{ __typename }"
_BODY = b'{"query": "{ __typename }"}'
_HASH = hashlib.sha256(_TYPENAME.encode()).hexdigest()
_UNKNOWN_HASH = "0" * 64


def _sent(name: str, body: bytes, statuses: int = 400, *codes: str) -> Input:
    return to(name, post(body), statuses, *(codes or (() if statuses == 200 else ("BAD_USER_INPUT",))))


def _malformed(name: str, body: bytes) -> Input:
    """JSON, but not a well-formed request."""
    return _sent(name, body, 422)


def _with(variables: bytes) -> bytes:
    return b'{"query": "{ __typename }", "variables": ' + variables + b"}"


NO_REQUESTS = (
    _sent("blanks alone", b" " * 1000),
    _malformed("true", b"true"),
    _malformed("a number", b"5"),
    _malformed("an empty object", b"{}"),
    _malformed("an empty list", b"[]"),
    _malformed("a batch of 2,000", b"[" + b",".join([_BODY] * 2000) + b"]"),
    _sent("an object by lines", _BODY + b"\n" + _BODY),
    _sent("a comma too many", b'{"query": "{ __typename }",}'),
    _sent("a comment", b'/* a */ {"query": "{ __typename }"}'),
    _sent("single quotes", b"{'query': '{ __typename }'}"),
    _sent("a name without quotes", b'{query: "{ __typename }"}'),
    _sent("a document alone as JSON", b"{ __typename }"),
    _sent("a form as JSON", b"query={__typename}"),
    _sent("XML with an entity", b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'),
    _sent("YAML with an object", b"!!python/object/apply:os.system ['id']"),
    _sent("a pickle", b"\x80\x04\x95\x1d\x00\x00\x00\x00\x00\x00\x00\x8c\x05posix\x94\x8c\x06system\x94\x93\x94"),
    _sent("UTF-16 without a mark", _BODY.decode().encode("utf-16-le")),
    _sent("UTF-32", _BODY.decode().encode("utf-32")),
    _sent("an overlong slash in UTF-8", b'{"query": "\xc0\xaf"}'),
    _sent("half a character at the end", b'{"query": "{ __typename } #\xe2\x82'),
    _sent("a zero", b'{"query": "{ __typename }\0"}'),
    _sent("zeros after the object", _BODY + b"\0" * 100),
    _sent("a line end in a text", b'{"query": "{\n__typename }"}'),
)  # fmt: skip

ABSURD_PARTS = (
    _sent("100,000 lists in lists", _with(b"[" * 100_000 + b"]" * 100_000)),
    _sent("40,000 objects in objects", _with(b'{"a":' * 40_000 + b"1" + b"}" * 40_000)),
    _sent("70 lists in lists", _with(b'{"a": ' + b"[" * 70 + b"]" * 70 + b"}")),
    _sent("lists without end", b'{"variables": ' + b"[" * 200_000),
    _sent("a number of 200,000 digits", _with(b'{"a": ' + b"9" * 200_000 + b"}")),
    _sent("a fraction of 5,000 digits", _with(b'{"a": 0.' + b"1" * 5_000 + b"}")),
    _sent("-1e999999999", _with(b'{"a": -1e999999999}')),
    _sent("1e-999999999", _with(b'{"a": 1e-999999999}'), 200),
    _sent("Infinity", _with(b'{"a": -Infinity}')),
    _sent("a number with a nought before it", _with(b'{"a": 007}')),
    _sent("a hexadecimal number", _with(b'{"a": 0xff}')),
    _sent("an escape that is none", b'{"query": "\\x41"}'),
    _sent("a zero as an escape", b'{"query": "{ __typename }\\u0000"}', 400, "GRAPHQL_PARSE_FAILED"),
    _malformed("a query that is a list", b'{"query": ["{ __typename }"]}'),
    _malformed("a query that is an object", b'{"query": {"kind": "Document"}}'),
    _malformed("a query that is null", b'{"query": null}'),
    _sent("variables that are null", _with(b"null"), 200),
    _malformed("a name of the operation that is a list", b'{"query": "{ __typename }", "operationName": ["a"]}'),
    _sent("a name of the operation of 200,000 letters", b'{"query": "{ __typename }", "operationName": "' + b"a" * 200_000 + b'"}', 422, "BAD_USER_INPUT"),
    _sent("100,000 extensions", b'{"query": "{ __typename }", "extensions": {"a": [' + b"1," * 100_000 + b"1]}}", 200),
    _sent("20,000 members", b'{"query": "{ __typename }", ' + b", ".join(b'"a%d": 1' % n for n in range(20_000)) + b"}", 200),
    _sent("20,000 variables", _with(b"{" + b", ".join(b'"a%d": 1' % n for n in range(20_000)) + b"}"), 200),
    _sent("a member called __proto__", b'{"query": "{ __typename }", "__proto__": {"admin": true}, "constructor": {}}', 200),
    _sent("a member called __class__", b'{"query": "{ __typename }", "__class__": "os", "__init__": {"__globals__": {}}}', 200),
    _malformed("names in other letters", b'{"QUERY": "{ __typename }", "Query": "{ __typename }"}'),
    _sent("200,000 blanks around", b" " * 100_000 + _BODY + b"\n" * 100_000, 200),
    _sent("200,000 escapes", b'{"query": "#' + b"\\u0041" * 40_000 + b'\\n{ __typename }"}', 200),
)  # fmt: skip

NAMED_DOCUMENTS = (
    _sent("an unknown hash", json.dumps({"extensions": {"persistedQuery": {"version": 1, "sha256Hash": _UNKNOWN_HASH}}}).encode(), 200, "BAD_USER_INPUT"),
    _malformed("a document under another's hash", json.dumps({"query": "{ a }", "extensions": {"persistedQuery": {"version": 1, "sha256Hash": _HASH}}}).encode()),
    _malformed("a document under no hash", json.dumps({"query": _TYPENAME, "extensions": {"persistedQuery": {"version": 1, "sha256Hash": "abc"}}}).encode()),
    _malformed("a hash that is a list", b'{"query": "{ __typename }", "extensions": {"persistedQuery": {"version": 1, "sha256Hash": []}}}'),
    _malformed("a hash that is none", b'{"extensions": {"persistedQuery": {"version": 1, "sha256Hash": "../../etc/passwd"}}}'),
    _malformed("a hash of another version", b'{"extensions": {"persistedQuery": {"version": 2, "sha256Hash": "' + _HASH.encode() + b'"}}}'),
    _malformed("a hash of true", b'{"extensions": {"persistedQuery": true}}'),
    _malformed("a hash of 200,000 digits", b'{"documentId": "' + b"0" * 200_000 + b'"}'),
    _malformed("a hash in other digits", b'{"documentId": "' + "\u0660".encode() * 64 + b'"}'),
    _malformed("a hash with a line end", b'{"documentId": "' + _UNKNOWN_HASH.encode() + b'\\n"}'),
    _malformed("two ids that differ", json.dumps({"documentId": _HASH, "extensions": {"persistedQuery": {"version": 1, "sha256Hash": _UNKNOWN_HASH}}}).encode()),
    _malformed("an id that is a number", b'{"documentId": 5}'),
    _malformed("an empty id", b'{"documentId": ""}'),
    _sent("an unknown id", json.dumps({"documentId": f"sha256:{_UNKNOWN_HASH}"}).encode(), 422, "BAD_USER_INPUT"),
    _malformed("another kind of id", json.dumps({"documentId": f"md5:{'0' * 32}"}).encode()),
    to("a way upwards for an id", get("/graphql/%2e%2e"), 422, "BAD_USER_INPUT"),
    to("an id in the path and another in the body", post(json.dumps({"documentId": _HASH}).encode(), target=b"/graphql/" + _UNKNOWN_HASH.encode()), 422, "BAD_USER_INPUT"),
    to("an unknown id in the path", get(f"/graphql/{_UNKNOWN_HASH}"), 422, "BAD_USER_INPUT"),
    to("an id of 60,000 letters in the path", get("/graphql/" + "a" * 60_000), 422, "BAD_USER_INPUT"),
)  # fmt: skip

QUERY_STRINGS = (
    to("a query as a list", get("/graphql?query[]={__typename}"), 422, "BAD_USER_INPUT"),
    to("half a surrogate by GET", get("/graphql?query={__typename}%ed%a0%80"), 400, "BAD_USER_INPUT"),
    to("a zero by GET", get("/graphql?query=%00"), 400, "GRAPHQL_PARSE_FAILED"),
    to("deep variables by GET", get("/graphql?query={__typename}&variables=" + "[" * 5_000), 422, "BAD_USER_INPUT"),
    to("10,000 parameters", get("/graphql?query={__typename}&" + "&".join(f"a{n}=" for n in range(8_000))), 200),
    to("semicolons for ampersands", get("/graphql?query={__typename};query={a}"), 400, "GRAPHQL_PARSE_FAILED"),
)  # fmt: skip

INPUTS: tuple[Input, ...] = (*NO_REQUESTS, *ABSURD_PARTS, *NAMED_DOCUMENTS, *QUERY_STRINGS)
