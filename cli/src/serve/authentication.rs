//! Who calls: HTTP Basic with the API key as user name, or Bearer.

use axum::http::StatusCode;
use axum::http::header::{AUTHORIZATION, HeaderMap};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;

use super::answers::Failure;
use crate::arguments::Secret;

/// Checks that a call carries a key, and one of the accepted keys if there are any.
pub(crate) fn check(headers: &HeaderMap, accepted: &[Secret]) -> Result<(), Failure> {
    let refused = |message| Err(Failure::new(StatusCode::UNAUTHORIZED, message));
    match key(headers) {
        None => refused("send your API key as the user name of HTTP Basic authentication, or as a Bearer token"),
        Some(key) if accepted.is_empty() || accepted.iter().any(|secret| secret.0 == key) => Ok(()),
        Some(_) => refused("this API key is not accepted here"),
    }
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

    fn checked(value: &str, accepted: &[Secret]) -> bool {
        let mut headers = HeaderMap::new();
        headers.insert(AUTHORIZATION, HeaderValue::from_str(value).unwrap());
        check(&headers, accepted).is_ok()
    }

    #[test]
    fn both_ways_of_sending_a_key_are_understood() {
        for value in ["Basic a2V5Og==", "basic a2V5Og==", "Basic a2V5", "Bearer key", "bearer  key"] {
            assert!(checked(value, &[]), "{value}");
            assert!(checked(value, &[Secret("key".to_owned())]), "{value}");
            assert!(!checked(value, &[Secret("other".to_owned())]), "{value}");
        }
    }

    #[test]
    fn a_call_without_a_key_is_refused() {
        assert!(check(&HeaderMap::new(), &[]).is_err());
        for value in ["Basic Og==", "Basic ???", "Bearer ", "Digest key", "key"] {
            assert!(!checked(value, &[]), "{value}");
        }
    }
}
