"""The package as it is published: an sdist, and a wheel made from that, which needs nothing of the source folder."""

import json
import re
import subprocess
import sys
import sysconfig
import tarfile
import tomllib
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from gateway.operations.collection import read_collection
from tests.programs import environment

ROOT = Path(__file__).parents[1]
VERSION = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
BROWSER = {"Accept": "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8"}


@pytest.fixture(scope="module")
def dist(npm: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with both. npm stands for GraphiQL, which `make` builds where npm is installed."""
    assert npm
    folder = tmp_path_factory.mktemp("dist")
    _run(
        sys.executable, "-m", "uv", "build", "--quiet", "--offline", "--no-build-isolation", "--python", sys.executable,
        "--out-dir", str(folder), str(ROOT),
    )  # fmt: skip
    return folder


@pytest.fixture(scope="module")
def installed(dist: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of a fresh environment with the wheel in it.

    It borrows the packages that the wheel depends on. The project is not among them: it is installed here as editable, by
    a .pth file, which Python does not read from a borrowed folder.
    """
    (wheel,) = dist.glob("*.whl")
    home = tmp_path_factory.mktemp("home")
    _run(sys.executable, "-m", "venv", "--without-pip", str(home))
    python = home / "bin" / "python"
    _run(
        sys.executable, "-m", "uv", "pip", "install", "--quiet", "--offline", "--no-deps", "--python", str(python),
        str(wheel),
    )  # fmt: skip
    packages = Path(_run(str(python), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))").strip())
    (packages / "dependencies.pth").write_text(sysconfig.get_path("purelib"))
    return python


def test_the_sdist_holds_what_building_and_testing_need(dist: Path) -> None:
    """GraphiQL as built and as written, and nothing of what else lies in a checkout."""
    (file,) = dist.glob("*.tar.gz")
    with tarfile.open(file) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}

    wanted = {
        "LICENSE",
        "Makefile",
        "README.md",
        "schema.graphql",
        "operations/CartPage.graphql",
        "operations/fragments/CartContent.graphql",
        "graphiql/package-lock.json",
        "gateway/http/ide/index.html",
    }
    assert wanted - names == set()
    assert {
        name for name in names if re.search(r"node_modules|__pycache__|_cache(/|$)|\.(venv|git|hypothesis)(/|$)", name)
    } == set()


def test_what_the_examples_generate_is_not_published(dist: Path, tmp_path: Path) -> None:
    """An sdist is the same whatever has been run in its source folder before."""
    (file,) = dist.glob("*.tar.gz")
    with tarfile.open(file) as archive:
        names = set(archive.getnames())
        archive.extractall(tmp_path, filter="data")
    source = tmp_path / file.name.removesuffix(".tar.gz")
    for name in (
        "examples/caches/src/__generated__/CartPage.graphql.ts",
        "examples/caches/src/generated/graphql.ts",
        "examples/python/generated/operations.graphql",
        "examples/storefront/src/generated/graphql.ts",
        "examples/python/partner_center_gateway/client.py",
        "examples/typescript/src/generated/graphql.ts",
    ):
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        (source / name).write_text("generated")

    _run(
        sys.executable, "-m", "uv", "build", "--quiet", "--offline", "--no-build-isolation", "--python", sys.executable,
        "--sdist", "--out-dir", str(tmp_path / "again"), str(source),
    )  # fmt: skip

    with tarfile.open(tmp_path / "again" / file.name) as archive:
        assert set(archive.getnames()) == names


def test_the_wheel_is_all_that_a_first_purchase_needs(installed: Path, tmp_path: Path) -> None:
    """`gateway dev` from elsewhere: the first query as printed, GraphiQL with its assets, and a clean end."""
    where = _run(str(installed), "-c", "import gateway; print(gateway.__file__)", cwd=tmp_path)
    assert where.startswith(str(installed.parents[1]))

    with _developing(installed, tmp_path) as (address, first_query, process):
        cart = httpx.post(f"{address}/graphql", json={"query": first_query}).json()
        page = httpx.get(f"{address}/graphql", headers=BROWSER)
        assets = re.findall(r'(?:src|href)="\./(graphiql/assets/[^"]+)"', page.text)
        statuses = {asset: httpx.get(f"{address}/{asset}").status_code for asset in assets}
        process.terminate()
        code = process.wait(30)

    assert cart["data"]["cart"]["lineItems"]
    assert "GraphiQL has not been built" not in page.text
    assert statuses
    assert set(statuses.values()) == {200}
    assert code == 0


@pytest.mark.parametrize(
    "program",
    [
        pytest.param("gateway", id="by its own name"),
        pytest.param("partner-center-gateway", id="by that of the package, which pipx run and uvx look for"),
    ],
)
def test_the_wheel_has_a_program(installed: Path, tmp_path: Path, program: str) -> None:
    """It reads its version from the package."""
    assert _run(str(installed.with_name(program)), "--version", cwd=tmp_path) == f"{VERSION}\n"


def test_the_wheel_prints_the_schema(installed: Path, tmp_path: Path) -> None:
    printed = _run(str(installed.with_name("gateway")), "schema", cwd=tmp_path)

    assert printed == (ROOT / "schema.graphql").read_text("utf-8")


def test_the_wheel_has_the_operations(installed: Path, tmp_path: Path) -> None:
    printed = _run(str(installed.with_name("gateway")), "operations", "--manifest", cwd=tmp_path)

    assert list(json.loads(printed).values()) == [operation.document for operation in read_collection()]


@pytest.mark.parametrize(
    ("file", "place"),
    [
        pytest.param("deploy/compose.yaml", r"partner-center-gateway:\$\{GATEWAY_VERSION:-(.+)\}", id="Compose"),
        pytest.param("deploy/kubernetes/base/kustomization.yaml", r"newTag: (.+)", id="Kustomize"),
        pytest.param("CHANGELOG.md", r"^## (\d\S+) ", id="the newest release of the changelog"),
    ],
)
def test_other_files_name_the_version_of_the_package(file: str, place: str) -> None:
    """pyproject.toml has it, and the program reads it from the installed package; these cannot."""
    named = re.findall(place, (ROOT / file).read_text("utf-8"), re.MULTILINE)

    assert named[0] == VERSION


@contextmanager
def _developing(python: Path, folder: Path) -> Generator[tuple[str, str, subprocess.Popen[str]]]:
    """`gateway dev`: its address, the first query that it prints, and the process."""
    command = [str(python), "-m", "gateway", "dev", "--port", "0"]
    with subprocess.Popen(command, cwd=folder, env=environment(), stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stderr is not None
            printed = ""
            for line in process.stderr:
                printed += line
                if line == "}\n":
                    break
            address = re.search(r"http://[\d.]+:\d+", printed)
            assert address
            yield address[0], printed.partition("A first query:")[2], process
        finally:
            process.kill()


def _run(*command: str, cwd: Path | None = None) -> str:
    done = subprocess.run(command, cwd=cwd, env=environment(), capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout
