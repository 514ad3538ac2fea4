//! Downloads of outputs, from storage or a CDN; these hosts never see the API key.

use serde_json::Value;

use super::{AnswerKind, Observed, Redirects, Request};
use crate::client::Client;
use crate::json::wrong_type;
use crate::{Error, web_url};

/// Downloads an output: by its URL, or by the metadata that names it.
///
/// # Errors
/// `required` for metadata without an output, `invalid_url`, `unsupported_scheme` or `insecure_url` for the URL, and as [`Client::settings`].
pub fn download(client: &Client, source: &Value) -> Result<Request, Error> {
    let url = checked_url(source)?;
    let request = Request {
        method: "GET",
        url: url.to_owned(),
        headers: vec![("User-Agent", client.user_agent())],
        binary: false,
        body: None,
        timeout: client.timeout()?,
        retries: client.retries()?,
        repeatable: true,
        answer: AnswerKind::File,
        redirects: Redirects::Follow,
        observed: Observed::default(),
    };
    Ok(request.observable())
}

fn checked_url(source: &Value) -> Result<&str, Error> {
    let (text, path) = url_of(source)?;
    let url = web_url::check(text, path)?;
    if web_url::credentials(&url).is_some() {
        let message = "holds credentials, which the hosts of outputs do not ask for; leave them out";
        return Err(Error::validation("invalid_url", path, message));
    }
    if !web_url::is_private(&url) {
        let message = "would be downloaded unencrypted; write https:// (http:// is for this machine alone)";
        return Err(Error::validation("insecure_url", path, message));
    }
    Ok(text)
}

fn url_of(source: &Value) -> Result<(&str, &'static str), Error> {
    const OUTPUT: &str = "output.url";
    match source {
        Value::String(url) => Ok((url, "source")),
        Value::Object(_) => match source.pointer("/output/url") {
            Some(Value::String(url)) => Ok((url, OUTPUT)),
            Some(other) => Err(wrong_type(OUTPUT, "a string", other)),
            None => {
                let message = "is missing: the metadata names no output; with a webhook, the notification does";
                Err(Error::validation("required", OUTPUT, message))
            }
        },
        other => Err(wrong_type("source", "the URL of an output, or the metadata that names it", other)),
    }
}
