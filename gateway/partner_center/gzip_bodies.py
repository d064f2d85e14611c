"""Bodies compressed with gzip as real proxies send them: one member or several, perhaps followed by zeros."""

import zlib
from collections.abc import AsyncGenerator, AsyncIterable, Generator

import httpx

_GZIP = zlib.MAX_WBITS | 16
_PIECE = 64 * 1024
"""Bytes decompressed at a time, so that a small body that expands hugely takes no more memory than its reader allows."""


class _Member:
    """One member of a gzip stream, with a checksum at its end. Source: RFC 1952, 2.3."""

    def __init__(self) -> None:
        self._unpacker = zlib.decompressobj(_GZIP)

    @property
    def has_ended(self) -> bool:
        return self._unpacker.eof

    @property
    def rest(self) -> bytes:
        """The bytes after the member's end."""
        return self._unpacker.unused_data

    def pieces(self, packed: bytes) -> Generator[bytes]:
        try:
            while piece := self._unpacker.decompress(packed, _PIECE):
                yield piece
                packed = self._unpacker.unconsumed_tail
        except zlib.error as error:
            raise httpx.DecodingError("broken gzip") from error


async def unpacked(packed: AsyncIterable[bytes]) -> AsyncGenerator[bytes]:
    """The decompressed bytes of a gzip stream, in pieces; nothing for an empty stream.

    Raises httpx.DecodingError for a stream that ends early, fails its checksum, or holds anything but members and
    zeros: other bytes after a member could be the damaged rest of the answer.
    """
    member: _Member | None = None
    is_first = True
    async for chunk in packed:
        left = chunk
        while left:
            if member is None:
                left = left if is_first else left.lstrip(b"\0")
                if not left:
                    break
                member, is_first = _Member(), False
            for piece in member.pieces(left):
                yield piece
            left = member.rest
            if member.has_ended:
                member = None
    if member is not None:
        raise httpx.DecodingError("gzip without an end")
