//! The embedded engine, on threads of its own and only a few at a time.

use std::sync::Arc;

use axum::http::StatusCode;
use bytes::Bytes;
use optidash_core::image::{self, Limits, Transformed};
use serde_json::{Map, Value};
use tokio::sync::Semaphore;

use super::answers::Failure;
use crate::console;

#[derive(Debug)]
pub(crate) struct Engine {
    slots: Arc<Semaphore>,
}

impl Engine {
    /// An engine that works on as many images at once as there are processors.
    pub(crate) fn new() -> Self {
        let processors = std::thread::available_parallelism().map_or(1, usize::from);
        Self { slots: Arc::new(Semaphore::new(processors)) }
    }

    pub(crate) async fn transform(
        &self,
        bytes: Bytes,
        operations: Map<String, Value>,
        name: Option<String>,
    ) -> Result<Transformed, Failure> {
        // The semaphore is never closed.
        let slot = Arc::clone(&self.slots).acquire_owned().await;
        let task = tokio::task::spawn_blocking(move || {
            let _slot = slot;
            image::transform(&bytes, &operations, name.as_deref(), &Limits::default())
        });
        match task.await {
            Ok(result) => Ok(result?),
            Err(error) => {
                console::log(format_args!("the engine failed: {error}"));
                Err(Failure::new(StatusCode::INTERNAL_SERVER_ERROR, "the engine failed on this image"))
            }
        }
    }
}
