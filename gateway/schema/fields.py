"""How a field of a graph type gets its value when it is not simply read from the record by name."""

from collections.abc import Callable
from typing import Any

import strawberry


def resolved(resolver: Callable[..., object], *, description: str, name: str | None = None) -> Any:  # noqa: ANN401 - see below
    """A field whose value *resolver* gives: a record that stands for the declared type, or an awaitable of one.

    The declared type is what the schema shows. Any, because no type checker can see that a record stands for it.
    """
    return strawberry.field(resolver=resolver, name=name, description=description)
