//! Whatever is wrong with a trace is counted and said, nothing panics, and the receipts stay right.

use std::fs;
use std::path::Path;

use crate::story::{Person, Story, take};
use attribution::rules::Rules;
use replay::complaints::Problem;
use replay::player::{Played, play};
use replay::{Arguments, run};
use serde_json::Value;

fn story() -> Story {
    Story {
        people: vec![Person {
            name: "anna".to_owned(),
            path: vec![(1.0, 0, 0.2, 0.45), (20.0, 0, 0.2, 0.45)],
            hidden: Vec::new(),
        }],
        acts: vec![take(8.0, "anna", "apple", 1.0), take(13.0, "anna", "drink", 1.0)],
        seconds: 40,
        ..Story::default()
    }
}

fn played(lines: &[String]) -> Played {
    let folder = tempfile::tempdir().unwrap();
    crate::story::write(folder.path(), lines);
    play(folder.path(), Rules::default()).unwrap()
}

fn billed(played: &Played) -> Vec<String> {
    let receipts = played.receipts().receipts;
    receipts.iter().flat_map(|receipt| &receipt.lines).map(|line| format!("{} {}", line.quantity, line.sku)).collect()
}

/// Damages the lines and checks that the problem is counted so often, and that the receipt is right all the same.
fn check(damage: impl FnOnce(&mut Vec<String>), problem: Problem, count: u64) {
    let mut lines = story().lines();
    damage(&mut lines);
    let played = played(&lines);
    assert_eq!(played.complaints.count(problem), count, "{problem:?} in:\n{}", played.complaints);
    assert!(!played.complaints.to_string().is_empty());
    assert_eq!(billed(&played), ["1 apple", "1 drink"], "{problem:?}");
}

/// The first line of this kind at or after a second.
fn find(lines: &[String], kind: &str, second: i64) -> usize {
    let wanted = format!("\"kind\":\"{kind}\"");
    let at = |line: &String| serde_json::from_str::<Value>(line).unwrap()["t_ms"].as_i64().unwrap();
    lines.iter().position(|line| line.contains(&wanted) && at(line) >= second * 1_000).unwrap()
}

fn change(line: &mut String, change: impl FnOnce(&mut Value)) {
    let mut value: Value = serde_json::from_str(line).unwrap();
    change(&mut value);
    *line = value.to_string();
}

#[test]
fn nulls_are_sensors_that_gave_nothing() {
    let nulls = |lines: &mut Vec<String>| {
        let place = find(lines, "weights", 4);
        change(&mut lines[place], |line| {
            line["samples"][3][0] = Value::Null;
            line["samples"][4][5] = Value::Null;
        });
    };
    check(nulls, Problem::NullSample, 2);
}

#[test]
fn nan_counts_as_missing() {
    let nan = |lines: &mut Vec<String>| {
        let place = find(lines, "weights", 4);
        lines[place] = lines[place].replacen("[[", "[[NaN,", 1);
        // One value more than sensors: the row is left out as well.
        lines[place] = lines[place].replacen("NaN,", "", 1);
        let end = lines[place].find("]]").unwrap();
        let comma = lines[place][..end].rfind(',').unwrap();
        lines[place].replace_range(comma + 1..end, "NaN");
    };
    check(nan, Problem::NotANumber, 1);
}

#[test]
fn spike_codes_are_no_weights() {
    let mut lines = story().lines();
    for second in [3, 5, 10, 16] {
        let place = find(&lines, "weights", second);
        change(&mut lines[place], |line| {
            line["samples"][2][0] = (-8_388_608.0).into();
            line["samples"][7][1] = 8_388_607.0.into();
        });
    }
    assert_eq!(billed(&played(&lines)), ["1 apple", "1 drink"]);
}

#[test]
fn rows_of_wrong_length_are_left_out() {
    let long = |lines: &mut Vec<String>| {
        let place = find(lines, "weights", 4);
        change(&mut lines[place], |line| {
            line["samples"][3].as_array_mut().unwrap().push(1.0.into());
            line["samples"][4].as_array_mut().unwrap().pop();
        });
    };
    check(long, Problem::RowLength, 2);
}

#[test]
fn unknown_names_are_left_out() {
    let stranger = |kind: &'static str, field: &'static str| {
        move |lines: &mut Vec<String>| {
            let place = find(lines, kind, 4);
            let mut copy = lines[place].clone();
            change(&mut copy, |line| line[field] = "nobody".into());
            lines.insert(place, copy);
        }
    };
    check(stranger("weights", "shelf"), Problem::UnknownShelf, 1);
    check(stranger("sighting", "camera"), Problem::UnknownCamera, 1);
    check(stranger("exit", "session"), Problem::UnknownSession, 1);
    check(stranger("sighting", "kind"), Problem::UnknownKind, 1);
    let sensor = |lines: &mut Vec<String>| {
        let place = find(lines, "weights", 4);
        change(&mut lines[place], |line| line["sensors"][11] = "g9s9p9".into());
    };
    check(sensor, Problem::UnknownSensor, 1);
}

#[test]
fn a_line_cut_in_the_middle_costs_that_line_only() {
    let cut = |lines: &mut Vec<String>| {
        let place = find(lines, "weights", 4);
        let half = lines[place].len() / 2;
        lines[place].truncate(half);
        let last = lines.len() - 1;
        lines[last].truncate(20);
    };
    check(cut, Problem::BrokenLine, 2);
}

#[test]
fn a_line_without_what_it_needs_is_left_out() {
    let lacking = |lines: &mut Vec<String>| {
        lines.insert(3, r#"{"t_ms": 0, "kind": "enter"}"#.to_owned());
        lines.insert(4, r#"{"kind": "exit", "session": "anna"}"#.to_owned());
    };
    check(lacking, Problem::MissingField, 2);
}

#[test]
fn times_that_no_clock_shows_are_left_out() {
    let impossible = |lines: &mut Vec<String>| {
        lines.insert(3, r#"{"t_ms": -5, "kind": "exit", "session": "anna"}"#.to_owned());
        lines.insert(4, r#"{"t_ms": 9223372036854775807, "kind": "exit", "session": "anna"}"#.to_owned());
    };
    check(impossible, Problem::ImpossibleTime, 2);
}

#[test]
fn sightings_that_come_late_count_for_their_own_time() {
    let late = |lines: &mut Vec<String>| {
        let place = find(lines, "sighting", 8);
        let sighting = lines.remove(place);
        let later = find(lines, "sighting", 11);
        lines.insert(later, sighting);
    };
    check(late, Problem::TimeWentBack, 1);
}

#[test]
fn batches_out_of_order_lose_no_weight() {
    let swapped = |lines: &mut Vec<String>| {
        let shelf = |line: &String| line.contains("\"shelf\":\"g1s1\"");
        let from = find(lines, "weights", 8);
        let batches: Vec<_> = (from..lines.len()).filter(|&place| shelf(&lines[place])).take(2).collect();
        lines.swap(batches[0], batches[1]);
    };
    check(swapped, Problem::LateRow, 10);
}

#[test]
fn a_shelf_node_that_sends_seconds_late_is_still_heard() {
    let mut lines = story().lines();
    let (mut late, mut others): (Vec<_>, Vec<_>) =
        lines.drain(..).partition(|line| line.contains("\"shelf\":\"g1s1\"") && !line.contains("\"t_ms\":0,"));
    let back = find(&others, "sighting", 14);
    let after = others.split_off(back);
    let soon = late.iter().position(|line| line.contains("\"t_ms\":14000")).unwrap();
    let later = late.split_off(soon);
    let played = played(&[others, late, after, later].concat());
    assert_eq!(billed(&played), ["1 apple", "1 drink"], "{}", played.complaints);
}

#[test]
fn what_a_shelf_node_tells_after_the_receipt_is_billed_to_nobody_else() {
    let stands = |name: &str, to, x| Person {
        name: name.to_owned(),
        path: vec![(1.0, 0, x, 0.45), (to, 0, x, 0.45)],
        hidden: Vec::new(),
    };
    let story = Story {
        people: vec![stands("anna", 20.0, 0.1), stands("bert", 90.0, 0.4)],
        acts: vec![take(8.0, "anna", "apple", 1.0)],
        seconds: 110,
        ..Story::default()
    };
    let (late, mut others): (Vec<_>, Vec<_>) =
        story.lines().into_iter().partition(|line| line.contains("\"shelf\":\"g1s1\""));
    let back = find(&others, "sighting", 60);
    let after = others.split_off(back);
    let played = played(&[others, late, after].concat());
    assert_eq!(billed(&played), [""; 0], "anna's receipt was final, and bert took nothing");
    assert_eq!(played.attributed.len(), 1, "but the change is known");
}

#[test]
fn a_second_entry_changes_nothing() {
    let twice = |lines: &mut Vec<String>| {
        let place = find(lines, "sighting", 5);
        lines.insert(place, r#"{"t_ms": 5000, "kind": "enter", "session": "anna"}"#.to_owned());
    };
    check(twice, Problem::SecondEntry, 1);
}

#[test]
fn somebody_without_an_exit_gets_a_receipt_all_the_same() {
    let mut lines = story().lines();
    lines.retain(|line| !line.contains("\"exit\""));
    assert_eq!(billed(&played(&lines)), ["1 apple", "1 drink"]);
}

#[test]
fn a_plate_that_breaks_is_reported() {
    let mut lines = story().lines();
    for line in lines.iter_mut().filter(|line| line.contains("\"shelf\":\"g2s1\"")) {
        change(line, |line| {
            for row in line["samples"].as_array_mut().unwrap() {
                row[3] = Value::Null;
            }
        });
    }
    let played = played(&lines);
    let fault = played.faults.iter().find(|fault| fault.fault.is_some()).unwrap();
    assert_eq!((fault.shelf, fault.sensor), (2, 3));
    assert!(fault.at_ms < 60_000);
    assert_eq!(billed(&played), ["1 apple", "1 drink"]);
}

#[test]
fn a_store_that_cannot_be_is_an_error_and_says_why() {
    let folder = tempfile::tempdir().unwrap();
    story().write(folder.path());
    for (wrong, said) in [
        ("{", "store.json"),
        (r#"{"version": 7}"#, "version 7"),
        (r#"{"version": 1, "shelves": [{"id": "s", "sensors": []}]}"#, "no sensors"),
    ] {
        fs::write(folder.path().join("store.json"), wrong).unwrap();
        let error = format!("{:#}", play(folder.path(), Rules::default()).unwrap_err());
        assert!(error.contains(said), "{error}");
    }
}

#[test]
fn facings_of_unknown_things_are_left_out_with_a_warning() {
    let folder = tempfile::tempdir().unwrap();
    story().write(folder.path());
    let mut store = crate::story::store();
    let facings = store["facings"].as_array_mut().unwrap();
    facings.push(serde_json::json!({"sku": "gone", "sensors": ["g1s1p0"], "units": 1}));
    facings.push(serde_json::json!({"sku": "apple", "sensors": ["g9s9p9"], "units": 1}));
    fs::write(folder.path().join("store.json"), store.to_string()).unwrap();
    let played = play(folder.path(), Rules::default()).unwrap();
    assert_eq!(played.warnings.len(), 2, "{:?}", played.warnings);
    assert_eq!(billed(&played), ["1 apple", "1 drink"]);
}

fn command(trace: &Path, out: &Path) -> (anyhow::Result<()>, String) {
    let arguments =
        Arguments { traces: vec![trace.to_owned()], out: Some(out.to_owned()), explain: true, ..Arguments::default() };
    let mut printed = Vec::new();
    let result = run(&arguments, &mut printed);
    (result, String::from_utf8(printed).unwrap())
}

#[test]
fn the_truth_is_not_read_before_the_receipts_are_final() {
    let folder = tempfile::tempdir().unwrap();
    let (trace, out) = (folder.path().join("trace"), folder.path().join("out"));
    story().write(&trace);
    let written = || fs::read_to_string(out.join("trace.json")).unwrap();
    command(&trace, &out).0.unwrap();
    let without = written();
    assert!(without.contains("apple") && without.contains("drink"), "{without}");
    // A truth that says otherwise changes no byte.
    let lie = r#"{"receipts": [{"session": "anna", "lines": [{"sku": "eggs", "quantity": 3}]}]}"#;
    fs::write(trace.join("truth.json"), lie).unwrap();
    let (result, printed) = command(&trace, &out);
    result.unwrap();
    assert_eq!(written(), without);
    assert!(printed.contains("total of 1: F1 0.000"), "{printed}");
    // One that cannot be read is found out only after the receipts have been written.
    fs::write(trace.join("truth.json"), "no truth").unwrap();
    fs::remove_file(out.join("trace.json")).unwrap();
    let (result, _) = command(&trace, &out);
    assert!(result.is_err());
    assert_eq!(written(), without);
}
