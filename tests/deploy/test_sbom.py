"""`make sbom`: the bill of materials of what the image installs for Python."""

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def sbom(tools: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """As the command writes it. The tool checks it against CycloneDX's schema, and fails otherwise."""
    assert (tools / "cyclonedx-py").exists()
    file = tmp_path_factory.mktemp("sbom") / "sbom.json"
    done = subprocess.run(
        ["make", "sbom", f"SBOM={file}"], cwd=ROOT, capture_output=True, text=True, timeout=240, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    document: dict[str, Any] = json.loads(file.read_text("utf-8"))
    return document


def test_it_lists_what_the_image_installs_and_nothing_else(sbom: dict[str, Any]) -> None:
    """Names and versions are those of requirements-otel.txt, as far as they apply to this machine."""
    lines = re.findall(r"^(\S+==[^\\]+?) *\\?$", (ROOT / "requirements-otel.txt").read_text("utf-8"), re.MULTILINE)
    pinned = [Requirement(line) for line in lines]
    wanted = {
        (_plain(each.name), str(each.specifier)[2:]) for each in pinned if each.marker is None or each.marker.evaluate()
    }

    assert len(wanted) > 30
    assert {(_plain(each["name"]), each["version"]) for each in sbom["components"]} == wanted


def test_it_is_of_the_gateway_at_its_version(sbom: dict[str, Any]) -> None:
    text = (ROOT / "pyproject.toml").read_text("utf-8")
    root = sbom["metadata"]["component"]

    assert (root["name"], root["type"]) == ("partner-center-gateway", "application")
    assert f'version = "{root["version"]}"' in text
    assert sbom["bomFormat"] == "CycloneDX"


def test_it_says_what_needs_what_and_under_which_license(sbom: dict[str, Any]) -> None:
    """All but a few packages state their license in a form that the tool can read."""
    needs = {each["ref"]: each.get("dependsOn", []) for each in sbom["dependencies"]}
    unlicensed = [each["name"] for each in sbom["components"] if not each.get("licenses")]

    assert any(each.startswith("opentelemetry-sdk==") for each in needs[sbom["metadata"]["component"]["bom-ref"]])
    assert len(unlicensed) <= 3, unlicensed


def test_it_names_no_folder_of_the_machine_that_made_it(sbom: dict[str, Any]) -> None:
    text = json.dumps(sbom)

    assert str(ROOT) not in text
    assert "file:" not in text


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
