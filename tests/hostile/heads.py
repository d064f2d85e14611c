"""Requests that are hardly HTTP: wrong first lines, lengths, chunks and headers, and two requests hidden in one."""

from tests.hostile.inputs import CLOSE, HOST, JSON, SIGNED_IN, Input, get, head, post, to

_POST = b"POST /graphql HTTP/1.1"
_BODY = b'{"query": "{ __typename }"}'
_LENGTH = b"Content-Length: %d" % len(_BODY)
_CHUNKED = b"Transfer-Encoding: chunked"
_CHUNK = b"%x\r\n%b\r\n" % (len(_BODY), _BODY)
_USUAL = (HOST, CLOSE, SIGNED_IN, JSON)
_STAYING = (HOST, SIGNED_IN, JSON)
_HEALTH = get("/health", signed_in=False)
"""Ends the connection when the server takes it for a request of its own."""

FIRST_LINES = (
    to("nothing but a line end", b"\r\n\r\n" + _HEALTH, 200),
    to("no HTTP at all", b"hello\r\n\r\n", 400),
    to("no version", b"GET /health\r\n\r\n", 200),
    to("HTTP/0.9", b"GET /health HTTP/0.9\r\n\r\n", 200),
    to("HTTP/1.0 without a host", b"GET /health HTTP/1.0\r\n\r\n", 200),
    to("HTTP/1.2", b"GET /health HTTP/1.2\r\nHost: gateway\r\nConnection: close\r\n\r\n", 400),
    to("HTTP/3.7", b"GET /health HTTP/3.7\r\nHost: gateway\r\n\r\n", 400),
    to("a version of many digits", b"GET /health HTTP/1.11111111\r\nHost: gateway\r\n\r\n", 400),
    to("the beginning of HTTP/2", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + b"\0" * 9, 400),
    to("the hello of TLS", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\xaa" * 500, 400),
    to("a mail server's greeting", b"EHLO gateway\r\nMAIL FROM:<a@b>\r\n", 400),
    to("bytes without sense", bytes(range(128, 256)) * 4 + b"\r\n\r\n", 400),
    to("zeros", b"\0" * 1000, 400),
    to("an unknown method", head(b"BREW /graphql HTTP/1.1", *_USUAL), 400),
    to("a method in small letters", head(b"get /health HTTP/1.1", *_USUAL), 400),
    to("a method of 10,000 letters", head(b"A" * 10_000 + b" /graphql HTTP/1.1", *_USUAL), 400),
    to("two blanks", head(b"GET  /health HTTP/1.1", *_USUAL), 200),
    to("a tab for a blank", head(b"GET\t/health\tHTTP/1.1", *_USUAL), 400),
    to("a blank in the path", head(b"GET /graphql /health HTTP/1.1", *_USUAL), 400),
    to("a zero in the path", get(b"/health\0"), 400),
    to("a line end in the path", get(b"/health\r\nX: y"), 200),
    to("half an escape in the path", get("/health%"), 404),
    to("an escaped zero in the path", get("/health%00"), 404),
    to("an escaped line end in the path", get("/health%0d%0aSet-Cookie:%20a=b"), 404),
    to("bytes beyond ASCII in the path", get(b"/gr\xe4phql"), 400),
    to("a broken escape of UTF-8", get("/graphql/%ff%fe"), 422, "BAD_USER_INPUT"),
    to("an escaped path", get("/%67raphql?query=%7B__typename%7D"), 200),
    to("a way upwards", get("/graphql/../../../../etc/passwd"), 404),
    to("an escaped way upwards", get("/graphql/%2e%2e%2f%2e%2e%2fetc%2fpasswd"), 404),
    to("a way upwards with backslashes", get("/graphql/..\\..\\etc\\passwd"), 422, "BAD_USER_INPUT"),
    to("a way upwards in a document's id", get("/graphql/.."), 422, "BAD_USER_INPUT"),
    to("two slashes", get("//graphql?query={__typename}"), 404),
    to("a slash at the end", get("/graphql/?query={__typename}"), 404),
    to("a path in capitals", get("/GRAPHQL?query={__typename}"), 404),
    to("a parameter of the path", get("/graphql;a=b?query={__typename}"), 404),
    to("a whole address", get("http://elsewhere.example/graphql?query={__typename}"), 200),
    to("a whole address of https", get("https://elsewhere.example/health"), 200),
    to("a file's address", get("file:///etc/passwd"), 400),
    to("a proxy's request", head(b"CONNECT elsewhere.example:443 HTTP/1.1", *_USUAL), 400),
    to("the whole server", head(b"OPTIONS * HTTP/1.1", *_USUAL), 404),
    to("a path of 60,000 letters", get("/" + "a" * 60_000), 404),
    to("a fragment", get("/health#" + "a" * 100), 200),
    to("a query string of 300,000 letters", get("/graphql?query=" + "a" * 300_000), 414),
    to("a head beyond all bounds", get("/graphql?query=" + "a" * 1_000_000), 414),
)

HEADERS = (
    to("no host", head(b"GET /health HTTP/1.1", CLOSE), 400),
    to("two hosts", get("/health", b"Host: elsewhere.example"), 400),
    to("a host with a path", head(b"GET /graphql?query={__typename} HTTP/1.1", b"Host: a/b?c#d", CLOSE, SIGNED_IN), 400),
    to("a user and a host", head(b"GET /health HTTP/1.1", b"Host: a@localhost", CLOSE), 400),
    to("a host in brackets with a port", head(b"GET /health HTTP/1.1", b"Host: [::1]:8000", CLOSE), 200),
    to("a host of 60,000 letters", head(b"GET /health HTTP/1.1", b"Host: " + b"a" * 60_000, CLOSE), 200),
    to("300 headers", get("/health", *[b"X-%d: y" % n for n in range(300)]), 431),
    to("one header 300 times", get("/health", *[b"X: y"] * 300), 431),
    to("60,000 headers", get("/health", *[b"X: y"] * 60_000), 431),
    to("a header of 100,000 letters", get("/health", b"X: " + b"y" * 100_000), 200),
    to("a header of a megabyte", get("/health", b"X: " + b"y" * 1_000_000), 431),
    to("a header's name of 100,000 letters", get("/health", b"x" * 100_000 + b": y"), 200),
    to("a header without a colon", get("/health", b"nonsense"), 400),
    to("a header without a name", get("/health", b": nonsense"), 400),
    to("a blank before the colon", get("/health", b"X : y"), 400),
    to("a header over two lines", get("/health", b"X: a", b" b"), 400),
    to("a zero in a header", get("/health", b"X: a\0b"), 400),
    to("a line feed alone between headers", b"GET /health HTTP/1.1\nHost: gateway\nConnection: close\n\n", 400),
    to("a carriage return alone in a header", get("/health", b"X: a\rY: b"), 400),
    to("bytes beyond ASCII in a header", get("/health", b"X: \xff\xfe\x80"), 200),
    to("bytes beyond ASCII in a header's name", get("/health", b"X\xff: y"), 400),
    to("control characters in a header", get("/health", b"X: \x01\x02\x1b[31m"), 400),
    to("HEAD", head(b"HEAD /graphql?query={__typename} HTTP/1.1", *_USUAL), 405),
    to("PUT", head(b"PUT /graphql HTTP/1.1", *_USUAL, b"Content-Length: 0"), 405, "BAD_USER_INPUT"),
    to("PATCH", head(b"PATCH /graphql HTTP/1.1", *_USUAL, b"Content-Length: 0"), 405, "BAD_USER_INPUT"),
    to("DELETE", head(b"DELETE /graphql HTTP/1.1", *_USUAL), 405, "BAD_USER_INPUT"),
    to("TRACE", head(b"TRACE /graphql HTTP/1.1", *_USUAL), 405, "BAD_USER_INPUT"),
    to("OPTIONS", head(b"OPTIONS /graphql HTTP/1.1", *_USUAL), 405, "BAD_USER_INPUT"),
    to("PROPFIND", head(b"PROPFIND /graphql HTTP/1.1", *_USUAL), 405, "BAD_USER_INPUT"),
    to("another method in a header", get("/graphql?query={__typename}", b"X-HTTP-Method-Override: DELETE"), 200),
    to("another path in a header", get("/health", b"X-Original-URL: /graphql", b"X-Rewrite-URL: /metrics"), 200),
    to("another caller in a header", get("/graphql?query={__typename}", b"X-Forwarded-For: 127.0.0.1", b"X-Real-IP: ::1", b"Forwarded: for=127.0.0.1;host=elsewhere.example;proto=https", b"X-Forwarded-Host: elsewhere.example", b"X-Forwarded-Proto: nonsense"), 200),
    to("an upgrade to WebSocket", get("/graphql", b"Connection: Upgrade", b"Upgrade: websocket", b"Sec-WebSocket-Version: 13", b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", b"Sec-WebSocket-Protocol: graphql-transport-ws"), 422, "BAD_USER_INPUT"),
    to("an upgrade to HTTP/2", get("/health", b"Connection: Upgrade, HTTP2-Settings", b"Upgrade: h2c", b"HTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA"), 200),
    to("an expectation that nobody has", post(_BODY, b"Expect: the-unexpected"), 200),
    to("a range", get("/graphql?query={__typename}", b"Range: bytes=0-0"), 200),
    to("what the cache has", get("/graphql?query={__typename}", b"If-None-Match: *", b"If-Modified-Since: never"), 200),
)  # fmt: skip

LENGTHS = (
    to("no length, no body", head(_POST, *_USUAL), 400, "BAD_USER_INPUT"),
    to("a length of no number", head(_POST, *_USUAL, b"Content-Length: many"), 400),
    to("a length below nothing", head(_POST, *_USUAL, b"Content-Length: -1"), 400),
    to("a length with a sign", head(_POST, *_USUAL, b"Content-Length: +27") + _BODY, 400),
    to("a length in hexadecimal", head(_POST, *_USUAL, b"Content-Length: 0x1b") + _BODY, 400),
    to("an empty length", head(_POST, *_USUAL, b"Content-Length: ") + _BODY, 400),
    to("a length beyond 64 bits", head(_POST, *_USUAL, b"Content-Length: " + b"9" * 30), 400),
    to("two lengths that differ", head(_POST, *_USUAL, _LENGTH, b"Content-Length: 3") + _BODY, 400),
    to("two lengths that agree", head(_POST, *_USUAL, _LENGTH, _LENGTH) + _BODY, 400),
    to("two lengths by comma", head(_POST, *_USUAL, b"Content-Length: 27, 27") + _BODY, 400),
    to("a length of a terabyte", head(_POST, *_USUAL, b"Content-Length: 1000000000000") + b"{" * 400_000, 413, "LIMIT_EXCEEDED"),
    to("a body of a megabyte", post(b'{"query": "' + b"#" * 1_000_000 + b'"}'), 413, "LIMIT_EXCEEDED"),
    to("a body with GET", head(b"GET /graphql?query={__typename} HTTP/1.1", *_USUAL, _LENGTH) + _BODY, 200),
    to("a length shorter than the body", head(_POST, *_USUAL, b"Content-Length: 5") + _BODY, 400, "BAD_USER_INPUT"),
)  # fmt: skip

CHUNKS = (
    to("chunks", head(_POST, *_USUAL, _CHUNKED) + _CHUNK + b"0\r\n\r\n", 200),
    to("a chunk for each byte", head(_POST, *_USUAL, _CHUNKED) + b"".join(b"1\r\n%c\r\n" % byte for byte in _BODY) + b"0\r\n\r\n", 200),
    to("chunks beyond the limit", head(_POST, *_USUAL, _CHUNKED) + b"10000\r\n%b\r\n" % (b" " * 65536) * 20 + b"0\r\n\r\n", 413, "LIMIT_EXCEEDED"),
    to("a chunk with endless words", head(_POST, *_USUAL, _CHUNKED) + b"1b" + b";a=b" * 5_000 + b"\r\n" + _BODY + b"\r\n0\r\n\r\n", 200),
    to("a chunk of no size", head(_POST, *_USUAL, _CHUNKED) + b"x\r\n\r\n", 400),
    to("a chunk of a size below nothing", head(_POST, *_USUAL, _CHUNKED) + b"-1\r\n\r\n", 400),
    to("a chunk of a size beyond 64 bits", head(_POST, *_USUAL, _CHUNKED) + b"f" * 17 + b"\r\n", 400),
    to("a chunk longer than it says", head(_POST, *_USUAL, _CHUNKED) + b"3\r\n" + _BODY + b"\r\n0\r\n\r\n", 400),
    to("chunks and words after them", head(_POST, *_USUAL, _CHUNKED) + _CHUNK + b"0\r\nX-After: all\r\n\r\n", 200),
    to("chunks and a token after them", head(_POST, *_USUAL, _CHUNKED) + _CHUNK + b"0\r\nAuthorization: Bearer other\r\n\r\n", 200),
    to("chunks and endless words after them", head(_POST, *_USUAL, _CHUNKED) + _CHUNK + b"0\r\nX: " + b"y" * 4_000_000, 431),
    to("chunks that are not the last coding", head(_POST, *_USUAL, b"Transfer-Encoding: chunked, identity") + _CHUNK, 400),
    to("chunks of a packed body", head(_POST, *_USUAL, b"Transfer-Encoding: gzip, chunked") + _CHUNK + b"0\r\n\r\n", 200),
    to("an unknown coding of the transfer", head(_POST, *_USUAL, b"Transfer-Encoding: nonsense") + _BODY, 400),
    to("chunks in HTTP/1.0", head(b"POST /graphql HTTP/1.0", *_USUAL, _CHUNKED) + _CHUNK + b"0\r\n\r\n", 200),
)  # fmt: skip

SMUGGLED = (
    to("a length and chunks", head(_POST, *_STAYING, _LENGTH, _CHUNKED) + b"0\r\n\r\n" + _HEALTH, 400),
    to("chunks and a length", head(_POST, *_STAYING, _CHUNKED, b"Content-Length: 4") + _CHUNK + b"0\r\n\r\n" + _HEALTH, 400),
    to("chunks in disguise and a length", head(_POST, *_STAYING, b"Transfer-Encoding : chunked", _LENGTH) + _BODY + _HEALTH, 400),
    to("chunks twice", head(_POST, *_STAYING, _CHUNKED, b"Transfer-Encoding: identity") + _CHUNK + b"0\r\n\r\n" + _HEALTH, 400),
    to("chunks by another name", head(_POST, *_STAYING, b"Transfer-Encoding: xchunked") + _CHUNK + b"0\r\n\r\n" + _HEALTH, 400),
    to("a request in a body", head(_POST, *_STAYING, b"Content-Length: %d" % len(_HEALTH)) + _HEALTH + _HEALTH, (400, 200), "BAD_USER_INPUT"),
    to("a request after a length that is too short", head(_POST, *_STAYING, b"Content-Length: 2") + b"{}GARBAGE\r\n\r\n", (422, 400), "BAD_USER_INPUT"),
    to("twenty requests at once", get("/health").replace(b"close", b"keep-alive") * 19 + _HEALTH, (200,) * 20),
    to("a request after one that ends the connection", _HEALTH + _HEALTH, 200),
    to("a line feed alone in chunks", head(_POST, *_USUAL, _CHUNKED) + b"1b\n" + _BODY + b"\n0\n\n", 400),
)  # fmt: skip

INPUTS: tuple[Input, ...] = (*FIRST_LINES, *HEADERS, *LENGTHS, *CHUNKS, *SMUGGLED)
