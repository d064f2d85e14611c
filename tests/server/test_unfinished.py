"""What is held of unfinished requests is bounded together: those who have been at it for longest go first."""

import pytest

from gateway.server.unfinished import Unfinished


class Sender:
    is_cut_off = False

    def cut_off(self) -> None:
        self.is_cut_off = True


@pytest.fixture
def unfinished() -> Unfinished:
    return Unfinished(most_bytes=100, small=10)


def _senders(number: int) -> list[Sender]:
    return [Sender() for _ in range(number)]


def test_the_first_to_begin_goes_when_it_becomes_too_much(unfinished: Unfinished) -> None:
    """As many as there have to, and nobody before."""
    slow, later, last = senders = _senders(3)
    unfinished.holds(slow, 20)
    unfinished.holds(later, 40)
    unfinished.holds(slow, 60)
    before = [each.is_cut_off for each in senders]

    unfinished.holds(last, 90)

    assert (before, [each.is_cut_off for each in senders]) == ([False] * 3, [True, True, False])


def test_who_is_whole_makes_room(unfinished: Unfinished) -> None:
    """And so does who has gone; each once."""
    senders = _senders(20)

    for each in senders:
        unfinished.holds(each, 90)
        unfinished.forget(each)
        unfinished.forget(each)

    assert not any(each.is_cut_off for each in senders)


def test_who_sends_little_is_left_alone(unfinished: Unfinished) -> None:
    """However many they are, and however long they take."""
    senders = _senders(1000)

    for each in senders:
        unfinished.holds(each, 10)
    unfinished.holds(Sender(), 100)

    assert not any(each.is_cut_off for each in senders)
