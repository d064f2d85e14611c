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
_CUSTOMERS = "GET /v1/customers/{id} of Partner Center"


@dataclass(frozen=True)
class Demand:
    """Pages and purchases are those of one partner in its busiest hour, which all partners share."""

    partners: int = 10_000
    pages: float = 20
    purchases: float = 1


def forecast(demand: Demand, figures: Mapping[str, float]) -> str:
    """Assumes that no page finds its catalog items cached."""
    pages, purchases = (demand.partners * each / 3600 for each in (demand.pages, demand.purchases))

    def a_second(what: str) -> float:
        page, purchase = (figures.get(f"{kind}: {what}", 0) for kind in ("page, not cached", "purchase"))
        return pages * page + purchases * purchase

    gateway, nginx, redis = (a_second(f"{program} CPU ms") / 1000 for program in ("gateway", "nginx", "Redis"))
    named = {name.partition(": ")[2] for name in figures if name.endswith("} of Partner Center") or "carts of" in name}
    calls = sum(map(a_second, named))
    stored = demand.partners * demand.purchases * _BUSIEST_HOURS_A_DAY * _DAYS * figures["purchase: bytes of records"]
    a_replica = _BUSY * 1000 / figures["page, not cached: gateway CPU ms"]
    return (
        f"{demand.partners:,} partners, each with {demand.pages:g} pages and {demand.purchases:g} purchases in the same hour:\n"
        f"  {pages:.1f} pages and {purchases:.1f} purchases a second\n"
        f"  processors: gateway {gateway:.2f}, nginx {nginx:.2f}, Redis {redis:.3f}; {gateway / _BUSY:.1f} replicas, "
        f"{_BUSY:.0%} busy, of which each shows {a_replica:.0f} pages a second\n"
        f"  store: {purchases * figures['purchase: calls of the store']:.0f} calls a second; {stored / 2**30:.1f} GB of "
        f"records of {_DAYS} days with {_BUSIEST_HOURS_A_DAY} such hours; one Redis is busy with "
        f"{1000 / figures['purchase: Redis CPU ms']:.0f} purchases a second\n"
        f"  Partner Center: {calls:.0f} calls a second, {calls * _CALL_S:.0f} in flight if each takes {_CALL_S:g} s; "
        f"{calls * 60 / demand.partners:.1f} a minute for one partner\n"
        f"  customer resource: {a_second(_CUSTOMERS) * 60 / demand.partners:.2f} calls a minute for one partner, "
        f"{a_second(_CUSTOMERS) * 60:.0f} for all; {_QUOTA} a minute for each tenant are allowed"
    )
