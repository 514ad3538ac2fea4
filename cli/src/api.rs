//! The API over HTTP: what the core describes is sent, repeated and read as the core decides.

mod activity;
mod upload;

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use optidash_core::Error;
use optidash_core::client::{Client, Settings};
use optidash_core::protocol::BASE_URL_VARIABLE;
use optidash_core::request::{Body, Request};
use optidash_core::response::{self, BodyKind, Head, TimeoutPhase, TransportFailure, TransportFailureKind};
use optidash_core::retry::Attempt;
use reqwest::{Method, RequestBuilder, Response};
use serde_json::{Value, json};
use tempfile::NamedTempFile;
use tokio::io::AsyncWriteExt as _;
use url::Url;
use uuid::Uuid;

use crate::arguments::ClientArguments;
use crate::http_client::{self, HttpClient};
use activity::Activity;
pub(crate) use activity::Traffic;

/// The environment variable that holds the API key.
const KEY_VARIABLE: &str = "OPTIDASH_API_KEY";

/// How the command names itself.
const AGENT: &str = "cli";

/// A client of the API.
pub(crate) struct Api {
    client: Client,
    settings: Settings,
    http: HttpClient,
    traffic: Arc<Traffic>,
}

/// The output image of a call, in a file that vanishes unless it is kept.
pub(crate) struct Image {
    pub(crate) metadata: Value,
    pub(crate) file: NamedTempFile,
    pub(crate) bytes: u64,
}

/// What is sent and what is made of the answer.
struct Call<'a> {
    request: &'a Request,
    upload: Option<&'a Path>,
    /// Makes the file for an image; without it a call that is answered with one fails.
    file: &'a dyn Fn() -> std::io::Result<NamedTempFile>,
}

enum Answer {
    Document(Value),
    Image(Image),
}

/// An attempt that came to nothing.
struct Failed {
    error: Error,
    failure: Option<TransportFailureKind>,
    status: Option<u16>,
    headers: Vec<(String, String)>,
}

impl Api {
    /// A client with the key and the address of the command line, else of the environment.
    ///
    /// # Errors
    /// What the core says of the settings.
    pub(crate) fn new(options: &ClientArguments) -> Result<Self, String> {
        let key = options.key.as_ref().map(|key| key.0.clone()).or_else(|| variable(KEY_VARIABLE));
        let key =
            key.ok_or_else(|| format!("no API key; set {KEY_VARIABLE} in the environment, or write --key KEY"))?;
        let base_url = options.base_url.clone().or_else(|| variable(BASE_URL_VARIABLE));
        let settings = json!({
            "key": key, "base_url": base_url, "agent": AGENT, "timeout": options.timeout, "retries": options.retries,
        });
        // The reason would quote the settings, and with them the key.
        let client: Client =
            serde_json::from_value(settings).map_err(|_| "the settings of the client are malformed")?;
        let settings = client.settings().map_err(|error| error.to_string())?;
        let http = HttpClient::with_connect_timeout(settings.timeout.connect.map(seconds))?;
        Ok(Self { client, settings, http, traffic: Arc::default() })
    }

    /// For describing requests.
    pub(crate) fn client(&self) -> &Client {
        &self.client
    }

    /// How many calls of a batch are under way at once.
    pub(crate) fn concurrency(&self) -> u8 {
        self.settings.concurrency
    }

    /// What has gone over the wire so far.
    pub(crate) fn traffic(&self) -> Arc<Traffic> {
        Arc::clone(&self.traffic)
    }

    /// Calls for a JSON document.
    ///
    /// # Errors
    /// Those of the API and of the way to it.
    pub(crate) async fn document(&self, request: &Request) -> Result<Value, Error> {
        let file = || Err(std::io::Error::from(std::io::ErrorKind::Unsupported));
        match self.call(&Call { request, upload: None, file: &file }).await? {
            Answer::Document(document) => Ok(document),
            Answer::Image(_) => Err(transport_error(TransportFailureKind::File, None, "no image was asked for")),
        }
    }

    /// Calls for an image, and uploads one if the request has room for it.
    ///
    /// # Errors
    /// Those of the API, of the way to it, and of both files.
    pub(crate) async fn image(
        &self,
        request: &Request,
        upload: Option<&Path>,
        file: &dyn Fn() -> std::io::Result<NamedTempFile>,
    ) -> Result<Image, Error> {
        match self.call(&Call { request, upload, file }).await? {
            Answer::Image(image) => Ok(image),
            Answer::Document(_) => Err(transport_error(TransportFailureKind::IncompleteBody, None, "no image came")),
        }
    }

    async fn call(&self, call: &Call<'_>) -> Result<Answer, Error> {
        let started = Instant::now();
        let total = call.request.timeout.total;
        let all = async {
            let mut number = 1;
            loop {
                let failed = match self.attempt(call).await {
                    Ok(answer) => return Ok(answer),
                    Err(failed) => failed,
                };
                let Some(delay) = next_delay(call.request, &failed, number, started) else { return Err(failed.error) };
                tokio::time::sleep(seconds(delay)).await;
                number += 1;
            }
        };
        let Some(limit) = total else { return all.await };
        let late = |_| Err(transport_error(TransportFailureKind::Timeout, Some(TimeoutPhase::Total), ""));
        tokio::time::timeout(seconds(limit), all).await.unwrap_or_else(late)
    }

    async fn attempt(&self, call: &Call<'_>) -> Result<Answer, Failed> {
        let activity = Arc::new(Activity::new(Arc::clone(&self.traffic)));
        let request = self.http_request(call, &activity).await?;
        let idle = call.request.timeout.idle;
        let sent = activity.within(idle, request.send()).await.ok_or_else(idle_too_long)?;
        let response = sent.map_err(|error| not_sent(&error, &activity))?;
        let (status, headers) = (response.status().as_u16(), headers(&response));
        let answer = read(call, response, &headers, &activity).await;
        answer.map_err(|failed| Failed { status: Some(status), headers, ..failed })
    }

    async fn http_request(&self, call: &Call<'_>, activity: &Arc<Activity>) -> Result<RequestBuilder, Failed> {
        let Request { method, url, headers, body, .. } = call.request;
        // The core has written both.
        let method = Method::from_bytes(method.as_bytes()).unwrap_or_default();
        let url = Url::parse(url).map_err(|error| Failed::file(&error))?;
        let mut request = self.http.request(method, &url);
        for (name, value) in headers {
            request = request.header(*name, value);
        }
        Ok(match body {
            None => request,
            Some(Body::Json(text)) => request.body(text.clone()),
            Some(Body::Multipart { data, file }) => {
                let path = call.upload.unwrap_or(Path::new(&file.name));
                let form = upload::form(data.clone(), file, path, Arc::clone(activity)).await;
                request.multipart(form.map_err(|error| Failed::file(&error))?)
            }
        })
    }
}

fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

fn seconds(seconds: f64) -> Duration {
    Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX)
}

fn headers(response: &Response) -> Vec<(String, String)> {
    let text = |value: &[u8]| String::from_utf8_lossy(value).into_owned();
    response.headers().iter().map(|(name, value)| (name.to_string(), text(value.as_bytes()))).collect()
}

fn next_delay(request: &Request, failed: &Failed, attempt: u32, started: Instant) -> Option<f64> {
    let attempt = Attempt {
        retries: request.retries,
        repeatable: request.repeatable,
        // The body comes from a file, and what is left of the answer is thrown away.
        replayable: true,
        attempt,
        elapsed: started.elapsed().as_secs_f64(),
        total: request.timeout.total,
        random: random(),
        now: now(),
        status: failed.status,
        headers: failed.headers.clone(),
        failure: failed.failure,
    };
    attempt.decide().delay
}

/// Seconds since 1970.
fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| time.as_secs())
}

/// From 0 to 1.
fn random() -> f64 {
    let bits = Uuid::new_v4().as_fields().0;
    f64::from(bits) / f64::from(u32::MAX)
}

async fn read(
    call: &Call<'_>,
    mut response: Response,
    headers: &[(String, String)],
    activity: &Activity,
) -> Result<Answer, Failed> {
    let head = Head::new(response.status().as_u16(), headers.to_vec(), call.request.answer, now());
    let idle = call.request.timeout.idle;
    let metadata = match response::body_kind(&head)? {
        BodyKind::Image { metadata } => metadata,
        BodyKind::File { .. } => Value::Null,
        BodyKind::Document { limit } => {
            let body = collect(&mut response, limit, idle, activity).await?;
            return Ok(Answer::Document(response::read(&head, &body)?));
        }
    };
    let (file, bytes) = save(&mut response, call.file, idle, activity).await?;
    Ok(Answer::Image(Image { metadata, file, bytes }))
}

async fn save(
    response: &mut Response,
    file: &dyn Fn() -> std::io::Result<NamedTempFile>,
    idle: Option<f64>,
    activity: &Activity,
) -> Result<(NamedTempFile, u64), Failed> {
    let file = file().map_err(|error| Failed::file(&error))?;
    let handle = file.as_file().try_clone().map_err(|error| Failed::file(&error))?;
    let mut writer = tokio::fs::File::from_std(handle);
    let mut bytes = 0;
    while let Some(chunk) = next_chunk(response, idle, activity).await? {
        writer.write_all(&chunk).await.map_err(|error| Failed::file(&error))?;
        bytes += chunk.len() as u64;
    }
    writer.flush().await.map_err(|error| Failed::file(&error))?;
    Ok((file, bytes))
}

async fn collect(
    response: &mut Response,
    limit: usize,
    idle: Option<f64>,
    activity: &Activity,
) -> Result<Vec<u8>, Failed> {
    let mut body = Vec::new();
    while let Some(chunk) = next_chunk(response, idle, activity).await? {
        if body.len() + chunk.len() > limit {
            return Err(Failed::transport(TransportFailureKind::ResponseTooLarge, None, ""));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

async fn next_chunk(
    response: &mut Response,
    idle: Option<f64>,
    activity: &Activity,
) -> Result<Option<bytes::Bytes>, Failed> {
    let chunk = activity.within(idle, response.chunk()).await.ok_or_else(idle_too_long)?;
    let broken = |error| Failed::transport(TransportFailureKind::IncompleteBody, None, &http_client::reason(&error));
    let chunk = chunk.map_err(broken)?;
    activity.received(chunk.as_ref().map_or(0, |chunk| chunk.len() as u64));
    Ok(chunk)
}

fn idle_too_long() -> Failed {
    Failed::transport(TransportFailureKind::Timeout, Some(TimeoutPhase::Idle), "")
}

fn not_sent(error: &reqwest::Error, activity: &Activity) -> Failed {
    let reason = http_client::reason(error);
    if let Some(reason) = activity.file_error() {
        return Failed::transport(TransportFailureKind::File, None, reason);
    }
    if !error.is_connect() {
        return Failed::transport(TransportFailureKind::Connection, None, &reason);
    }
    let failed = Failed::transport(TransportFailureKind::Connect, None, &reason);
    if !error.is_timeout() {
        return failed;
    }
    // For the caller a matter of time, for the next attempt a connection that never stood.
    Failed { error: transport_error(TransportFailureKind::Timeout, Some(TimeoutPhase::Connect), ""), ..failed }
}

impl Failed {
    fn transport(kind: TransportFailureKind, phase: Option<TimeoutPhase>, detail: &str) -> Self {
        Self { error: transport_error(kind, phase, detail), failure: Some(kind), status: None, headers: Vec::new() }
    }

    fn file(error: &dyn std::fmt::Display) -> Self {
        Self::transport(TransportFailureKind::File, None, &error.to_string())
    }
}

impl From<Error> for Failed {
    fn from(error: Error) -> Self {
        Self { error, failure: None, status: None, headers: Vec::new() }
    }
}

/// An error in the core's words.
pub(crate) fn transport_error(kind: TransportFailureKind, phase: Option<TimeoutPhase>, detail: &str) -> Error {
    TransportFailure::new(kind, phase, detail).into()
}
