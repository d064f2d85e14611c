"""The metrics: documented, bounded, and the same whether one process or several hold them."""

import subprocess
import sys
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from gateway.telemetry.metrics import Metrics, exposition, metrics
from gateway.telemetry.reference import reference

ROOT = Path(__file__).parents[2]


def test_the_page_about_metrics_is_up_to_date() -> None:
    """Print it again with `python -m gateway.telemetry.reference > docs/metrics.md`."""
    assert (ROOT / "docs" / "metrics.md").read_text("utf-8") == reference()


def test_every_metric_is_exposed_as_it_is_documented() -> None:
    """By the same name and type."""
    exposed = {family.name: family.type for family in text_string_to_metric_families(exposition().decode())}
    documented = {each.name.removesuffix("_total"): each.kind for each in metrics().declared}

    assert exposed.items() >= documented.items()


@pytest.mark.parametrize("each", [pytest.param(each, id=each.name) for each in Metrics().declared])
def test_no_label_can_hold_an_id(each: object) -> None:
    """Labels are from a list whose values are bounded by the code, the routes or the trusted documents."""
    bounded = {
        "error_type",
        "graphql_operation_name",
        "graphql_operation_type",
        "http_request_method",
        "http_response_status_code",
        "operation",
        "outcome",
        "change",
        "queue",
        "reason",
        "record",
        "result",
        "state",
        "url_template",
        "version",
    }

    assert set(getattr(each, "labels")) <= bounded  # noqa: B009


_WORKER = """
import sys
from pathlib import Path
from gateway.telemetry.metrics import exposition, metrics, share_between_workers

directory, worker, times, answer = sys.argv[1:]
share_between_workers(Path(directory), int(worker))
metrics().errors("INTERNAL").inc(int(times))
metrics().active_requests.inc(int(times))
if answer == "yes":
    print(exposition().decode())
"""


def test_one_worker_answers_for_all(tmp_path: Path) -> None:
    """The worker that replaces a dead one goes on with its counters, and not with its gauges."""
    _worker(tmp_path, 0, times=3)
    _worker(tmp_path, 1, times=4)

    samples = _worker(tmp_path, 0, times=5, answer="yes")

    assert samples["graphql_server_errors_total"] == 3 + 4 + 5
    assert samples["graphql_server_active_requests"] == 4 + 5
    assert samples["gateway_build_info"] == 1


def _worker(directory: Path, number: int, *, times: int, answer: str = "no") -> dict[str, float]:
    command = [sys.executable, "-c", _WORKER, str(directory), str(number), str(times), answer]
    shown = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout
    return {sample.name: sample.value for family in text_string_to_metric_families(shown) for sample in family.samples}
