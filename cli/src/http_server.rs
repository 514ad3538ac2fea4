//! Serves a router on a socket: bounded headers, slow clients cut off, a stop that lets calls finish.

use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

use crate::log;

const MAX_HEADERS: usize = 100;
const MAX_HEADER_BYTES: usize = 64 * 1024;
const HEADER_TIMEOUT: Duration = Duration::from_secs(30);

// As long as the slowest call should take: a download, the engine, and the answer.
const STOP_TIMEOUT: Duration = Duration::from_secs(60);

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
            Ok((stream, _)) => serve(&server, stream, &app, &open),
            Err(error) => out_of_sockets(error).await,
        }
    }
    let _ = tokio::time::timeout(STOP_TIMEOUT, open.shutdown()).await;
}

fn serve(server: &http1::Builder, stream: TcpStream, app: &Router, open: &GracefulShutdown) {
    // Answers are written whole, so there is nothing to wait for.
    let _ = stream.set_nodelay(true);
    let connection = server.serve_connection(TokioIo::new(stream), TowerToHyperService::new(app.clone()));
    let connection = open.watch(connection);
    tokio::spawn(async move {
        // A connection that breaks is the client's affair.
        let _ = connection.await;
    });
}

async fn out_of_sockets(error: std::io::Error) {
    log::line(format_args!("cannot accept a connection: {error}"));
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
