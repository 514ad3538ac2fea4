//! `optidash serve`: a local Optidash API for development and tests.

mod answers;
mod authentication;
mod calls;
mod clock;
mod development;
mod engine;
pub(crate) mod failures;
mod interception;
mod job;
mod keys;
pub(crate) mod rate_limit;
mod request_body;
mod routes;
mod scheduler;
mod service;
mod source;
mod storage;
mod webhook_queries;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use optidash_core::protocol::API_PREFIX;
use tokio::sync::{Notify, watch};

use crate::arguments::ServeArguments;
use crate::console;
use crate::http_client::HttpClient;
use crate::http_server;

use calls::Calls;
use clock::Clock;
use engine::Engine;
use failures::Failures;
use rate_limit::RateLimit;
use service::Service;
use source::Sources;
use storage::Storage;

const MIB: u64 = 1024 * 1024;

/// Runs the local API until it is told to stop.
pub(crate) async fn run(options: ServeArguments) -> Result<(), String> {
    http_server::check_reachable(options.listen, options.allow_remote)?;
    let storage = Storage::open(&data_directory(options.data.clone())?)?;
    let (listener, address) = http_server::bind(options.listen).await?;
    let (stop, stopped) = watch::channel(false);
    let service = Arc::new(service(options, storage, http_server::origin(address), stopped.clone()).await?);
    // Whoever waits for this line finds the server ready.
    console::print(format_args!("{}{API_PREFIX}", service.origin))?;

    let scheduler = tokio::spawn(scheduler::run(Arc::clone(&service), stopped.clone()));
    let server = tokio::spawn(http_server::run(listener, routes::router(Arc::clone(&service)), stopped));
    http_server::until_told_to_stop().await;
    console::log("stopping");
    let _ = stop.send(true);
    // A second signal ends what the first one waits for.
    tokio::select! {
        _ = async { tokio::join!(scheduler, server) } => {}
        () = http_server::until_told_to_stop() => {}
    }
    Ok(())
}

async fn service(
    options: ServeArguments,
    storage: Storage,
    origin: String,
    stopping: watch::Receiver<bool>,
) -> Result<Service, String> {
    let unusable = |error: rusqlite::Error| format!("the data directory cannot be used: {error}");
    let (offset, resumed) = storage
        .transaction(|transaction| Ok((storage::clock_offset(transaction)?, storage::resume(transaction)?)))
        .await
        .map_err(unusable)?;
    if resumed > 0 {
        console::log(format_args!("sending again what was being sent when the last run ended: {resumed}"));
    }
    let client = HttpClient::new()?;
    let max_image = options.max_image * MIB;
    let failures = Failures::default();
    failures.extend(options.failures.into_iter().map(Ok)).map_err(|reason| format!("--fail: {reason}"))?;
    Ok(Service {
        origin,
        api_keys: options.api_keys,
        rate_limit: options.rate_limit.map(RateLimit::new),
        failures,
        calls: Calls::default(),
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
        stopping,
    })
}

fn data_directory(chosen: Option<PathBuf>) -> Result<PathBuf, String> {
    let default = || std::env::home_dir().map(|home| home.join(".optidash"));
    chosen.or_else(default).ok_or_else(|| "no home directory to keep data in; name a directory with --data".to_owned())
}
