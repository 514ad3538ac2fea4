//! A chain of calls becomes a plain description of one HTTP request; the host sends it with its own client.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::json::{describe, wrong_type};
use crate::operations;
use crate::protocol::{API_BASE_URL, BINARY_HEADER, WEBHOOK_STATES, WEBHOOKS_PAGE_MAX};
use crate::{Error, json, spelling, web_url};

/// Who asks, and where.
#[derive(Deserialize)]
pub struct Client {
    key: Value,
    #[serde(default)]
    authentication: Value,
    #[serde(default)]
    base_url: Value,
    #[serde(default)]
    agent: Option<String>,
}

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
/// A [`Class::ValidationError`](crate::Class): besides the codes of [`operations::validate`] these are `missing_source`, `two_sources`, `conflict`
/// (binary response with `webhook` or `store`), `unknown_operation`, `invalid_key`, `invalid_base_url`, `insecure_base_url` and `unknown_value`.
pub fn build(client: &Client, calls: &[Vec<Value>], response: ResponseMethod) -> Result<Request, Error> {
    let authorization = authorization(client)?;
    let base = base_url(client)?;
    let mut chain = Chain::default();
    for call in calls {
        chain.add(call)?;
    }
    let binary = response != ResponseMethod::Json;
    if binary {
        chain.ask_for_binary()?;
    }
    let mut headers = vec![("Authorization", authorization), ("User-Agent", user_agent(client))];
    if binary {
        headers.push((BINARY_HEADER, "1".into()));
    }
    let data = json::to_wire(&Value::Object(chain.body));
    let (path, body) = match chain.source {
        None => return Err(missing_source()),
        Some(Source::Fetch) => {
            headers.push(("Content-Type", "application/json".into()));
            ("fetch", Body::Json(data))
        }
        Some(Source::Upload(file)) => ("upload", Body::Multipart { data, file }),
    };
    Ok(Request { method: "POST", url: format!("{base}/{path}"), headers, binary, body: Some(body) })
}

/// Asks for the plan and the quota of the account.
///
/// # Errors
/// As [`build`], for the key and the base URL.
pub fn account(client: &Client) -> Result<Request, Error> {
    get(client, "account")
}

/// Asks for one webhook (`id`) or for those that `status`, `start`, `end`, `offset` and `limit` select.
///
/// # Errors
/// `wrong_type`, `out_of_range`, `unknown_value` or `misspelt_attribute` for a filter, and as [`build`].
pub fn webhooks(client: &Client, filters: &Map<String, Value>) -> Result<Request, Error> {
    match filters.get("id") {
        None => get(client, &format!("webhooks/{}", query(filters)?)),
        Some(Value::String(id)) if !id.is_empty() => {
            let id: String = url::form_urlencoded::byte_serialize(id.as_bytes()).collect();
            get(client, &format!("webhooks/{}", id.replace('+', "%20")))
        }
        Some(other) => Err(wrong_type("id", "the id of a request, a string that is not empty", other)),
    }
}

fn get(client: &Client, path: &str) -> Result<Request, Error> {
    Ok(Request {
        method: "GET",
        headers: vec![("Authorization", authorization(client)?), ("User-Agent", user_agent(client))],
        url: format!("{}/{path}", base_url(client)?),
        binary: false,
        body: None,
    })
}

fn query(filters: &Map<String, Value>) -> Result<String, Error> {
    const NAMES: [&str; 5] = ["status", "start", "end", "offset", "limit"];
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    for (name, value) in filters {
        let value = match name.as_str() {
            "status" => statuses(value)?,
            "start" | "end" => {
                value.as_str().ok_or_else(|| wrong_type(name, "an ISO 8601 date in UTC, a string", value))?.to_owned()
            }
            "offset" => count(name, value, 0, u64::MAX)?,
            "limit" => count(name, value, 1, WEBHOOKS_PAGE_MAX)?,
            _ => match spelling::nearest(name, NAMES.into_iter()) {
                Some(nearest) => {
                    let message = format!("there is no filter `{name}`; did you mean `{nearest}`?");
                    return Err(Error::validation("misspelt_attribute", name, message));
                }
                None => value.as_str().map_or_else(|| value.to_string(), str::to_owned),
            },
        };
        query.append_pair(name, &value);
    }
    let query = query.finish();
    Ok(if query.is_empty() { query } else { format!("?{query}") })
}

fn statuses(value: &Value) -> Result<String, Error> {
    let names = match value {
        Value::String(names) => names.split(',').map(str::trim).map(Value::from).collect(),
        Value::Array(names) => names.clone(),
        _ => return Err(wrong_type("status", "a status, or several", value)),
    };
    let known = |name: &Value| name.as_str().is_some_and(|name| WEBHOOK_STATES.contains(&name));
    if names.is_empty() || !names.iter().all(known) {
        let message = format!("is not known; write one or several of {}", WEBHOOK_STATES.join(", "));
        return Err(Error::validation("unknown_value", "status", message));
    }
    Ok(names.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(","))
}

fn count(name: &str, value: &Value, minimum: u64, maximum: u64) -> Result<String, Error> {
    let Some(number) = value.as_i64() else {
        return Err(wrong_type(name, "a whole number", value));
    };
    match u64::try_from(number) {
        Ok(number) if (minimum..=maximum).contains(&number) => Ok(number.to_string()),
        _ if maximum == u64::MAX => Err(Error::validation(
            "out_of_range",
            name,
            format!("is out of range; write a whole number from {minimum} up"),
        )),
        _ => Err(Error::validation(
            "out_of_range",
            name,
            format!("is out of range; write a whole number from {minimum} to {maximum}"),
        )),
    }
}

enum Source {
    Fetch,
    Upload(FilePart),
}

#[derive(Default)]
struct Chain {
    source: Option<Source>,
    body: Map<String, Value>,
}

impl Chain {
    fn add(&mut self, call: &[Value]) -> Result<(), Error> {
        let Some((Value::String(name), arguments)) = call.split_first() else {
            return Err(json::malformed("holds a call without a name"));
        };
        let argument = arguments.first().unwrap_or(&Value::Null);
        match name.as_str() {
            "fetch" => self.fetch(argument, arguments.get(1).unwrap_or(&Value::Null)),
            "upload" => self.upload(argument),
            _ => self.operation(name, argument),
        }
    }

    fn set_source(&mut self, name: &str, source: Source) -> Result<(), Error> {
        if self.source.replace(source).is_some() {
            return Err(Error::validation(
                "two_sources",
                name,
                "is a second source; a request has one, `fetch` or `upload`",
            ));
        }
        Ok(())
    }

    fn fetch(&mut self, url: &Value, options: &Value) -> Result<(), Error> {
        self.set_source("fetch", Source::Fetch)?;
        match url {
            Value::String(text) => web_url::check(text, "url")?,
            Value::Null => {
                return Err(Error::validation(
                    "required",
                    "url",
                    "is required: the public address of the image to fetch",
                ));
            }
            other => return Err(wrong_type("url", "a string", other)),
        };
        self.body.insert("url".into(), url.clone());
        let options = match options {
            Value::Null => return Ok(()),
            Value::Object(options) => options,
            other => return Err(wrong_type("fetch", "a hash of options", other)),
        };
        for (name, value) in options {
            if name != "headers" {
                let message = format!("`fetch` has no option `{name}`; did you mean `headers`?");
                return Err(Error::validation("misspelt_attribute", format!("fetch.{name}"), message));
            }
            check_headers(value)?;
            self.body.insert("headers".into(), value.clone());
        }
        Ok(())
    }

    fn upload(&mut self, file: &Value) -> Result<(), Error> {
        let label = match file {
            Value::Object(label) => label,
            Value::Null => {
                let message = "is required: the image to upload, as a path, bytes or a stream";
                return Err(Error::validation("required", "file", message));
            }
            other => return Err(wrong_type("file", "a path, bytes or a stream", other)),
        };
        let name = match label.get("name") {
            None | Some(Value::Null) => "",
            Some(Value::String(name)) => name,
            Some(other) => return Err(wrong_type("name", "a file name, a string", other)),
        };
        let file = FilePart { name: file_name(name), content_type: "application/octet-stream" };
        self.set_source("upload", Source::Upload(file))
    }

    fn operation(&mut self, name: &str, hash: &Value) -> Result<(), Error> {
        if matches!(name, "url" | "headers" | "response") {
            let message = "is not an operation; use `fetch`, its option `headers`, and the method that ends the chain";
            return Err(Error::validation("unknown_operation", name, message));
        }
        let Value::Object(attributes) = hash else {
            return Err(wrong_type(name, "a hash of attributes", hash));
        };
        let name = match operations::find(name) {
            Some(operation) => {
                operations::validate(operation, attributes)?;
                operation.name
            }
            None => {
                operations::check_operation_name(name)?;
                name
            }
        };
        self.body.insert(name.to_owned(), hash.clone());
        Ok(())
    }

    fn ask_for_binary(&mut self) -> Result<(), Error> {
        for (name, remedy) in
            [("webhook", "the notification carries the metadata"), ("store", "the output goes to your storage")]
        {
            if self.body.contains_key(name) {
                let message =
                    format!("cannot be combined with a binary response, since {remedy}; ask for JSON instead");
                return Err(Error::validation("conflict", name, message));
            }
        }
        self.body.insert("response".into(), json!({"mode": "binary"}));
        Ok(())
    }
}

fn missing_source() -> Error {
    Error::validation("missing_source", "", "the request has no image; call `fetch` with a URL or `upload` with a file")
}

/// RFC 9110 section 5: a header's name is a token, and its value holds no control character.
fn check_headers(headers: &Value) -> Result<(), Error> {
    let Value::Object(headers) = headers else {
        return Err(wrong_type("headers", "a hash of header names and values", headers));
    };
    for (name, value) in headers {
        let path = format!("headers.{name}");
        let token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
        if name.is_empty() || !name.bytes().all(token) {
            return Err(Error::validation("invalid_header", "headers", "holds a name that is not a header name"));
        }
        let text = value.as_str().ok_or_else(|| wrong_type(&path, "a string", value))?;
        if text.chars().any(|letter| letter.is_control() && letter != '\t') {
            return Err(Error::validation("invalid_header", path, "holds a line break or another control character"));
        }
    }
    Ok(())
}

/// The last part of a path, without control characters; `image` when nothing is left.
fn file_name(path: &str) -> String {
    let last = path.rsplit(['/', '\\']).next().unwrap_or_default();
    let name: String = last.chars().filter(|letter| !letter.is_control()).take(255).collect();
    if name.is_empty() { "image".into() } else { name }
}

/// RFC 7617: the user name of Basic Auth holds no colon; neither it nor a Bearer token holds blanks or control characters.
fn authorization(client: &Client) -> Result<String, Error> {
    let Value::String(key) = &client.key else {
        return Err(Error::validation(
            "invalid_key",
            "key",
            format!("must be the API key, a string, not {}", describe(&client.key)),
        ));
    };
    if key.is_empty() || !key.bytes().all(|byte| byte.is_ascii_graphic() && byte != b':') {
        let message = "is not an API key: it is empty, or holds a blank, a colon or a character outside ASCII";
        return Err(Error::validation("invalid_key", "key", message));
    }
    match &client.authentication {
        Value::Null => Ok(basic(key)),
        Value::String(scheme) if scheme == "basic" => Ok(basic(key)),
        Value::String(scheme) if scheme == "bearer" => Ok(format!("Bearer {key}")),
        _ => Err(Error::validation("unknown_value", "authentication", "is unknown; write `basic` or `bearer`")),
    }
}

fn basic(key: &str) -> String {
    format!("Basic {}", BASE64.encode(format!("{key}:")))
}

fn user_agent(client: &Client) -> String {
    let version = env!("CARGO_PKG_VERSION");
    match client.agent.as_deref().filter(|agent| agent.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ')) {
        Some(agent) => format!("optidash/{version} ({agent})"),
        None => format!("optidash/{version}"),
    }
}

/// The base URL without a trailing slash. The key goes out in clear with `http`, so that is for this machine alone.
fn base_url(client: &Client) -> Result<String, Error> {
    let text = match &client.base_url {
        Value::Null => return Ok(API_BASE_URL.to_owned()),
        Value::String(text) => text.trim_end_matches('/'),
        other => return Err(wrong_type("base_url", "a string", other)),
    };
    let url = web_url::check(text, "base_url")?;
    if url.query().is_some() || url.fragment().is_some() || web_url::credentials(&url).is_some() {
        let message = format!("holds a query, a fragment or credentials; write it like {API_BASE_URL}");
        return Err(Error::validation("invalid_base_url", "base_url", message));
    }
    if url.scheme() == "http" && !is_loopback(&url) {
        let message = "would send the API key unencrypted; write https:// (http:// is for this machine alone)";
        return Err(Error::validation("insecure_base_url", "base_url", message));
    }
    Ok(text.to_owned())
}

fn is_loopback(url: &url::Url) -> bool {
    match url.host() {
        Some(url::Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
