"""What a tool does to the world, as hints for the program that runs an agent. Source: MCP 2026-07-28, ToolAnnotations."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from mcp_types import ToolAnnotations


@dataclass(frozen=True, slots=True)
class Effect:
    """Of one mutation. `is_final`: no other tool takes it back, or it costs money at once.

    `is_repeatable`: the same call again has no further effect, with the arguments that `safeguards` requires.
    """

    is_final: bool
    is_repeatable: bool


EFFECTS: Mapping[str, Effect] = {
    "previewCart": Effect(
        is_final=False, is_repeatable=True
    ),  # Partner Center has one more cart, which nobody can reach
    "createCart": Effect(is_final=False, is_repeatable=True),  # by its idempotency key
    "addCartLineItems": Effect(is_final=False, is_repeatable=True),  # by its idempotency key
    "addCartAddonItems": Effect(is_final=False, is_repeatable=True),  # by its idempotency key
    "updateCartLineItems": Effect(is_final=False, is_repeatable=True),
    "removeCartLineItems": Effect(is_final=False, is_repeatable=True),
    "replaceCartLineItems": Effect(is_final=True, is_repeatable=True),  # what the cart held is lost
    "checkoutCart": Effect(is_final=True, is_repeatable=True),  # a cart is ordered once
    "confirmCustomerAgreement": Effect(is_final=True, is_repeatable=True),
    "registerSubscription": Effect(is_final=False, is_repeatable=True),
    "updateSubscription": Effect(is_final=True, is_repeatable=True),  # more seats cost money at once
    "cancelSubscription": Effect(is_final=True, is_repeatable=True),
    "cancelOrder": Effect(is_final=True, is_repeatable=True),
}
"""By the field of Mutation."""

_UNKNOWN = Effect(is_final=True, is_repeatable=False)
"""The protocol's own defaults."""


def annotations_of(mutations: Collection[str]) -> ToolAnnotations:
    """For an operation with these fields of Mutation; a query has none.

    The world of every tool is closed: the catalog, the customers and the orders of one partner.
    """
    if not mutations:
        return ToolAnnotations(read_only_hint=True, open_world_hint=False)
    effects = [EFFECTS.get(name, _UNKNOWN) for name in mutations]
    return ToolAnnotations(
        read_only_hint=False,
        destructive_hint=any(effect.is_final for effect in effects),
        idempotent_hint=all(effect.is_repeatable for effect in effects),
        open_world_hint=False,
    )
