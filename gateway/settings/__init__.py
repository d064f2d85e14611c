"""The configuration of the program: one frozen value.

Begin with `model`, the settings themselves. `kinds` are the kinds of their values, `checks` the rules that span several
settings. `reading` reads them from flags and environment, once, at the edge.
"""
