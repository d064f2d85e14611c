"""The program with /mcp: a purchase by tools alone over a real socket, and what a start needs."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.programs import environment, run, running

ROOT = Path(__file__).parents[2]


def test_the_program_in_the_docs_buys_by_tools_alone(tmp_path: Path) -> None:
    """Against `gateway dev --mcp all`: it lists the tools, searches, starts a cart, reads it, changes it and checks out."""
    page = (ROOT / "docs" / "agents.md").read_text("utf-8")
    (program,) = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    (tmp_path / "agent.py").write_text(program)

    with running("dev", "--mcp", "all") as (address, _):
        bought = subprocess.run(
            [sys.executable, str(tmp_path / "agent.py"), address],
            env=environment(),
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    assert bought.returncode == 0, bought.stderr
    assert "create_cart, get_cart" in bought.stdout
    assert bought.stdout.endswith("Outcome: SUCCEEDED\n")


_WITHOUT_THE_EXTRA = """
import sys
sys.modules["mcp"] = None
from gateway.cli.main import main
main(["serve", "--port", "0", "--mcp", "read"])
"""


def test_a_missing_package_is_reported_at_the_start() -> None:
    """By a sentence that says what to install."""
    refused = subprocess.run(
        [sys.executable, "-c", _WITHOUT_THE_EXTRA],
        env=environment(),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert (refused.returncode, refused.stderr.count("\n")) == (2, 1)
    assert "--mcp" in refused.stderr or "GATEWAY_MCP" in refused.stderr
    assert "install partner-center-gateway[mcp], or do without it" in refused.stderr


_LOADED = """
import sys
from gateway.app import build_app
from gateway.settings.model import Settings
build_app(Settings(mcp=sys.argv[1]))
print("mcp" in sys.modules)
"""


@pytest.mark.parametrize(("mode", "loaded"), [("off", "False"), ("read", "True")])
def test_the_package_is_loaded_only_where_it_is_needed(mode: str, loaded: str) -> None:
    """It would double the time that the program takes to start."""
    found = subprocess.run(
        [sys.executable, "-c", _LOADED, mode], env=environment(), capture_output=True, text=True, timeout=60, check=True
    )

    assert found.stdout.strip() == loaded


def test_serve_says_where_the_tools_are() -> None:
    """After the address of /graphql."""
    process = subprocess.Popen(
        [sys.executable, "-m", "gateway", "serve", "--port", "0", "--mcp", "read"],
        env=environment(),
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    shown = [process.stderr.readline() for _ in range(2)]
    process.kill()
    process.communicate()

    address = shown[0].split()[-1].removesuffix("/graphql")
    assert shown[1] == f"  Tools for agents at {address}/mcp (read)\n"


def test_the_command_line_explains_the_setting() -> None:
    assert "--mcp {off,read,all}" in run("serve", "--help").stdout
