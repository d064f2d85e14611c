"""Fault injection: `rules` reads fault rules, `injection` says which call each one hits, the others break the answer."""
