"""The figures of `benchmarks.answers` as a table in Markdown and as a chart."""

import math
import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from xml.sax.saxutils import escape


@dataclass(frozen=True)
class Figures:
    """Of one kind of request and one gateway, one value for each round."""

    cpu_ms: list[float] = field(default_factory=list[float])
    a_second: list[float] = field(default_factory=list[float])
    p50_ms: list[float] = field(default_factory=list[float])
    p99_ms: list[float] = field(default_factory=list[float])
    alone_ms: list[float] = field(default_factory=list[float])
    """p50 of a single caller, before a Partner Center that takes time."""


_COLUMNS: Mapping[str, str] = {
    "CPU ms an answer": "cpu_ms",
    "answers a second": "a_second",
    "p50 ms": "p50_ms",
    "p99 ms": "p99_ms",
    "p50 ms alone": "alone_ms",
}


def table(figures: Mapping[str, Mapping[str, Figures]]) -> list[str]:
    """Its lines. The ratio is that of the CPU times, each gateway's to the first one's in the same round."""
    lines = [f"| | | {' | '.join(_COLUMNS)} | ratio |", f"| --- | --- |{' ---: |' * (len(_COLUMNS) + 1)}"]
    for case, by_target in figures.items():
        ours = next(iter(by_target.values()))
        for name, found in by_target.items():
            cells = [spread(getattr(found, each)) for each in _COLUMNS.values()]
            ratio = spread([theirs / own for theirs, own in zip(found.cpu_ms, ours.cpu_ms, strict=True)])
            lines.append(f"| {case} | {name} | {' | '.join(cells)} | {'' if found is ours else ratio} |")
    return lines


def spread(values: Sequence[float]) -> str:
    """Median, lowest and highest."""
    if len(values) == 1:
        return _short(values[0])
    return f"{_short(statistics.median(values))} ({_short(min(values))} to {_short(max(values))})"


def _short(value: float) -> str:
    return f"{value:.0f}" if value >= 100 else f"{value:.3g}"


_LEFT, _WIDTH, _BAR, _GAP, _TOP = 130, 560, 14, 10, 40
_COLOURS = ("#2b6cb0", "#a0aec0", "#718096")
_LEAST_MS = 0.1
"""Where the logarithmic axis begins."""


def chart(figures: Mapping[str, Mapping[str, Figures]]) -> str:
    """CPU ms of an answer as bars, on a logarithmic axis, as SVG."""
    medians = {case: {n: statistics.median(f.cpu_ms) for n, f in each.items()} for case, each in figures.items()}
    most = 10 ** math.ceil(math.log10(max(max(each.values()) for each in medians.values())))
    rows, y = list[str](), _TOP
    for case, by_target in medians.items():
        rows.append(_text(_LEFT - 8, y + _BAR * len(by_target) / 2 + 4, case, anchor="end"))
        for colour, value in zip(_COLOURS, by_target.values(), strict=False):
            rows += [
                _bar(y, _length(value, most), colour),
                _text(_LEFT + _length(value, most) + 6, y + 11, _short(value)),
            ]
            y += _BAR
        y += _GAP
    return "\n".join([_head(y + 20, most), *_axis(y, most), *_legend(next(iter(medians.values()))), *rows, "</svg>\n"])


def _length(value: float, most: float) -> float:
    """Pixels."""
    return max(1.0, _WIDTH * math.log10(value / _LEAST_MS) / math.log10(most / _LEAST_MS))


def _head(height: float, most: float) -> str:
    size = f'width="{_LEFT + _WIDTH + 70}" height="{height:.0f}"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="sans-serif" font-size="12">'
        f"<title>CPU ms an answer, on a logarithmic axis up to {most:g}</title>"
        '<rect width="100%" height="100%" fill="white"/>'
    )


def _axis(bottom: float, most: float) -> list[str]:
    """A line for each power of ten."""
    values = [10.0**power for power in range(round(math.log10(_LEAST_MS)), round(math.log10(most)) + 1)]
    places = [(_LEFT + (_length(value, most) if value > _LEAST_MS else 0), value) for value in values]
    lines = [f'<line x1="{x:.0f}" x2="{x:.0f}" y1="{_TOP - 6}" y2="{bottom:.0f}" stroke="#ddd"/>' for x, _ in places]
    return lines + [_text(x, bottom + 14, f"{value:g} ms", anchor="middle") for x, value in places]


def _legend(names: Iterable[str]) -> list[str]:
    return [
        f'<text x="{_LEFT + 130 * n}" y="20" fill="{colour}">■ {escape(name)}</text>'
        for n, (colour, name) in enumerate(zip(_COLOURS, names, strict=False))
    ]


def _bar(y: float, length: float, colour: str) -> str:
    return f'<rect x="{_LEFT}" y="{y:.0f}" width="{length:.0f}" height="{_BAR - 2}" fill="{colour}"/>'


def _text(x: float, y: float, text: str, *, anchor: str = "start") -> str:
    return f'<text x="{x:.0f}" y="{y:.0f}" text-anchor="{anchor}">{escape(text)}</text>'
