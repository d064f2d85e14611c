"""What a run must not have done, counted: what buyers were told against the orders that Partner Center has."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from tests.chaos.buyers import Purchase


@dataclass
class Verdict:
    """Every number but the first four and the attempts must be nothing."""

    purchases: int
    bought: int
    deaths: int
    struck: int
    attempts: float
    """Checkouts that reached Partner Center, for each purchase."""
    double: list[str] = field(default_factory=list[str])
    """Carts with more orders than order groups."""
    lost: list[str] = field(default_factory=list[str])
    """Carts whose orders the buyer does not get by asking again."""
    wrong: list[str] = field(default_factory=list[str])
    """Answers that named other orders than there are."""
    falsely_denied: list[str] = field(default_factory=list[str])
    """Answers that nothing was placed, when something was."""
    odd: list[str] = field(default_factory=list[str])
    """Answers that no buyer should get."""

    @property
    def is_clean(self) -> bool:
        return not (self.double or self.lost or self.wrong or self.falsely_denied or self.odd)

    def __str__(self) -> str:
        counted = {
            "purchases": self.purchases,
            "bought": self.bought,
            "gateway killed": self.deaths,
            "faults struck": self.struck,
            "checkouts sent for each purchase": f"{self.attempts:.2f}",
            "double orders": len(self.double),
            "orders that cannot be had again": len(self.lost),
            "wrong orders told": len(self.wrong),
            "falsely said not placed": len(self.falsely_denied),
            "answers nobody should get": len(self.odd),
        }
        examples = [f"  {each}" for found in (self.double, self.lost, self.wrong, self.odd) for each in found[:3]]
        return "\n".join([*(f"{name:>34}  {count}" for name, count in counted.items()), *examples])


def judge(
    purchases: Sequence[Purchase],
    orders: Mapping[str, set[str]],
    again: Mapping[str, frozenset[str] | None],
    *,
    deaths: int,
    struck: int,
    checkouts: int,
) -> Verdict:
    """*orders* are Partner Center's by cart, *again* what buyers were told when they asked once more at the end."""
    verdict = Verdict(
        purchases=len(purchases),
        bought=sum(bool(each.told) for each in purchases),
        deaths=deaths,
        struck=struck,
        attempts=checkouts / max(1, len(purchases)),
    )
    for each in purchases:
        there = frozenset(orders.get(each.cart_id, ()))
        if len(there) > each.groups:
            verdict.double.append(f"{each.cart_id} ({each.way}): {len(there)} orders for {each.groups} groups")
        if again[each.cart_id] != there:
            verdict.lost.append(f"{each.cart_id} ({each.way}): {again[each.cart_id]} told, {set(there)} there")
        verdict.wrong += [
            f"{each.cart_id} ({each.way}): {told} told, {set(there)} there" for told in each.told if told != there
        ]
        verdict.falsely_denied += [f"{each.cart_id} ({each.way})" for count in each.denied_at if count]
        verdict.odd += [f"{each.cart_id} ({each.way}): {answer}" for answer in each.odd]
    return verdict
