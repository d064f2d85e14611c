"""Changes at Partner Center that are looked for before they are sent, and never repeated blindly. No GraphQL, no HTTP.

Begin with `making`; `attempts` sends, `records` remembers what was sent.
"""
