//! `optidash listen`: a local endpoint that prints the notifications it can trust.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Extension, State};
use axum::http::header::{HeaderName, HeaderValue};
use axum::http::{HeaderMap, Method, Response, StatusCode};
use axum::{Router, routing};
use http_body_util::BodyExt as _;
use optidash_core::webhook::{Expectation, IncomingRequest, Receiver, Rejection};
use serde_json::{Map, Value, json};
use tokio::sync::watch;
use url::Url;

use crate::arguments::ListenArguments;
use crate::console;
use crate::http_server::{self, PeerAddress};

/// Receives notifications until it is told to stop.
///
/// # Errors
/// An address that cannot be listened on, and settings that the core refuses.
pub(crate) async fn run(options: ListenArguments) -> Result<(), String> {
    http_server::check_reachable(options.listen, options.allow_remote)?;
    let receiver = Receiver::new(&settings(&options)?).map_err(|error| error.to_string())?;
    let (listener, address) = http_server::bind(options.listen).await?;
    console::print(format_args!("{}/", http_server::origin(address)))?;
    let app = Router::new().fallback(routing::any(receive)).with_state(Arc::new(receiver));
    let (stop, stopped) = watch::channel(false);
    let server = tokio::spawn(http_server::run(listener, app, stopped));
    http_server::until_told_to_stop().await;
    let _ = stop.send(true);
    let _ = server.await;
    Ok(())
}

/// The receiver's settings. Unless told otherwise it believes this machine, where `optidash serve` runs.
fn settings(options: &ListenArguments) -> Result<Map<String, Value>, String> {
    let mut settings = Map::new();
    if !options.networks.is_empty() {
        settings.insert("networks".to_owned(), json!(options.networks));
    } else if options.trusted_proxies.is_empty() {
        settings.insert("networks".to_owned(), json!(["127.0.0.0/8", "::1/128"]));
    }
    if !options.trusted_proxies.is_empty() {
        settings.insert("trusted_proxies".to_owned(), json!({ "networks": options.trusted_proxies }));
    }
    if let Some(credentials) = &options.credentials {
        settings.insert("endpoint".to_owned(), json!(endpoint(&credentials.0)?));
    }
    Ok(settings)
}

fn endpoint(credentials: &str) -> Result<String, String> {
    let (user, password) = credentials.split_once(':').ok_or("--credentials: write USER:PASSWORD")?;
    let mut url = Url::parse("http://localhost/").map_err(|error| error.to_string())?;
    let set = url.set_username(user).and_then(|()| url.set_password(Some(password)));
    set.map_err(|()| "--credentials: write USER:PASSWORD".to_owned())?;
    Ok(url.into())
}

async fn receive(
    State(receiver): State<Arc<Receiver>>,
    Extension(PeerAddress(address)): Extension<PeerAddress>,
    method: Method,
    headers: HeaderMap,
    body: Body,
) -> Response<Body> {
    let body = read(body, receiver.max_body()).await;
    match receiver.receive(&incoming(address, &method, &headers), &body, &Expectation::default()) {
        Ok(notification) => {
            let printed = console::print(Value::Object(notification.metadata));
            answer(if printed.is_ok() { StatusCode::OK } else { StatusCode::INTERNAL_SERVER_ERROR })
        }
        Err(rejection) => reject(&rejection),
    }
}

fn answer(status: StatusCode) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    response
}

/// Reads a body until it is too long or ends; the receiver judges what is too long.
async fn read(mut body: Body, limit: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    while bytes.len() <= limit {
        match body.frame().await {
            Some(Ok(frame)) => bytes.extend_from_slice(frame.data_ref().map(AsRef::as_ref).unwrap_or_default()),
            Some(Err(_)) | None => break,
        }
    }
    bytes
}

fn incoming(address: SocketAddr, method: &Method, headers: &HeaderMap) -> IncomingRequest {
    let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    IncomingRequest {
        method: method.to_string(),
        url: None,
        address: Some(address.ip().to_string()),
        headers: headers.iter().map(|(name, value)| (name.to_string(), text(value))).collect(),
    }
}

fn reject(rejection: &Rejection) -> Response<Body> {
    console::log(format_args!("rejected with {}: {}", rejection.status, rejection.message));
    let mut response = answer(StatusCode::from_u16(rejection.status).unwrap_or(StatusCode::BAD_REQUEST));
    for (name, value) in &rejection.headers {
        if let Ok(name) = HeaderName::try_from(*name) {
            response.headers_mut().insert(name, HeaderValue::from_static(value));
        }
    }
    response
}
