//! A plain description of one HTTP request; the host sends it with its own client.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::client::Client;
use crate::protocol::BINARY_HEADER;
use crate::transport::Timeout;
use crate::{Error, json, observed, web_url};

mod chain;
mod download;
mod keys;
mod webhooks;

use chain::{Chain, Source};
pub use download::download;
pub use keys::{create_key, rename_key};
pub use webhooks::{webhook_page, webhooks};

/// How the answer is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ResponseMethod {
    /// JSON metadata; the output lies in temporary storage.
    Json,
    /// The output itself, streamed to a file.
    File,
    /// The output itself, in memory.
    Buffer,
}

/// What a success carries.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AnswerKind {
    /// A JSON document.
    #[default]
    Document,
    /// An image, with its metadata in a header.
    Image,
    /// A file of a storage host.
    File,
}

/// What to do with an answer that points elsewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Redirects {
    /// It is an error: the headers hold the API key.
    Refuse,
    /// Ask there; nothing in the request is secret.
    Follow,
}

/// An HTTP request, ready to be sent.
#[derive(Serialize)]
pub struct Request {
    /// The HTTP method.
    pub method: &'static str,
    /// The absolute URL.
    pub url: String,
    /// Names and values; they hold the API key.
    pub headers: Vec<(&'static str, String)>,
    /// Whether the answer to expect is an image with its metadata in a header.
    pub binary: bool,
    /// What is sent; nothing with `GET`.
    pub body: Option<Body>,
    /// How long to wait for what.
    pub timeout: Timeout,
    /// How often at most to repeat it.
    pub retries: u8,
    /// Whether nothing happens twice when the API gets it twice.
    pub repeatable: bool,
    /// What a success carries.
    pub answer: AnswerKind,
    /// Whether to follow redirects.
    pub redirects: Redirects,
    /// The same without a secret, for hooks and logs.
    pub observed: Observed,
}

/// A request as hooks and logs may see it.
#[derive(Debug, Default, Serialize)]
pub struct Observed {
    /// The HTTP method.
    pub method: &'static str,
    /// The URL without credentials.
    pub url: String,
    /// Names and values, secret ones blotted out.
    pub headers: Vec<(&'static str, String)>,
}

/// The body of a request.
#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Body {
    /// JSON text, to be sent as it is.
    Json(String),
    /// `multipart/form-data` with two parts, `data` before `file`.
    Multipart {
        /// The JSON text of the part `data`.
        data: String,
        /// How the part `file` is labelled; the host streams its bytes.
        file: FilePart,
    },
}

/// The label of an uploaded file.
#[derive(Serialize)]
pub struct FilePart {
    /// The file name.
    pub name: String,
    /// The media type; the API looks at the bytes instead.
    pub content_type: &'static str,
}

/// Builds the request of a chain of calls: sources (`fetch`, `upload`) and operations, in the order called.
///
/// # Errors
/// A [`Class::ValidationError`](crate::Class): besides the codes of [`operations::validate`](crate::operations::validate) these are
/// `missing_source`, `two_sources`, `conflict` (binary response with `webhook` or `store`), `unknown_operation`, and those of
/// [`Client::settings`].
pub fn build(client: &Client, calls: &[Vec<Value>], response: ResponseMethod) -> Result<Request, Error> {
    let mut request = describe(client, "POST", "")?;
    let mut chain = Chain::default();
    for call in calls {
        chain.add(call)?;
    }
    if response != ResponseMethod::Json {
        chain.ask_for_binary()?;
        request.binary = true;
        request.answer = AnswerKind::Image;
        request.headers.push((BINARY_HEADER, "1".into()));
    }
    // Without these the answer is all that a request brings about.
    request.repeatable = !["webhook", "store"].iter().any(|effect| chain.body.contains_key(*effect));
    let data = json::to_wire(&Value::Object(chain.body));
    match chain.source {
        None => return Err(chain::missing_source()),
        Some(Source::Fetch) => {
            request.url.push_str("fetch");
            request.json(data);
        }
        Some(Source::Upload(file)) => {
            request.url.push_str("upload");
            request.body = Some(Body::Multipart { data, file });
        }
    }
    Ok(request.observable())
}

/// Asks for the plan and the quota of the account.
///
/// # Errors
/// As [`Client::settings`].
pub fn account(client: &Client) -> Result<Request, Error> {
    Ok(describe(client, "GET", "account")?.observable())
}

/// A request without a body to an endpoint of the API, whose answer is JSON.
fn describe(client: &Client, method: &'static str, path: &str) -> Result<Request, Error> {
    let authorization = client.authorization()?;
    Ok(Request {
        method,
        url: format!("{}/{path}", client.base_url()?),
        headers: vec![("Authorization", authorization), ("User-Agent", client.user_agent())],
        binary: false,
        body: None,
        timeout: client.timeout()?,
        retries: client.retries()?,
        repeatable: method == "GET",
        answer: AnswerKind::Document,
        redirects: Redirects::Refuse,
        observed: Observed::default(),
    })
}

impl Request {
    fn json(&mut self, text: String) {
        self.headers.push(("Content-Type", "application/json".into()));
        self.body = Some(Body::Json(text));
    }

    /// Says what hooks and logs may see of the request as it is now.
    fn observable(mut self) -> Self {
        let (url, headers) = (web_url::redact(&self.url), observed::headers(&self.headers));
        self.observed = Observed { method: self.method, url, headers };
        self
    }
}

/// Text as one segment of a path (RFC 3986 section 3.3).
fn segment(text: &str, path: &str) -> Result<String, Error> {
    // Percent-encoded or not, URL parsers take these for steps in the hierarchy.
    if matches!(text, "." | "..") {
        return Err(Error::validation("unknown_value", path, "names nothing that the API has"));
    }
    Ok(url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>().replace('+', "%20"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn refuses_to_upload_what_is_no_file() {
        let client: Client = serde_json::from_value(json!({"key": "your-api-key"})).unwrap();
        let refusal = |file: Value| {
            let error = build(&client, &[vec!["upload".into(), file]], ResponseMethod::Json).err().unwrap();
            (error.code, error.path)
        };
        assert_eq!(refusal(Value::Null), ("required", "file".to_owned()));
        assert_eq!(refusal(json!(5)), ("wrong_type", "file".to_owned()));
    }
}
