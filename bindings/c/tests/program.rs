//! The header and the shared library, by way of a C compiler.

use std::path::Path;
use std::process::Command;

#[test]
fn a_program_in_c_makes_a_picture() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    // Cargo lays the library beside the tests.
    let test = std::env::current_exe().unwrap();
    let libraries = test.parent().unwrap();
    let program = Path::new(env!("CARGO_TARGET_TMPDIR")).join("program");
    let compiled = Command::new("cc")
        .args(["-std=c99", "-Wall", "-Wextra", "-Werror", "-pedantic"])
        .arg(root.join("tests/program.c"))
        .arg("-I")
        .arg(root.join("include"))
        .arg("-L")
        .arg(libraries)
        .arg("-loptidash")
        .arg("-o")
        .arg(&program)
        .output()
        .unwrap();
    assert!(compiled.status.success(), "{}", String::from_utf8_lossy(&compiled.stderr));
    let image = root.join("../../core/tests/fixtures/jpeg/420.jpg");
    let ran = Command::new(&program).arg(image).env("LD_LIBRARY_PATH", libraries).output().unwrap();
    let output = String::from_utf8(ran.stdout).unwrap();
    assert!(ran.status.success(), "{output}");
    assert!(output.starts_with("0 {\"input\":") && output.contains("\"width\":8"), "{output}");
}
