"""The internals of graphql-core and Strawberry that the compiler uses. Where one changes, compiled code falls back to their
own way, with the same answers and without the speed; these tests notice.
"""

import inspect
from typing import Any

import pytest
from graphql import Executor, parse

from gateway.compiler.plan import CompiledOperation
from gateway.schema.root import build_schema

_PAGE = """
    query Page($customer: String!, $cart: String!) {
      cart(by: {partnerCenter: {customerTenantId: $customer, cartId: $cart}}) {
        id version status totals { wholeTerms currencyCode }
        lineItems { id quantity pricing { price } product { title } sku(country: "US") { title isTrial } }
      }
    }
"""


def _source(text: str) -> str:
    schema: Any = build_schema()
    document = parse(text)
    operation: Any = document.definitions[0]
    variables = {"customer": "a", "cart": "b"}

    def executor() -> Any:
        return schema.execution_context_class.build(schema._schema, document, raw_variable_values=variables)  # noqa: SLF001

    plan = CompiledOperation(schema._schema, operation, ()).plan(variables, executor)  # noqa: SLF001
    assert plan is not None, "the page is compiled"
    return plan.source


def test_resolvers_are_called_without_their_wrappers() -> None:
    """By the names of Strawberry's wrappers and the private members that `resolvers` and `inputs` read."""
    source = _source(_PAGE)

    assert "core_arguments" not in source, "Strawberry's wrapper or its extensions are no longer recognised."
    assert "s.quantity" in source, "Fields without a resolver are no longer recognised."
    assert "w['customer']" in source, "Arguments are no longer compiled."


def test_a_page_needs_no_info_for_its_plain_fields() -> None:
    lines = [line for line in _source(_PAGE).splitlines() if "'quantity':" in line]

    assert lines
    assert all("FieldInfo" not in line for line in lines)


def test_a_scalar_that_is_looked_up_is_not_plain() -> None:
    """Its resolver would be called again to wait for it, and nobody would see the failure of the first call."""
    source = _source("query Market($customer: String!) { customer(by: {tenantId: $customer}) { tenantId country } }")

    assert "'tenantId': (" in source
    assert "'country': None" in source


@pytest.mark.parametrize(
    ("method", "parameters"),
    [
        ("complete_value", ["return_type", "field_details_list", "info", "path", "result", "position_context"]),
        ("execute_fields", ["parent_type", "source_value", "path", "grouped_field_set", "position_context"]),
        ("collect_subfields", ["return_type", "field_details_list"]),
        ("build_resolve_info", ["field_def", "field_nodes", "parent_type", "path"]),
        ("settle_in_background", ["awaitables"]),
    ],
    ids=lambda each: each if isinstance(each, str) else "",
)
def test_the_executor_completes_parts_of_an_answer(method: str, parameters: list[str]) -> None:
    """gateway/compiler/run.py and selections.py call these."""
    found = [*inspect.signature(getattr(Executor, method)).parameters]

    assert found == ["self", *parameters]
