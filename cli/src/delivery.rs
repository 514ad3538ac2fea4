//! Sends one notification and judges the answer as the API does.

use std::time::Duration;

use optidash_core::web_url;
use reqwest::Method;
use reqwest::header::CONTENT_TYPE;
use url::Url;

use crate::http_client::{self, HttpClient};

// Enough to see what an endpoint complains about.
const ANSWER_BYTES: usize = 16 * 1024;

/// How a notification fared.
#[derive(Debug)]
pub(crate) struct Delivered {
    /// The status the endpoint answered with, when it answered.
    pub(crate) status: Option<u16>,
    /// The first bytes of the answer's body.
    pub(crate) answer: Vec<u8>,
    /// Why it does not count as received; `None` when it does.
    pub(crate) failure: Option<String>,
}

/// Posts a JSON document to an endpoint.
///
/// Only a 2xx answer within the time limit counts; a redirection is a failure and is not followed. A user name and
/// password in the URL are sent as Basic authentication and not as part of the address.
pub(crate) async fn deliver(client: &HttpClient, endpoint: &Url, document: String, limit: Duration) -> Delivered {
    match tokio::time::timeout(limit, post(client, endpoint, document)).await {
        Ok(Ok((status, answer))) => judge(status, answer),
        Ok(Err(error)) => failed(None, http_client::reason(&error)),
        Err(_) => failed(None, format!("no answer within {} seconds", limit.as_secs_f64())),
    }
}

async fn post(client: &HttpClient, endpoint: &Url, document: String) -> reqwest::Result<(u16, Vec<u8>)> {
    let request = client.request(Method::POST, endpoint);
    let mut response = request.header(CONTENT_TYPE, "application/json").body(document).send().await?;
    let answer = read_start(&mut response).await;
    Ok((response.status().as_u16(), answer))
}

// An answer whose body breaks off has been given all the same.
async fn read_start(response: &mut reqwest::Response) -> Vec<u8> {
    let mut answer = Vec::new();
    while answer.len() < ANSWER_BYTES {
        match response.chunk().await {
            Ok(Some(chunk)) => answer.extend_from_slice(&chunk),
            Ok(None) | Err(_) => break,
        }
    }
    answer.truncate(ANSWER_BYTES);
    answer
}

fn judge(status: u16, answer: Vec<u8>) -> Delivered {
    let failure = (!(200..300).contains(&status)).then(|| format!("the endpoint answered {status}, not 2xx"));
    Delivered { status: Some(status), answer, failure }
}

fn failed(status: Option<u16>, reason: String) -> Delivered {
    Delivered { status, answer: Vec::new(), failure: Some(reason) }
}

/// The target with the other URL's user name and password, unless it has its own.
pub(crate) fn with_credentials_of(target: &Url, other: &Url) -> Url {
    let mut url = target.clone();
    if web_url::credentials(target).is_none() {
        // Neither fails for http and https, the only schemes here.
        let _ = url.set_username(other.username());
        let _ = url.set_password(other.password());
    }
    url
}
