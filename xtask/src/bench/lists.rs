//! Pages and searches of lists in a store with 100,000 orders, on SQLite.

use anyhow::Result;

use crate::shell::{cargo, command, must, target};

/// Measures and prints; fails where something takes longer than it may.
pub fn run() -> Result<()> {
    must(&mut cargo(&["build", "--release", "--workspace", "--example", "lists"]))?;
    must(&mut command(target().join("release/examples/lists"), &[]))
}
