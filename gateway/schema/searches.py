"""The argument `query` of lists that the gateway searches itself."""

import strawberry

from gateway.catalog.searching import Search
from gateway.errors import InvalidInput

_LONGEST = 100


def search_for(query: str | None) -> Search:
    """The search that finds everything when the argument was left out. Raises InvalidInput when it is too long."""
    text = "" if query is None or query is strawberry.UNSET else query
    if len(text) > _LONGEST:
        raise InvalidInput(f"query has {len(text)} characters; at most {_LONGEST} are accepted.")
    return Search(text)
