"""Carts: reading, editing and ordering them.

`edits` defines the changes, `service` reads, edits and writes back, `checkout` orders, and `rules` declines. `locks`
allows one writer per cart, `comparing` finds out how much of a write Partner Center stored. `content`, with the version,
and `summary` are derived from a cart. `pairing` finds cart lines among those of their orders, when a checkout is
answered, and `history` says what all checkouts of a cart ordered.

Two records make repeated calls safe: `idempotency` has one per idempotency key, `purchases` has one per cart for its
checkout, with or without a key. Both go through the same states:

    not begun ---> noted or sent ---> answered
        ^             |      |
        +-- given up -+      +------> unknown

not begun: no record, or a purchase without `sent_at`. A call does the work.
noted or sent: the idempotency record has a checkpoint (the cart before the write) and no answer, or the purchase has
    `sent_at`. The record is in this state while a call works, and stays there when its process dies. A repeated edit
    compares the cart with the checkpoint and writes only if the change is missing. A repeated checkout waits until the
    attempt has settled and sends it again with the same MS-RequestId.
answered: the record has a result, or a refusal that would be the same again. A repeated call returns it as replayed. A
    purchase that ordered nothing, or only a part, has a higher `generation` instead: the next checkout without that key
    is a new attempt with another MS-RequestId.
given up: the attempt certainly did nothing, such as a refused connection. A repeated call does the work.
unknown: the answer was lost. The record stays as it is, and a repeated call acts as for "noted or sent".

A call that finds another one at work on the same key or cart waits for it, and raises StillRunning when that takes too
long. `outcome` has the answers of a checkout without a result to show: PLACED, NOT_PLACED or UNKNOWN, and why.
"""
