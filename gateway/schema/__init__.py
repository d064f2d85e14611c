"""The GraphQL schema. Knows nothing of HTTP.

Begin with `query` and `mutation`, its tables of contents. Each object type is declared over a record of Partner Center,
in a module named after the concept. A mutation (`cart_creation`, `line_item_changes`, `addon_items`, `checkout`) stands
with its input and payload; `input_checks` finds what is wrong with an input, `line_inputs` turns it into the records of
a write, and `user_errors` decides which failures are data.
"""
