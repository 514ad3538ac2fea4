//! Gets the image that a `fetch` names: from a fixture or by downloading it.

use std::path::PathBuf;
use std::time::Duration;

use bytes::Bytes;
use reqwest::Method;
use reqwest::header::{
    CONNECTION, CONTENT_LENGTH, HOST, HeaderMap, HeaderName, HeaderValue, LOCATION, TRANSFER_ENCODING,
};
use serde_json::{Map, Value};
use tokio::io::AsyncReadExt as _;
use url::Url;

use super::answers::Failure;
use crate::arguments::Fixture;
use crate::http_client::{self, HttpClient, shown};

const TIMEOUT: Duration = Duration::from_secs(30);
const MAX_REDIRECTS: usize = 5;

/// Where images come from.
#[derive(Debug)]
pub(crate) struct Sources {
    fixtures: Vec<Fixture>,
    client: HttpClient,
    max_bytes: u64,
}

impl Sources {
    pub(crate) fn new(fixtures: Vec<Fixture>, client: HttpClient, max_bytes: u64) -> Self {
        Self { fixtures, client, max_bytes }
    }

    /// The bytes of the image at a URL, at most as many as are allowed.
    pub(crate) async fn get(&self, url: &str, headers: &Map<String, Value>) -> Result<Bytes, Failure> {
        if let Some(fixture) = self.fixtures.iter().find(|fixture| fixture.url == url) {
            return self.read(&fixture.file).await;
        }
        let headers = request_headers(headers)?;
        let url = Url::parse(url).map_err(|error| Failure::unprocessable(format!("url: {error}")))?;
        let download = self.download(url.clone(), headers);
        let result = tokio::time::timeout(TIMEOUT, download).await;
        let seconds = TIMEOUT.as_secs();
        result.unwrap_or_else(|_| Err(format!("it took longer than {seconds} seconds"))).map_err(|reason| {
            Failure::unprocessable(format!("the image at {} could not be downloaded: {reason}", shown(&url)))
        })
    }

    async fn read(&self, file: &PathBuf) -> Result<Bytes, Failure> {
        let unreadable = |error: std::io::Error| {
            Failure::unprocessable(format!("the fixture {} cannot be read: {error}", file.display()))
        };
        let mut bytes = Vec::new();
        let open = tokio::fs::File::open(file).await.map_err(unreadable)?;
        open.take(self.max_bytes + 1).read_to_end(&mut bytes).await.map_err(unreadable)?;
        if exceeds(bytes.len(), self.max_bytes) {
            return Err(Failure::unprocessable(format!("the fixture {} is too large", file.display())));
        }
        Ok(bytes.into())
    }

    async fn download(&self, mut url: Url, mut headers: HeaderMap) -> Result<Bytes, String> {
        for _ in 0..=MAX_REDIRECTS {
            let response = self.request(&url, &headers).await.map_err(|error| http_client::reason(&error))?;
            if !response.status().is_redirection() {
                return self.body(response).await;
            }
            let next = redirect_target(&url, response.headers())?;
            // What was meant for one server is not for another.
            if next.host_str() != url.host_str() {
                headers.clear();
            }
            url = next;
        }
        Err(format!("it redirects more than {MAX_REDIRECTS} times"))
    }

    async fn request(&self, url: &Url, headers: &HeaderMap) -> reqwest::Result<reqwest::Response> {
        self.client.request(Method::GET, url).headers(headers.clone()).send().await
    }

    async fn body(&self, mut response: reqwest::Response) -> Result<Bytes, String> {
        let status = response.status();
        if !status.is_success() {
            return Err(format!("it answered {}", status.as_u16()));
        }
        let too_large = || format!("it is larger than {} bytes", self.max_bytes);
        if response.content_length().is_some_and(|length| length > self.max_bytes) {
            return Err(too_large());
        }
        let mut bytes = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| http_client::reason(&error))? {
            if exceeds(bytes.len() + chunk.len(), self.max_bytes) {
                return Err(too_large());
            }
            bytes.extend_from_slice(&chunk);
        }
        Ok(bytes.into())
    }
}

fn exceeds(length: usize, limit: u64) -> bool {
    u64::try_from(length).is_ok_and(|length| length > limit)
}

fn redirect_target(url: &Url, headers: &HeaderMap) -> Result<Url, String> {
    let location = headers.get(LOCATION).and_then(|value| value.to_str().ok());
    let target = location.and_then(|location| url.join(location).ok()).ok_or("it redirects to no address")?;
    match target.scheme() {
        "http" | "https" => Ok(target),
        _ => Err("it redirects to an address that is neither http nor https".to_owned()),
    }
}

/// The extra headers of a `fetch`, as they are sent with the download.
///
/// # Errors
/// A name or value that HTTP does not allow, and headers that belong to the connection.
pub(crate) fn request_headers(headers: &Map<String, Value>) -> Result<HeaderMap, Failure> {
    let mut checked = HeaderMap::new();
    for (name, value) in headers {
        let invalid = || Failure::unprocessable(format!("headers.{name}: this is no HTTP header with a text value"));
        let text = value.as_str().ok_or_else(invalid)?;
        let header = HeaderName::try_from(name).map_err(|_| invalid())?;
        let value = HeaderValue::from_str(text).map_err(|_| invalid())?;
        if [CONNECTION, CONTENT_LENGTH, TRANSFER_ENCODING].contains(&header) || (header == HOST && text.is_empty()) {
            return Err(Failure::unprocessable(format!("headers.{name}: this header cannot be set")));
        }
        checked.insert(header, value);
    }
    Ok(checked)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn check(headers: Value) -> Result<HeaderMap, Failure> {
        request_headers(headers.as_object().unwrap())
    }

    #[test]
    fn headers_of_the_documentation_pass() {
        let headers = check(json!({ "host": "example.com", "x-my-custom-header": "true" })).unwrap();
        assert_eq!(headers["host"], "example.com");
        assert_eq!(headers["x-my-custom-header"], "true");
    }

    #[test]
    fn headers_that_would_break_the_request_do_not() {
        for headers in [
            json!({ "a b": "c" }),
            json!({ "x": "a\r\nHost: b" }),
            json!({ "x": 1 }),
            json!({ "Content-Length": "5" }),
            json!({ "transfer-encoding": "chunked" }),
            json!({ "host": "" }),
        ] {
            assert!(check(headers.clone()).is_err(), "{headers}");
        }
    }

    #[test]
    fn redirects_stay_on_the_web() {
        let url = Url::parse("https://a.example/b/c").unwrap();
        let target = |location: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(LOCATION, HeaderValue::from_static(location));
            redirect_target(&url, &headers)
        };
        assert_eq!(target("d.jpg").unwrap().as_str(), "https://a.example/b/d.jpg");
        assert!(target("file:///etc/passwd").is_err());
        assert!(redirect_target(&url, &HeaderMap::new()).is_err());
    }
}
