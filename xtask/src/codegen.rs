//! The generated TypeScript: every wire type.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result, bail};

use crate::shell::{built, cargo, command, must, output, root};

fn file() -> PathBuf {
    root().join("web/src/lib/generated/protocol.ts")
}

fn generate() -> Result<String> {
    // With --workspace, so that dependencies are built with the same features as for everything else: once.
    must(&mut cargo(&["build", "--quiet", "--workspace", "--example", "typescript"]))?;
    output(&mut command(built("examples/typescript"), &[]))
}

/// Writes it, where it changed.
pub fn write() -> Result<()> {
    let (file, text) = (file(), generate()?);
    if fs::read_to_string(&file).is_ok_and(|old| old == text) {
        return Ok(());
    }
    fs::create_dir_all(file.parent().expect("the file lies in a folder"))?;
    fs::write(&file, text).with_context(|| format!("cannot write {}", file.display()))
}

/// Fails if it is not up to date.
pub fn check() -> Result<()> {
    if fs::read_to_string(file())? != generate()? {
        bail!("web/src/lib/generated/protocol.ts is not up to date: run `cargo xtask codegen`");
    }
    Ok(())
}
