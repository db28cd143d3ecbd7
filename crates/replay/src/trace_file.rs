//! Reads `trace.jsonl` line by line: strict about what a line may be, and never in more memory than one line.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::{self, BufRead};

use domain::shelf::SensorKind;
use serde::Deserialize;

use crate::complaints::{Complaints, Problem};

/// One line, as written: which fields are there depends on `kind`.
#[derive(Deserialize, Debug)]
pub struct Line<'a> {
    /// Milliseconds since the start of the trace.
    pub t_ms: i64,
    /// What it is.
    #[serde(borrow)]
    pub kind: Cow<'a, str>,
    /// Whose.
    #[serde(borrow)]
    pub session: Option<Cow<'a, str>>,
    /// Which camera.
    #[serde(borrow)]
    pub camera: Option<Cow<'a, str>>,
    /// What it saw.
    #[serde(borrow)]
    pub faces: Option<Vec<FaceEntry<'a>>>,
    /// Which shelf.
    #[serde(borrow)]
    pub shelf: Option<Cow<'a, str>>,
    /// Its sensors.
    #[serde(borrow)]
    pub sensors: Option<Vec<Cow<'a, str>>>,
    /// Rows of grams.
    pub samples: Option<Vec<Vec<Option<f64>>>>,
    /// Which sensor.
    #[serde(borrow)]
    pub sensor: Option<Cow<'a, str>>,
    /// A ranger's distance.
    pub mm: Option<f64>,
    /// Whether a beam is cut.
    pub broken: Option<bool>,
    /// Metres.
    pub x_m: Option<f64>,
    /// Metres.
    pub y_m: Option<f64>,
    /// Hands, metres.
    pub hands: Option<Vec<[f64; 3]>>,
    /// The tracker's number of who is there.
    pub track: Option<u32>,
    /// How likely it is each session, as the tracker says.
    #[serde(borrow)]
    pub session_probabilities: Option<BTreeMap<Cow<'a, str>, f64>>,
    /// What is wrong with a sensor.
    #[serde(borrow)]
    pub fault: Option<Cow<'a, str>>,
    /// When the server heard of it, milliseconds since the start; left out where that is when it happened.
    pub arrived_ms: Option<i64>,
    /// A counted change: units more or fewer.
    pub units: Option<i32>,
    /// What load cells felt in one movement: plate, grams more or less, and the standard deviation of that.
    #[serde(borrow)]
    pub steps: Option<Vec<(Cow<'a, str>, f64, f64)>>,
    /// How long it took.
    pub lasted_ms: Option<i64>,
    /// What counted them.
    pub by: Option<SensorKind>,
    /// Of what staff decided.
    #[serde(borrow)]
    pub sku: Option<Cow<'a, str>>,
    /// What somebody held who was in the store when the recording began.
    #[serde(borrow)]
    pub holds: Option<Vec<(Cow<'a, str>, u32)>>,
    /// When somebody had left who was settling then.
    pub left_ms: Option<i64>,
    /// When their receipt was due.
    pub settles_ms: Option<i64>,
}

impl<'a> Line<'a> {
    /// A line with nothing but a time and a kind.
    pub(crate) fn of(t_ms: i64, kind: &'a str) -> Self {
        Self {
            t_ms,
            kind: kind.into(),
            session: None,
            camera: None,
            faces: None,
            shelf: None,
            sensors: None,
            samples: None,
            sensor: None,
            mm: None,
            broken: None,
            x_m: None,
            y_m: None,
            hands: None,
            track: None,
            session_probabilities: None,
            fault: None,
            arrived_ms: None,
            units: None,
            steps: None,
            lasted_ms: None,
            by: None,
            sku: None,
            holds: None,
            left_ms: None,
            settles_ms: None,
        }
    }
}

/// A face in a sighting.
#[derive(Deserialize, Debug)]
pub struct FaceEntry<'a> {
    /// Centre across the frame, 0 to 1.
    pub x: f64,
    /// Height over the frame's height.
    pub size: f64,
    /// Its owner may be anywhere within this distance, metres: of codes.
    #[serde(default)]
    pub within_m: f64,
    /// Best first.
    #[serde(borrow, default)]
    pub candidates: Vec<CandidateEntry<'a>>,
}

/// Whom a face may show.
#[derive(Deserialize, Debug)]
pub struct CandidateEntry<'a> {
    /// The visit.
    #[serde(borrow)]
    pub session: Cow<'a, str>,
    /// Cosine.
    pub similarity: f64,
}

/// No clock of a trace shows more than this: thirty years.
const LATEST_MS: i64 = 1_000_000_000_000;
/// A line longer than this is damage, not a batch: an hour of a shelf's plates is shorter.
const LONGEST_LINE: usize = 64 << 20;

/// Reads every line and gives the good ones with their numbers (from 1); the others are counted.
///
/// # Errors
///
/// Only where the file itself cannot be read.
pub fn read(
    mut input: impl BufRead,
    complaints: &mut Complaints,
    mut each: impl FnMut(usize, Line<'_>, &mut Complaints),
) -> io::Result<()> {
    let mut bytes = Vec::new();
    let mut number = 0;
    loop {
        bytes.clear();
        if input.read_until(b'\n', &mut bytes)? == 0 {
            return Ok(());
        }
        number += 1;
        let text = bytes.trim_ascii();
        if text.is_empty() {
            continue;
        }
        if text.len() > LONGEST_LINE {
            complaints.add(Problem::BrokenLine, number);
            continue;
        }
        match parse(text) {
            Ok(line) => take(number, line, complaints, &mut each),
            Err(_) => match without_nan(text) {
                Some(mended) => match parse(&mended) {
                    Ok(line) => {
                        complaints.add(Problem::NotANumber, number);
                        take(number, line, complaints, &mut each);
                    }
                    Err(problem) => complaints.add(problem, number),
                },
                None => complaints.add(parse(text).map_or_else(|problem| problem, |_| Problem::BrokenLine), number),
            },
        }
    }
}

fn take(
    number: usize,
    line: Line<'_>,
    complaints: &mut Complaints,
    each: &mut impl FnMut(usize, Line<'_>, &mut Complaints),
) {
    if (0..=LATEST_MS).contains(&line.t_ms) {
        each(number, line, complaints);
    } else {
        complaints.add(Problem::ImpossibleTime, number);
    }
}

fn parse(text: &[u8]) -> Result<Line<'_>, Problem> {
    serde_json::from_slice(text).map_err(|error| match error.classify() {
        serde_json::error::Category::Data => Problem::MissingField,
        _ => Problem::BrokenLine,
    })
}

/// The line with `null` for every NaN and infinity outside of strings; `None` where it has none.
fn without_nan(text: &[u8]) -> Option<Vec<u8>> {
    const WORDS: [&[u8]; 6] = [b"-Infinity", b"Infinity", b"NaN", b"nan", b"-inf", b"inf"];
    let mut mended = Vec::with_capacity(text.len());
    let (mut place, mut in_string, mut found) = (0, false, false);
    while let Some(&byte) = text.get(place) {
        let word = WORDS.iter().find(|word| !in_string && text[place..].starts_with(word));
        if let Some(word) = word {
            mended.extend_from_slice(b"null");
            place += word.len();
            found = true;
            continue;
        }
        let escaped = in_string && byte == b'\\';
        in_string ^= byte == b'"';
        mended.push(byte);
        place += 1;
        if escaped && let Some(&next) = text.get(place) {
            mended.push(next);
            place += 1;
        }
    }
    found.then_some(mended)
}
