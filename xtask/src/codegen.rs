//! The generated TypeScript: every wire type, and the tables of international standards.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result, bail};

use crate::shell::{built, cargo, command, must, output, root};

/// File name, and what prints it.
const FILES: [(&str, &[&str]); 2] = [("protocol.ts", &[]), ("standards.ts", &["standards"])];

fn file(name: &str) -> PathBuf {
    root().join("web/src/lib/generated").join(name)
}

fn generate() -> Result<Vec<(PathBuf, String)>> {
    // With --workspace, so that dependencies are built with the same features as for everything else: once.
    must(&mut cargo(&["build", "--quiet", "--workspace", "--example", "typescript"]))?;
    let text = |words: &[&str]| output(&mut command(built("examples/typescript"), words));
    FILES.iter().map(|(name, words)| Ok((file(name), text(words)?))).collect()
}

/// Writes them, where they changed.
pub fn write() -> Result<()> {
    for (file, text) in generate()? {
        if fs::read_to_string(&file).is_ok_and(|old| old == text) {
            continue;
        }
        fs::create_dir_all(file.parent().expect("the file lies in a folder"))?;
        fs::write(&file, text).with_context(|| format!("cannot write {}", file.display()))?;
    }
    Ok(())
}

/// Fails if one is not up to date.
pub fn check() -> Result<()> {
    for (file, text) in generate()? {
        if !fs::read_to_string(&file).is_ok_and(|old| old == text) {
            bail!("{} is not up to date: run `cargo xtask codegen`", file.display());
        }
    }
    Ok(())
}
