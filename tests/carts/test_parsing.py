"""A cart's body is parsed once, however many steps of an edit look at its document."""

import sys
from collections import Counter
from collections.abc import Generator
from contextlib import contextmanager
from types import FrameType

import httpx

from gateway.carts import comparing, edits
from gateway.carts.content import version
from gateway.carts.service import Carts, Change
from gateway.partner_center import plain_json
from tests.carts.shop import KEY, a_body, a_cart, item, line_named, new_line
from tests.carts.upstream import Upstream

ADD = edits.adding([new_line(item("Z"))])


@contextmanager
def counted_parses() -> Generator[Counter[bytes]]:
    """How often each body is parsed to plain data inside the block."""
    parses: Counter[bytes] = Counter()

    def on_call(frame: FrameType, event: str, _: object) -> None:
        if event == "call" and frame.f_code is plain_json.parse.__code__:
            parses[frame.f_locals["body"]] += 1

    sys.setprofile(on_call)
    try:
        yield parses
    finally:
        sys.setprofile(None)


async def test_an_edit_parses_each_cart_once(carts: Carts, upstream: Upstream) -> None:
    """From the version check to what the payload compares and hashes."""
    before, after = a_body(1), a_body(2)
    upstream.reply_with("GET", httpx.Response(200, content=before))
    upstream.reply_with("PUT", httpx.Response(200, content=after))
    change = Change(ADD, expected_version=version(a_cart(1)), attested=None)

    with counted_parses() as parses:
        changed = await carts.change(KEY, change)
        edited = change.edit(changed.before)
        comparing.compare(edited, changed.after)
        version(changed.after)

    assert parses == {before: 1, after: 1}


def test_edits_leave_the_parsed_document_alone() -> None:
    """All steps share it, so an edit works on a copy of what it changes."""
    cart = a_cart(2)
    for edit in (ADD, edits.removing([line_named(item("A"))]), edits.replacing([new_line(item("Z"))])):
        edit(cart)

    assert cart.document == a_cart(2).document
