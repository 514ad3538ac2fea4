//! The core's one door for every language that can call C: an operation's name and one block of bytes in, one
//! block of bytes out. There are no structs by value, no out-parameters and no callbacks.
//!
//! | block | bytes |
//! | --- | --- |
//! | input | `u32le` length of the document; the JSON document; the image or HTTP body, to the end |
//! | result | `u32le` status; `u32le` length of what follows; the payload |
//! | payload with status 0 | as the input block: the answer's document, then the image that was made |
//! | payload with status 1 or 2 | the JSON document of the error |
//!
//! Operations and documents are those of [`optidash_core::call`]. The caller frees a result with [`optidash_free`], 8 + length bytes.
//! Calls may come from several threads at once.

mod block;
mod memory;
mod panic;

use std::ptr;

use block::{Status, read_input, result};

/// Changes when a caller written for an earlier version would misread a block or a signature.
const ABI_VERSION: u32 = 1;

/// The version of this interface; a caller compares it with its own before anything else.
#[unsafe(no_mangle)]
pub extern "C" fn optidash_abi_version() -> u32 {
    ABI_VERSION
}

/// Memory for `size` bytes, null when there is none.
#[unsafe(no_mangle)]
pub extern "C" fn optidash_alloc(size: usize) -> *mut u8 {
    memory::allocate(size)
}

/// Gives memory back that came from `optidash_alloc` or `optidash_call`; null is ignored.
///
/// # Safety
/// `pointer` is null, or came with exactly `size` bytes and is not used afterwards.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn optidash_free(pointer: *mut u8, size: usize) {
    // SAFETY: the caller keeps the promise above.
    unsafe { memory::free(pointer, size) }
}

/// Calls an operation of the core and answers with a result block, null only when there is no memory for one.
///
/// # Safety
/// `operation` and `input` are readable for their lengths, or their lengths are 0; nobody writes to them meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn optidash_call(
    operation: *const u8,
    operation_len: usize,
    input: *const u8,
    input_len: usize,
) -> *mut u8 {
    // SAFETY: the caller keeps the promise above, and neither slice outlives the call.
    let (operation, input) = unsafe { (memory::slice(operation, operation_len), memory::slice(input, input_len)) };
    panic::caught(|| call(operation, input))
}

fn call(operation: &[u8], input: &[u8]) -> *mut u8 {
    let answer = read_input(operation, input)
        .and_then(|(operation, document, bytes)| optidash_core::call::call(operation, document, bytes));
    match answer {
        Ok(answer) => {
            let Ok(length) = u32::try_from(answer.document.len()) else { return ptr::null_mut() };
            result(Status::Answer, &[&length.to_le_bytes(), answer.document.as_bytes(), &answer.bytes])
        }
        Err(error) => result(Status::Error, &[error.to_json().as_bytes()]),
    }
}
