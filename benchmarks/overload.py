"""What refusals cost, and what a greedy caller leaves the others. Measures and prints; asserts nothing.

Run: .venv/bin/python -m benchmarks.overload
"""

import asyncio
import statistics
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from tests.load import PING, QUERY, Reply, again_and_again, client, partner_center
from tests.programs import running

_SECONDS = 2.0
_ROUNDS = 2
_FAIR = 4
_GREEDY = 64
_CALL_S = 0.05
_FAIR_TOKENS = [f"token-of-fair-{number}" for number in range(_FAIR)]


async def main() -> None:
    async with partner_center(delay_s=_CALL_S) as upstream:
        print(
            f"{_FAIR} fair callers with a connection each beside a greedy one with {_GREEDY}, {_SECONDS:.0f} s a round"
        )
        for title, settings in {
            "not counted": {},
            "1200 calls a minute": {"GATEWAY_LIMIT_CALLS_A_MINUTE": "1200", "GATEWAY_LIMIT_CALLS_AT_ONCE": "300"},
            "8 calls in flight": {"GATEWAY_UPSTREAM_CONCURRENCY": "8"},
        }.items():
            with running(
                "serve", GATEWAY_UPSTREAM_URL=upstream, GATEWAY_LOG_LEVEL="error", GATEWAY_CATALOG_TTL_S="0", **settings
            ) as (address, _):
                await _known(address)
                for _ in range(_ROUNDS):
                    await _greed(title, address)
        print("refusals by a gateway that works on one request and lets none wait")
        full = {"GATEWAY_LIMIT_REQUESTS": "1", "GATEWAY_LIMIT_WAITING": "0"}
        with running(
            "serve", GATEWAY_UPSTREAM_URL=upstream, GATEWAY_LOG_LEVEL="error", GATEWAY_CATALOG_TTL_S="0", **full
        ) as (address, process):
            for _ in range(_ROUNDS):
                await _refusals(address, process.pid)


async def _known(address: str) -> None:
    """Every caller has had an answer, and is known by then."""
    for token in [*_FAIR_TOKENS, "token-of-greedy"]:
        async with client(address, token) as caller:
            await caller.ask(QUERY)


async def _greed(title: str, address: str) -> None:
    alone = await _fair(address, greedy=0)
    beside = await _fair(address, greedy=_GREEDY)
    rates = [_rate(beside[token]) / _rate(alone[token]) for token in _FAIR_TOKENS]
    greedy = Counter(reply.status for reply in beside["greedy"])
    print(
        f"  {title:20} alone {statistics.mean(_rate(alone[token]) for token in _FAIR_TOKENS):6.1f}/s each, "
        f"beside {min(rates):4.0%} to {max(rates):4.0%} of it; greedy {greedy[200] / _SECONDS:6.0f}/s served, "
        f"{greedy[503] / _SECONDS:6.0f}/s refused"
    )


async def _fair(address: str, *, greedy: int) -> dict[str, Sequence[Reply]]:
    until = time.monotonic() + _SECONDS
    fair = [again_and_again(address, token, QUERY, until=until) for token in _FAIR_TOKENS]
    others = [again_and_again(address, "token-of-greedy", QUERY, until=until) for _ in range(greedy)]
    replies = await asyncio.gather(*fair, *others)
    return {
        **dict(zip(_FAIR_TOKENS, replies, strict=False)),
        "greedy": [each for some in replies[_FAIR:] for each in some],
    }


async def _refusals(address: str, pid: int) -> None:
    busy = asyncio.create_task(_fair_and_long(address))
    spent, until = _processor_s(pid), time.monotonic() + _SECONDS
    replies = [
        reply
        for some in await asyncio.gather(*(again_and_again(address, "token", PING, until=until) for _ in range(16)))
        for reply in some
    ]
    spent = _processor_s(pid) - spent
    busy.cancel()
    refused = [reply.seconds for reply in replies if reply.status == 503]
    print(
        f"  {len(refused) / _SECONDS:6.0f}/s refused, {len(replies) - len(refused)} served; "
        f"{spent / len(replies) * 1000:.2f} ms of the processor each, answered in "
        f"{statistics.median(refused) * 1000:.1f} ms (median), {max(refused) * 1000:.1f} ms (longest)"
    )


async def _fair_and_long(address: str) -> None:
    """Keeps the only place taken nearly all the time."""
    await asyncio.gather(*(again_and_again(address, "long", QUERY, until=time.monotonic() + 60) for _ in range(2)))


def _rate(replies: Sequence[Reply]) -> float:
    return sum(reply.status == 200 for reply in replies) / _SECONDS


def _processor_s(pid: int) -> float:
    """Seconds of the processor that a process has used. Source: proc(5), fields 14 and 15, in hundredths."""
    fields = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / 100


if __name__ == "__main__":
    asyncio.run(main())
