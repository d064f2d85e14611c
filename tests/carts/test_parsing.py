"""A cart's body is parsed once, however many steps of an edit look at its document."""

import sys
from collections import Counter
from collections.abc import Generator
from contextlib import contextmanager
from types import FrameType

import httpx
import pytest

from gateway.carts import comparing, edits
from gateway.carts.content import version
from gateway.carts.service import Carts, Change
from gateway.errors import Malformed
from gateway.partner_center import plain_json
from gateway.partner_center.models.carts import Cart
from gateway.partner_center.models.writing import LineChange
from gateway.partner_center.plain_json import encode
from gateway.partner_center.reading import records as reading
from tests.carts.shop import KEY, a_body, a_cart, a_line, item, line_named, new_line
from tests.carts.upstream import Upstream
from tests.shop_ids import CONTOSO

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


UPDATE = edits.updating([(line_named(item("A")), LineChange(quantity=2))])


async def parses_of(edit: edits.Edit, carts: Carts, upstream: Upstream, after: bytes) -> Counter[bytes]:
    """Those of a change, from the version check to what the payload compares and hashes."""
    upstream.reply_with("PUT", httpx.Response(200, content=after))
    change = Change(edit, expected_version=version(a_cart(1)), attested=None)

    with counted_parses() as parses:
        changed = await carts.change(KEY, change)
        assert changed.edited is not None
        comparing.compare(changed.edited, changed.after)
        version(changed.after)
    return parses


async def test_an_edit_parses_each_cart_once(carts: Carts, upstream: Upstream) -> None:
    """From the version check to what the payload compares and hashes."""
    after = a_body([a_line(0, item("A"), quantity=2)])

    assert await parses_of(UPDATE, carts, upstream, after) == {a_body(1): 1, after: 1}


async def test_an_addition_parses_only_the_lines_that_are_new(carts: Carts, upstream: Upstream) -> None:
    """Partner Center returned the others byte for byte."""
    added = a_line(1, item("Z"))

    assert await parses_of(ADD, carts, upstream, a_body([a_line(0, item("A")), added])) == {encode(added): 1}


async def test_an_addition_parses_a_cart_whose_lines_changed_once(carts: Carts, upstream: Upstream) -> None:
    """An answer may have other prices than the cart that was read."""
    after = a_body([a_line(0, item("A"), pricing=None), a_line(1, item("Z"))])

    assert await parses_of(ADD, carts, upstream, after) == {a_body(1): 1, after: 1}


async def test_a_change_makes_its_edit_once(carts: Carts) -> None:
    """What it wrote is there to be compared with what was stored."""
    made: list[edits.Edited | edits.Appended] = []

    def edit(cart: Cart) -> edits.Edited | edits.Appended:
        made.append(ADD(cart))
        return made[-1]

    changed = await carts.change(KEY, Change(edit, expected_version=None, attested=None))

    assert [id(each) for each in made] == [id(changed.edited)]


@pytest.mark.parametrize("body", [a_body(odd="DEEP"), a_body([a_line(0, item("A"), odd="DEEP")])])
def test_an_addition_to_a_cart_nested_too_deeply_is_an_error_of_ours(body: bytes) -> None:
    """Whatever holds the nested member."""
    nested = body.replace(b'"DEEP"', b"[" * 100 + b"]" * 100)

    with pytest.raises(Malformed):
        _ = ADD(reading.cart(nested, customer_id=CONTOSO)).written


def test_edits_leave_the_parsed_document_alone() -> None:
    """All steps share it, so an edit works on a copy of what it changes."""
    cart = a_cart(2)
    for edit in (ADD, edits.removing([line_named(item("A"))]), edits.replacing([new_line(item("Z"))])):
        edit(cart)

    assert cart.document == a_cart(2).document


def test_a_version_needs_no_document() -> None:
    """A page that selects it parses the body no second time, and gets the version that a mutation sees."""
    cart = a_cart(2)

    with counted_parses() as parses:
        alone = version(cart)

    assert parses == {}
    assert cart.document
    assert alone == version(cart)


def test_a_version_of_a_cart_nested_too_deeply_is_an_error_of_ours() -> None:
    """Members that nobody knows may be nested in those that make the version."""
    participant = {"key": "transaction_reseller", "value": "7"}
    body = a_body([a_line(0, item("A"), participants=[participant])])
    nested = body.replace(b'"value":"7"', b'"value":"7","odd":' + b"[" * 100_000 + b"]" * 100_000)

    with pytest.raises(Malformed):
        version(reading.cart(nested, customer_id=CONTOSO))
