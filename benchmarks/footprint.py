"""How soon a gateway answers after its start, and how much memory it takes; for `benchmarks.answers`."""

import http.client
import time
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from benchmarks.load import Load
from benchmarks.replicas import Replica
from benchmarks.report import spread
from benchmarks.rig import Rig

_CONNECTIONS = 16
_STARTS = 5
_AN_HOUR = 3600
_POLL_S = 0.002


@dataclass(frozen=True)
class Footprint:
    health_s: tuple[float, ...]
    """From exec until /health answers, of each start."""
    answer_s: tuple[float, ...]
    """From exec until the first request was answered."""
    resident_mb: Mapping[str, float]

    def __str__(self) -> str:
        memory = ", ".join(f"{when} {megabytes:.0f}" for when, megabytes in self.resident_mb.items())
        return (
            f"{spread(self.health_s)} s until /health answers, {spread(self.answer_s)} s until the first answer; "
            f"MB resident: {memory}"
        )


def footprint(rig: Rig, settings: Mapping[str, str], *, number: int) -> Footprint:
    """Memory is that after *number* documents, then after *number* carts, no two of which are equal."""
    starts = [_start(rig, settings) for _ in range(_STARTS)]
    for gateway, *_ in starts[1:]:
        gateway.process.kill()
    gateway = starts[0][0]
    resident = {"at the start": gateway.resident_mb}
    for workload, what in (("documents", f"after {number:,} documents"), ("cold", f"after {number:,} carts")):
        rig.ask(gateway, Load(workload, _CONNECTIONS, _AN_HOUR, most=number))
        resident[what] = gateway.resident_mb
    gateway.process.kill()
    return Footprint(tuple(each[1] for each in starts), tuple(each[2] for each in starts), resident)


def _start(rig: Rig, settings: Mapping[str, str]) -> tuple[Replica, float, float]:
    begun = time.perf_counter()
    gateway = rig.gateway("footprint", settings)
    _until_healthy(gateway)
    health_s = time.perf_counter() - begun
    rig.ask(gateway, Load("tiny", 1, _AN_HOUR, most=1))
    return gateway, health_s, time.perf_counter() - begun


def _until_healthy(gateway: Replica) -> None:
    """Raises SystemExit when the gateway ends."""
    authority = urlsplit(gateway.address).netloc
    while gateway.process.poll() is None:
        connection = http.client.HTTPConnection(authority)
        try:
            connection.request("GET", "/health")
            connection.getresponse().read()
        except OSError:
            time.sleep(_POLL_S)
        else:
            return
        finally:
            connection.close()
    raise SystemExit("A gateway ended during its start.")
