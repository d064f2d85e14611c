"""graphql-core's own tests, run on its executor and on the compiler: the same ones must pass.

Needs a checkout of graphql-core near the installed version, because neither its wheel nor its sdist has the tests. They
test the installed package: where that lacks a feature, its tests fail in both runs. This module is also the plugin of
pytest for both.

Run: make conformance GRAPHQL_CORE=<checkout>
"""

# graphql-core leaves generics open.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportMissingTypeArgument=false

import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from graphql.execution.incremental.incremental_executor import IncrementalExecutor

from gateway.compiler.executor import Compiling

_IS_COMPILING, _REPORT = "CONFORMANCE_COMPILING", "CONFORMANCE_REPORT"
"""Variables for a run: whether operations are compiled, and the file for its report."""
_UNRELATED = ("tests/benchmarks", "tests/test_docs.py", "tests/test_version.py")
"""They need more than pytest, or are about the checkout."""


class _GraphQLCore(IncrementalExecutor):
    """Counts the operations that graphql-core executes."""

    executed = 0

    def execute_operation(self, serially: bool | None = None) -> Any:
        _GraphQLCore.executed += 1
        return super().execute_operation(serially)


class _Compiler(Compiling, _GraphQLCore):
    """Counts all operations."""

    asked = 0

    def execute_operation(self, serially: bool | None = None) -> Any:
        _Compiler.asked += 1
        return super().execute_operation(serially)


_outcomes: dict[str, str] = {}


def pytest_configure() -> None:
    if _REPORT in os.environ:
        executor = _Compiler if os.environ.get(_IS_COMPILING) else _GraphQLCore
        # The name in the package is the function's, so the module is taken from where modules are.
        sys.modules["graphql.execution.execute"].__dict__["IncrementalExecutor"] = executor


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """A test fails when any of its phases does."""
    if _outcomes.get(report.nodeid) != "failed":
        _outcomes[report.nodeid] = report.outcome


def pytest_sessionfinish() -> None:
    if _REPORT in os.environ:
        compiled = _Compiler.asked - _GraphQLCore.executed if _Compiler.asked else 0
        report = {"outcomes": _outcomes, "compiled": compiled, "others": _GraphQLCore.executed}
        Path(os.environ[_REPORT]).write_text(json.dumps(report), "utf-8")


def _run(checkout: Path, report: Path, *, compiling: str) -> Mapping[str, Any]:
    """The outcome of each test, and how many operations were compiled.

    The plugin has no package: `tests` is the checkout's there.
    """
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "--no-header",
        "--tb=no",
        "-p",
        "no:cacheprovider",
        "-o",
        "addopts=",
    ]
    command += ["-p", Path(__file__).stem, *(f"--ignore={each}" for each in _UNRELATED), "tests"]
    environment = {
        **os.environ,
        "PYTHONPATH": str(Path(__file__).parent),
        _REPORT: str(report),
        _IS_COMPILING: compiling,
    }
    subprocess.run(command, cwd=checkout, env=environment, stdout=subprocess.DEVNULL, check=False)
    found: Mapping[str, Any] = json.loads(report.read_text("utf-8"))
    return found


def main(checkout: Path) -> int:
    """The exit code: 1 when the runs differ, or nothing was compiled."""
    with tempfile.TemporaryDirectory() as folder:
        ordinary = _run(checkout, Path(folder) / "ordinary.json", compiling="")
        compiled = _run(checkout, Path(folder) / "compiled.json", compiling="yes")
    before, after = ordinary["outcomes"], compiled["outcomes"]
    different = sorted(each for each in before.keys() | after.keys() if before.get(each) != after.get(each))
    lines = [f"graphql-core: {_summary(ordinary)}", f"the compiler: {_summary(compiled)}"]
    lines += [f"{each}: {before.get(each)} on graphql-core, {after.get(each)} on the compiler" for each in different]
    sys.stdout.write("\n".join(lines) + "\n")
    return 1 if different or not compiled["compiled"] else 0


def _summary(run: Mapping[str, Any]) -> str:
    counted = Counter[str](run["outcomes"].values())
    tests = ", ".join(f"{number} {outcome}" for outcome, number in sorted(counted.items()))
    return f"{tests}; {run['compiled']} operations compiled, {run['others']} left to graphql-core"


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]).resolve()))
