//! The HTTP client for downloads and notifications: no redirects, and no proxy for this machine itself.

use std::net::IpAddr;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use optidash_core::{protocol, web_url};
use reqwest::header::AUTHORIZATION;
use reqwest::redirect::Policy;
use reqwest::{Method, RequestBuilder};
use url::{Host, Url};

use crate::console;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// Two connection pools: one that goes through the environment's proxies, one that never does.
#[derive(Debug, Clone)]
pub(crate) struct HttpClient {
    direct: reqwest::Client,
    proxied: reqwest::Client,
}

impl HttpClient {
    /// A client with the system's certificate authorities; without any, https fails and http works.
    pub(crate) fn new() -> Result<Self, String> {
        Self::with_connect_timeout(Some(CONNECT_TIMEOUT))
    }

    /// The same with another time to connect in.
    pub(crate) fn with_connect_timeout(limit: Option<Duration>) -> Result<Self, String> {
        let builder = || match limit {
            Some(limit) => builder().connect_timeout(limit),
            None => builder(),
        };
        // Fails only when a provider is already installed, and then that one is used.
        let _ = rustls::crypto::ring::default_provider().install_default();
        if let Ok(client) = Self::build(builder) {
            return Ok(client);
        }
        console::log("this system has no certificate authorities: https addresses cannot be reached");
        Self::build(|| builder().tls_certs_only([])).map_err(|error| format!("no HTTP client: {error}"))
    }

    fn build(builder: impl Fn() -> reqwest::ClientBuilder) -> reqwest::Result<Self> {
        Ok(Self { direct: builder().no_proxy().build()?, proxied: builder().build()? })
    }

    /// A request to a URL; a user name and password in it are sent as Basic authentication.
    pub(crate) fn request(&self, method: Method, url: &Url) -> RequestBuilder {
        let client = if is_loopback(url) { &self.direct } else { &self.proxied };
        let request = client.request(method, without_credentials(url));
        match web_url::credentials(url) {
            Some((user, password)) => request.header(AUTHORIZATION, basic(&user, &password)),
            None => request,
        }
    }
}

fn basic(user: &[u8], password: &[u8]) -> String {
    format!("Basic {}", BASE64.encode([user, b":", password].concat()))
}

/// The URL without its user name and password.
pub(crate) fn without_credentials(url: &Url) -> Url {
    let mut url = url.clone();
    // Neither fails for http and https, the only schemes here.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    url
}

fn builder() -> reqwest::ClientBuilder {
    reqwest::Client::builder().user_agent(protocol::USER_AGENT).redirect(Policy::none()).referer(false)
}

/// The URL as people may see it: queries hold tokens as user names hold passwords.
pub(crate) fn shown(url: &Url) -> Url {
    let mut url = without_credentials(url);
    url.set_query(None);
    url.set_fragment(None);
    url
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => IpAddr::V4(address).is_loopback(),
        Some(Host::Ipv6(address)) => IpAddr::V6(address).is_loopback(),
        None => false,
    }
}

/// Why a request failed, without the URL: it may hold a password.
pub(crate) fn reason(error: &reqwest::Error) -> String {
    if error.is_timeout() {
        return "it did not answer in time".to_owned();
    }
    let innermost = std::iter::successors(std::error::Error::source(error), |error| error.source()).last();
    match innermost {
        Some(source) => source.to_string(),
        None if error.is_connect() => "no connection".to_owned(),
        None => "the connection broke".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_machine_is_never_reached_through_a_proxy() {
        for url in
            ["http://127.0.0.1:1/", "http://127.9.9.9/", "http://[::1]/", "http://localhost/", "http://a.localhost/"]
        {
            assert!(is_loopback(&Url::parse(url).unwrap()), "{url}");
        }
        for url in ["http://10.0.0.1/", "http://localhost.example/", "http://[2001:db8::1]/"] {
            assert!(!is_loopback(&Url::parse(url).unwrap()), "{url}");
        }
    }
}
