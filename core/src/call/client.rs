//! The operations of a client: requests, answers, the history, and the size of a result.

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{Answer, Attempt, answer, read, size};
use crate::client::{self, Client};
use crate::history::{self, CatchUp};
use crate::observed::ResponseHead;
use crate::operations::OPERATIONS;
use crate::request::{self, ResponseMethod};
use crate::response::{self, Head, TransportFailure};
use crate::{Error, answers, retry};

pub(super) fn call(operation: &str, input: &str, bytes: &[u8]) -> Attempt {
    Some(match operation {
        "client" => client(input),
        "request" => request(input),
        "account" => read(input).and_then(|client| answer(&request::account(&client)?)),
        "webhooks" => webhooks(input),
        "webhook_page" => webhook_page(input),
        "catch_up" => catch_up(input),
        "create_key" => create_key(input),
        "rename_key" => rename_key(input),
        "download" => download(input),
        "history" => history(input),
        "response_body" => read(input).and_then(|head| answer(&response::body_kind(&head)?)),
        "response" => response(input, bytes),
        "transport_error" => read::<TransportFailure>(input).and_then(|failure| Err(failure.into())),
        "observed_response" => read::<ResponseHead>(input).and_then(|head| answer(&head.observed())),
        "retry" => read::<retry::Attempt>(input).and_then(|attempt| answer(&attempt.decide())),
        "output_size" => size::output(input),
        "operations" => answer(&OPERATIONS),
        "answers" => answer(&answers::answers()),
        _ => return None,
    })
}

fn client(input: &str) -> Result<Answer, Error> {
    client::check_names(&read(input)?)?;
    answer(&read::<Client>(input)?.settings()?)
}

#[derive(Deserialize)]
struct RequestInput {
    #[serde(flatten)]
    client: Client,
    calls: Vec<Vec<Value>>,
    response: ResponseMethod,
}

fn request(input: &str) -> Result<Answer, Error> {
    let input: RequestInput = read(input)?;
    answer(&request::build(&input.client, &input.calls, input.response)?)
}

#[derive(Deserialize)]
struct WebhooksInput {
    #[serde(flatten)]
    client: Client,
    #[serde(default)]
    filters: Map<String, Value>,
}

fn webhooks(input: &str) -> Result<Answer, Error> {
    let input: WebhooksInput = read(input)?;
    answer(&request::webhooks(&input.client, &input.filters)?)
}

#[derive(Deserialize)]
struct WebhookPageInput {
    #[serde(flatten)]
    client: Client,
    #[serde(default)]
    filters: Map<String, Value>,
    offset: u64,
}

fn webhook_page(input: &str) -> Result<Answer, Error> {
    let input: WebhookPageInput = read(input)?;
    answer(&request::webhook_page(&input.client, &input.filters, input.offset)?)
}

#[derive(Deserialize)]
struct CatchUpInput {
    #[serde(flatten)]
    client: Client,
    catch_up: CatchUp,
}

fn catch_up(input: &str) -> Result<Answer, Error> {
    let input: CatchUpInput = read(input)?;
    answer(&request::webhooks(&input.client, &input.catch_up.filters()?)?)
}

#[derive(Deserialize)]
struct KeyInput {
    #[serde(flatten)]
    client: Client,
    #[serde(default)]
    api_key: Value,
    #[serde(default)]
    name: Value,
}

fn create_key(input: &str) -> Result<Answer, Error> {
    let input: KeyInput = read(input)?;
    answer(&request::create_key(&input.client, &input.name)?)
}

fn rename_key(input: &str) -> Result<Answer, Error> {
    let input: KeyInput = read(input)?;
    answer(&request::rename_key(&input.client, &input.api_key, &input.name)?)
}

#[derive(Deserialize)]
struct DownloadInput {
    #[serde(flatten)]
    client: Client,
    #[serde(default)]
    source: Value,
}

fn download(input: &str) -> Result<Answer, Error> {
    let input: DownloadInput = read(input)?;
    answer(&request::download(&input.client, &input.source)?)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct HistoryInput {
    answer: Value,
    #[serde(default)]
    offset: u64,
    #[serde(default)]
    limit: Option<u64>,
}

fn history(input: &str) -> Result<Answer, Error> {
    let input: HistoryInput = read(input)?;
    answer(&history::page(&input.answer, input.offset, input.limit)?)
}

fn response(input: &str, body: &[u8]) -> Result<Answer, Error> {
    let head: Head = read(input)?;
    answer(&json!({"metadata": response::read(&head, body)?}))
}
