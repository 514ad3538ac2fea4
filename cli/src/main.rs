//! The `optidash` command.
fn main() {}
