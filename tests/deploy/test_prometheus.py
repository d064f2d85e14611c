"""promtool accepts what Prometheus is given, and the alerts fire when they should."""

import json
import subprocess
from pathlib import Path

from tests.deploy.expressions import DEPLOY, PANELS, filled


def test_the_configuration_and_the_rules_are_valid(promtool: str) -> None:
    """`check config` reads the rule files too."""
    _run(promtool, "check", "config", str(DEPLOY / "prometheus" / "prometheus.yml"))


def test_alerts_fire_when_they_should_and_only_then(promtool: str) -> None:
    """The cases of rules.test.yaml, each with everything that fires."""
    _run(promtool, "test", "rules", str(Path(__file__).with_name("rules.test.yaml")))


def test_the_dashboard_asks_in_valid_expressions(promtool: str, tmp_path: Path) -> None:
    """promtool reads no dashboards, so each expression becomes a rule. JSON is YAML."""
    expressions = {target["expr"] for panel in PANELS for target in panel["targets"]}
    rules = [
        {"record": f"panel:{number}", "expr": filled(each, interval="1m")} for number, each in enumerate(expressions)
    ]
    file = tmp_path / "dashboard.yaml"
    file.write_text(json.dumps({"groups": [{"name": "dashboard", "rules": rules}]}))

    _run(promtool, "check", "rules", str(file))


def _run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
