//! Counts how often attacks are taken for people and people for attacks, in the terms of ISO/IEC 30107-3.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Component, Path};

use vision::enrolment::film::FilmStep;
use vision::presentation::Verdict;
use vision::presentation::challenge::Outcome;

/// What was decided about sequences of known kind.
#[derive(Debug, Default)]
pub struct Tally {
    kinds: BTreeMap<Kind, Counts>,
}

/// What a sequence shows, as its folders say.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Attack(String),
    Live(String),
}

#[derive(Debug, Default)]
struct Counts {
    live: usize,
    unsure: usize,
    suspected: usize,
    challenged: usize,
    passed: usize,
    filmed: usize,
    enrolled: usize,
}

impl Tally {
    /// Counts a sequence, if its folders tell what it shows.
    pub fn count(&mut self, folder: &Path, verdict: Verdict, challenge: Option<Outcome>, film: Option<FilmStep>) {
        let Some(kind) = kind(folder) else { return };
        let counts = self.kinds.entry(kind).or_default();
        match verdict {
            Verdict::Live => counts.live += 1,
            Verdict::Unsure { .. } => counts.unsure += 1,
            Verdict::Suspected => counts.suspected += 1,
        }
        match challenge {
            Some(Outcome::Passed) => (counts.challenged, counts.passed) = (counts.challenged + 1, counts.passed + 1),
            Some(Outcome::Failed(_) | Outcome::Waiting(_)) => counts.challenged += 1,
            None => {}
        }
        counts.filmed += usize::from(film.is_some());
        counts.enrolled += usize::from(film == Some(FilmStep::Done));
    }

    /// Writes one line for each kind: APCER is the part of attacks taken for live, BPCER the part of live sequences taken for
    /// an attack; those that stay unsure are named apart, because they are asked for more.
    ///
    /// # Errors
    ///
    /// Fails if `out` cannot be written.
    pub fn report(&self, out: &mut dyn Write) -> std::io::Result<()> {
        for (kind, counts) in &self.kinds {
            let all = counts.live + counts.unsure + counts.suspected;
            let part = |count: usize| 100.0 * count as f64 / all as f64;
            let (name, rate, wrong) = match kind {
                Kind::Attack(name) => (format!("attack/{name}"), "APCER", counts.live),
                Kind::Live(name) => (format!("live/{name}"), "BPCER", counts.suspected),
            };
            write!(
                out,
                "{name}: {all} sequences, {rate} {:.1} % ({wrong}); live {}, unsure {}, suspected {}",
                part(wrong),
                counts.live,
                counts.unsure,
                counts.suspected
            )?;
            if counts.challenged > 0 {
                write!(out, "; passed the challenge {} of {}", counts.passed, counts.challenged)?;
            }
            if counts.filmed > 0 {
                write!(out, "; enrolled by film {} of {}", counts.enrolled, counts.filmed)?;
            }
            writeln!(out)?;
        }
        Ok(())
    }
}

/// The folder below `live` or `attack`, where there is one.
fn kind(folder: &Path) -> Option<Kind> {
    let mut names = folder.components().rev().filter_map(|component| match component {
        Component::Normal(name) => Some(name.to_string_lossy().into_owned()),
        Component::Prefix(_) | Component::RootDir | Component::CurDir | Component::ParentDir => None,
    });
    let mut below = String::from("-");
    names.next();
    names.find_map(|name| match name.as_str() {
        "live" => Some(Kind::Live(below.clone())),
        "attack" => Some(Kind::Attack(below.clone())),
        _ => {
            below = name;
            None
        }
    })
}
