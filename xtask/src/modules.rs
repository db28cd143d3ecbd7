//! Which modules of the server may import which: those that bring requests in, and jobs, never import each other.

use std::collections::BTreeSet;
use std::fs;

use anyhow::{Context, Result};

use crate::shell::{command, output, root};
use crate::tidy::none;

mod words;

use words::words;

/// Where the server's modules lie.
const SOURCE: &str = "crates/server/src/";

/// They stand beside each other; what two of them need belongs into a module of its own.
const APART: [&str; 5] = ["cli", "http", "jobs", "kairos", "realtime"];

/// An import that should not be there.
struct Exception {
    /// Below [`SOURCE`].
    file: &'static str,
    /// The first two names behind `crate::`.
    uses: &'static str,
    /// Why it is still there.
    reason: &'static str,
}

const fn still(file: &'static str, uses: &'static str, reason: &'static str) -> Exception {
    Exception { file, uses, reason }
}

/// What was there before the rule. Nothing is added to it; what goes is taken out.
const STILL: &[Exception] = &[
    still(
        "cli.rs",
        "http::admin",
        "an account is made by the handler's function; it belongs beside the accounts' rules",
    ),
    still("cli.rs", "http::api", "`smartmart openapi` prints the description that the routes give"),
    still("http.rs", "kairos", "one service answers on the port; whoever starts the server should join the routers"),
    still("http/admin/devices.rs", "realtime::device", "revoking a device ends its socket and tells the admins"),
    still("http/admin/floor.rs", "realtime::activity", "the feed's words are the same as those told live"),
    still("http/device.rs", "realtime::device", "a device that joins is told to the admins"),
    still("http/shopper/film.rs", "realtime::look", "a film asks for turns by the kiosk's words"),
    still("jobs/post_office.rs", "http::disputes", "a mail's link is signed where it is checked"),
    still("realtime/device.rs", "http::caller", "a device is known by its token on sockets too"),
    still("realtime/device.rs", "http::error", "a refusal on a socket is a problem too"),
    still("realtime/listen.rs", "http::caller", "sockets are let in by the same tokens and cookies"),
    still("realtime/listen.rs", "http::limits", "a frame's bound is also the socket's"),
    still("realtime/look.rs", "http::caller", "a device is known by its token on sockets too"),
    still("realtime/look.rs", "http::error", "a refusal on a socket is a problem too"),
    still("realtime/look.rs", "http::limits", "a frame's bound is also the socket's"),
    still("realtime/look.rs", "http::shopper", "entry codes are checked at the gate and made for the phone"),
    still("realtime/reference.rs", "http::caller", "a device is known by its token on sockets too"),
    still("realtime/reference.rs", "http::error", "a refusal on a socket is a problem too"),
    still("realtime/reference.rs", "http::problems", "a panic is put into words in one place"),
];

/// Fails on an import that is not an exception, and on an exception that is no import any more.
pub fn check() -> Result<()> {
    let pattern = format!("{SOURCE}*.rs");
    let files = output(&mut command("git", &["ls-files", "-co", "--exclude-standard", &pattern]))?;
    let mut found = BTreeSet::new();
    for file in files.lines().filter(|file| root().join(file).is_file()) {
        let text = fs::read_to_string(root().join(file)).with_context(|| file.to_owned())?;
        let file = file.strip_prefix(SOURCE).unwrap_or(file);
        found.extend(forbidden(file, &text).into_iter().map(|uses| (file.to_owned(), uses)));
    }
    none(complaints(&found, STILL))
}

fn complaints(found: &BTreeSet<(String, String)>, still: &[Exception]) -> Vec<String> {
    let is_excused = |file: &str, uses: &str| still.iter().any(|one| one.file == file && one.uses == uses);
    let new = found.iter().filter(|(file, uses)| !is_excused(file, uses));
    let new = new.map(|(file, uses)| {
        format!("{SOURCE}{file} must not use crate::{uses}: move what both need into a module of its own")
    });
    let gone = still.iter().filter(|one| !found.contains(&(one.file.to_owned(), one.uses.to_owned())));
    let gone = gone.map(|one| {
        let Exception { file, uses, reason } = one;
        format!("{SOURCE}{file} does not use crate::{uses} any more ({reason}): take it out of the exceptions")
    });
    new.chain(gone).collect()
}

/// What a file imports of the modules that it has to stay apart from: the first two names of each path.
fn forbidden(file: &str, text: &str) -> BTreeSet<String> {
    let modules: Vec<&str> = file.trim_end_matches(".rs").split('/').collect();
    let own = modules[0];
    if !APART.contains(&own) {
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
        check("recognition/own.rs", "use crate::http::limits::MAX_FRAME_BYTES;", &[]);
        check("lib.rs", "pub mod http; use crate::realtime::look;", &[]);
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

    #[test]
    fn a_new_import_fails_and_so_does_an_exception_that_is_over() {
        let still = [still("http.rs", "kairos", "why"), still("cli.rs", "http::api", "what for")];
        let found = |all: &[(&str, &str)]| all.iter().map(|(file, uses)| ((*file).into(), (*uses).into())).collect();
        let both = [("http.rs", "kairos"), ("cli.rs", "http::api")];
        assert!(complaints(&found(&both), &still).is_empty());
        let wrong = complaints(&found(&[both[0], ("jobs.rs", "http::api")]), &still);
        assert_eq!(wrong.len(), 2, "{wrong:?}");
        assert!(wrong[0].contains("jobs.rs must not use crate::http::api"), "{wrong:?}");
        assert!(wrong[1].contains("cli.rs does not use crate::http::api any more (what for)"), "{wrong:?}");
    }
}
