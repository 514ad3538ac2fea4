//! `optidash serve`: a local Optidash API for development and tests.

mod answers;
mod authentication;
mod clock;
mod engine;
mod job;
mod request_body;
mod routes;
mod rules;
mod scheduler;
mod service;
mod source;
mod storage;
mod webhook_queries;

use std::io::Write as _;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use optidash_core::protocol::API_PREFIX;
use tokio::net::TcpListener;
use tokio::sync::{Notify, watch};

use crate::arguments::ServeArguments;
use crate::http_client::HttpClient;
use crate::http_server;
use crate::log;

use clock::Clock;
use engine::Engine;
use service::Service;
use source::Sources;
use storage::Storage;

const MIB: u64 = 1024 * 1024;

/// Runs the local API until it is told to stop.
pub(crate) async fn run(options: ServeArguments) -> Result<(), String> {
    if !options.listen.ip().is_loopback() && !options.allow_remote {
        return Err(format!(
            "{} can be reached from other machines; say --allow-remote if that is what you want",
            options.listen
        ));
    }
    let storage = Storage::open(&data_directory(options.data.clone())?)?;
    let listener = TcpListener::bind(options.listen).await;
    let listener = listener.map_err(|error| format!("cannot listen on {}: {error}", options.listen))?;
    let address = listener.local_addr().map_err(|error| format!("no address to listen on: {error}"))?;
    let service = Arc::new(service(options, storage, origin(address)).await?);
    announce(&service.origin)?;

    let (stop, stopped) = watch::channel(false);
    let scheduler = tokio::spawn(scheduler::run(Arc::clone(&service), stopped.clone()));
    let server = tokio::spawn(http_server::run(listener, app(&service), stopped));
    http_server::until_told_to_stop().await;
    log::line("stopping");
    let _ = stop.send(true);
    // A second signal ends what the first one waits for.
    tokio::select! {
        _ = async { tokio::join!(scheduler, server) } => {}
        () = http_server::until_told_to_stop() => {}
    }
    Ok(())
}

fn app(service: &Arc<Service>) -> Router {
    routes::router(Arc::clone(service))
}

async fn service(options: ServeArguments, storage: Storage, origin: String) -> Result<Service, String> {
    let unusable = |error: rusqlite::Error| format!("the data directory cannot be used: {error}");
    let (offset, resumed) = storage
        .transaction(|transaction| Ok((storage::clock_offset(transaction)?, storage::resume(transaction)?)))
        .await
        .map_err(unusable)?;
    if resumed > 0 {
        log::line(format_args!("sending again what was being sent when the last run ended: {resumed}"));
    }
    let client = HttpClient::new()?;
    let max_image = options.max_image * MIB;
    Ok(Service {
        origin,
        api_keys: options.api_keys,
        max_image,
        storage,
        clock: Clock::ahead_by(offset),
        engine: Engine::new(),
        sources: Sources::new(options.fixtures, client.clone(), max_image),
        client,
        forward_to: options.forward_webhooks_to,
        webhook_timeout: Duration::from_secs_f64(options.webhook_timeout),
        wake: Notify::new(),
        processed: Notify::new(),
    })
}

fn data_directory(chosen: Option<PathBuf>) -> Result<PathBuf, String> {
    let default = || std::env::home_dir().map(|home| home.join(".optidash"));
    chosen.or_else(default).ok_or_else(|| "no home directory to keep data in; name a directory with --data".to_owned())
}

/// Where programs on this machine reach the server.
fn origin(mut address: SocketAddr) -> String {
    match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => address.set_ip(Ipv4Addr::LOCALHOST.into()),
        IpAddr::V6(ip) if ip.is_unspecified() => address.set_ip(Ipv6Addr::LOCALHOST.into()),
        _ => {}
    }
    format!("http://{address}")
}

/// Writes the base URL for whoever waits for it: the server is ready.
fn announce(origin: &str) -> Result<(), String> {
    let mut output = std::io::stdout().lock();
    let written = writeln!(output, "{origin}{API_PREFIX}").and_then(|()| output.flush());
    written.map_err(|error| format!("cannot write the base URL: {error}"))
}
