//! The program as its users meet it.

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
    let file = tempfile::NamedTempFile::new().expect("a temporary file");
    let output = run(&["write", file.path().to_str().expect("UTF-8")]);
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).starts_with("error: cannot create "));
}
