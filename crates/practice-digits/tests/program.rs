//! The program as its users meet it.

use std::io::Read;
use std::process::{Command, Output};

use digits_core::data::source::{LoadOptions, load};
use digits_core::data::{Source, practice};

fn run(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_practice-digits")).args(arguments).output().expect("the program starts")
}

#[test]
fn what_is_written_can_be_read_as_data() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let folder = folder.path().join("new");
    let output = run(&["write", folder.to_str().expect("UTF-8")]);
    assert!(output.status.success(), "{output:?}");
    let options = LoadOptions::default();
    let read = load(&Source::Folder(folder), &options, &mut ()).expect("a data set");
    let drawn = practice::dataset();
    assert!(read.train == drawn.train && read.test == drawn.test);
}

#[test]
fn what_is_there_is_not_replaced_unasked() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let test = folder.path().join("mnist_test.csv");
    std::fs::write(&test, "somebody's own").expect("writes");
    let folder = folder.path().to_str().expect("UTF-8");
    let output = run(&["write", folder]);
    assert_eq!(output.status.code(), Some(1));
    let message = String::from_utf8_lossy(&output.stderr);
    assert!(message.contains("mnist_test.csv: ") && message.contains("add --replace"), "{message}");
    assert_eq!(std::fs::read(&test).expect("there"), b"somebody's own");
    assert_eq!(
        std::fs::read_dir(folder).expect("a folder").count(),
        1,
        "not even the other file was written"
    );
    assert!(run(&["write", folder, "--replace"]).status.success());
    assert!(std::fs::metadata(&test).expect("there").len() > 1_000_000);
}

#[cfg(unix)]
#[test]
fn both_files_are_written_when_nobody_reads_what_is_said() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut program = Command::new(env!("CARGO_BIN_EXE_practice-digits"))
        .args(["write".as_ref(), folder.path().as_os_str()])
        .stdout(std::process::Stdio::piped())
        .spawn()
        .expect("the program starts");
    drop(program.stdout.take());
    assert_eq!(program.wait().expect("it ends").code(), Some(0));
    for (name, rows) in [("mnist_train.csv", 10_001), ("mnist_test.csv", 2_001)] {
        let text = std::fs::read_to_string(folder.path().join(name)).expect("written");
        assert_eq!(text.lines().count(), rows, "{name}");
    }
}

#[test]
fn any_count_is_shown_one_by_one() {
    let mut program = Command::new(env!("CARGO_BIN_EXE_practice-digits"))
        .args(["show", "--count", "4294967295"])
        .stdout(std::process::Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut begin = [0; 1000];
    program.stdout.take().expect("a pipe").read_exact(&mut begin).expect("digits come at once");
    assert!(program.wait().expect("it ends").success(), "as soon as nobody reads");
}

#[test]
fn the_images_asked_for_are_shown() {
    let output = run(&["show", "--split", "test", "--index", "5", "--count", "3"]);
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    assert_eq!(text.lines().count(), 2 * 16, "two bands with an empty line below each");
    for index in 5..8 {
        let digit = practice::image(practice::SEED, digits_core::data::Split::Test, index).1;
        assert!(text.contains(&format!("test {index}: {digit}")), "{text}");
    }
}

#[test]
fn nonsense_is_refused() {
    for arguments in [&["show", "--count", "-1"][..], &["show", "--split", "half"], &["write"], &[]] {
        assert_eq!(run(arguments).status.code(), Some(2), "{arguments:?}");
    }
    let output = run(&["show", "--count", "x"]);
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(text.contains("'--count <N>': expected a whole number from 0 to 4294967295"), "{text}");
    let file = tempfile::NamedTempFile::new().expect("a temporary file");
    let output = run(&["write", file.path().to_str().expect("UTF-8")]);
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).starts_with("error: cannot create "));
}
