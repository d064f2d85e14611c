"""Draws architecture.svg: `python -m docs.images.architecture > docs/images/architecture.svg`.

The description comes first, and what draws it after that. Positions follow from rows and columns; nothing is measured, so
words must be short enough for their box.
"""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

LAYERS: Sequence[tuple[str, Sequence[tuple[str, str]]]] = (
    ("protocol", [("http", "who may call, how"), ("mcp", "tools for agents"), ("load", "fair queue, limits")]),
    ("documents", [("operations", "parse, validate, limits, cost"), ("compiler", "operations as Python")]),
    ("graph", [("schema", "types, resolvers, errors as data")]),
    ("batching", [("loaders", "each key once for each request")]),
    ("domain", [("carts", "edits, checkout"), ("changes", "what was bought"), ("catalog", "products, cache")]),
    ("edges", [("telemetry", "logs, metrics"), ("store", "records, leases"), ("partner_center", "calls, retries")]),
)  # fmt: skip
"""Name of each layer of the gateway, and its packages, each with what it does. A request goes down, its answer up."""
CALLERS = [("Frontends", "shops, on the web and in apps"), ("Agents", "programs that act for people")]
OPERATORS = ("Operators", "dashboards, alerts")
STORE = ("Store", "SQLite, Redis or Valkey")
UPSTREAM = ("Partner Center", "Microsoft's REST API")
SANDBOX = ("Sandbox", "emulates it locally")

WIDTH, MARGIN, GAP, HEIGHT = 960, 16, 18, 58
SIDE, CENTRE = 164, 524
LEFT = (WIDTH - CENTRE) // 2
TOP = MARGIN + HEIGHT + 62
PITCH = HEIGHT + GAP

_STYLE = """\
    text { font-family: ui-sans-serif, system-ui, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; font-size: 14px; fill: #4b5563; }
    .name { font-size: 16px; font-weight: 600; fill: #111827; }
    .code { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace; }
    .quiet { font-size: 13px; fill: #6b7280; }
    .paper { fill: #ffffff; }
    .replica { fill: #f3f6fb; stroke: #b6c2d4; }
    .inner { fill: #ffffff; stroke: #93a4bd; }
    .outer { fill: #fff7ed; stroke: #d8a15d; }
    .arrow { fill: none; stroke: #64748b; stroke-width: 1.5; }
    .dashed { stroke-dasharray: 5 4; }
    .head { fill: #64748b; }
    @media (prefers-color-scheme: dark) {
      text { fill: #a9b4c4; }
      .name { fill: #f1f5f9; }
      .quiet { fill: #94a3b8; }
      .paper { fill: #0f1623; }
      .replica { fill: #172131; stroke: #3b4b63; }
      .inner { fill: #1f2b3e; stroke: #5b6f8f; }
      .outer { fill: #2e2417; stroke: #a97b3f; }
      .arrow { stroke: #8fa1ba; }
      .head { fill: #8fa1ba; }
    }"""


@dataclass(frozen=True)
class Box:
    x: float
    y: float
    width: float
    height: float = HEIGHT

    @property
    def middle(self) -> float:
        return self.x + self.width / 2

    @property
    def bottom(self) -> float:
        return self.y + self.height

    @property
    def right(self) -> float:
        return self.x + self.width

    @property
    def level(self) -> float:
        return self.y + self.height / 2

    def drawn(self, name: str, text: str, kind: str) -> str:
        code = " code" if kind == "inner" else ""
        return "\n".join(
            [
                f"  {_rectangle(self, kind, radius=9)}",
                f'  <text class="name{code}" x="{self.middle:g}" y="{self.y + 25:g}" text-anchor="middle">{escape(name)}</text>',
                f'  <text x="{self.middle:g}" y="{self.y + 44:g}" text-anchor="middle">{escape(text)}</text>',
            ]
        )


def drawing() -> str:
    """The picture as SVG, for light and dark pages."""
    gateway = Box(LEFT, TOP, CENTRE, 44 + len(LAYERS) * PITCH)
    height = gateway.bottom + 50 + HEIGHT + MARGIN
    about = "Frontends and agents call the gateway, whose layers lead down to Partner Center and the store."
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height:g}" role="img" aria-label="{about}">',
            f"  <style>\n{_STYLE}\n  </style>",
            f'  <rect class="paper" width="{WIDTH}" height="{height:g}" rx="14"/>',
            *(f"  {_rectangle(_moved(gateway, by), 'replica', radius=14)}" for by in (12, 6, 0)),
            f'  <text class="name" x="{LEFT + GAP}" y="{TOP + 27}">Gateway</text>',
            f'  <text class="quiet" x="{gateway.right - GAP:g}" y="{TOP + 27}" text-anchor="end">one of several replicas</text>',
            *_layers(),
            *_callers(),
            *_neighbours(gateway),
            "</svg>\n",
        ]
    )


def _layers() -> Iterator[str]:
    for number, (layer, packages) in enumerate(LAYERS):
        boxes = _row(number)
        if number:
            yield _arrow((WIDTH / 2, boxes[0].y - GAP), (WIDTH / 2, boxes[0].y))
        for box, (name, text) in zip(boxes, packages, strict=True):
            yield box.drawn(name, text, "inner")
        if number < len(LAYERS) - 1:
            yield f'  <text class="quiet" x="{LEFT - GAP}" y="{boxes[0].level + 4:g}" text-anchor="end">{layer}</text>'


def _callers() -> Iterator[str]:
    width = (CENTRE - 3 * GAP) / 2
    for number, (name, text) in enumerate(CALLERS):
        box = Box(LEFT + GAP + number * (width + GAP), MARGIN, width)
        yield box.drawn(name, text, "outer")
        yield _arrow((box.middle, box.bottom), (box.middle, TOP))
    yield f'  <text class="quiet" x="{WIDTH / 2:g}" y="{TOP - 26}" text-anchor="middle">GraphQL over HTTP, or MCP</text>'


def _neighbours(gateway: Box) -> Iterator[str]:
    """What stands beside and below the gateway, at the packages of its last layer that know it."""
    telemetry, store, partner_center = _row(len(LAYERS) - 1)
    operators = Box(MARGIN, telemetry.y, SIDE)
    upstream = Box(WIDTH - MARGIN - SIDE, telemetry.y, SIDE)
    beneath = gateway.bottom + 50
    shared, sandbox = Box(store.x - GAP, beneath, store.width + 2 * GAP), Box(upstream.x, beneath, SIDE)
    bend = (gateway.right + 12 + upstream.x) / 2
    yield operators.drawn(*OPERATORS, "outer")
    yield _arrow((telemetry.x, telemetry.level), (operators.right, operators.level))
    yield shared.drawn(*STORE, "outer")
    yield _arrow((store.middle, store.bottom), (store.middle, shared.y))
    yield f'  <text class="quiet" x="{shared.x - 12:g}" y="{shared.level + 4:g}" text-anchor="end">shared by the replicas</text>'
    yield sandbox.drawn(*SANDBOX, "outer")
    yield _arrow((bend, upstream.level), (bend, sandbox.level), (sandbox.x, sandbox.level), dashed=True)
    yield upstream.drawn(*UPSTREAM, "outer")
    yield _arrow((partner_center.right, upstream.level), (upstream.x, upstream.level))
    yield f'  <text class="quiet" x="{upstream.middle:g}" y="{upstream.bottom + 36:g}" text-anchor="middle">or, to try it out</text>'


def _row(number: int) -> list[Box]:
    packages = LAYERS[number][1]
    width = (CENTRE - GAP * (len(packages) + 1)) / len(packages)
    y = TOP + 44 + number * PITCH
    return [Box(LEFT + GAP + place * (width + GAP), y, width) for place in range(len(packages))]


def _moved(box: Box, by: float) -> Box:
    return Box(box.x + by, box.y + by, box.width, box.height)


def _rectangle(box: Box, kind: str, *, radius: int) -> str:
    place = f'x="{box.x:g}" y="{box.y:g}" width="{box.width:g}" height="{box.height:g}"'
    return f'<rect class="{kind}" {place} rx="{radius}"/>'


def _arrow(*points: tuple[float, float], dashed: bool = False) -> str:
    """A line with a head at its last point."""
    (x, y), (end_x, end_y) = points[-2:]
    step_x, step_y = _sign(end_x - x), _sign(end_y - y)
    stop = (end_x - 7 * step_x, end_y - 7 * step_y)
    line = " ".join(f"{x:g},{y:g}" for x, y in [*points[:-1], stop])
    wings = [(stop[0] + side * step_y * 4.5, stop[1] + side * step_x * 4.5) for side in (-1, 1)]
    head = " ".join(f"{x:g},{y:g}" for x, y in [(end_x, end_y), *wings])
    kind = "arrow dashed" if dashed else "arrow"
    return f'  <polyline class="{kind}" points="{line}"/>\n  <polygon class="head" points="{head}"/>'


def _sign(number: float) -> int:
    return (number > 0) - (number < 0)


if __name__ == "__main__":
    sys.stdout.write(drawing())
