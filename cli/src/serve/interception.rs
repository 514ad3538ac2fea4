//! What happens to a call before and after its endpoint: it is counted, limited, and meets the failure that waits for it.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderName, HeaderValue, RETRY_AFTER};
use axum::http::{Response, StatusCode};
use axum::middleware::Next;
use bytes::Bytes;
use futures_util::{StreamExt as _, stream};
use http_body_util::BodyExt as _;
use optidash_core::protocol::{API_PREFIX, METADATA_HEADERS};
use uuid::Uuid;

use super::answers::{Failure, Shape};
use super::clock::SECOND;
use super::failures::Effect;
use super::request_body;
use super::service::Service;
use crate::http_server::CutConnection;

type Answer = Response<Body>;

/// Outputs lie outside the API: they meet only failures that name them.
pub(crate) const OUTPUTS: &str = "/temp";

/// Stands between the socket and the endpoints.
pub(crate) async fn intercept(State(service): State<Arc<Service>>, request: Request, next: Next) -> Answer {
    let path = request.uri().path();
    let (path, effect) = match below_prefix(path) {
        Some(path) => (path, None),
        None if path.starts_with(OUTPUTS) => (path, service.failures.take_named(path)),
        None => return next.run(request).await,
    };
    let path = path.to_owned();
    let call = service.calls.begin(request.method().as_str(), &path);
    let answer = match effect {
        Some(effect) => fail(&service, effect, request, next).await,
        None if path.starts_with(OUTPUTS) => next.run(request).await,
        None => answer_call(&service, &path, request, next).await,
    };
    if answer.extensions().get::<CutConnection>().is_none() {
        service.calls.answered(call, answer.status().as_u16());
    }
    answer
}

fn below_prefix(path: &str) -> Option<&str> {
    path.strip_prefix(API_PREFIX).filter(|rest| rest.starts_with('/'))
}

async fn answer_call(service: &Service, path: &str, request: Request, next: Next) -> Answer {
    if let Some(limit) = &service.rate_limit
        && let Err(seconds) = limit.admit(service.clock.now())
    {
        let (calls, period) = (limit.rate.calls, limit.rate.period / SECOND);
        let message =
            format!("more than {calls} calls in {period} seconds; the next is welcome in {seconds} (--rate-limit)");
        let failure = Failure::new(StatusCode::TOO_MANY_REQUESTS, message);
        return refuse(service, &failure, vec![(RETRY_AFTER, seconds.into())], request).await;
    }
    match service.failures.take(path) {
        Some(effect) => fail(service, effect, request, next).await,
        None => next.run(request).await,
    }
}

async fn fail(service: &Service, effect: Effect, request: Request, next: Next) -> Answer {
    match effect {
        Effect::Status(status, headers) => {
            let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            let failure = Failure::new(status, "this failure was asked for, at /failures or with --fail");
            refuse(service, &failure, headers, request).await
        }
        Effect::Cut => {
            read_to_end(service, request).await;
            cut()
        }
        Effect::Slow(seconds) => {
            let answer = next.run(request).await;
            wait(service, Duration::from_secs_f64(seconds)).await;
            answer
        }
        Effect::Truncated => truncate(next.run(request).await).await,
        Effect::ContentType(value) => {
            let mut answer = next.run(request).await;
            answer.headers_mut().insert(CONTENT_TYPE, value);
            answer
        }
        Effect::Malformed => break_json(next.run(request).await).await,
    }
}

async fn refuse(
    service: &Service,
    failure: &Failure,
    headers: Vec<(HeaderName, HeaderValue)>,
    request: Request,
) -> Answer {
    let shape = Shape::of(request.headers());
    read_to_end(service, request).await;
    let mut answer = failure.answer(Uuid::new_v4(), shape);
    answer.headers_mut().extend(headers);
    answer
}

// A client that is still sending when the connection closes may never see the answer.
async fn read_to_end(service: &Service, request: Request) {
    request_body::discard(request.into_body(), service.max_image).await;
}

fn cut() -> Answer {
    let mut answer = Response::new(Body::empty());
    answer.extensions_mut().insert(CutConnection);
    answer
}

// The server drops this when the client goes.
async fn wait(service: &Service, time: Duration) {
    let mut stopping = service.stopping.clone();
    tokio::select! {
        () = tokio::time::sleep(time) => {}
        _ = stopping.wait_for(|stopping| *stopping) => {}
    }
}

async fn truncate(answer: Answer) -> Answer {
    let (mut head, body) = answer.into_parts();
    let body = collect(body).await;
    // An empty body claims to have one.
    let claimed = body.len().max(2);
    head.headers.insert(CONTENT_LENGTH, claimed.into());
    let half = body.slice(..body.len() / 2);
    let breaks = stream::once(async {
        // Lets the first half go out.
        tokio::task::yield_now().await;
        Err(std::io::Error::from(std::io::ErrorKind::ConnectionAborted))
    });
    Response::from_parts(head, Body::from_stream(stream::iter([Ok(half)]).chain(breaks)))
}

/// Halves the JSON: in the headers of a binary answer, in the body of every other.
async fn break_json(answer: Answer) -> Answer {
    let (mut head, body) = answer.into_parts();
    let mut in_headers = false;
    for name in METADATA_HEADERS {
        let half = head.headers.get(name).and_then(|value| HeaderValue::from_bytes(first_half(value.as_bytes())).ok());
        if let (Some(half), Ok(name)) = (half, HeaderName::try_from(name)) {
            head.headers.insert(name, half);
            in_headers = true;
        }
    }
    if in_headers {
        return Response::from_parts(head, body);
    }
    let body = collect(body).await;
    Response::from_parts(head, Body::from(body.slice(..body.len() / 2)))
}

fn first_half(bytes: &[u8]) -> &[u8] {
    bytes.split_at(bytes.len() / 2).0
}

// The endpoints give whole bodies, so this neither waits nor fails.
async fn collect(body: Body) -> Bytes {
    body.collect().await.map(|body| body.to_bytes()).unwrap_or_default()
}
