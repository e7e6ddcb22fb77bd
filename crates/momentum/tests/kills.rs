//! A training that is killed while it saves, that meets a full disk, or whose folder vanishes: after each, the newest whole
//! file loads. See `test_support::kills` for the long form.
#![cfg(unix)]

use digits_core::checkpoint::Checkpoint;
use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};
use test_support::{bars, kills};

const PROGRAM: &str = env!("CARGO_BIN_EXE_momentum");

/// The program with the data set that its folder holds.
fn program(folder: &Path, args: &[&str]) -> Command {
    test_support::program::program(PROGRAM, folder, &[&["--data", "."], args].concat())
}

/// The updates of the training in a file, every bit of which is right.
fn updates(path: &Path) -> u64 {
    let file = Checkpoint::load(path).expect("a whole file");
    let mut network = digits_core::network::Network::<f32>::new(600, 1);
    // Both fingerprints are checked: of the network here, of the rest where it goes on.
    network.set_from(&file, path).expect("a whole network");
    file.metadata["training.updates"].parse().expect("a number")
}

#[test]
fn kills_while_checkpoints_are_written() {
    let folder = bars::folder();
    let path = folder.path().join("checkpoint");
    let args = ["--hidden", "600", "--epochs", "4000000000", "--checkpoint", "checkpoint", "--quiet"];
    let (mut newest, mut left) = (0, 0);
    kills::at_random_moments(
        "checkpoint",
        Duration::from_millis(400),
        || {
            let resume: &[&str] = if path.exists() { &["--resume", "checkpoint"] } else { &[] };
            program(folder.path(), &[&args, resume].concat())
        },
        || {
            if path.exists() {
                let found = updates(&path);
                assert!(found >= newest, "{found} updates after {newest}");
                newest = found;
            }
            left = left.max(kills::unfinished(folder.path()));
        },
    );
    assert!(left <= 1, "each run removes what the one before left");
    // It goes on, and cleans up.
    let output =
        program(folder.path(), &["--hidden", "600", "--epochs", "1", "--save", "net", "--quiet"]).output();
    assert!(output.expect("starts").status.success());
    assert_eq!(kills::unfinished(folder.path()), 0);
}

#[test]
fn kills_while_networks_are_saved() {
    let folder = bars::folder();
    let path = folder.path().join("net");
    let args = ["--hidden", "600", "--epochs", "1", "--save", "net", "--quiet"];
    assert!(program(folder.path(), &args).status().expect("starts").success());
    kills::at_random_moments(
        "save",
        Duration::from_millis(120),
        || program(folder.path(), &args),
        || {
            let file = Checkpoint::load(&path).expect("a whole file");
            let mut network = digits_core::network::Network::<f32>::new(600, 1);
            network.set_from(&file, &path).expect("a whole network");
        },
    );
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&[&output.stdout[..], &output.stderr].concat()).into_owned()
}

/// A disk that fills up: the file that was there stays, nothing half-written does, and the error says why.
#[test]
fn a_full_disk_takes_nothing_away() {
    let folder = bars::folder();
    let args = ["--hidden", "600", "--epochs", "2", "--checkpoint", "kept", "--quiet"];
    assert!(program(folder.path(), &args).status().expect("starts").success());
    let kept = fs::read(folder.path().join("kept")).expect("written");
    // A small disk of the test's own, in a name space of its own; the file and a filler leave it half of what is needed.
    let script = format!(
        "mkdir disk && mount -t tmpfs -o size=8m none disk || exit 77
         cp kept disk/kept && head -c 3000000 /dev/zero > disk/filler
         '{PROGRAM}' --data . --hidden 600 --epochs 4 --checkpoint disk/kept --save disk/net --json -
         echo \"exit code $?\" >&2
         ls -A disk >&2
         cp disk/kept after"
    );
    let output = Command::new("unshare")
        .args(["-rm", "sh", "-c", &script])
        .current_dir(folder.path())
        .stdin(Stdio::null())
        .output();
    let output = match output {
        Ok(output) if output.status.code() != Some(77) && folder.path().join("after").exists() => output,
        _ => return kills::say("a full disk: left out, for this machine lets no test make one"),
    };
    let text = said(&output);
    assert!(text.contains("exit code 1\nfiller\nkept\n"), "nothing new is there: {text}");
    assert!(text.contains("cannot write disk/net: No space left on device"), "{text}");
    assert!(
        text.contains("training goes on") && text.contains("\"test_accuracy\""),
        "the rest is told: {text}"
    );
    assert_eq!(
        fs::read(folder.path().join("after")).expect("copied"),
        kept,
        "the file that was there is there"
    );
}

fn wait_for(path: &Path) {
    let start = Instant::now();
    while !path.exists() {
        assert!(start.elapsed() < Duration::from_secs(60), "no {}", path.display());
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// A folder that vanishes: training goes on, says so once, and writes again as soon as the folder is back.
#[test]
fn a_folder_that_vanishes_does_not_end_a_training() {
    let folder = bars::folder();
    let gone = folder.path().join("gone");
    fs::create_dir(&gone).expect("makes it");
    let args = ["--hidden", "600", "--epochs", "4000000000", "--checkpoint", "gone/checkpoint"];
    let mut program = program(folder.path(), &args);
    let child = program.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("starts");
    wait_for(&gone.join("checkpoint"));
    // While it writes there, a folder may not go at once.
    while gone.exists() {
        let _ = fs::remove_dir_all(&gone);
    }
    std::thread::sleep(Duration::from_millis(200));
    fs::create_dir(&gone).expect("makes it");
    wait_for(&gone.join("checkpoint"));
    let output = kills::end(child, kills::Signal::TERM);
    assert_eq!(output.status.code(), Some(143), "{}", said(&output));
    assert_eq!(said(&output).matches("training goes on").count(), 1, "{}", said(&output));
    assert!(updates(&gone.join("checkpoint")) > 0);
}
