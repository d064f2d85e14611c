"""What one field of the graph costs, declared at the field, in the terms of the IBM cost specification.

Cost is counted in calls to Partner Center. Source: https://ibm.github.io/graphql-specs/cost-spec.html.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from graphql import GraphQLObjectType, GraphQLSchema, ListValueNode, ObjectValueNode, ValueNode, VariableNode
from strawberry.types.field import StrawberryField

COST = "cost"
"""The key of a field's cost in the `metadata` of a Strawberry field. It does not show in the schema."""
MAX_SIZE = 100
"""The largest list size that a slicing argument counts for: the fields themselves refuse more."""


@dataclass(frozen=True, slots=True)
class Choices:
    """The calls that the values listed in an argument choose: all values where it is left out or null.

    `calls` names, for each value, the calls that it needs and how many of each. Those that several values need are made
    once.
    """

    argument: str
    calls: Mapping[str, Mapping[str, int]]

    def weight(self, chosen: Collection[str] | None) -> int:
        needed = [calls for value, calls in self.calls.items() if chosen is None or value in chosen]
        return sum({name: count for calls in needed for name, count in calls.items()}.values())


@dataclass(frozen=True, slots=True)
class FieldCost:
    """One field of one object. Without a cost a field is free and leads to one object.

    `weight` is the calls that the field makes, for each item of the list in `weight_argument` if there is one,
    `argument_weights` those added by each argument that is given and not
    null, `choices` those that the values of an argument choose, `item_weight` those made for each item.
    The list size is the value of the first of the `slicing_arguments` that is given (for a list, its length), else
    `assumed_size`.
    Fields of one object with the same `lookup` and arguments share a single call.
    With a `batch` the calls of the field are made together for all objects of a list that `gathers` batches of that name,
    so its `weight` counts once for the list; what stands in no such list counts for each object.
    All fields of an operation that name the same `shared` call make it once, whatever their arguments.
    `reads_customer` adds one call for each customer whose market a field needs, unless its `market_argument` names a
    market.
    A field is free while nothing but `free_fields` is selected below it.
    An operation may select one field that `spends_money`. Errors at or below a field that `states_outcome` say what is
    known of the change it makes.
    """

    weight: int = 0
    weight_argument: str | None = None
    argument_weights: Mapping[str, int] | None = None
    choices: Choices | None = None
    item_weight: int = 0
    assumed_size: int = 1
    slicing_arguments: tuple[str, ...] = ()
    lookup: str | None = None
    batch: str | None = None
    gathers: frozenset[str] = frozenset()
    shared: str | None = None
    reads_customer: bool = False
    market_argument: str | None = None
    free_fields: frozenset[str] = frozenset()
    spends_money: bool = False
    states_outcome: bool = False


ONE_CALL = {COST: FieldCost(weight=1)}

FieldCosts = Mapping[str, FieldCost]
"""By field, as `Type.field`."""


def declared_costs(schema: GraphQLSchema) -> FieldCosts:
    """Every cost that a field of an object type declares."""
    costs: dict[str, FieldCost] = {}
    for of in schema.type_map.values():
        if not isinstance(of, GraphQLObjectType):
            continue
        for name, field in of.fields.items():
            definition = field.extensions.get("strawberry-definition")
            declared = definition.metadata.get(COST) if isinstance(definition, StrawberryField) else None
            if isinstance(declared, FieldCost):
                costs[f"{of.name}.{name}"] = declared
    return costs


def has_variable(argument: ValueNode) -> bool:
    """Whether the value of an argument depends on a variable, at any depth."""
    if isinstance(argument, ListValueNode):
        return any(map(has_variable, argument.values))
    if isinstance(argument, ObjectValueNode):
        return any(has_variable(field.value) for field in argument.fields)
    return isinstance(argument, VariableNode)
