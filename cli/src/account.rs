//! `optidash account`, `keys` and `webhooks`: what the API tells of the account, as JSON.

use optidash_core::{Error, history, request};
use serde_json::{Map, Value, json};

use crate::api::Api;
use crate::arguments::{AccountArguments, KeysArguments, KeysCommand, WebhooksArguments};
use crate::console;

/// Prints the plan and the quota.
///
/// # Errors
/// Those of the API and of the way to it.
pub(crate) async fn account(options: AccountArguments) -> Result<(), String> {
    let api = Api::new(&options.client)?;
    print(&api, request::account(api.client())).await
}

/// Makes or renames an API key, and prints it.
///
/// # Errors
/// Those of the API and of the way to it.
pub(crate) async fn keys(options: KeysArguments) -> Result<(), String> {
    match options.command {
        KeysCommand::Create { name, client } => {
            let api = Api::new(&client)?;
            print(&api, request::create_key(api.client(), &json!(name))).await
        }
        KeysCommand::Rename { api_key, name, client } => {
            let api = Api::new(&client)?;
            print(&api, request::rename_key(api.client(), &json!(api_key.0), &json!(name))).await
        }
    }
}

/// Prints one webhook, or a line for each that the filters select, page after page.
///
/// # Errors
/// Those of the API and of the way to it.
pub(crate) async fn webhooks(options: WebhooksArguments) -> Result<(), String> {
    let api = Api::new(&options.client)?;
    if let Some(id) = &options.id {
        let filters = [("id".to_owned(), json!(id))].into_iter().collect();
        return print(&api, request::webhooks(api.client(), &filters)).await;
    }
    let filters = filters(&options);
    let mut offset = Some(options.offset);
    let mut left = options.limit.unwrap_or(u64::MAX);
    while let Some(begin) = offset.filter(|_| left > 0) {
        let page = page(&api, &filters, begin).await.map_err(explain)?;
        for webhook in page.webhooks.iter().take(usize::try_from(left).unwrap_or(usize::MAX)) {
            console::print(&webhook.record)?;
        }
        left = left.saturating_sub(page.webhooks.len() as u64);
        offset = page.next_offset;
    }
    Ok(())
}

fn filters(options: &WebhooksArguments) -> Map<String, Value> {
    let filters = [("status", &options.status), ("start", &options.start), ("end", &options.end)];
    let given = filters.into_iter().filter_map(|(name, value)| Some((name.to_owned(), json!(value.as_ref()?))));
    given.collect()
}

async fn page(api: &Api, filters: &Map<String, Value>, offset: u64) -> Result<history::Page, Error> {
    let request = request::webhook_page(api.client(), filters, offset)?;
    history::page(&api.document(&request).await?, offset, None)
}

async fn print(api: &Api, request: Result<request::Request, Error>) -> Result<(), String> {
    let request = request.map_err(explain)?;
    let document = api.document(&request).await.map_err(explain)?;
    console::print(format_args!("{document:#}"))
}

fn explain(error: Error) -> String {
    format!("{}: {error}", error.code)
}
