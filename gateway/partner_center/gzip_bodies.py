"""Bodies compressed with gzip as real proxies send them: one member or several, perhaps followed by zeros."""

import zlib
from collections.abc import Generator, Iterable

_GZIP = zlib.MAX_WBITS | 16
_PIECE = 64 * 1024
"""Bytes decompressed at a time, so that a small body that expands hugely takes no more memory than its reader allows."""

_CODINGS = {"gzip", "x-gzip"}
"""Both names of the only coding that is requested (RFC 9110, 8.4.1.3)."""


class BrokenGzip(Exception):
    """The stream is damaged, or not gzip."""


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
            # After the member's end, what is left is in `unconsumed_tail` too.
            while not self.has_ended and (piece := self._unpacker.decompress(packed, _PIECE)):
                yield piece
                packed = self._unpacker.unconsumed_tail
        except zlib.error as error:
            raise BrokenGzip("broken gzip") from error


class Unpacker:
    """Decompresses one gzip stream, in pieces. An empty stream has none.

    Raises BrokenGzip for a stream that ends early, fails its checksum, or holds anything but members and zeros: other
    bytes after a member could be the damaged rest of the answer.
    """

    def __init__(self) -> None:
        self._member: _Member | None = None
        self._is_first = True

    def pieces(self, packed: bytes) -> Generator[bytes]:
        """What the next bytes of the stream decompress to."""
        while packed:
            if self._member is None:
                packed = packed if self._is_first else packed.lstrip(b"\0")
                if not packed:
                    return
                self._member, self._is_first = _Member(), False
            yield from self._member.pieces(packed)
            packed = self._member.rest
            if self._member.has_ended:
                self._member = None

    def finish(self) -> None:
        """Call it at the end of the stream."""
        if self._member is not None:
            raise BrokenGzip("gzip without an end")


def is_packed(codings: Iterable[str]) -> bool:
    """Whether the values of the header Content-Encoding name gzip."""
    return any(coding.strip().lower() in _CODINGS for value in codings for coding in value.split(","))
