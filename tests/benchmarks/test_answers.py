"""A short run of `benchmarks.answers`."""

from benchmarks.answers import TARGETS, Plan, measure


def test_a_run_has_a_figure_of_each_round_for_each_gateway() -> None:
    plan = Plan(rounds=2, seconds=0.2, warm_s=0.1, distinct=3, alone=2, cases=("tiny",))

    results = measure(plan)

    assert results.figures.keys() == {"tiny"}
    for name in TARGETS:
        figures, footprint = results.figures["tiny"][name], results.footprints[name]
        assert [len(each) for each in (figures.cpu_ms, figures.a_second, figures.p50_ms, figures.p99_ms)] == [2] * 4
        assert figures.alone_ms[0] > 20
        assert all(health < answer for health, answer in zip(footprint.health_s, footprint.answer_s, strict=True))
        assert len(footprint.resident_mb) == 3
