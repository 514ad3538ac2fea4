//! The operations of the embedded engine.

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{Answer, Attempt, answer, read};
use crate::image::{self, Limits};
use crate::{Error, operations};

pub(super) fn call(operation: &str, input: &str, bytes: &[u8]) -> Attempt {
    Some(match operation {
        "transform" => transform(input, bytes),
        "metadata" => metadata(input, bytes),
        _ => return None,
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TransformInput {
    operations: Map<String, Value>,
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    sha1: Option<String>,
}

fn transform(input: &str, bytes: &[u8]) -> Result<Answer, Error> {
    let input: TransformInput = read(input)?;
    operations::check_names(&input.operations)?;
    let sha1 = checked(input.sha1.as_deref())?;
    let made = image::transform_hashed(bytes, &input.operations, input.name.as_deref(), &Limits::default(), sha1)?;
    let document = answer(&json!({"input": made.input, "output": made.output}))?;
    Ok(Answer { bytes: made.bytes, ..document })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MetadataInput {
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    sha1: Option<String>,
}

fn metadata(input: &str, bytes: &[u8]) -> Result<Answer, Error> {
    let input: MetadataInput = read(input)?;
    answer(&image::metadata_hashed(bytes, input.name.as_deref(), checked(input.sha1.as_deref())?)?)
}

/// What the host says is the SHA-1 of the bytes.
fn checked(sha1: Option<&str>) -> Result<Option<&str>, Error> {
    let is_digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    match sha1 {
        Some(text) if text.len() != 40 || !text.bytes().all(is_digit) => {
            Err(Error::validation("wrong_type", "sha1", "write 40 lowercase hexadecimal digits"))
        }
        sha1 => Ok(sha1),
    }
}
