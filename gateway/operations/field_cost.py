"""What a field of the graph costs in calls to Partner Center, as a value. The figures are the schema's, the sum `http`'s."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

Arguments = Mapping[str, object]
"""A field's arguments as the caller wrote them, variables filled in; not yet checked against the schema."""

Amount = int | Callable[[Arguments], int]


@dataclass(frozen=True, slots=True)
class Figure:
    """One field, asked of one object. Beyond these, a field is free and leads to one object.

    `calls` are made for each set of arguments, and `items` is how many objects the field leads to. Fields of one object
    that name the same `look_up` share a single call. Once for each customer comes the reading of that customer, which
    tells the market too: `reads_customer`, unless the argument `unless_given` makes it needless. Nothing is called when
    only the fields `free` are selected below.
    """

    calls: Amount = 0
    items: Amount = 1
    look_up: str | None = None
    reads_customer: bool = False
    unless_given: str | None = None
    free: frozenset[str] = frozenset()
    spends_money: bool = False


Figures = Mapping[str, Figure]
"""By field, as `Type.field`."""
