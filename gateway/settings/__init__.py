"""What the program is configured with: one frozen value.

Begin with `model`, the settings themselves. `kinds` are the kinds of values they have, `checks` what depends on several of
them; `reading` reads them from flags and environment, once, at the edge, and `flags` shows them in `--help`.
"""
