"""Orders: checkout of a cart, orders without a cart, and the calls on an order."""
