//! Who calls: HTTP Basic with the API key as user name, or Bearer.

use axum::http::StatusCode;
use axum::http::header::{AUTHORIZATION, HeaderMap};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use sha2::{Digest as _, Sha256};

use super::answers::Failure;
use super::service::Service;
use super::storage;
use crate::arguments::Secret;

/// Checks that a call carries a key that is accepted, and gives the key.
///
/// Accepted are the keys of the command line and those made with the master key; without any on the command line, all.
pub(crate) async fn check(headers: &HeaderMap, service: &Service) -> Result<Secret, Failure> {
    let refused = |message| Failure::new(StatusCode::UNAUTHORIZED, message);
    let key = key(headers).ok_or_else(|| {
        refused("send your API key as the user name of HTTP Basic authentication, or as a Bearer token")
    })?;
    let known = &service.api_keys;
    if known.is_empty() || known.iter().any(|secret| secret.0 == key) || is_made(&key, service).await? {
        Ok(Secret(key))
    } else {
        Err(refused("this API key is not accepted here"))
    }
}

/// Checks that a call carries the master key: the first of the command line, or without any one that has not been made.
pub(crate) async fn check_master(headers: &HeaderMap, service: &Service) -> Result<(), Failure> {
    let Secret(key) = check(headers, service).await?;
    let is_master = match service.api_keys.first() {
        Some(master) => master.0 == key,
        None => !is_made(&key, service).await?,
    };
    let refused = || Failure::new(StatusCode::FORBIDDEN, "only the master key can make and rename API keys");
    is_master.then_some(()).ok_or_else(refused)
}

async fn is_made(key: &str, service: &Service) -> Result<bool, Failure> {
    let digest = digest(key);
    Ok(service.storage.transaction(move |transaction| storage::is_key(transaction, &digest)).await?)
}

/// What is kept of a key: enough to know it again.
pub(crate) fn digest(key: &str) -> Vec<u8> {
    Sha256::digest(key).to_vec()
}

fn key(headers: &HeaderMap) -> Option<String> {
    let (scheme, credentials) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    let key = match scheme.to_ascii_lowercase().as_str() {
        "basic" => user_name(credentials.trim())?,
        "bearer" => credentials.trim().to_owned(),
        _ => return None,
    };
    (!key.is_empty()).then_some(key)
}

fn user_name(credentials: &str) -> Option<String> {
    let decoded = String::from_utf8(BASE64.decode(credentials).ok()?).ok()?;
    decoded.split(':').next().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    fn key_of(value: &str) -> Option<String> {
        let mut headers = HeaderMap::new();
        headers.insert(AUTHORIZATION, HeaderValue::from_str(value).unwrap());
        key(&headers)
    }

    #[test]
    fn both_ways_of_sending_a_key_are_understood() {
        for value in ["Basic a2V5Og==", "basic a2V5Og==", "Basic a2V5", "Bearer key", "bearer  key"] {
            assert_eq!(key_of(value).as_deref(), Some("key"), "{value}");
        }
    }

    #[test]
    fn what_holds_no_key_is_none() {
        assert_eq!(key(&HeaderMap::new()), None);
        for value in ["Basic Og==", "Basic ???", "Bearer ", "Digest key", "key"] {
            assert_eq!(key_of(value), None, "{value}");
        }
    }
}
