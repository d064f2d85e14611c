"""A slot held while a block runs."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from gateway.load.admission import Admission


@asynccontextmanager
async def slot(admission: Admission, caller: str) -> AsyncGenerator[None]:
    await admission.acquire(caller, verified=True)
    try:
        yield
    finally:
        admission.release(caller)
