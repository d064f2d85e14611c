"""What a caller asks for. Source: GraphQL over HTTP, "Request"."""

from typing import Any

import msgspec


class GraphQLRequest(msgspec.Struct, frozen=True, rename="camel"):
    """The members of a request; others are ignored, as GraphQL over HTTP wants it. Extensions are the caller's own.

    The document is in `query`, or is one that the gateway knows by its `document_id`.
    """

    query: str | None = None
    variables: dict[str, Any] | None = None
    operation_name: str | None = None
    extensions: dict[str, Any] | None = None
    document_id: str | None = None
