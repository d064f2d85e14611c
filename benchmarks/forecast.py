"""The arithmetic of `benchmarks.scale`: what a number of partners needs, from the figures measured."""

from collections.abc import Mapping
from dataclasses import dataclass

_BUSIEST_HOURS_A_DAY = 8
_DAYS = 8
"""That records are stored."""
_BUSY = 0.6
"""The share of a replica's processor that the busiest hour may take."""
_CALL_S = 0.3
"""Assumed for a real call to Partner Center."""
_QUOTA = 500
"""Calls a minute to the customer resource, for each tenant ("API throttling guidance"); carts have no published one."""
_CALLS = " of Partner Center"


@dataclass(frozen=True)
class Demand:
    """Pages and purchases are those of one partner in its busiest hour, which all partners share."""

    partners: int = 10_000
    pages: float = 20
    purchases: float = 1


def forecast(demand: Demand, figures: Mapping[str, float]) -> str:
    """Assumes that no page finds its catalog items cached."""
    need = _Need(demand, figures)
    return (
        f"{demand.partners:,} partners, each with {demand.pages:g} pages and {demand.purchases:g} purchases in the same hour:\n"
        f"  {need.pages:.1f} pages and {need.purchases:.1f} purchases a second\n"
        f"  processors: {_processors(need)}\n  store: {_store(need)}\n  Partner Center: {_partner_center(need)}"
    )


class _Need:
    """`pages` and `purchases` are those of all partners in a second."""

    def __init__(self, demand: Demand, figures: Mapping[str, float]) -> None:
        self.demand = demand
        self.figures = figures
        self.pages = demand.partners * demand.pages / 3600
        self.purchases = demand.partners * demand.purchases / 3600

    def a_second(self, what: str) -> float:
        page, purchase = (self.figures.get(f"{kind}: {what}", 0) for kind in ("page, not cached", "purchase"))
        return self.pages * page + self.purchases * purchase


def _processors(need: _Need) -> str:
    gateway, nginx, redis = (need.a_second(f"{program} CPU ms") / 1000 for program in ("gateway", "nginx", "Redis"))
    a_replica = _BUSY * 1000 / need.figures["page, not cached: gateway CPU ms"]
    return (
        f"gateway {gateway:.2f}, nginx {nginx:.2f}, Redis {redis:.3f}; {gateway / _BUSY:.1f} replicas, {_BUSY:.0%} busy, "
        f"of which each can show {a_replica:.0f} pages a second"
    )


def _store(need: _Need) -> str:
    stored = need.demand.partners * need.demand.purchases * _BUSIEST_HOURS_A_DAY * _DAYS
    return (
        f"{need.a_second('calls of the store'):.0f} calls a second; {stored:,.0f} purchases with "
        f"{stored * need.figures['purchase: bytes of records'] / 2**30:.1f} GiB of records in {_DAYS} days with "
        f"{_BUSIEST_HOURS_A_DAY} such hours each; one Redis can take "
        f"{1000 / need.figures['purchase: Redis CPU ms']:.0f} purchases a second"
    )


def _partner_center(need: _Need) -> str:
    calls = sum(need.a_second(each) for each in _calls(need.figures))
    customers = need.a_second(f"GET /v1/customers/{{id}}{_CALLS}") * 60
    return (
        f"{calls:.0f} calls a second, {calls * _CALL_S:.0f} in flight if each takes {_CALL_S:g} s; for one partner "
        f"{calls * 60 / need.demand.partners:.1f} a minute, of which {customers / need.demand.partners:.2f} to the customer "
        f"resource; its quota of {_QUOTA} a minute, if shared, would do for {_QUOTA / customers * need.demand.partners:.0f} "
        f"such partners"
    )


def _calls(figures: Mapping[str, float]) -> set[str]:
    """The names, without the kind of load, of the figures that count calls to Partner Center."""
    return {name.partition(": ")[2] for name in figures if name.endswith(_CALLS)}
