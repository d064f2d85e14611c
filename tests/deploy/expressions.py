"""The Prometheus expressions of the rules and the dashboard, and what they select."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

DEPLOY = Path(__file__).parents[2] / "deploy"
RULES_FILE = DEPLOY / "prometheus" / "rules.yaml"
RULES: list[dict[str, Any]] = [
    rule for group in yaml.safe_load(RULES_FILE.read_text("utf-8"))["groups"] for rule in group["rules"]
]
ALERTS = [rule for rule in RULES if "alert" in rule]
DASHBOARD: dict[str, Any] = json.loads((DEPLOY / "grafana" / "dashboard.json").read_text("utf-8"))
PANELS = [panel for panel in DASHBOARD["panels"] if panel["type"] != "row"]

_STRING = r'"[^"]*"'
_SELECTOR = re.compile(rf"\b([a-zA-Z_:][\w:]*)\b(?!\s*\()(?:\{{((?:[^}}\"]|{_STRING})*)\}})?")
_MATCHER = re.compile(rf"(\w+)\s*(?:=~|!~|!=|=)\s*({_STRING})")
_GROUPING = re.compile(r"\bby\s*\(([^)]*)\)")
_WORDS = {"and", "or", "unless", "offset"}


@dataclass(frozen=True)
class Selector:
    metric: str
    matchers: tuple[tuple[str, str], ...]
    """Labels, and the values or patterns that they are compared with."""


def expressions() -> Iterator[tuple[str, str]]:
    """Where each is from, and its text."""
    for rule in RULES:
        yield rule.get("alert") or rule["record"], rule["expr"]
    for panel in PANELS:
        for target in panel["targets"]:
            yield panel["title"], target["expr"]
    for variable in DASHBOARD["templating"]["list"]:
        if variable["type"] == "query":
            yield variable["name"], variable["query"]["query"].removeprefix("label_values(").rpartition(",")[0]


def selectors(expression: str) -> list[Selector]:
    text = re.sub(r"\[[^]]*\]", "", _GROUPING.sub("", expression))
    return [
        Selector(name, tuple((label, value.strip('"')) for label, value in _MATCHER.findall(matchers)))
        for name, matchers in _SELECTOR.findall(text)
        if name not in _WORDS
    ]


def grouping(expression: str) -> set[str]:
    """The labels that aggregations keep."""
    return {label for labels in _GROUPING.findall(expression) for label in re.split(r"\s*,\s*", labels)}


def filled(expression: str, *, interval: str) -> str:
    """A dashboard's expression with values for its variables: all targets."""
    return expression.replace("$__rate_interval", interval).replace("$job", ".*").replace("$instance", ".*")
