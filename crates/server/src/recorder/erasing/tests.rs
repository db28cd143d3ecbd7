//! Faces go from every recording, or it is said which one keeps them.

use std::fs;

use super::*;

const ADA: &str = "0197f0aa-0000-7000-8000-000000000001";
const BOB: &str = "0197f0aa-0000-7000-8000-000000000002";

fn sighting() -> String {
    let candidate = |session: &str| format!(r#"{{"session":"{session}","similarity":0.9}}"#);
    format!(
        r#"{{"t_ms":1,"arrived_ms":1,"kind":"sighting","camera":"g1","faces":[{{"x":0.5,"candidates":[{},{}]}}]}}"#,
        candidate(ADA),
        candidate(BOB)
    )
}

/// A folder of recordings with two good ones.
fn recordings() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for name in ["2026-01-01", "2026-01-02"] {
        let recording = folder.path().join(name);
        fs::create_dir(&recording).unwrap();
        fs::write(recording.join("store.json"), "{}").unwrap();
        fs::write(recording.join(TRACE), format!("{}\n\n{{\"kind\":\"exit\",\"session\":\"{ADA}\"}}\n", sighting()))
            .unwrap();
    }
    folder
}

fn trace(folder: &tempfile::TempDir, name: &str) -> PathBuf {
    folder.path().join(name).join(TRACE)
}

fn erase_ada(folder: &tempfile::TempDir) -> anyhow::Result<Vec<PathBuf>> {
    erase(folder.path(), &[ADA.to_owned()])
}

/// Where this visit was seen.
fn seen(text: &str, session: &str) -> usize {
    text.lines().filter(|line| line.contains("sighting") && line.contains(session)).count()
}

#[test]
fn a_face_goes_from_every_recording_and_another_s_stays() {
    let folder = recordings();
    assert_eq!(erase_ada(&folder).unwrap().len(), 2);
    for name in ["2026-01-01", "2026-01-02"] {
        let text = fs::read_to_string(trace(&folder, name)).unwrap();
        assert_eq!((seen(&text, ADA), seen(&text, BOB)), (0, 1), "{text}");
        assert!(text.contains("\"exit\"") && text.lines().count() == 3, "{text}");
    }
    assert!(erase_ada(&folder).unwrap().is_empty(), "there is nothing left to change");
    assert!(erase(&folder.path().join("nothing was recorded"), &[ADA.to_owned()]).unwrap().is_empty());
}

#[test]
fn a_recording_that_cannot_be_read_is_named_and_not_passed_over() {
    type Harm = fn(&Path);
    let cases: &[(&str, Harm)] = &[
        ("a folder of that name", |trace| {
            fs::remove_file(trace).unwrap();
            fs::create_dir(trace).unwrap();
        }),
        ("a truncated gzip", |trace| fs::write(trace, b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\xcb\x48").unwrap()),
        ("no text", |trace| fs::write(trace, b"{\"t_ms\":\xff\xfe}\n").unwrap()),
        ("a damaged line amid others", |trace| {
            let text = fs::read_to_string(trace).unwrap();
            fs::write(trace, format!("{}\n{text}", &sighting()[..90])).unwrap();
        }),
        ("a compressed copy", |trace| fs::write(trace.with_extension("jsonl.gz"), "anything").unwrap()),
        ("a folder where the trace is rewritten", |trace| fs::create_dir(trace.with_file_name(BESIDE)).unwrap()),
        ("an archive", |trace| fs::write(trace.parent().unwrap().with_extension("tar.gz"), "anything").unwrap()),
        ("a link to nowhere", |trace| {
            fs::remove_file(trace).unwrap();
            #[cfg(unix)]
            std::os::unix::fs::symlink(trace, trace).unwrap();
            #[cfg(not(unix))]
            fs::create_dir(trace).unwrap();
        }),
    ];
    for (what, harm) in cases {
        let folder = recordings();
        harm(&trace(&folder, "2026-01-02"));
        let error = format!("{:#}", erase_ada(&folder).expect_err(what));
        assert!(error.contains("2026-01-02"), "{what}: {error}");
    }
}

#[test]
fn what_a_crash_leaves_behind_is_erased_too() {
    let folder = recordings();
    let (torn, zeros) = (trace(&folder, "2026-01-01"), trace(&folder, "2026-01-02"));
    let text = fs::read_to_string(&torn).unwrap();
    fs::write(&torn, format!("{text}{}", &sighting()[..110])).unwrap();
    fs::write(&zeros, format!("{text}\0\0\0\0")).unwrap();
    fs::write(zeros.with_file_name(BESIDE), sighting()).unwrap();
    fs::create_dir(folder.path().join("2026-01-03")).unwrap();
    assert_eq!(erase_ada(&folder).unwrap().len(), 2);
    for trace in [torn, zeros] {
        let text = fs::read_to_string(&trace).unwrap();
        assert!(text.ends_with('\n') && seen(&text, ADA) == 0 && text.lines().count() == 3, "{text:?}");
        assert!(!trace.with_file_name(BESIDE).exists());
    }
}
