//! Networks, trusted proxies, and the question which address really sent a request.
//!
//! Nothing a client can write is believed: the walk starts at the socket and goes leftwards through hops that are trusted, no
//! further. Sources: RFC 7239 (`Forwarded`), the de facto `X-Forwarded-For`, and the platform headers of hosting providers.

use std::net::{IpAddr, Ipv6Addr};

use ipnet::IpNet;
use serde_json::Value;

use crate::json::wrong_type;
use crate::{Error, spelling};

/// Header names and values, in the order received; a name may occur several times.
pub type Headers = [(String, String)];

/// The most bytes of forwarding headers that are read; proxies add a few dozen each.
const FORWARDING_LIMIT: usize = 64 << 10;

/// The most networks or hops that settings may name.
const MAXIMUM_ENTRIES: usize = 1024;

/// A set of networks.
#[derive(Debug, Clone, PartialEq)]
pub struct Networks(Vec<IpNet>);

impl Networks {
    /// Reads a list of networks (`192.0.2.0/24`) and single addresses.
    ///
    /// # Errors
    /// `wrong_type`, `required` for an empty list, `invalid_network`.
    pub fn read(value: &Value, path: &str) -> Result<Self, Error> {
        let entries = match value {
            Value::String(_) => std::slice::from_ref(value),
            Value::Array(entries) => entries,
            other => return Err(wrong_type(path, "a list of networks", other)),
        };
        if entries.is_empty() || entries.len() > MAXIMUM_ENTRIES {
            let message = format!("must name 1 to {MAXIMUM_ENTRIES} networks such as \"192.0.2.0/24\"");
            return Err(Error::validation("required", path, message));
        }
        entries
            .iter()
            .enumerate()
            .map(|(index, entry)| network(entry, &format!("{path}[{index}]")))
            .collect::<Result<_, _>>()
            .map(Self)
    }

    /// Whether the address lies in one of the networks; an IPv4 address mapped into IPv6 is that IPv4 address.
    #[must_use]
    pub fn contain(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.0.iter().any(|network| network.contains(&address))
    }

    /// The networks as text.
    #[must_use]
    pub fn names(&self) -> Vec<String> {
        self.0.iter().map(ToString::to_string).collect()
    }
}

fn network(entry: &Value, path: &str) -> Result<IpNet, Error> {
    let text = entry.as_str().ok_or_else(|| wrong_type(path, "a network, a string", entry))?;
    let network = match text.contains('/') {
        true => text.parse::<IpNet>().ok().and_then(unmap),
        false => text.parse::<IpAddr>().ok().map(|address| IpNet::from(address.to_canonical())),
    };
    network.map(|network| network.trunc()).ok_or_else(|| {
        Error::validation("invalid_network", path, "is neither a network such as \"192.0.2.0/24\" nor an address")
    })
}

/// `::ffff:192.0.2.0/120` is `192.0.2.0/24`; a mapped network wider than all of IPv4 is a mistake.
fn unmap(network: IpNet) -> Option<IpNet> {
    let IpNet::V6(wide) = network else { return Some(network) };
    match wide.addr().to_ipv4_mapped() {
        None => Some(network),
        Some(address) => IpNet::new(IpAddr::V4(address), wide.prefix_len().checked_sub(96)?).ok(),
    }
}

/// Reads an address as sockets and proxies write it: plain, with a port, in brackets, with a zone; IPv4 mapped into IPv6 is IPv4.
#[must_use]
pub fn parse(text: &str) -> Option<IpAddr> {
    if text.len() > 128 {
        return None;
    }
    let host = match text.strip_prefix('[') {
        Some(rest) => {
            let (host, port) = rest.split_once(']')?;
            if !port.is_empty() && !is_port(port.strip_prefix(':')?) {
                return None;
            }
            return v6(host).map(IpAddr::V6).map(|address| address.to_canonical());
        }
        None => match text.split_once(':') {
            Some((host, port)) if !port.contains(':') => {
                if !is_port(port) {
                    return None;
                }
                host
            }
            _ => text,
        },
    };
    match host.contains(':') {
        true => v6(host).map(IpAddr::V6),
        false => host.parse().ok().map(IpAddr::V4),
    }
    .map(|address| address.to_canonical())
}

fn v6(text: &str) -> Option<Ipv6Addr> {
    match text.split_once('%') {
        None => text.parse().ok(),
        // RFC 4007: a zone belongs to link-local addresses alone, so on any other it is somebody's trick.
        Some((address, zone)) => {
            let address: Ipv6Addr = address.parse().ok()?;
            let named =
                !zone.is_empty() && zone.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte));
            (named && address.is_unicast_link_local()).then_some(address)
        }
    }
}

fn is_port(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) && text.parse::<u16>().is_ok()
}

/// Whose word is taken for where a request came from.
#[derive(Debug, Clone, PartialEq)]
pub enum TrustedProxies {
    /// Nobody's: the sender is the peer of the socket.
    None,
    /// Proxies in these networks; the walk goes left while the hop lies in one of them.
    Networks(Networks, ForwardingHeader),
    /// So many proxies, the peer of the socket being the first.
    Hops(usize, ForwardingHeader),
    /// The platform, which sets this header itself and lets nobody else set it.
    Header(String),
}

/// The header in which proxies note where a request came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ForwardingHeader {
    /// `X-Forwarded-For`.
    XForwardedFor,
    /// `Forwarded` (RFC 7239).
    Forwarded,
}

impl TrustedProxies {
    /// Reads `{"networks": [...]}`, `{"hops": 1}` (both may name the `header`, `X-Forwarded-For` or `Forwarded`) or `{"header": "CF-Connecting-IP"}`.
    ///
    /// # Errors
    /// `wrong_type`, `required`, `conflict`, `out_of_range`, `misspelt_attribute`, `invalid_network`.
    pub fn read(value: &Value, path: &str) -> Result<Self, Error> {
        let settings = match value {
            Value::Null => return Ok(Self::None),
            Value::Object(settings) => settings,
            other => return Err(wrong_type(path, "a hash with `networks`, `hops` or `header`", other)),
        };
        reject_unknown(settings.keys(), &["networks", "hops", "header"], path)?;
        let present = |name: &str| settings.get(name).filter(|value| !value.is_null());
        let header = match present("header") {
            None => None,
            Some(Value::String(name)) => Some(name.as_str()),
            Some(other) => return Err(wrong_type(&format!("{path}.header"), "a header's name, a string", other)),
        };
        match (present("networks"), present("hops")) {
            (Some(_), Some(_)) => {
                Err(Error::validation("conflict", path, "names both `networks` and `hops`; choose one"))
            }
            (Some(networks), None) => {
                let networks = Networks::read(networks, &format!("{path}.networks"))?;
                Ok(Self::Networks(networks, forwarding_header(header, path)?))
            }
            (None, Some(hops)) => Ok(Self::Hops(hop_count(hops, path)?, forwarding_header(header, path)?)),
            (None, None) => platform_header(header, path),
        }
    }

    /// The address that sent the request, given the peer of the socket (where there is one) and the headers.
    ///
    /// `None` when it cannot be told: no peer, an entry on the way that is no address, or fewer entries than hops.
    #[must_use]
    pub fn sender(&self, peer: Option<&str>, headers: &Headers) -> Option<IpAddr> {
        let peer = peer.and_then(parse);
        match self {
            Self::None => peer,
            Self::Header(name) => single(headers, name).and_then(parse),
            Self::Networks(networks, header) => {
                let mut address = peer?;
                let entries = header.entries(headers)?;
                let mut entries = entries.iter().rev();
                while networks.contain(address) {
                    match entries.next() {
                        None => break,
                        Some(entry) => address = (*entry)?,
                    }
                }
                Some(address)
            }
            Self::Hops(hops, header) => {
                peer?;
                let entries = header.entries(headers)?;
                let index = entries.len().checked_sub(*hops)?;
                // Every entry that a trusted proxy wrote must be an address, not only the one asked for.
                entries.get(index..)?.iter().copied().collect::<Option<Vec<_>>>()?.first().copied()
            }
        }
    }
}

pub(crate) fn reject_unknown<'a>(
    mut names: impl Iterator<Item = &'a String>,
    known: &[&'static str],
    path: &str,
) -> Result<(), Error> {
    let Some(name) = names.find(|name| !known.contains(&name.as_str())) else { return Ok(()) };
    let hint = match spelling::nearest(name, known.iter().copied()) {
        Some(nearest) => format!("did you mean `{nearest}`?"),
        None => format!("known are {}", known.join(", ")),
    };
    let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
    Err(Error::validation("misspelt_attribute", path, format!("there is no setting `{name}`; {hint}")))
}

fn hop_count(value: &Value, path: &str) -> Result<usize, Error> {
    let path = format!("{path}.hops");
    let hops = value.as_u64().and_then(|hops| usize::try_from(hops).ok());
    match hops {
        Some(hops) if (1..=MAXIMUM_ENTRIES).contains(&hops) => Ok(hops),
        _ if !value.is_number() => Err(wrong_type(&path, "a whole number", value)),
        _ => Err(Error::validation("out_of_range", path, "must be the number of proxies in front of you, from 1 up")),
    }
}

fn forwarding_header(name: Option<&str>, path: &str) -> Result<ForwardingHeader, Error> {
    match name.map(str::to_ascii_lowercase).as_deref() {
        None | Some("x-forwarded-for") => Ok(ForwardingHeader::XForwardedFor),
        Some("forwarded") => Ok(ForwardingHeader::Forwarded),
        Some(_) => Err(Error::validation(
            "unknown_value",
            format!("{path}.header"),
            "must be X-Forwarded-For or Forwarded beside `networks` or `hops`; a platform's own header stands alone",
        )),
    }
}

fn platform_header(name: Option<&str>, path: &str) -> Result<TrustedProxies, Error> {
    match name {
        None => Err(Error::validation("required", path, "must name `networks`, `hops` or `header`")),
        Some(name) if name.eq_ignore_ascii_case("x-forwarded-for") || name.eq_ignore_ascii_case("forwarded") => {
            Err(Error::validation(
                "required",
                path,
                "anybody can write that header; say with `networks` or `hops` which proxies to believe",
            ))
        }
        Some(name) => Ok(TrustedProxies::Header(name.to_owned())),
    }
}

impl ForwardingHeader {
    fn name(self) -> &'static str {
        match self {
            Self::XForwardedFor => "x-forwarded-for",
            Self::Forwarded => "forwarded",
        }
    }

    /// The hops from left to right over all header lines, `None` for one that is no address; nothing at all when it is too long.
    fn entries(self, headers: &Headers) -> Option<Vec<Option<IpAddr>>> {
        let lines: Vec<&str> = header_values(headers, self.name()).collect();
        if lines.iter().map(|line| line.len()).sum::<usize>() > FORWARDING_LIMIT {
            return None;
        }
        let entries = lines.into_iter().filter(|line| !line.trim().is_empty());
        Some(match self {
            Self::XForwardedFor => entries.flat_map(|line| line.split(',')).map(|entry| parse(entry.trim())).collect(),
            Self::Forwarded => entries.flat_map(forwarded_elements).collect(),
        })
    }
}

/// The values of a header, whose name has no case, in their order.
pub(crate) fn header_values<'a>(headers: &'a Headers, name: &str) -> impl Iterator<Item = &'a str> {
    headers.iter().filter(move |(candidate, _)| candidate.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
}

/// The value of a header that must occur once; one that occurs twice was tampered with.
pub(crate) fn single<'a>(headers: &'a Headers, name: &str) -> Option<&'a str> {
    let mut found = header_values(headers, name);
    let value = found.next()?;
    found.next().is_none().then_some(value.trim())
}

/// A quote that the client left open would swallow what the proxies after it add, so such a line tells nothing.
fn forwarded_elements(line: &str) -> Vec<Option<IpAddr>> {
    match split_quoted(line, ',') {
        None => vec![None],
        Some(elements) => elements.into_iter().map(forwarded_for).collect(),
    }
}

/// RFC 7239 section 4: the node of the parameter `for`, which may be quoted; `unknown` and `_obfuscated` are no addresses.
fn forwarded_for(element: &str) -> Option<IpAddr> {
    let mut node = None;
    for pair in split_quoted(element, ';')? {
        let (name, value) = pair.trim().split_once('=')?;
        if name.eq_ignore_ascii_case("for") && node.replace(value).is_some() {
            return None;
        }
    }
    let node = node?;
    match node.strip_prefix('"') {
        None if node.contains('"') || node.contains('[') => None,
        // A token holds no colon, so an unquoted node has no port and is no IPv6 address.
        None if node.contains(':') => None,
        None => parse(node),
        Some(rest) => {
            let inner = rest.strip_suffix('"').filter(|inner| !inner.contains(['"', '\\']))?;
            let bare_v6 = inner.matches(':').count() > 1 && !inner.starts_with('[');
            if bare_v6 { None } else { parse(inner) }
        }
    }
}

/// Splits at a delimiter that stands outside quoted strings (RFC 9110 section 5.6.4); nothing when a quote stays open.
fn split_quoted(text: &str, delimiter: char) -> Option<Vec<&str>> {
    let (mut quoted, mut escaped) = (false, false);
    let parts = text
        .split(|letter: char| {
            let was_escaped = escaped;
            escaped = quoted && letter == '\\' && !was_escaped;
            if letter == '"' && !was_escaped {
                quoted = !quoted;
            }
            letter == delimiter && !quoted
        })
        .collect();
    (!quoted).then_some(parts)
}
