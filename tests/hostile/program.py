"""The gateway as it is started in production, in front of a sandbox of its own."""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.hostile.inputs import TOKEN
from tests.hostile.wire import Exchange, dripping, exchange
from tests.programs import running
from tests.shop import open_shop

BODY_S = 1
KEEP_ALIVE_S = 5
_HEALTH = b"GET /health HTTP/1.1\r\nHost: gateway\r\nConnection: close\r\n\r\n"
_LONGEST_S = 10.0


@dataclass(frozen=True)
class Program:
    """`secrets` are what only the gateway and Partner Center may know."""

    address: str
    token: str
    secrets: tuple[str, ...]
    process_id: int
    memory_kb_at_first: int | None

    def answer(self, sent: bytes) -> Exchange:
        return exchange(self.address, self._signed_in(sent), within_s=_LONGEST_S)

    async def drip(self, sent: bytes, drip: bytes) -> Exchange:
        return await dripping(self.address, self._signed_in(sent), drip, within_s=2 * _LONGEST_S)

    @property
    def is_healthy(self) -> bool:
        told = exchange(self.address, _HEALTH, within_s=_LONGEST_S)
        return [(answer.status, answer.body) for answer in told.answers] == [(200, b'{"status":"ok"}')]

    @property
    def memory_kb(self) -> int | None:
        return _memory_kb(self.process_id)

    def _signed_in(self, sent: bytes) -> bytes:
        return sent.replace(TOKEN, self.token.encode())


@contextmanager
def started() -> Generator[Program]:
    """A body has a second to arrive, and idle connections close after five; all other limits are the usual ones."""
    settings = {
        "GATEWAY_LIMIT_BODY_S": str(BODY_S),
        "GATEWAY_KEEP_ALIVE_S": str(KEEP_ALIVE_S),
        "GATEWAY_LOG_LEVEL": "error",
    }
    with (
        open_shop() as shop,
        running("serve", GATEWAY_UPSTREAM_URL=shop.address, **settings) as (address, process),
    ):
        secrets = (shop.token, shop.address.removeprefix("http://"))
        program = Program(address, shop.token, secrets, process.pid, _memory_kb(process.pid))
        assert program.is_healthy
        yield program


def _memory_kb(process_id: int) -> int | None:
    """Resident; None on systems that do not tell it as Linux does."""
    path = Path(f"/proc/{process_id}/status")
    lines = path.read_text("utf-8").splitlines() if path.exists() else []
    return next((int(line.split()[1]) for line in lines if line.startswith("VmRSS")), None)
