"""Edits of a cart: pure functions from the cart as read to the document to write, or a CartRule.

Partner Center takes a cart whole, so an edit starts from the very document that was read and changes only what is
meant: members this program does not know survive. All rules about lines that need the cart stand here.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from gateway.carts.lines import Document, LineKey, addons_of, as_read, by_key, lines_of, places
from gateway.carts.rules import CartRule, NoSuchLine, Path, Problem
from gateway.partner_center.models.carts import Cart
from gateway.partner_center.models.writing import LineChange, NewCartLineItem
from gateway.partner_center.models.writing import document as written

Edit = Callable[[Cart], Document]


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
        changed = as_read(cart)
        lines_of(changed).extend(_numbered(lines, after=_highest_number(changed)))
        return changed

    return edit


def adding_addons(parent: LineReference, addons: Sequence[NewCartLineItem]) -> Edit:
    """The cart with *addons* after those its base line *parent* has."""

    def edit(cart: Cart) -> Document:
        changed = as_read(cart)
        place = by_key(changed).get(parent.key)
        if place is None:
            raise CartRule(parent.missing())
        if place.siblings is not lines_of(changed):
            raise CartRule(
                Problem(message="Add-ons go under a base line; this line is itself an add-on.", path=parent.path)
            )
        if ":" in str(place.line.get("catalogItemId")):
            message = (
                f"{place.line.get('catalogItemId')} is an item of the new catalog, under which nothing nests: "
                "add its add-ons as lines of their own with addCartLineItems."
            )
            raise CartRule(Problem(message=message, path=parent.path))
        numbered = _numbered(addons, after=_highest_number(changed))
        place.line["addonItems"] = [*addons_of(place.line), *numbered]
        return changed

    return edit


def updating(changes: Sequence[tuple[LineReference, LineChange]]) -> Edit:
    """The cart with each change made; members a change leaves out keep their value, null clears."""

    def edit(cart: Cart) -> Document:
        changed = as_read(cart)
        places = by_key(changed)
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
        changed = as_read(cart)
        places = by_key(changed)
        problems = [reference.missing() for reference in references if reference.key not in places]
        if problems:
            raise CartRule(*problems)
        gone = {id(places[reference.key].line) for reference in references}
        for siblings in {id(place.siblings): place.siblings for place in places.values()}.values():
            siblings[:] = [line for line in siblings if id(line) not in gone]
        if not lines_of(changed):
            message = "Partner Center has no empty carts, so the last line cannot be removed. Leave the cart to expire instead."
            raise CartRule(Problem(message=message, path=references[-1].path[:-1]))
        return changed

    return edit


def replacing(lines: Sequence[NewCartLineItem]) -> Edit:
    """The cart with *lines* in place of all of its own."""

    def edit(cart: Cart) -> Document:
        changed = as_read(cart)
        changed["lineItems"] = _numbered(lines, after=-1)
        return changed

    return edit


def creating(lines: Sequence[NewCartLineItem]) -> Document:
    """The document of a new cart with *lines*."""
    return {"lineItems": _numbered(lines, after=-1)}


def numbers_after(cart: Cart, lines: Sequence[NewCartLineItem]) -> list[str]:
    """The numbers that `adding` and `adding_addons` give to *lines* on this cart, in order; their own add-ons apart."""
    numbered = _numbered(lines, after=_highest_number(as_read(cart)))
    return [str(line["id"]) for line in numbered]


def _highest_number(changed: Document) -> int:
    numbers = [str(place.line.get("id")) for place in places(lines_of(changed))]
    return max((int(number) for number in numbers if number.isdecimal()), default=-1)


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
