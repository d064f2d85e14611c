"""A short run of `benchmarks.scale`: its figures are there, and a killed replica loses nothing."""

from collections.abc import Mapping, Sequence

import pytest

from benchmarks.deaths import Death
from benchmarks.forecast import Demand
from benchmarks.scale import Plan, measure, report
from tests.store.server import RedisServer

Results = tuple[Mapping[int, Mapping[str, Sequence[float]]], Sequence[Death]]


@pytest.fixture(scope="module")
def results(nginx: str, redis_process: RedisServer) -> Results:
    """Of two replicas. The fixtures are here for their programs, which the benchmark starts itself."""
    return measure(Plan(replicas=(2,), rounds=1, seconds=0.5, shops=4, delay_ms=2))


def test_a_killed_replica_loses_no_purchase(results: Results) -> None:
    """Every purchase ends acknowledged with the orders of its cart, once, and no cart is left over."""
    _, (death,) = results

    assert death.bought.purchases
    assert death.bought.unfinished == 0
    assert (death.ordered_twice, death.differing, death.unacknowledged, death.left_over) == (0, 0, 0, 0)
    assert all(shown.seconds for shown in death.shown)


def test_a_purchase_takes_as_many_calls_of_the_store_as_documented(results: Results) -> None:
    """docs/scaling.md computes with 25: of leases 10, and of records 15."""
    figures, _ = results
    purchase = {name.partition(": ")[2]: values for name, values in figures[2].items() if name.startswith("purchase")}

    assert purchase["failed"] == [0]
    assert {name: purchase[f"{name} of the store"] for name in ("take", "release", "get", "put", "calls")} == {
        "take": [5],
        "release": [5],
        "get": [7],
        "put": [8],
        "calls": [25],
    }


def test_the_report_has_a_row_for_each_figure(results: Results) -> None:
    figures, _ = results
    text = report(Demand(), *results)

    assert all(name in text for name in figures[2])
    assert "One replica killed under load" in text
