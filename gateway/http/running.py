"""Runs one operation of a request, and sends its answer: what every way to send an operation has in common."""

from collections.abc import Coroutine

from graphql import ExecutionResult, OperationType
from starlette.requests import ClientDisconnect
from starlette.types import Send

from gateway.http.disconnects import WhileConnected
from gateway.http.responses import Encoded, HTTPError
from gateway.operations.documents import Rejected
from gateway.operations.execution import execute, operation_of
from gateway.operations.failures import Failure
from gateway.operations.persisted import GraphQLRequest, PersistedOperations
from gateway.telemetry.requests import RequestReport


async def run(
    operations: PersistedOperations,
    request: GraphQLRequest,
    context: object,
    connected: WhileConnected,
    report: RequestReport,
    *,
    may_write: bool,
) -> ExecutionResult | Rejected:
    """What became of the operation. A mutation that has begun runs to its end, whether or not the caller is there.

    Raises HTTPError for a mutation when the request may not write.
    """
    prepared = operations.find(request, report)
    if isinstance(prepared, Rejected):
        return prepared
    operation = operation_of(prepared, request.operation_name)
    if isinstance(operation, Rejected):
        return operation
    report.operation_name, report.operation_type = operation.name, operation.kind.value
    if operation.kind is not OperationType.QUERY and not may_write:
        failure = Failure("Only queries may be sent with GET; send this one with POST.", "BAD_USER_INPUT")
        raise HTTPError(405, failure, {"Allow": "POST"})
    if operation.kind is OperationType.MUTATION:
        await connected.finish()
    return await execute(prepared, operation, request, context, report)


async def send_reported(answer: Coroutine[object, object, Encoded], report: RequestReport, send: Send) -> None:
    """Send the answer once it is there, after *report* is finished. Nothing is sent to a caller that has disconnected."""
    try:
        encoded = await answer
    except BaseException as error:
        report.finish(status=None)
        if isinstance(error, ClientDisconnect):
            return
        raise
    report.finish(status=encoded.status)
    await encoded.send(send)
