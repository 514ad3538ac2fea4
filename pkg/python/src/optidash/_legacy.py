"""The call style of the first Python client: ``(error, metadata)`` in place of exceptions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any, TypeVar

import httpx

from ._client import settings_of
from ._errors import OptidashError
from ._request import Builder, Chain
from ._transport import TIMEOUT, Description, Transport, Upload, certificates

Result = TypeVar("Result")


class optidash(Builder["optidash"]):
    """A client in the style of the first release: nothing raises, each end returns the error and the result.

    Every step returns a new value, so one client serves any number of requests.

    Args:
        key: your API key.
        endpoint: replaces the whole address of every request.
    """

    __slots__ = ("_chain", "_endpoint", "_proxies")

    def __init__(self, key: str | None = None, endpoint: str = "") -> None:
        self._chain = Chain(settings_of(key, None))
        self._endpoint = endpoint
        self._proxies: Mapping[str, str] = {}

    def __repr__(self) -> str:
        return "<optidash.optidash>"

    def setProxy(self, proxy: Mapping[str, str]) -> optidash:
        """Send the request through a proxy, given for each scheme, such as ``{"https": "http://localhost:3128"}``."""
        other = self._with(self._chain)
        other._proxies = dict(proxy)
        return other

    def toJSON(self) -> tuple[Exception | None, Any]:
        """Send the request and return ``(error, metadata)``."""
        return self._attempt("json", lambda transport, description: transport.metadata(description, self._chain.upload))

    def toFile(self, path: str) -> tuple[Exception | None, Any]:
        """Send the request, stream the image to a file, and return ``(error, metadata)``."""
        return self._attempt(
            "file", lambda transport, description: transport.file(description, self._chain.upload, Path(path))
        )

    def toBuffer(self) -> tuple[Exception | None, Any, Any]:
        """Send the request and return ``(error, metadata, data)``."""
        error, image = self._attempt(
            "buffer", lambda transport, description: transport.buffer(description, self._chain.upload)
        )
        return (error, image, None) if error else (None, *image)

    def _attempt(self, response: str, send: Callable[[Transport, Description], object]) -> tuple[Exception | None, Any]:
        try:
            description = self._chain.describe(response)
            if self._endpoint:
                description["url"] = self._endpoint
            with closing(self._client()) as client:
                return None, send(Transport(client), description)
        except OptidashError as error:
            return error, error.metadata
        except (TypeError, ValueError) as error:
            # A path or a proxy that Python itself refuses.
            return error, None

    def _client(self) -> httpx.Client:
        mounts = {
            scheme if "://" in scheme else f"{scheme}://": httpx.HTTPTransport(verify=certificates(), proxy=proxy)
            for scheme, proxy in self._proxies.items()
        }
        return httpx.Client(verify=certificates(), timeout=TIMEOUT, mounts=mounts)

    def _with(self, chain: Chain) -> optidash:
        other = optidash()
        other._chain = chain
        other._endpoint = self._endpoint
        other._proxies = self._proxies
        return other

    def _step(self, name: str, arguments: tuple[object, ...], upload: Upload | None = None) -> optidash:
        return self._with(self._chain.then(name, arguments, upload))
