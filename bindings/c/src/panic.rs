//! A panic never crosses into the caller: it becomes a result.

use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::block::{Status, result};

/// The panic's own message may quote what was being worked on, so it stays out.
const DEFECT: &[u8] = br#"{"type":"OptidashError","code":"internal","path":"","message":"the core failed where it never should; please report it"}"#;

/// Runs a call; a panic in it is answered with [`Status::Defect`].
pub(crate) fn caught(call: impl FnOnce() -> *mut u8) -> *mut u8 {
    // Nothing that the core borrows outlives the call, so a panic leaves no broken state behind.
    let outcome = catch_unwind(AssertUnwindSafe(call));
    outcome.unwrap_or_else(|_| result(Status::Defect, &[DEFECT]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_a_result_that_quotes_nothing() {
        let block = caught(|| std::panic::resume_unwind(Box::new("a secret")));
        // SAFETY: the block holds its head of 8 bytes and the payload, and is freed once.
        let payload = unsafe {
            let size = 8 + DEFECT.len();
            let bytes = std::slice::from_raw_parts(block, size).to_vec();
            crate::memory::free(block, size);
            bytes
        };
        assert_eq!(payload.first(), Some(&2));
        assert!(payload.ends_with(DEFECT));
    }
}
