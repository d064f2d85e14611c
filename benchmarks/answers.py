"""What an answer of the gateway costs: CPU time, latency, start-up and memory, beside graphql-core without a compiler.

One gateway process with the settings of production, its log in a file, has a processor to itself where there are two;
the stub of Partner Center and the callers have the rest. In each round every kind of request takes its turn with every
gateway. Answers are checked, and a wrong one ends the run. Writes a table in Markdown, a chart, and all figures as JSON.

Run: .venv/bin/python -m benchmarks.answers --out FOLDER [--quick]
"""

import argparse
import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from itertools import count, product
from pathlib import Path

from benchmarks.footprint import Footprint, footprint
from benchmarks.load import Load
from benchmarks.replicas import Replica
from benchmarks.report import Figures, chart, table
from benchmarks.rig import Measured, Rig, opened
from benchmarks.scale import quantile_ms

CASES: Mapping[str, tuple[str, str]] = {
    "FindProducts A": ("FindProducts", "0"),
    "FindProducts B": ("FindProducts", "300"),
    "CartPage A": ("CartPage", "0"),
    "CartPage B": ("CartPage", "300"),
    "ChangeLines": ("ChangeLines", "0"),
    "page A": ("page", "0"),
    "page B": ("page", "300"),
    "cold A": ("cold", "0"),
    "cold B": ("cold", "300"),
    "tiny": ("tiny", "0"),
    "mutation": ("mutation", "0"),
    "100 lines A": ("100 lines", "0"),
    "100 lines B": ("100 lines", "300"),
    "200 documents B": ("200 documents", "300"),
}
"""Workload, and the seconds that catalog answers are cached, by name."""
TARGETS: Mapping[str, Mapping[str, str]] = {
    "gateway": {},
    "graphql-core": {"GATEWAY_COMPILE": "off"},
}
"""Settings of each gateway, by name; the first is compared with the others."""
_CONNECTIONS = 16
_DELAY_MS = 20
_APART = 1_000_000
"""Requests between the first ones of two loads, so that no request is made twice where none may be."""


@dataclass(frozen=True)
class Plan:
    """`distinct` documents and carts fill the memory; `alone` answers come from a slow Partner Center."""

    rounds: int = 5
    seconds: float = 3
    warm_s: float = 2
    distinct: int = 10_000
    alone: int = 50
    cases: tuple[str, ...] = tuple(CASES)


_QUICK = Plan(rounds=2, seconds=1, warm_s=0.5, distinct=300, alone=10)


class _Measurement:
    """Gateways in front of one stub, by target and the time that they cache."""

    def __init__(self, rig: Rig) -> None:
        self._rig = rig
        self._batches = count()
        lifetimes = {ttl_s for _, ttl_s in CASES.values()}
        self._gateways = {
            (name, ttl_s): rig.gateway(f"{name}-{ttl_s}", {**TARGETS[name], "GATEWAY_CATALOG_TTL_S": ttl_s})
            for name, ttl_s in product(TARGETS, lifetimes)
        }

    def run(self, case: str, name: str, *, connections: int, seconds: float = 600, most: int | None = None) -> Measured:
        workload, ttl_s = CASES[case]
        first = next(self._batches) * _APART
        gateway: Replica = self._gateways[name, ttl_s]
        measured = self._rig.measure(gateway, Load(workload, connections, seconds, first=first, most=most))
        if measured.outcome.wrong:
            raise SystemExit(
                f"{case}, {name}: {len(measured.outcome.wrong)} wrong answers: {measured.outcome.wrong[0]}"
            )
        return measured


@dataclass(frozen=True)
class Results:
    figures: Mapping[str, Mapping[str, Figures]]
    """By case and target."""
    footprints: Mapping[str, Footprint]


def measure(plan: Plan) -> Results:
    figures = {case: {name: Figures() for name in TARGETS} for case in plan.cases}
    with opened() as rig:
        _measure_costs(_Measurement(rig), plan, figures)
        footprints = {name: footprint(rig, each, number=plan.distinct) for name, each in TARGETS.items()}
    with opened(delay_ms=_DELAY_MS) as rig:
        _measure_alone(_Measurement(rig), plan, figures)
    return Results(figures, footprints)


def _measure_costs(measurement: _Measurement, plan: Plan, figures: Mapping[str, Mapping[str, Figures]]) -> None:
    for case, name in product(plan.cases, TARGETS):
        measurement.run(case, name, connections=_CONNECTIONS, seconds=plan.warm_s)
    for _, case, name in product(range(plan.rounds), plan.cases, TARGETS):
        measured = measurement.run(case, name, connections=_CONNECTIONS, seconds=plan.seconds)
        outcome, found = measured.outcome, figures[case][name]
        number = len(outcome.latencies_s)
        found.cpu_ms.append(measured.processor_s / number * 1000)
        found.a_second.append(number / outcome.elapsed_s)
        found.p50_ms.append(quantile_ms(outcome.latencies_s, 50))
        found.p99_ms.append(quantile_ms(outcome.latencies_s, 99))


def _measure_alone(measurement: _Measurement, plan: Plan, figures: Mapping[str, Mapping[str, Figures]]) -> None:
    for case, name in product(plan.cases, TARGETS):
        measurement.run(case, name, connections=1, most=plan.alone)
        outcome = measurement.run(case, name, connections=1, most=plan.alone).outcome
        figures[case][name].alone_ms.append(quantile_ms(outcome.latencies_s, 50))


def _write(folder: Path, plan: Plan, results: Results) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    load = ", ".join(f"{each:.1f}" for each in os.getloadavg())
    conditions = (
        f"Median (lowest to highest) of {plan.rounds} rounds of {plan.seconds:g} s; {_CONNECTIONS} callers; {os.cpu_count()} "
        f"processors, load average {load} at the end. Alone: one caller, and a Partner Center that answers after "
        f"{_DELAY_MS} ms."
    )
    footprints = [f"- {name}: {each}" for name, each in results.footprints.items()]
    text = "\n".join([conditions, "", *table(results.figures), "", *footprints, ""])
    (folder / "answers.md").write_text(text, "utf-8")
    (folder / "answers.svg").write_text(chart(results.figures), "utf-8")
    (folder / "answers.json").write_text(json.dumps(asdict(results), indent=1), "utf-8")
    print(text)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.answers", description="What an answer costs.")
    parser.add_argument("--out", type=Path, required=True, help="folder for the table, the chart and the figures")
    parser.add_argument("--quick", action="store_true", help="two short rounds, and less in memory")
    parser.add_argument("--rounds", type=int, help="of the measurement (default: 5, or 2 if quick)")
    parser.add_argument("--cases", nargs="+", choices=CASES, default=tuple(CASES), metavar="CASE", help="default: all")
    given = parser.parse_args()
    plan = _QUICK if given.quick else Plan()
    plan = replace(plan, rounds=given.rounds or plan.rounds, cases=tuple(given.cases))
    _write(given.out, plan, measure(plan))


if __name__ == "__main__":
    main()
