//! What tests and checks need beside Rust and Node: installed with apt-get on Debian and Ubuntu, named elsewhere.

use std::path::PathBuf;
use std::sync::Once;

use anyhow::{Result, bail};

use crate::shell::{command, found, must};

/// The folder of PostgreSQL's programs; installs them where they are missing.
pub fn postgresql() -> Result<PathBuf> {
    if let Some(folder) = postgresql_programs() {
        return Ok(folder);
    }
    apt("postgresql", "PostgreSQL 15 or newer (initdb, pg_ctl)")?;
    match postgresql_programs() {
        Some(folder) => Ok(folder),
        None => bail!("PostgreSQL was installed, but its initdb cannot be found"),
    }
}

fn postgresql_programs() -> Option<PathBuf> {
    let debian = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut folders: Vec<_> = debian.map(|version| version.path().join("bin")).collect();
    folders.sort();
    let in_path = found("initdb").and_then(|file| Some(file.parent()?.to_owned()));
    folders.into_iter().rev().chain(in_path).find(|folder| folder.join("initdb").is_file())
}

/// A Chromium or Chrome; installs it where it is missing.
pub fn chromium() -> Result<PathBuf> {
    if let Some(file) = std::env::var_os("CHROMIUM").map(PathBuf::from) {
        return Ok(file);
    }
    let known =
        || ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"].into_iter().find_map(found);
    if let Some(file) = known() {
        return Ok(file);
    }
    apt("chromium", "Chromium or Chrome (or name one in the variable CHROMIUM)")?;
    match known() {
        Some(file) => Ok(file),
        None => bail!("Chromium was installed, but cannot be found"),
    }
}

/// A Node that the pages can be built with, and npm.
pub fn node() -> Result<()> {
    let hint = "install Node 20.19 or 22.12, or newer, with npm, and try again";
    if found("node").is_none() || found("npm").is_none() {
        bail!("Node is missing: {hint}");
    }
    let version = crate::shell::output(&mut command("node", &["--version"]))?;
    if builds_the_pages(version.trim()) {
        return Ok(());
    }
    bail!("Node {} cannot build the pages: {hint}", version.trim())
}

/// Whether a version such as `v20.19.0` satisfies Vite 8, `^20.19.0 || >=22.12.0`, as `web/package.json` says too.
fn builds_the_pages(version: &str) -> bool {
    let mut numbers = version.trim_start_matches('v').split('.').map(str::parse::<u32>);
    match (numbers.next(), numbers.next()) {
        (Some(Ok(20)), Some(Ok(minor))) => minor >= 19,
        (Some(Ok(22)), Some(Ok(minor))) => minor >= 12,
        (Some(Ok(major)), Some(Ok(_))) => major > 22,
        _ => false,
    }
}

/// The library that tells programs another time, where it can be installed; campaigns say what they leave out without it.
pub fn faketime() -> Result<()> {
    let folders = std::fs::read_dir("/usr/lib").into_iter().flatten().flatten();
    if folders.into_iter().any(|folder| folder.path().join("faketime").is_dir()) || found("apt-get").is_none() {
        return Ok(());
    }
    apt("libfaketime", "The library faketime")
}

/// The program that reads films and cameras; installs it where it is missing.
pub fn ffmpeg() -> Result<()> {
    if found("ffmpeg").is_some() {
        return Ok(());
    }
    apt("ffmpeg", "ffmpeg")
}

/// A C compiler for another processor; installs it where it is missing.
pub fn cross_compiler(program: &str, package: &str) -> Result<()> {
    if found(program).is_some() {
        return Ok(());
    }
    apt(package, &format!("A C compiler for another processor ({program})"))
}

/// Rust's own library for a target; fetches it where it is missing.
pub fn target(name: &str) -> Result<()> {
    let folder = crate::shell::output(&mut command("rustc", &["--print", "target-libdir", "--target", name]))?;
    if PathBuf::from(folder.trim()).is_dir() {
        return Ok(());
    }
    if found("rustup").is_none() {
        bail!("Rust's library for {name} is missing; install it and try again");
    }
    eprintln!("xtask: fetching Rust's library for {name}");
    must(&mut command("rustup", &["target", "add", name]))
}

fn apt(package: &str, what: &str) -> Result<()> {
    static UPDATE: Once = Once::new();
    if found("apt-get").is_none() {
        bail!("{what} is missing; install it and try again");
    }
    eprintln!("xtask: installing {package} with apt-get");
    let sudo = if is_root() { None } else { found("sudo") };
    let run = |arguments: &[&str]| {
        let mut whole = match &sudo {
            Some(sudo) => {
                let mut whole = command(sudo, &["apt-get"]);
                whole.args(arguments);
                whole
            }
            None => command("apt-get", arguments),
        };
        must(whole.env("DEBIAN_FRONTEND", "noninteractive").stdout(std::process::Stdio::null()))
    };
    let mut updated = Ok(());
    UPDATE.call_once(|| updated = run(&["update", "-q"]));
    updated?;
    run(&["install", "-y", "-q", "--no-install-recommends", package])
}

/// Do we run as root?
pub fn is_root() -> bool {
    crate::shell::output(&mut command("id", &["-u"])).is_ok_and(|id| id.trim() == "0")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_node_that_cannot_build_the_pages_is_refused() {
        for good in ["v20.19.0", "v20.20.2", "v22.12.0", "v22.13.1", "v23.0.0", "v24.1.0", "v100.0.0"] {
            assert!(builds_the_pages(good), "{good}");
        }
        for bad in
            ["v0.12.18", "v18.20.4", "v20.0.0", "v20.18.3", "v21.7.3", "v22.0.0", "v22.11.0", "v20", "", "nonsense"]
        {
            assert!(!builds_the_pages(bad), "{bad}");
        }
    }

    #[test]
    fn the_pages_name_the_same_versions() {
        let package = std::fs::read_to_string(crate::shell::root().join("web/package.json")).unwrap();
        assert!(package.contains(r#""node": "^20.19.0 || >=22.12.0""#), "{package}");
    }
}
