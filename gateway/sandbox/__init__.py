"""The emulator: a Partner Center small enough to hold in the hand. Knows the wire, not the gateway.

Begin with `routes`, the table of calls. A module named after a resource answers its calls (`carts`, `orders`); its
`..._records` are what is kept and how that is shown, `..._rules` what is allowed. `errors` words the refusals of a
request, `cart_errors` those of a line. What is sold, and to whom, stands in seed.json. Failures on order begin at
`fault_orders`, the table of them; `faults` says whom they strike, `fault_answers` and `sending` what becomes of an answer.
"""
