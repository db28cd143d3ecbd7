//! A short campaign through the real programs; `cargo xtask bench faults` runs long ones, on both engines.

#![cfg(unix)]

use std::path::Path;

use campaign::Plan;

/// Faults: a third of a deck. Which they are follows from the seed.
const FAULTS: usize = 14;
const SEED: u64 = 12;

#[tokio::test(flavor = "multi_thread")]
async fn faults_lose_nothing_double_nothing_and_bill_nobody_wrongly() {
    let server = Path::new(env!("CARGO_BIN_EXE_smartmart")).to_owned();
    let edge = server.with_file_name("smartmart-edge");
    assert!(edge.is_file(), "the real shelf node is missing: build or test the whole workspace");
    let plan = Plan {
        server,
        edge,
        database: None,
        trips: 30,
        shoppers: 6,
        seed: SEED,
        speed: 6.0,
        faults: Some(FAULTS),
        outage_h: 2,
        folder: std::env::temp_dir(),
        keep: false,
    };
    let outcome = campaign::run(&plan).await.unwrap();
    report(&outcome.to_string());
    // How fast the store answers is for the benchmark: this machine may be busy with other tests.
    let complaints: Vec<_> = outcome.complaints().into_iter().filter(|one| !one.starts_with("slow")).collect();
    assert!(complaints.is_empty() && outcome.hidden == 0, "{complaints:#?}\n{outcome}");
    assert!(outcome.trips >= 10 && outcome.orders >= 3 && outcome.faults > 5, "too little happened: {outcome}");
}

#[expect(clippy::print_stderr, reason = "shown with --nocapture: how much the test proved")]
fn report(line: &str) {
    eprintln!("{line}");
}
