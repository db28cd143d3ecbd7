//! Positions of a tracker that numbers its tracks, beside a trace that shows no faces.

use std::fs;
use std::path::Path;

use crate::story::{Person, Story, take};
use attribution::rules::Rules;
use replay::player::{Played, play_with};
use replay::{Arguments, run};
use serde_json::json;

/// Two stand at one shelf, and no camera sees their faces; one of them takes something.
fn story() -> Story {
    let person = |name: &str, x: f64| Person {
        name: name.to_owned(),
        path: vec![(1.0, 0, x, 0.45), (30.0, 0, x, 0.45)],
        hidden: vec![(0.0, 60.0)],
    };
    Story {
        people: vec![person("anna", 0.08), person("bert", 0.1)],
        acts: vec![take(12.0, "anna", "apple", 1.0)],
        seconds: 50,
        ..Story::default()
    }
}

/// Two tracks at each tenth of a second: the first stands before the apples, the second two metres from there. The first is
/// whoever came in first with this probability.
fn positions(first: f64) -> String {
    let mut lines = String::new();
    for tenth in 10..300 {
        for (track, share, x) in [(1, first, 0.1), (2, 1.0 - first, 2.1)] {
            let shares = json!({ "s1": share, "s2": 1.0 - share });
            let line = json!({
                "t_ms": tenth * 100, "track": track, "session_probabilities": shares,
                "x_m": x, "y_m": 0.55, "z_m": 1.6, "hands": [],
            });
            lines.push_str(&format!("{line}\n"));
        }
    }
    lines
}

fn played(positions: &str) -> Played {
    let folder = tempfile::tempdir().unwrap();
    story().write(folder.path());
    let file = folder.path().join("positions.jsonl");
    fs::write(&file, positions).unwrap();
    play_with(folder.path(), Some(&file), Rules::default()).unwrap()
}

fn bill(played: &Played, session: &str) -> usize {
    let receipts = played.receipts().receipts;
    receipts.iter().filter(|receipt| receipt.session == session).map(|receipt| receipt.lines.len()).sum()
}

#[test]
fn whose_track_stood_there_is_billed_and_nobody_where_the_tracker_cannot_say() {
    let sure = played(&positions(0.99));
    assert_eq!((bill(&sure, "anna"), bill(&sure, "bert")), (1, 0));
    let exchanged = played(&positions(0.01));
    assert_eq!((bill(&exchanged, "anna"), bill(&exchanged, "bert")), (0, 1));
    let open = played(&positions(0.5));
    assert_eq!((bill(&open, "anna"), bill(&open, "bert")), (0, 0), "staff decide");
}

#[test]
fn a_file_that_holds_no_positions_is_named_with_the_line() {
    let folder = tempfile::tempdir().unwrap();
    story().write(folder.path());
    let file = folder.path().join("positions.jsonl");
    let error = |text: &str| {
        fs::write(&file, text).unwrap();
        format!("{:#}", play_with(folder.path(), Some(&file), Rules::default()).unwrap_err())
    };
    let broken = error("\n{\"t_ms\": 1}\n");
    assert!(broken.contains("line 2 of") && broken.contains("positions.jsonl"), "{broken}");
    assert!(error("no json").contains("line 1"));
    let missing = play_with(folder.path(), Some(Path::new("nowhere.jsonl")), Rules::default()).unwrap_err();
    assert!(missing.to_string().contains("nowhere.jsonl"));
    let two = Arguments {
        traces: vec![folder.path().to_owned(), folder.path().to_owned()],
        positions: Some(file.clone()),
        ..Arguments::default()
    };
    assert!(run(&two, &mut Vec::new()).unwrap_err().to_string().contains("one trace"));
}
