"""Prints the reference of the schema into a folder: `python -m gateway.schema.reference docs`.

One page has the queries and mutations, others have the types by kind, and `schema.md` leads to all of them.
"""

# graphql-core leaves generics open.
# pyright: reportUnknownMemberType=false, reportUnknownArgumentType=false

import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLEnumValue,
    GraphQLField,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLScalarType,
    GraphQLSchema,
    GraphQLUnionType,
    build_ast_schema,
    get_named_type,
    parse,
    print_ast,
)

from gateway.schema.root import build_schema, sdl

_ABOUT = "Printed by `python -m gateway.schema.reference docs`; the tests compare."
_OPERATIONS = "operations.md"
_PAGES: Mapping[str, tuple[str, str, tuple[type[GraphQLNamedType], ...]]] = {
    "objects.md": ("Objects", "What an answer consists of.", (GraphQLObjectType,)),
    "interfaces-and-unions.md": (
        "Interfaces and unions",
        "What several objects have in common. Ask for `__typename`, and select what else an object has by `... on`.",
        (GraphQLInterfaceType, GraphQLUnionType),
    ),
    "inputs.md": ("Inputs", "What arguments consist of.", (GraphQLInputObjectType,)),
    "enums-and-scalars.md": ("Enums and scalars", "Single values.", (GraphQLEnumType, GraphQLScalarType)),
}
"""Title, introduction and kinds of types of each page."""

_Value = GraphQLArgument | GraphQLInputField


class SchemaReference:
    """The pages of one schema, which was read from the definition language."""

    def __init__(self, schema: GraphQLSchema) -> None:
        self._schema = schema
        types = [each for each in schema.type_map.values() if not each.name.startswith("__")]
        self._roots = [each for each in (schema.query_type, schema.mutation_type) if each]
        self._types = sorted((each for each in types if each not in self._roots), key=lambda each: each.name.lower())

    def pages(self) -> Mapping[str, str]:
        """Text by path, below the folder of the documentation."""
        pages = {f"schema/{file}": self._page(file) for file in _PAGES}
        return {"schema.md": self._contents(), f"schema/{_OPERATIONS}": self._operations(), **pages}

    def _contents(self) -> str:
        lists = [
            f"[Queries and mutations](schema/{_OPERATIONS}): "
            + ", ".join(
                f"[{name}](schema/{_OPERATIONS}#{name.lower()})" for root in self._roots for name in root.fields
            )
        ]
        for file, (title, _, _) in _PAGES.items():
            links = (f"[{each.name}](schema/{_target(each)})" for each in self._types if _file(each) == file)
            lists.append(f"[{title}](schema/{file}): " + ", ".join(links))
        return "\n\n".join(["# Schema", _ABOUT, self._schema.description or "", "## Contents", *lists]) + "\n"

    def _operations(self) -> str:
        parts = [f"# Queries and mutations\n\n{_ABOUT} Begin with [Schema](../schema.md)."]
        for root, title in zip(self._roots, ("Queries", "Mutations"), strict=True):
            parts.append(f"## {title}")
            parts += (_section(name, _explained(field), _root_field(field)) for name, field in root.fields.items())
        return "\n\n".join(parts) + "\n"

    def _page(self, file: str) -> str:
        title, about, _ = _PAGES[file]
        types = [each for each in self._types if _file(each) == file]
        sections = (_section(each.name, each.description, self._members(each)) for each in types)
        return "\n\n".join([f"# {title}", f"{about} {_ABOUT} Begin with [Schema](../schema.md).", *sections]) + "\n"

    def _members(self, named: GraphQLNamedType) -> Iterator[str]:
        match named:
            case GraphQLObjectType() | GraphQLInterfaceType():
                yield from self._relatives(named)
                yield "\n".join(_field(name, field) for name, field in named.fields.items())
            case GraphQLUnionType():
                yield _list_of("One of", named.types)
            case GraphQLInputObjectType():
                if named.is_one_of:
                    yield "Exactly one of the fields is given (`@oneOf`)."
                yield "\n".join(_value(name, field) for name, field in named.fields.items())
            case GraphQLEnumType():
                yield "\n".join(_item(f"`{name}`", _explained(value)) for name, value in named.values.items())
            case _:
                return

    def _relatives(self, named: GraphQLObjectType | GraphQLInterfaceType) -> Iterator[str]:
        if named.interfaces:
            yield _list_of("Implements", named.interfaces)
        if isinstance(named, GraphQLInterfaceType):
            objects = self._schema.get_implementations(named).objects
            yield _list_of("Implemented by", sorted(objects, key=lambda each: each.name))


def _section(name: str, description: str | None, members: Iterable[str]) -> str:
    return "\n\n".join([f"### {name}" if name[0].islower() else f"## {name}", *filter(None, [description, *members])])


def _root_field(field: GraphQLField) -> Iterator[str]:
    yield f"Gives {_type(field)}."
    if field.args:
        yield "\n".join(_value(name, argument) for name, argument in field.args.items())


def _field(name: str, field: GraphQLField) -> str:
    arguments = (_value(each, argument, indent="    ") for each, argument in field.args.items())
    return "\n".join([_item(f"`{name}`: {_type(field)}", _explained(field)), *arguments])


def _value(name: str, value: _Value, *, indent: str = "") -> str:
    literal = value.ast_node and value.ast_node.default_value
    default = f", by default `{print_ast(literal)}`" if literal else ""
    return _item(f"`{name}`: {_type(value)}{default}", _explained(value), indent=indent)


def _explained(element: GraphQLField | GraphQLEnumValue | _Value) -> str:
    reason = element.deprecation_reason
    return " ".join(filter(None, [element.description, f"Deprecated: {reason}" if reason else None]))


def _item(name: str, description: str, *, indent: str = "") -> str:
    """An item of a list; its description may have several lines."""
    text = f"{name}. {description}" if description else name
    return f"{indent}- " + text.replace("\n", f"\n{indent}  ")


def _type(field: GraphQLField | _Value) -> str:
    return f"[`{field.type}`]({_target(get_named_type(field.type))})"


def _list_of(word: str, types: Iterable[GraphQLNamedType]) -> str:
    return f"{word} {', '.join(f'[{each.name}]({_target(each)})' for each in types)}."


def _target(named: GraphQLNamedType) -> str:
    return f"{_file(named)}#{named.name.lower()}"


def _file(named: GraphQLNamedType) -> str:
    return next(file for file, (_, _, kinds) in _PAGES.items() if isinstance(named, kinds))


def reference() -> Mapping[str, str]:
    """The pages of the gateway's own schema, as its definition describes it."""
    return SchemaReference(build_ast_schema(parse(sdl(build_schema())))).pages()


def main(folder: Path) -> None:
    for name, text in reference().items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
