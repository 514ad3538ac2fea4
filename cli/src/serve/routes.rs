//! The endpoints.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, RawQuery, State};
use axum::http::header::{CONTENT_TYPE, HeaderMap, HeaderValue, X_CONTENT_TYPE_OPTIONS};
use axum::http::{Response, StatusCode};
use axum::routing::{get, post};
use optidash_core::protocol::API_PREFIX;
use serde_json::{Value, json};
use uuid::Uuid;

use super::answers::{Failure, Shape, binary_answer, json_answer};
use super::clock::{self, Milliseconds, SECOND};
use super::job::{Call, Job, Reply, Source};
use super::request_body;
use super::scheduler::HISTORY_DAYS;
use super::service::{Done, OUTPUT_LIFETIME, Service, content_type, with_address};
use super::storage::{self, Accepted, Output};
use super::{authentication, webhook_queries};

type Shared = State<Arc<Service>>;
type Answer = Response<Body>;

// What a plan of the real service could look like.
const QUOTA: i64 = 250_000;

/// The server's routes.
pub(crate) fn router(service: Arc<Service>) -> Router {
    let api = Router::new()
        .route("/fetch", post(fetch))
        .route("/upload", post(upload))
        .route("/account", get(account))
        .route("/webhooks", get(webhooks))
        .route("/webhooks/", get(webhooks))
        .route("/webhooks/{id}", get(webhook));
    Router::new()
        .nest(API_PREFIX, api)
        .route("/temp/{id}/{name}", get(output))
        .route("/clock", get(clock).post(advance_clock))
        .fallback(not_found)
        .method_not_allowed_fallback(method_not_allowed)
        .with_state(service)
}

async fn fetch(State(service): Shared, headers: HeaderMap, body: Body) -> Answer {
    let shape = Shape::of(&headers);
    let call = async {
        authentication::check(&headers, &service.api_keys)?;
        Call::fetch(request_body::read_json(body).await?, shape)
    };
    let call = call.await;
    answer_call(&service, call, shape).await
}

async fn upload(State(service): Shared, headers: HeaderMap, body: Body) -> Answer {
    let shape = Shape::of(&headers);
    let call = async {
        authentication::check(&headers, &service.api_keys)?;
        Call::upload(request_body::read_upload(&headers, body, service.max_image).await?, shape)
    };
    let call = call.await;
    answer_call(&service, call, shape).await
}

async fn answer_call(service: &Service, call: Result<Call, Failure>, shape: Shape) -> Answer {
    let id = Uuid::new_v4();
    match call {
        Err(failure) => failure.answer(id, shape),
        Ok(Call { job, reply }) => {
            let shape = reply.shape();
            let answer = match reply {
                Reply::Webhook { endpoint, delay } => accept(service, id, job, endpoint, delay).await,
                Reply::Json | Reply::Binary => work(service, id, job, shape).await,
            };
            answer.unwrap_or_else(|failure| failure.answer(id, shape))
        }
    }
}

/// Keeps the request, so that from here on only a lost disk can lose it, and promises the notification.
async fn accept(
    service: &Service,
    id: Uuid,
    job: Job,
    endpoint: String,
    delay: Milliseconds,
) -> Result<Answer, Failure> {
    let text = serde_json::to_string(&job).unwrap_or_default();
    let image = match job.source {
        Source::Upload { bytes, .. } => Some(bytes.into()),
        Source::Fetch { .. } => None,
    };
    let now = service.clock.now();
    let accepted = Accepted { id, endpoint, delay, job: text, image };
    service
        .storage
        .transaction(move |transaction| {
            storage::count_call(transaction)?;
            storage::accept(transaction, &accepted, now)
        })
        .await?;
    service.wake.notify_one();
    let status = StatusCode::ACCEPTED;
    Ok(json_answer(status, &json!({ "success": true, "code": status.as_u16(), "id": id })))
}

async fn work(service: &Service, id: Uuid, job: Job, shape: Shape) -> Result<Answer, Failure> {
    let done = service.work(job).await?;
    let document = with_address(done.document(id), &service.origin);
    let Done { file, .. } = done;
    let (content_type, bytes) = (content_type(&file.format), file.bytes.clone());
    keep(service, file).await?;
    Ok(match shape {
        Shape::Json => json_answer(StatusCode::OK, &document),
        Shape::Binary => binary_answer(StatusCode::OK, &document, Body::from(bytes), Some(content_type)),
    })
}

async fn keep(service: &Service, file: Output) -> Result<(), Failure> {
    let expires_at = service.clock.now() + OUTPUT_LIFETIME;
    let kept = service.storage.transaction(move |transaction| {
        storage::count_call(transaction)?;
        storage::keep_output(transaction, &file, expires_at)
    });
    Ok(kept.await?)
}

async fn account(State(service): Shared, headers: HeaderMap) -> Answer {
    let document = async {
        authentication::check(&headers, &service.api_keys)?;
        Ok(account_document(service.storage.transaction(storage::calls).await?))
    };
    json_result(document.await)
}

// The two published shapes in one.
fn account_document(used: i64) -> Value {
    let total = QUOTA.max(used);
    let counts = json!({ "total": total, "used": used, "remaining": total - used });
    json!({
        "success": true,
        "code": StatusCode::OK.as_u16(),
        "company": "Local development",
        "subscription": { "name": "Local", "period": "Monthly" },
        "quota": counts,
        "credits": counts,
    })
}

async fn webhooks(State(service): Shared, headers: HeaderMap, RawQuery(query): RawQuery) -> Answer {
    let document = async {
        authentication::check(&headers, &service.api_keys)?;
        let filter = webhook_queries::filter(query.as_deref())?;
        let found = service.storage.transaction(move |transaction| {
            let (webhooks, total) = storage::webhooks(transaction, &filter)?;
            Ok((webhooks, total, filter))
        });
        let (webhooks, total, filter) = found.await?;
        Ok(webhook_queries::page(&webhooks, total, &filter, &service.origin))
    };
    json_result(document.await)
}

async fn webhook(State(service): Shared, headers: HeaderMap, id: Result<Path<String>, PathRejection>) -> Answer {
    let document = async {
        authentication::check(&headers, &service.api_keys)?;
        let missing = || Failure::new(StatusCode::NOT_FOUND, "there is no webhook with this id, or it is too old");
        let id: Uuid = id.ok().and_then(|Path(id)| id.parse().ok()).ok_or_else(missing)?;
        let found = service.storage.transaction(move |transaction| storage::webhook(transaction, id)).await?;
        Ok(webhook_queries::one(&found.ok_or_else(missing)?, &service.origin))
    };
    json_result(document.await)
}

async fn output(State(service): Shared, path: Result<Path<(String, String)>, PathRejection>) -> Answer {
    match find_output(&service, path).await {
        Ok(file) => image_answer(file),
        Err(failure) => failure.answer(Uuid::new_v4(), Shape::Json),
    }
}

async fn find_output(
    service: &Service,
    path: Result<Path<(String, String)>, PathRejection>,
) -> Result<Output, Failure> {
    let missing = || Failure::new(StatusCode::NOT_FOUND, "there is no such file in temporary storage, or no longer");
    let Path((id, name)) = path.map_err(|_| missing())?;
    let id: Uuid = id.parse().map_err(|_| missing())?;
    let now = service.clock.now();
    let found = service.storage.transaction(move |transaction| storage::output(transaction, id, now)).await?;
    found.filter(|file| file.name == name).ok_or_else(missing)
}

fn image_answer(file: Output) -> Answer {
    let media_type = HeaderValue::from_static(content_type(&file.format));
    let mut response = Response::new(Body::from(file.bytes));
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, media_type);
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
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

// For development only, so it asks for no key; but for a content type that no web page can send without asking.
async fn advance_clock(State(service): Shared, headers: HeaderMap, body: Body) -> Answer {
    let document = async {
        let content_type = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        if !content_type.starts_with("application/json") {
            return Err(Failure::new(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "send {\"advance\": SECONDS} as application/json",
            ));
        }
        let body = request_body::read_json(body).await?;
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

async fn not_found() -> Answer {
    let message = format!("there is nothing here; the API lies below {API_PREFIX}/");
    Failure::new(StatusCode::NOT_FOUND, message).answer(Uuid::new_v4(), Shape::Json)
}

async fn method_not_allowed() -> Answer {
    Failure::new(StatusCode::METHOD_NOT_ALLOWED, "this address takes another method")
        .answer(Uuid::new_v4(), Shape::Json)
}

fn json_result(result: Result<Value, Failure>) -> Answer {
    match result {
        Ok(document) => json_answer(StatusCode::OK, &document),
        Err(failure) => failure.answer(Uuid::new_v4(), Shape::Json),
    }
}
