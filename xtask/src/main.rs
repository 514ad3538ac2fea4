//! Every recurring job of the project.
fn main() {}
