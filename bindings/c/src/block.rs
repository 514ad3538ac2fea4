//! How documents and bytes lie in one block.

use std::ptr;

use optidash_core::Error;

use crate::memory;

/// What the payload of a result is.
#[derive(Clone, Copy)]
pub(crate) enum Status {
    /// The answer of the operation.
    Answer = 0,
    /// An error of the core.
    Error = 1,
    /// An error that should never be: a panic.
    Defect = 2,
}

/// The operation's name, its document and its bytes.
///
/// # Errors
/// `malformed_json` when a block is shorter than it says, or text is not UTF-8.
pub(crate) fn read_input<'a>(operation: &'a [u8], input: &'a [u8]) -> Result<(&'a str, &'a str, &'a [u8]), Error> {
    let (length, rest) = input.split_first_chunk().ok_or_else(|| malformed("is shorter than 4 bytes"))?;
    let length = usize::try_from(u32::from_le_bytes(*length)).unwrap_or(usize::MAX);
    let (document, bytes) = rest.split_at_checked(length).ok_or_else(|| malformed("is shorter than it says"))?;
    let text = |bytes| str::from_utf8(bytes).map_err(|_| malformed("holds text that is not UTF-8"));
    Ok((text(operation)?, text(document)?, bytes))
}

fn malformed(what: &str) -> Error {
    Error::validation("malformed_json", "", format!("the block {what}; write u32le length, document, bytes"))
}

/// A block with the status, the length of the parts together and the parts; null when there is no memory for it.
pub(crate) fn result(status: Status, parts: &[&[u8]]) -> *mut u8 {
    let length = parts.iter().try_fold(0_u32, |sum, part| sum.checked_add(u32::try_from(part.len()).ok()?));
    let Some(length) = length else { return ptr::null_mut() };
    let head = [(status as u32).to_le_bytes(), length.to_le_bytes()];
    memory::block(&[&[head.as_flattened()], parts].concat())
}
