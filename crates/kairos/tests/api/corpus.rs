//! What fuzzing kept still goes through, without the nightly compiler.

use std::path::Path;

use crate::exercise;

#[test]
fn what_fuzzing_kept_goes_through() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus");
    let check = |target: &str, exercise: fn(&[u8])| {
        let entries = std::fs::read_dir(corpus.join(target)).unwrap();
        let count = entries.map(|entry| exercise(&std::fs::read(entry.unwrap().path()).unwrap())).count();
        assert!(count > 10, "{target}: {count}");
    };
    check("kairos_request", exercise::request);
    check("kairos_answer", exercise::answer);
}
