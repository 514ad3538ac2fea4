//! Serves a router on a socket: bounded headers, slow clients cut off, a stop that lets calls finish.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use axum::Router;
use axum::http::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service as _, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

use crate::console;

const MAX_HEADERS: usize = 100;
const MAX_HEADER_BYTES: usize = 64 * 1024;
const HEADER_TIMEOUT: Duration = Duration::from_secs(30);

// As long as the slowest call should take: a download, the engine, and the answer.
const STOP_TIMEOUT: Duration = Duration::from_secs(60);

/// The address at the other end of a connection; every request carries it as an extension.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PeerAddress(pub(crate) SocketAddr);

/// Marks an answer that is not sent: the connection closes in its place.
#[derive(Debug, Clone, Copy)]
pub(crate) struct CutConnection;

/// Refuses an address that other machines can reach, unless that is allowed.
pub(crate) fn check_reachable(address: SocketAddr, allow_remote: bool) -> Result<(), String> {
    if address.ip().is_loopback() || allow_remote {
        return Ok(());
    }
    Err(format!("{address} can be reached from other machines; say --allow-remote if that is what you want"))
}

/// Listens on an address and says which one it has become.
pub(crate) async fn bind(address: SocketAddr) -> Result<(TcpListener, SocketAddr), String> {
    let unusable = |error: std::io::Error| format!("cannot listen on {address}: {error}");
    let listener = TcpListener::bind(address).await.map_err(unusable)?;
    let bound = listener.local_addr().map_err(unusable)?;
    Ok((listener, bound))
}

/// Where programs on this machine reach a server, without a trailing slash.
pub(crate) fn origin(mut address: SocketAddr) -> String {
    match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => address.set_ip(Ipv4Addr::LOCALHOST.into()),
        IpAddr::V6(ip) if ip.is_unspecified() => address.set_ip(Ipv6Addr::LOCALHOST.into()),
        _ => {}
    }
    format!("http://{address}")
}

/// Serves until told to stop.
pub(crate) async fn run(listener: TcpListener, app: Router, mut stop: watch::Receiver<bool>) {
    let open = GracefulShutdown::new();
    let mut server = http1::Builder::new();
    server
        .timer(TokioTimer::new())
        .header_read_timeout(HEADER_TIMEOUT)
        .max_headers(MAX_HEADERS)
        .max_buf_size(MAX_HEADER_BYTES);
    loop {
        let stream = tokio::select! {
            accepted = listener.accept() => accepted,
            _ = stop.changed() => break,
        };
        match stream {
            Ok((stream, address)) => serve(&server, stream, PeerAddress(address), &app, &open),
            Err(error) => out_of_sockets(error).await,
        }
    }
    let _ = tokio::time::timeout(STOP_TIMEOUT, open.shutdown()).await;
}

fn serve(server: &http1::Builder, stream: TcpStream, peer: PeerAddress, app: &Router, open: &GracefulShutdown) {
    // Answers are written whole, so there is nothing to wait for.
    let _ = stream.set_nodelay(true);
    let app = TowerToHyperService::new(app.clone());
    let app = service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(peer);
        let answer = app.call(request);
        async move {
            let Ok(answer) = answer.await;
            match answer.extensions().get::<CutConnection>() {
                Some(_) => Err(std::io::Error::from(std::io::ErrorKind::ConnectionAborted)),
                None => Ok(answer),
            }
        }
    });
    let connection = open.watch(server.serve_connection(TokioIo::new(stream), app));
    tokio::spawn(async move {
        // A connection that breaks is the client's affair.
        let _ = connection.await;
    });
}

async fn out_of_sockets(error: std::io::Error) {
    console::log(format_args!("cannot accept a connection: {error}"));
    tokio::time::sleep(Duration::from_millis(100)).await;
}

/// Waits for SIGINT or SIGTERM.
pub(crate) async fn until_told_to_stop() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let terminated = async {
            match signal(SignalKind::terminate()) {
                Ok(mut signal) => drop(signal.recv().await),
                Err(_) => std::future::pending::<()>().await,
            }
        };
        tokio::select! {
            _ = tokio::signal::ctrl_c() => {}
            () = terminated => {}
        }
    }
    #[cfg(not(unix))]
    let _ = tokio::signal::ctrl_c().await;
}
