"""What a caller of the sandbox knows: the demo partner's customer and cart, by their own names and by the gateway's."""

from gateway.schema.node import Kind, node_id
from tests.shop import DEMO

CUSTOMER = DEMO["customerId"]
CART = DEMO["cartId"]
CUSTOMER_ID = node_id(Kind.CUSTOMER, CUSTOMER)
CART_ID = node_id(Kind.CART, CUSTOMER, CART)
