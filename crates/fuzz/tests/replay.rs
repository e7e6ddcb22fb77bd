//! Every check holds for every input of its corpus.

use std::path::Path;

#[test]
fn every_check_holds_for_its_corpus() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
    for (name, check) in fuzz::CHECKS {
        let mut files: Vec<_> = std::fs::read_dir(corpus.join(name))
            .expect("a corpus")
            .map(|entry| entry.expect("reads").path())
            .collect();
        files.sort();
        assert!(files.len() > 4, "{name} has no corpus to speak of");
        for file in files {
            let bytes = std::fs::read(&file).expect("reads");
            let held = std::panic::catch_unwind(|| check(&bytes));
            assert!(held.is_ok(), "{} breaks a promise", file.display());
        }
    }
}
