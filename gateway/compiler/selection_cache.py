"""A cache of encoded selections over records that never change and that many answers show."""

import weakref
from collections.abc import Callable
from typing import Any


class SelectionCache:
    """Encodes each selection over a record once, and caches the text as long as the record and the operation live.

    Records of *classes* never change, and can be weakly referenced. *encode* gives what the answer's encoder writes as it
    is, and its length. At most *max_bytes* of text are cached; while they are used up, selections are made anew.
    """

    def __init__(
        self, classes: tuple[type, ...], *, encode: Callable[[object], tuple[object, int]], max_bytes: int
    ) -> None:
        self.classes = frozenset(classes)
        self.encode = encode
        self.free_bytes = max_bytes


class CachedSelection(dict[int, tuple["weakref.ref[Any]", object]]):
    """The texts of one selection, by the identity of their records.

    A later record may get the identity of one that has died; the weak reference tells which of them a text is of.
    """

    def __init__(self, cache: SelectionCache) -> None:
        super().__init__()
        self._cache = cache
        self._bytes = 0

    def __del__(self) -> None:
        self._cache.free_bytes += self._bytes

    def add(self, record: Any, value: object) -> object:  # noqa: ANN401 - a record of any class
        """The text of *value*, which is the data selected of a record; the value itself if it cannot be cached."""
        cache = self._cache
        if record.__class__ not in cache.classes:
            return value
        text, size = cache.encode(value)
        if size > cache.free_bytes:
            return value
        self._count(size)
        self[id(record)] = weakref.ref(record, _remover(self, id(record), size)), text
        return text

    def _count(self, size: int) -> None:
        self._bytes += size
        self._cache.free_bytes -= size

    def remove(self, key: int, size: int) -> None:
        del self[key]
        self._count(-size)


def _remover(selection: CachedSelection, key: int, size: int) -> Callable[[object], None]:
    """Removes a text when its record dies. It does not keep the selection alive."""
    reference = weakref.ref(selection)

    def remove(_: object) -> None:
        found = reference()
        if found is not None:
            found.remove(key, size)

    return remove
