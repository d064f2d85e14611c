"""The internals of graphql-core and Strawberry that the gateway uses, which no public interface promises.

When one of these fails after an update, read the named module before moving the bound in pyproject.toml.
"""

import inspect
import tomllib
from importlib.metadata import version
from pathlib import Path
from typing import Any, cast

import graphql
import pytest
import strawberry
from graphql import (
    Executor,
    GraphQLError,
    GraphQLInputObjectType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLSyntaxError,
    ValuesOfCorrectTypeRule,
    build_schema,
    get_variable_values,
    parse,
    specified_rules,
    validate,
)
from packaging.requirements import Requirement
from strawberry import execution
from strawberry.schema.validation_rules import maybe_null
from strawberry.types.field import StrawberryField

_SDL = build_schema("type Query { a(of: In): Int } input In { b: Int }")


def _schema() -> strawberry.Schema:
    @strawberry.type
    class Query:
        number: int = strawberry.field(resolver=lambda: 2**40, metadata={"key": "value"})

    return strawberry.Schema(query=Query)


def _core(schema: strawberry.Schema) -> GraphQLSchema:
    return schema._schema  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]


def _built(text: str, **arguments: object) -> Any:  # Any: what it has is what the tests ask
    schema = _schema()
    executor = cast("Any", schema.execution_context_class)  # pyright: ignore[reportUnknownMemberType]
    return executor.build(_core(schema), parse(text), **arguments)


def test_the_installed_graphql_core_is_the_pinned_minor_version() -> None:
    """The pin allows one minor version, and that is the one installed."""
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text(encoding="utf-8"))
    (pin,) = (each for each in map(Requirement, project["project"]["dependencies"]) if each.name == "graphql-core")

    assert version("graphql-core") in pin.specifier, f"pyproject.toml pins graphql-core to {pin.specifier}."
    assert "3.4.0" not in pin.specifier, "pyproject.toml must pin graphql-core to one minor version."


def test_the_executor_is_built_and_run_as_before() -> None:
    """gateway/operations/execution.py builds it with these arguments and reads these members."""
    executor = _built(
        "query Q($v: Int = 1) { __typename }",
        context_value=None,
        raw_variable_values={},
        operation_name="Q",
        is_awaitable=execution.optimized_is_awaitable,
        hide_suggestions=True,
        operation_extensions=None,
    )

    assert isinstance(cast("object", executor), Executor), "Executor.build no longer gives an executor."
    assert executor.variable_values.coerced == {"v": 1}, "Coerced variables moved; the cost needs them."
    assert executor.execute_operation().data == {"__typename": "Query"}, "execute_operation no longer runs it."


def test_wrong_variables_are_a_list_of_errors() -> None:
    """gateway/operations/execution.py takes a list for the refusal, and masking.py reads the message."""
    errors = _built("query Q($v: Int!) { __typename }", raw_variable_values={"v": "x"})

    assert isinstance(cast("object", errors), list), "Executor.build no longer gives the errors of variables as a list."
    assert "Variable '$v' has invalid value: " in errors[0].message, "masking.py must learn the new message."


def test_errors_inside_a_variable_name_their_place() -> None:
    """gateway/operations/masking.py reads it."""
    operation: Any = parse("query Q($v: In) { a(of: $v) }").definitions[0]
    found = get_variable_values(_SDL, operation.variable_definitions, {"v": {"b": "x"}})

    assert isinstance(found, list)
    assert "Variable '$v' has invalid value at .b: " in found[0].message, "masking.py must learn the new message."


@pytest.mark.parametrize(
    ("text", "limits"),
    [
        pytest.param("{ a b c }", {"max_lexical_tokens": 3}, id="tokens"),
        pytest.param("{ a } #\n#\n#\n", {"max_comments": 2}, id="comments"),
    ],
)
def test_the_parser_stops_at_its_limits(text: str, limits: dict[str, int]) -> None:
    """gateway/operations/documents.py tells such a stop from a wrong document by the end of the message."""
    with pytest.raises(GraphQLSyntaxError) as raised:
        parse(text, **limits)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]

    assert raised.value.description.endswith("Parsing aborted."), "documents.py must learn the new message."


def test_validation_that_runs_out_of_stack_says_so() -> None:
    """gateway/operations/documents.py turns this one error into LIMIT_EXCEEDED."""
    errors = validate(_SDL, parse("{" + " a" * 4000 + "}"))

    assert [error.message for error in errors] == ["Validation aborted."], "documents.py must learn the new message."


def test_the_rule_for_values_can_be_replaced() -> None:
    """gateway/operations/validation.py overrides two methods of one of the specified rules."""
    rule: Any = ValuesOfCorrectTypeRule
    checks = inspect.signature(rule.is_valid_value_node)

    assert ValuesOfCorrectTypeRule in specified_rules, "The rule for values is no longer among the specified ones."
    assert [*checks.parameters] == ["self", "node", "input_type"], "is_valid_value_node has other parameters."
    assert callable(rule.report_error)
    assert issubclass(maybe_null.MaybeNullValidationRule, graphql.ASTValidationRule), "Strawberry's rule moved."


def test_one_of_can_be_marked() -> None:
    """gateway/operations/validation.py sets `is_one_of`, and the resolver of `__Type.isOneOf`."""
    introspected = _core(_schema()).type_map["__Type"]

    assert isinstance(introspected, GraphQLObjectType)
    assert callable(introspected.fields["isOneOf"].resolve), "`__Type.isOneOf` has no resolver to replace."
    assert GraphQLInputObjectType("In", {}).is_one_of is False, "GraphQLInputObjectType has no `is_one_of`."


def test_a_field_keeps_its_metadata() -> None:
    """gateway/operations/field_cost.py reads the costs of fields from there."""
    query = _core(_schema()).query_type
    definition = query.fields["number"].extensions["strawberry-definition"] if query else None

    assert isinstance(definition, StrawberryField), "The field's definition is no longer in its extensions."
    assert definition.metadata["key"] == "value", "Strawberry no longer keeps a field's metadata."


def test_a_number_beyond_int_is_known_by_its_message() -> None:
    """gateway/operations/failures.py blames Partner Center for it."""
    (error,) = _built("{ number }").execute_operation().errors

    cause = error.original_error
    assert isinstance(cause, GraphQLError)
    assert cause.nodes is None
    assert cause.message.startswith("Int cannot represent non 32-bit signed integer value"), (
        "failures.py must learn the new message."
    )
