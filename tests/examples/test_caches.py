"""examples/caches does what its README says, against a real gateway."""

from collections.abc import Generator

import pytest

from tests.examples.npm_project import EXAMPLES, NpmProject
from tests.programs import running

EXAMPLE = NpmProject(EXAMPLES / "caches")

pytestmark = pytest.mark.node


@pytest.fixture(scope="module")
def compiled(node: str, npm: str) -> None:
    """The programs that the README's last command runs."""
    start = EXAMPLE.set_up()
    assert start == "npm start"
    done = EXAMPLE.step("npm exec tsc")
    assert done.returncode == 0, done.stdout


@pytest.fixture(scope="module")
def gateway() -> Generator[str]:
    with running("dev") as (address, _):
        yield address


@pytest.mark.parametrize("program", ["tryApollo", "tryGraphcache", "tryRelay"])
def test_each_cache_is_right(compiled: None, gateway: str, program: str) -> None:
    """Every claim of the tour holds: what is in the cache follows a change, and nothing is mixed up."""
    done = EXAMPLE.step(f"node -C development dist/{program}.js {gateway}/graphql")

    claims = done.stdout.splitlines()
    assert [claim for claim in claims if not claim.startswith("yes ")] == []
    assert (done.returncode, done.stderr, len(claims)) == (0, "", 31)
