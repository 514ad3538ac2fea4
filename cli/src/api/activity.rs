//! When the last byte moved, and how many did.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

/// The bytes of all calls of a client, repetitions included.
#[derive(Debug, Default)]
pub(crate) struct Traffic {
    sent: AtomicU64,
    received: AtomicU64,
}

impl Traffic {
    /// Bytes of images that have been sent.
    pub(crate) fn sent(&self) -> u64 {
        self.sent.load(Ordering::Relaxed)
    }

    /// Bytes of answers that have been received.
    pub(crate) fn received(&self) -> u64 {
        self.received.load(Ordering::Relaxed)
    }
}

/// The wire of one attempt.
#[derive(Debug)]
pub(crate) struct Activity {
    last: Mutex<Instant>,
    traffic: Arc<Traffic>,
    file_error: OnceLock<String>,
}

impl Activity {
    pub(crate) fn new(traffic: Arc<Traffic>) -> Self {
        Self { last: Mutex::new(Instant::now()), traffic, file_error: OnceLock::new() }
    }

    pub(crate) fn sent(&self, bytes: u64) {
        self.traffic.sent.fetch_add(bytes, Ordering::Relaxed);
        self.touch();
    }

    pub(crate) fn received(&self, bytes: u64) {
        self.traffic.received.fetch_add(bytes, Ordering::Relaxed);
        self.touch();
    }

    /// Notes that the file to be uploaded cannot be read: the HTTP client only knows that it had nothing to send.
    pub(crate) fn fail(&self, error: &std::io::Error) {
        let _ = self.file_error.set(error.to_string());
    }

    pub(crate) fn file_error(&self) -> Option<&str> {
        self.file_error.get().map(String::as_str)
    }

    /// Does some work unless nothing moves for so many seconds meanwhile.
    pub(crate) async fn within<T>(&self, idle: Option<f64>, work: impl Future<Output = T>) -> Option<T> {
        let Some(limit) = idle.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok()) else {
            return Some(work.await);
        };
        tokio::select! {
            result = work => Some(result),
            () = self.still(limit) => None,
        }
    }

    async fn still(&self, limit: Duration) {
        loop {
            match limit.checked_sub(self.last().elapsed()) {
                None | Some(Duration::ZERO) => return,
                Some(rest) => tokio::time::sleep(rest).await,
            }
        }
    }

    fn last(&self) -> Instant {
        *self.last.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn touch(&self) {
        *self.last.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
    }
}
