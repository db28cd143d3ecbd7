//! Checks of layout, style, generated code and licences: what a reviewer should not have to look for.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use anyhow::{Context, Result, bail};
use cargo_metadata::{DependencyKind, Metadata, MetadataCommand};

use crate::shell::{cargo, must, output, root};
use crate::{codegen, modules, web};

/// Who may use whom; see ARCHITECTURE.md.
const ARROWS: &[(&str, &[&str])] = &[
    ("domain", &[]),
    ("convnet", &[]),
    ("vision", &["convnet", "domain"]),
    ("engine", &["vision"]),
    ("faces", &["engine", "vision"]),
    ("footage", &[]),
    ("people", &["domain", "engine", "footage", "tracking", "vision"]),
    ("settings", &[]),
    ("socket-client", &[]),
    ("kairos", &[]),
    ("sensing", &["domain"]),
    ("tracking", &["domain"]),
    ("attribution", &["domain", "sensing"]),
    ("floor", &["attribution", "domain", "sensing"]),
    ("protocol", &["domain"]),
    ("db", &["domain"]),
    ("replay", &["attribution", "domain", "floor", "sensing"]),
    ("shop", &["db", "domain", "floor"]),
    (
        "server",
        &[
            "attribution",
            "db",
            "domain",
            "engine",
            "faces",
            "floor",
            "kairos",
            "people",
            "protocol",
            "replay",
            "settings",
            "shop",
            "tracking",
            "vision",
        ],
    ),
    ("edge", &["domain", "engine", "footage", "protocol", "sensing", "settings", "socket-client", "vision"]),
    ("campaign", &["db", "domain", "protocol", "simulator"]),
    ("simulator", &["domain", "floor", "protocol", "sensing", "socket-client", "tracking"]),
    ("xtask", &[]),
];

type Check = (&'static str, fn() -> Result<()>);

/// The checks, by name.
pub const CHECKS: &[Check] = &[
    ("dependency arrows", arrows),
    ("module arrows of the server", modules::check),
    ("layout", layout),
    ("licences", licences),
    ("formatting", formatting),
    ("clippy", clippy),
    ("generated TypeScript", codegen::check),
    ("style of the pages", pages),
];

/// Runs every check and fails if one did.
pub fn run() -> Result<()> {
    let failed = run_all();
    if failed.is_empty() { Ok(()) } else { bail!("not tidy: {}", failed.join(", ")) }
}

/// Runs every check; gives the names of those that failed.
pub fn run_all() -> Vec<&'static str> {
    let mut failed = Vec::new();
    for (name, check) in CHECKS {
        match check() {
            Ok(()) => println!("tidy: {name}: ok"),
            Err(error) => {
                println!("tidy: {name}: {error:#}");
                failed.push(*name);
            }
        }
    }
    failed
}

fn metadata() -> Result<Metadata> {
    let mut command = MetadataCommand::new();
    command.manifest_path(root().join("Cargo.toml"));
    Ok(command.exec()?)
}

/// The pages' linter and formatter find nothing.
fn pages() -> Result<()> {
    web::packages()?;
    must(&mut web::npm(&["run", "--silent", "lint"]))
}

/// A crate of ours uses only those of ours that it may. What tests use is not bound.
fn arrows() -> Result<()> {
    let metadata = metadata()?;
    let ours: BTreeSet<&str> = metadata.workspace_packages().iter().map(|package| package.name.as_str()).collect();
    let allowed: BTreeMap<_, _> = ARROWS.iter().copied().collect();
    let mut wrong = Vec::new();
    for package in metadata.workspace_packages() {
        let Some(allowed) = allowed.get(package.name.as_str()) else {
            wrong.push(format!("{} is not in the list of crates", package.name));
            continue;
        };
        for dependency in &package.dependencies {
            let name = dependency.name.as_str();
            if dependency.kind != DependencyKind::Development && ours.contains(name) && !allowed.contains(&name) {
                wrong.push(format!("{} must not use {name}", package.name));
            }
        }
    }
    none(wrong)
}

/// No `mod.rs`; each Rust file says what it is in its first line; no file is endless.
fn layout() -> Result<()> {
    const LONGEST: usize = 600;
    let files = output(&mut crate::shell::command("git", &["ls-files", "-co", "--exclude-standard", "*.rs"]))?;
    let mut wrong = Vec::new();
    for file in files.lines().filter(|file| root().join(file).is_file()) {
        let text = fs::read_to_string(root().join(file)).with_context(|| file.to_owned())?;
        if file.ends_with("/mod.rs") {
            wrong.push(format!("{file}: use foo.rs beside foo/ instead"));
        }
        let is_test = file.ends_with("tests.rs") || file.contains("/tests/");
        if !is_test && !text.starts_with("//! ") {
            wrong.push(format!("{file}: the first line must say what the file is (//! …)"));
        }
        if !is_test && text.lines().count() > LONGEST {
            wrong.push(format!("{file}: longer than {LONGEST} lines"));
        }
    }
    none(wrong)
}

fn formatting() -> Result<()> {
    must(&mut cargo(&["fmt", "--all", "--check"]))
}

fn clippy() -> Result<()> {
    must(&mut cargo(&["clippy", "--quiet", "--workspace", "--all-targets", "--", "-D", "warnings"]))
}

/// Packages whose lock entry names no licence, with what their own files say.
const CLARIFIED: &[(&str, &str)] = &[("node_modules/xmlhttprequest-ssl", "MIT")];

/// Every crate in the lock file, and every package that the pages are built of, has a licence of deny.toml's list.
fn licences() -> Result<()> {
    let deny: toml::Table = fs::read_to_string(root().join("deny.toml"))?.parse()?;
    let allow = deny.get("licenses").and_then(|part| part.get("allow")).and_then(toml::Value::as_array);
    let allow: BTreeSet<&str> = allow.into_iter().flatten().filter_map(toml::Value::as_str).collect();
    let mut wrong = Vec::new();
    let allowed = |licence: &str| -> bool {
        let mode = spdx::ParseMode::LAX;
        spdx::Expression::parse_mode(licence, mode).is_ok_and(|expression| {
            expression.evaluate(|request| {
                let name = request.license.id().map(|id| id.name);
                let exception = request.addition.as_ref().map(|addition| addition.to_string());
                match (name, exception) {
                    (Some(name), Some(exception)) => {
                        allow.contains(format!("{name} WITH {exception}").as_str()) || allow.contains(name)
                    }
                    (Some(name), None) => allow.contains(name),
                    (None, _) => false,
                }
            })
        })
    };
    for package in metadata()?.packages {
        let licence = package.license.as_deref().unwrap_or("none");
        let from_registry = package.source.as_ref().is_none_or(|source| source.is_crates_io());
        if !allowed(licence) {
            wrong.push(format!("{} {}: licence {licence}", package.name, package.version));
        }
        if !from_registry {
            wrong.push(format!("{} {}: not from the registry", package.name, package.version));
        }
    }
    let lock: serde_json::Value = serde_json::from_str(&fs::read_to_string(root().join("web/package-lock.json"))?)?;
    for (name, package) in lock["packages"].as_object().into_iter().flatten() {
        let clarified = CLARIFIED.iter().find(|(known, _)| name.ends_with(known)).map(|(_, licence)| *licence);
        let licence = package["license"].as_str().or(clarified).unwrap_or("none");
        // What only builds and tests the pages does not ship with them.
        let ships = package["dev"] != serde_json::Value::Bool(true);
        if ships && !name.is_empty() && !allowed(licence) {
            wrong.push(format!("{name}: licence {licence}"));
        }
    }
    none(wrong)
}

/// Fails with what is wrong, a line each, if anything is.
pub fn none(wrong: Vec<String>) -> Result<()> {
    if wrong.is_empty() { Ok(()) } else { bail!("\n  {}", wrong.join("\n  ")) }
}
