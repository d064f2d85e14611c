"""Greedy is who asks for far more at once than the others, as long as there are others."""

from gateway.load.crowd import STRANGERS, Crowd


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def _crowd(clock: Clock, **requests: int) -> Crowd:
    crowd = Crowd(clock)
    for who, number in requests.items():
        crowd.asks(who, number)
    crowd.count()
    return crowd


def test_more_than_twice_what_is_usual_is_greedy() -> None:
    """Usual is what the middle one asks for, however much the greedy ask for."""
    crowd = _crowd(Clock(), modest=1, fair=2, usual=2, lively=4, greedy=5, greediest=50)

    assert [who for who in ("modest", "fair", "usual", "lively", "greedy", "greediest") if crowd.is_greedy(who)] == [
        "greedy",
        "greediest",
    ]


def test_beside_one_other_the_greedy_one_is_told_apart() -> None:
    """Of two, the one who asks for less is the measure."""
    crowd = _crowd(Clock(), fair=1, greedy=64)

    assert (crowd.is_greedy("fair"), crowd.is_greedy("greedy")) == (False, True)


def test_who_is_alone_is_never_greedy() -> None:
    """There is nobody to take anything from."""
    assert not _crowd(Clock(), alone=64).is_greedy("alone")


def test_strangers_are_no_measure_for_who_is_known() -> None:
    """Whoever is known now was one of them a moment before."""
    assert not _crowd(Clock(), **{STRANGERS: 1, "known": 64}).is_greedy("known")


def test_strangers_may_be_greedy_themselves() -> None:
    """All together, beside those who are known."""
    assert _crowd(Clock(), **{STRANGERS: 64, "known": 1}).is_greedy(STRANGERS)


def test_a_newcomer_is_seen_at_the_next_count() -> None:
    """Whoever was alone until then is greedy from then on."""
    crowd = _crowd(Clock(), greedy=64)

    crowd.asks("fair", 1)
    before = crowd.is_greedy("greedy")
    crowd.count()

    assert (before, crowd.is_greedy("greedy")) == (False, True)


def test_who_has_gone_is_forgotten_within_a_second() -> None:
    """Not at once: between two requests a caller is still there."""
    clock = Clock()
    crowd = _crowd(clock, fair=1, greedy=64)

    seen: list[bool] = []
    for _ in range(2):
        clock.now += 0.5
        crowd.asks("greedy", 64)
        crowd.count()
        seen.append(crowd.is_greedy("greedy"))

    assert seen == [True, False]
