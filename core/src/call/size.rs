//! The size of a result, which both the client and the engine tell.

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{Answer, answer, read};
use crate::image::geometry;
use crate::{Error, operations};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OutputSizeInput {
    operations: Map<String, Value>,
    width: u32,
    height: u32,
}

pub(super) fn output(input: &str) -> Result<Answer, Error> {
    let input: OutputSizeInput = read(input)?;
    operations::check_names(&input.operations)?;
    let (width, height) = geometry::output_size(&input.operations, input.width, input.height)?;
    answer(&json!({"width": width, "height": height}))
}
