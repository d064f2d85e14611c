"""When an operation needs the market of a customer: known from the document, but for the values of variables."""

from collections.abc import Iterable, Mapping

from graphql import ValueNode, VariableNode

from gateway.operations.selections import ConditionalField, MergedField

_Conditions = frozenset[tuple[str, bool | None]]
"""Values of variables that have to come together: of `@include` and `@skip`, and None of a market that is left out."""
Markets = frozenset[_Conditions]
"""The market of a customer is needed under any of these."""
_MOST_CONDITIONS = 20
"""Beyond this many, the market counts as needed in any case."""


def markets_of(
    merged: MergedField, below: Iterable[Markets], *, is_needed: bool, argument: ValueNode | None
) -> Markets:
    """When a field or what is *below* it needs a market. It does itself where *is_needed*, unless *argument* names one.

    Fragments count even where they are left out.
    """
    conditions = _conditions(merged.fields[0]) if len(merged.fields) == 1 else _Conditions()
    markets = Markets(conditions | each for markets in below for each in markets)
    if is_needed:
        markets |= {conditions | {(argument.name.value, None)} if isinstance(argument, VariableNode) else conditions}
    return markets


def bounded(markets: Markets) -> Markets:
    return markets if len(markets) <= _MOST_CONDITIONS else Markets({_Conditions()})


def are_needed(markets: Markets, variables: Mapping[str, object]) -> bool:
    return any(all(variables.get(name) is value for name, value in conditions) for conditions in markets)


def _conditions(field: ConditionalField) -> _Conditions:
    """The variables in `@include` and `@skip` of the field itself, with the values that select it."""
    return _Conditions(
        (argument.value.name.value, directive.name.value == "include")
        for directive in field.node.directives or ()
        if directive.name.value in {"include", "skip"}
        for argument in directive.arguments or ()
        if isinstance(argument.value, VariableNode)
    )
