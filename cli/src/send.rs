//! `optidash send`: posts a notification as the API would, to try an endpoint.

use std::time::Duration;

use optidash_core::protocol::WEBHOOK_TIMEOUT_SECONDS;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::arguments::SendArguments;
use crate::console;
use crate::delivery::{self, Delivered};
use crate::http_client::HttpClient;

/// Sends one notification and prints what the endpoint answers.
///
/// # Errors
/// When the API would not count the notification as received.
pub(crate) async fn run(options: SendArguments) -> Result<(), String> {
    let id = options.id.unwrap_or_else(|| Uuid::new_v4().to_string());
    let document = if options.failure { failure(&id) } else { success(&id) };
    let limit = Duration::from_secs(WEBHOOK_TIMEOUT_SECONDS);
    let client = HttpClient::new()?;
    let delivered = delivery::deliver(&client, &options.url, document.to_string(), limit).await;
    print(&delivered)?;
    delivered.failure.map_or(Ok(()), |reason| Err(format!("not received: {reason}")))
}

fn print(delivered: &Delivered) -> Result<(), String> {
    let Some(status) = delivered.status else { return Ok(()) };
    console::print(status)?;
    let answer = String::from_utf8_lossy(&delivered.answer);
    if answer.is_empty() {
        return Ok(());
    }
    // What the endpoint writes is no command to the terminal.
    console::print(answer.replace(|character: char| character.is_control() && character != '\n', " "))
}

fn success(id: &str) -> Value {
    json!({
        "success": true,
        "code": 200,
        "id": id,
        "input": {
            "name": "image.jpg", "format": "JPEG", "width": 640, "height": 480, "colorspace": "YCbCr",
            "interlaced": false, "sampling": "4:2:2", "depth": 24, "quality": 95, "bytes": 85285,
            "sha1": "a3f4b1c2d5e60718293a4b5c6d7e8f9001122334",
        },
        "output": {
            "url": format!("https://s3.optidash.ai/temp/{}/image.jpg", Uuid::new_v4()),
            "name": "image.jpg", "format": "JPEG", "width": 100, "height": 75, "colorspace": "YCbCr",
            "interlaced": true, "sampling": "4:2:0", "depth": 24, "quality": 85, "bytes": 3472,
            "sha1": "b4c5d6e7f8091a2b3c4d5e6f708192a3b4c5d6e7",
        },
    })
}

fn failure(id: &str) -> Value {
    json!({ "success": false, "code": 422, "id": id, "message": "the image could not be downloaded" })
}
