//! HTTP by hand: what goes over the wire is what the test says, byte for byte.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use serde_json::Value;

/// Only a broken server takes as long.
pub(crate) const DEADLINE: Duration = Duration::from_secs(60);

#[must_use]
pub(crate) struct Request {
    address: String,
    head: String,
    body: Vec<u8>,
}

impl Request {
    pub(crate) fn new(address: &str, method: &str, target: &str) -> Self {
        let head = format!("{method} {target} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n");
        Self { address: address.to_owned(), head, body: Vec::new() }
    }

    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        self.head.push_str(&format!("{name}: {value}\r\n"));
        self
    }

    pub(crate) fn body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        let length = self.body.len().to_string();
        self.header("Content-Length", &length)
    }

    pub(crate) fn json(self, document: &Value) -> Self {
        self.header("Content-Type", "application/json").body(document.to_string())
    }

    /// A multipart body, its parts given as header lines and content.
    pub(crate) fn multipart(self, media_type: &str, parts: &[(&str, &[u8])]) -> Self {
        let mut body = Vec::new();
        for (head, content) in parts {
            body.extend_from_slice(format!("--xyz\r\n{head}\r\n\r\n").as_bytes());
            body.extend_from_slice(content);
            body.extend_from_slice(b"\r\n");
        }
        body.extend_from_slice(b"--xyz--\r\n");
        self.header("Content-Type", media_type).body(body)
    }

    pub(crate) fn send(self) -> Reply {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        stream.set_read_timeout(Some(DEADLINE)).unwrap();
        // A server that refuses a body may close the connection before all of it is sent.
        let _ = stream.write_all(&[format!("{}\r\n", self.head).as_bytes(), &self.body].concat());
        let mut bytes = Vec::new();
        let _ = stream.read_to_end(&mut bytes);
        Reply::parse(&bytes)
    }
}

#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Reply {
    fn parse(bytes: &[u8]) -> Self {
        let end = bytes.windows(4).position(|window| window == b"\r\n\r\n").expect("no HTTP response");
        let head = std::str::from_utf8(&bytes[..end]).unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        let headers = head.lines().skip(1).filter_map(|line| line.split_once(": "));
        let headers = headers.map(|(name, value)| (name.to_lowercase(), value.to_owned())).collect();
        Self { status, headers, body: bytes[end + 4..].to_vec() }
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("no JSON: {self:?}"))
    }

    /// The metadata of a binary response, which both headers have to carry alike.
    pub(crate) fn metadata(&self) -> Value {
        let metadata = self.header("X-Optidash-Metadata").unwrap();
        assert_eq!(Some(metadata), self.header("X-Optidash-Meta"));
        serde_json::from_str(metadata).unwrap()
    }

    /// Checks that this is a failure in the API's shape and gives its message.
    pub(crate) fn failure(&self, status: u16) -> String {
        assert_eq!(self.status, status, "{self:?}");
        assert_eq!(self.header("content-type"), Some("application/json"));
        failure_message(&self.json(), status)
    }
}

/// Checks that a document is a failure in the API's shape and gives its message.
pub(crate) fn failure_message(document: &Value, status: u16) -> String {
    assert_eq!(document["success"], false, "{document}");
    assert_eq!(document["code"], status, "{document}");
    assert_eq!(document["id"].as_str().unwrap().len(), 36, "{document}");
    document["message"].as_str().unwrap().to_owned()
}
