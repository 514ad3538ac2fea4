//! Makes one result: with the API or the engine into a temporary file, which takes its place when it is complete.

use std::io;
use std::path::{Path, PathBuf};

use optidash_core::image::{self, Limits, Transformed};
use optidash_core::request::{self, ResponseMethod};
use optidash_core::response::TransportFailureKind;
use optidash_core::{Class, Error};
use serde_json::{Map, Value, json};
use tempfile::NamedTempFile;
use tokio::io::AsyncWriteExt as _;

use super::inputs::Place;
use super::plan::{Task, Version};
use crate::api::{Api, Image, transport_error};
use crate::transform;

const REMAINS_PREFIX: &str = ".optidash-";
const REMAINS_SUFFIX: &str = ".part";

/// What makes results.
pub(crate) enum Maker {
    Api(Box<Api>),
    Engine,
}

impl Maker {
    pub(crate) fn api(api: Api) -> Self {
        Self::Api(Box::new(api))
    }

    pub(crate) fn engine() -> Self {
        Self::Engine
    }
}

pub(crate) struct Worker {
    pub(crate) maker: Maker,
    pub(crate) operations: Map<String, Value>,
    /// Where results go.
    pub(crate) directory: PathBuf,
}

/// A result that is in its place.
#[derive(Debug)]
pub(crate) struct Finished {
    /// What the input was when the work on it began.
    pub(crate) version: Version,
    pub(crate) bytes_in: u64,
    pub(crate) bytes_out: u64,
    /// `input` and `output`, as the API says it.
    pub(crate) metadata: Value,
}

impl Worker {
    /// Works on one input.
    ///
    /// # Errors
    /// Those of the API or the engine, and of the files.
    pub(crate) async fn work(&self, task: &Task) -> Result<Finished, Error> {
        let version = task.version().map_err(|error| file_error(&error))?;
        let Image { metadata, file, bytes } = match (&self.maker, &task.place) {
            (Maker::Api(api), place) => self.call(api, place).await?,
            (Maker::Engine, Place::File(path)) => self.transform(path).await?,
            (Maker::Engine, Place::Address(_)) => return Err(file_error(&io::Error::from(io::ErrorKind::Unsupported))),
        };
        let target = self.directory.join(&task.output);
        put(file, &target).map_err(|error| file_error(&error))?;
        let bytes_in = version.size.or_else(|| metadata.pointer("/input/bytes").and_then(Value::as_u64));
        Ok(Finished { version, bytes_in: bytes_in.unwrap_or_default(), bytes_out: bytes, metadata: images(metadata) })
    }

    async fn call(&self, api: &Api, place: &Place) -> Result<Image, Error> {
        let (source, upload) = match place {
            Place::Address(url) => (vec![json!("fetch"), json!(url)], None),
            Place::File(path) => (vec![json!("upload"), json!({ "name": name(path) })], Some(path.as_path())),
        };
        let operations = self.operations.iter().map(|(name, hash)| vec![json!(name), hash.clone()]);
        let calls: Vec<_> = std::iter::once(source).chain(operations).collect();
        let request = request::build(api.client(), &calls, ResponseMethod::File)?;
        api.image(&request, upload, &|| temporary(&self.directory)).await
    }

    async fn transform(&self, path: &Path) -> Result<Image, Error> {
        let Transformed { input, output, bytes } = self.transformed(path.to_owned()).await?;
        let file = temporary(&self.directory).map_err(|error| file_error(&error))?;
        write(&file, &bytes).await.map_err(|error| file_error(&error))?;
        Ok(Image { metadata: json!({ "input": input, "output": output }), file, bytes: bytes.len() as u64 })
    }

    async fn transformed(&self, path: PathBuf) -> Result<Transformed, Error> {
        let operations = self.operations.clone();
        let task = tokio::task::spawn_blocking(move || {
            let bytes = transform::read(&path).map_err(|reason| file_error(&reason))?;
            image::transform(&bytes, &operations, name(&path).as_deref(), &Limits::default())
        });
        // A panic of the engine is a fault of this image, and no reason to leave out the others.
        task.await.unwrap_or_else(|_| {
            Err(Error::new(Class::ImageError, "engine_failed", "", "the engine failed on this image"))
        })
    }
}

/// Removes what a killed run has left behind. The journal's lock says that no other run is at work.
pub(crate) fn remove_remains(directory: &Path) {
    let entries = std::fs::read_dir(directory).into_iter().flatten().flatten();
    for entry in entries {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if name.starts_with(REMAINS_PREFIX) && name.ends_with(REMAINS_SUFFIX) {
            // Whoever removed it meanwhile is right.
            let _ = std::fs::remove_file(entry.path());
        }
    }
}

// In the output directory, so that it can be renamed into place.
fn temporary(directory: &Path) -> io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(REMAINS_PREFIX).suffix(REMAINS_SUFFIX);
    // Results are for everybody whom the umask lets read them; temporary files usually are not.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    builder.tempfile_in(directory)
}

async fn write(file: &NamedTempFile, bytes: &[u8]) -> io::Result<()> {
    let mut writer = tokio::fs::File::from_std(file.as_file().try_clone()?);
    writer.write_all(bytes).await?;
    writer.flush().await
}

fn put(file: NamedTempFile, target: &Path) -> io::Result<()> {
    if let Some(folder) = target.parent() {
        std::fs::create_dir_all(folder)?;
    }
    file.persist(target).map(drop).map_err(|error| error.error)
}

fn name(path: &Path) -> Option<String> {
    path.file_name().map(|name| name.to_string_lossy().into_owned())
}

// The rest says how it travelled.
fn images(mut metadata: Value) -> Value {
    let mut part = |name| metadata.get_mut(name).map(Value::take);
    json!({ "input": part("input"), "output": part("output") })
}

fn file_error(error: &dyn std::fmt::Display) -> Error {
    transport_error(TransportFailureKind::File, None, &error.to_string())
}
