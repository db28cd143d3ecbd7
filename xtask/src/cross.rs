//! `cargo xtask cross`: whether the shelf node compiles for the 64-bit Raspberry Pi, on a computer of another kind.

use anyhow::Result;

use crate::install;
use crate::shell::{cargo, must};

/// Raspberry Pi OS, 64 bit.
const TARGET: &str = "aarch64-unknown-linux-gnu";
/// The C compiler for it, and Debian's package. The TLS library is partly C; nothing else of the shelf node is.
const COMPILER: (&str, &str) = ("aarch64-linux-gnu-gcc", "gcc-aarch64-linux-gnu");

/// Compiles it without linking, for sensors alone. Room cameras would bring an inference engine with assembly and vector instructions for
/// each processor: minutes of compiling, and nothing that is known of it before it has run on one. They are built on the machine that runs
/// them.
pub fn check() -> Result<()> {
    install::target(TARGET)?;
    let mut check = cargo(&["check", "--locked", "-p", "edge", "--no-default-features", "--target", TARGET]);
    // On such a machine its own compiler is the right one.
    if !cfg!(target_arch = "aarch64") {
        install::cross_compiler(COMPILER.0, COMPILER.1)?;
        check.env("CC_aarch64_unknown_linux_gnu", COMPILER.0);
    }
    must(&mut check)
}
