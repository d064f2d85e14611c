"""Bodies to records. Begin with `records`.

`decode` takes a documented body straight from its bytes, `tolerance` any other member by member; `plain_json` keeps every
digit and member of a body that is changed and sent back.
"""
