//! The table itself, in the order in which the official clients declare their methods.

use crate::protocol::WEBHOOK_DELAY_SECONDS;

use super::{Attribute, Kind, Operation, Requirement, Sample};

const GRAVITIES: &[&str] =
    &["center", "top-left", "top", "top-right", "right", "bottom-right", "bottom", "bottom-left", "left"];
const RESIZE_GRAVITIES: &[&str] = &[
    "center",
    "top-left",
    "top",
    "top-right",
    "right",
    "bottom-right",
    "bottom",
    "bottom-left",
    "left",
    "face",
    "faces",
];
const PIXELS: Kind = Kind::Integer { minimum: 1, maximum: None };
const OFFSET: Kind = Kind::Integer { minimum: 0, maximum: None };

/// The longest side that the embedded engine makes.
const LENGTH: Kind = Kind::Integer { minimum: 0, maximum: Some(65_535) };

/// Where operations are known from whose attributes are not.
const CLIENTS: &str = "official clients";

const AWS: &str = "Storage / AWS S3";
const AZURE: &str = "Storage / Microsoft Azure Storage";

const DELAY: Kind = Kind::Integer {
    minimum: *WEBHOOK_DELAY_SECONDS.start() as i64,
    maximum: Some(*WEBHOOK_DELAY_SECONDS.end() as i64),
};

const fn optional(name: &'static str, kind: Kind, doc: &'static str) -> Attribute {
    Attribute { name, kind, required: false, default: None, doc, source: None, local: false }
}

const fn required(name: &'static str, kind: Kind, doc: &'static str) -> Attribute {
    Attribute { name, kind, required: true, default: None, doc, source: None, local: false }
}

const fn defaulting(name: &'static str, kind: Kind, default: &'static str, doc: &'static str) -> Attribute {
    Attribute { name, kind, required: false, default: Some(default), doc, source: None, local: false }
}

/// An attribute that the embedded engine alone gives a meaning.
const fn local(name: &'static str, kind: Kind, default: Option<&'static str>, doc: &'static str) -> Attribute {
    Attribute { name, kind, required: false, default, doc, source: Some("embedded engine"), local: true }
}

impl Attribute {
    const fn from(self, source: &'static str) -> Self {
        Self { source: Some(source), ..self }
    }
}

const BLUR: &[Attribute] = &[
    optional("mode", Kind::Choice { values: &["gaussian"] }, "How it blurs."),
    optional("value", Kind::Number, "How much."),
];

/// What is needed with a value of an attribute.
const fn with(
    attribute: &'static str,
    value: &'static str,
    needs: &'static [&'static [&'static str]],
    doc: &'static str,
) -> Requirement {
    Requirement { when: Some((attribute, value)), unless: None, needs, doc }
}

impl Requirement {
    const fn unless(self, attribute: &'static str) -> Self {
        Self { unless: Some(attribute), ..self }
    }
}

const RESIZE: &[Requirement] = &[
    with("mode", "fit", &[&["width"], &["height"]], "mode `fit` covers a frame, so it takes both `width` and `height`"),
    with("mode", "auto", &[&["width", "height"]], "mode `auto` takes `width`, `height` or both"),
];

const CROP: &[Requirement] = &[
    with("mode", "rect", &[&["width"], &["height"]], "mode `rect` cuts out a rectangle of `width` and `height`"),
    with("mode", "ratio", &[&["ratio"]], "mode `ratio` takes a `ratio` such as \"4:3\""),
];

const STORE: &[Requirement] = &[
    Requirement {
        when: None,
        unless: Some("id"),
        needs: &[&["provider"]],
        doc: "name the `provider`, or give the `id` of a saved connector",
    },
    with(
        "provider",
        "aws",
        &[&["key"], &["secret"], &["bucket"], &["region"]],
        "provider `aws` takes `key`, `secret`, `bucket` and `region`, or the `id` of a saved connector",
    )
    .unless("id"),
    with(
        "provider",
        "google",
        &[&["key"], &["secret"], &["bucket"]],
        "provider `google` takes `key`, `secret` and `bucket`, or the `id` of a saved connector",
    )
    .unless("id"),
    with(
        "provider",
        "digitalocean",
        &[&["key"], &["secret"], &["bucket"], &["region"]],
        "provider `digitalocean` takes `key`, `secret`, `bucket` and `region`, or the `id` of a saved connector",
    )
    .unless("id"),
    with(
        "provider",
        "azure",
        &[&["key"], &["account"], &["container"]],
        "provider `azure` takes `key`, `account` and `container`, or the `id` of a saved connector",
    )
    .unless("id"),
];

/// What stands in a request beside the operations.
pub const REQUEST: &[Attribute] = &[
    optional("url", Kind::Url, "The public address of the image to fetch; it may carry Basic Auth credentials. Required to fetch, and not there in an upload.")
        .from("Requests / Image Fetch"),
    optional("headers", Kind::Headers, "Headers of the request that fetches the image.").from("Requests / Image Fetch"),
    optional(
        "response",
        Kind::Shown { sample: Sample::Hash { attributes: RESPONSE } },
        "How the answer is wanted; the packages set it.",
    )
    .from("Responses / Binary Responses"),
];

const RESPONSE: &[Attribute] = &[optional(
    "mode",
    Kind::Choice { values: &["binary"] },
    "`binary`: the image itself, with the metadata in a header.",
)];

/// Every operation the official clients know.
pub const OPERATIONS: &[Operation] = &[
    Operation {
        name: "optimize",
        doc: "Makes the file smaller.",
        source: "README of the Grunt and Gulp clients",
        attributes: &[optional(
            "compression",
            Kind::Choice { values: &["lossless", "low", "medium", "high"] },
            "How much quality may be given up for a smaller file; the Grunt and Gulp clients send `medium` unless told.",
        )],
        requirements: &[],
    },
    Operation {
        name: "flip",
        doc: "Mirrors the image.",
        source: CLIENTS,
        attributes: &[
            local("horizontal", Kind::Boolean, Some("false"), "Whether left and right change places."),
            local("vertical", Kind::Boolean, Some("false"), "Whether top and bottom change places."),
            local("mode", Kind::Choice { values: &["horizontal", "vertical", "both"] }, None, "The same in one word."),
        ],
        requirements: &[],
    },
    Operation {
        name: "resize",
        doc: "Resizes the image to a width and a height.",
        source: "Operations / Resizing",
        attributes: &[
            defaulting(
                "mode",
                Kind::Choice { values: &["auto", "fit", "exact", "fill", "landscape", "portrait"] },
                "\"auto\"",
                "How the image meets the frame: `auto` fits inside it, `fit` covers it and crops the rest, `exact` stretches, `fill` fits inside and pads, `landscape` takes the width, `portrait` the height.",
            )
            .from("Operations / Resizing for `auto` and `fit`; section.io's manual of the same API for the others"),
            optional("width", PIXELS, "Width of the frame in pixels."),
            optional("height", PIXELS, "Height of the frame in pixels."),
            defaulting(
                "gravity",
                Kind::Choice { values: RESIZE_GRAVITIES },
                "\"center\"",
                "The part that mode `fit` keeps when it crops; `face` and `faces` fall back to the centre when no face is found.",
            ),
            defaulting("upscale", Kind::Boolean, "true", "Whether images smaller than the frame are enlarged."),
            optional(
                "background",
                Kind::Shown { sample: Sample::Color },
                "The colour that mode `fill` pads with; the API's format is not documented, the embedded engine takes a hex colour.",
            )
            .from("embedded engine"),
        ],
        requirements: RESIZE,
    },
    Operation {
        name: "scale",
        doc: "Scales the image by a factor.",
        source: "Operations / Scaling",
        attributes: &[
            optional("size", Kind::Number, "The factor; 0.5 halves width and height."),
            defaulting("ratio", Kind::Number, "1.0", "Height divided by width; 1.0 keeps the proportions."),
        ],
        requirements: &[],
    },
    Operation {
        name: "crop",
        doc: "Cuts out a part of the image.",
        source: "Operations / Cropping",
        attributes: &[
            optional(
                "mode",
                Kind::Choice { values: &["rect", "ratio", "face"] },
                "What is cut out: a rectangle, the largest part with a ratio, or a face.",
            ),
            optional("width", PIXELS, "Width of the rectangle in pixels."),
            optional("height", PIXELS, "Height of the rectangle in pixels."),
            optional("x", OFFSET, "Pixels from the left edge; takes the place of `gravity`."),
            optional("y", OFFSET, "Pixels from the top edge; takes the place of `gravity`."),
            optional("ratio", Kind::Ratio, "Width to height, such as \"4:3\"."),
            defaulting(
                "gravity",
                Kind::Choice { values: GRAVITIES },
                "\"center\"",
                "Where the part lies in the image.",
            ),
        ],
        requirements: CROP,
    },
    Operation {
        name: "watermark",
        doc: "Lays a watermark image over the image.",
        source: "Operations / Watermarking",
        attributes: &[
            optional("id", Kind::Text, "The id of a watermark image uploaded to the account beforehand."),
            defaulting("gravity", Kind::Choice { values: GRAVITIES }, "\"center\"", "Where the watermark lies."),
            optional("padding", PIXELS, "Pixels between the watermark and the edge of the image."),
        ],
        requirements: &[],
    },
    Operation {
        name: "mask",
        doc: "Cuts a shape out of the image; what lies outside becomes the background.",
        source: "Operations / Masking",
        attributes: &[
            optional("shape", Kind::Choice { values: &["ellipse"] }, "The shape, inscribed in the image."),
            optional(
                "background",
                Kind::Color,
                "The colour outside the shape: by default transparent, and white in formats without transparency.",
            ),
        ],
        requirements: &[],
    },
    Operation {
        name: "filter",
        doc: "Applies a filter; earlier called `stylize`.",
        source: "READMEs of the official clients",
        attributes: &[optional(
            "blur",
            Kind::Shown { sample: Sample::Hash { attributes: BLUR } },
            "Blurs, such as {\"mode\": \"gaussian\", \"value\": 10}. In the embedded engine, where the number alone will do, it is the standard deviation in pixels.",
        )],
        requirements: &[],
    },
    Operation {
        name: "adjust",
        doc: "Adjusts visual parameters.",
        source: "READMEs of the official clients",
        attributes: &[optional(
            "unsharp",
            Kind::Shown { sample: Sample::Number },
            "Sharpens, such as 10. In the embedded engine from 0 to 100; 20 adds the difference from a blurred copy once.",
        )],
        requirements: &[],
    },
    Operation {
        name: "auto",
        doc: "Enhances the image by itself.",
        source: "READMEs of the official clients",
        attributes: &[optional("enhance", Kind::Shown { sample: Sample::Boolean }, "`true` to enhance.")],
        requirements: &[],
    },
    Operation {
        name: "border",
        doc: "Draws a border around the image.",
        source: CLIENTS,
        attributes: &[
            local("size", LENGTH, None, "Its width in pixels; the image grows by it on every side."),
            local("color", Kind::Color, Some("\"#000000\""), "Its colour."),
        ],
        requirements: &[],
    },
    Operation {
        name: "padding",
        doc: "Leaves room around the image and its border.",
        source: CLIENTS,
        attributes: &[
            local("size", LENGTH, None, "Pixels on every side."),
            local("top", LENGTH, None, "Pixels above, in place of `size`."),
            local("right", LENGTH, None, "Pixels to the right, in place of `size`."),
            local("bottom", LENGTH, None, "Pixels below, in place of `size`."),
            local("left", LENGTH, None, "Pixels to the left, in place of `size`."),
            local(
                "background",
                Kind::Color,
                None,
                "The colour of that room: by default transparent, and white in formats without transparency.",
            ),
        ],
        requirements: &[],
    },
    Operation {
        name: "store",
        doc: "Stores the output in external storage.",
        source: "Storage / AWS S3, Google Cloud Storage, DigitalOcean Spaces, Microsoft Azure Storage",
        attributes: &[
            optional(
                "provider",
                Kind::Choice { values: &["aws", "google", "digitalocean", "azure"] },
                "The storage provider.",
            ),
            optional("id", Kind::Text, "The id of a saved connector; takes the place of provider and credentials."),
            optional("key", Kind::Text, "The access key; required without `id`."),
            optional("secret", Kind::Text, "The secret that belongs to `key`; required without `id`, except with Azure."),
            optional("account", Kind::Text, "Azure: the name of the storage account, in place of `secret`.").from(AZURE),
            optional("bucket", Kind::Text, "The bucket; required without `id`, except with Azure."),
            optional("container", Kind::Text, "Azure: the container, in place of `bucket`.").from(AZURE),
            optional("region", Kind::Text, "The region of the bucket; required with AWS and DigitalOcean, without `id`."),
            optional("path", Kind::Path, "Where the output goes, without a leading slash; the root by default."),
            defaulting("acl", Kind::Text, "\"public-read\"", "AWS and DigitalOcean: who may read the output."),
            defaulting(
                "class",
                Kind::Choice {
                    values: &[
                        "standard",
                        "reduced-redundancy",
                        "standard-ia",
                        "onezone-ia",
                        "intelligent-tiering",
                        "glacier",
                        "deep-archive",
                    ],
                },
                "\"standard\"",
                "AWS: the storage class.",
            )
            .from(AWS),
            optional("metadata", Kind::Hash, "Metadata of your own, stored with the output."),
            optional(
                "headers",
                Kind::Hash,
                "HTTP headers that the storage serves the output with; with Azure `Cache-Control`, `Content-Type`, `Content-Encoding`, `Content-Language` and `Content-Disposition`.",
            ),
        ],
        requirements: STORE,
    },
    Operation {
        name: "output",
        doc: "Sets format, quality and encoding of the output.",
        source: "Output settings",
        attributes: &[
            optional(
                "format",
                Kind::Choice { values: &["jpg", "png", "webp", "gif", "jp2"] },
                "The format; the input's by default.",
            ),
            optional(
                "quality",
                Kind::Integer { minimum: 1, maximum: Some(100) },
                "JPEG quality; 70 to 90 is the usable range.",
            ),
            optional("encoding", Kind::Choice { values: &["baseline", "progressive"] }, "How a JPEG is encoded."),
        ],
        requirements: &[],
    },
    Operation {
        name: "webhook",
        doc: "Has the result reported to an endpoint; the call is answered at once with 202 and an id.",
        source: "Responses / Webhooks",
        attributes: &[
            required("url", Kind::Url, "The endpoint; it may carry Basic Auth credentials and a query."),
            optional("delay", DELAY, "Seconds to wait after processing, up to a week; at once by default."),
        ],
        requirements: &[],
    },
    Operation {
        name: "cdn",
        doc: "Controls the delivery of the output by the CDN.",
        source: "CDN / Overview",
        attributes: &[optional("push", Kind::Boolean, "`false` keeps this output out of the CDN.")],
        requirements: &[],
    },
];
