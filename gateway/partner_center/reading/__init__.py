"""Bodies to records. Begin with `records`.

`decode` reads a documented body straight from its bytes, if `spelling` finds no member in another spelling;
`tolerance` reads any other body member by member.
"""
