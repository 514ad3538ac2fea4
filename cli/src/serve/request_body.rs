//! Reads what clients send to `fetch` and `upload`, as differently as they send it.

use axum::body::Body;
use axum::http::HeaderMap;
use axum::http::header::CONTENT_TYPE;
use bytes::Bytes;
use futures_util::StreamExt as _;
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use multer::{Constraints, Multipart, SizeLimit};
use serde_json::{Map, Value};

use super::answers::Failure;

/// The largest JSON document of a request, in bytes.
pub(crate) const MAX_JSON: u64 = 1024 * 1024;

// Boundaries and part headers around the two parts.
const MULTIPART_OVERHEAD: u64 = 64 * 1024;

/// The two parts of an upload.
#[derive(Debug)]
pub(crate) struct Upload {
    /// The file's name, where the client sends one.
    pub(crate) name: Option<String>,
    pub(crate) bytes: Bytes,
    pub(crate) data: Map<String, Value>,
}

/// Reads the JSON object of a `fetch`, whatever content type it is sent as.
pub(crate) async fn read_json(body: Body) -> Result<Map<String, Value>, Failure> {
    object(&read_limited(body).await?, "the body")
}

/// Reads a JSON document of any kind.
pub(crate) async fn read_value(body: Body) -> Result<Value, Failure> {
    let bytes = read_limited(body).await?;
    serde_json::from_slice(&bytes).map_err(|error| Failure::unprocessable(format!("the body is not JSON: {error}")))
}

async fn read_limited(body: Body) -> Result<Bytes, Failure> {
    let limit = usize::try_from(MAX_JSON).unwrap_or(usize::MAX);
    let bytes = Limited::new(body, limit).collect().await.map_err(|error| {
        if error.is::<LengthLimitError>() {
            Failure::too_large(format!("the JSON is larger than {MAX_JSON} bytes"))
        } else {
            broken_body()
        }
    })?;
    Ok(bytes.to_bytes())
}

/// Reads a body to its end, as far as an upload may go, and keeps nothing of it.
pub(crate) async fn discard(body: Body, max_image: u64) {
    let mut body = body.into_data_stream();
    let mut left = max_upload(max_image);
    while let Some(Ok(bytes)) = body.next().await {
        match left.checked_sub(bytes.len() as u64) {
            Some(rest) => left = rest,
            None => return,
        }
    }
}

fn max_upload(max_image: u64) -> u64 {
    max_image + MAX_JSON + MULTIPART_OVERHEAD
}

/// Reads the parts `file` and `data` of an `upload`, in either order.
///
/// Any `multipart/*` will do (one client says `multipart/mixed`), any file name (one sends an empty one), any content
/// type of the parts, and no `data` at all.
pub(crate) async fn read_upload(headers: &HeaderMap, body: Body, max_image: u64) -> Result<Upload, Failure> {
    let boundary = boundary(headers)?;
    let limits =
        SizeLimit::new().whole_stream(max_upload(max_image)).for_field("file", max_image).for_field("data", MAX_JSON);
    let mut parts =
        Multipart::with_constraints(body.into_data_stream(), boundary, Constraints::new().size_limit(limits));
    let mut file = None;
    let mut data = Map::new();
    while let Some(part) = parts.next_field().await.map_err(multipart_failure)? {
        match part.name() {
            Some("file") => {
                let name = part.file_name().filter(|name| !name.is_empty()).map(str::to_owned);
                file = Some((name, part.bytes().await.map_err(multipart_failure)?));
            }
            Some("data") => data = data_object(&part.bytes().await.map_err(multipart_failure)?)?,
            _ => {}
        }
    }
    let (name, bytes) = file.ok_or_else(|| Failure::unprocessable("the part `file` with the image is missing"))?;
    if bytes.is_empty() {
        return Err(Failure::unprocessable("the part `file` is empty; send the bytes of an image"));
    }
    Ok(Upload { name, bytes, data })
}

fn boundary(headers: &HeaderMap) -> Result<String, Failure> {
    let content_type = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let content_type = content_type.and_then(|value| value.parse::<mime::Mime>().ok());
    content_type
        .filter(|content_type| content_type.type_() == mime::MULTIPART)
        .and_then(|content_type| content_type.get_param(mime::BOUNDARY).map(|boundary| boundary.to_string()))
        .filter(|boundary| !boundary.is_empty())
        .ok_or_else(|| Failure::unprocessable("send an upload as multipart/form-data with the parts `file` and `data`"))
}

fn data_object(bytes: &[u8]) -> Result<Map<String, Value>, Failure> {
    if bytes.trim_ascii().is_empty() { Ok(Map::new()) } else { object(bytes, "the part `data`") }
}

// Depth is bounded by serde_json.
fn object(bytes: &[u8], what: &str) -> Result<Map<String, Value>, Failure> {
    match serde_json::from_slice(bytes) {
        Ok(Value::Object(object)) => Ok(object),
        // An empty PHP array is encoded as a list.
        Ok(Value::Array(list)) if list.is_empty() => Ok(Map::new()),
        Ok(_) => Err(Failure::unprocessable(format!("{what} has to be a JSON object"))),
        Err(error) => Err(Failure::unprocessable(format!("{what} is not JSON: {error}"))),
    }
}

fn multipart_failure(error: multer::Error) -> Failure {
    match error {
        multer::Error::FieldSizeExceeded { limit, field_name } => {
            let field = field_name.unwrap_or_default();
            Failure::too_large(format!("the part `{field}` is larger than {limit} bytes"))
        }
        multer::Error::StreamSizeExceeded { limit } => {
            Failure::too_large(format!("the upload is larger than {limit} bytes"))
        }
        multer::Error::StreamReadFailed(_) => broken_body(),
        error => Failure::unprocessable(format!("the multipart body cannot be read: {error}")),
    }
}

fn broken_body() -> Failure {
    Failure::unprocessable("the body broke off")
}
