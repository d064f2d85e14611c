"""Answers made smaller for callers that take gzip. Source: RFC 9110, 12.5.3.

Compressing a secret beside words that a stranger chose lets him guess it by the length (BREACH). That needs a victim's
browser to send the stranger's words with the victim's rights, and here no browser adds rights by itself: there are no
cookies, callers bring a bearer token, and where none is needed pages of strangers are turned away (`browsers`).
"""

import asyncio
import gzip

from gateway.http.negotiation import weight_of

SMALLEST = 1000
"""Bytes; what is smaller fits in one packet anyway."""

_LEVEL = 3
"""Of 9. A page of products, 3.5 KB, comes out 5 % larger than at the highest level, in two thirds of the time."""
_BRIEF = 128 * 1024
"""Bytes that take about a millisecond. More is compressed in a thread, so that other requests go on."""


def takes_gzip(accept_encoding: str) -> bool:
    """Whether the caller takes gzip, and does not like plain answers better. Without a header it takes plain ones."""
    gzip_weight = weight_of("gzip", accept_encoding)
    return bool(gzip_weight) and gzip_weight >= weight_of("identity", accept_encoding)


async def gzipped(body: bytes) -> bytes:
    if len(body) <= _BRIEF:
        return _gzipped(body)
    return await asyncio.to_thread(_gzipped, body)


def _gzipped(body: bytes) -> bytes:
    return gzip.compress(body, _LEVEL, mtime=0)
