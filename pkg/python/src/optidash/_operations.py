"""The operations and their attributes.

Generated from the core by ``scripts/generate_types.py``: do not edit.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Generic, Literal, TypedDict, TypeVar, Union

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from ._transport import Upload

Built = TypeVar("Built")

__all__ = [
    "Adjust",
    "Auto",
    "Border",
    "Cdn",
    "Crop",
    "Filter",
    "FilterBlur",
    "Flip",
    "Mask",
    "Operations",
    "Optimize",
    "Output",
    "Padding",
    "Resize",
    "Scale",
    "Store",
    "Watermark",
    "Webhook",
]


class Optimize(TypedDict, total=False):
    """The attributes of `optimize`."""

    compression: Union[Literal["lossless", "low", "medium", "high"], str]
    """How much quality may be given up for a smaller file; the Grunt and Gulp clients send `medium` unless told."""


class Flip(TypedDict, total=False):
    """The attributes of `flip`."""

    horizontal: bool
    """Whether left and right change places. Default: false. Source: embedded engine."""

    vertical: bool
    """Whether top and bottom change places. Default: false. Source: embedded engine."""

    mode: Union[Literal["horizontal", "vertical", "both"], str]
    """The same in one word. Source: embedded engine."""


class Resize(TypedDict, total=False):
    """The attributes of `resize`."""

    mode: Union[Literal["auto", "fit", "exact", "fill", "landscape", "portrait"], str]
    """How the image meets the frame: `auto` fits inside it, `fit` covers it and crops the rest, `exact` stretches,
    `fill` fits inside and pads, `landscape` takes the width, `portrait` the height. Default: "auto". Source:
    Operations / Resizing for `auto` and `fit`; section.io's manual of the same API for the others.
    """

    width: int
    """Width of the frame in pixels. From 1 up."""

    height: int
    """Height of the frame in pixels. From 1 up."""

    gravity: Union[Literal["center", "top-left", "top", "top-right", "right", "bottom-right", "bottom", "bottom-left", "left", "face", "faces"], str]
    """The part that mode `fit` keeps when it crops; `face` and `faces` fall back to the centre when no face is
    found. Default: "center".
    """

    upscale: bool
    """Whether images smaller than the frame are enlarged. Default: true."""

    background: Any
    """The colour that mode `fill` pads with; the API's format is not documented, the embedded engine takes a hex
    colour. Source: embedded engine.
    """


class Scale(TypedDict, total=False):
    """The attributes of `scale`."""

    size: float
    """The factor; 0.5 halves width and height."""

    ratio: float
    """Height divided by width; 1.0 keeps the proportions. Default: 1.0."""


class Crop(TypedDict, total=False):
    """The attributes of `crop`."""

    mode: Union[Literal["rect", "ratio", "face"], str]
    """What is cut out: a rectangle, the largest part with a ratio, or a face."""

    width: int
    """Width of the rectangle in pixels. From 1 up."""

    height: int
    """Height of the rectangle in pixels. From 1 up."""

    x: int
    """Pixels from the left edge; takes the place of `gravity`. From 0 up."""

    y: int
    """Pixels from the top edge; takes the place of `gravity`. From 0 up."""

    ratio: str
    """Width to height, such as "4:3"."""

    gravity: Union[Literal["center", "top-left", "top", "top-right", "right", "bottom-right", "bottom", "bottom-left", "left"], str]
    """Where the part lies in the image. Default: "center"."""


class Watermark(TypedDict, total=False):
    """The attributes of `watermark`."""

    id: str
    """The id of a watermark image uploaded to the account beforehand."""

    gravity: Union[Literal["center", "top-left", "top", "top-right", "right", "bottom-right", "bottom", "bottom-left", "left"], str]
    """Where the watermark lies. Default: "center"."""

    padding: int
    """Pixels between the watermark and the edge of the image. From 1 up."""


class Mask(TypedDict, total=False):
    """The attributes of `mask`."""

    shape: Union[Literal["ellipse"], str]
    """The shape, inscribed in the image."""

    background: str
    """The colour outside the shape: by default transparent, and white in formats without transparency."""


class FilterBlur(TypedDict, total=False):
    """The attributes of `filter.blur`."""

    mode: Union[Literal["gaussian"], str]
    """How it blurs."""

    value: float
    """How much."""


class Filter(TypedDict, total=False):
    """The attributes of `filter`."""

    blur: Union[FilterBlur, Any]
    """Blurs, such as {"mode": "gaussian", "value": 10}. In the embedded engine, where the number alone will do, it
    is the standard deviation in pixels.
    """


class Adjust(TypedDict, total=False):
    """The attributes of `adjust`."""

    unsharp: Any
    """Sharpens, such as 10. In the embedded engine from 0 to 100; 20 adds the difference from a blurred copy once."""


class Auto(TypedDict, total=False):
    """The attributes of `auto`."""

    enhance: Any
    """`true` to enhance."""


class Border(TypedDict, total=False):
    """The attributes of `border`."""

    size: int
    """Its width in pixels; the image grows by it on every side. From 0 to 65535. Source: embedded engine."""

    color: str
    """Its colour. Default: "#000000". Source: embedded engine."""


class Padding(TypedDict, total=False):
    """The attributes of `padding`."""

    size: int
    """Pixels on every side. From 0 to 65535. Source: embedded engine."""

    top: int
    """Pixels above, in place of `size`. From 0 to 65535. Source: embedded engine."""

    right: int
    """Pixels to the right, in place of `size`. From 0 to 65535. Source: embedded engine."""

    bottom: int
    """Pixels below, in place of `size`. From 0 to 65535. Source: embedded engine."""

    left: int
    """Pixels to the left, in place of `size`. From 0 to 65535. Source: embedded engine."""

    background: str
    """The colour of that room: by default transparent, and white in formats without transparency. Source: embedded
    engine.
    """


_Store = TypedDict("_Store", {"class": Union[Literal["standard", "reduced-redundancy", "standard-ia", "onezone-ia", "intelligent-tiering", "glacier", "deep-archive"], str]}, total=False)


class Store(_Store, total=False):
    """The attributes of `store`."""

    provider: Union[Literal["aws", "google", "digitalocean", "azure"], str]
    """The storage provider."""

    id: str
    """The id of a saved connector; takes the place of provider and credentials."""

    key: str
    """The access key; required without `id`."""

    secret: str
    """The secret that belongs to `key`; required without `id`, except with Azure."""

    account: str
    """Azure: the name of the storage account, in place of `secret`. Source: Storage / Microsoft Azure Storage."""

    bucket: str
    """The bucket; required without `id`, except with Azure."""

    container: str
    """Azure: the container, in place of `bucket`. Source: Storage / Microsoft Azure Storage."""

    region: str
    """The region of the bucket; required with AWS and DigitalOcean, without `id`."""

    path: str
    """Where the output goes, without a leading slash; the root by default."""

    acl: str
    """AWS and DigitalOcean: who may read the output. Default: "public-read"."""

    metadata: Mapping[str, Any]
    """Metadata of your own, stored with the output."""

    headers: Mapping[str, Any]
    """HTTP headers that the storage serves the output with; with Azure `Cache-Control`, `Content-Type`, `Content-
    Encoding`, `Content-Language` and `Content-Disposition`.
    """


class Output(TypedDict, total=False):
    """The attributes of `output`."""

    format: Union[Literal["jpg", "png", "webp", "gif", "jp2"], str]
    """The format; the input's by default."""

    quality: int
    """JPEG quality; 70 to 90 is the usable range. From 1 to 100."""

    encoding: Union[Literal["baseline", "progressive"], str]
    """How a JPEG is encoded."""


class Webhook(TypedDict, total=False):
    """The attributes of `webhook`."""

    url: str
    """The endpoint; it may carry Basic Auth credentials and a query. Required."""

    delay: int
    """Seconds to wait after processing, up to a week; at once by default. From 1 to 604800."""


class Cdn(TypedDict, total=False):
    """The attributes of `cdn`."""

    push: bool
    """`false` keeps this output out of the CDN."""


class Operations(TypedDict, total=False):
    """Operations by name."""

    optimize: Union[Optimize, Mapping[str, Any]]
    """Makes the file smaller."""

    flip: Union[Flip, Mapping[str, Any]]
    """Mirrors the image."""

    resize: Union[Resize, Mapping[str, Any]]
    """Resizes the image to a width and a height."""

    scale: Union[Scale, Mapping[str, Any]]
    """Scales the image by a factor."""

    crop: Union[Crop, Mapping[str, Any]]
    """Cuts out a part of the image."""

    watermark: Union[Watermark, Mapping[str, Any]]
    """Lays a watermark image over the image."""

    mask: Union[Mask, Mapping[str, Any]]
    """Cuts a shape out of the image; what lies outside becomes the background."""

    filter: Union[Filter, Mapping[str, Any]]
    """Applies a filter; earlier called `stylize`."""

    adjust: Union[Adjust, Mapping[str, Any]]
    """Adjusts visual parameters."""

    auto: Union[Auto, Mapping[str, Any]]
    """Enhances the image by itself."""

    border: Union[Border, Mapping[str, Any]]
    """Draws a border around the image."""

    padding: Union[Padding, Mapping[str, Any]]
    """Leaves room around the image and its border."""

    store: Union[Store, Mapping[str, Any]]
    """Stores the output in external storage."""

    output: Union[Output, Mapping[str, Any]]
    """Sets format, quality and encoding of the output."""

    webhook: Union[Webhook, Mapping[str, Any]]
    """Has the result reported to an endpoint; the call is answered at once with 202 and an id."""

    cdn: Union[Cdn, Mapping[str, Any]]
    """Controls the delivery of the output by the CDN."""


def merged(name: str, attributes: Any, more: Mapping[str, object]) -> Any:
    """The attributes given as a dict and those given as keywords, in this order; what is no dict stays as it is."""
    if not more:
        return attributes
    twice = sorted(set(attributes).intersection(more))
    if twice:
        raise TypeError(f"{name}() got multiple values for attribute {twice[0]!r}")
    return {**attributes, **more}


class OperationMethods(Generic[Built]):
    """A method for each operation."""

    __slots__ = ()

    def _step(self, name: str, arguments: tuple[object, ...], upload: Upload | None = None) -> Built:
        raise NotImplementedError

    def optimize(self, attributes: Union[Optimize, Mapping[str, Any]] = {}, /, **more: Unpack[Optimize]) -> Built:
        """Makes the file smaller.

        Attributes, as a dict or as keyword arguments:
            compression: How much quality may be given up for a smaller file; the Grunt and Gulp clients send
                `medium` unless told.

        Source: README of the Grunt and Gulp clients.
        """
        return self._step("optimize", (merged("optimize", attributes, more),))

    def flip(self, attributes: Union[Flip, Mapping[str, Any]] = {}, /, **more: Unpack[Flip]) -> Built:
        """Mirrors the image.

        Attributes, as a dict or as keyword arguments:
            horizontal: Whether left and right change places. Default: false. Source: embedded engine.
            vertical: Whether top and bottom change places. Default: false. Source: embedded engine.
            mode: The same in one word. Source: embedded engine.

        Source: official clients.
        """
        return self._step("flip", (merged("flip", attributes, more),))

    def resize(self, attributes: Union[Resize, Mapping[str, Any]] = {}, /, **more: Unpack[Resize]) -> Built:
        """Resizes the image to a width and a height.

        Attributes, as a dict or as keyword arguments:
            mode: How the image meets the frame: `auto` fits inside it, `fit` covers it and crops the rest, `exact`
                stretches, `fill` fits inside and pads, `landscape` takes the width, `portrait` the height. Default:
                "auto". Source: Operations / Resizing for `auto` and `fit`; section.io's manual of the same API for the
                others.
            width: Width of the frame in pixels. From 1 up.
            height: Height of the frame in pixels. From 1 up.
            gravity: The part that mode `fit` keeps when it crops; `face` and `faces` fall back to the centre when no
                face is found. Default: "center".
            upscale: Whether images smaller than the frame are enlarged. Default: true.
            background: The colour that mode `fill` pads with; the API's format is not documented, the embedded
                engine takes a hex colour. Source: embedded engine.

        Source: Operations / Resizing.
        """
        return self._step("resize", (merged("resize", attributes, more),))

    def scale(self, attributes: Union[Scale, Mapping[str, Any]] = {}, /, **more: Unpack[Scale]) -> Built:
        """Scales the image by a factor.

        Attributes, as a dict or as keyword arguments:
            size: The factor; 0.5 halves width and height.
            ratio: Height divided by width; 1.0 keeps the proportions. Default: 1.0.

        Source: Operations / Scaling.
        """
        return self._step("scale", (merged("scale", attributes, more),))

    def crop(self, attributes: Union[Crop, Mapping[str, Any]] = {}, /, **more: Unpack[Crop]) -> Built:
        """Cuts out a part of the image.

        Attributes, as a dict or as keyword arguments:
            mode: What is cut out: a rectangle, the largest part with a ratio, or a face.
            width: Width of the rectangle in pixels. From 1 up.
            height: Height of the rectangle in pixels. From 1 up.
            x: Pixels from the left edge; takes the place of `gravity`. From 0 up.
            y: Pixels from the top edge; takes the place of `gravity`. From 0 up.
            ratio: Width to height, such as "4:3".
            gravity: Where the part lies in the image. Default: "center".

        Source: Operations / Cropping.
        """
        return self._step("crop", (merged("crop", attributes, more),))

    def watermark(self, attributes: Union[Watermark, Mapping[str, Any]] = {}, /, **more: Unpack[Watermark]) -> Built:
        """Lays a watermark image over the image.

        Attributes, as a dict or as keyword arguments:
            id: The id of a watermark image uploaded to the account beforehand.
            gravity: Where the watermark lies. Default: "center".
            padding: Pixels between the watermark and the edge of the image. From 1 up.

        Source: Operations / Watermarking.
        """
        return self._step("watermark", (merged("watermark", attributes, more),))

    def mask(self, attributes: Union[Mask, Mapping[str, Any]] = {}, /, **more: Unpack[Mask]) -> Built:
        """Cuts a shape out of the image; what lies outside becomes the background.

        Attributes, as a dict or as keyword arguments:
            shape: The shape, inscribed in the image.
            background: The colour outside the shape: by default transparent, and white in formats without
                transparency.

        Source: Operations / Masking.
        """
        return self._step("mask", (merged("mask", attributes, more),))

    def filter(self, attributes: Union[Filter, Mapping[str, Any]] = {}, /, **more: Unpack[Filter]) -> Built:
        """Applies a filter; earlier called `stylize`.

        Attributes, as a dict or as keyword arguments:
            blur: Blurs, such as {"mode": "gaussian", "value": 10}. In the embedded engine, where the number alone
                will do, it is the standard deviation in pixels.

        Source: READMEs of the official clients.
        """
        return self._step("filter", (merged("filter", attributes, more),))

    def adjust(self, attributes: Union[Adjust, Mapping[str, Any]] = {}, /, **more: Unpack[Adjust]) -> Built:
        """Adjusts visual parameters.

        Attributes, as a dict or as keyword arguments:
            unsharp: Sharpens, such as 10. In the embedded engine from 0 to 100; 20 adds the difference from a
                blurred copy once.

        Source: READMEs of the official clients.
        """
        return self._step("adjust", (merged("adjust", attributes, more),))

    def auto(self, attributes: Union[Auto, Mapping[str, Any]] = {}, /, **more: Unpack[Auto]) -> Built:
        """Enhances the image by itself.

        Attributes, as a dict or as keyword arguments:
            enhance: `true` to enhance.

        Source: READMEs of the official clients.
        """
        return self._step("auto", (merged("auto", attributes, more),))

    def border(self, attributes: Union[Border, Mapping[str, Any]] = {}, /, **more: Unpack[Border]) -> Built:
        """Draws a border around the image.

        Attributes, as a dict or as keyword arguments:
            size: Its width in pixels; the image grows by it on every side. From 0 to 65535. Source: embedded engine.
            color: Its colour. Default: "#000000". Source: embedded engine.

        Source: official clients.
        """
        return self._step("border", (merged("border", attributes, more),))

    def padding(self, attributes: Union[Padding, Mapping[str, Any]] = {}, /, **more: Unpack[Padding]) -> Built:
        """Leaves room around the image and its border.

        Attributes, as a dict or as keyword arguments:
            size: Pixels on every side. From 0 to 65535. Source: embedded engine.
            top: Pixels above, in place of `size`. From 0 to 65535. Source: embedded engine.
            right: Pixels to the right, in place of `size`. From 0 to 65535. Source: embedded engine.
            bottom: Pixels below, in place of `size`. From 0 to 65535. Source: embedded engine.
            left: Pixels to the left, in place of `size`. From 0 to 65535. Source: embedded engine.
            background: The colour of that room: by default transparent, and white in formats without transparency.
                Source: embedded engine.

        Source: official clients.
        """
        return self._step("padding", (merged("padding", attributes, more),))

    def store(self, attributes: Union[Store, Mapping[str, Any]] = {}, /, **more: Unpack[Store]) -> Built:
        """Stores the output in external storage.

        Attributes, as a dict or as keyword arguments:
            provider: The storage provider.
            id: The id of a saved connector; takes the place of provider and credentials.
            key: The access key; required without `id`.
            secret: The secret that belongs to `key`; required without `id`, except with Azure.
            account: Azure: the name of the storage account, in place of `secret`. Source: Storage / Microsoft Azure
                Storage.
            bucket: The bucket; required without `id`, except with Azure.
            container: Azure: the container, in place of `bucket`. Source: Storage / Microsoft Azure Storage.
            region: The region of the bucket; required with AWS and DigitalOcean, without `id`.
            path: Where the output goes, without a leading slash; the root by default.
            acl: AWS and DigitalOcean: who may read the output. Default: "public-read".
            class: AWS: the storage class. Default: "standard". Source: Storage / AWS S3.
            metadata: Metadata of your own, stored with the output.
            headers: HTTP headers that the storage serves the output with; with Azure `Cache-Control`, `Content-
                Type`, `Content-Encoding`, `Content-Language` and `Content-Disposition`.

        Source: Storage / AWS S3, Google Cloud Storage, DigitalOcean Spaces, Microsoft Azure Storage.
        """
        return self._step("store", (merged("store", attributes, more),))

    def output(self, attributes: Union[Output, Mapping[str, Any]] = {}, /, **more: Unpack[Output]) -> Built:
        """Sets format, quality and encoding of the output.

        Attributes, as a dict or as keyword arguments:
            format: The format; the input's by default.
            quality: JPEG quality; 70 to 90 is the usable range. From 1 to 100.
            encoding: How a JPEG is encoded.

        Source: Output settings.
        """
        return self._step("output", (merged("output", attributes, more),))

    def webhook(self, attributes: Union[Webhook, Mapping[str, Any]] = {}, /, **more: Unpack[Webhook]) -> Built:
        """Has the result reported to an endpoint; the call is answered at once with 202 and an id.

        Attributes, as a dict or as keyword arguments:
            url: The endpoint; it may carry Basic Auth credentials and a query. Required.
            delay: Seconds to wait after processing, up to a week; at once by default. From 1 to 604800.

        Source: Responses / Webhooks.
        """
        return self._step("webhook", (merged("webhook", attributes, more),))

    def cdn(self, attributes: Union[Cdn, Mapping[str, Any]] = {}, /, **more: Unpack[Cdn]) -> Built:
        """Controls the delivery of the output by the CDN.

        Attributes, as a dict or as keyword arguments:
            push: `false` keeps this output out of the CDN.

        Source: CDN / Overview.
        """
        return self._step("cdn", (merged("cdn", attributes, more),))
