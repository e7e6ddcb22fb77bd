//! `--report`: the page with a comparison inside.

use std::fs;
use test_support::program::{run, stderr, stdout};

const COMPARE: &str = env!("CARGO_BIN_EXE_compare");

/// Protects the report: it holds the results, the images and the networks, and the address that trains the same.
#[test]
fn a_report_holds_the_run() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut args = "--data practice --train-size 50 --test-size 30 --epochs 2 --seeds 1 --hidden 9 --quiet"
        .split(' ')
        .collect::<Vec<_>>();
    args.extend(["--stages", "gradient,momentum", "--learning-rate", "0.5", "--report", "report.html"]);
    let output = run(COMPARE, folder.path(), &args);
    assert!(output.status.success(), "{}{}", stdout(&output), stderr(&output));
    let html = fs::read_to_string(folder.path().join("report.html")).expect("written");
    for part in [
        "id=\"report-results\">{",
        "data-network=\"gradient\"",
        "data-network=\"momentum\"",
        "data-file=\"train-images-idx3-ubyte\"",
        "data-file=\"t10k-labels-idx1-ubyte\"",
        "stages=gradient,momentum&seed=1&train-size=all&gradient.epochs=2",
        "&momentum.learning-rate=0.5",
    ] {
        assert!(html.contains(part), "{part}");
    }
    assert!(html.len() < 5_000_000, "{}", html.len());
}

#[test]
fn a_report_is_refused_where_it_cannot_be_written_or_means_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    for (args, code) in [
        (&["--report", "missing/report.html", "--epochs", "1"][..], 1),
        (&["--report", "report.html", "--explain"], 2),
        (&["--report", "same", "--json", "same"], 2),
    ] {
        let output = run(COMPARE, folder.path(), args);
        assert_eq!(output.status.code(), Some(code), "{args:?}: {}", stderr(&output));
    }
}
