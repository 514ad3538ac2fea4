//! Takes accepted requests through their states: created, scheduled, dispatched, delivered or failed.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use axum::http::StatusCode;
use optidash_core::protocol::WEBHOOK_HISTORY_DAYS;
use serde_json::Value;
use tokio::sync::watch;
use tokio::task::JoinSet;
use url::Url;
use uuid::Uuid;

use super::answers::Failure;
use super::clock::{Clock, Milliseconds};
use super::job::{Job, Source};
use super::service::{self, OUTPUT_LIFETIME, Service};
use super::storage::{self, Accepted, Due};
use crate::console;
use crate::delivery::{self, Delivered};
use crate::http_client::{shown, without_credentials};

// Each holds an image in memory.
const MAX_PROCESSING: usize = 4;
const MAX_DELIVERIES: usize = 32;

// After trouble with the data directory.
const RETRY: Duration = Duration::from_secs(1);

// The system's clock can be set, so none is trusted for longer.
const LONGEST_SLEEP: Duration = Duration::from_secs(60);

pub(crate) const HISTORY_DAYS: i64 = WEBHOOK_HISTORY_DAYS as i64;

/// What is going on right now.
#[derive(Default)]
struct Running {
    tasks: JoinSet<Finished>,
    processing: HashSet<Uuid>,
    deliveries: usize,
}

enum Finished {
    Processing(Uuid),
    Delivery,
}

/// Works until told to stop; then lets what is being sent come to its end. What is being processed is on disk and can
/// begin anew.
pub(crate) async fn run(service: Arc<Service>, mut stop: watch::Receiver<bool>) {
    let mut running = Running::default();
    while !*stop.borrow() {
        let sleep = match start_what_can_be(&service, &mut running).await {
            Ok(next) => until(next, &service.clock),
            Err(error) => {
                console::log(format_args!("the data directory cannot be used: {error}"));
                RETRY
            }
        };
        tokio::select! {
            () = service.wake.notified() => {}
            () = tokio::time::sleep(sleep) => {}
            Some(finished) = running.tasks.join_next() => running.note(finished.ok()),
            _ = stop.changed() => {}
        }
    }
    while running.deliveries > 0 {
        let Some(finished) = running.tasks.join_next().await else { return };
        running.note(finished.ok());
    }
}

impl Running {
    fn note(&mut self, finished: Option<Finished>) {
        match finished {
            Some(Finished::Processing(id)) => drop(self.processing.remove(&id)),
            Some(Finished::Delivery) => self.deliveries = self.deliveries.saturating_sub(1),
            // A task ends without a result only by a panic, and there is none to be had in them.
            None => {}
        }
    }
}

/// Starts what is due and says when there is more to do.
async fn start_what_can_be(service: &Arc<Service>, running: &mut Running) -> rusqlite::Result<Option<Milliseconds>> {
    let now = service.clock.now();
    service.storage.transaction(move |transaction| storage::purge(transaction, now, HISTORY_DAYS)).await?;
    start_processing(service, running).await?;
    start_deliveries(service, running).await?;
    let busy = running.deliveries >= MAX_DELIVERIES;
    service
        .storage
        .transaction(move |transaction| {
            let purge = storage::next_purge(transaction, HISTORY_DAYS)?;
            // When all hands are busy, the next one that is free wakes the scheduler.
            let due = if busy { None } else { storage::next_due(transaction)? };
            Ok(purge.into_iter().chain(due).min())
        })
        .await
}

async fn start_processing(service: &Arc<Service>, running: &mut Running) -> rusqlite::Result<()> {
    let waiting =
        service.storage.transaction(|transaction| storage::unprocessed(transaction, 2 * MAX_PROCESSING)).await?;
    for id in waiting {
        if running.processing.len() < MAX_PROCESSING && running.processing.insert(id) {
            running.tasks.spawn(process(Arc::clone(service), id));
        }
    }
    Ok(())
}

async fn start_deliveries(service: &Arc<Service>, running: &mut Running) -> rusqlite::Result<()> {
    while running.deliveries < MAX_DELIVERIES {
        let now = service.clock.now();
        let due = service.storage.transaction(move |transaction| storage::dispatch(transaction, now)).await?;
        let Some(due) = due else { break };
        running.deliveries += 1;
        running.tasks.spawn(deliver(Arc::clone(service), due));
    }
    Ok(())
}

fn until(next: Option<Milliseconds>, clock: &Clock) -> Duration {
    let milliseconds = next.map(|next| next.saturating_sub(clock.now()).max(0).unsigned_abs());
    milliseconds.map_or(LONGEST_SLEEP, Duration::from_millis).min(LONGEST_SLEEP)
}

async fn process(service: Arc<Service>, id: Uuid) -> Finished {
    if let Err(error) = try_process(&service, id).await {
        console::log(format_args!("request {id} could not be processed and will be tried again: {error}"));
        tokio::time::sleep(RETRY).await;
    }
    service.processed.notify_waiters();
    Finished::Processing(id)
}

async fn try_process(service: &Service, id: Uuid) -> rusqlite::Result<()> {
    let accepted = service.storage.transaction(move |transaction| storage::accepted(transaction, id)).await?;
    let delay = accepted.delay;
    let result = match read_job(accepted) {
        Ok(job) => service.work(job).await,
        Err(failure) => Err(failure),
    };
    let (document, file) = match result {
        Ok(done) => (done.document(id), Some(done.file)),
        Err(failure) => (failure.document(id), None),
    };
    let now = service.clock.now();
    service
        .storage
        .transaction(move |transaction| {
            if let Some(file) = file {
                storage::keep_output(transaction, &file, now + delay + OUTPUT_LIFETIME)?;
            }
            storage::schedule(transaction, id, &document.to_string(), now)
        })
        .await
}

fn read_job(accepted: Accepted) -> Result<Job, Failure> {
    let mut job: Job = serde_json::from_str(&accepted.job).map_err(|error| {
        console::log(format_args!("request {} is unreadable in the data directory: {error}", accepted.id));
        Failure::new(StatusCode::INTERNAL_SERVER_ERROR, "the local API lost this request")
    })?;
    if let Source::Upload { bytes, .. } = &mut job.source {
        *bytes = accepted.image.unwrap_or_default().into();
    }
    Ok(job)
}

async fn deliver(service: Arc<Service>, due: Due) -> Finished {
    let id = due.id;
    let endpoint = Url::parse(&due.endpoint).ok();
    let delivered = match &endpoint {
        Some(endpoint) => post(&service, endpoint, &due.payload).await,
        None => Delivered { status: None, answer: Vec::new(), failure: Some("the endpoint is no address".to_owned()) },
    };
    let report = report(&service, id, endpoint.as_ref(), &delivered);
    let remembered = endpoint.map(|url| without_credentials(&url).to_string()).unwrap_or_default();
    let now = service.clock.now();
    let finished = service.storage.transaction(move |transaction| {
        let Delivered { status, failure, .. } = &delivered;
        storage::finish(transaction, id, &remembered, *status, failure.as_deref(), now)
    });
    match finished.await {
        Ok(()) => console::log(report),
        Err(error) => console::log(format_args!("{report}; not noted, and sent again after a restart: {error}")),
    }
    Finished::Delivery
}

async fn post(service: &Service, endpoint: &Url, payload: &str) -> Delivered {
    let target = match &service.forward_to {
        Some(forward) => delivery::with_credentials_of(forward, endpoint),
        None => endpoint.clone(),
    };
    let document: Value = serde_json::from_str(payload).unwrap_or_default();
    let document = service::with_address(document, &service.origin).to_string();
    delivery::deliver(&service.client, &target, document, service.webhook_timeout).await
}

fn report(service: &Service, id: Uuid, endpoint: Option<&Url>, delivered: &Delivered) -> String {
    let endpoint = endpoint.map(|url| shown(url).to_string()).unwrap_or_default();
    let forwarded = if service.forward_to.is_some() { " (forwarded)" } else { "" };
    match &delivered.failure {
        None => format!("webhook {id} delivered to {endpoint}{forwarded}"),
        Some(reason) => format!("webhook {id} failed at {endpoint}{forwarded}: {reason}"),
    }
}
