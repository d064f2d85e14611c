"""Edits of a cart: pure functions from the cart as read to the document to write, or a CartRule.

Partner Center replaces a cart as a whole, so an edit starts from the document that was read and changes only what the
caller asked for: unknown members survive. All rules about lines that need the cart are here.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from gateway.carts.document import (
    Document,
    ListedLine,
    Unread,
    addons_of,
    by_key,
    draft_of,
    lines_of,
    listed_lines,
    unread,
)
from gateway.carts.rules import CartRule, NoSuchLine
from gateway.declined import Path, Problem
from gateway.partner_center.models.carts import Cart, LineKey
from gateway.partner_center.models.writing import LineChange, NewCartLineItem
from gateway.partner_center.models.writing import document as written


@dataclass(frozen=True, slots=True)
class Named:
    """A line of the caller's input, in the document to write.

    `given` has the members that the caller set, None for those it cleared; `path` leads to the line in the input.
    """

    line: Document
    given: Mapping[str, object]
    path: Path


@dataclass(frozen=True, slots=True)
class Edited:
    """The document to write, and the lines in it that the input lists, in the order of the input."""

    document: Document
    named: Sequence[Named] = ()

    @property
    def written(self) -> Document:
        """The document, in the form in which it is cheapest to encode."""
        return self.document


@dataclass(frozen=True, slots=True)
class Appended:
    """An edit that only appends *lines*: the cart's own lines are written as the bytes that they came as.

    `unread` is None where they need parsing.
    """

    cart: Cart
    lines: Sequence[Document]
    named: Sequence[Named]
    unread: Unread | None

    @property
    def document(self) -> Document:
        """Shares its lines with the cart's document: never change them."""
        return {**self.cart.document, "lineItems": [*lines_of(self.cart.document), *self.lines]}

    @property
    def written(self) -> Document:
        if self.unread is None:
            return self.document
        return {**self.unread.members, "lineItems": [*self.unread.lines, *self.lines]}


Edit = Callable[[Cart], Edited | Appended]


@dataclass(frozen=True, slots=True)
class LineReference:
    """A line as the caller named it. `key` is None when `sent` does not identify a line of this cart."""

    sent: str
    path: Path
    key: LineKey | None

    def missing(self) -> NoSuchLine:
        message = (
            "The cart has no such line. It was removed, or lines of the same item were added or removed, "
            "which changes their ids. Read the cart again."
        )
        return NoSuchLine(message=message, path=self.path, line_id=self.sent)


def adding(lines: Sequence[NewCartLineItem]) -> Edit:
    """Appends *lines* in the order given."""

    def edit(cart: Cart) -> Appended:
        found = unread(cart)
        numbers = _numbers(cart.document) if found is None else found.numbers
        new = _numbered(lines, after=_highest(numbers))
        return Appended(cart, new, _as_given(new, "lineItems"), found)

    return edit


def adding_addons(parent: LineReference, addons: Sequence[NewCartLineItem]) -> Edit:
    """Appends *addons* to those of the base line *parent*."""

    def edit(cart: Cart) -> Edited:
        changed = draft_of(cart)
        listed = _find(parent, by_key(changed))
        if listed is None:
            raise CartRule(parent.missing())
        if listed.siblings is not lines_of(changed):
            raise CartRule(
                Problem(message="Add-ons belong to a base line; this line is itself an add-on.", path=parent.path)
            )
        if ":" in listed.item:
            message = (
                f"{listed.item} is an item of the new catalog, whose lines have no add-ons: "
                "add its add-ons as lines of their own with addCartLineItems."
            )
            raise CartRule(Problem(message=message, path=parent.path))
        new = _numbered(addons, after=_highest(_numbers(changed)))
        listed.line["addonItems"] = [*addons_of(listed.line), *new]
        return Edited(changed, _as_given(new, "addonItems"))

    return edit


def updating(changes: Sequence[tuple[LineReference, LineChange]]) -> Edit:
    """Makes each change: members that it omits keep their value, null clears."""

    def edit(cart: Cart) -> Edited:
        changed = draft_of(cart)
        lines = by_key(changed)
        problems: list[Problem] = []
        named: list[Named] = []
        for reference, change in changes:
            listed = _find(reference, lines)
            if listed is None:
                problems.append(reference.missing())
            else:
                given = written(change)
                _apply(listed.line, given)
                named.append(Named(listed.line, given, reference.path[:-1]))
        if problems:
            raise CartRule(*problems)
        return Edited(changed, named)

    return edit


def removing(references: Sequence[LineReference]) -> Edit:
    """Removes these lines; a base line takes its add-ons with it."""

    def edit(cart: Cart) -> Edited:
        changed = draft_of(cart)
        lines = by_key(changed)
        found = [(reference, _find(reference, lines)) for reference in references]
        problems = [reference.missing() for reference, listed in found if listed is None]
        if problems:
            raise CartRule(*problems)
        removed = {id(listed.line) for _, listed in found if listed is not None}
        for siblings in {id(listed.siblings): listed.siblings for listed in lines.values()}.values():
            siblings[:] = [line for line in siblings if id(line) not in removed]
        if not lines_of(changed):
            message = (
                "Partner Center has no empty carts, so the last line cannot be removed. Let the cart expire instead."
            )
            raise CartRule(Problem(message=message, path=references[-1].path[:-1]))
        return Edited(changed)

    return edit


def replacing(lines: Sequence[NewCartLineItem]) -> Edit:
    """Replaces all lines with *lines*."""

    def edit(cart: Cart) -> Edited:
        changed = draft_of(cart)
        changed["lineItems"] = new = _numbered(lines, after=-1)
        return Edited(changed, _as_given(new, "lineItems"))

    return edit


def creating(lines: Sequence[NewCartLineItem]) -> Edited:
    """The document of a new cart with *lines*."""
    new = _numbered(lines, after=-1)
    return Edited({"lineItems": new}, _as_given(new, "lineItems"))


def _find(reference: LineReference, lines: Mapping[LineKey, ListedLine]) -> ListedLine | None:
    return None if reference.key is None else lines.get(reference.key)


def _as_given(lines: Sequence[Document], *path: str) -> list[Named]:
    return [Named(line, line, (*path, str(index))) for index, line in enumerate(lines)]


def _numbers(document: Document) -> list[object]:
    return [listed.line.get("id") for listed in listed_lines(lines_of(document))]


def _highest(numbers: Iterable[object]) -> int:
    """The highest number of a line; -1 if no line has one."""
    texts = map(str, numbers)
    return max((int(text) for text in texts if text.isdecimal() and len(text) < 10), default=-1)


def _numbered(lines: Sequence[NewCartLineItem], *, after: int) -> list[Document]:
    """The documents of the lines, numbered consecutively with their add-ons ("Create a cart with add-ons")."""
    documents = [written(line) for line in lines]
    for number, listed in enumerate(listed_lines(documents), start=after + 1):
        listed.line["id"] = number
    return documents


def _apply(line: Document, change: Mapping[str, object]) -> None:
    for name, value in change.items():
        if value is None:
            line.pop(name, None)
        else:
            line[name] = value
