//! The `optidash` command: a local Optidash API, local transforms and webhook tools.

mod account;
mod api;
mod arguments;
mod console;
mod delivery;
mod http_client;
mod http_server;
mod listen;
mod operation_arguments;
mod rules;
mod run;
mod send;
mod serve;
mod transform;

use std::process::ExitCode;

use clap::Parser as _;

use arguments::{Arguments, Command};

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match run(arguments.command) {
        Ok(code) => code,
        Err(message) => {
            eprintln!("optidash: {message}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> Result<ExitCode, String> {
    match command {
        Command::Serve(options) => in_runtime(serve::run(options)),
        Command::Transform(options) => transform::run(options),
        Command::Account(options) => in_runtime(account::account(options)),
        Command::Keys(options) => in_runtime(account::keys(options)),
        Command::Webhooks(options) => in_runtime(account::webhooks(options)),
        Command::Run(options) => return in_runtime(run::run(options)),
        Command::Listen(options) => in_runtime(listen::run(options)),
        Command::Send(options) => in_runtime(send::run(options)),
    }
    .map(|()| ExitCode::SUCCESS)
}

fn in_runtime<T>(work: impl Future<Output = Result<T, String>>) -> Result<T, String> {
    let runtime = tokio::runtime::Runtime::new().map_err(|error| format!("no runtime for network I/O: {error}"))?;
    let result = runtime.block_on(work);
    // Who stops the server twice does not wait for the engine.
    runtime.shutdown_background();
    result
}
