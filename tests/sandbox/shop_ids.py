"""Ids and paths of the small seed beside this file, `tests/sandbox/seed.json`."""

CONTOSO = "28045616-f6b9-462f-9701-0d89b5e65c44"
CONTOSO_PATH = f"/v1/customers/{CONTOSO}"
CARTS_PATH = f"{CONTOSO_PATH}/carts"
DEMO_CART = "2517c51b-58cd-4abe-87ed-3ab812401ab4"
DEMO_CART_PATH = f"{CARTS_PATH}/{DEMO_CART}"
