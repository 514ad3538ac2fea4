//! What the API answers with: the documents that packages hand on as they are, and the names in them.
//!
//! Packages generate their types from this table. What the API sends beyond it is handed on all the same.

use serde::Serialize;
use serde_json::Value;

use crate::error::{CODES, Class};
use crate::protocol::{WEBHOOK_STATE_MEANINGS, WEBHOOK_STATES};
use crate::{retry, webhook};

/// The shape of a document.
#[derive(Debug, Serialize)]
pub struct Document {
    /// The name of its type.
    pub name: &'static str,
    /// What it is.
    pub doc: &'static str,
    /// Where that is documented.
    pub source: &'static str,
    /// The document whose fields it has too.
    pub extends: Option<&'static str>,
    /// Its fields.
    pub fields: &'static [Field],
}

/// A field of a document.
#[derive(Debug, Serialize)]
pub struct Field {
    /// Its name.
    pub name: &'static str,
    /// What it holds.
    #[serde(flatten)]
    pub kind: Kind,
    /// Whether it may be missing.
    pub optional: bool,
    /// Whether it may be null.
    pub nullable: bool,
    /// What it means.
    pub doc: &'static str,
}

/// What a field holds.
#[derive(Debug, Clone, Copy, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Kind {
    /// `true` or `false`.
    Boolean,
    /// A whole number.
    Integer,
    /// Text.
    Text,
    /// Text that is one of these, as far as is known.
    Choice {
        /// The known values.
        values: &'static [&'static str],
    },
    /// One of the names of a list.
    Named {
        /// The list.
        list: &'static str,
    },
    /// A document.
    Document {
        /// Its type.
        document: &'static str,
    },
    /// Nothing: this one of two published shapes lacks the field.
    Absent,
}

/// A document that comes in several shapes.
#[derive(Debug, Serialize)]
pub struct Union {
    /// The name of its type.
    pub name: &'static str,
    /// What it is.
    pub doc: &'static str,
    /// Its shapes.
    pub documents: &'static [&'static str],
}

/// Names that programs compare with.
#[derive(Debug, Serialize)]
pub struct Names {
    /// The name of their type.
    pub name: &'static str,
    /// What they are.
    pub doc: &'static str,
    /// Whether there may be others, such as those that the API adds.
    pub open: bool,
    /// The names, in a sensible order.
    pub values: Vec<Name>,
}

/// One of several names.
#[derive(Debug, Serialize)]
pub struct Name {
    /// The name.
    pub name: String,
    /// What it means.
    pub doc: &'static str,
}

/// Everything that answers are made of.
#[derive(Debug, Serialize)]
pub struct Answers {
    /// The documents.
    pub documents: &'static [Document],
    /// Those in several shapes.
    pub unions: &'static [Union],
    /// The names.
    pub names: Vec<Names>,
}

/// Everything that answers are made of.
#[must_use]
pub fn answers() -> Answers {
    Answers { documents: DOCUMENTS, unions: UNIONS, names: names() }
}

fn names() -> Vec<Names> {
    let states = WEBHOOK_STATES.iter().zip(WEBHOOK_STATE_MEANINGS);
    let states = states.map(|(name, doc)| Name { name: (*name).to_owned(), doc });
    let codes = CODES.iter().map(|code| Name { name: code.name.to_owned(), doc: code.doc });
    let list = |name, doc, open, values| Names { name, doc, open, values };
    vec![
        list("WebhookState", "The state of a webhook.", true, states.collect()),
        list("RejectionReason", "Why a request is no notification.", false, words(webhook::Reason::MEANINGS)),
        list("Outcome", "What became of an accepted notification.", false, words(webhook::Outcome::MEANINGS)),
        list("RetryReason", "Why a request is not repeated.", false, words(retry::Reason::MEANINGS)),
        list("ErrorClass", "The class of an error.", false, words(Class::MEANINGS)),
        list("ErrorCode", "What went wrong, to program against.", true, codes.collect()),
    ]
}

fn words<Word: Serialize>(meanings: &[(Word, &'static str)]) -> Vec<Name> {
    let name = |word: &Word| serde_json::to_value(word).ok().as_ref().and_then(Value::as_str).map(str::to_owned);
    meanings.iter().filter_map(|(word, doc)| Some(Name { name: name(word)?, doc })).collect()
}

const fn field(name: &'static str, kind: Kind, doc: &'static str) -> Field {
    Field { name, kind, optional: false, nullable: false, doc }
}

impl Field {
    const fn optional(self) -> Self {
        Self { optional: true, ..self }
    }

    const fn nullable(self) -> Self {
        Self { nullable: true, ..self }
    }
}

const ALLOWANCE: Kind = Kind::Document { document: "Allowance" };
const SUCCESS: Field = field("success", Kind::Boolean, "Whether the call succeeded.");
const CODE: Field = field("code", Kind::Integer, "The HTTP status.");

const DOCUMENTS: &[Document] = &[
    Document {
        name: "ImageMetadata",
        doc: "What is known of an image.",
        source: "Responses / JSON",
        extends: None,
        fields: &[
            field("name", Kind::Text, "File name."),
            field(
                "format",
                Kind::Choice { values: &["JPEG", "PNG", "WEBP", "GIF"] },
                "The format; the API knows more of them.",
            ),
            field("width", Kind::Integer, "Pixels."),
            field("height", Kind::Integer, "Pixels."),
            field("colorspace", Kind::Choice { values: &["YCbCr", "RGB", "Gray", "CMYK"] }, "The colour space."),
            field("interlaced", Kind::Boolean, "Whether it is progressive or interlaced."),
            field("sampling", Kind::Text, "Chroma sampling such as `4:2:0`; null where the format has none.")
                .nullable(),
            field("depth", Kind::Integer, "Bits a pixel."),
            field("quality", Kind::Integer, "JPEG quality, 1 to 100; null where the format has none.").nullable(),
            field("bytes", Kind::Integer, "Size in bytes."),
            field("sha1", Kind::Text, "40 hexadecimal digits."),
        ],
    },
    Document {
        name: "OutputMetadata",
        doc: "The image that the API made.",
        source: "Responses / JSON",
        extends: Some("ImageMetadata"),
        fields: &[field(
            "url",
            Kind::Text,
            "Where it can be fetched: temporary storage, the CDN, or your own storage.",
        )],
    },
    Document {
        name: "Metadata",
        doc: "What the API answers with.",
        source: "Responses / JSON",
        extends: None,
        fields: &[
            SUCCESS,
            field("code", Kind::Integer, "The HTTP status; 202 when a webhook will follow."),
            field("id", Kind::Text, "Id of the request, the same in the answer and in the notification."),
            field("message", Kind::Text, "Why it failed.").optional(),
            field(
                "input",
                Kind::Document { document: "ImageMetadata" },
                "The image as it came in; not in a 202 answer.",
            )
            .optional(),
            field(
                "output",
                Kind::Document { document: "OutputMetadata" },
                "The image as it came out; not in a 202 answer.",
            )
            .optional(),
        ],
    },
    Document {
        name: "Allowance",
        doc: "An amount that is used up over time.",
        source: "Account / Querying Account",
        extends: None,
        fields: &[
            field("total", Kind::Integer, "All that the plan includes."),
            field("used", Kind::Integer, "What is used up."),
            field("remaining", Kind::Integer, "`total` less `used`."),
        ],
    },
    Document {
        name: "Subscription",
        doc: "A plan.",
        source: "Account / Querying Account",
        extends: None,
        fields: &[
            field("name", Kind::Text, "Its name, such as `Startup`."),
            field("period", Kind::Text, "How often it is paid, such as `Monthly`; in the older shape only.").optional(),
        ],
    },
    Document {
        name: "QuotaAccount",
        doc: "Plan and quota, in the older of the two shapes that are published.",
        source: "Account / Querying Account, older wording",
        extends: None,
        fields: &[
            SUCCESS,
            CODE,
            field("company", Kind::Text, "Whose account it is.").optional(),
            field("subscription", Kind::Document { document: "Subscription" }, "The plan."),
            field("quota", ALLOWANCE, "Calls."),
            field("credits", Kind::Absent, "In the newer shape only."),
        ],
    },
    Document {
        name: "CreditsAccount",
        doc: "Plan and credits, in the newer of the two shapes that are published.",
        source: "Account / Querying Account, newer wording",
        extends: None,
        fields: &[
            SUCCESS,
            CODE,
            field("company", Kind::Absent, "In the older shape only."),
            field("subscription", Kind::Document { document: "Subscription" }, "The plan."),
            field("credits", ALLOWANCE, "Credits."),
            field("quota", Kind::Absent, "In the older shape only."),
        ],
    },
    Document {
        name: "WebhookRecord",
        doc: "A webhook in the history, which is kept for 60 days.",
        source: "Webhooks / Querying Webhooks",
        extends: None,
        fields: &[
            field("id", Kind::Text, "Id of the request that it reports on."),
            field("status", Kind::Named { list: "WebhookState" }, "Its state."),
            field("created_at", Kind::Text, "When it was made, ISO 8601 in UTC."),
        ],
    },
    Document {
        name: "WebhookQueryAnswer",
        doc: "The answer to a query for one webhook.",
        source: "Webhooks / Querying Webhooks",
        extends: None,
        fields: &[SUCCESS, CODE, field("webhook", Kind::Document { document: "WebhookRecord" }, "The webhook.")],
    },
    Document {
        name: "WebhookListAnswer",
        doc: "The answer to a query for webhooks; under which name it lists them is not published.",
        source: "Webhooks / Querying Webhooks",
        extends: None,
        fields: &[SUCCESS, CODE],
    },
    Document {
        name: "ApiKey",
        doc: "A new API key.",
        source: "Blog / Provisioning API and key usage reporting",
        extends: None,
        fields: &[
            SUCCESS,
            field("name", Kind::Text, "Its name."),
            field("key", Kind::Text, "The key itself: a secret that is shown this once."),
        ],
    },
    Document {
        name: "RenamedKey",
        doc: "The answer to a key's renaming, of which only this much is sure.",
        source: "Blog / Provisioning API and key usage reporting",
        extends: None,
        fields: &[
            SUCCESS,
            field("name", Kind::Text, "Its new name.").optional(),
            field("key", Kind::Text, "The key itself: a secret.").optional(),
        ],
    },
];

const UNIONS: &[Union] = &[Union {
    name: "Account",
    doc: "Plan and what is left of it, in one of the two shapes that are published.",
    documents: &["QuotaAccount", "CreditsAccount"],
}];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_type_that_is_named_is_there() {
        let answers = answers();
        let known = |name: &str| answers.documents.iter().any(|document| document.name == name);
        for document in answers.documents {
            assert!(document.extends.is_none_or(known), "{}", document.name);
            for field in document.fields {
                match field.kind {
                    Kind::Document { document } => assert!(known(document), "{document}"),
                    Kind::Named { list } => assert!(answers.names.iter().any(|names| names.name == list), "{list}"),
                    _ => {}
                }
            }
        }
        assert!(answers.unions.iter().flat_map(|union| union.documents).all(|name| known(name)));
        assert!(answers.names.iter().all(|names| !names.values.is_empty()));
    }

    #[test]
    fn no_code_is_there_twice() {
        let mut codes: Vec<_> = CODES.iter().map(|code| code.name).collect();
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), CODES.len());
    }
}
