//! Building the web applications.

use std::fs;
use std::path::Path;
use std::time::SystemTime;

use anyhow::Result;

use crate::install;
use crate::shell::{command, must, root};

/// Installs the packages, where the lock file changed.
pub fn packages() -> Result<()> {
    install::node()?;
    let web = root().join("web");
    let installed = modified(&web.join("node_modules/.package-lock.json"));
    if installed.is_none() || installed < modified(&web.join("package-lock.json")) {
        eprintln!("xtask: installing the web packages");
        must(npm(&["ci", "--no-audit", "--no-fund", "--loglevel=error"]).stdout(std::process::Stdio::null()))?;
    }
    Ok(())
}

/// Builds the pages into `web/dist`, from the generated TypeScript as it is: `tidy` sees to it that it is up to date.
pub fn build() -> Result<()> {
    packages()?;
    must(&mut npm(&["run", "build"]))
}

/// Builds the pages, where a source is newer than they are.
pub fn build_if_stale() -> Result<()> {
    let web = root().join("web");
    let built = modified(&web.join("dist/index.html"));
    let sources = ["src", "shop", "admin", "kiosk", "public", "index.html", "package-lock.json", "vite.config.ts"];
    let newest = sources.iter().filter_map(|source| newest(&web.join(source))).max();
    if built.is_none() || built < newest {
        eprintln!("xtask: building the pages");
        return build();
    }
    Ok(())
}

/// An npm command in `web/`.
pub fn npm(arguments: &[&str]) -> std::process::Command {
    let mut npm = command("npm", arguments);
    npm.current_dir(root().join("web"));
    npm
}

fn modified(file: &Path) -> Option<SystemTime> {
    fs::metadata(file).and_then(|data| data.modified()).ok()
}

fn newest(path: &Path) -> Option<SystemTime> {
    if !path.is_dir() {
        return modified(path);
    }
    let entries = fs::read_dir(path).ok()?;
    entries.flatten().filter_map(|entry| newest(&entry.path())).max()
}
