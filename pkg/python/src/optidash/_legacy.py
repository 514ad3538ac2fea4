"""The call style of the first Python client: ``(error, metadata)`` in place of exceptions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import closing
from typing import Any

import httpx

from ._api import Api, settings_of
from ._body import Upload
from ._call import Private
from ._errors import OptidashError
from ._exchange import Description
from ._options import Options
from ._request import Builder, Chain
from ._steps import Steps, run
from ._transport import SyncHost, certificates


class _ElsewhereApi(Api):
    """Sends every request to one address."""

    def __init__(self, settings: Private, host: SyncHost, endpoint: str) -> None:
        super().__init__(settings, host)
        self._endpoint = endpoint

    def describe(self, operation: str, more: Mapping[str, object], options: Options | None = None) -> Description:
        description = super().describe(operation, more, options)
        return {**description, "url": self._endpoint} if self._endpoint else description


class optidash(Builder["optidash"]):
    """A client in the style of the first release: nothing raises, each end returns the error and the result.

    Every step returns a new value, so one client serves any number of requests.

    Args:
        key: your API key.
        endpoint: replaces the whole address of every request.
    """

    __slots__ = ("_chain", "_endpoint", "_proxies", "_settings")

    def __init__(self, key: str | None = None, endpoint: str = "") -> None:
        self._settings = settings_of(key, None)
        self._chain = Chain()
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
        return self._attempt(lambda api: api.metadata(self._chain.document("json"), self._chain.source, Options()))

    def toFile(self, path: str) -> tuple[Exception | None, Any]:
        """Send the request, stream the image to a file, and return ``(error, metadata)``."""
        return self._attempt(lambda api: api.file(self._chain.document("file"), self._chain.source, path, Options()))

    def toBuffer(self) -> tuple[Exception | None, Any, Any]:
        """Send the request and return ``(error, metadata, data)``."""
        error, image = self._attempt(
            lambda api: api.buffer(self._chain.document("buffer"), self._chain.source, Options())
        )
        return (error, image, None) if error else (None, *image)

    def _attempt(self, send: Callable[[Api], Steps[object]]) -> tuple[Exception | None, Any]:
        try:
            host = SyncHost.of(None, mounts=self._mounts())
            with closing(host.client):
                return None, run(send(_ElsewhereApi(self._settings, host, self._endpoint)))
        except OptidashError as error:
            return error, error.metadata
        except (TypeError, ValueError) as error:
            # A path or a proxy that Python itself refuses.
            return error, None

    def _mounts(self) -> dict[str, httpx.BaseTransport]:
        return {
            scheme if "://" in scheme else f"{scheme}://": httpx.HTTPTransport(verify=certificates(), proxy=proxy)
            for scheme, proxy in self._proxies.items()
        }

    def _with(self, chain: Chain) -> optidash:
        other = optidash()
        other._settings = self._settings
        other._chain = chain
        other._endpoint = self._endpoint
        other._proxies = self._proxies
        return other

    def _step(self, name: str, arguments: tuple[object, ...], upload: Upload | None = None) -> optidash:
        return self._with(self._chain.then(name, arguments, upload))
