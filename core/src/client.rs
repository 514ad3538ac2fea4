//! The settings of a client: who asks, where, for how long, and how often.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::json::{describe, wrong_type};
use crate::protocol::{API_BASE_URL, CONCURRENCY, CONCURRENCY_DEFAULT, RETRIES_DEFAULT};
use crate::transport::{self, Timeout};
use crate::{Error, web_url};

/// Who asks, where, for how long, and how often.
#[derive(Deserialize)]
pub struct Client {
    key: Value,
    #[serde(default)]
    authentication: Value,
    #[serde(default)]
    base_url: Value,
    #[serde(default)]
    agent: Option<String>,
    #[serde(default)]
    timeout: Value,
    #[serde(default)]
    retries: Value,
    #[serde(default)]
    concurrency: Value,
    /// What holds for one call only.
    #[serde(default)]
    options: Map<String, Value>,
    #[serde(default)]
    host: Host,
}

/// Names of what the host itself has options for: messages that list the options name these too.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Host {
    options: Vec<String>,
    call_options: Vec<String>,
}

/// What of its settings a host carries out.
#[derive(Debug, PartialEq, Serialize)]
pub struct Settings {
    /// How long to wait for what.
    pub timeout: Timeout,
    /// How often at most a request is repeated.
    pub retries: u8,
    /// How many requests of a batch are under way at once.
    pub concurrency: u8,
}

impl Client {
    /// Checks every setting.
    ///
    /// # Errors
    /// A [`Class::ValidationError`](crate::Class): `invalid_key`, `invalid_base_url`, `insecure_base_url`, `unknown_value`, `wrong_type`,
    /// `out_of_range` or `misspelt_attribute`, with the setting as path.
    pub fn settings(&self) -> Result<Settings, Error> {
        self.authorization()?;
        self.base_url()?;
        Ok(Settings { timeout: self.timeout()?, retries: self.retries()?, concurrency: self.concurrency()? })
    }

    /// How long to wait for what: what is set for the call, else for the client, else the default.
    pub(crate) fn timeout(&self) -> Result<Timeout, Error> {
        self.check_options()?;
        Timeout::default().with(&self.timeout)?.with(self.option("timeout"))
    }

    pub(crate) fn retries(&self) -> Result<u8, Error> {
        let of_client = transport::retries(&self.retries)?;
        let of_call = transport::retries(self.option("retries"))?;
        Ok(of_call.or(of_client).unwrap_or(RETRIES_DEFAULT))
    }

    /// Refuses what is no option of a call.
    fn check_options(&self) -> Result<(), Error> {
        check(&self.options, &["timeout", "retries"], &[], &self.host.call_options)
    }

    fn option(&self, name: &str) -> &Value {
        self.options.get(name).unwrap_or(&Value::Null)
    }

    fn concurrency(&self) -> Result<u8, Error> {
        let found = transport::whole_number("concurrency", &self.concurrency, CONCURRENCY)?;
        Ok(found.unwrap_or(CONCURRENCY_DEFAULT))
    }

    /// RFC 7617: the user name of Basic Auth holds no colon; neither it nor a Bearer token holds blanks or control characters.
    pub(crate) fn authorization(&self) -> Result<String, Error> {
        let key = api_key(&self.key, "key")?;
        match &self.authentication {
            Value::Null => Ok(basic(key)),
            Value::String(scheme) if scheme == "basic" => Ok(basic(key)),
            Value::String(scheme) if scheme == "bearer" => Ok(format!("Bearer {key}")),
            _ => Err(Error::validation("unknown_value", "authentication", "is unknown; write `basic` or `bearer`")),
        }
    }

    pub(crate) fn user_agent(&self) -> String {
        let version = env!("CARGO_PKG_VERSION");
        match self.agent.as_deref().filter(|agent| agent.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ')) {
            Some(agent) => format!("optidash/{version} ({agent})"),
            None => format!("optidash/{version}"),
        }
    }

    /// The base URL without a trailing slash. The key goes out in clear with `http`, so that is for this machine alone.
    pub(crate) fn base_url(&self) -> Result<&str, Error> {
        let text = match &self.base_url {
            Value::Null => return Ok(API_BASE_URL),
            Value::String(text) => text.trim_end_matches('/'),
            other => return Err(wrong_type("base_url", "a string", other)),
        };
        let url = web_url::check(text, "base_url")?;
        if url.query().is_some() || url.fragment().is_some() || web_url::credentials(&url).is_some() {
            let message = format!("holds a query, a fragment or credentials; write it like {API_BASE_URL}");
            return Err(Error::validation("invalid_base_url", "base_url", message));
        }
        if !web_url::is_private(&url) {
            let message = "would send the API key unencrypted; write https:// (http:// is for this machine alone)";
            return Err(Error::validation("insecure_base_url", "base_url", message));
        }
        Ok(text)
    }
}

/// Refuses what is no setting of a client. Misspelt hooks would never be called.
pub(crate) fn check_names(settings: &Map<String, Value>) -> Result<(), Error> {
    let host = settings.get("host").map(Host::deserialize).transpose().unwrap_or_default().unwrap_or_default();
    let known = ["authentication", "base_url", "timeout", "retries", "concurrency"];
    check(settings, &known, &["key", "agent", "options", "host", "hooks"], &host.options)?;
    let hooks = match settings.get("hooks") {
        None | Some(Value::Null) => return Ok(()),
        Some(Value::Object(hooks)) => hooks,
        Some(other) => return Err(wrong_type("hooks", "a hash of `request`, `response` and `retry`", other)),
    };
    match hooks.keys().find(|name| !HOOKS.contains(&name.as_str())) {
        None => Ok(()),
        Some(name) => Err(transport::unknown_option(name, &format!("hooks.{name}"), &HOOKS)),
    }
}

/// What a host can be asked to call.
const HOOKS: [&str; 3] = ["request", "response", "retry"];

/// Refuses names that are neither known nor passed by the host, which has `others` itself.
fn check(given: &Map<String, Value>, known: &[&str], passed: &[&str], others: &[String]) -> Result<(), Error> {
    let is_unknown = |name: &&String| !known.contains(&name.as_str()) && !passed.contains(&name.as_str());
    let Some(name) = given.keys().find(is_unknown) else { return Ok(()) };
    let all: Vec<&str> = known.iter().copied().chain(others.iter().map(String::as_str)).collect();
    Err(transport::unknown_option(name, name, &all))
}

/// An API key as RFC 7617 lets it be sent.
pub(crate) fn api_key<'a>(key: &'a Value, path: &str) -> Result<&'a str, Error> {
    let Value::String(key) = key else {
        let message = format!("must be the API key, a string, not {}", describe(key));
        return Err(Error::validation("invalid_key", path, message));
    };
    if key.is_empty() || !key.bytes().all(|byte| byte.is_ascii_graphic() && byte != b':') {
        let message = "is not an API key: it is empty, or holds a blank, a colon or a character outside ASCII";
        return Err(Error::validation("invalid_key", path, message));
    }
    Ok(key)
}

fn basic(key: &str) -> String {
    format!("Basic {}", BASE64.encode(format!("{key}:")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_name_what_the_host_has_options_for() {
        let input = serde_json::json!({"colour": 1, "host": {"options": ["hooks", "proxy"]}});
        let error = check_names(input.as_object().unwrap()).unwrap_err();
        let known = "authentication, base_url, timeout, retries, concurrency, hooks, proxy";
        assert_eq!(error.message, format!("there is no option `colour`; known are {known}"));
        let input = serde_json::json!({"Fetch": 1, "host": {"options": ["fetch"]}});
        let error = check_names(input.as_object().unwrap()).unwrap_err();
        assert_eq!(error.message, "there is no option `Fetch`; did you mean `fetch`?");
    }

    #[test]
    fn every_setting_that_is_described_is_one() {
        for setting in crate::settings::client() {
            let name = setting.name.split('.').next().unwrap().to_owned();
            check_names(&Map::from_iter([(name, Value::Null)])).unwrap();
        }
    }
}
