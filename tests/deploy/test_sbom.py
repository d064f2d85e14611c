"""`make sbom`: the bill of materials of what the image installs for Python."""

import json
import re
import subprocess
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).parents[2]


def test_the_bill_lists_what_the_image_installs_with_licenses(tools: Path, tmp_path: Path) -> None:
    """The packages of requirements-image.txt and nothing else, below the gateway at its version, which needs them.

    The tool checks what it writes against CycloneDX's schema, and fails otherwise.
    """
    assert (tools / "cyclonedx-py").exists()
    text = _make(tmp_path / "sbom.json")

    sbom = json.loads(text)
    root = sbom["metadata"]["component"]
    needs = {each["ref"]: each.get("dependsOn", []) for each in sbom["dependencies"]}
    unlicensed = [each["name"] for each in sbom["components"] if not each.get("licenses")]
    assert sbom["bomFormat"] == "CycloneDX"
    assert (root["name"], root["type"], root["version"]) == ("partner-center-gateway", "application", _version())
    assert {(_plain(each["name"]), each["version"]) for each in sbom["components"]} == _pinned()
    assert any(each.startswith("opentelemetry-sdk==") for each in needs[root["bom-ref"]])
    assert len(unlicensed) <= 3, unlicensed
    assert str(tmp_path) not in text
    assert str(ROOT) not in text


def _make(file: Path) -> str:
    done = subprocess.run(
        ["make", "sbom", f"SBOM={file}"], cwd=ROOT, capture_output=True, text=True, timeout=240, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return file.read_text("utf-8")


def _pinned() -> set[tuple[str, str]]:
    """Names and versions, as far as they apply to this machine."""
    text = (ROOT / "requirements-image.txt").read_text("utf-8")
    requirements = [Requirement(line) for line in re.findall(r"^(\S+==[^\\]+?) *\\?$", text, re.MULTILINE)]
    assert len(requirements) > 30
    return {
        (_plain(each.name), str(each.specifier).removeprefix("=="))
        for each in requirements
        if each.marker is None or each.marker.evaluate()
    }


def _version() -> str:
    (version,) = re.findall(r'^version = "(.*)"$', (ROOT / "pyproject.toml").read_text("utf-8"), re.MULTILINE)
    return str(version)


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
