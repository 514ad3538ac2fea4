//! All that is unsafe: raw memory in, raw memory out. A block is a boxed slice, so that its size is all that freeing it takes.

use std::{ptr, slice};

/// See [`crate::optidash_alloc`]. The bytes are zero: nothing of an earlier call can be read in them.
pub(crate) fn allocate(size: usize) -> *mut u8 {
    let mut bytes = Vec::new();
    if bytes.try_reserve_exact(size).is_err() {
        return ptr::null_mut();
    }
    bytes.resize(size, 0);
    hand_out(bytes)
}

/// A block that the parts make up together; null when there is no memory for it.
pub(crate) fn block(parts: &[&[u8]]) -> *mut u8 {
    let mut bytes = Vec::new();
    if bytes.try_reserve_exact(parts.iter().map(|part| part.len()).sum()).is_err() {
        return ptr::null_mut();
    }
    for part in parts {
        bytes.extend_from_slice(part);
    }
    hand_out(bytes)
}

fn hand_out(bytes: Vec<u8>) -> *mut u8 {
    Box::into_raw(bytes.into_boxed_slice()).cast()
}

/// See [`crate::optidash_free`].
///
/// # Safety
/// `pointer` is null, or came from this module with exactly `size` bytes and is not used afterwards.
pub(crate) unsafe fn free(pointer: *mut u8, size: usize) {
    if !pointer.is_null() {
        // SAFETY: it was a boxed slice of that length, and the caller gives it up.
        drop(unsafe { Box::from_raw(ptr::slice_from_raw_parts_mut(pointer, size)) });
    }
}

/// The bytes at `pointer`, empty when the length is 0 or the pointer null.
///
/// # Safety
/// Unless `length` is 0, `pointer` is null or readable for `length` bytes, and nobody writes to them during `'a`.
pub(crate) unsafe fn slice<'a>(pointer: *const u8, length: usize) -> &'a [u8] {
    if pointer.is_null() || length == 0 {
        return &[];
    }
    // SAFETY: the caller promises just that.
    unsafe { slice::from_raw_parts(pointer, length) }
}
