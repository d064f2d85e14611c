"""A repeat under an idempotency key is known before the cart is looked at."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import pytest

from tests.harness import Gateway

Cart = dict[str, Any]
ACart = Callable[..., Awaitable[Cart]]
Valid = Callable[[str, Cart], dict[str, object]]

OLD_BASE = {"catalogItemId": "91FD106F-4B2C-4938-95AC-F54F74E9A239", "quantity": 3, "termDuration": None}
OLD_ADDON = {"catalogItemId": "C94271D8-B431-4A25-A3C5-A57737A1C909", "quantity": 1, "billingCycle": "MONTHLY"}
MORE: Mapping[str, dict[str, object]] = {"addCartAddonItems": {"addonItems": [OLD_ADDON]}}


@pytest.mark.parametrize("name", ["addCartLineItems", "addCartAddonItems", "checkoutCart"])
async def test_a_repeat_after_success_meets_no_conflict(
    gateway: Gateway, a_cart: ACart, valid: Valid, name: str
) -> None:
    """The first call itself outdated the version that both name, and the repeat gets its answer all the same."""
    cart = await a_cart(OLD_BASE)
    given = {
        **valid(name, cart),
        **MORE.get(name, {}),
        "expectedVersion": cart["version"],
        "idempotencyKey": "click-0815",
    }
    kind = f"{name[0].upper()}{name[1:]}Input"
    document = f"""mutation Again($input: {kind}!) {{
      {name}(input: $input) {{ replayed cart {{ version }} errors {{ code }} }}
    }}"""

    first = (await gateway.data(document, {"input": given}))[name]
    second = (await gateway.data(document, {"input": given}))[name]

    assert first["errors"] == []
    assert (first["cart"]["version"] == cart["version"]) is (name == "checkoutCart")  # ordering changes no content
    assert second == {**first, "replayed": True}
