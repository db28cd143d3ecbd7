//! Converting the models of faces and bodies again from the packages that carry them.

use anyhow::{Result, bail};

use crate::shell::{command, found, must};

/// Runs the conversion; see models/README.md.
pub fn convert() -> Result<()> {
    if found("python3").is_none() {
        bail!("python3 is missing; install it and try again");
    }
    must(&mut command("python3", &["models/convert/convert.py", "--out", "models"]))
}
