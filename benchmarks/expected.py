"""The data that an answer must hold, read from a document of GraphQL and what the stub of Partner Center holds.

Knows fields by name, whatever their type, and those that the workloads ask for.
"""

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, cast

from graphql import FieldNode, OperationDefinitionNode, SelectionSetNode, parse

from benchmarks.resources import Document, sold


def expected(query: str, root: Mapping[str, Any]) -> Document:
    """*root* has the stub's resource for each root field."""
    return _object(_selections(query), root)


@lru_cache(maxsize=1024)
def _selections(query: str) -> SelectionSetNode:
    (operation,) = parse(query, no_location=True).definitions
    return cast("OperationDefinitionNode", operation).selection_set


def _object(selected: SelectionSetNode, resource: Mapping[str, Any]) -> Document:
    fields = cast("tuple[FieldNode, ...]", selected.selections)
    return {field.name.value: _field(field, resource) for field in fields}


def _field(field: FieldNode, resource: Mapping[str, Any]) -> object:
    name = field.name.value
    value = _READ[name](resource) if name in _READ else resource.get(name)
    if field.selection_set is None or value is None:
        return value
    if isinstance(value, list):
        return [_object(field.selection_set, each) for each in cast("list[Document]", value)]
    return _object(field.selection_set, cast("Document", value))


def _capitals(name: str) -> Callable[[Document], str]:
    return lambda resource: str(resource[name]).upper()


def _text(name: str) -> Callable[[Document], str]:
    return lambda resource: str(resource[name])


def _instant(name: str) -> Callable[[Document], str]:
    return lambda resource: str(resource[name]).replace("Z", "+00:00")


def _sold(parts: int) -> Callable[[Document], Document]:
    """The product, with one part of the line's item, or the SKU, with two."""
    return lambda line: sold(tuple(line["catalogItemId"].split(":")[:parts]))


_READ: Mapping[str, Callable[[Any], object]] = {
    "partnerCenterId": _text("id"),
    "status": _capitals("status"),
    "billingCycle": _capitals("billingCycle"),
    **{name: _text(name) for name in ("listPrice", "price", "extendedPrice")},
    "createdAt": _instant("creationTimestamp"),
    "expiresAt": _instant("expirationTimestamp"),
    "addonItems": lambda line: line.get("addonItems") or [],
    "product": _sold(1),
    "sku": _sold(2),
    "category": lambda product: product["productType"],
}
"""Fields that are not the member of the same name."""
