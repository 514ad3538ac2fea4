//! What every part of the server shares, and the one thing they all want: a job done.

use std::time::Duration;

use bytes::Bytes;
use optidash_core::web_url;
use serde_json::{Map, Value, json};
use tokio::sync::{Notify, watch};
use url::Url;
use uuid::Uuid;

use super::answers::Failure;
use super::calls::Calls;
use super::clock::{Clock, DAY, Milliseconds};
use super::engine::Engine;
use super::failures::Failures;
use super::job::{Job, Source};
use super::rate_limit::RateLimit;
use super::source::Sources;
use super::storage::{Output, Storage};
use crate::arguments::Secret;
use crate::http_client::HttpClient;

/// How long an output stays in temporary storage after its making, or after its notification was due.
pub(crate) const OUTPUT_LIFETIME: Milliseconds = DAY;

// The longest file name that is kept, in characters; file systems allow 255 bytes.
const MAX_NAME: usize = 100;

#[derive(Debug)]
pub(crate) struct Service {
    /// Where this server is reached, without a trailing slash.
    pub(crate) origin: String,
    /// The keys that are accepted, the master key first; any key when there are none.
    pub(crate) api_keys: Vec<Secret>,
    pub(crate) rate_limit: Option<RateLimit>,
    pub(crate) failures: Failures,
    pub(crate) calls: Calls,
    pub(crate) max_image: u64,
    pub(crate) storage: Storage,
    pub(crate) clock: Clock,
    pub(crate) engine: Engine,
    pub(crate) sources: Sources,
    pub(crate) client: HttpClient,
    pub(crate) forward_to: Option<Url>,
    pub(crate) webhook_timeout: Duration,
    /// Tells the scheduler that there may be something to do.
    pub(crate) wake: Notify,
    /// Tells who waits that an accepted request has been processed.
    pub(crate) processed: Notify,
    /// Turns true when the server has been told to stop.
    pub(crate) stopping: watch::Receiver<bool>,
}

/// A job that is done.
#[derive(Debug)]
pub(crate) struct Done {
    pub(crate) input: Value,
    pub(crate) output: Map<String, Value>,
    pub(crate) file: Output,
}

impl Service {
    /// Gets the image and does what is asked for.
    pub(crate) async fn work(&self, job: Job) -> Result<Done, Failure> {
        let name = file_name(&job.source);
        let bytes = self.image(job.source).await?;
        let transformed = self.engine.transform(bytes, job.operations, name).await?;
        let output = serde_json::to_value(&transformed.output).unwrap_or_default();
        let output = output.as_object().cloned().unwrap_or_default();
        let text = |key: &str| output.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
        let file = Output {
            id: Uuid::new_v4(),
            name: text("name"),
            format: text("format"),
            bytes: Bytes::from(transformed.bytes),
        };
        let input = serde_json::to_value(&transformed.input).unwrap_or_default();
        Ok(Done { input, output, file })
    }

    async fn image(&self, source: Source) -> Result<Bytes, Failure> {
        match source {
            Source::Fetch { url, headers } => self.sources.get(&url, &headers).await,
            Source::Upload { bytes, .. } => Ok(bytes),
        }
    }
}

impl Done {
    /// The JSON of the API for this job. `output.url` is a path: where the server is reached can change.
    pub(crate) fn document(&self, id: Uuid) -> Value {
        let mut output = Map::new();
        output.insert("url".to_owned(), json!(output_path(&self.file)));
        output.extend(self.output.clone());
        json!({ "success": true, "code": 200, "id": id, "input": self.input, "output": output })
    }
}

fn output_path(file: &Output) -> String {
    let mut url = Url::parse("http://localhost/temp").ok();
    if let Some(mut segments) = url.as_mut().and_then(|url| url.path_segments_mut().ok()) {
        segments.push(&file.id.to_string()).push(&file.name);
    }
    url.map(|url| url.path().to_owned()).unwrap_or_default()
}

/// The document with `output.url` as an address.
pub(crate) fn with_address(mut document: Value, origin: &str) -> Value {
    if let Some(Value::String(url)) = document.pointer_mut("/output/url") {
        url.insert_str(0, origin);
    }
    document
}

fn file_name(source: &Source) -> Option<String> {
    let name = match source {
        Source::Upload { name, .. } => name.clone()?,
        Source::Fetch { url, .. } => {
            let url = Url::parse(url).ok()?;
            let last = url.path_segments()?.next_back()?;
            String::from_utf8_lossy(&web_url::percent_decode(last)).into_owned()
        }
    };
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let name: String = last.chars().filter(|character| !character.is_control()).take(MAX_NAME).collect();
    // Dots alone would vanish from the address of the output.
    let name = name.trim();
    (!name.trim_matches('.').is_empty()).then(|| name.to_owned())
}

/// The media type of an output format.
pub(crate) fn content_type(format: &str) -> &'static str {
    match format {
        "JPEG" => "image/jpeg",
        "PNG" => "image/png",
        "WEBP" => "image/webp",
        "GIF" => "image/gif",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fetched(url: &str) -> Option<String> {
        file_name(&Source::Fetch { url: url.to_owned(), headers: Map::new() })
    }

    #[test]
    fn a_file_is_named_after_its_address() {
        assert_eq!(fetched("https://a.example/b/image.jpg?x=y/z.png#f").as_deref(), Some("image.jpg"));
        assert_eq!(fetched("https://a.example/b/Gr%C3%B6%C3%9Fe%20.jpg").as_deref(), Some("Größe .jpg"));
        assert_eq!(fetched("https://a.example/%2e%2e%2Fetc%2Fpasswd").as_deref(), Some("passwd"));
        for url in ["https://a.example", "https://a.example/b/", "https://a.example/%2F.."] {
            assert_eq!(fetched(url), None, "{url}");
        }
    }

    #[test]
    fn an_uploads_name_is_no_path() {
        let name = |name: &str| file_name(&Source::Upload { name: Some(name.to_owned()), bytes: Bytes::new() });
        assert_eq!(name("C:\\pictures\\a.jpg").as_deref(), Some("a.jpg"));
        assert_eq!(name("../../a\r\nb.jpg").as_deref(), Some("ab.jpg"));
        assert_eq!(name(&"x".repeat(1000)).map(|name| name.len()), Some(MAX_NAME));
        assert_eq!(name(".."), None);
    }

    #[test]
    fn an_output_has_an_address_whatever_its_name() {
        let id = Uuid::nil();
        let file = Output { id, name: "a b?#%/é.jpg".to_owned(), format: String::new(), bytes: Bytes::new() };
        assert_eq!(output_path(&file), format!("/temp/{id}/a%20b%3F%23%25%2F%C3%A9.jpg"));
    }
}
