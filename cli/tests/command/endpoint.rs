//! A server that records what it is sent and answers as it is told.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, Sender, channel};

use serde_json::Value;

use crate::http::DEADLINE;

/// What an endpoint was sent.
#[derive(Debug)]
pub(crate) struct Received {
    pub(crate) request_line: String,
    headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Received {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }
}

/// An endpoint on a free port.
pub(crate) struct Endpoint {
    pub(crate) address: String,
    received: Receiver<Received>,
}

impl Endpoint {
    /// One that answers every request with the same bytes; with none it never answers, and keeps the connection open.
    pub(crate) fn start(answer: impl Into<Vec<u8>>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let (sender, received) = channel();
        let answer = answer.into();
        std::thread::spawn(move || {
            let mut open = Vec::new();
            for stream in listener.incoming() {
                // Nobody waits for more when the test is over.
                let Some(stream) = exchange(stream.unwrap(), &answer, &sender) else { return };
                open.push(stream);
            }
        });
        Self { address, received }
    }

    /// One that answers 200.
    pub(crate) fn ok() -> Self {
        Self::start("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
    }

    /// One that takes requests and never answers.
    pub(crate) fn silent() -> Self {
        Self::start("")
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Waits for the next request.
    pub(crate) fn next(&self) -> Received {
        self.received.recv_timeout(DEADLINE).expect("nothing was sent")
    }

    /// Whether nothing has been sent that was not taken yet.
    pub(crate) fn is_idle(&self) -> bool {
        self.received.try_recv().is_err()
    }
}

fn exchange(mut stream: TcpStream, answer: &[u8], sender: &Sender<Received>) -> Option<TcpStream> {
    let received = read(&stream);
    sender.send(received).ok()?;
    if answer.is_empty() {
        return Some(stream);
    }
    let _ = stream.write_all(answer);
    let _ = stream.shutdown(std::net::Shutdown::Write);
    Some(stream)
}

/// Reads a request with a body of known length.
pub(crate) fn read(stream: &TcpStream) -> Received {
    stream.set_read_timeout(Some(DEADLINE)).unwrap();
    let mut reader = BufReader::new(stream);
    let mut request_line = String::new();
    reader.read_line(&mut request_line).unwrap();
    let headers: Vec<_> = reader
        .by_ref()
        .lines()
        .map(Result::unwrap)
        .take_while(|line| !line.is_empty())
        .filter_map(|line| line.split_once(": ").map(|(name, value)| (name.to_owned(), value.to_owned())))
        .collect();
    let length = headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("content-length"));
    let mut body = vec![0; length.map_or(0, |(_, length)| length.parse().unwrap())];
    reader.read_exact(&mut body).unwrap();
    Received { request_line: request_line.trim_end().to_owned(), headers, body }
}
