//! Which modules of the server may import which: those that bring requests in, and jobs, are imported by nobody but who joins them.

use std::collections::BTreeSet;
use std::fs;

use anyhow::{Context, Result};

use crate::shell::{command, output, root};
use crate::tidy::none;

mod words;

use words::words;

/// Where the server's modules lie.
const SOURCE: &str = "crates/server/src/";

/// They bring requests in, or do what is due, and stand beside each other; what two of them need belongs into a module of its own.
const APART: [&str; 5] = ["cli", "http", "jobs", "kairos", "realtime"];
/// They put the program together, and may name all of those.
const JOINING: [&str; 3] = ["lib", "main", "serve"];

/// Fails on an import that must not be.
pub fn check() -> Result<()> {
    let pattern = format!("{SOURCE}*.rs");
    let files = output(&mut command("git", &["ls-files", "-co", "--exclude-standard", &pattern]))?;
    let mut complaints = Vec::new();
    for file in files.lines().filter(|file| root().join(file).is_file()) {
        let text = fs::read_to_string(root().join(file)).with_context(|| file.to_owned())?;
        let uses = forbidden(file.strip_prefix(SOURCE).unwrap_or(file), &text);
        complaints
            .extend(uses.into_iter().map(|uses| {
                format!("{file} must not use crate::{uses}: move what both need into a module of its own")
            }));
    }
    none(complaints)
}

/// What a file imports of the modules that it must not know: the first two names of each path.
fn forbidden(file: &str, text: &str) -> BTreeSet<String> {
    let modules: Vec<&str> = file.trim_end_matches(".rs").split('/').collect();
    let own = modules[0];
    if JOINING.contains(&own) {
        return BTreeSet::new();
    }
    let words = words(text);
    let mut paths = BTreeSet::new();
    for (place, word) in words.iter().enumerate() {
        let goes_on = place > 0 && words[place - 1] == "::";
        let supers = words[place..].chunks(2).take_while(|pair| *pair == ["super", "::"]).count();
        if *word == "crate" && words.get(place + 1) == Some(&"::") {
            read_tree(&words, place + 2, &[], &mut paths);
        } else if !goes_on && supers >= modules.len() {
            read_tree(&words, place + 2 * supers, &[], &mut paths);
        }
    }
    paths.retain(|path| {
        let first = path.split("::").next().unwrap_or_default();
        first != own && APART.contains(&first)
    });
    paths
}

/// Reads a path, or the tree of a `use`, and gives the place behind it.
fn read_tree<'a>(words: &[&'a str], mut place: usize, before: &[&'a str], paths: &mut BTreeSet<String>) -> usize {
    let mut path = before.to_vec();
    while let Some(word) = words.get(place) {
        if *word == "{" {
            place += 1;
            while words.get(place).is_some_and(|word| *word != "}") {
                place = if words[place] == "," { place + 1 } else { read_tree(words, place, &path, paths) };
            }
            return place + 1;
        }
        path.push(word);
        place += 1;
        if words.get(place) == Some(&"as") {
            place += 2;
        }
        if words.get(place) != Some(&"::") {
            break;
        }
        place += 1;
    }
    paths.insert(path[..path.len().min(2)].join("::"));
    place
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(file: &str, text: &str, expected: &[&str]) {
        let found: Vec<_> = forbidden(file, text).into_iter().collect();
        assert_eq!(found, expected, "{file}: {text}");
    }

    #[test]
    fn every_way_to_name_another_module_is_seen() {
        for (text, expected) in [
            ("use crate::realtime::look::turn_prompt;", vec!["realtime::look"]),
            ("use crate::realtime;", vec!["realtime"]),
            ("use crate::realtime::*;", vec!["realtime::*"]),
            ("use crate::realtime as live;", vec!["realtime"]),
            (
                "pub use crate::{\n    app::App,\n    jobs::{self, calendar},\n    views,\n};",
                vec!["jobs::calendar", "jobs::self"],
            ),
            (
                "use crate::{app, realtime::{device::{revoke, tell}, look as a, edition}};",
                vec!["realtime::device", "realtime::edition", "realtime::look"],
            ),
            ("fn f() { let x = crate::cli::main::<u8>(); }", vec!["cli::main"]),
            ("fn f(x: &crate :: kairos\n  ::ProgramGalleries) {}", vec!["kairos::ProgramGalleries"]),
            ("macro_rules! m { () => { $crate::jobs::run() } }", vec!["jobs::run"]),
        ] {
            check("http/admin/stock.rs", text, &expected);
        }
    }

    #[test]
    fn what_is_allowed_is_left_alone() {
        for text in [
            "use crate::http::error::ApiError;",
            "use crate::app::App; use crate::{views, templates};",
            "use protocol::realtime::LIVE; use kairos::quota::Quota;",
            "// use crate::realtime::look;\n/* crate::jobs::run /* and */ crate::cli */",
            "/// See [`crate::realtime::look`].\nfn f<'a>(x: &'a str) {}",
            r##"const S: &str = "crate::jobs::run"; const R: &str = r#"crate::"cli"::x"#; const C: char = '"'; const D: u8 = b'\''; "##,
            "use super::realtime;",
        ] {
            check("http/admin/stock.rs", text, &[]);
        }
        check("lib.rs", "pub mod http; use crate::realtime::look;", &[]);
        check("serve.rs", "use crate::{http, jobs, realtime::listen};", &[]);
    }

    #[test]
    fn what_two_of_them_need_leads_from_none_to_another() {
        check("recognition/own.rs", "use crate::http::paging::Listing;", &["http::paging"]);
        check("app.rs", "use crate::{keys::Keys, kairos::router};", &["kairos::router"]);
    }

    #[test]
    fn the_way_up_to_the_root_is_seen_too() {
        check("http.rs", "use super::kairos;", &["kairos"]);
        check("http.rs", "use super::{app, jobs::calendar};", &["jobs::calendar"]);
        check("http/device.rs", "use super::super::realtime::device::tell;", &["realtime::device"]);
        check("http/device.rs", "use super::realtime;", &[]);
        // From a module within the file the root is one step further.
        check("http/device.rs", "mod tests { use super::super::super::jobs; }", &["jobs"]);
    }
}
