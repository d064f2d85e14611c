"""Edits of a cart: pure functions from the cart as read to the document to write, or a CartRule.

Partner Center takes a cart whole, so an edit starts from the very document that was read and changes only what is
meant: members this program does not know survive. All rules about lines that need the cart stand here.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from gateway.carts.rules import CartRule, NoSuchLine, Path, Problem
from gateway.partner_center.documents import document
from gateway.partner_center.models.carts import Cart, CartLineItem
from gateway.partner_center.models.values import folded
from gateway.partner_center.models.writing import LineChange, NewCartLineItem
from gateway.partner_center.models.writing import document as written

Document = dict[str, object]
Edit = Callable[[Cart], Document]

_CART_MEMBERS = {folded(name): name for name in Cart.__struct_encode_fields__}
_LINE_MEMBERS = {folded(name): name for name in CartLineItem.__struct_encode_fields__}

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


@dataclass(frozen=True, slots=True)
class LineKey:
    """A line as it was read: its number in the cart, and what it sells. Both must still match for an edit to hit it."""

    number: str
    catalog_item_id: str


@dataclass(frozen=True, slots=True)
class LineReference:
    """A line as a caller named it: the identifier it sent, where it stood, and the key; None when it is foreign."""

    sent: str
    path: Path
    key: LineKey | None

    def missing(self) -> NoSuchLine:
        message = "The cart has no such line: it was removed, or another change renumbered it. Read the cart again."
        return NoSuchLine(message=message, path=self.path, line_id=self.sent)


def adding(lines: Sequence[NewCartLineItem]) -> Edit:
    """The cart with *lines* after its own, in the order given."""

    def edit(cart: Cart) -> Document:
        changed = _as_read(cart)
        _lines(changed).extend(_numbered(lines, after=_highest_number(changed)))
        return changed

    return edit


def adding_addons(parent: LineReference, addons: Sequence[NewCartLineItem]) -> Edit:
    """The cart with *addons* after those its base line *parent* has."""

    def edit(cart: Cart) -> Document:
        changed = _as_read(cart)
        place = _by_key(changed).get(parent.key)
        if place is None:
            raise CartRule(parent.missing())
        if place.siblings is not _lines(changed):
            raise CartRule(
                Problem(message="Add-ons go under a base line; this line is itself an add-on.", path=parent.path)
            )
        if ":" in str(place.line.get("catalogItemId")):
            message = (
                f"{place.line.get('catalogItemId')} is an item of the new catalog, under which nothing nests: "
                "add its add-ons as lines of their own with addCartLineItems."
            )
            raise CartRule(Problem(message=message, path=parent.path))
        _addons(place.line).extend(_numbered(addons, after=_highest_number(changed)))
        return changed

    return edit


def updating(changes: Sequence[tuple[LineReference, LineChange]]) -> Edit:
    """The cart with each change made; members a change leaves out keep their value, null clears."""

    def edit(cart: Cart) -> Document:
        changed = _as_read(cart)
        places = _by_key(changed)
        problems: list[Problem] = []
        for reference, change in changes:
            place = places.get(reference.key)
            if place is None:
                problems.append(reference.missing())
            else:
                _apply(place.line, written(change))
        if problems:
            raise CartRule(*problems)
        return changed

    return edit


def removing(references: Sequence[LineReference]) -> Edit:
    """The cart without these lines; a base line takes its add-ons with it."""

    def edit(cart: Cart) -> Document:
        changed = _as_read(cart)
        places = _by_key(changed)
        problems = [reference.missing() for reference in references if reference.key not in places]
        if problems:
            raise CartRule(*problems)
        gone = {id(places[reference.key].line) for reference in references}
        for siblings in {id(place.siblings): place.siblings for place in places.values()}.values():
            siblings[:] = [line for line in siblings if id(line) not in gone]
        if not _lines(changed):
            message = "Partner Center has no empty carts, so the last line cannot be removed. Leave the cart to expire instead."
            raise CartRule(Problem(message=message, path=references[-1].path[:-1]))
        return changed

    return edit


def replacing(lines: Sequence[NewCartLineItem]) -> Edit:
    """The cart with *lines* in place of all of its own."""

    def edit(cart: Cart) -> Document:
        changed = _as_read(cart)
        changed["lineItems"] = _numbered(lines, after=-1)
        return changed

    return edit


def creating(lines: Sequence[NewCartLineItem]) -> Document:
    """The document of a new cart with *lines*."""
    return {"lineItems": _numbered(lines, after=-1)}


def numbers_after(cart: Cart, lines: Sequence[NewCartLineItem]) -> list[str]:
    """The numbers that `adding` and `adding_addons` give to *lines* on this cart, in order; their own add-ons apart."""
    numbered = _numbered(lines, after=_highest_number(_as_read(cart)))
    return [str(line["id"]) for line in numbered]


def carried_out(wanted: Document, cart: Cart) -> bool:
    """Whether *cart* holds the lines that were to be written, by what a partner sets and Partner Center gives back.

    Members that *wanted* leaves out are not looked at: Partner Center fills some of them in.
    """
    return _hold(_lines(_as_read(cart)), _lines(wanted))


def _hold(stored: Sequence[Document], wanted: Sequence[Document]) -> bool:
    return len(stored) == len(wanted) and all(map(_holds, stored, wanted))


def _holds(stored: Document, wanted: Document) -> bool:
    given = [name for name in _GIVEN_BACK if wanted.get(name) is not None]
    return all(_told(stored.get(name)) == _told(wanted[name]) for name in given) and _hold(
        _addons(stored), _addons(wanted)
    )


def _told(value: object) -> object:
    """A member as Partner Center tells it: the names in a provisioning context come back in lower case at the front."""
    if not isinstance(value, dict):
        return value
    members = cast("Document", value)  # the names of JSON members are always texts
    return {name[:1].lower() + name[1:]: member for name, member in members.items()}


def _as_read(cart: Cart) -> Document:
    """The cart's document. Members are read in any casing, so those of the record get their documented names here."""
    changed = _respelled(document(cart.body), _CART_MEMBERS)
    changed["lineItems"] = [_line_as_read(line) for line in _lines(changed)]
    return changed


def _line_as_read(line: Document) -> Document:
    changed = _respelled(line, _LINE_MEMBERS)
    if changed.get("addonItems"):
        changed["addonItems"] = [_line_as_read(addon) for addon in _addons(changed)]
    return changed


def _respelled(members: Document, documented: Mapping[str, str]) -> Document:
    """Where a name comes in several casings, the documented one counts, as in reading."""
    names = {name: documented.get(folded(name), name) for name in members}
    return {
        names[name]: member for name, member in members.items() if name == names[name] or names[name] not in members
    }


@dataclass(frozen=True, slots=True)
class _Place:
    line: Document
    siblings: list[Document]


def _by_key(changed: Document) -> Mapping[LineKey | None, _Place]:
    """Every line and add-on by what a caller names it by; None, which a foreign name has, is none of them."""
    return {
        LineKey(str(place.line.get("id")), str(place.line.get("catalogItemId"))): place
        for place in _places(_lines(changed))
    }


def _places(siblings: list[Document]) -> Iterator[_Place]:
    for line in siblings:
        yield _Place(line, siblings)
        if line.get("addonItems"):
            yield from _places(_addons(line))


def _lines(changed: Document) -> list[Document]:
    return cast("list[Document]", changed.setdefault("lineItems", []))  # the decoder checked its shape


def _addons(line: Document) -> list[Document]:
    if not line.get("addonItems"):
        line["addonItems"] = []
    return cast("list[Document]", line["addonItems"])  # the decoder checked its shape


def _highest_number(changed: Document) -> int:
    numbers = [str(place.line.get("id")) for place in _places(_lines(changed))]
    return max((int(number) for number in numbers if number.isdecimal()), default=-1)


def _numbered(lines: Sequence[NewCartLineItem], *, after: int) -> list[Document]:
    """The lines' documents with numbers that run on over their add-ons, as in "Create a cart with add-ons"."""
    documents = [written(line) for line in lines]
    for number, place in enumerate(_places(documents), start=after + 1):
        place.line["id"] = number
    return documents


def _apply(line: Document, change: Mapping[str, object]) -> None:
    for name, value in change.items():
        if value is None:
            line.pop(name, None)
        else:
            line[name] = value
