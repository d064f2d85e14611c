"""The base classes of all records of Partner Center's JSON.

Names are ours in snake_case, the wire's in camelCase. Fields hold what is on the wire and nothing else. The fast decoder
refuses objects with other members, because these may be known ones in another spelling; reading leaves them out.
"""

from typing import Annotated, ClassVar, Self

import msgspec

Word = Annotated[str, msgspec.Meta(min_length=1)]
"""An id or code; an empty text is not one."""


class Unread(msgspec.Struct, frozen=True, gc=False):
    """An object on the wire of which nothing is read."""


UNREAD = Unread()


class Record(msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """A frozen record. Absent members take the default; Partner Center leaves out what is empty.

    A required member that may be None is one that the fast decoder insists on and the tolerant one does not.
    """

    needs_its_list: ClassVar[bool] = False
    """Whether an unreadable list makes the whole record unreadable: shown as empty, it would be a false statement."""

    may_be_empty: ClassVar[bool] = False
    """Whether an object in which nothing of the record can be read still counts as the record."""

    @classmethod
    def out_of(cls, value: object) -> Self | None:
        """The record that JSON other than an object stands for; None, the usual, when it stands for none."""
        return None


class RecordWithContext(Record, frozen=True, kw_only=True, dict=True):
    """A record with context: facts that its JSON does not hold, such as the customer it was read for.

    Each fact is declared as a ClassVar with its default. Comparing and encoding ignore the context.
    """

    def set_context(self, **facts: object) -> None:
        """Give this record its context. Only for readers of answers, before any other code sees the record."""
        vars(self).update(facts)
