//! The npm package `kairos-api`, a client written for the cloud, runs unchanged against the service.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::memory::{APP_ID, APP_KEY, Memory};

#[tokio::test]
async fn the_npm_package_runs_unchanged() {
    let folder = tokio::task::spawn_blocking(installed).await.unwrap();
    let url = Memory::with_calls_per_minute(None).serve().await;
    let hurried = Memory::with_calls_per_minute(Some(1)).serve().await;
    let story = tokio::task::spawn_blocking(move || {
        let mut node = Command::new("node");
        node.args(["--require", "./redirect.cjs", "story.cjs"]).current_dir(folder);
        node.envs([("KAIROS_URL", url), ("KAIROS_HURRIED_URL", hurried)]);
        node.envs([("KAIROS_APP_ID", APP_ID), ("KAIROS_APP_KEY", APP_KEY)]);
        node.output().expect("the tests need Node 20 or newer")
    });
    let story = story.await.unwrap();
    let said = String::from_utf8_lossy(&story.stderr);
    assert!(story.status.success(), "{said}");
}

/// The package, as its lock file says, in a folder of the build: nothing is installed beside the sources.
fn installed() -> PathBuf {
    let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/npm-client");
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("npm-client");
    std::fs::create_dir_all(&folder).unwrap();
    for file in ["package.json", "package-lock.json", "redirect.cjs", "story.cjs"] {
        std::fs::copy(sources.join(file), folder.join(file)).unwrap();
    }
    let mut npm = Command::new(if cfg!(windows) { "npm.cmd" } else { "npm" });
    npm.args(["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error", "--prefer-offline"]);
    let done = npm.current_dir(&folder).output().expect("the tests need npm");
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    folder
}
