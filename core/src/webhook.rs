//! Receiving notifications: the receiver's whole decision, from the first header to the parsed notification.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};
use subtle::{Choice, ConstantTimeEq};

use crate::address::{self, Networks, TrustedProxies, header_values, reject_unknown};
use crate::endpoint::{self, Audience, QUERY_PARAMETER, Secrets, Token, TokenError};
use crate::json::{describe, wrong_type};
use crate::protocol::{SENDER_NETWORK, WEBHOOK_TIMEOUT_SECONDS};
use crate::vocabulary::vocabulary;
use crate::{Error, json, web_url};

/// The most bytes that a notification may have unless the settings say otherwise: 1 MiB.
pub const DEFAULT_MAX_BODY: usize = 1 << 20;

/// Seconds after which an adapter answers while the handler still runs; the API waits for ten.
pub(crate) const DEFAULT_DEADLINE: f64 = 9.0;

/// The most endpoints, and so credentials, that one receiver accepts.
const MAXIMUM_ENDPOINTS: usize = 64;

/// The longest id accepted, in bytes; the API's are UUIDs of 36.
const MAXIMUM_ID: usize = 200;

/// Decides whether a request is a genuine notification.
pub struct Receiver {
    networks: Networks,
    trusted_proxies: TrustedProxies,
    max_body: usize,
    deadline: f64,
    credentials: Vec<Credentials>,
    secrets: Secrets,
    audiences: Vec<Audience>,
}

/// The SHA-256 of a user name and password, so that comparing takes the same time for every guess.
struct Credentials([u8; 32]);

impl Credentials {
    fn of(user_and_password: &[u8]) -> Self {
        Self(Sha256::digest(user_and_password).into())
    }
}

/// What the host knows of a request, beside its body.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IncomingRequest {
    /// The HTTP method.
    pub method: String,
    /// The URL asked for, absolute; signed endpoints need it when the settings name no endpoint or the token stands in the query.
    #[serde(default)]
    pub url: Option<String>,
    /// The peer of the socket; nothing where the platform has none.
    #[serde(default)]
    pub address: Option<String>,
    /// Names and values, in the order received.
    #[serde(default)]
    pub headers: Vec<(String, String)>,
}

/// What a notification says.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Notification {
    /// The id of the request that it reports on.
    pub id: String,
    /// Whether the image was processed.
    pub success: bool,
    /// The status that a synchronous call would have had.
    pub code: Option<u16>,
    /// Why processing failed.
    pub message: Option<String>,
    /// The image as it came in.
    pub input: Option<Map<String, Value>>,
    /// The image as it came out.
    pub output: Option<Map<String, Value>>,
    /// The whole JSON, with every field the API sent.
    pub metadata: Map<String, Value>,
    /// Signed endpoints: the context that the endpoint was made with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub context: Option<String>,
    /// Signed endpoints: the nonce, which names the endpoint.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nonce: Option<String>,
}

/// What the caller brings to a decision, beside the request.
#[derive(Debug, Default)]
pub struct Expectation<'a> {
    /// The ids that are waited for; nothing means any id.
    pub ids: Option<&'a [String]>,
    /// Seconds since 1970; only signed endpoints need it.
    pub now: u64,
}

/// Why a request is not taken for a notification, and what to answer.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Rejection {
    /// A stable name.
    pub reason: Reason,
    /// The HTTP status to answer with.
    pub status: u16,
    /// For the log of the receiver; it holds nothing secret.
    pub message: String,
    /// Headers that belong to the answer.
    pub headers: Vec<(&'static str, &'static str)>,
}

vocabulary! {
    /// What became of an accepted notification, for the answer to the API.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
    #[serde(rename_all = "snake_case")]
    pub enum Outcome {
        /// The handler finished.
        Handled,
        /// It was stored and is handled later.
        Queued,
        /// The deadline passed while the handler runs on.
        Running,
        /// Its id was claimed before.
        Duplicate,
        /// The handler failed in time, or the store could not be reached; the history is to show it.
        Failed,
    }
}

impl Outcome {
    /// The HTTP status to answer with; only 2xx counts as delivered.
    #[must_use]
    pub fn status(self) -> u16 {
        match self {
            Self::Handled | Self::Queued | Self::Running | Self::Duplicate => 200,
            Self::Failed => 500,
        }
    }
}

vocabulary! {
    /// The reasons for a rejection.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
    #[serde(rename_all = "snake_case")]
    pub enum Reason {
        /// Notifications come by `POST`.
        MethodNotAllowed,
        /// It cannot be told who sent the request.
        UnknownSender,
        /// The sender lies outside the networks.
        UntrustedAddress,
        /// The body is longer than the settings allow.
        BodyTooLarge,
        /// The credentials of the endpoint are missing or wrong.
        Unauthorized,
        /// The signed endpoint was good once.
        ExpiredEndpoint,
        /// The body is labelled as something else than JSON.
        UnsupportedMediaType,
        /// The body is not JSON.
        MalformedJson,
        /// The JSON is no notification.
        InvalidNotification,
        /// The caller does not expect that id.
        UnexpectedId,
    }
}

impl Rejection {
    fn new(reason: Reason, message: impl Into<String>) -> Self {
        let (status, headers) = match reason {
            Reason::MethodNotAllowed => (405, vec![("Allow", "POST")]),
            Reason::UnknownSender | Reason::UntrustedAddress => (403, vec![]),
            Reason::BodyTooLarge => (413, vec![("Connection", "close")]),
            Reason::ExpiredEndpoint => (410, vec![]),
            Reason::Unauthorized => (401, vec![("WWW-Authenticate", "Basic realm=\"webhook\", charset=\"UTF-8\"")]),
            Reason::UnsupportedMediaType => (415, vec![("Accept", "application/json")]),
            Reason::MalformedJson | Reason::InvalidNotification => (400, vec![]),
            Reason::UnexpectedId => (404, vec![]),
        };
        Self { reason, status, message: message.into(), headers }
    }
}

impl Receiver {
    /// Reads the settings: `endpoint` (a URL or several, with the credentials to accept), `secret` (one or several, for signed
    /// endpoints), `networks` (the documented range by default), `trusted_proxies` (nobody by default), `max_body` in bytes (1 MiB by
    /// default) and `deadline` in seconds (9 by default).
    ///
    /// # Errors
    /// `misspelt_attribute`, `wrong_type`, `out_of_range`, `conflict`, `invalid_url`, `invalid_network` and those of [`TrustedProxies::read`].
    pub fn new(settings: &Map<String, Value>) -> Result<Self, Error> {
        reject_unknown(
            settings.keys(),
            &["endpoint", "secret", "networks", "trusted_proxies", "max_body", "deadline"],
            "",
        )?;
        let setting = |name: &str| settings.get(name).unwrap_or(&Value::Null);
        let networks = match setting("networks") {
            Value::Null => Networks::read(&SENDER_NETWORK.into(), "networks")?,
            value => Networks::read(value, "networks")?,
        };
        let secrets = Secrets::read(setting("secret"), "secret")?;
        let endpoints = endpoints(setting("endpoint"))?;
        let credentials = credentials(&endpoints)?;
        if !secrets.is_empty() && !credentials.is_empty() {
            let message =
                "has credentials, whose place the token of a signed endpoint takes; write the URL without them";
            return Err(Error::validation("conflict", "endpoint", message));
        }
        Ok(Self {
            networks,
            trusted_proxies: TrustedProxies::read(setting("trusted_proxies"), "trusted_proxies")?,
            max_body: max_body(setting("max_body"))?,
            deadline: deadline(setting("deadline"))?,
            credentials,
            secrets,
            audiences: endpoints.iter().map(Audience::of).collect(),
        })
    }

    /// The networks that notifications may come from.
    #[must_use]
    pub fn networks(&self) -> Vec<String> {
        self.networks.names()
    }

    /// The most bytes that a body may have.
    #[must_use]
    pub fn max_body(&self) -> usize {
        self.max_body
    }

    /// Seconds within which an adapter answers; a handler that takes longer runs on.
    #[must_use]
    pub fn deadline(&self) -> f64 {
        self.deadline
    }

    /// Decides.
    ///
    /// # Errors
    /// The first reason found, in this order: method, address, size, credentials, media type, JSON, shape, id.
    pub fn receive(
        &self,
        request: &IncomingRequest,
        body: &[u8],
        expectation: &Expectation<'_>,
    ) -> Result<Notification, Rejection> {
        let token = self.check_head(request, body.len() as u64, expectation.now)?;
        let notification = parse(body)?;
        if expectation.ids.is_some_and(|ids| !ids.contains(&notification.id)) {
            return Err(Rejection::new(Reason::UnexpectedId, "the id is not one that is waited for"));
        }
        Ok(match token {
            None => notification,
            Some(token) => Notification { context: Some(token.context), nonce: Some(token.nonce), ..notification },
        })
    }

    /// Decides by what comes before the body, its declared length included, so that nobody but the API gets a body read.
    ///
    /// # Errors
    /// As [`Receiver::receive`], up to the media type.
    pub fn receive_head(&self, request: &IncomingRequest, now: u64) -> Result<(), Rejection> {
        let length = address::single(&request.headers, "content-length").and_then(|length| length.parse().ok());
        self.check_head(request, length.unwrap_or_default(), now).map(drop)
    }

    fn check_head(&self, request: &IncomingRequest, length: u64, now: u64) -> Result<Option<Token>, Rejection> {
        if request.method != "POST" {
            return Err(Rejection::new(Reason::MethodNotAllowed, "notifications come by POST"));
        }
        self.check_sender(request)?;
        if length > self.max_body as u64 {
            let message = format!("the body has more than {} bytes", self.max_body);
            return Err(Rejection::new(Reason::BodyTooLarge, message));
        }
        let token = self.check_credentials(request, now)?;
        check_media_type(request)?;
        Ok(token)
    }

    fn check_sender(&self, request: &IncomingRequest) -> Result<(), Rejection> {
        match self.trusted_proxies.sender(request.address.as_deref(), &request.headers) {
            None => Err(Rejection::new(Reason::UnknownSender, "it cannot be told which address sent the request")),
            Some(address) if self.networks.contain(address) => Ok(()),
            Some(address) => Err(Rejection::new(
                Reason::UntrustedAddress,
                format!(
                    "{address} lies outside {}; name your proxies in `trusted_proxies` if it is one",
                    self.networks.names().join(", ")
                ),
            )),
        }
    }

    fn check_credentials(&self, request: &IncomingRequest, now: u64) -> Result<Option<Token>, Rejection> {
        let given = address::single(&request.headers, "authorization").and_then(basic_credentials);
        if !self.secrets.is_empty() {
            return self.check_token(request, given, now).map(Some);
        }
        if self.credentials.is_empty() {
            return Ok(None);
        }
        let given = Credentials::of(&given.unwrap_or_default());
        // Every accepted pair is compared, so that the time tells nothing about which one was close.
        let matches =
            self.credentials.iter().fold(Choice::from(0), |found, accepted| found | accepted.0.ct_eq(&given.0));
        if bool::from(matches) { Ok(None) } else { Err(unauthorized()) }
    }

    fn check_token(&self, request: &IncomingRequest, given: Option<Vec<u8>>, now: u64) -> Result<Token, Rejection> {
        let url = request.url.as_deref().and_then(|url| url::Url::parse(url).ok());
        let password =
            given.and_then(|given| String::from_utf8(given).ok()?.split_once(':').map(|(_, token)| token.to_owned()));
        let parameter = || {
            url.as_ref()?.query_pairs().find(|(name, _)| name == QUERY_PARAMETER).map(|(_, token)| token.into_owned())
        };
        let token = password.or_else(parameter).ok_or_else(unauthorized)?;
        let asked = url.as_ref().filter(|_| self.audiences.is_empty()).map(Audience::of);
        let audiences = if self.audiences.is_empty() { asked.as_slice() } else { &self.audiences };
        self.secrets.verify(&token, audiences, now).map_err(|error| match error {
            TokenError::Forged => unauthorized(),
            TokenError::Expired => Rejection::new(Reason::ExpiredEndpoint, "the signed endpoint has expired"),
        })
    }

    /// Makes a signed endpoint from 16 random bytes, at a time in seconds since 1970; see [`Secrets::sign`] and [`endpoint::expiry`].
    ///
    /// # Errors
    /// As these, and `conflict` for a URL that is none of the endpoints in the settings, since its token would never be accepted.
    pub fn endpoint(&self, options: &EndpointOptions, nonce: &[u8], now: u64) -> Result<String, Error> {
        let url = web_url::check(&options.url, "url")?;
        if !self.audiences.is_empty() && !self.audiences.contains(&Audience::of(&url)) {
            let message = "has another host or path than the receiver's endpoint, which would never accept it";
            return Err(Error::validation("conflict", "url", message));
        }
        let context = match &options.context {
            Value::Null => "",
            Value::String(context) => context,
            other => return Err(wrong_type("context", "a string", other)),
        };
        let expires = endpoint::expiry(now, &options.ttl)?;
        let placement = options.placement.unwrap_or(endpoint::Placement::Password);
        self.secrets.sign(&options.url, context, expires, nonce, placement)
    }
}

/// What a signed endpoint is made of.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EndpointOptions {
    /// The URL to sign.
    pub url: String,
    /// The caller's own context, which comes back with the notification.
    #[serde(default)]
    pub context: Value,
    /// Seconds for which the endpoint is good.
    #[serde(default)]
    pub ttl: Value,
    /// Where the token stands; as the password unless said otherwise.
    #[serde(default)]
    pub placement: Option<endpoint::Placement>,
}

fn unauthorized() -> Rejection {
    Rejection::new(Reason::Unauthorized, "the credentials of the endpoint are missing or wrong")
}

/// Reads a notification.
///
/// # Errors
/// [`Reason::MalformedJson`] or [`Reason::InvalidNotification`].
pub fn parse(body: &[u8]) -> Result<Notification, Rejection> {
    let document = json::read(body);
    read(document.map_err(|reason| Rejection::new(Reason::MalformedJson, format!("the body {reason}")))?)
}

/// Takes a document for a notification.
pub(crate) fn read(document: Value) -> Result<Notification, Rejection> {
    let invalid = |message: String| Rejection::new(Reason::InvalidNotification, message);
    let Value::Object(metadata) = document else {
        return Err(invalid(format!("the body is {}, not a hash", describe(&document))));
    };
    let field = |name: &str| metadata.get(name).unwrap_or(&Value::Null);
    let unfit =
        |name: &str, expected: &str| invalid(format!("`{name}` must be {expected}, not {}", describe(field(name))));
    let id = match field("id") {
        Value::String(id) if !id.is_empty() && id.len() <= MAXIMUM_ID => id.clone(),
        Value::String(_) => return Err(invalid(format!("`id` must have 1 to {MAXIMUM_ID} bytes"))),
        _ => return Err(unfit("id", "a string")),
    };
    let success = field("success").as_bool().ok_or_else(|| unfit("success", "`true` or `false`"))?;
    let code = match field("code") {
        Value::Null => None,
        code => match code.as_u64().and_then(|code| u16::try_from(code).ok()) {
            Some(code) => Some(code),
            None => return Err(unfit("code", "an HTTP status")),
        },
    };
    let message = match field("message") {
        Value::Null => None,
        Value::String(message) => Some(message.clone()),
        _ => return Err(unfit("message", "a string")),
    };
    let hash = |name: &str| match field(name) {
        Value::Null => Ok(None),
        Value::Object(hash) => Ok(Some(hash.clone())),
        _ => Err(unfit(name, "a hash")),
    };
    let (input, output) = (hash("input")?, hash("output")?);
    Ok(Notification { id, success, code, message, input, output, metadata, context: None, nonce: None })
}

/// RFC 6839: `application/json` and everything that ends in `+json`, with or without parameters.
pub(crate) fn is_json_media_type(value: &str) -> bool {
    let essence = value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    essence == "application/json" || (essence.starts_with("application/") && essence.ends_with("+json"))
}

/// The documentation does not show the notification's headers, so a missing label is no reason to lose one.
fn check_media_type(request: &IncomingRequest) -> Result<(), Rejection> {
    match header_values(&request.headers, "content-type").all(is_json_media_type) {
        true => Ok(()),
        false => Err(Rejection::new(Reason::UnsupportedMediaType, "the body is not labelled application/json")),
    }
}

/// RFC 7617: the scheme's name is case-insensitive, and user name and password come in base64.
fn basic_credentials(value: &str) -> Option<Vec<u8>> {
    let (scheme, credentials) = value.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") || credentials.len() > web_url::MAXIMUM_LENGTH {
        return None;
    }
    BASE64.decode(credentials.trim()).ok()
}

fn max_body(value: &Value) -> Result<usize, Error> {
    match value {
        Value::Null => Ok(DEFAULT_MAX_BODY),
        Value::Number(number) => match number.as_u64().and_then(|bytes| usize::try_from(bytes).ok()) {
            Some(bytes) if bytes > 0 => Ok(bytes),
            _ => Err(Error::validation("out_of_range", "max_body", "must be a number of bytes, from 1 up")),
        },
        other => Err(wrong_type("max_body", "a number of bytes", other)),
    }
}

fn deadline(value: &Value) -> Result<f64, Error> {
    match value {
        Value::Null => Ok(DEFAULT_DEADLINE),
        Value::Number(number) => match number.as_f64() {
            Some(seconds) if seconds > 0.0 && seconds < WEBHOOK_TIMEOUT_SECONDS as f64 => Ok(seconds),
            _ => Err(Error::validation(
                "out_of_range",
                "deadline",
                format!("must be more than 0 and less than the {WEBHOOK_TIMEOUT_SECONDS} seconds that the API waits"),
            )),
        },
        other => Err(wrong_type("deadline", "a number of seconds", other)),
    }
}

fn endpoints(value: &Value) -> Result<Vec<url::Url>, Error> {
    let endpoints = match value {
        Value::Null => return Ok(Vec::new()),
        Value::String(_) => std::slice::from_ref(value),
        Value::Array(endpoints) => endpoints,
        other => return Err(wrong_type("endpoint", "a URL, or a list of them", other)),
    };
    if endpoints.is_empty() || endpoints.len() > MAXIMUM_ENDPOINTS {
        let message =
            format!("must name 1 to {MAXIMUM_ENDPOINTS} URLs; leave it out to accept requests without credentials");
        return Err(Error::validation("required", "endpoint", message));
    }
    let endpoint = |endpoint: &Value| {
        let text = endpoint.as_str().ok_or_else(|| wrong_type("endpoint", "a URL, a string", endpoint))?;
        web_url::check(text, "endpoint")
    };
    endpoints.iter().map(endpoint).collect()
}

fn credentials(endpoints: &[url::Url]) -> Result<Vec<Credentials>, Error> {
    let pair = |(user, password): (Vec<u8>, Vec<u8>)| Credentials::of(&[&user[..], b":", &password[..]].concat());
    let credentials: Vec<_> = endpoints.iter().filter_map(web_url::credentials).map(pair).collect();
    if credentials.is_empty() || credentials.len() == endpoints.len() {
        return Ok(credentials);
    }
    Err(Error::validation(
        "conflict",
        "endpoint",
        "holds URLs with credentials and URLs without; one without would let everybody in, so give credentials in all or in none",
    ))
}
