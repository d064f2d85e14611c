"""Documents whose members have their documented spelling, so that code that changes them finds each by its name."""

from collections.abc import Mapping

from msgspec.structs import fields

from gateway.partner_center.models.record import Record, Unread
from gateway.partner_center.models.values import folded


def spellings(record: type[Record]) -> Mapping[str, str]:
    """The documented spelling of each member that is read, by itself and by its folded name."""
    names = [field.encode_name for field in fields(record) if field.type is not Unread]
    return {name: name for name in names} | {folded(name): name for name in names}


def respelled(members: dict[str, object], documented: Mapping[str, str]) -> dict[str, object]:
    """When a name comes in several casings, the documented one wins, as in reading."""
    names = {name: documented.get(name) or documented.get(folded(name), name) for name in members}
    return {
        names[name]: member for name, member in members.items() if name == names[name] or names[name] not in members
    }


def member(members: Mapping[str, object], name: str) -> object:
    """The member of this name, given as `folded` gives it, or None.

    Of several casings that very name wins, else the last one, as in reading.
    """
    found = [value for each, value in members.items() if folded(each) == name]
    return members.get(name, found[-1] if found else None)
