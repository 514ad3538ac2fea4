//! What can be written on the command line.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use optidash_core::protocol::CONCURRENCY;
use optidash_core::{protocol, web_url};
use url::Url;

use crate::operation_arguments::OperationArguments;
use crate::run::names::Template;
use crate::serve::failures::Planned;
use crate::serve::rate_limit::Rate;

/// The Optidash image API on your own machine: for development, for tests, and for single pictures.
#[derive(Debug, Parser)]
#[command(name = "optidash", version)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Run a local Optidash API; the first line on standard output is its base URL
    Serve(ServeArguments),
    /// Transform an image file with the embedded engine and print the metadata
    Transform(TransformArguments),
    /// Do the same to many images, with the API or with the embedded engine, and go on where an earlier run stopped
    Run(RunArguments),
    /// Print the plan and the quota of the account
    Account(AccountArguments),
    /// Make and rename API keys, with the master key
    Keys(KeysArguments),
    /// Print what became of webhooks: one, or a line of JSON for each
    Webhooks(WebhooksArguments),
    /// Run an endpoint that prints the notifications it can trust; the first line on standard output is its URL
    Listen(ListenArguments),
    /// Send a sample notification to an endpoint and print its answer
    Send(SendArguments),
}

#[derive(Debug, Args)]
pub(crate) struct ServeArguments {
    /// Where to listen; port 0 takes a free one
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:8787")]
    pub(crate) listen: SocketAddr,

    /// Listen on an address that other machines can reach: whoever reaches it can make this machine send requests
    #[arg(long)]
    pub(crate) allow_remote: bool,

    /// Where accepted webhooks, their history and outputs are kept [default: .optidash in your home directory]
    #[arg(long, value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,

    /// Answer for an image URL with a file instead of downloading it; can be repeated
    #[arg(long = "fixture", value_name = "URL=FILE", value_parser = parse_fixture)]
    pub(crate) fixtures: Vec<Fixture>,

    /// Send every notification to this URL, whatever endpoint the request names
    #[arg(long, value_name = "URL", value_parser = parse_http_url)]
    pub(crate) forward_webhooks_to: Option<Url>,

    /// Accept only this API key; can be repeated, the first is the master key [default: any key]
    #[arg(long = "api-key", visible_alias = "key", value_name = "KEY")]
    pub(crate) api_keys: Vec<Secret>,

    /// Let the next calls fail: status=503,times=2,retry-after=1 or slow=30, cut, truncated, malformed,
    /// content-type=text/html; path=/upload for calls of one endpoint; can be repeated
    #[arg(long = "fail", value_name = "FAILURE", value_parser = Planned::parse)]
    pub(crate) failures: Vec<Planned>,

    /// Answer 429 to more calls than this, such as 100/60s
    #[arg(long, value_name = "CALLS/SECONDSs", value_parser = Rate::parse)]
    pub(crate) rate_limit: Option<Rate>,

    /// Largest image, uploaded or downloaded, in MiB
    #[arg(long, value_name = "MIB", default_value_t = 64, value_parser = clap::value_parser!(u64).range(1..=512))]
    pub(crate) max_image: u64,

    /// Seconds that an endpoint has to answer a notification
    #[arg(long, value_name = "SECONDS", default_value_t = protocol::WEBHOOK_TIMEOUT_SECONDS as f64, value_parser = parse_seconds)]
    pub(crate) webhook_timeout: f64,
}

#[derive(Debug, Args)]
#[command(after_help = "Example: optidash transform photo.jpg thumb.png --resize mode=fit,width=100,height=100")]
pub(crate) struct TransformArguments {
    /// The image to read: JPEG, PNG, WebP or GIF
    #[arg(value_name = "IN")]
    pub(crate) source: PathBuf,

    /// The image to write; its extension says the format, unless --output does
    #[arg(value_name = "OUT")]
    pub(crate) target: PathBuf,

    #[command(flatten)]
    pub(crate) operations: OperationArguments,
}

/// How the API is reached.
#[derive(Debug, Args)]
pub(crate) struct ClientArguments {
    /// The API key; better in the environment variable OPTIDASH_API_KEY, where other users of this machine cannot see it
    #[arg(long, value_name = "KEY")]
    pub(crate) key: Option<Secret>,

    /// Where the API is [default: OPTIDASH_BASE_URL in the environment, else the public API]
    #[arg(long, value_name = "URL")]
    pub(crate) base_url: Option<String>,

    #[arg(long, value_name = "SECONDS", help = timeout_help())]
    pub(crate) timeout: Option<f64>,

    #[arg(long, value_name = "NUMBER", help = retries_help())]
    pub(crate) retries: Option<u8>,
}

#[derive(Debug, Args)]
#[command(
    after_help = "Example: optidash run 'photos/**/*.jpg' --resize width=800 --output format=webp --output-dir out/"
)]
pub(crate) struct RunArguments {
    /// Files, folders, patterns such as 'photos/**/*.jpg' (in quotes), http and https addresses, - for a list of these on standard input
    #[arg(value_name = "PATTERN", required = true)]
    pub(crate) patterns: Vec<String>,

    /// Where the results and the journal of what is done are kept
    #[arg(long, value_name = "DIR")]
    pub(crate) output_dir: PathBuf,

    /// How results are named: {dir} and {stem} of the input, {ext} of the result, {parent} folder and {source_ext} of the input
    #[arg(long, value_name = "TEMPLATE", default_value = "{dir}/{stem}.{ext}", value_parser = Template::parse)]
    pub(crate) name: Template,

    /// Use the embedded engine in place of the API
    #[arg(long)]
    pub(crate) local: bool,

    #[arg(long, value_name = "NUMBER", value_parser = concurrency(), help = concurrency_help())]
    pub(crate) concurrency: Option<u8>,

    /// Do everything again, whatever the journal says
    #[arg(long)]
    pub(crate) force: bool,

    /// Say nothing but errors
    #[arg(long)]
    pub(crate) quiet: bool,

    /// Print a JSON line for each input on standard output
    #[arg(long)]
    pub(crate) json: bool,

    #[command(flatten)]
    pub(crate) client: ClientArguments,

    #[command(flatten)]
    pub(crate) operations: OperationArguments,
}

#[derive(Debug, Args)]
pub(crate) struct AccountArguments {
    #[command(flatten)]
    pub(crate) client: ClientArguments,
}

#[derive(Debug, Args)]
pub(crate) struct KeysArguments {
    #[command(subcommand)]
    pub(crate) command: KeysCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum KeysCommand {
    /// Make a key and print it
    Create {
        /// A name that no other key has
        name: String,

        #[command(flatten)]
        client: ClientArguments,
    },
    /// Give a key another name
    Rename {
        /// The key
        api_key: Secret,

        /// A name that no other key has
        name: String,

        #[command(flatten)]
        client: ClientArguments,
    },
}

#[derive(Debug, Args)]
pub(crate) struct WebhooksArguments {
    /// Only the webhook of this request
    #[arg(conflicts_with_all = ["status", "start", "end", "offset", "limit"])]
    pub(crate) id: Option<String>,

    /// Only those in one of these states: created, scheduled, dispatched, delivered, failed
    #[arg(long, value_name = "STATUS,...")]
    pub(crate) status: Option<String>,

    /// Only those accepted since this time, ISO 8601 in UTC
    #[arg(long, value_name = "TIME")]
    pub(crate) start: Option<String>,

    /// Only those accepted until this time, ISO 8601 in UTC
    #[arg(long, value_name = "TIME")]
    pub(crate) end: Option<String>,

    /// How many of the most recent are left out
    #[arg(long, value_name = "NUMBER", default_value_t = 0)]
    pub(crate) offset: u64,

    /// How many are printed at most [default: all]
    #[arg(long, value_name = "NUMBER")]
    pub(crate) limit: Option<u64>,

    #[command(flatten)]
    pub(crate) client: ClientArguments,
}

#[derive(Debug, Args)]
pub(crate) struct ListenArguments {
    /// Where to listen; port 0 takes a free one
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:8788")]
    pub(crate) listen: SocketAddr,

    /// Listen on an address that other machines can reach
    #[arg(long)]
    pub(crate) allow_remote: bool,

    /// Believe notifications from this network; can be repeated [default: this machine, or with --trusted-proxy the
    /// API's own]
    #[arg(long = "network", value_name = "NETWORK")]
    pub(crate) networks: Vec<String>,

    /// Believe what a proxy or tunnel in this network says about who sent a request; can be repeated
    #[arg(long = "trusted-proxy", value_name = "NETWORK")]
    pub(crate) trusted_proxies: Vec<String>,

    /// Accept only notifications with these Basic Auth credentials
    #[arg(long, value_name = "USER:PASSWORD")]
    pub(crate) credentials: Option<Secret>,
}

#[derive(Debug, Args)]
pub(crate) struct SendArguments {
    /// The endpoint; a user name and password in it are sent as Basic authentication
    #[arg(value_name = "URL", value_parser = parse_http_url)]
    pub(crate) url: Url,

    /// The id of the request that the notification reports on [default: a new one]
    #[arg(long)]
    pub(crate) id: Option<String>,

    /// Report that processing failed
    #[arg(long)]
    pub(crate) failure: bool,
}

/// A file that answers for a URL.
#[derive(Debug, Clone)]
pub(crate) struct Fixture {
    pub(crate) url: String,
    pub(crate) file: PathBuf,
}

/// A value from the command line that is never printed.
#[derive(Clone)]
pub(crate) struct Secret(pub(crate) String);

impl std::fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Secret")
    }
}

impl From<&str> for Secret {
    fn from(value: &str) -> Self {
        Self(value.to_owned())
    }
}

// The last `=` divides, since a URL's query is full of them and a file's name is not.
fn parse_fixture(text: &str) -> Result<Fixture, String> {
    let (url, file) = text.rsplit_once('=').ok_or("write URL=FILE")?;
    parse_http_url(url)?;
    let file = PathBuf::from(file);
    if !file.is_file() {
        return Err(format!("there is no file {}", file.display()));
    }
    Ok(Fixture { url: url.to_owned(), file })
}

fn parse_http_url(text: &str) -> Result<Url, String> {
    web_url::check(text, "").map_err(|error| error.message)
}

fn timeout_help() -> String {
    format!("Seconds that one call may take in all [default: {}]", protocol::TOTAL_TIMEOUT)
}

fn retries_help() -> String {
    format!("How often at most a call is repeated [default: {}]", protocol::RETRIES_DEFAULT)
}

fn concurrency_help() -> String {
    let default = protocol::CONCURRENCY_DEFAULT;
    format!("How many images are under way at once [default: {default}; with --local the number of processors]")
}

fn concurrency() -> clap::builder::RangedI64ValueParser<u8> {
    let (fewest, most) = CONCURRENCY.into_inner();
    clap::value_parser!(u8).range(i64::from(fewest)..=i64::from(most))
}

fn parse_seconds(text: &str) -> Result<f64, String> {
    let seconds: f64 = text.parse().map_err(|_| "write a number of seconds")?;
    if seconds > 0.0 && seconds <= 3600.0 { Ok(seconds) } else { Err("write more than 0 and at most 3600".to_owned()) }
}
