"""Bodies to records. Begin with `records`.

`decode` reads a documented body straight from its bytes, `tolerance` any other body member by member.
"""
