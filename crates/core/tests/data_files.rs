//! Writing files: one test for each kind of thing that may stand at the path, and the table in `docs/inputs.md`.
#![cfg(all(unix, feature = "files"))]

mod documented;

use std::fmt::Write as _;
use std::fs;
use std::io::{Read, Write};
use std::os::unix::fs::{FileTypeExt, MetadataExt, PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;

use digits_core::files::{Output, check_writable, distinct, write_whole};
use tempfile::TempDir;

fn folder() -> TempDir {
    tempfile::tempdir().expect("a temporary folder")
}

fn put(path: &Path, content: &str) {
    write_whole(path, |file| file.write_all(content.as_bytes())).expect("writes");
}

fn content(path: &Path) -> String {
    fs::read_to_string(path).expect("a file")
}

/// The message for a path that is refused, by the check and by the writer alike.
fn refusal(path: &Path) -> String {
    let checked = check_writable(path).expect_err("refused");
    let written = write_whole(path, |file| file.write_all(b"new")).expect_err("refused");
    assert_eq!(checked.to_string(), written.to_string());
    assert_eq!(checked.exit_code(), 1);
    checked.to_string()
}

/// The names in a folder, in alphabetical order.
fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("a folder");
    let mut names: Vec<String> =
        entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

fn make(program: &str, arguments: &[&str], path: &Path) -> bool {
    let made = Command::new(program).args(&arguments[..1]).arg(path).args(&arguments[1..]).output();
    made.is_ok_and(|made| made.status.success())
}

#[test]
fn a_new_file_gets_the_usual_mode_and_the_check_leaves_nothing() {
    let folder = folder();
    let path = folder.path().join("new.txt");
    check_writable(&path).expect("can be written");
    assert_eq!(names(folder.path()), [""; 0]);
    put(&path, "new");
    fs::write(folder.path().join("usual.txt"), "").expect("writes");
    let mode = |name: &str| fs::metadata(folder.path().join(name)).expect("there").mode();
    assert_eq!(mode("new.txt"), mode("usual.txt"));
    assert_eq!(names(folder.path()), ["new.txt", "usual.txt"]);
}

#[test]
fn a_failed_write_leaves_the_old_file_and_nothing_else() {
    let folder = folder();
    let path = folder.path().join("numbers.txt");
    put(&path, "old");
    let error = write_whole(&path, |file| {
        file.write_all(b"half of the n")?;
        Err(std::io::Error::other("the disk is full"))
    });
    let message = error.expect_err("fails").to_string();
    assert_eq!(message, format!("cannot write {}: the disk is full", path.display()), "the real path");
    assert_eq!(content(&path), "old");
    assert_eq!(names(folder.path()), ["numbers.txt"]);
}

#[test]
fn a_file_keeps_its_mode() {
    let folder = folder();
    let path = folder.path().join("secret");
    for mode in [0o600, 0o640, 0o755] {
        fs::write(&path, "old").expect("writes");
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).expect("its owner may");
        put(&path, "new");
        assert_eq!(fs::metadata(&path).expect("there").mode() & 0o777, mode);
        assert_eq!(content(&path), "new");
    }
}

#[test]
fn a_read_only_file_is_refused() {
    let folder = folder();
    let path = folder.path().join("precious");
    fs::write(&path, "old").expect("writes");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o444)).expect("its owner may");
    let message = refusal(&path);
    assert!(message.contains("it is read-only\nMake it writable, or name another file."), "{message}");
    assert_eq!(content(&path), "old");
}

#[test]
fn folders_and_what_looks_like_one_are_refused() {
    let folder = folder();
    let at = |name: &str| folder.path().join(name);
    fs::write(at("file"), "").expect("writes");
    for (path, words) in [
        (folder.path().to_owned(), "Give the name of a file in it."),
        (at("new/"), "Give the name of a file in it."),
        (at(".."), "Give the name of a file in it."),
        (at("missing/file"), "Make its folder first"),
        (at("file/file"), "Not a directory"),
        (at(&"n".repeat(300)), "name too long"),
        (PathBuf::new(), "Give the name of a file"),
    ] {
        let message = refusal(&path);
        assert!(message.contains(words), "{}: {message}", path.display());
    }
    assert_eq!(names(folder.path()), ["file"]);
}

#[test]
fn the_longest_name_that_a_file_can_have_is_written() {
    let folder = folder();
    let path = folder.path().join("n".repeat(255));
    put(&path, "new");
    assert_eq!(content(&path), "new");
}

#[test]
fn a_link_stays_and_its_target_is_written() {
    let folder = folder();
    let at = |name: &str| folder.path().join(name);
    fs::create_dir(at("elsewhere")).expect("makes it");
    fs::write(at("elsewhere/file"), "old").expect("writes");
    symlink("elsewhere/file", at("near")).expect("links");
    symlink("near", at("far")).expect("links");
    symlink("elsewhere/new", at("dangling")).expect("links");
    symlink("loop", at("loop")).expect("links");
    put(&at("far"), "new");
    assert_eq!(content(&at("elsewhere/file")), "new");
    put(&at("dangling"), "made");
    assert_eq!(content(&at("elsewhere/new")), "made");
    for link in ["near", "far", "dangling"] {
        assert!(fs::symlink_metadata(at(link)).expect("there").is_symlink(), "{link}");
    }
    refusal(&at("loop"));
}

#[test]
fn hard_links_stay_one_file() {
    let folder = folder();
    let (one, two) = (folder.path().join("one"), folder.path().join("two"));
    fs::write(&one, "the old content").expect("writes");
    fs::hard_link(&one, &two).expect("links");
    put(&one, "new");
    assert_eq!((content(&one), content(&two)), ("new".to_owned(), "new".to_owned()));
    let failed = write_whole(&one, |file| {
        file.write_all(b"half")?;
        Err(std::io::Error::other("the disk is full"))
    });
    assert!(failed.is_err());
    assert_eq!(content(&two), "new", "whatever fails, the old content stays");
}

#[test]
fn a_fifo_is_written_to_and_stays_one() {
    let folder = folder();
    let path = folder.path().join("fifo");
    if !make("mkfifo", &["-m600"], &path) {
        return; // a system without FIFOs
    }
    check_writable(&path).expect("asks without opening it, so that its reader is not disturbed");
    let reader = std::thread::spawn({
        let path = path.clone();
        move || {
            let mut text = String::new();
            fs::File::open(path).expect("opens").read_to_string(&mut text).expect("reads");
            text
        }
    });
    put(&path, "through");
    assert_eq!(reader.join().expect("no panic"), "through");
    assert!(fs::symlink_metadata(&path).expect("there").file_type().is_fifo());
}

#[test]
fn a_device_is_written_to_and_stays_one() {
    let folder = folder();
    let path = folder.path().join("nothing");
    // A node of the test's own, with the numbers of the one that swallows everything.
    let made = make("mknod", &["-m600", "c", "1", "3"], &path);
    if !made || fs::OpenOptions::new().write(true).open(&path).is_err() {
        return; // only root may make a node, and not everywhere
    }
    put(&path, "swallowed");
    assert!(fs::symlink_metadata(&path).expect("there").file_type().is_char_device());
    distinct(&[("--save", &path), ("--json", &path)], &[]).expect("a device is nobody's own");
    assert_eq!(names(folder.path()), ["nothing"]);
}

#[test]
fn what_killed_runs_left_is_removed_by_the_next() {
    let folder = folder();
    let leftover = folder.path().join(".digit-stages.abcdef.part");
    fs::write(&leftover, "half").expect("writes");
    fs::write(folder.path().join(".other.part"), "not ours").expect("writes");
    let path = folder.path().join("file");
    let mut unfinished = Output::begin(&folder.path().join("other")).expect("begins");
    unfinished.write_all(b"a run beside this one").expect("writes");
    put(&path, "new");
    assert!(!leftover.exists());
    unfinished.finish().expect("was left alone");
    assert_eq!(names(folder.path()), [".other.part", "file", "other"]);
}

#[test]
fn one_file_has_many_spellings() {
    let folder = folder();
    let at = |name: &str| folder.path().join(name);
    fs::create_dir(at("inner")).expect("makes it");
    symlink("inner", at("linked")).expect("links");
    fs::write(at("here"), "").expect("writes");
    fs::hard_link(at("here"), at("also")).expect("links");
    symlink("inner/new", at("dangling")).expect("links");
    for (one, two) in [
        ("new", "./new"),
        ("new", "inner/../new"),
        ("inner/new", "linked/new"),
        ("inner/new", "dangling"),
        ("here", "also"),
    ] {
        let (one, two) = (at(one), at(two));
        let error = distinct(&[("--save", &one), ("--json", &two)], &[("--load", &at("other"))])
            .expect_err("one file");
        assert_eq!(error.exit_code(), 2);
        assert!(error.to_string().starts_with("--save and --json name the same file, "), "{error}");
    }
    distinct(&[("--save", &at("inner/new")), ("--json", &at("new"))], &[]).expect("two files");
}

/// What may stand at a path, in words, and how it is made; devices, which need rights, have their own tests.
type Case = (&'static str, fn(&Path));

const CASES: [Case; 9] = [
    ("nothing", |_| {}),
    ("a regular file", |path| fs::write(path, "old").expect("writes")),
    ("a file with two names", |path| {
        fs::write(path, "old").expect("writes");
        fs::hard_link(path, path.with_extension("second")).expect("links");
    }),
    ("a link to a file", |path| {
        fs::write(path.with_extension("target"), "old").expect("writes");
        symlink("out.target", path).expect("links");
    }),
    ("a link to a file that is not there yet", |path| symlink("new", path).expect("links")),
    ("a link into a folder that is not there", |path| symlink("none/new", path).expect("links")),
    ("a link to itself", |path| symlink("out.json", path).expect("links")),
    ("a folder", |path| fs::create_dir(path).expect("makes it")),
    ("a read-only file", |path| {
        fs::write(path, "old").expect("writes");
        fs::set_permissions(path, fs::Permissions::from_mode(0o444)).expect("sets");
    }),
];

#[test]
fn the_table_says_what_happens_to_what_stands_at_a_path() {
    let mut table = "| at the path stands | what is written | what is said |\n|---|---|---|\n".to_owned();
    for (words, make) in CASES {
        let folder = folder();
        let path = folder.path().join("out.json");
        make(&path);
        let link = fs::read_link(&path).ok();
        let names_before = fs::metadata(&path).map_or(1, |there| there.nlink());
        let (what, said) = match write_whole(&path, |file| file.write_all(b"new")) {
            Ok(()) => {
                assert_eq!(content(&path), "new", "{words}");
                assert_eq!(fs::metadata(&path).expect("there").nlink(), names_before, "{words}");
                ("all of it", String::new())
            }
            Err(error) => ("nothing", error.to_string()),
        };
        assert_eq!(fs::read_link(&path).ok(), link, "{words}: a link stays");
        let said = documented::cell(&said.replace(&folder.path().display().to_string(), "FOLDER"));
        let _ = writeln!(table, "| {words} | {what} | {said} |"); // a String takes everything
    }
    documented::check("inputs.md", "outputs", &table, "cargo test -p core --test data_files");
}
