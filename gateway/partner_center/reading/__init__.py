"""Bodies to records. Begin with `records`.

`decode` reads a documented body straight from its bytes, with the help of `spelling` where it has members that no
record knows; `tolerance` reads any other body member by member.
"""
