"""The names of tools.

A tool has the name of its operation in snake_case, or the name that the Universal Commerce Protocol (UCP) has for the
same thing. Source of the latter: UCP 2026-08-25, MCP bindings of the cart and catalog capabilities.
"""

import re
from collections.abc import Mapping

UCP_NAMES: Mapping[str, str] = {
    "CartPage": "get_cart",
    "ChangeLines": "update_cart",
    "FindProducts": "search_catalog",
    "StartCart": "create_cart",
}
"""By the name of the operation. UCP's checkout is a session of its own before the purchase, and its `get_order` reads one
order, so neither CheckOut nor Orders has its name.
"""

_BEGINNING_OF_WORD = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


def tool_name(operation: str) -> str:
    return UCP_NAMES.get(operation) or _BEGINNING_OF_WORD.sub("_", operation).lower()
