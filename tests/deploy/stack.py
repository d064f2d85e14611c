"""Programs of deploy/compose.yaml as processes of this machine: with their own configurations, addresses apart."""

import subprocess
import time
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx

from tests.deploy.expressions import DEPLOY
from tests.programs import environment, until_it_answers
from tests.store.server import free_port


@contextmanager
def process(*command: str, log: Path, **settings: str) -> Generator[subprocess.Popen[bytes]]:
    """A program until the end of the block, where it is asked to end."""
    variables = environment(**settings)
    with log.open("wb") as file, subprocess.Popen(command, env=variables, stdout=file, stderr=file) as started:
        try:
            yield started
        finally:
            started.terminate()


def make_certificate(folder: Path) -> Path:
    """The sandbox's, as the service `certificate` makes it, but for `localhost`."""
    script = DEPLOY / "sandbox" / "certificate.sh"
    subprocess.run(["sh", str(script), str(folder), "localhost"], check=True, timeout=60)
    return folder / "sandbox.crt"


@contextmanager
def running_nginx(
    program: str, folder: Path, *, gateways: Sequence[str], sandbox: str, tls_port: int
) -> Generator[str]:
    """The address for callers. nginx reads its configuration as Compose mounts it; *folder* has the certificate."""
    port = free_port()
    first, second = (urlsplit(each).netloc for each in gateways)
    text = (DEPLOY / "nginx" / "nginx.conf").read_text("utf-8")
    for old, new in {
        "/tmp/": f"{folder}/",
        "gateway-1:8000": first,
        "gateway-2:8000": second,
        "sandbox:8100": urlsplit(sandbox).netloc,
        "listen 8000": f"listen 127.0.0.1:{port}",
        "listen 8443": f"listen 127.0.0.1:{tls_port}",
        "/certificates": str(folder),
        "/dev/stdout": f"{folder}/access.log",
    }.items():
        assert old in text
        text = text.replace(old, new)
    (folder / "nginx.conf").write_text(text)
    # In its container nginx is not root, and has no rights to give up.
    directives = "daemon off; user root;"
    with process(program, "-c", str(folder / "nginx.conf"), "-g", directives, log=folder / "nginx.log"):
        until_it_answers(f"http://127.0.0.1:{port}")
        yield f"http://127.0.0.1:{port}"


@contextmanager
def running_prometheus(program: str, folder: Path, *, targets: Sequence[str]) -> Generator["Prometheus"]:
    """With the configuration and the rules of deploy/, but twice a second."""
    port = free_port()
    text = (DEPLOY / "prometheus" / "prometheus.yml").read_text("utf-8")
    for old, new in {
        "gateway-1:9100, gateway-2:9100": ", ".join(targets),
        "scrape_interval: 15s": "scrape_interval: 500ms",
        "evaluation_interval: 15s": "evaluation_interval: 500ms",
        "rules.yaml": str(DEPLOY / "prometheus" / "rules.yaml"),
    }.items():
        assert old in text
        text = text.replace(old, new)
    (folder / "prometheus.yml").write_text(text)
    options = (
        f"--config.file={folder / 'prometheus.yml'}",
        f"--storage.tsdb.path={folder / 'data'}",
        f"--web.listen-address=127.0.0.1:{port}",
    )
    with process(program, *options, log=folder / "prometheus.log"):
        until_it_answers(f"http://127.0.0.1:{port}")
        with httpx.Client(base_url=f"http://127.0.0.1:{port}") as client:
            yield Prometheus(client)


class Prometheus:
    def __init__(self, client: httpx.Client) -> None:
        self._client = client

    def ask(self, expression: str) -> list[dict[str, Any]]:
        """The series of the answer, with their values now."""
        answer = self._client.get("/api/v1/query", params={"query": expression}).json()
        assert answer["status"] == "success", answer
        result: list[dict[str, Any]] = answer["data"]["result"]
        return result

    def wait_for(self, expression: str, *, within_s: float = 20) -> None:
        """Until it has a value."""
        deadline = time.monotonic() + within_s
        while not self.ask(expression):
            assert time.monotonic() < deadline, f"no value in time: {expression}"
            time.sleep(0.1)

    def rules(self) -> list[dict[str, Any]]:
        answer = self._client.get("/api/v1/rules").json()
        return [rule for group in answer["data"]["groups"] for rule in group["rules"]]
