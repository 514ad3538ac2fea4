"""The Optidash image API: requests, webhooks, and the image engine itself.

from optidash import Optidash

with Optidash("your-api-key") as client:
    metadata = client.fetch("https://www.website.com/image.jpg").resize(width=100, height=75).to_json()
"""

from ._client import Optidash, PastWebhook
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
from ._receiver import Notification, Receiver, Rejection
from ._request import Image, Request

__all__ = [
    "ApiError",
    "AuthenticationError",
    "ConnectionError",
    "Image",
    "ImageError",
    "Notification",
    "Optidash",
    "OptidashError",
    "PastWebhook",
    "RateLimitError",
    "Receiver",
    "Rejection",
    "Request",
    "TimeoutError",
    "Transformed",
    "UnexpectedResponseError",
    "ValidationError",
    "optidash",
    "output_size",
    "read_metadata",
    "transform",
]
