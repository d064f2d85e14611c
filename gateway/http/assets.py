"""Serves files that were compressed beforehand, in the form that the caller prefers. Source: RFC 9110, 12.5.3."""

import gzip
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path

from starlette.datastructures import Headers
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.staticfiles import NotModifiedResponse, StaticFiles
from starlette.types import Receive, Scope, Send

from gateway.http.negotiation import preferred_coding

_SUFFIXES = {"br": ".br", "gzip": ".gz"}
"""Where the build puts a file in each content coding: beside the file. The smallest comes first."""

_conditions = StaticFiles()
"""Compares the caller's copy with ours."""


class Assets:
    """The files of a folder, looked up once. Their names change with their content."""

    def __init__(self, folder: Path, *, headers: Mapping[str, str]) -> None:
        files = {file.name: file for file in folder.iterdir()} if folder.is_dir() else {}
        self._forms = {
            name: {coding: files[name + suffix] for coding, suffix in _SUFFIXES.items() if name + suffix in files}
            for name in files
            if not name.endswith(tuple(_SUFFIXES.values()))
        }
        self._files = files
        self._headers = {**headers, "Vary": "Accept-Encoding"}

    def response(self, name: str, request: Headers) -> Response | None:
        """The file in the coding that the caller prefers; None when there is no such file."""
        forms = self._forms.get(name)
        if forms is None:
            return None
        coding = preferred_coding(_accepted(request), tuple(forms))
        response = self._encoded(name, coding, forms[coding]) if coding else self._plain(name)
        return (
            NotModifiedResponse(response.headers)
            if _conditions.is_not_modified(response.headers, request)
            else response
        )

    def _plain(self, name: str) -> FileResponse:
        file = self._files[name]
        return FileResponse(file, headers=self._headers, stat_result=file.stat())

    def _encoded(self, name: str, coding: str, file: Path) -> FileResponse:
        """The media type is that of the file without its suffix."""
        headers = {**self._headers, "Content-Encoding": coding}
        return FileResponse(file, headers=headers, media_type=self._plain(name).media_type, stat_result=file.stat())


class CompressedText:
    """An ASGI application: a text that never changes, compressed once, when it is first asked for."""

    def __init__(self, text: str) -> None:
        self._text = text

    @cached_property
    def _compressed(self) -> bytes:
        return gzip.compress(self._text.encode(), mtime=0)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = {"Vary": "Accept-Encoding"}
        content: str | bytes = self._text
        if preferred_coding(_accepted(Headers(scope=scope)), ("gzip",)):
            content, headers["Content-Encoding"] = self._compressed, "gzip"
        await PlainTextResponse(content, headers=headers)(scope, receive, send)


def _accepted(request: Headers) -> str:
    return ", ".join(request.getlist("accept-encoding"))
