"""Answers that are kept as encoded text: selections over records that never change and that many answers show."""

import weakref
from collections.abc import Callable
from typing import Any, TypeAlias

Kept: TypeAlias = dict[int, tuple["weakref.ref[Any]", object]]
"""Fragments of one selection, by the identity of their record, which is told from a later record by the reference."""


class KeptSelections:
    """Encodes each selection over a record once, and keeps it as long as the record lives.

    Records of *classes* never change, and can be weakly referenced. *encode* gives what the answer's encoder writes as it
    is. At most *max_bytes* of text are kept; when they are used up, selections are made anew as if nothing were kept.
    """

    def __init__(
        self, classes: tuple[type, ...], *, encode: Callable[[object], tuple[object, int]], max_bytes: int
    ) -> None:
        """*encode* also gives the length of the text."""
        self.classes = frozenset(classes)
        self._encode = encode
        self._free_bytes = max_bytes

    def keep(self, kept: Kept, record: Any, value: object) -> object:  # noqa: ANN401 - of one of the classes
        """The fragment of a selection over a record, of which *value* is the data; the value itself if it is not kept."""
        if record.__class__ not in self.classes:
            return value
        fragment, size = self._encode(value)
        if size > self._free_bytes:
            return value
        key = id(record)

        def forget(_: object) -> None:
            del kept[key]
            self._free_bytes += size

        self._free_bytes -= size
        kept[key] = weakref.ref(record, forget), fragment
        return fragment
