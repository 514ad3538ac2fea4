"""The Optidash image API: requests, webhooks, and the image engine itself.

from optidash import Optidash

with Optidash("your-api-key") as client:
    metadata = client.fetch("https://www.website.com/image.jpg").resize(width=100, height=75).to_json()
"""

from ._api import PastWebhook
from ._batch import BatchResult
from ._client import AsyncKeys, AsyncOptidash, Keys, Optidash
from ._errors import (
    ApiError,
    AuthenticationError,
    ConnectionError,
    ImageError,
    OptidashError,
    RateLimitError,
    TimeoutError,
    UnexpectedResponseError,
    ValidationError,
)
from ._image import Transformed, output_size, read_metadata, transform
from ._legacy import optidash
from ._options import CallOptions, Hooks, Progress, RequestEvent, ResponseEvent, RetryEvent, Timeouts
from ._receiver import Notification, Receiver, Rejection
from ._request import AsyncRequest, Image, Request

__all__ = [
    "ApiError",
    "AsyncKeys",
    "AsyncOptidash",
    "AsyncRequest",
    "AuthenticationError",
    "BatchResult",
    "CallOptions",
    "ConnectionError",
    "Hooks",
    "Image",
    "ImageError",
    "Keys",
    "Notification",
    "Optidash",
    "OptidashError",
    "PastWebhook",
    "Progress",
    "RateLimitError",
    "Receiver",
    "Rejection",
    "Request",
    "RequestEvent",
    "ResponseEvent",
    "RetryEvent",
    "TimeoutError",
    "Timeouts",
    "Transformed",
    "UnexpectedResponseError",
    "ValidationError",
    "optidash",
    "output_size",
    "read_metadata",
    "transform",
]
