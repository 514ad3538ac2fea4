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
}

fn transform(input: &str, bytes: &[u8]) -> Result<Answer, Error> {
    let input: TransformInput = read(input)?;
    operations::check_names(&input.operations)?;
    let made = image::transform(bytes, &input.operations, input.name.as_deref(), &Limits::default())?;
    let document = answer(&json!({"input": made.input, "output": made.output}))?;
    Ok(Answer { bytes: made.bytes, ..document })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MetadataInput {
    #[serde(default)]
    name: Option<String>,
}

fn metadata(input: &str, bytes: &[u8]) -> Result<Answer, Error> {
    let input: MetadataInput = read(input)?;
    answer(&image::metadata(bytes, input.name.as_deref())?)
}
