//! `cargo xtask test`: sets everything up, runs every test of every kind, and ends with one line of sums.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context, Result, bail};
use clap::Args;

use crate::postgres::Cluster;
use crate::shell::{built, cargo, must, root};
use crate::{install, tidy, web};

/// What to run.
#[derive(Args)]
pub struct Options {
    /// Run only these parts.
    #[arg(long, value_enum)]
    only: Vec<Part>,
}

/// The parts, in the order in which they run.
#[derive(Clone, Copy, PartialEq, Eq, Debug, clap::ValueEnum)]
enum Part {
    /// Layout, style, generated code, licences.
    Tidy,
    /// Rust's tests, on SQLite and PostgreSQL.
    Rust,
    /// The pages' tests.
    Web,
    /// The story in a browser.
    Browser,
}

const PARTS: [Part; 4] = [Part::Tidy, Part::Rust, Part::Web, Part::Browser];

/// Passed and failed tests.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
struct Sum {
    passed: u64,
    failed: u64,
}

/// Runs them.
pub fn run(options: &Options) -> Result<()> {
    let wanted = |part: &Part| options.only.is_empty() || options.only.contains(part);
    let mut total = Sum::default();
    web::build_if_stale()?;
    for part in PARTS.iter().filter(|part| wanted(part)) {
        let started = Instant::now();
        let sum = match part {
            Part::Tidy => {
                let failed = tidy::run_all().len() as u64;
                Sum { passed: tidy::CHECKS.len() as u64 - failed, failed }
            }
            Part::Rust => rust()?,
            Part::Web => vitest("vite.config.ts", &[])?,
            Part::Browser => browser()?,
        };
        let seconds = started.elapsed().as_secs();
        eprintln!("xtask: {part:?}: {} passed, {} failed in {seconds} s", sum.passed, sum.failed);
        total.passed += sum.passed;
        total.failed += sum.failed;
    }
    println!("{} passed, {} failed", total.passed, total.failed);
    if total.failed > 0 {
        bail!("{} tests failed", total.failed);
    }
    Ok(())
}

fn rust() -> Result<Sum> {
    install::faketime()?;
    install::ffmpeg()?;
    let cluster = Cluster::start(false)?;
    let nextest = Command::new("cargo-nextest").arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
    let arguments: &[&str] = match nextest {
        Ok(status) if status.success() => &["nextest", "run", "--status-level", "slow"],
        _ => &["test"],
    };
    let mut command = cargo(arguments);
    // Without the examples: clippy has looked at them, and each would be linked with half of the workspace.
    command.args(["--workspace", "--lib", "--tests", "--no-fail-fast", "--color", "never"]);
    command.env("SMARTMART_TEST_POSTGRES", cluster.url());
    let lines = watched(&mut command)?;
    sum_of_rust(&lines).context("the Rust tests ended without a summary")
}

/// Runs a command, shows what it prints, and gives it back. Its exit status is not looked at: the summary counts, and
/// where there is none, nothing ran.
fn watched(command: &mut Command) -> Result<Vec<String>> {
    let name = format!("{command:?}");
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .with_context(|| format!("cannot start {name}"))?;
    let errors = BufReader::new(child.stderr.take().expect("it is piped"));
    let reader = std::thread::spawn(move || {
        let lines = errors.lines().map_while(Result::ok);
        lines.inspect(|line| eprintln!("{line}")).collect::<Vec<_>>()
    });
    let out = BufReader::new(child.stdout.take().expect("it is piped"));
    let mut lines: Vec<_> = out.lines().map_while(Result::ok).inspect(|line| println!("{line}")).collect();
    lines.extend(reader.join().expect("reading lines does not panic"));
    child.wait()?;
    Ok(lines)
}

/// Reads nextest's one summary, or cargo test's line for each program.
fn sum_of_rust(lines: &[String]) -> Option<Sum> {
    let mut sum = None;
    for line in lines {
        let words: Vec<_> = line.split([' ', ',', ';']).filter(|word| !word.is_empty()).collect();
        let before = |label: &str| -> Option<u64> {
            let place = words.iter().position(|word| *word == label)?;
            words.get(place.checked_sub(1)?)?.parse().ok()
        };
        if words.first() == Some(&"Summary") {
            let run = words.iter().position(|word| word.starts_with("test")).and_then(|place| {
                // "5/7 tests run" where the run was cut short.
                words.get(place.checked_sub(1)?)?.split('/').next_back()?.parse::<u64>().ok()
            })?;
            let passed = before("passed").unwrap_or(0);
            sum = Some(Sum { passed, failed: run.saturating_sub(passed) });
        } else if line.starts_with("test result:") {
            let so_far: Sum = sum.unwrap_or_default();
            let (passed, failed) = (before("passed")?, before("failed")?);
            sum = Some(Sum { passed: so_far.passed + passed, failed: so_far.failed + failed });
        }
    }
    sum
}

fn vitest(config: &str, environment: &[(&str, String)]) -> Result<Sum> {
    web::packages()?;
    let report = tempfile::NamedTempFile::new()?;
    let output = format!("--outputFile.json={}", report.path().display());
    let mut vitest = web::npm(&[
        "exec",
        "--",
        "vitest",
        "run",
        "--config",
        config,
        "--reporter=default",
        "--reporter=json",
        &output,
    ]);
    vitest.envs(environment.iter().map(|(name, value)| (name, value))).env("CI", "true");
    let status = vitest.status().context("cannot start npm")?;
    let text = std::fs::read_to_string(report.path())?;
    let json: serde_json::Value =
        serde_json::from_str(&text).with_context(|| format!("vitest ended without a report ({status})"))?;
    let number = |name: &str| json[name].as_u64().unwrap_or(0);
    let sum = Sum { passed: number("numPassedTests"), failed: number("numFailedTests") };
    // A file that cannot be loaded has failed without a test of its own.
    let broken = number("numFailedTestSuites") > 0 && sum.failed == 0;
    if sum.passed + sum.failed == 0 || broken || (!status.success() && sum.failed == 0) {
        return Ok(Sum { failed: sum.failed + 1, ..sum });
    }
    Ok(sum)
}

fn browser() -> Result<Sum> {
    let chromium = install::chromium()?;
    // With the tests, though they are not run: without them the dependencies' features differ and all would be built anew.
    must(&mut cargo(&["build", "--quiet", "--workspace", "--bins", "--tests"]))?;
    let artefacts = root().join("artefacts");
    if artefacts.exists() {
        std::fs::remove_dir_all(&artefacts)?;
    }
    std::fs::create_dir_all(&artefacts)?;
    let text = |path: std::path::PathBuf| path.to_string_lossy().into_owned();
    vitest(
        "e2e/vitest.config.ts",
        &[
            ("CHROMIUM", text(chromium)),
            ("SMARTMART", text(built("smartmart"))),
            ("SMARTMART_EDGE", text(built("smartmart-edge"))),
            ("SMARTMART_SIM", text(built("smartmart-sim"))),
            ("ARTEFACTS", text(artefacts)),
        ],
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sum(lines: &[&str]) -> Option<(u64, u64)> {
        let lines: Vec<_> = lines.iter().map(|line| (*line).to_owned()).collect();
        sum_of_rust(&lines).map(|sum| (sum.passed, sum.failed))
    }

    #[test]
    fn the_runners_summaries_are_read() {
        let one = "     Summary [   1.234s] 12 tests run: 12 passed, 0 skipped";
        assert_eq!(sum(&["noise", one]), Some((12, 0)));
        let bad = "     Summary [  10.1s] 12 tests run: 9 passed (1 slow), 2 failed, 1 timed out, 3 skipped";
        assert_eq!(sum(&[bad]), Some((9, 3)));
        let cargo = [
            "test result: ok. 5 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s",
            "test result: FAILED. 2 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s",
        ];
        assert_eq!(sum(&cargo), Some((7, 1)));
        assert_eq!(sum(&["error: could not compile"]), None);
    }
}
