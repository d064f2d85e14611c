"""What replicas of the gateway give and cost behind nginx with one Redis, and what is lost when one of them is killed.

Prints the results and asserts nothing. Each round measures every number of replicas in turn, on programs started for
it. Partner Center is a stub whose answers take a fixed time. The replicas share the machine with nginx, Redis, the stub
and the load: their rates say what this machine gives, and the processor time of an answer says what a replica gives on
a processor of its own. Needs nginx and redis-server, which are Debian packages.

Run: .venv/bin/python -m benchmarks.scale
"""

import argparse
import asyncio
import os
import shutil
import statistics
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Coroutine, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from itertools import count, cycle, islice
from pathlib import Path
from typing import Any

from benchmarks.deaths import Death, kill_one
from benchmarks.forecast import Demand, forecast
from benchmarks.replicas import Stack, Usage, started
from benchmarks.shops import Tally, buy, show_pages

_CARTS_OF_A_SHOP = 5
"""Those whose pages it shows again and again."""
_FRESH = 2**32
"""Carts from this number on are shown once each, so that nothing of their items is cached."""
_DEATH_TAKES = 2
"""Times as long as another kind of load: after 5 seconds nginx tries the dead replica again."""

Figures = dict[str, float]
"""By name, with the unit."""


@dataclass(frozen=True)
class Plan:
    """`seconds` are those of one kind of load, `full_cache_pages` pages fill the cache of one replica."""

    replicas: tuple[int, ...] = (1, 2)
    rounds: int = 3
    seconds: float = 4
    shops: int = 24
    delay_ms: float = 20
    full_cache_pages: int = 0


def main() -> None:
    plan, demand = _arguments()
    load = ", ".join(f"{each:.1f}" for each in os.getloadavg())
    print(
        f"{os.cpu_count()} processors, load average {load}; {plan.shops} shops with a connection each; Partner Center "
        f"answers after {plan.delay_ms:g} ms; {plan.rounds} rounds of {plan.seconds:g} s for each kind of load"
    )
    print(report(demand, *measure(plan)))


def measure(plan: Plan) -> tuple[dict[int, dict[str, list[float]]], list[Death]]:
    """The figures of all rounds by number of replicas, and what was lost when one of the most was killed."""
    figures: dict[int, dict[str, list[float]]] = {number: defaultdict(list) for number in plan.replicas}
    deaths: list[Death] = []
    with tempfile.TemporaryDirectory() as folder:
        for turn in range(plan.rounds):
            for number, found in figures.items():
                with _stack(plan, number, Path(folder) / f"{turn}-{number}") as stack:
                    for name, value in _round(stack, plan).items():
                        found[name].append(value)
                    if number == max(plan.replicas) > 1:
                        death = kill_one(stack, plan.shops, _usual, seconds=plan.seconds * _DEATH_TAKES)
                        deaths.append(asyncio.run(death))
    return figures, deaths


def _round(stack: Stack, plan: Plan) -> Figures:
    figures = {"replica: resident at start, MB": _resident_mb(stack), **_filled(stack, plan)}
    fresh = count(_FRESH)
    for name, carts in {"page, cached": _usual, "page, not cached": lambda _: fresh}.items():
        used, tally = _under_load(
            stack, show_pages(stack.address, plan.shops, carts, until=time.monotonic() + plan.seconds)
        )
        figures |= {f"{name}: {what}": value for what, value in _figures(used, tally).items()}
    figures |= {f"purchase: {what}": value for what, value in _purchases(stack, plan).items()}
    figures |= {
        "replica: resident at the end, MB": _resident_mb(stack),
        "replica: connections to Redis": stack.redis_connections() / len(stack.replicas),
    }
    if plan.full_cache_pages and len(stack.replicas) == 1:
        asyncio.run(_show_each(stack.address, plan, lambda _: islice(fresh, plan.full_cache_pages // plan.shops)))
        figures["replica: resident with a full catalog cache, MB"] = _resident_mb(stack)
    return figures


def _usual(shop: int) -> Iterator[int]:
    return cycle(range(shop * _CARTS_OF_A_SHOP, (shop + 1) * _CARTS_OF_A_SHOP))


def _filled(stack: Stack, plan: Plan) -> Figures:
    """What it takes until every replica has accepted every token, and cached the catalog items of the usual pages."""
    used, tally = _under_load(stack, _show_all_usual(stack, plan))
    return {"calls of Partner Center that fill the caches": float(used.upstream_calls.total() - len(tally.seconds))}


async def _show_all_usual(stack: Stack, plan: Plan) -> Tally:
    shown = [await _show_each(each.address, plan, _usual_once) for each in stack.replicas]
    return Tally(seconds=[seconds for tally in shown for seconds in tally.seconds])


def _usual_once(shop: int) -> Iterator[int]:
    return islice(_usual(shop), _CARTS_OF_A_SHOP)


async def _show_each(address: str, plan: Plan, carts: Callable[[int], Iterator[int]]) -> Tally:
    return await show_pages(address, plan.shops, carts, until=float("inf"))


def _purchases(stack: Stack, plan: Plan) -> Figures:
    used, tally = _under_load(stack, buy(stack.address, plan.shops, until=time.monotonic() + plan.seconds))
    figures, number = _figures(used, tally), len(tally.purchases)
    for step, seconds in tally.steps.items():
        figures |= {f"{step}, p50 ms": quantile_ms(seconds, 50), f"{step}, p95 ms": quantile_ms(seconds, 95)}
    figures["calls of the store"] = used.store_calls.total() / number
    figures |= {f"{name} of the store": calls / number for name, calls in sorted(used.store_calls.items())}
    figures |= {
        f"{name.upper()} of Redis": used.redis_commands[name] / number
        for name in ("eval", "get", "set", "exists", "del")
    }
    sizes = stack.record_bytes()
    records = sizes.pop("records")
    return {**figures, "records": records / number, "bytes of records": sizes.total() / number}


def _under_load(stack: Stack, load: Coroutine[Any, Any, Tally]) -> tuple[Usage, Tally]:
    before = stack.usage()
    tally = asyncio.run(load)
    return stack.usage().since(before), tally


def _figures(used: Usage, tally: Tally) -> Figures:
    """Of one page or one purchase, which has three answers."""
    number = len(tally.seconds)
    spent_s = sum(used.gateway_s) + used.nginx_s + used.redis_s + used.others_s
    return {
        "a second": number / tally.elapsed_s,
        "failed": float(tally.failures.total()),
        "p50 ms": quantile_ms(tally.seconds, 50),
        "p95 ms": quantile_ms(tally.seconds, 95),
        "gateway CPU ms": sum(used.gateway_s) / number * 1000,
        "nginx CPU ms": used.nginx_s / number * 1000,
        "Redis CPU ms": used.redis_s / number * 1000,
        "stub and load CPU ms": used.others_s / number * 1000,
        "processors busy with all this": spent_s / tally.elapsed_s,
        **{f"{call} of Partner Center": calls / number for call, calls in sorted(used.upstream_calls.items())},
    }


def _resident_mb(stack: Stack) -> float:
    return statistics.mean(replica.resident_mb for replica in stack.replicas)


def quantile_ms(seconds: Sequence[float], percent: int) -> float:
    return statistics.quantiles(seconds, n=100, method="inclusive")[percent - 1] * 1000


def report(demand: Demand, figures: Mapping[int, Mapping[str, Sequence[float]]], deaths: Sequence[Death]) -> str:
    """What was measured, and the arithmetic for *demand* from the medians with the most replicas."""
    names = dict.fromkeys(name for found in figures.values() for name in found)
    medians = {name: statistics.median(values) for name, values in figures[max(figures)].items()}
    return "\n".join(
        [
            f"{'median (least to most), by number of replicas':92}" + "".join(f"{number:28}" for number in figures),
            *(f"{name:92}" + "".join(_cell(found.get(name, [])) for found in figures.values()) for name in names),
            *map(str, deaths),
            forecast(demand, medians),
        ]
    )


def _cell(values: Sequence[float]) -> str:
    if not values:
        return " " * 28
    return f"{statistics.median(values):.2f} ({min(values):.2f} to {max(values):.2f})".rjust(28)


def _stack(plan: Plan, replicas: int, folder: Path) -> AbstractContextManager[Stack]:
    nginx, redis_server = _program("nginx"), _program("redis-server")
    return started(replicas, folder=folder, nginx=nginx, redis_server=redis_server, delay_ms=plan.delay_ms)


def _program(name: str) -> str:
    found = shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin")  # where Debian has nginx
    if found is None:
        raise SystemExit(f"{name} is not installed.")
    return found


def _arguments() -> tuple[Plan, Demand]:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.scale",
        description="What replicas give and cost.",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    parser.add_argument("--replicas", type=int, nargs="+", default=Plan.replicas, help="how many run, in turn")
    parser.add_argument("--rounds", type=int, default=Plan.rounds, help="how often each number of replicas is measured")
    parser.add_argument("--seconds", type=float, default=Plan.seconds, help="of each kind of load")
    parser.add_argument("--shops", type=int, default=Plan.shops, help="partners with a token and a connection each")
    parser.add_argument("--delay-ms", type=float, default=Plan.delay_ms, help="of each call to Partner Center")
    parser.add_argument(
        "--full-cache-pages", type=int, default=0, help="pages that fill the cache of one replica; 0 = skip"
    )
    parser.add_argument("--partners", type=int, default=Demand.partners, help="of the arithmetic at the end")
    parser.add_argument("--pages", type=float, default=Demand.pages, help="a partner shows in its busiest hour")
    parser.add_argument("--purchases", type=float, default=Demand.purchases, help="a partner makes in its busiest hour")
    given = parser.parse_args()
    plan = Plan(tuple(given.replicas), given.rounds, given.seconds, given.shops, given.delay_ms, given.full_cache_pages)
    return plan, Demand(given.partners, given.pages, given.purchases)


if __name__ == "__main__":
    main()
