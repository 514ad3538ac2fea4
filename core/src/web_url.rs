//! URLs that go over the wire exactly as the caller wrote them: absolute, `http` or `https`, and RFC 3986 to the letter.

use url::{ParseError, Url};

use crate::Error;

/// The longest URL accepted, in bytes; servers refuse far shorter ones.
pub const MAXIMUM_LENGTH: usize = 8192;

/// Checks a URL and gives its parts. The text itself is what must be sent.
///
/// # Errors
/// `unsupported_scheme` when it is not `http` or `https`; `invalid_url` otherwise. The message never repeats the URL, which may hold a password.
pub fn check(text: &str, path: &str) -> Result<Url, Error> {
    let invalid = |message: String| Error::validation("invalid_url", path, message);
    if text.is_empty() {
        return Err(invalid("is empty; write an absolute URL such as https://www.website.com/image.jpg".into()));
    }
    if text.len() > MAXIMUM_LENGTH {
        return Err(invalid(format!("is longer than {MAXIMUM_LENGTH} bytes")));
    }
    check_characters(text).map_err(invalid)?;
    let rest = after_scheme(text, path)?;
    check_delimiters(rest).map_err(invalid)?;
    let url = Url::parse(text).map_err(|error| Error::validation("invalid_url", path, explain(error)))?;
    match url.host_str() {
        None | Some("") => Err(Error::validation("invalid_url", path, explain(ParseError::EmptyHost))),
        Some(_) => Ok(url),
    }
}

/// What follows `http://` or `https://` (RFC 3986 section 3: the scheme is case-insensitive).
fn after_scheme<'a>(text: &'a str, path: &str) -> Result<&'a str, Error> {
    let scheme = text.split([':', '/', '?', '#']).next().unwrap_or_default();
    let rest = text.get(scheme.len()..).unwrap_or_default();
    if !rest.starts_with(':') || !is_scheme(scheme) {
        return Err(Error::validation("invalid_url", path, "has no scheme; write it in full, from https:// on"));
    }
    if !matches!(scheme.to_ascii_lowercase().as_str(), "http" | "https") {
        return Err(Error::validation(
            "unsupported_scheme",
            path,
            format!("has the scheme `{scheme}`; only http and https are supported"),
        ));
    }
    rest.strip_prefix("://")
        .ok_or_else(|| Error::validation("invalid_url", path, "lacks the two slashes after the scheme; write https://"))
}

fn is_scheme(scheme: &str) -> bool {
    scheme.starts_with(|letter: char| letter.is_ascii_alphabetic())
        && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'))
}

/// RFC 3986 section 2: reserved, unreserved, and `%` followed by two hex digits.
fn check_characters(text: &str) -> Result<(), String> {
    for (position, letter) in text.char_indices() {
        if letter == '%' {
            let digits = text.as_bytes().get(position + 1..position + 3);
            if !digits.is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit)) {
                return Err(format!(
                    "has a `%` at position {position} without two hex digits after it; write %25 for a percent sign"
                ));
            }
        } else if !letter.is_ascii_alphanumeric() && !"-._~:/?#[]@!$&'()*+,;=".contains(letter) {
            let mut encoded = String::new();
            for byte in letter.encode_utf8(&mut [0; 4]).bytes() {
                encoded.push_str(&format!("%{byte:02X}"));
            }
            let shown = if letter.is_control() { letter.escape_unicode().to_string() } else { letter.to_string() };
            return Err(format!(
                "has `{shown}` at position {position}, which RFC 3986 does not allow; write {encoded}"
            ));
        }
    }
    Ok(())
}

/// RFC 3986 section 3: brackets only around an IPv6 address, one `#` at the most, and one `@` in the authority.
fn check_delimiters(rest: &str) -> Result<(), String> {
    let (authority, tail) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
    let (user, host) = authority.rsplit_once('@').unwrap_or(("", authority));
    if user.contains('@') {
        return Err("has a second `@` before the host; write %40 inside a user name or password".into());
    }
    if user.contains(['[', ']']) || tail.contains(['[', ']']) {
        return Err("has a bracket outside an IPv6 address; write %5B and %5D".into());
    }
    if host.contains(']') != host.starts_with('[') {
        return Err("has a host with a stray bracket; write an IPv6 address as [2001:db8::1]".into());
    }
    if tail.matches('#').count() > 1 {
        return Err("has a second `#`; write %23".into());
    }
    let (name, port) = match host.rsplit_once(']') {
        Some((name, tail)) => (name, tail.strip_prefix(':')),
        None => host.rsplit_once(':').map_or((host, None), |(name, port)| (name, Some(port))),
    };
    // The URL standard would take the first part of the path for a missing host.
    if name.is_empty() {
        return Err(explain(ParseError::EmptyHost));
    }
    match port.map(str::parse::<u32>) {
        Some(Ok(65_536..)) => Err(explain(ParseError::InvalidPort)),
        _ => Ok(()),
    }
}

fn explain(error: ParseError) -> String {
    match error {
        ParseError::EmptyHost => "has no host; write one after the scheme, as in https://www.website.com/".into(),
        ParseError::InvalidPort => "has a port that is not a number from 0 to 65535".into(),
        ParseError::InvalidIpv4Address | ParseError::InvalidIpv6Address => {
            "has a host that looks like an IP address but is none".into()
        }
        _ => "has a host that is not a domain name or an IP address".into(),
    }
}

/// Whether nobody on the way can read what is sent there: with TLS, or on this machine.
#[must_use]
pub fn is_private(url: &Url) -> bool {
    match url.host() {
        _ if url.scheme() == "https" => true,
        Some(url::Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// The Basic Auth credentials in a URL, decoded: user name and password.
#[must_use]
pub fn credentials(url: &Url) -> Option<(Vec<u8>, Vec<u8>)> {
    if url.username().is_empty() && url.password().is_none() {
        return None;
    }
    Some((percent_decode(url.username()), percent_decode(url.password().unwrap_or_default())))
}

/// Decodes `%XX` (RFC 3986 section 2.1); other characters stand for themselves.
#[must_use]
pub fn percent_decode(text: &str) -> Vec<u8> {
    percent_encoding::percent_decode_str(text).collect()
}

/// The text without the secrets of the URLs in it: credentials, and what tokens and signatures in queries hold.
#[must_use]
pub fn redact(text: &str) -> String {
    redact_queries(&redact_credentials(text))
}

fn redact_credentials(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("://") {
        shown.push_str(before);
        shown.push_str("://");
        let end = after.find(['/', '?', '#', '"', '\'', ' ', '\n', '\t', '<', '>']).unwrap_or(after.len());
        let (authority, tail) = after.split_at(end);
        match authority.rsplit_once('@') {
            Some((_, host)) => shown.push_str(&format!("***@{host}")),
            None => shown.push_str(authority),
        }
        rest = tail;
    }
    shown.push_str(rest);
    shown
}

fn redact_queries(text: &str) -> String {
    let redacted = text.split_inclusive(['?', '&']).map(|part| match part.split_once('=') {
        Some((name, value)) if is_secret_parameter(name) => {
            let end = value.find(['&', '?', '#', '"', '\'', ' ', '\n', '\t', '<', '>']).unwrap_or(value.len());
            format!("{name}=***{}", value.get(end..).unwrap_or_default())
        }
        _ => part.to_owned(),
    });
    redacted.collect()
}

/// The parameters that stand for a right in the URLs of storage hosts and of signed endpoints.
fn is_secret_parameter(name: &str) -> bool {
    const MARKS: [&str; 5] = ["signature", "token", "secret", "password", "credential"];
    let plain = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.[]%".contains(&byte));
    let name = name.to_ascii_lowercase();
    plain && (name == "sig" || MARKS.iter().any(|mark| name.contains(mark)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn redacts_every_credential() {
        assert_eq!(
            redact("GET https://user:p%40ss@host/a failed, http://x:y@h2 too, see https://host/@b"),
            "GET https://***@host/a failed, http://***@h2 too, see https://host/@b"
        );
    }

    #[test]
    fn redacts_tokens_and_signatures() {
        assert_eq!(
            redact(
                "<https://host/a?X-Amz-Signature=abc&x=1>, https://host/?optidash_token=v1.a.b#c and ?sig=a%20b&sign=up"
            ),
            "<https://host/a?X-Amz-Signature=***&x=1>, https://host/?optidash_token=***#c and ?sig=***&sign=up"
        );
        assert_eq!(redact("a token = b; c=d"), "a token = b; c=d");
    }

    #[test]
    fn an_error_never_repeats_the_url() {
        for text in [
            "https://user:hunter2@host/a b",
            "https://user:hunter2@/",
            "https://user:hunter2@host:99999/",
            "ftp://user:hunter2@host/",
        ] {
            let error = check(text, "url").unwrap_err();
            assert!(!format!("{error:?}").contains("hunter2"), "{error:?}");
        }
    }

    #[test]
    fn decodes_credentials() {
        let url = check("https://us%3Aer:p%40ss@host/", "url").unwrap();
        assert_eq!(credentials(&url), Some((b"us:er".to_vec(), b"p@ss".to_vec())));
        assert_eq!(credentials(&check("https://host/", "url").unwrap()), None);
    }
}
