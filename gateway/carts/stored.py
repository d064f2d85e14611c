"""What Partner Center stored, compared with what was to be written.

The last writer wins there, so another's write can come over ours; and it may store a value in another form than it was
given, which is no loss.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import cast

from gateway.carts.lines import Document, LineKey, Place, addons_of, as_read, by_key, lines_of
from gateway.partner_center.models.carts import Cart

_GIVEN_BACK = (
    "catalogItemId",
    "quantity",
    "friendlyName",
    "billingCycle",
    "termDuration",
    "participants",
    "provisioningContext",
    "renewsTo",
    "promotionId",
    "customTermEndDate",
    "purchaseCommitment",
)
"""Members of a line that a partner sets and finds again in the answer ("Cart resources")."""

Places = Mapping[LineKey | None, Place]


def carried_out(wanted: Document, cart: Cart) -> bool:
    """Whether *cart* holds the lines that were to be written, by what a partner sets and Partner Center gives back.

    Members that *wanted* leaves out are not looked at: Partner Center fills some of them in.
    """
    return _hold(lines_of(as_read(cart)), lines_of(wanted))


def lines_lost(before: Cart, wanted: Document, after: Cart) -> bool:
    """Whether a line that *wanted* adds to *before* is missing in *after*, or one that it takes out is there again.

    A line counts as lost only when fewer lines sell its item than were to: one added again for nothing is bought twice.
    """
    earlier, meant, stored = by_key(as_read(before)), by_key(wanted), by_key(as_read(after))
    was_sold, to_be_sold, is_sold = (_sold(lines) for lines in (earlier, meant, stored))
    new = [place.line for key, place in meant.items() if key not in earlier]
    gone = [place.line for key, place in earlier.items() if key not in meant]
    return any(
        is_sold[_item(line)] < to_be_sold[_item(line)] and _count(line, stored) < _count(line, meant) for line in new
    ) or any(to_be_sold[_item(line)] < is_sold[_item(line)] == was_sold[_item(line)] for line in gone)


def values_lost(before: Cart, wanted: Document, after: Cart) -> bool:
    """Whether a value that *wanted* changes stands in *after* as it stood in *before*."""
    earlier, stored = by_key(as_read(before)), by_key(as_read(after))
    return any(
        _told(place.line.get(name)) != _told(earlier[key].line.get(name)) == _told(stored[key].line.get(name))
        for key, place in by_key(wanted).items()
        if key in earlier and key in stored
        for name in _GIVEN_BACK
    )


def _sold(lines: Places) -> Counter[str]:
    return Counter(_item(place.line) for place in lines.values())


def _item(line: Document) -> str:
    return str(line.get("catalogItemId"))


def _count(wanted: Document, lines: Places) -> int:
    return sum(_holds(place.line, wanted) for place in lines.values())


def _hold(stored: Sequence[Document], wanted: Sequence[Document]) -> bool:
    return len(stored) == len(wanted) and all(map(_holds, stored, wanted))


def _holds(stored: Document, wanted: Document) -> bool:
    given = [name for name in _GIVEN_BACK if wanted.get(name) is not None]
    return all(_told(stored.get(name)) == _told(wanted[name]) for name in given) and _hold(
        addons_of(stored), addons_of(wanted)
    )


def _told(value: object) -> object:
    """A member as Partner Center tells it: the names in a provisioning context come back in lower case at the front."""
    if not isinstance(value, dict):
        return value
    members = cast("Document", value)  # the names of JSON members are always texts
    return {name[:1].lower() + name[1:]: member for name, member in members.items()}
