"""The rules that documents are validated by: graphql-core's, with two of ours where it or Strawberry falls short."""

from typing import cast

from graphql import (
    SKIP,
    ASTValidationRule,
    GraphQLError,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    NonNullTypeNode,
    NoSchemaIntrospectionCustomRule,
    OperationDefinitionNode,
    ValidationRule,
    ValueNode,
    ValuesOfCorrectTypeRule,
    VisitorAction,
    specified_rules,
)
from strawberry.schema.validation_rules.maybe_null import MaybeNullValidationRule

_MAX_ERRORS_OF_A_VALUE = 5
"""graphql-core prints the whole value with each error, which takes time for large ones."""


def validation_rules(*, introspection: bool) -> tuple[type[ASTValidationRule], ...]:
    fitting = (_FittingValuesRule if rule is ValuesOfCorrectTypeRule else rule for rule in specified_rules)
    hidden = () if introspection else (NoSchemaIntrospectionCustomRule,)
    return (*fitting, _OneOfVariablesRule, MaybeNullValidationRule, *hidden)


def mark_one_of(schema: GraphQLSchema) -> None:
    """Marks the @oneOf inputs for graphql-core, so that its own rules and introspection know them.

    Strawberry 0.341 has its own instead. Its rule breaks on a variable in a fragment that stands before its operation,
    and its `isOneOf` breaks on list and non-null types.
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


class _OneOfVariablesRule(ValidationRule):
    """A variable for a member of a oneOf must be non-null.

    graphql-core 3.3 checks that only where the oneOf itself may be null.
    Source: GraphQL specification, September 2025, 5.8.5.
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


class _TooManyErrors(Exception):
    """One value has more errors than are reported."""


class _FittingValuesRule(ValuesOfCorrectTypeRule):
    """A literal that does not fit its type is a wrong value, as it would be in a variable, not a wrong document.

    An error raised by a scalar has no location; it gets that of the argument's whole value.
    """

    _value: ValueNode
    _errors = 0

    def is_valid_value_node(
        self,
        node: ValueNode,
        input_type: GraphQLInputType | None,  # pyright: ignore[reportUnknownParameterType]  an open generic, as above
    ) -> VisitorAction:
        self._value, self._errors = node, 0
        try:
            return super().is_valid_value_node(node, input_type)  # pyright: ignore[reportUnknownMemberType]  likewise
        except _TooManyErrors:
            return SKIP

    def report_error(self, error: GraphQLError) -> None:
        self._errors += 1
        if self._errors > _MAX_ERRORS_OF_A_VALUE:
            raise _TooManyErrors
        message = error.message
        if "but encountered error" in message:  # a number of several thousand digits: the rest is Python's own words
            message = "The value is out of range."
        if not error.locations or message is not error.message:
            error = GraphQLError(message, error.nodes if error.locations else self._value)
        error.extensions = {"code": "BAD_USER_INPUT"}
        super().report_error(error)
