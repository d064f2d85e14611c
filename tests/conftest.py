"""Fixtures for every directory: the sandbox, the gateway in front of it, the clock of both, and programs a machine may lack.

Also sorts the tests into three runs: those that need Python alone, those marked `system` and those marked `timed`.
"""

import gc
import os
import shutil
import sys
import warnings
from collections.abc import AsyncGenerator, Generator, Sequence
from pathlib import Path
from typing import NoReturn

import pytest

from gateway.sandbox.app import Sandbox, build_sandbox
from gateway.settings.model import Settings
from tests.harness import Clock, Gateway, connected
from tests.store.cluster import RedisCluster
from tests.store.sentinels import Sentinels
from tests.store.server import RedisServer

pytest_plugins = ["tests.endpoint", "tests.logs"]

_TESTS = Path(__file__).parent
_TIMED = (
    "chaos",
    "faults/test_outage.py",
    "faults/test_writers.py",
    "load/test_overload.py",
)
"""Directories and files whose tests measure time, so that nothing may run beside them."""
_SYSTEM = (
    "benchmarks/test_answers.py",
    "benchmarks/test_load.py",
    "benchmarks/test_scale.py",
    "benchmarks/test_stages.py",
    "browser",
    "cli/test_check_runs.py",
    "cli/test_cli.py",
    "examples",
    "faults",
    "fuzz",
    "hostile",
    "http/test_audits.py",
    "mcp/test_programs.py",
    "operations/test_edition.py",
    "sandbox/faults/test_faults_on_a_socket.py",
    "sandbox/test_expect_continue.py",
    "schema/test_odd_members.py",
    "schema/test_schema_lint.py",
    "server",
    "store/test_processes.py",
    "store/test_purchases.py",
    "storefront",
    "telemetry/test_tracing.py",
    "test_disconnects.py",
    "test_image.py",
    "test_junk_tokens.py",
    "test_secrets.py",
    "test_own_sign_in.py",
    "test_package.py",
)
"""Directories and files whose tests start processes or run for minutes."""
_PROGRAMS = {
    "chromium",
    "kubectl",
    "nginx",
    "node",
    "npm",
    "openssl",
    "prometheus",
    "promtool",
    "redis_cluster",
    "redis_process",
    "redis_server",
    "sentinels",
    "tools",
}
"""Fixtures of programs that a newcomer's machine may lack."""
_REDIS = {"redis_cluster", "redis_process", "redis_server", "sentinels"}
_CUT_OFF = ("ignore:unclosed:ResourceWarning", "ignore:loop is closed:ResourceWarning")
"""redis-py leaves a connection whose opening is cut off to the garbage collector."""


def pytest_configure() -> None:
    missing = [each for each in (*_TIMED, *_SYSTEM) if not (_TESTS / each).exists()]
    if missing:
        raise pytest.UsageError(f"tests/conftest.py marks tests that do not exist: {', '.join(missing)}")


@pytest.hookimpl(tryfirst=True)  # before pytest selects by mark
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark each test `timed`, `system` or neither."""
    for item in items:
        if _uses_redis(item):
            item.add_marker(pytest.mark.filterwarnings(*_CUT_OFF))
        path = item.path.relative_to(_TESTS)
        if any(path.is_relative_to(each) for each in _TIMED):
            item.add_marker("timed")
        elif any(path.is_relative_to(each) for each in _SYSTEM) or _needs_a_program(item):
            item.add_marker("system")


def _uses_redis(item: pytest.Item) -> bool:
    return not _REDIS.isdisjoint(_fixtures(item))


def _fixtures(item: pytest.Item) -> Sequence[str]:
    return getattr(item, "fixturenames", [])


def _needs_a_program(item: pytest.Item) -> bool:
    return not _PROGRAMS.isdisjoint(_fixtures(item)) or any(
        item.get_closest_marker(name) for name in ("browser", "node", "redis")
    )


@pytest.fixture(autouse=True)
def without_cut_off_connections(request: pytest.FixtureRequest) -> Generator[None, None, None]:
    """Collect them here, so that no later test finds them."""
    yield
    if _uses_redis(request.node):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ResourceWarning)
            gc.collect()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def sandbox(clock: Clock) -> Generator[Sandbox, None, None]:
    """The sandbox with the shop it is shipped with, in memory."""
    sandbox = build_sandbox(clock=clock)
    yield sandbox
    sandbox.close()


@pytest.fixture
async def gateway(sandbox: Sandbox) -> AsyncGenerator[Gateway, None]:
    """The gateway in front of the sandbox, in one process and without a socket; the caller is the demo partner."""
    settings = Settings(mode="development", upstream_url="http://127.0.0.1", catalog_ttl_s=0)
    async with connected(settings, sandbox) as http:
        yield Gateway(http, sandbox)


@pytest.fixture(scope="session")
def nginx() -> str:
    return _program("nginx", package="nginx")


@pytest.fixture(scope="session")
def node() -> str:
    return _program("node", package="nodejs")


@pytest.fixture(scope="session")
def npm() -> str:
    return _program("npm", package="npm")


@pytest.fixture(scope="session")
def chromium() -> str:
    return _program("chromium", package="chromium")


@pytest.fixture(scope="session")
def openssl() -> str:
    return _program("openssl", package="openssl")


@pytest.fixture(scope="session")
def kubectl() -> str:
    return _program("kubectl", package="kubernetes-client")


@pytest.fixture(scope="session")
def prometheus() -> str:
    return _program("prometheus", package="prometheus")


@pytest.fixture(scope="session")
def promtool() -> str:
    return _program("promtool", package="prometheus")


@pytest.fixture(scope="session")
def tools() -> Path:
    """The folder of the programs in requirements-tools.txt."""
    folder = Path(sys.prefix) / "tools"
    if not (folder / ".made").exists():
        _lacking("the programs of requirements-tools.txt are not installed; `make check` installs them")
    return folder / "bin"


@pytest.fixture(scope="session")
def redis_process(tmp_path_factory: pytest.TempPathFactory) -> Generator[RedisServer]:
    server = RedisServer(_program("redis-server", package="redis-server"), tmp_path_factory.mktemp("redis"))
    server.start()
    yield server
    server.stop()


@pytest.fixture
def redis_server(redis_process: RedisServer) -> RedisServer:
    """Running and empty, whatever the last test did to it."""
    redis_process.as_new()
    return redis_process


@pytest.fixture(scope="session")
def sentinel_processes(tmp_path_factory: pytest.TempPathFactory) -> Generator[Sentinels]:
    sentinels = Sentinels(_program("redis-server", package="redis-server"), tmp_path_factory.mktemp("sentinels"))
    try:
        sentinels.start()
        yield sentinels
    finally:
        sentinels.stop()


@pytest.fixture
def sentinels(sentinel_processes: Sentinels) -> Sentinels:
    """A master and a replica, running and empty."""
    sentinel_processes.as_new()
    return sentinel_processes


@pytest.fixture(scope="session")
def cluster_processes(tmp_path_factory: pytest.TempPathFactory) -> Generator[RedisCluster]:
    cluster = RedisCluster(_program("redis-server", package="redis-server"), tmp_path_factory.mktemp("cluster"))
    try:
        cluster.start()
        yield cluster
    finally:
        cluster.stop()


@pytest.fixture
def redis_cluster(cluster_processes: RedisCluster) -> RedisCluster:
    """Up and empty."""
    cluster_processes.as_new()
    return cluster_processes


def _program(name: str, *, package: str) -> str:
    return shutil.which(name) or _lacking(f"{name} is not installed; on Debian it is in the package {package}")


def _lacking(reason: str) -> NoReturn:
    """The test is skipped, or fails where everything is required."""
    if os.environ.get("REQUIRE_ALL") == "1":
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)
