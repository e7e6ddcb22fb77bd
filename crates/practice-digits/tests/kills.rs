//! An export that is killed: each file is whole, or it is what it was. See `test_support::kills` for the long form.
#![cfg(unix)]

use std::process::Command;
use std::time::Duration;
use test_support::kills;

#[test]
fn kills_while_digits_are_exported() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let program = || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_practice-digits"));
        command.args(["write", "--replace"]).arg(folder.path());
        command
    };
    assert!(program().output().expect("starts").status.success());
    let names = ["mnist_train.csv", "mnist_test.csv"];
    let content = || names.map(|name| std::fs::read(folder.path().join(name)).expect("there"));
    let whole = content();
    let mut left = 0;
    kills::at_random_moments("export", Duration::from_millis(700), program, || {
        assert!(content() == whole, "every file is whole");
        left = left.max(kills::unfinished(folder.path()));
    });
    assert!(left <= 1, "each run removes what the one before left");
    assert!(program().output().expect("starts").status.success());
    assert_eq!(kills::unfinished(folder.path()), 0);
}
