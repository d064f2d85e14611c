"""The key that identifies a cart."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CartKey:
    """A cart and its customer, both GUIDs in lower case."""

    customer_id: str
    cart_id: str
