"""What the API answers with, and the names in it.

Generated from the core by ``scripts/generate_types.py``: do not edit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, Optional, TypedDict, Union

if TYPE_CHECKING:
    from typing_extensions import NotRequired

__all__ = [
    "Account",
    "Allowance",
    "ApiKey",
    "CreditsAccount",
    "ErrorClass",
    "ErrorCode",
    "ImageMetadata",
    "Metadata",
    "Outcome",
    "OutputMetadata",
    "QuotaAccount",
    "RejectionReason",
    "RenamedKey",
    "RetryReason",
    "Subscription",
    "WebhookListAnswer",
    "WebhookQueryAnswer",
    "WebhookRecord",
    "WebhookState",
]

WebhookState = Union[Literal[
    "created",
    "scheduled",
    "dispatched",
    "delivered",
    "failed",
], str]
"""The state of a webhook.

- `created`: The request was accepted.
- `scheduled`: The notification waits for its time.
- `dispatched`: The notification is on its way.
- `delivered`: The endpoint took the notification.
- `failed`: The endpoint did not take the notification.
"""

RejectionReason = Literal[
    "method_not_allowed",
    "unknown_sender",
    "untrusted_address",
    "body_too_large",
    "unauthorized",
    "expired_endpoint",
    "unsupported_media_type",
    "malformed_json",
    "invalid_notification",
    "unexpected_id",
]
"""Why a request is no notification.

- `method_not_allowed`: Notifications come by `POST`.
- `unknown_sender`: It cannot be told who sent the request.
- `untrusted_address`: The sender lies outside the networks.
- `body_too_large`: The body is longer than the settings allow.
- `unauthorized`: The credentials of the endpoint are missing or wrong.
- `expired_endpoint`: The signed endpoint was good once.
- `unsupported_media_type`: The body is labelled as something else than JSON.
- `malformed_json`: The body is not JSON.
- `invalid_notification`: The JSON is no notification.
- `unexpected_id`: The caller does not expect that id.
"""

Outcome = Literal[
    "handled",
    "queued",
    "running",
    "duplicate",
    "failed",
]
"""What became of an accepted notification.

- `handled`: The handler finished.
- `queued`: It was stored and is handled later.
- `running`: The deadline passed while the handler runs on.
- `duplicate`: Its id was claimed before.
- `failed`: The handler failed in time, or the store could not be reached; the history is to show it.
"""

RetryReason = Literal[
    "not_retryable",
    "attempts",
    "may_have_been_accepted",
    "not_replayable",
    "deadline",
]
"""Why a request is not repeated.

- `not_retryable`: Another attempt would end as this one.
- `attempts`: There were as many attempts as were asked for.
- `may_have_been_accepted`: The API may have accepted the request, and a second one would have an effect of its own.
- `not_replayable`: The body cannot be sent once more, or a part of the answer has been handed on.
- `deadline`: The wait would not end in time: not within the time that the call may take, or the API asks for a longer
  one than is waited.
"""

ErrorClass = Literal[
    "ValidationError",
    "AuthenticationError",
    "ApiError",
    "RateLimitError",
    "ConnectionError",
    "TimeoutError",
    "UnexpectedResponseError",
    "ImageError",
]
"""The class of an error.

- `ValidationError`: What the caller wrote cannot be sent.
- `AuthenticationError`: The API does not accept the key.
- `ApiError`: The API refused the request.
- `RateLimitError`: The API asks to slow down.
- `ConnectionError`: The API could not be reached, or the connection broke.
- `TimeoutError`: The API did not answer in time.
- `UnexpectedResponseError`: The answer is not one the API gives.
- `ImageError`: The embedded engine cannot read or produce the image.
"""

ErrorCode = Union[Literal[
    "required",
    "wrong_type",
    "out_of_range",
    "unknown_value",
    "misspelt_attribute",
    "unknown_operation",
    "conflict",
    "missing_source",
    "two_sources",
    "invalid_url",
    "unsupported_scheme",
    "insecure_url",
    "invalid_key",
    "invalid_base_url",
    "insecure_base_url",
    "invalid_header",
    "invalid_network",
    "weak_secret",
    "malformed_json",
    "file",
    "unavailable",
    "unauthorized",
    "forbidden",
    "payment_required",
    "not_found",
    "request_timeout",
    "payload_too_large",
    "unsupported_media_type",
    "unprocessable",
    "server_error",
    "api_error",
    "rate_limited",
    "connection_failed",
    "incomplete_body",
    "timed_out",
    "response_too_large",
    "unexpected_document",
    "unexpected_status",
    "malformed_metadata",
    "missing_metadata",
    "missing_image",
    "empty_image",
    "unknown_format",
    "truncated_image",
    "corrupt_image",
    "image_too_large",
    "unsupported_image",
    "unsupported_operation",
], str]
"""What went wrong, to program against.

- `required`: A value without which the rest makes no sense is missing.
- `wrong_type`: A value has another type than its attribute takes.
- `out_of_range`: A number lies outside its range.
- `unknown_value`: A value is none of those that are known, or is written in another form.
- `misspelt_attribute`: A name is not known; the message tells which one was probably meant.
- `unknown_operation`: The name of an operation is a misspelling of a known one.
- `conflict`: Two things that exclude each other were asked for.
- `missing_source`: The request has no image.
- `two_sources`: The request has more than one image.
- `invalid_url`: A URL is not one that RFC 3986 allows, or not absolute.
- `unsupported_scheme`: A URL has another scheme than `http` and `https`.
- `insecure_url`: A download would travel unencrypted.
- `invalid_key`: The API key cannot be one.
- `invalid_base_url`: The base URL holds a query, a fragment or credentials.
- `insecure_base_url`: The API key would travel unencrypted.
- `invalid_header`: A header is not one that RFC 9110 allows.
- `invalid_network`: A network is not an IP address with a prefix length.
- `weak_secret`: The secret of signed endpoints is too short.
- `malformed_json`: Values cannot be written as JSON, or, as `UnexpectedResponseError`, an answer is not JSON.
- `file`: A file or stream of the caller's cannot be read or written.
- `unavailable`: The runtime cannot do what an option asks for; the message says what it takes.
- `unauthorized`: The API does not know the key (401).
- `forbidden`: The key may not do that (403).
- `payment_required`: The quota is used up, or the plan does not include that (402).
- `not_found`: There is no such thing (404).
- `request_timeout`: The API did not get the request in time (408).
- `payload_too_large`: The image is too large (413).
- `unsupported_media_type`: The API does not read that format (415).
- `unprocessable`: The API cannot do what was asked for (422).
- `server_error`: The API failed (500 and above).
- `api_error`: The API refused the request with another status.
- `rate_limited`: There were too many requests (429); `retry_after` tells when to come back, if the API does.
- `connection_failed`: No connection stood, or it broke before the answer came.
- `incomplete_body`: The connection broke in the middle of the answer.
- `timed_out`: A time limit passed: `connect`, `idle` or `total`.
- `response_too_large`: The answer is longer than any that the API gives.
- `unexpected_document`: The answer is JSON of another shape.
- `unexpected_status`: A download was answered with neither a file nor an error.
- `malformed_metadata`: The header that carries the metadata is not JSON, or too long.
- `missing_metadata`: An image came without its metadata.
- `missing_image`: The metadata came without the image.
- `empty_image`: There are no bytes.
- `unknown_format`: The bytes are no image that the embedded engine reads.
- `truncated_image`: The file ends before the image does.
- `corrupt_image`: The file breaks the rules of its format.
- `image_too_large`: The image, or the one to be made, is beyond the limits.
- `unsupported_image`: A kind of its format that the embedded engine does not decode.
- `unsupported_operation`: An operation or a value that the embedded engine does not do.
"""


class ImageMetadata(TypedDict):
    """What is known of an image.

    Source: Responses / JSON.
    """

    name: str
    """File name."""

    format: Union[Literal["JPEG", "PNG", "WEBP", "GIF"], str]
    """The format; the API knows more of them."""

    width: int
    """Pixels."""

    height: int
    """Pixels."""

    colorspace: Union[Literal["YCbCr", "RGB", "Gray", "CMYK"], str]
    """The colour space."""

    interlaced: bool
    """Whether it is progressive or interlaced."""

    sampling: Optional[str]
    """Chroma sampling such as `4:2:0`; null where the format has none."""

    depth: int
    """Bits a pixel."""

    quality: Optional[int]
    """JPEG quality, 1 to 100; null where the format has none."""

    bytes: int
    """Size in bytes."""

    sha1: str
    """40 hexadecimal digits."""


class OutputMetadata(ImageMetadata):
    """The image that the API made.

    Source: Responses / JSON.
    """

    url: str
    """Where it can be fetched: temporary storage, the CDN, or your own storage."""


class Metadata(TypedDict):
    """What the API answers with.

    Source: Responses / JSON.
    """

    success: bool
    """Whether the call succeeded."""

    code: int
    """The HTTP status; 202 when a webhook will follow."""

    id: str
    """Id of the request, the same in the answer and in the notification."""

    message: NotRequired[str]
    """Why it failed."""

    input: NotRequired[ImageMetadata]
    """The image as it came in; not in a 202 answer."""

    output: NotRequired[OutputMetadata]
    """The image as it came out; not in a 202 answer."""


class Allowance(TypedDict):
    """An amount that is used up over time.

    Source: Account / Querying Account.
    """

    total: int
    """All that the plan includes."""

    used: int
    """What is used up."""

    remaining: int
    """`total` less `used`."""


class Subscription(TypedDict):
    """A plan.

    Source: Account / Querying Account.
    """

    name: str
    """Its name, such as `Startup`."""

    period: NotRequired[str]
    """How often it is paid, such as `Monthly`; in the older shape only."""


class QuotaAccount(TypedDict):
    """Plan and quota, in the older of the two shapes that are published.

    Source: Account / Querying Account, older wording.
    """

    success: bool
    """Whether the call succeeded."""

    code: int
    """The HTTP status."""

    company: NotRequired[str]
    """Whose account it is."""

    subscription: Subscription
    """The plan."""

    quota: Allowance
    """Calls."""


class CreditsAccount(TypedDict):
    """Plan and credits, in the newer of the two shapes that are published.

    Source: Account / Querying Account, newer wording.
    """

    success: bool
    """Whether the call succeeded."""

    code: int
    """The HTTP status."""

    subscription: Subscription
    """The plan."""

    credits: Allowance
    """Credits."""


class WebhookRecord(TypedDict):
    """A webhook in the history, which is kept for 60 days.

    Source: Webhooks / Querying Webhooks.
    """

    id: str
    """Id of the request that it reports on."""

    status: WebhookState
    """Its state."""

    created_at: str
    """When it was made, ISO 8601 in UTC."""


class WebhookQueryAnswer(TypedDict):
    """The answer to a query for one webhook.

    Source: Webhooks / Querying Webhooks.
    """

    success: bool
    """Whether the call succeeded."""

    code: int
    """The HTTP status."""

    webhook: WebhookRecord
    """The webhook."""


class WebhookListAnswer(TypedDict):
    """The answer to a query for webhooks; under which name it lists them is not published.

    Source: Webhooks / Querying Webhooks.
    """

    success: bool
    """Whether the call succeeded."""

    code: int
    """The HTTP status."""


class ApiKey(TypedDict):
    """A new API key.

    Source: Blog / Provisioning API and key usage reporting.
    """

    success: bool
    """Whether the call succeeded."""

    name: str
    """Its name."""

    key: str
    """The key itself: a secret that is shown this once."""


class RenamedKey(TypedDict):
    """The answer to a key's renaming, of which only this much is sure.

    Source: Blog / Provisioning API and key usage reporting.
    """

    success: bool
    """Whether the call succeeded."""

    name: NotRequired[str]
    """Its new name."""

    key: NotRequired[str]
    """The key itself: a secret."""


Account = Union[QuotaAccount, CreditsAccount]
"""Plan and what is left of it, in one of the two shapes that are published."""
