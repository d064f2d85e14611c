"""Builds the storefront, and serves it in front of a gateway on its sandbox."""

import fcntl
import os
import subprocess
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from tests.programs import environment, running, until_it_answers
from tests.store.server import free_port

ROOT = Path(__file__).parents[2]
STOREFRONT = ROOT / "examples" / "storefront"
MANIFEST = STOREFRONT / "src" / "generated" / "persisted-documents.json"


def build() -> None:
    """Installs, generates, checks the types and builds, by the Makefile; once for all processes that ask for it."""
    with (Path(tempfile.gettempdir()) / f"storefront-{os.getuid()}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = subprocess.run(
            ["make", "--no-print-directory", "examples/storefront/dist/index.html"],
            cwd=ROOT,
            env=environment(),
            capture_output=True,
            text=True,
            timeout=250,
            check=False,
        )
    assert done.returncode == 0, done.stdout + done.stderr


@contextmanager
def gateway_with_documents(mode: str) -> Generator[str]:
    """The address of a gateway that knows the shop's documents; with the mode `enforce` it runs no others."""
    settings = {"GATEWAY_TRUSTED_DOCUMENTS": str(MANIFEST), "GATEWAY_TRUSTED_DOCUMENTS_MODE": mode}
    with running("dev", **settings) as (address, _):
        yield address


@contextmanager
def shop_of(gateway: str) -> Generator[str]:
    """The address of the shop, served as `make shop` serves it."""
    port = free_port()
    process = subprocess.Popen(
        ["node", "node_modules/vite/bin/vite.js", "preview", "--port", str(port)],
        cwd=STOREFRONT,
        env={**environment(), "SHOP_GATEWAY": gateway},
        stdout=subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        until_it_answers(address)
        yield address
    finally:
        process.kill()
        process.wait()
