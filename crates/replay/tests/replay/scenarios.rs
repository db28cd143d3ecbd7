//! The stories that broke published systems, from raw plates and faces to receipts: the files of `scenarios/sensed`.

use std::path::Path;

use attribution::rules::{Policy, Rules};
use replay::player::{Played, play};

use crate::story::{ScenarioFile, Story};

/// Kinds of noise that each story is told with.
const SEEDS: u64 = 3;

fn played(story: &Story, policy: Policy) -> Played {
    let folder = tempfile::tempdir().unwrap();
    story.write(folder.path());
    let played = play(folder.path(), Rules { policy, ..Rules::default() }).unwrap();
    assert!(played.complaints.is_empty(), "{}", played.complaints);
    played
}

/// `anna: 1 apple, 2 bread; bert: ?` where `?` means that a person has to look at it.
fn receipts(story: &Story, policy: Policy) -> String {
    let receipts = played(story, policy).receipts().receipts.into_iter().map(|receipt| {
        let mut lines: Vec<_> = receipt.lines.iter().map(|line| format!("{} {}", line.quantity, line.sku)).collect();
        if receipt.review {
            lines.push("?".to_owned());
        }
        format!("{}: {}", receipt.session, lines.join(", "))
    });
    receipts.collect::<Vec<_>>().join("; ")
}

fn scenarios() -> Vec<(String, ScenarioFile)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scenarios/sensed");
    let files = std::fs::read_dir(folder).unwrap().map(|entry| {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let text = std::fs::read_to_string(&path).unwrap();
        let file = toml::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
        (name, file)
    });
    let mut scenarios: Vec<_> = files.collect();
    scenarios.sort_by(|a, b| a.0.cmp(&b.0));
    scenarios
}

#[test]
fn every_sensed_scenario_comes_out_as_it_says() {
    let mut wrong = String::new();
    let scenarios = scenarios();
    assert!(scenarios.len() >= 10, "{}", scenarios.len());
    for (name, scenario) in &scenarios {
        for seed in 0..SEEDS {
            let receipts = receipts(&scenario.story(seed), scenario.policy.unwrap_or_default());
            if !scenario.outcomes.contains(&receipts) {
                wrong += &format!("\n{name}, seed {seed}: {}\n  {receipts}\n", scenario.title);
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn the_same_trace_gives_the_same_bytes() {
    let (_, scenario) = scenarios().pop().unwrap();
    let bytes = || serde_json::to_string(&played(&scenario.story(7), Policy::default()).receipts).unwrap();
    assert_eq!(bytes(), bytes());
}
