//! The endpoints.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, RawQuery, State};
use axum::http::header::{CONTENT_TYPE, HeaderMap, HeaderValue, X_CONTENT_TYPE_OPTIONS};
use axum::http::{Response, StatusCode};
use axum::middleware;
use axum::routing::{get, post, put};
use optidash_core::protocol::API_PREFIX;
use serde_json::{Value, json};
use uuid::Uuid;

use super::answers::{Failure, Shape, binary_answer, json_answer, json_result};
use super::clock::Milliseconds;
use super::job::{Call, Job, Reply, Source};
use super::request_body;
use super::service::{Done, OUTPUT_LIFETIME, Service, content_type, with_address};
use super::storage::{self, Accepted, Output};
use super::{authentication, development, interception, keys, webhook_queries};

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
        .route("/webhooks/{id}", get(webhook))
        .route("/keys", post(keys::create))
        .route("/keys/{key}", put(keys::rename));
    Router::new()
        .nest(API_PREFIX, api)
        .route("/temp/{id}/{name}", get(output))
        .merge(development::router())
        .fallback(not_found)
        .method_not_allowed_fallback(method_not_allowed)
        .layer(middleware::from_fn_with_state(Arc::clone(&service), interception::intercept))
        .with_state(service)
}

async fn fetch(State(service): Shared, headers: HeaderMap, body: Body) -> Answer {
    let shape = Shape::of(&headers);
    let call = async {
        authentication::check(&headers, &service).await?;
        Call::fetch(request_body::read_json(body).await?, shape)
    };
    let call = call.await;
    answer_call(&service, call, shape).await
}

async fn upload(State(service): Shared, headers: HeaderMap, body: Body) -> Answer {
    let shape = Shape::of(&headers);
    let call = async {
        authentication::check(&headers, &service).await?;
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
        authentication::check(&headers, &service).await?;
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
        authentication::check(&headers, &service).await?;
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
        authentication::check(&headers, &service).await?;
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

async fn not_found() -> Answer {
    let message = format!("there is nothing here; the API lies below {API_PREFIX}/");
    Failure::new(StatusCode::NOT_FOUND, message).answer(Uuid::new_v4(), Shape::Json)
}

async fn method_not_allowed() -> Answer {
    Failure::new(StatusCode::METHOD_NOT_ALLOWED, "this address takes another method")
        .answer(Uuid::new_v4(), Shape::Json)
}
