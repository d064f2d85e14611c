"""The built storefront in front of a gateway on its sandbox, and a browser: one of each for all tests."""

import fcntl
import os
import subprocess
import tempfile
from collections.abc import AsyncIterator, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

import httpx
import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, async_playwright, expect

from tests.browser.conftest import QUIET
from tests.programs import environment, running, until_it_answers
from tests.store.server import free_port

ROOT = Path(__file__).parents[2]
STOREFRONT = ROOT / "examples" / "storefront"
MANIFEST = STOREFRONT / "src" / "generated" / "persisted-documents.json"
Scheme = Literal["light", "dark"]

AXE = STOREFRONT / "node_modules" / "axe-core" / "axe.min.js"

expect.set_options(timeout=15_000)  # two cores may run other tests beside these


@pytest.fixture(scope="session")
def built(npm: str) -> None:
    """Installed, generated, type-checked and built by the Makefile, once for all processes that run tests."""
    with _alone():
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
def _alone() -> Generator[None]:
    with (Path(tempfile.gettempdir()) / f"storefront-{os.getuid()}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@pytest.fixture(scope="session")
def gateway(built: None) -> Generator[str]:
    """The address of a gateway that runs the shop's documents and no others."""
    settings = {"GATEWAY_TRUSTED_DOCUMENTS": str(MANIFEST), "GATEWAY_TRUSTED_DOCUMENTS_MODE": "enforce"}
    with running("dev", **settings) as (address, _):
        yield address


@pytest.fixture(scope="session")
def shop(gateway: str, node: str) -> Generator[str]:
    """The address of the shop, served as `make shop` serves it."""
    port = free_port()
    process = subprocess.Popen(
        [node, "node_modules/vite/bin/vite.js", "preview", "--port", str(port)],
        cwd=STOREFRONT,
        env={**environment(), "GATEWAY_URL": gateway},
        stdout=subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        until_it_answers(address)
        yield address
    finally:
        process.kill()
        process.wait()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser(chromium: str) -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=[f"--{flag}" for flag in QUIET])
        yield browser
        await browser.close()


@pytest.fixture
def fresh(gateway: str) -> None:
    """The sandbox is as at the start."""
    httpx.post(f"{gateway}/_sandbox/scenario", json={"name": None}).raise_for_status()


@pytest.fixture
def width() -> int:
    """Of the window, in pixels."""
    return 1280


@pytest.fixture
def scheme() -> Scheme:
    """The colours that the visitor prefers, light or dark."""
    return "light"


@pytest_asyncio.fixture(loop_scope="session")
async def page(shop: str, fresh: None, browser: Browser, width: int, scheme: Scheme) -> AsyncIterator[Page]:
    """The catalog as a new visitor sees it. Fails when the browser complained meanwhile."""
    complaints: list[str] = []
    context = await browser.new_context(
        viewport={"width": width, "height": 844}, color_scheme=scheme, locale="en-US", reduced_motion="reduce"
    )
    page = await context.new_page()
    page.on("console", lambda message: complaints.append(f"{message.type}: {message.text}"))
    page.on("pageerror", lambda error: complaints.append(f"error: {error}"))
    await page.add_init_script(path=AXE)
    await page.goto(shop)
    yield page
    await context.close()
    assert [complaint for complaint in complaints if complaint.startswith(("error", "warning"))] == []
