"""Edits of a cart: pure functions from the cart as read to the document to write, or a CartRule.

Partner Center takes a cart whole, so an edit starts from the very document that was read and changes only what is
meant: members this program does not know survive. All rules about lines that need the cart stand here.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from gateway.carts.document import Document, Place, addons_of, as_read, by_key, item_of, lines_of, places
from gateway.carts.rules import CartRule, NoSuchLine, Path, Problem
from gateway.partner_center.models.carts import Cart, LineKey
from gateway.partner_center.models.writing import LineChange, NewCartLineItem
from gateway.partner_center.models.writing import document as written


@dataclass(frozen=True, slots=True)
class Named:
    """A line that a caller wrote, as it stands in the document to write.

    `given` holds the members that the caller set, with None for those it cleared; `path` leads to the line in the input.
    """

    line: Document
    given: Mapping[str, object]
    path: Path


@dataclass(frozen=True, slots=True)
class Edited:
    """The document to write, and those of its lines that the input lists, in the input's order."""

    document: Document
    named: Sequence[Named] = ()


Edit = Callable[[Cart], Edited]


@dataclass(frozen=True, slots=True)
class LineReference:
    """A line as a caller named it: the identifier it sent, where it stood, and the key; None when it is foreign."""

    sent: str
    path: Path
    key: LineKey | None

    def missing(self) -> NoSuchLine:
        message = (
            "The cart has no such line: it was removed, or lines of the same item came or went, which changes their ids. "
            "Read the cart again."
        )
        return NoSuchLine(message=message, path=self.path, line_id=self.sent)


def adding(lines: Sequence[NewCartLineItem]) -> Edit:
    """The cart with *lines* after its own, in the order given."""

    def edit(cart: Cart) -> Edited:
        changed = as_read(cart)
        new = _numbered(lines, after=_highest_number(changed))
        lines_of(changed).extend(new)
        return Edited(changed, _as_given(new, "lineItems"))

    return edit


def adding_addons(parent: LineReference, addons: Sequence[NewCartLineItem]) -> Edit:
    """The cart with *addons* after those its base line *parent* has."""

    def edit(cart: Cart) -> Edited:
        changed = as_read(cart)
        place = _place(by_key(changed), parent)
        if place is None:
            raise CartRule(parent.missing())
        if place.siblings is not lines_of(changed):
            raise CartRule(
                Problem(message="Add-ons go under a base line; this line is itself an add-on.", path=parent.path)
            )
        if ":" in item_of(place.line):
            message = (
                f"{item_of(place.line)} is an item of the new catalog, under which nothing nests: "
                "add its add-ons as lines of their own with addCartLineItems."
            )
            raise CartRule(Problem(message=message, path=parent.path))
        new = _numbered(addons, after=_highest_number(changed))
        place.line["addonItems"] = [*addons_of(place.line), *new]
        return Edited(changed, _as_given(new, "addonItems"))

    return edit


def updating(changes: Sequence[tuple[LineReference, LineChange]]) -> Edit:
    """The cart with each change made; members a change leaves out keep their value, null clears."""

    def edit(cart: Cart) -> Edited:
        changed = as_read(cart)
        places = by_key(changed)
        problems: list[Problem] = []
        named: list[Named] = []
        for reference, change in changes:
            place = _place(places, reference)
            if place is None:
                problems.append(reference.missing())
            else:
                given = written(change)
                _apply(place.line, given)
                named.append(Named(place.line, given, reference.path[:-1]))
        if problems:
            raise CartRule(*problems)
        return Edited(changed, named)

    return edit


def removing(references: Sequence[LineReference]) -> Edit:
    """The cart without these lines; a base line takes its add-ons with it."""

    def edit(cart: Cart) -> Edited:
        changed = as_read(cart)
        places = by_key(changed)
        found = [(reference, _place(places, reference)) for reference in references]
        problems = [reference.missing() for reference, place in found if place is None]
        if problems:
            raise CartRule(*problems)
        gone = {id(place.line) for _, place in found if place is not None}
        for siblings in {id(place.siblings): place.siblings for place in places.values()}.values():
            siblings[:] = [line for line in siblings if id(line) not in gone]
        if not lines_of(changed):
            message = "Partner Center has no empty carts, so the last line cannot be removed. Leave the cart to expire instead."
            raise CartRule(Problem(message=message, path=references[-1].path[:-1]))
        return Edited(changed)

    return edit


def replacing(lines: Sequence[NewCartLineItem]) -> Edit:
    """The cart with *lines* in place of all of its own."""

    def edit(cart: Cart) -> Edited:
        changed = as_read(cart)
        changed["lineItems"] = new = _numbered(lines, after=-1)
        return Edited(changed, _as_given(new, "lineItems"))

    return edit


def creating(lines: Sequence[NewCartLineItem]) -> Edited:
    """The document of a new cart with *lines*."""
    new = _numbered(lines, after=-1)
    return Edited({"lineItems": new}, _as_given(new, "lineItems"))


def _place(places: Mapping[LineKey, Place], reference: LineReference) -> Place | None:
    return None if reference.key is None else places.get(reference.key)


def _as_given(lines: Sequence[Document], *path: str) -> list[Named]:
    return [Named(line, line, (*path, str(index))) for index, line in enumerate(lines)]


def _highest_number(changed: Document) -> int:
    numbers = [str(place.line.get("id")) for place in places(lines_of(changed))]
    return max((int(number) for number in numbers if number.isdecimal() and len(number) < 10), default=-1)


def _numbered(lines: Sequence[NewCartLineItem], *, after: int) -> list[Document]:
    """The lines' documents with numbers that run on over their add-ons, as in "Create a cart with add-ons"."""
    documents = [written(line) for line in lines]
    for number, place in enumerate(places(documents), start=after + 1):
        place.line["id"] = number
    return documents


def _apply(line: Document, change: Mapping[str, object]) -> None:
    for name, value in change.items():
        if value is None:
            line.pop(name, None)
        else:
            line[name] = value
