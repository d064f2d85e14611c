"""Which line items can be bought. Begin with `checking`, which applies all rules to a line item."""
