"""A battery of hostile inputs against the program as it is started in production: nobody gets more than they should."""

import asyncio
from collections.abc import Generator

import pytest

from tests.hostile import bodies, documents, heads, pages, values
from tests.hostile.inputs import Input
from tests.hostile.leaks import codes, secrets
from tests.hostile.program import Program, started
from tests.hostile.unending import UNENDING, Unending
from tests.hostile.wire import Exchange

LONGEST_S = 2.0
MOST_BYTES = 64 * 1024
MOST_GROWTH_KB = 150_000

INPUTS = (*heads.INPUTS, *pages.INPUTS, *bodies.INPUTS, *documents.INPUTS, *values.INPUTS)


@pytest.fixture(scope="module")
def program() -> Generator[Program]:
    with started() as program:
        yield program


@pytest.mark.parametrize("hostile", [pytest.param(each, id=each.name) for each in INPUTS])
def test_no_caller_gets_more_than_it_should(program: Program, hostile: Input) -> None:
    """What is answered is what is due, soon, in few words, without a secret; and the next caller is served as ever."""
    exchange = program.answer(hostile.sent)

    answers = exchange.answers
    assert tuple(answer.status for answer in answers) == hostile.statuses
    assert codes(answers) == hostile.codes
    assert secrets(answers, hostile.sent) == set()
    assert [secret for secret in program.secrets if secret.encode() in exchange.raw] == []
    assert len(exchange.raw) <= MOST_BYTES
    assert exchange.is_closed
    assert exchange.seconds < LONGEST_S
    assert program.is_healthy


def test_each_input_has_a_name_of_its_own() -> None:
    """So that a failure says which one it was."""
    names = [each.name for each in INPUTS]

    assert sorted(set(names)) == sorted(names)


async def test_who_never_ends_is_cut_off(program: Program) -> None:
    """However slowly something comes, its connection is closed when its time is over, and answered if it has a head."""
    exchanges = await asyncio.gather(*(program.drip(each.sent, each.drip) for each in UNENDING))

    told = zip(UNENDING, exchanges, strict=True)
    assert {each.name: exchange for each, exchange in told if not _is_in_time(each, exchange)} == {}
    assert program.is_healthy


def test_memory_does_not_grow(program: Program) -> None:
    """All of it together leaves the process hardly larger than it began."""
    for each in INPUTS:
        program.answer(each.sent)

    if program.memory_kb is None or program.memory_kb_at_first is None:
        pytest.skip("needs the /proc of Linux, which tells a process's memory")
    assert program.memory_kb - program.memory_kb_at_first < MOST_GROWTH_KB


def _is_in_time(unending: Unending, exchange: Exchange) -> bool:
    statuses = tuple(answer.status for answer in exchange.answers)
    late_s = exchange.seconds - unending.closed_after_s
    return exchange.is_closed and statuses == unending.statuses and late_s < LONGEST_S
