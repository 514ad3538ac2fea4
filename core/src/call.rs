//! The one door for other languages: the name of an operation and a JSON document in, a JSON document out.
//!
//! Image bytes and HTTP bodies pass beside the document, never inside it.

use crate::Error;

/// What an operation answers with.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// A JSON document.
    pub document: String,
    /// The bytes of an image, for the operations that make one.
    pub bytes: Vec<u8>,
}

/// Calls an operation by name.
///
/// # Errors
/// `unknown_operation` for a name that is not in the list, `malformed_json` for an input that is not its document, and
/// what the operation itself answers with.
pub fn call(operation: &str, input: &str, bytes: &[u8]) -> Result<Answer, Error> {
    let _ = (input, bytes);
    Err(Error::validation("unknown_operation", "", format!("there is no operation `{operation}`")))
}
