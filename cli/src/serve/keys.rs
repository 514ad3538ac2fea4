//! API keys: made and renamed by whoever has the master key.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::header::HeaderMap;
use axum::http::{Response, StatusCode};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::answers::{Failure, json_result};
use super::authentication;
use super::request_body;
use super::service::Service;
use super::storage::{self, Named};

type Shared = State<Arc<Service>>;
type Answer = Response<Body>;

// As in the documentation's sample: letters and digits.
const KEY_LENGTH: usize = 40;
const MAX_NAME: usize = 100;
const MAX_KEYS: i64 = 10_000;

/// `POST /keys`
pub(crate) async fn create(State(service): Shared, headers: HeaderMap, body: Body) -> Answer {
    let document = async {
        authentication::check_master(&headers, &service).await?;
        let name = name(&request_body::read_json(body).await?)?;
        let key = new_key();
        let (kept, digest) = (name.clone(), authentication::digest(&key));
        let made = service.storage.transaction(move |transaction| {
            if storage::keys(transaction)? >= MAX_KEYS {
                return Ok(None);
            }
            storage::keep_key(transaction, &digest, &kept).map(Some)
        });
        let too_many = || Failure::unprocessable(format!("there are {MAX_KEYS} keys already; start with new data"));
        described(made.await?.ok_or_else(too_many)?, &name, &key)
    };
    json_result(document.await)
}

/// `PUT /keys/:key`
pub(crate) async fn rename(
    State(service): Shared,
    headers: HeaderMap,
    key: Result<Path<String>, PathRejection>,
    body: Body,
) -> Answer {
    let document = async {
        authentication::check_master(&headers, &service).await?;
        let Path(key) = key.map_err(|_| missing())?;
        let name = name(&request_body::read_json(body).await?)?;
        let (kept, digest) = (name.clone(), authentication::digest(&key));
        let renamed = service.storage.transaction(move |transaction| storage::rename_key(transaction, &digest, &kept));
        described(renamed.await?, &name, &key)
    };
    json_result(document.await)
}

fn described(named: Named, name: &str, key: &str) -> Result<Value, Failure> {
    match named {
        Named::Done => Ok(json!({ "success": true, "name": name, "key": key })),
        Named::Missing => Err(missing()),
        Named::Taken => Err(Failure::unprocessable("name: another key has this name; choose one that none has")),
    }
}

fn missing() -> Failure {
    Failure::new(StatusCode::NOT_FOUND, "there is no such key among those made with POST /keys")
}

fn name(body: &Map<String, Value>) -> Result<String, Failure> {
    let name = body.get("name").and_then(Value::as_str).map(str::trim).filter(|name| !name.is_empty());
    let name = name.filter(|name| name.chars().count() <= MAX_NAME && !name.contains(char::is_control));
    let wrong = || Failure::unprocessable(format!("name: write a text of 1 to {MAX_NAME} characters"));
    name.map(str::to_owned).ok_or_else(wrong)
}

fn new_key() -> String {
    format!("{}{}", Uuid::new_v4().simple(), Uuid::new_v4().simple()).chars().take(KEY_LENGTH).collect()
}
