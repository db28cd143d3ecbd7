use std::path::Path;

use super::*;

fn folder() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../scenarios"))
}

#[test]
fn every_scenario_gives_what_it_says() {
    let all = Scenario::read_all(folder()).unwrap();
    assert!(all.len() >= 8, "only {} scenarios", all.len());
    let mut said = String::new();
    for (name, scenario) in &all {
        let found = play_in_domain(scenario).outcome;
        let difference = Outcome::difference(&Outcome::demanded(scenario), &found);
        if !difference.is_empty() {
            said.push_str(&format!("{name}: {}\n{difference}", scenario.title));
        }
    }
    assert!(said.is_empty(), "- is missing, + should not be:\n{said}");
}

#[test]
fn a_scenario_played_twice_gives_the_same_bytes() {
    for (name, scenario) in Scenario::read_all(folder()).unwrap() {
        let play = || serde_json::to_vec(&play_in_domain(&scenario).events).unwrap();
        let first = play();
        assert!(first.len() > 2, "{name} gives no events");
        assert!(first == play(), "{name} gives other events the second time");
    }
}

const STORY: &str = r#"
    title = "A story"
    people = ["Ada"]
    slots = [{ id = "s1", zone = "g1", sku = "cup", price = 100, tax = "standard" }]
    steps = [
        { do = "enter", at = 0, who = "Ada" },
        { do = "stand", at = 1, who = "Ada", zone = "g1" },
        { do = "take", at = 2, slot = "s1", units = 1 },
        { do = "leave", at = 9, who = "Ada" },
    ]
    receipts = [{ who = "Ada", items = { cup = 1 }, total = 100, tax = 16 }]
"#;

#[test]
fn a_wrong_expectation_is_told_line_by_line() {
    let mut scenario = Scenario::parse("story", STORY).unwrap();
    let found = play_in_domain(&scenario).outcome;
    assert_eq!(Outcome::difference(&Outcome::demanded(&scenario), &found), "");
    scenario.receipts[0].items.insert("cup".to_owned(), 2);
    assert_eq!(
        Outcome::difference(&Outcome::demanded(&scenario), &found),
        "  - receipt: Ada: 2 cup; total 100, tax 16\n  + receipt: Ada: 1 cup; total 100, tax 16\n"
    );
}

#[test]
fn a_slip_in_a_file_is_named() {
    for (from, to, said) in [
        ("people = [\"Ada\"]", "people = [\"Ben\"]", "step 1: \"Ada\" is not among `people`"),
        ("units = 1", "untis = 1", "unknown field `untis`"),
        ("do = \"take\"", "do = \"steal\"", "unknown variant `steal`"),
        ("at = 9", "at = -9", "`at` must be 0 or later"),
        ("{ do = \"leave\", at = 9", "{ do = \"leave\", by = \"face\", at = 9", "say why in `domain_only`"),
        ("title", "titel", "unknown field `titel`"),
    ] {
        let text = STORY.replace(from, to);
        assert_ne!(text, STORY, "{from}");
        let error = Scenario::parse("story", &text).unwrap_err().to_string();
        assert!(error.contains(said), "{error:?} does not say {said:?}");
    }
}
