"""Which line items can be bought. Begin with `line_items`, which applies every rule in turn."""
