"""The alert rules and the dashboard ask only for what the gateway reports."""

import logging
import re
from pathlib import Path

import pytest

from gateway import errors
from gateway.telemetry.events import level_of
from gateway.telemetry.metrics import Declared, Metrics
from tests.deploy.expressions import ALERTS, DASHBOARD, DEPLOY, PANELS, RULES, expressions, grouping, selectors

RUNBOOK = (Path(__file__).parents[2] / "docs" / "alerts.md").read_text("utf-8")
CODES = {
    each.code for each in vars(errors).values() if isinstance(each, type) and issubclass(each, errors.GatewayError)
}
TARGET = {"job", "instance"}
EXPRESSIONS = [pytest.param(text, id=f"{number} {name}") for number, (name, text) in enumerate(expressions())]


def _series() -> dict[str, tuple[set[str], str]]:
    """The labels and the description of each series that Prometheus has: scraped, recorded, and its own `up`."""
    series: dict[str, tuple[set[str], str]] = {"up": (TARGET, "")}
    series |= {rule["record"]: ({"job"}, "") for rule in RULES if "record" in rule}
    for metric in Metrics().declared:
        series |= {name: (labels | TARGET, metric.text) for name, labels in _exposed(metric).items()}
    return series


def _exposed(metric: Declared) -> dict[str, set[str]]:
    labels = set(metric.labels)
    if metric.kind != "histogram":
        return {metric.name: labels}
    return {f"{metric.name}_bucket": labels | {"le"}, f"{metric.name}_sum": labels, f"{metric.name}_count": labels}


SERIES = _series()


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_an_expression_uses_only_metrics_and_labels_that_exist(expression: str) -> None:
    """Of the metrics as declared, with the labels as declared, and with values that their descriptions name."""
    found = selectors(expression)

    assert found
    assert {each.metric for each in found} <= SERIES.keys()
    assert grouping(expression) <= {label for each in found for label in SERIES[each.metric][0]}
    for each in found:
        labels, text = SERIES[each.metric]
        assert {label for label, _ in each.matchers} <= labels
        for label, value in each.matchers:
            assert label in TARGET or _alternatives(value) <= _values(label, text), value


def _alternatives(pattern: str) -> set[str]:
    """The values that a pattern of words names: `A|B_(C|D)` names three. Empty where it asks for any value."""
    prefixed = re.sub(
        r"(\w+)\(([^)]*)\)", lambda each: "|".join(each[1] + word for word in each[2].split("|")), pattern
    )
    return set(prefixed.split("|")) - {""}


def _values(label: str, text: str) -> set[str]:
    return CODES | {"INTERNAL"} if label == "error_type" else set(re.findall(r"`(\w+)`", text))


def test_every_metric_is_on_the_dashboard() -> None:
    shown = {each.metric for panel in PANELS for target in panel["targets"] for each in selectors(target["expr"])}

    missing = {metric.name for metric in Metrics().declared if not shown & _exposed(metric).keys()}

    assert missing == set()


def test_what_counts_against_the_objective_is_what_the_log_calls_a_problem() -> None:
    """The error codes whose records are warnings or errors; a caller's mistakes count against nobody."""
    patterns = {
        value for _, text in expressions() for each in selectors(text) for label, value in each.matchers
        if label == "error_type" and "|" in value
    }  # fmt: skip

    (pattern,) = patterns
    assert _alternatives(pattern) == {code for code in CODES | {"INTERNAL"} if level_of(code) >= logging.WARNING}


@pytest.mark.parametrize("alert", [pytest.param(each, id=each["alert"]) for each in ALERTS])
def test_an_alert_says_how_urgent_it_is_and_what_to_do(alert: dict[str, dict[str, str]]) -> None:
    notes = alert["annotations"]
    headings = {heading.lower() for heading in re.findall(r"^### (\w+)$", RUNBOOK, re.MULTILINE)}

    assert alert["labels"]["severity"] in {"page", "ticket"}
    assert notes.keys() == {"summary", "description", "runbook"}
    assert all(notes.values())
    assert notes["runbook"].partition("#")[0] == "docs/alerts.md"
    assert notes["runbook"].partition("#")[2] in headings


def test_the_runbook_describes_no_alert_that_is_gone() -> None:
    anchors = {alert["annotations"]["runbook"].partition("#")[2] for alert in ALERTS}

    assert {heading.lower() for heading in re.findall(r"^### (\w+)$", RUNBOOK, re.MULTILINE)} == anchors


def test_every_alert_is_seen_to_fire() -> None:
    """In rules.test.yaml, which promtool runs."""
    text = Path(__file__).with_name("rules.test.yaml").read_text("utf-8")

    assert set(re.findall(r'alertname="(\w+)"', text)) == {alert["alert"] for alert in ALERTS}


def test_panels_have_ids_of_their_own_and_do_not_overlap() -> None:
    cells = [
        (x, y)
        for panel in DASHBOARD["panels"]
        for x in range(panel["gridPos"]["x"], panel["gridPos"]["x"] + panel["gridPos"]["w"])
        for y in range(panel["gridPos"]["y"], panel["gridPos"]["y"] + panel["gridPos"]["h"])
    ]

    assert len({panel["id"] for panel in DASHBOARD["panels"]}) == len(DASHBOARD["panels"])
    assert len(set(cells)) == len(cells)
    assert max(x for x, _ in cells) < 24


def test_grafana_finds_the_dashboard_and_its_data_source() -> None:
    """The provisioning names the folder in which compose.yaml mounts the dashboard, and Prometheus by its service."""
    compose = (DEPLOY / "compose.yaml").read_text("utf-8")
    provisioning = DEPLOY / "grafana" / "provisioning"

    assert "./grafana/dashboard.json:/etc/grafana/dashboards/" in compose
    assert "path: /etc/grafana/dashboards" in (provisioning / "dashboards" / "gateway.yaml").read_text("utf-8")
    assert "url: http://prometheus:9090" in (provisioning / "datasources" / "prometheus.yaml").read_text("utf-8")
