//! The program as a user runs it: images, rows, answers for people and for scripts, and everything that can be wrong.

mod network;

use digits_core::checkpoint::Checkpoint;
use digits_core::data::{PIXELS, SIDE, Split, csv, practice};
use digits_core::network::Network;
use flate2::Compression;
use flate2::write::GzEncoder;
use image::{GrayImage, Luma};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::OnceLock;
use tempfile::TempDir;

/// A folder that all tests share: a network that reads practice digits, images and rows.
fn folder() -> &'static Path {
    static FOLDER: OnceLock<TempDir> = OnceLock::new();
    let made = FOLDER.get_or_init(|| {
        let folder = tempfile::tempdir().expect("a folder");
        let here = |name: &str| folder.path().join(name);
        network::save(&here("net.safetensors"));
        let metadata = [("stage".to_owned(), "momentum".to_owned())].into();
        let other = Network::<f32>::new(9, 1).to_checkpoint(metadata);
        other.save(&here("momentum.safetensors")).expect("saves");

        sheet(&[seven()]).save(here("seven.png")).expect("writes");
        sheet(&[seven(), seven(), seven()]).save(here("three.png")).expect("writes");
        sheet(&[]).save(here("blank.png")).expect("writes");
        csv::write(&here("rows.csv"), &practice::examples(1, Split::Test, 30)).expect("writes");
        std::fs::write(here("notes.txt"), "hello\x1b[31m\n").expect("writes");
        std::fs::write(here("photo.heic"), b"\0\0\0\x18ftypheic\0\0\0\0").expect("writes");
        folder
    });
    made.path()
}

/// A 7, drawn by code.
fn seven() -> [u8; PIXELS] {
    let found = (0..).map(|index| practice::image(1, Split::Train, index)).find(|(_, digit)| *digit == 7);
    found.expect("one of ten").0
}

/// Images beside each other on white paper, each pixel eight pixels large.
fn sheet(digits: &[[u8; PIXELS]]) -> GrayImage {
    const SCALE: u32 = 8;
    let side = SIDE as u32;
    GrayImage::from_fn(SCALE * side * digits.len().max(1) as u32, SCALE * side, |x, y| {
        let (x, y) = (x / SCALE, y / SCALE);
        let digit = digits.get((x / side) as usize);
        Luma([digit.map_or(255, |digit| 255 - digit[(y * side + x % side) as usize])])
    })
}

fn run(args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_predict"));
    command.current_dir(folder()).args(args).stdin(Stdio::null()).output().expect("the program starts")
}

/// Runs with the network, and returns the exit code and what stands on both outputs.
fn predict(args: &[&str]) -> (i32, String, String) {
    let output = run(&[&["--model", "net.safetensors"], args].concat());
    let text = |bytes| String::from_utf8(bytes).expect("text");
    (output.status.code().expect("an exit code"), text(output.stdout), text(output.stderr))
}

/// The same, with both outputs as one text.
fn predict_all(args: &[&str]) -> (i32, String) {
    let (code, text, complaints) = predict(args);
    (code, text + &complaints)
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).expect("JSON")
}

#[test]
fn a_digit_is_drawn_beside_its_ten_outputs() {
    let (code, text, complaints) = predict(&["seven.png"]);
    assert_eq!((code, complaints.as_str()), (0, ""));
    assert!(text.contains("trained by improved") && text.contains("seven.png: 7\n"), "{text}");
    assert!(text.contains("probability") && text.contains('█'), "{text}");
    // A network that stage 5 saved has other names, and other units.
    let text =
        String::from_utf8(run(&["--model", "momentum.safetensors", "seven.png"]).stdout).expect("text");
    assert!(text.contains("trained by momentum") && text.contains("no probabilities"), "{text}");
}

#[test]
fn several_digits_are_one_answer_and_a_blank_sheet_has_none() {
    let (code, text, _) = predict(&["three.png", "blank.png"]);
    assert_eq!(code, 0);
    assert!(text.contains("three.png: 7 7 7\n") && text.contains("blank.png: no digit found\n"), "{text}");
    assert_eq!(text.matches("probability").count(), 3, "{text}");
}

#[test]
fn rows_are_compared_with_their_labels_and_drawn_close_together() {
    let (code, text, _) = predict(&["rows.csv"]);
    assert_eq!(code, 0);
    assert!(text.contains("rows.csv, row 1: ") && text.contains("of 30 labelled images correct"), "{text}");
    let lines = text.lines().count();
    assert!((30 / 4 * SIDE / 2..30 * SIDE / 2).contains(&lines), "each is drawn, beside others: {lines}");
    let row =
        |number: usize| text.lines().position(|line| line.contains(&format!("rows.csv, row {number}: ")));
    assert_eq!(row(2), row(1).map(|line| line + 1), "above the images of both");
}

#[test]
fn packed_rows_are_read_as_well() {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::fast());
    csv::write_to(&mut gzip, &practice::examples(1, Split::Test, 3)).expect("memory takes everything");
    std::fs::write(folder().join("rows.csv.gz"), gzip.finish().expect("memory")).expect("writes");
    let (code, text, complaints) = predict(&["rows.csv.gz"]);
    assert_eq!((code, complaints.as_str()), (0, ""));
    assert!(text.contains("rows.csv.gz, row 3: "), "{text}");
}

#[test]
fn one_bad_file_does_not_lose_the_other_answers() {
    let (code, text, complaints) =
        predict(&["photo.heic", "seven.png", "none.png", "notes.txt", "blank.png"]);
    assert_eq!(code, 1);
    assert!(text.contains("seven.png: 7\n") && text.contains("blank.png: no digit found"), "{text}");
    assert_eq!(complaints.matches("error: ").count(), 3, "{complaints}");
    assert!(complaints.contains("HEIC") && complaints.contains("none.png"), "{complaints}");
    std::fs::write(folder().join("empty.png"), "").expect("writes");
    let (code, said) = predict_all(&["empty.png"]);
    assert!(code == 1 && said.contains("expected an image or a CSV file, found an empty file"), "{said}");
    assert!(!complaints.contains('\x1b') && !text.contains('\x1b'), "no control characters of files");
}

#[test]
fn scripts_get_json_on_standard_output_and_people_read_standard_error() {
    let (code, text, people) = predict(&["--json", "-", "three.png", "blank.png", "photo.heic", "rows.csv"]);
    assert_eq!(code, 1);
    assert!(people.contains("three.png: 7 7 7"), "{people}");
    let list = json(&text)["predictions"].as_array().expect("a list").clone();
    assert_eq!(list.len(), 3 + 30);
    assert_eq!((&list[0]["file"], &list[0]["row"]), (&Value::from("three.png"), &Value::Null));
    let digits = list[0]["digits"].as_array().expect("a list");
    let column = |index: usize| digits[index]["box"][0].as_u64().expect("a number") / (8 * SIDE as u64);
    assert_eq!((digits.len(), column(0), column(1), column(2)), (3, 0, 1, 2));
    assert!(digits[0]["digit"] == 7 && digits[0]["probability"].as_f64() > Some(0.5), "{text}");
    assert_eq!(list[1]["digits"], Value::from(Vec::<Value>::new()));
    assert!(
        list[2]["error"].as_str().is_some_and(|error| error.contains("HEIC")) && list[2]["digits"].is_null()
    );
    assert_eq!((&list[3]["row"], list[3]["digits"][0]["box"][3].as_u64()), (&Value::from(1), Some(28)));
}

#[test]
fn csv_has_a_row_for_each_digit() {
    let (code, _, _) = predict(&["--csv", "answers.csv", "three.png", "blank.png", "none, there.png"]);
    assert_eq!(code, 1);
    let text = std::fs::read_to_string(folder().join("answers.csv")).expect("written");
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines[0], "file,row,position,digit,probability,x,y,width,height,error,doubt");
    assert!(lines[1].starts_with("three.png,,1,7,0.") && lines[3].starts_with("three.png,,3,7,"), "{text}");
    assert_eq!(lines[4], "blank.png,,,,,,,,,no digit found,");
    assert!(lines[5].starts_with("\"none, there.png\",,,,,,,,,\"cannot read none, there.png"), "{text}");
    assert!(lines.iter().take(5).all(|line| line.split(',').count() == 11), "{text}");
}

#[test]
fn without_a_network_a_small_one_is_trained_and_said_to_be() {
    let output = run(&["seven.png"]);
    let text = String::from_utf8(output.stdout).expect("text");
    assert!(output.status.success() && text.contains("practice digits"), "{text}");
    assert!(
        text.contains("a small one was trained in") && text.contains("test images are correct"),
        "{text}"
    );
    assert!(text.contains("seven.png: 7\n"), "{text}");
}

/// Protects those who mistype a name from waiting seconds for the error.
#[test]
fn where_nothing_can_be_read_no_network_is_trained() {
    let output = run(&["none.png", "photo.heic"]);
    let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(said.matches("error: ").count(), 2, "{said}");
    assert!(!said.contains("trained"), "{said}");
}

/// Protects the flags for files that say nothing about their network.
#[test]
fn what_a_file_does_not_say_is_taken_from_flags_or_assumed_aloud() {
    let mut net = Checkpoint::load(&folder().join("net.safetensors")).expect("loads");
    net.metadata.clear();
    net.save(&folder().join("silent.safetensors")).expect("saves");
    let with = |flags: &[&str]| {
        let output = run(&[&["--model", "silent.safetensors"], flags, &["seven.png"]].concat());
        let text = [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).expect("text"));
        (output.status.code(), text.concat())
    };
    let (code, text) = with(&[]);
    assert_eq!(code, Some(0));
    assert!(text.contains("assumed: relu hidden units, softmax outputs, inputs from 0 to 1"), "{text}");
    let said =
        ["--activation", "relu", "--loss", "cross-entropy", "--input-scale", "255", "--input-mean", "-1.5"];
    let (code, text) = with(&said);
    assert_eq!(code, Some(0));
    assert!(!text.contains("assumed"), "{text}");
    assert!(text.contains("its inputs are (x · 255 - -1.5) / 1"), "{text}");
    for wrong in [["--input-std", "0"], ["--input-scale", "wide"], ["--input-mean", "inf"]] {
        assert_eq!(with(&wrong).0, Some(2), "{wrong:?}");
    }
    let (code, text) = predict_all(&["--input-scale", "255", "seven.png"]);
    assert_eq!(code, 1, "the file of a stage has plain inputs");
    assert!(text.contains("expected 255 as input_scale, as was asked for, found 1"), "{text}");
}

#[test]
fn what_makes_no_sense_is_refused() {
    for args in [
        &[][..],
        &["--json", "-", "--csv", "-", "seven.png"],
        &["--modell", "x", "seven.png"],
        // Nothing that is read is written over.
        &["--json", "./seven.png", "seven.png"],
        &["--csv", "rows.csv", "seven.png", "rows.csv"],
        &["--model", "momentum.safetensors", "--json", "momentum.safetensors", "seven.png"],
    ] {
        assert_eq!(run(args).status.code(), Some(2), "{args:?}");
    }
    for (args, message) in [
        (&["--model", "rows.csv", "seven.png"][..], "expected a safetensors file"),
        (&["--model", "none", "seven.png"], "none"),
        (&["--json", "no/such/folder/file", "seven.png"], "no/such/folder"),
    ] {
        let output = run(args);
        assert_eq!(output.status.code(), Some(1), "{args:?}");
        let complaints = String::from_utf8(output.stderr).expect("text");
        assert!(complaints.contains(message), "{complaints}");
        assert!(output.stdout.is_empty(), "no answer");
    }
}

/// Protects the data in the folder that a network is trained on where none is named.
#[test]
fn nothing_is_written_over_the_data_that_the_network_would_learn_from() {
    let place = tempfile::tempdir().expect("a folder");
    let data = place.path().join("data");
    std::fs::create_dir(&data).expect("makes it");
    std::fs::write(data.join("mnist_train.csv"), "0,0").expect("writes");
    let mut command = Command::new(env!("CARGO_BIN_EXE_predict"));
    command.current_dir(place.path()).args(["--csv", "data/mnist_train.csv"]).arg(folder().join("seven.png"));
    let output = command.stdin(Stdio::null()).output().expect("the program starts");
    let told = String::from_utf8(output.stderr).expect("text");
    assert_eq!(output.status.code(), Some(2), "{told}");
    assert!(told.contains("mnist_train.csv, which is read (the data to learn from)"), "{told}");
    assert_eq!(std::fs::read(data.join("mnist_train.csv")).expect("there"), b"0,0");
}

#[test]
fn of_very_many_digits_the_first_are_drawn_and_that_is_said() {
    csv::write(&folder().join("many.csv"), &practice::examples(1, Split::Test, 230)).expect("writes");
    let (code, text, _) = predict(&["many.csv"]);
    assert_eq!(code, 0);
    assert!(
        text.contains("many.csv, row 230: ") && text.contains("Drawn are the first 200 digits."),
        "{text}"
    );
    assert!(text.contains("of 230 labelled images correct"), "{text}");
}

#[cfg(unix)]
#[test]
fn names_of_files_need_not_be_text() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    let name = PathBuf::from(OsStr::from_bytes(b"seven\xff\x1b[31m.png"));
    std::fs::copy(folder().join("seven.png"), folder().join(&name)).expect("copies");
    let mut command = Command::new(env!("CARGO_BIN_EXE_predict"));
    command.current_dir(folder()).args(["--model", "net.safetensors"]).arg(&name);
    let output = command.output().expect("the program starts");
    let text = String::from_utf8(output.stdout).expect("text");
    assert!(output.status.success() && text.contains("\u{fffd}\u{fffd}[31m.png: 7"), "{text}");
    assert!(!text.contains('\x1b'), "{text}");
}

/// `>&-` and its kin, and `| head -1`: what was asked for as a file is written, and nobody complains.
#[cfg(unix)]
#[test]
fn closed_streams_and_readers_who_leave_take_no_file_away() {
    let folder = folder();
    csv::write(&folder.join("long.csv"), &practice::examples(1, Split::Test, 150)).expect("writes");
    let program = env!("CARGO_BIN_EXE_predict");
    for end in [">&-", "2>&-", ">&- 2>&-", "<&-", "| head -1"] {
        let script = format!("'{program}' --model net.safetensors --json left.json long.csv seven.png {end}");
        let mut shell = Command::new("sh");
        let output = shell.args(["-c", &script]).current_dir(folder).output().expect("starts");
        assert!(output.status.success(), "{end}");
        assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{end}");
        let file = folder.join("left.json");
        json(&std::fs::read_to_string(&file).expect("it was written"));
        std::fs::remove_file(file).expect("it is there");
    }
}
