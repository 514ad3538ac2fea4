//! The multipart body of an upload, read from its file as it is sent.

use std::io;
use std::path::Path;
use std::sync::Arc;

use bytes::{Bytes, BytesMut};
use futures_util::{Stream, stream};
use optidash_core::request::FilePart;
use reqwest::Body;
use reqwest::multipart::{Form, Part};
use tokio::fs::File;
use tokio::io::{AsyncReadExt as _, Take};

use super::activity::Activity;

const CHUNK: usize = 128 * 1024;

/// A form with the parts `data` and `file`, in this order.
pub(super) async fn form(data: String, label: &FilePart, path: &Path, activity: Arc<Activity>) -> io::Result<Form> {
    let file = File::open(path).await?;
    // What is appended meanwhile is left out: the length has been announced.
    let length = file.metadata().await?.len();
    let body = Body::wrap_stream(chunks(file.take(length), activity));
    let part = Part::stream_with_length(body, length).file_name(label.name.clone());
    let part = part.mime_str(label.content_type).map_err(io::Error::other)?;
    Ok(Form::new().percent_encode_noop().text("data", data).part("file", part))
}

fn chunks(file: Take<File>, activity: Arc<Activity>) -> impl Stream<Item = io::Result<Bytes>> {
    stream::try_unfold(file, move |mut file| {
        let activity = Arc::clone(&activity);
        async move {
            let mut chunk = BytesMut::with_capacity(CHUNK);
            let length = file.read_buf(&mut chunk).await.inspect_err(|error| activity.fail(error))?;
            activity.sent(length as u64);
            Ok((length > 0).then(|| (chunk.freeze(), file)))
        }
    })
}
