"""What is said of a wrong document or value where the schema is nobody's business: the kind of fault and its place.

GraphQL's own messages name types, arguments and members that the caller did not send, and a schema can be put together
from them. These sentences name nothing; the place, which comes beside them, is in the caller's own document.
"""

import re
from functools import cache
from typing import cast

from graphql import (
    ASTValidationRule,
    FieldsOnCorrectTypeRule,
    FragmentsOnCompositeTypesRule,
    GraphQLError,
    KnownArgumentNamesRule,
    KnownDirectivesRule,
    KnownFragmentNamesRule,
    KnownTypeNamesRule,
    LoneAnonymousOperationRule,
    NoFragmentCyclesRule,
    NoSchemaIntrospectionCustomRule,
    NoUndefinedVariablesRule,
    NoUnusedFragmentsRule,
    NoUnusedVariablesRule,
    OverlappingFieldsCanBeMergedRule,
    PossibleFragmentSpreadsRule,
    ProvidedRequiredArgumentsRule,
    ScalarLeafsRule,
    UniqueArgumentNamesRule,
    UniqueDirectivesPerLocationRule,
    UniqueFragmentNamesRule,
    UniqueInputFieldNamesRule,
    UniqueOperationNamesRule,
    UniqueVariableNamesRule,
    ValidationContext,
    ValuesOfCorrectTypeRule,
    VariablesAreInputTypesRule,
    VariablesInAllowedPositionRule,
)

UNFIT_VALUE = "The value does not fit its type."

_TWICE = "This name is given twice."
_SENTENCES: dict[type[ASTValidationRule], str] = {
    FieldsOnCorrectTypeRule: "There is no such field.",
    FragmentsOnCompositeTypesRule: "A fragment cannot be on this type.",
    KnownArgumentNamesRule: "There is no such argument.",
    KnownDirectivesRule: "There is no such directive, or not here.",
    KnownFragmentNamesRule: "There is no such fragment in the document.",
    KnownTypeNamesRule: "There is no such type.",
    LoneAnonymousOperationRule: "An operation without a name must be the only one.",
    NoFragmentCyclesRule: "The fragment contains itself.",
    NoSchemaIntrospectionCustomRule: "Introspection is switched off.",
    NoUndefinedVariablesRule: "The variable is not declared.",
    NoUnusedFragmentsRule: "The fragment is not used.",
    NoUnusedVariablesRule: "The variable is not used.",
    OverlappingFieldsCanBeMergedRule: "Fields of one name ask for different things; give one of them an alias.",
    PossibleFragmentSpreadsRule: "The fragment can never apply here.",
    ProvidedRequiredArgumentsRule: "An argument that must be given is missing.",
    ScalarLeafsRule: "The field needs a selection of fields, or may not have one.",
    UniqueArgumentNamesRule: _TWICE,
    UniqueDirectivesPerLocationRule: "The directive is given twice.",
    UniqueFragmentNamesRule: _TWICE,
    UniqueInputFieldNamesRule: _TWICE,
    UniqueOperationNamesRule: _TWICE,
    UniqueVariableNamesRule: _TWICE,
    ValuesOfCorrectTypeRule: UNFIT_VALUE,
    VariablesAreInputTypesRule: "A variable cannot be of this type.",
    VariablesInAllowedPositionRule: "The variable's type does not fit where it is used.",
}
_OTHERWISE = "The document breaks a rule of GraphQL."

_OF_VARIABLE = re.compile(r"Variable '\$(\w+)' has invalid value(?: at ([\w.\[\]]+))?: ")


@cache
def silent(rule: type[ASTValidationRule]) -> type[ASTValidationRule]:
    """The rule, with a sentence in place of its words."""
    sentence = next((_SENTENCES[each] for each in rule.__mro__ if each in _SENTENCES), _OTHERWISE)

    def begin(self: ASTValidationRule, context: ValidationContext) -> None:
        rule.__init__(self, cast("ValidationContext", _Silenced(context, sentence)))

    return type(rule.__name__, (rule,), {"__init__": begin})


class _Silenced:
    """A validation context that passes on a fault's kind and place only. Some rules report to it past their own method."""

    def __init__(self, context: ValidationContext, sentence: str) -> None:
        self._context = context
        self._sentence = sentence

    def __getattr__(self, name: str) -> object:
        return getattr(self._context, name)

    def report_error(self, error: GraphQLError) -> None:
        self._context.report_error(GraphQLError(self._sentence, error.nodes, extensions=error.extensions))


def of_variable(error: GraphQLError) -> GraphQLError:
    """Which variable does not fit, and where in it: the caller sent those names."""
    found = _OF_VARIABLE.match(error.message)
    where = f" at {found[2].removeprefix('.')}" if found and found[2] else ""
    what = f"The value of the variable ${found[1]}" if found else "A variable's value"
    return GraphQLError(f"{what} does not fit its type{where}.", error.nodes)


def of_field(error: GraphQLError) -> GraphQLError:
    """The same failure of a field, with a silent message should a value of the caller's be to blame."""
    return GraphQLError(UNFIT_VALUE, error.nodes, path=error.path, original_error=error.original_error or error)
