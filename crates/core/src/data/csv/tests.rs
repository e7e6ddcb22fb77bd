//! The two readers of CSV, held against each other, and every mistake with its words.

use super::*;
use crate::data::{Split, practice};
use crate::random::{Purpose, below, generator};

const FILE: &str = "some/mnist_train.csv";

fn fast(text: &[u8]) -> Option<Examples> {
    Some(fast::parse(text).expect("memory can be read")?.into_examples().expect("labels").0)
}

fn judged(text: &[u8]) -> Result<Examples> {
    let rows = judge(text, Path::new(FILE), Labels::Required)?;
    assert_eq!(rows.notes, [""; 0]);
    Ok(rows.into_examples().expect("labels").0)
}

/// Practice digits as CSV.
fn good(len: usize) -> (Examples, Vec<u8>) {
    let examples = practice::examples(1, Split::Train, len);
    let mut text = Vec::new();
    write_to(&mut text, &examples).expect("memory takes everything");
    (examples, text)
}

#[test]
fn both_readers_read_what_was_written() {
    let (examples, text) = good(2500);
    assert!(text.len() > fast::BLOCK, "more than one block");
    assert!(fast(&text).expect("plain") == examples);
    assert!(judged(&text).expect("right") == examples);
}

#[test]
fn plain_variants_take_the_fast_way() {
    let (examples, text) = good(3);
    let text = String::from_utf8(text).expect("ASCII");
    let rows = text.split_once('\n').expect("a header").1;
    for variant in [
        rows.to_owned(),
        rows.trim_end().to_owned(),
        text.replace('\n', "\r\n"),
        text.replace("label,1x1,", "label,\"pixel, the first\","),
    ] {
        assert!(fast(variant.as_bytes()).expect("plain") == examples);
        assert!(judged(variant.as_bytes()).expect("right") == examples);
    }
}

#[test]
fn odd_variants_are_left_to_the_general_reader() {
    let (examples, text) = good(3);
    let text = String::from_utf8(text).expect("ASCII");
    for variant in [
        text.replace(",0,", ", 0 ,"),
        text.replace(",0,", ",\"0\","),
        text.replace(",0,", ",+0,"),
        text.replace(",0,", ",0000,"),
        text.replace('\n', "\n\n"),
        text.replace('\n', "\r"),
        format!("\u{feff}{}", text.split_once('\n').expect("a header").1),
    ] {
        assert!(fast(variant.as_bytes()).is_none());
        assert!(judged(variant.as_bytes()).expect("right") == examples);
    }
}

#[test]
fn the_fast_reader_never_differs_from_the_general_one() {
    let (_, text) = good(4);
    let odd = b"0123456789,,,\n\n\r\" .-+x\xff";
    let mut rng = generator(1, Purpose::Test, 0);
    for _ in 0..2000 {
        let mut text = text.clone();
        for _ in 0..=below(&mut rng, 2) {
            let at = below(&mut rng, text.len());
            let byte = odd[below(&mut rng, odd.len())];
            match below(&mut rng, 4) {
                0 => text[at] = byte,
                1 => text.insert(at, byte),
                2 => drop(text.remove(at)),
                _ => text.truncate(at),
            }
        }
        if let Some(fast) = fast(&text) {
            assert!(fast == judged(&text).expect("right, as the fast reader took it"));
        }
    }
}

/// The message for the text, less the file's name.
fn message(text: impl AsRef<[u8]>) -> String {
    assert_eq!(fast(text.as_ref()), None);
    let message = judged(text.as_ref()).expect_err("an error").to_string();
    let rest = message.strip_prefix(FILE).expect("the file's name").to_owned();
    rest.lines().next().expect("a line").to_owned()
}

#[test]
fn every_mistake_has_its_line_and_its_words() {
    let row = |label: &str, pixel: &str| format!("{label}{},{pixel}", ",0".repeat(PIXELS - 1));
    let after = |bad: String| format!("{}\r\n\r\n{}\r\n{bad}\r\n", row("label", "x"), row("7", "0"));

    assert_eq!(message(""), ": expected rows of images, found an empty file");
    let header = format!("{}\n", vec!["x"; FIELDS].join(","));
    assert_eq!(message(header), ": expected rows of images, found none in 1570 bytes");
    let fields = "expected 785 fields, a label and 28 x 28 grey levels, found";
    assert_eq!(message(after("7,0,0".to_owned())), format!(", line 4: {fields} 3 fields"));
    let long = row("7", "0") + ",0";
    assert_eq!(message(after(long)), format!(", line 4: {fields} 786 fields"));
    let page = "<!DOCTYPE html>\n";
    assert_eq!(message(page), ": expected rows of images as CSV, found a web page (HTML)");
    assert_eq!(message("no rows\n"), format!(", line 1: {fields} 1 field, `no rows`"));

    let pixel = ", line 4: expected a grey level 0 to 255 in field 785, found";
    assert_eq!(message(after(row("7", "256"))), format!("{pixel} `256`"));
    assert_eq!(message(after(row("7", "abc"))), format!("{pixel} `abc`"));
    assert_eq!(message(after(row("7", "\x1b[2J"))), format!("{pixel} `\u{fffd}[2J`"));
    assert_eq!(message(after(row("7", ""))), format!("{pixel} ``"));
    let label = "expected a label 0 to 9 in field 1, found";
    assert_eq!(message(after(row("10", "0"))), format!(", line 4: {label} `10`"));
    assert_eq!(message(after(row("abc", "0"))), format!(", line 4: {label} `abc`"));
    let text = "found grey levels without labels; column 1 holds text, such as `abc`";
    assert!(message(row("abc", "0")).ends_with(text));
}

#[test]
fn a_file_of_line_ends_asks_for_no_memory() {
    assert_eq!(fast(&vec![b'\n'; 100_000]), None);
    assert!(judged(&vec![b'\n'; 100_000]).is_err());
}

#[cfg(feature = "files")]
#[test]
fn a_missing_file_is_named() {
    let error = read_examples(Path::new("no/such/file.csv")).expect_err("an error").to_string();
    assert!(error.starts_with("cannot read no/such/file.csv: "), "{error}");
}

/// Protects images whose columns of pixels are called 1x1, 2x1, ...: digits show which way they lie, or nobody guesses.
#[test]
fn pixels_named_column_first_are_read_as_their_digits_lie() {
    let text = |len: usize, lying: bool, labelled: bool| {
        let (examples, _) = good(len);
        let names = (0..PIXELS).map(|at| format!("{}x{}", at % SIDE + 1, at / SIDE + 1));
        let header = labelled.then(|| "label".to_owned()).into_iter().chain(names);
        let mut text = header.collect::<Vec<_>>().join(",");
        for (index, label) in examples.labels().iter().enumerate() {
            let pixel =
                |at: usize| examples.image(index)[if lying { at % SIDE * SIDE + at / SIDE } else { at }];
            let label = labelled.then(|| label.to_string());
            let row = label.into_iter().chain((0..PIXELS).map(|at| pixel(at).to_string()));
            text += &format!("\n{}", row.collect::<Vec<_>>().join(","));
        }
        text
    };
    let file = Path::new(FILE);
    for lying in [false, true] {
        let rows = parse(text(200, lying, true).as_bytes(), file, Labels::Required).expect("digits tell");
        assert_eq!(rows.notes.len(), usize::from(lying), "{:?}", rows.notes);
        assert!(rows.into_examples().expect("labels").0 == good(200).0, "{lying}");
    }
    for (len, labelled) in [(20, true), (200, false)] {
        let error =
            parse(text(len, true, labelled).as_bytes(), file, Labels::Optional).expect_err("in doubt");
        assert!(error.to_string().contains("found names such as 1x1, 2x1, ..."), "{error}");
    }
}
