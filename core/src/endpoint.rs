//! Signed endpoints: webhook URLs that prove themselves, so that authenticity does not hang on the sender's address alone.
//!
//! A token stands in the URL, as the password of Basic Auth or as a query parameter, and comes back with the notification.
//! Verifying it needs nothing but the secret, and gives the caller's own context back.
//!
//! ```text
//! token   = "v1." base64url(payload) "." base64url(mac)              base64url without padding, RFC 4648 section 5
//! payload = nonce (16 bytes) || expiry (8 bytes, big endian, seconds since 1970) || context (UTF-8, at most 1024 bytes)
//! mac     = HMAC-SHA-256(secret, "optidash endpoint v1\n" || host || "\n" || path || "\n" || payload)      RFC 2104
//! host    = in lower case, with ":" and the port unless it is the scheme's own
//! path    = as the URL standard serializes it, "/" when empty
//! ```

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64URL;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::Value;
use sha2::Sha256;
use subtle::{Choice, ConstantTimeEq};
use url::Url;

use crate::json::wrong_type;
use crate::protocol::WEBHOOK_DELAY_SECONDS;
use crate::{Error, web_url};

/// The user name beside a token that stands as password.
pub const USER_NAME: &str = "optidash";

/// The query parameter that holds a token.
pub const QUERY_PARAMETER: &str = "optidash_token";

/// Seconds for which an endpoint is good unless the caller says otherwise: the longest delay, and a day for processing.
pub const DEFAULT_TTL: u64 = *WEBHOOK_DELAY_SECONDS.end() + 86_400;

/// The longest time for which an endpoint can be good: ten years, in seconds.
const MAXIMUM_TTL: u64 = 10 * 366 * 86_400;
const MAXIMUM_CONTEXT: usize = 1024;
const MAXIMUM_SECRETS: usize = 16;
/// RFC 2104 section 3 advises against keys shorter than the hash; half of it, 128 bits, is the least accepted.
const MINIMUM_SECRET: usize = 16;
const NONCE: usize = 16;
const EXPIRY: usize = 8;
const MAXIMUM_TOKEN: usize = 2048;

/// Where in the URL the token stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Placement {
    /// As the password of Basic Auth.
    Password,
    /// As a query parameter, for servers that take the header `Authorization` away.
    Query,
}

/// What a genuine token says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// The nonce, as base64url; it names the endpoint that the token was made for.
    pub nonce: String,
    /// Until when it is good, in seconds since 1970.
    pub expires: u64,
    /// The caller's own context.
    pub context: String,
}

/// Why a token is not good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenError {
    /// It was not made with one of the secrets for this endpoint.
    Forged,
    /// It was good once.
    Expired,
}

/// The secrets that sign (the first) and verify (all).
pub struct Secrets(Vec<Vec<u8>>);

/// The host and the path that a token is bound to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Audience {
    host: String,
    path: String,
}

impl Audience {
    /// The audience of a URL.
    #[must_use]
    pub fn of(url: &Url) -> Self {
        let host = url.host_str().unwrap_or_default().to_ascii_lowercase();
        let host = url.port().map_or_else(|| host.clone(), |port| format!("{host}:{port}"));
        Self { host, path: url.path().to_owned() }
    }
}

impl Secrets {
    /// Reads one secret or several.
    ///
    /// # Errors
    /// `wrong_type`, `required` for an empty list, `weak_secret` for fewer than 16 bytes.
    pub fn read(value: &Value, path: &str) -> Result<Self, Error> {
        let secrets = match value {
            Value::Null => return Ok(Self(Vec::new())),
            Value::String(_) => std::slice::from_ref(value),
            Value::Array(secrets) => secrets,
            other => return Err(wrong_type(path, "a secret, or a list of them", other)),
        };
        if secrets.is_empty() || secrets.len() > MAXIMUM_SECRETS {
            return Err(Error::validation("required", path, format!("must hold 1 to {MAXIMUM_SECRETS} secrets")));
        }
        let secret = |secret: &Value| {
            let text = secret.as_str().ok_or_else(|| wrong_type(path, "a secret, a string", secret))?;
            if text.len() < MINIMUM_SECRET {
                let message = format!("is too short to be safe; take {MINIMUM_SECRET} random bytes or more");
                return Err(Error::validation("weak_secret", path, message));
            }
            Ok(text.as_bytes().to_vec())
        };
        secrets.iter().map(secret).collect::<Result<_, _>>().map(Self)
    }

    /// Whether there is none, and so no signed endpoint.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The URL with a token in it; `now` and `expires` in seconds since 1970, the nonce 16 random bytes.
    ///
    /// # Errors
    /// `invalid_url`, `unsupported_scheme`, `conflict` for a URL that has credentials or a token, `out_of_range` for a context of more than 1024
    /// bytes or a nonce that is not 16 bytes long, `required` without a secret.
    pub fn sign(
        &self,
        text: &str,
        context: &str,
        expires: u64,
        nonce: &[u8],
        placement: Placement,
    ) -> Result<String, Error> {
        let mut url = web_url::check(text, "url")?;
        let has_token = url.query_pairs().any(|(name, _)| name == QUERY_PARAMETER);
        if web_url::credentials(&url).is_some() || has_token {
            return Err(Error::validation("conflict", "url", "has credentials already; the token takes their place"));
        }
        if context.len() > MAXIMUM_CONTEXT {
            let message =
                format!("is longer than {MAXIMUM_CONTEXT} bytes; put the id of your record there, not the record");
            return Err(Error::validation("out_of_range", "context", message));
        }
        if nonce.len() != NONCE {
            return Err(Error::validation("out_of_range", "nonce", format!("must be {NONCE} random bytes")));
        }
        let Some(secret) = self.0.first() else {
            return Err(Error::validation(
                "required",
                "secret",
                "is required to sign an endpoint; give the receiver a `secret`",
            ));
        };
        let payload = [nonce, &expires.to_be_bytes(), context.as_bytes()].concat();
        let mac = mac(secret, &Audience::of(&url), &payload).finalize().into_bytes();
        let token = format!("v1.{}.{}", BASE64URL.encode(&payload), BASE64URL.encode(mac));
        match placement {
            Placement::Query => {
                url.query_pairs_mut().append_pair(QUERY_PARAMETER, &token);
            }
            Placement::Password => {
                let set = url.set_username(USER_NAME).and_then(|()| url.set_password(Some(&token)));
                debug_assert!(set.is_ok(), "an http URL takes credentials");
            }
        }
        Ok(url.into())
    }

    /// Verifies a token for one of several audiences at a time in seconds since 1970.
    ///
    /// # Errors
    /// [`TokenError::Forged`] before [`TokenError::Expired`], so that only genuine tokens tell that they have expired.
    pub fn verify(&self, token: &str, audiences: &[Audience], now: u64) -> Result<Token, TokenError> {
        let (payload, claimed) = split(token).ok_or(TokenError::Forged)?;
        // Every secret and audience is tried, so that the time tells nothing about which one was close.
        let mut genuine = Choice::from(0);
        for secret in &self.0 {
            for audience in audiences {
                genuine |= mac(secret, audience, &payload).finalize().into_bytes().as_slice().ct_eq(&claimed);
            }
        }
        if !bool::from(genuine) {
            return Err(TokenError::Forged);
        }
        let token = read(&payload).ok_or(TokenError::Forged)?;
        if token.expires <= now { Err(TokenError::Expired) } else { Ok(token) }
    }
}

/// Until when a new endpoint is good.
///
/// # Errors
/// `wrong_type`, `out_of_range` for less than a second or more than ten years.
pub fn expiry(now: u64, ttl: &Value) -> Result<u64, Error> {
    let ttl = match ttl {
        Value::Null => DEFAULT_TTL,
        Value::Number(number) => number.as_u64().unwrap_or_default(),
        other => return Err(wrong_type("ttl", "a number of seconds", other)),
    };
    if !(1..=MAXIMUM_TTL).contains(&ttl) {
        let message = format!("must be a whole number of seconds, from 1 to {MAXIMUM_TTL}");
        return Err(Error::validation("out_of_range", "ttl", message));
    }
    Ok(now.saturating_add(ttl))
}

fn split(token: &str) -> Option<(Vec<u8>, Vec<u8>)> {
    if token.len() > MAXIMUM_TOKEN {
        return None;
    }
    let (payload, mac) = token.strip_prefix("v1.")?.split_once('.')?;
    Some((BASE64URL.decode(payload).ok()?, BASE64URL.decode(mac).ok()?))
}

fn read(payload: &[u8]) -> Option<Token> {
    let (nonce, rest) = payload.split_at_checked(NONCE)?;
    let (expires, context) = rest.split_at_checked(EXPIRY)?;
    Some(Token {
        nonce: BASE64URL.encode(nonce),
        expires: u64::from_be_bytes(expires.try_into().ok()?),
        context: String::from_utf8(context.to_vec()).ok()?,
    })
}

#[expect(clippy::expect_used, reason = "RFC 2104 takes keys of any length")]
fn mac(secret: &[u8], audience: &Audience, payload: &[u8]) -> Hmac<Sha256> {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret).expect("HMAC takes any key");
    for part in [b"optidash endpoint v1\n", audience.host.as_bytes(), b"\n", audience.path.as_bytes(), b"\n", payload] {
        mac.update(part);
    }
    mac
}
