//! The endpoints for development that the API does not have: the clock, failures on request, the calls that came in.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http::header::{CONTENT_TYPE, HeaderMap};
use axum::http::{Response, StatusCode};
use axum::routing::get;
use serde_json::{Value, json};

use super::answers::{Failure, json_result};
use super::clock::{self, Milliseconds, SECOND};
use super::request_body;
use super::scheduler::HISTORY_DAYS;
use super::service::Service;
use super::storage;

type Shared = State<Arc<Service>>;
type Answer = Response<Body>;

/// Their routes. They ask for no key.
pub(crate) fn router() -> Router<Arc<Service>> {
    Router::new()
        .route("/clock", get(clock).post(advance_clock))
        .route("/failures", get(failures).post(add_failures).delete(clear_failures))
        .route("/calls", get(calls).delete(clear_calls))
}

async fn failures(State(service): Shared) -> Answer {
    json_result(Ok(service.failures.list()))
}

async fn add_failures(State(service): Shared, headers: HeaderMap, body: Body) -> Answer {
    let list = async {
        let list = read_from_program(&headers, body, "a list of failures").await?;
        service.failures.add(&list)?;
        Ok(service.failures.list())
    };
    json_result(list.await)
}

async fn clear_failures(State(service): Shared) -> Answer {
    service.failures.clear();
    json_result(Ok(service.failures.list()))
}

async fn calls(State(service): Shared) -> Answer {
    json_result(Ok(service.calls.list()))
}

async fn clear_calls(State(service): Shared) -> Answer {
    service.calls.clear();
    json_result(Ok(service.calls.list()))
}

async fn clock(State(service): Shared) -> Answer {
    json_result(Ok(clock_document(&service)))
}

fn clock_document(service: &Service) -> Value {
    json!({
        "success": true,
        "code": StatusCode::OK.as_u16(),
        "now": clock::iso(service.clock.now()),
        "ahead": service.clock.offset() / SECOND,
    })
}

async fn advance_clock(State(service): Shared, headers: HeaderMap, body: Body) -> Answer {
    let document = async {
        let body = read_from_program(&headers, body, "{\"advance\": SECONDS}").await?;
        let seconds = body.get("advance").and_then(Value::as_u64).and_then(|seconds| i64::try_from(seconds).ok());
        let advance = seconds.and_then(|seconds| seconds.checked_mul(SECOND)).filter(|time| *time <= clock::MAX_OFFSET);
        let advance = advance.ok_or_else(|| {
            Failure::unprocessable("advance: write a whole number of seconds, from 0 to a hundred years")
        })?;
        settle(&service).await?;
        advance_by(&service, advance).await?;
        Ok(clock_document(&service))
    };
    json_result(document.await)
}

// Without a key, but with a content type that no web page can send without asking.
async fn read_from_program(headers: &HeaderMap, body: Body, what: &str) -> Result<Value, Failure> {
    let content_type = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if !content_type.starts_with("application/json") {
        return Err(Failure::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, format!("send {what} as application/json")));
    }
    request_body::read_value(body).await
}

/// Waits until everything accepted so far has been processed, so that its delay counts from before the clock moves.
async fn settle(service: &Service) -> Result<(), Failure> {
    loop {
        let mut processed = std::pin::pin!(service.processed.notified());
        processed.as_mut().enable();
        let waiting = service.storage.transaction(|transaction| storage::unprocessed(transaction, 1)).await?;
        if waiting.is_empty() {
            return Ok(());
        }
        processed.await;
    }
}

async fn advance_by(service: &Service, advance: Milliseconds) -> Result<(), Failure> {
    let moved = service.clock.now() + advance;
    let offset = service.storage.transaction(move |transaction| {
        let offset = (storage::clock_offset(transaction)? + advance).min(clock::MAX_OFFSET);
        storage::set_clock_offset(transaction, offset)?;
        storage::purge(transaction, moved, HISTORY_DAYS)?;
        Ok(offset)
    });
    service.clock.set_offset(offset.await?);
    service.wake.notify_one();
    Ok(())
}
