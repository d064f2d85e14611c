"""Measures what a greedy caller leaves to others, how soon a ping is answered meanwhile, and what refusals cost.

Prints the results and asserts nothing. The gateway, Partner Center, the fair callers and the greedy one have a process
each. Run it on a machine with nothing else to do: on a busy one it measures the scheduler.

Run: .venv/bin/python -m benchmarks.overload
"""

import asyncio
import multiprocessing
import statistics
import subprocess
import time
from collections.abc import Generator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing.connection import Connection
from pathlib import Path

from tests.load.many_callers import PING, QUERY, Reply, again_and_again, client, partner_center
from tests.programs import running
from tests.shop_ids import CONTOSO

_ROUNDS = 3
_SECONDS = 4.0
_CALL_S = 0.05
_FAIR = [f"token-of-fair-{number}" for number in range(4)]
_GREEDY = "token-of-greedy"
_CONNECTIONS = (16, 64, 256)
_FLOOD = 480
"""The server closes idle connections beyond 500."""
_PROCESSES = multiprocessing.get_context("spawn")


def main() -> None:
    with (
        ProcessPoolExecutor(1, mp_context=_PROCESSES) as fair,
        ProcessPoolExecutor(1, mp_context=_PROCESSES) as greedy,
    ):
        print(f"{len(_FAIR)} fair callers, a connection each; rates are requests a second with an answer")
        with _gateway(_CALL_S) as (address, process):
            asyncio.run(_verify_tokens(address))
            for connections in _CONNECTIONS:
                for _ in range(_ROUNDS):
                    _greed(fair, greedy, address, process.pid, connections)
            print(f"pings beside {_FLOOD} connections, more than twice the requests that run at once")
            for _ in range(_ROUNDS):
                _flood(fair, greedy, address)
        print("refusals by a gateway whose only slot is taken")
        with _gateway(_SECONDS, GATEWAY_LIMIT_REQUESTS="1", GATEWAY_LIMIT_WAITING="0") as (address, process):
            for _ in range(_ROUNDS):
                _refusals(fair, greedy, address, process.pid)


def _greed(
    fair: ProcessPoolExecutor, greedy: ProcessPoolExecutor, address: str, gateway: int, connections: int
) -> None:
    alone = _rates(fair.submit(_load, address, _FAIR, QUERY).result())
    begun = _processor_s(gateway)
    taking = greedy.submit(_load, address, [_GREEDY] * connections, QUERY)
    replies = fair.submit(_load, address, _FAIR, QUERY).result()
    taken = [reply for some in taking.result() for reply in some]
    busy = (_processor_s(gateway) - begun) / _SECONDS
    left = [beside / statistics.mean(alone) for beside in _rates(replies)]
    print(
        f"  greedy one with {connections:3}: fair ones {statistics.mean(alone):5.1f}/s each alone, "
        f"{min(left):4.0%} to {max(left):4.0%} of it beside; greedy one {_count(taken, 200) / _SECONDS:4.0f}/s served, "
        f"{_count(taken, 503) / _SECONDS:4.0f}/s refused; gateway {busy:4.0%} busy"
    )


def _flood(fair: ProcessPoolExecutor, greedy: ProcessPoolExecutor, address: str) -> None:
    taking = greedy.submit(_load, address, [_GREEDY] * _FLOOD, QUERY)
    pings = fair.submit(_pings, address).result()
    replies = [reply for some in taking.result() for reply in some]
    latencies = ", ".join(f"{caller} {_p95_ms(some):3.0f} ms" for caller, some in pings.items())
    print(f"  p95: {latencies}; the flood {_count(replies, 200) / _SECONDS:4.0f}/s served")


def _refusals(fair: ProcessPoolExecutor, greedy: ProcessPoolExecutor, address: str, gateway: int) -> None:
    taking = greedy.submit(_load, address, [_GREEDY], QUERY)
    begun = _processor_s(gateway)
    replies = [reply for some in fair.submit(_load, address, _FAIR * 4, PING).result() for reply in some]
    spent = _processor_s(gateway) - begun
    taking.result()
    refused = _count(replies, 503)
    print(
        f"  {refused / _SECONDS:5.0f}/s refused, {(len(replies) - refused) / _SECONDS:3.0f}/s served; "
        f"{spent / len(replies) * 1000:.2f} ms of the processor each"
    )


def _load(address: str, tokens: Sequence[str], query: str) -> list[list[Reply]]:
    """The replies on each token's connection. Runs in a process of its own."""

    async def load() -> list[list[Reply]]:
        until = time.monotonic() + _SECONDS
        return await asyncio.gather(*(again_and_again(address, token, query, until=until) for token in tokens))

    return asyncio.run(load())


def _pings(address: str) -> dict[str, list[Reply]]:
    """Twenty a second. Runs in a process of its own."""

    async def ping(token: str, until: float) -> list[Reply]:
        replies: list[Reply] = []
        async with client(address, token) as caller:
            while time.monotonic() < until:
                replies.append(await caller.ask(PING))
                await asyncio.sleep(0.05)
        return replies

    async def pings() -> dict[str, list[Reply]]:
        until = time.monotonic() + _SECONDS
        another, the_same = await asyncio.gather(ping(_FAIR[0], until), ping(_GREEDY, until))
        return {"another caller's": another, "the flooding caller's own": the_same}

    return asyncio.run(pings())


def _p95_ms(replies: Sequence[Reply]) -> float:
    return statistics.quantiles([reply.seconds for reply in replies], n=20)[-1] * 1000


async def _verify_tokens(address: str) -> None:
    """Partner Center accepts every token once; each caller has its own queue from then on."""
    for token in [*_FAIR, _GREEDY]:
        async with client(address, token) as caller:
            await caller.ask(QUERY, id=CONTOSO)


def _rates(replies: Sequence[Sequence[Reply]]) -> list[float]:
    return [_count(some, 200) / _SECONDS for some in replies]


def _count(replies: Sequence[Reply], status: int) -> int:
    return sum(reply.status == status for reply in replies)


@contextmanager
def _gateway(call_s: float, **settings: str) -> Generator[tuple[str, subprocess.Popen[str]]]:
    """Its address and process, before a Partner Center whose answers take *call_s* seconds."""
    receiving, sending = _PROCESSES.Pipe(duplex=False)
    process = _PROCESSES.Process(target=_serve_partner_center, args=(sending, call_s), daemon=True)
    process.start()
    common = {"GATEWAY_UPSTREAM_URL": receiving.recv(), "GATEWAY_LOG_LEVEL": "error", "GATEWAY_CATALOG_TTL_S": "0"}
    with running("serve", **common, **settings) as gateway:
        yield gateway
    process.kill()


def _serve_partner_center(sending: Connection, call_s: float) -> None:
    async def serve() -> None:
        async with partner_center(delay_s=call_s) as address:
            sending.send(address)
            await asyncio.Event().wait()

    asyncio.run(serve())


def _processor_s(pid: int) -> float:
    """Seconds of the processor that a process has used. Source: proc(5), fields 14 and 15, in hundredths."""
    fields = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / 100


if __name__ == "__main__":
    main()
