"""How metrics change meanwhile. Their registry is the process's, so tests look at differences."""

from collections.abc import Callable, Generator
from contextlib import contextmanager

from gateway.telemetry.metrics import metrics

Counted = Callable[..., float]
"""The change of a sample, by its name and labels; 0 for one that does not exist."""


@contextmanager
def changes() -> Generator[Counted]:
    before = _samples()

    def counted(name: str, **labels: str) -> float:
        key = (name, frozenset(labels.items()))
        return _samples().get(key, 0.0) - before.get(key, 0.0)

    yield counted


def shown(gauge: str) -> float | None:
    """The present value of a gauge, which an earlier test may have set."""
    return metrics().registry.get_sample_value(gauge)


def _samples() -> dict[tuple[str, frozenset[tuple[str, str]]], float]:
    families = metrics().registry.collect()
    return {(each.name, frozenset(each.labels.items())): each.value for family in families for each in family.samples}
