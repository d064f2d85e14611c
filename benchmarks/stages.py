"""Where the CPU time of an answer goes: microseconds by stage, for several kinds of request.

The gateway runs as in production, one process, and is sampled while 16 callers ask it. Prints a table in Markdown; asserts nothing. With
--instructions, it runs in Valgrind instead, some fifty times slower, which counts the instructions of an answer: unlike
times, they hardly change from run to run.

Run: .venv/bin/python -m benchmarks.stages [--seconds S] [--instructions]
"""

import argparse
import json
import re
import signal
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path

from benchmarks.load import Load
from benchmarks.replicas import Replica
from benchmarks.rig import Rig, opened
from benchmarks.sampling import STAGES

KINDS: Mapping[str, tuple[str, str]] = {
    "tiny": ("tiny", "0"),
    "page A": ("page", "0"),
    "page B": ("page", "300"),
    "mutation": ("mutation", "0"),
    "FindProducts A": ("FindProducts", "0"),
    "FindProducts B": ("FindProducts", "300"),
    "CartPage A": ("CartPage", "0"),
    "CartPage B": ("CartPage", "300"),
    "ChangeLines": ("ChangeLines", "0"),
}
"""Workload, and seconds that catalog answers are cached, by name."""
_CONNECTIONS = 16
_WARM_S = 2
_COUNTED = 48
"""Answers whose instructions are counted."""


def main() -> None:
    given = _arguments()
    with opened() as rig:
        if given.instructions:
            counted = {name: _instructions(rig, *kind) for name, kind in KINDS.items()}
            print("\n".join(f"| {name} | {number / 1e6:.2f} M |" for name, number in counted.items()))
        else:
            print(table({name: stages(rig, *kind, given.seconds) for name, kind in KINDS.items()}))


def stages(rig: Rig, workload: str, ttl_s: str, seconds: float) -> Mapping[str, float]:
    """Microseconds of an answer, by stage."""
    file = rig.folder / f"{workload}-{ttl_s}.json"
    sampled = ("benchmarks.sampling", str(file))
    gateway = rig.gateway(workload, {"GATEWAY_CATALOG_TTL_S": ttl_s}, module=sampled)
    rig.ask(gateway, Load(workload, _CONNECTIONS, _WARM_S))
    _sampled_s(gateway, file)
    asked = rig.ask(gateway, Load(workload, _CONNECTIONS, seconds))
    if asked.wrong:
        raise SystemExit(f"Wrong answers: {asked.wrong[0]}")
    return {stage: taken_s / len(asked.latencies_s) * 1e6 for stage, taken_s in _sampled_s(gateway, file).items()}


def _sampled_s(gateway: Replica, file: Path) -> Mapping[str, float]:
    """Seconds of CPU time by stage, since the last call."""
    file.unlink(missing_ok=True)
    gateway.process.send_signal(signal.SIGUSR1)
    while not file.exists():
        time.sleep(0.01)
    seconds: Mapping[str, float] = json.loads(file.read_text("utf-8"))
    return seconds


def _instructions(rig: Rig, workload: str, ttl_s: str) -> float:
    """Of an answer, those of the kernel not included."""
    out = rig.folder / f"{workload}-{ttl_s}.callgrind"
    valgrind = ("valgrind", "--tool=callgrind", "--instr-atstart=no", f"--callgrind-out-file={out}")
    gateway = rig.gateway(workload, {"GATEWAY_CATALOG_TTL_S": ttl_s}, within=valgrind)
    rig.ask(gateway, Load(workload, _CONNECTIONS, 600, most=_COUNTED))
    _control(gateway, "--instr=on")
    asked = rig.ask(gateway, Load(workload, _CONNECTIONS, 600, first=_COUNTED, most=_COUNTED))
    _control(gateway, "--dump")
    (total,) = re.findall(
        r"^(?:totals|summary): (\d+)", out.with_name(f"{out.name}.1").read_text("utf-8"), re.MULTILINE
    )[:1]
    return int(total) / len(asked.latencies_s)


def _control(gateway: Replica, option: str) -> None:
    subprocess.run(["callgrind_control", option, str(gateway.process.pid)], check=True, capture_output=True)


def table(columns: Mapping[str, Mapping[str, float]]) -> str:
    stages = dict.fromkeys(STAGES.values())
    rows = {stage: [column.get(stage, 0) for column in columns.values()] for stage in stages}
    rows["all"] = [sum(column.values()) for column in columns.values()]
    lines = [f"| µs of CPU an answer | {' | '.join(columns)} |", f"| --- |{' ---: |' * len(columns)}"]
    lines += [
        f"| {name} | {' | '.join(f'{value:,.0f}' for value in values)} |"
        for name, values in rows.items()
        if any(values)
    ]
    return "\n".join(lines)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.stages", description="Where the time of an answer goes."
    )
    parser.add_argument("--seconds", type=float, default=10, help="of sampling, for each kind of request (default: 10)")
    parser.add_argument("--instructions", action="store_true", help="count instructions, with Valgrind, instead")
    return parser.parse_args()


if __name__ == "__main__":
    main()
