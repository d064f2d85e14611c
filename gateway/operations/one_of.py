"""OneOf input objects: what Strawberry 0.341 keeps from graphql-core 3.3.2, and what the latter overlooks."""

from typing import cast

from graphql import (
    GraphQLError,
    GraphQLInputObjectType,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    NonNullTypeNode,
    OperationDefinitionNode,
    ValidationRule,
)


def mark_one_of(schema: GraphQLSchema) -> None:
    """Tell graphql-core which inputs are @oneOf, so that its own rules and introspection know them.

    Strawberry has its own instead. Its rule breaks on a variable in a fragment that stands before its operation, and
    its `isOneOf` breaks on list and non-null types.
    """
    introspected = schema.type_map["__Type"]
    if isinstance(introspected, GraphQLObjectType):
        introspected.fields["isOneOf"].resolve = _is_one_of
    for graphql_type in schema.type_map.values():
        if isinstance(graphql_type, GraphQLInputObjectType):
            definition = graphql_type.extensions.get("strawberry-definition")
            graphql_type.is_one_of = bool(getattr(definition, "is_one_of", False))


def _is_one_of(kind: object, _: object) -> bool | None:
    """None for what is not an input object. Source: GraphQL specification, September 2025, 4.2."""
    return kind.is_one_of if isinstance(kind, GraphQLInputObjectType) else None


class OneOfVariablesRule(ValidationRule):
    """A variable for a member of a oneOf must be non-null.

    graphql-core checks that only where the oneOf itself may be null. Source: GraphQL specification, September 2025, 5.8.5.
    """

    def leave_operation_definition(self, node: OperationDefinitionNode, *_: object) -> None:
        definitions = {each.variable.name.value: each for each in node.variable_definitions or ()}
        for usage in self.context.get_recursive_variable_usages(node):
            name = usage.node.name.value
            # graphql-core leaves a generic open here, and below.
            one_of = _required_one_of(usage.parent_type)  # pyright: ignore[reportUnknownMemberType, reportUnknownArgumentType]
            if one_of and name in definitions and not isinstance(definitions[name].type, NonNullTypeNode):
                self.report_error(
                    GraphQLError(
                        f"Variable '${name}' may be null, which a member of '{one_of.name}' must not be; "
                        "declare it with an exclamation mark.",
                        [definitions[name], usage.node],
                    )
                )


def _required_one_of(kind: object) -> GraphQLInputObjectType | None:
    inner = cast("object", kind.of_type) if isinstance(kind, GraphQLNonNull) else None  # pyright: ignore[reportUnknownMemberType]
    return inner if isinstance(inner, GraphQLInputObjectType) and inner.is_one_of else None
