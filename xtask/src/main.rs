//! Every recurring job of the project: `cargo xtask build | test | demo | bench | fuzz | lint | generate`.

mod bench;
mod binary;
mod build;
mod c_header;
mod cache;
mod console;
mod debian;
mod demo;
mod dist;
mod fuzz;
mod generate;
mod interpreters;
mod lint;
mod npm;
mod npm_tests;
mod process;
mod project;
mod reference;
mod report;
mod request_schema;
mod setup;
mod stamp;
mod test;
mod user;
mod venv;
mod wasm_bindgen;
mod wasm_modules;
mod wasm_toolchain;
mod wheel;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Every recurring job of the project.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    job: Job,
}

#[derive(Subcommand)]
enum Job {
    /// Build what users install into dist/: the npm package, the wheel and the optidash command
    Build,
    /// Check and test everything
    Test,
    /// Show the product: JavaScript and Python ask a local API for a picture and receive its webhook
    Demo,
    /// Measure the image engine beside other libraries; writes docs/benchmarks.md and docs/benchmarks.svg
    Bench {
        /// A few runs of each, and write nothing
        #[arg(long)]
        quick: bool,
    },
    /// Feed everything that reads bytes from outside with inputs that reach ever more of it
    Fuzz {
        /// How long each target runs
        #[arg(long, default_value_t = 60)]
        seconds: u32,
        /// One target alone
        target: Option<String>,
    },
    /// Check formatting, lints, types, and that no generated file is stale
    Lint,
    /// Write the types that users see in each language, the reference and the schema of requests from the core's tables
    Generate {
        /// Write nothing; fail when a file is stale
        #[arg(long)]
        check: bool,
    },
}

fn main() -> ExitCode {
    let result = match Arguments::parse().job {
        Job::Build => build::run(),
        Job::Test => test::run(),
        Job::Demo => demo::run(),
        Job::Bench { quick } => bench::run(quick),
        Job::Fuzz { seconds, target } => fuzz::run(seconds, target.as_deref()),
        Job::Lint => lint::run(),
        Job::Generate { check } => generate::run(check),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\n{}", console::error(&format!("{error:#}")));
            ExitCode::FAILURE
        }
    }
}
