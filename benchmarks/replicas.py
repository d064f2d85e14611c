"""The programs of `benchmarks.scale`: nginx in front of replicas of the gateway, one Redis, and a Partner Center that
costs little; and what each of them has used so far.
"""

import os
import re
import socket
import subprocess
import sys
from collections import Counter
from collections.abc import Generator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import redis

from tests.programs import environment, until_it_answers
from tests.store.server import RedisServer

_NGINX = """
daemon off; {user} worker_processes 1; pid {folder}/pid; error_log {folder}/error.log;
events {{ worker_connections 2048; }}
http {{
    log_format tried '$request_method $status $upstream_addr';
    access_log {folder}/access.log tried;
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
    upstream gateway {{ least_conn; {servers} keepalive 128; }}
    server {{
        listen 127.0.0.1:{port};
        large_client_header_buffers 4 32k;
        location / {{
            proxy_pass http://gateway; proxy_http_version 1.1;
            proxy_set_header Connection ""; proxy_set_header Host $host;
        }}
    }}
}}
"""
"""nginx passes on to another replica, as by default, what it has not sent, and sent requests of idempotent methods."""
_TICKS = os.sysconf("SC_CLK_TCK")
_METRIC = re.compile(r"^(\w+)\{(.*)\} (\S+)$", re.MULTILINE)
_LABEL = re.compile(r'(\w+)="([^"]*)"')


@dataclass(frozen=True)
class Usage:
    """What the programs have used since they were started. Seconds are of the processor."""

    gateway_s: tuple[float, ...]
    nginx_s: float
    redis_s: float
    others_s: float
    """The stub of Partner Center, and this process, which makes the load."""
    store_calls: Counter[str]
    """Round trips, by method of the store."""
    redis_commands: Counter[str]
    """Those within scripts included."""
    upstream_calls: Counter[str]
    """By method and route."""

    def since(self, earlier: "Usage") -> "Usage":
        return Usage(
            tuple(now - before for now, before in zip(self.gateway_s, earlier.gateway_s, strict=True)),
            self.nginx_s - earlier.nginx_s,
            self.redis_s - earlier.redis_s,
            self.others_s - earlier.others_s,
            self.store_calls - earlier.store_calls,
            self.redis_commands - earlier.redis_commands,
            self.upstream_calls - earlier.upstream_calls,
        )


@dataclass(frozen=True)
class Replica:
    """One gateway, its own address, and the port of its metrics."""

    process: subprocess.Popen[bytes]
    address: str
    metrics_port: int

    @property
    def resident_mb(self) -> float:
        (kilobytes,) = re.findall(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{self.process.pid}/status").read_text("ascii"))
        return int(kilobytes) / 1024

    def metrics(self) -> Generator[tuple[str, Mapping[str, str], float]]:
        text = httpx.get(f"http://127.0.0.1:{self.metrics_port}/metrics").text
        return ((name, dict(_LABEL.findall(labels)), float(value)) for name, labels, value in _METRIC.findall(text))


@dataclass(frozen=True)
class Stack:
    """All programs, started."""

    address: str
    replicas: Sequence[Replica]
    access_log: Path
    partner_center: str
    redis: "redis.Redis"
    _nginx: int
    _partner_center: int

    def usage(self) -> Usage:
        store, upstream = Counter[str](), Counter[str]()
        for replica in self.replicas:
            for name, labels, value in replica.metrics():
                if name == "gateway_store_call_duration_seconds_count":
                    store[labels["operation"]] += int(value)
                elif name == "http_client_request_duration_seconds_count":
                    upstream[f"{labels['http_request_method']} {labels['url_template']}"] += int(value)
        redis_cpu, commands = self._info("cpu"), self._info("commandstats")
        return Usage(
            tuple(processor_s(replica.process.pid) for replica in self.replicas),
            sum(processor_s(pid) for pid in (self._nginx, *_children(self._nginx))),
            redis_cpu["used_cpu_user"] + redis_cpu["used_cpu_sys"],
            processor_s(self._partner_center) + processor_s(os.getpid()),
            store,
            Counter({name.removeprefix("cmdstat_"): each["calls"] for name, each in commands.items()}),
            upstream,
        )

    def record_bytes(self) -> Counter[str]:
        """The bytes that records take in Redis, keys included, by kind; `records` is their number."""
        found = Counter[str]()
        for key in self.redis.scan_iter("pcgw:record:*", count=1000):
            found[key.decode().split(":")[2]] += self.redis.memory_usage(key, samples=0) or 0
            found["records"] += 1
        return found

    def redis_connections(self) -> int:
        """Those of the gateway."""
        return int(self._info("clients")["connected_clients"]) - 1

    def _info(self, section: str) -> dict[str, Any]:
        info: dict[str, Any] = self.redis.info(section)
        return info


@contextmanager
def started(replicas: int, *, folder: Path, nginx: str, redis_server: str, delay_ms: float) -> Generator[Stack]:
    """All programs, on free ports of the loopback interface; killed at the end."""
    with ExitStack() as closing:
        folder.mkdir()
        store = RedisServer(redis_server, folder)
        closing.callback(store.stop)
        store.start()
        upstream_port, port, *ports = (free_port() for _ in range(2 * replicas + 2))
        upstream = f"http://127.0.0.1:{upstream_port}"
        partner_center = start_program(["-m", "benchmarks.upstream", str(upstream_port), str(delay_ms)], {}, closing)
        gateways = [
            _gateway(each, metrics_port, upstream, store.url, closing)
            for each, metrics_port in zip(ports[:replicas], ports[replicas:], strict=True)
        ]
        for each in (upstream_port, *ports):  # that of the metrics may open last
            until_it_answers(f"http://127.0.0.1:{each}")
        proxy = _nginx(nginx, port, ports[:replicas], folder, closing)
        address = f"http://127.0.0.1:{port}"
        until_it_answers(address)
        client = redis.Redis.from_url(store.url)
        closing.callback(client.close)
        yield Stack(address, gateways, folder / "access.log", upstream, client, proxy.pid, partner_center.pid)


def processor_s(pid: int) -> float:
    """Seconds of the processor that a process has used; 0 once it has ended. Source: proc(5), fields 14 and 15."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()
    except FileNotFoundError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / _TICKS


def _gateway(port: int, metrics_port: int, upstream: str, store: str, closing: ExitStack) -> Replica:
    """With the log that it has by default, because records cost time."""
    settings = {
        "GATEWAY_PORT": str(port),
        "GATEWAY_METRICS_PORT": str(metrics_port),
        "GATEWAY_UPSTREAM_URL": upstream,
        "GATEWAY_STORE_URL": store,
        "GATEWAY_LOG_LEVEL": "info",
        "GATEWAY_LOG_FORMAT": "json",
    }
    return Replica(
        start_program(["-m", "gateway", "serve"], settings, closing), f"http://127.0.0.1:{port}", metrics_port
    )


def _nginx(
    program: str, port: int, gateways: Sequence[int], folder: Path, closing: ExitStack
) -> subprocess.Popen[bytes]:
    servers = " ".join(f"server 127.0.0.1:{each} max_fails=1 fail_timeout=5s;" for each in gateways)
    user = "user root;" if os.geteuid() == 0 else ""
    (folder / "nginx.conf").write_text(_NGINX.format(folder=folder, servers=servers, port=port, user=user), "utf-8")
    command = [program, "-p", str(folder), "-c", "nginx.conf"]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    closing.callback(process.wait)
    closing.callback(process.terminate)  # killed, it would leave its worker behind
    return process


def start_program(
    arguments: Sequence[str],
    settings: Mapping[str, str],
    closing: ExitStack,
    *,
    log: Path = Path(os.devnull),
    within: Sequence[str] = (),
) -> subprocess.Popen[bytes]:
    """Python with *arguments*, killed when *closing* ends. *within* is the program that runs it, with arguments."""
    with log.open("ab") as errors:
        process = subprocess.Popen(
            [*within, sys.executable, *arguments],
            env=environment(**settings),
            stdout=subprocess.DEVNULL,
            stderr=errors,
        )
    closing.callback(process.wait)
    closing.callback(process.kill)
    return process


def _children(pid: int) -> list[int]:
    return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split()]


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
        return port
