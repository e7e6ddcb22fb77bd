//! What people really have, kind by kind: each is read rightly, or refused with a message that helps. The table in
//! `docs/inputs.md` is made from these cases; to write it anew: `WRITE_TABLE=1 cargo test -p core --test data_inputs`.
#![cfg(feature = "files")]

mod documented;

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;

use digits_core::data::csv::{self, Labels};
use digits_core::data::source::{LoadOptions, load};
use digits_core::data::{Examples, PIXELS, Source, Split, idx, practice};
use digits_core::{Error, Result};
use flate2::{Compression, write::GzEncoder};

/// The images of all cases: each digit twice.
fn digits() -> Examples {
    practice::examples(1, Split::Train, 20)
}

/// Some rows of text: the header, then a row an image, made from its label and its grey levels.
fn text(header: Option<&str>, row: impl Fn(u8, &[u8]) -> String) -> String {
    let digits = digits();
    let rows = (0..digits.len()).map(|index| row(digits.labels()[index], digits.image(index)));
    header.map(str::to_owned).into_iter().chain(rows).map(|row| row + "\n").collect()
}

fn joined(image: &[u8], separator: &str, level: impl Fn(u8) -> String) -> String {
    image.iter().map(|&pixel| level(pixel)).collect::<Vec<_>>().join(separator)
}

fn levels(image: &[u8]) -> String {
    joined(image, ",", |pixel| pixel.to_string())
}

/// MNIST's own form, without a header.
fn plain() -> String {
    text(None, |label, image| format!("{label},{}", levels(image)))
}

/// The begin of a zip file whose first file has this name.
fn zip(name: &str) -> Vec<u8> {
    [&b"PK\x03\x04"[..], &[0; 26], name.as_bytes(), b" and so on"].concat()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::fast());
    gzip.write_all(bytes).expect("memory takes everything");
    gzip.finish().expect("memory takes everything")
}

fn utf16(text: &str) -> Vec<u8> {
    "\u{feff}".encode_utf16().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect()
}

fn scaled(level: fn(u8) -> String) -> Vec<u8> {
    text(None, |label, image| format!("{label},{}", joined(image, ",", level))).into_bytes()
}

/// The kinds of CSV that are read: in words, the bytes, and what differs from the images that were written.
fn read_as_they_are() -> Vec<(&'static str, Vec<u8>)> {
    let names: Vec<String> = (0..PIXELS).map(|pixel| format!("pixel{pixel}")).collect();
    let names = names.join(",");
    let last = |header: Option<&str>| text(header, |label, image| format!("{},{label}", levels(image)));
    let first = |header: &str| text(Some(header), |label, image| format!("{label},{}", levels(image)));
    let index = |label: u8, image: &[u8]| format!("{label},{}", levels(image));
    let mut counted = format!("id,label,{names}\n");
    for (row, line) in text(None, index).lines().enumerate() {
        let _ = writeln!(counted, "{row},{line}"); // a String takes everything
    }
    vec![
        ("label first, no header", plain().into_bytes()),
        ("label first, a header", first(&format!("label,{names}")).into_bytes()),
        ("label last, a header names it", last(Some(&format!("{names},class"))).into_bytes()),
        ("label last, no header", last(None).into_bytes()),
        ("a column that counts the rows", counted.into_bytes()),
        (
            "a header of numbers only",
            first(&(0..785).map(|n| n.to_string()).collect::<Vec<_>>().join(",")).into_bytes(),
        ),
        ("separated by semicolons", plain().replace(',', ";").into_bytes()),
        ("separated by tabs", plain().replace(',', "\t").into_bytes()),
        (
            "everything quoted",
            plain()
                .lines()
                .map(|l| format!("\"{}\"\n", l.replace(',', "\",\"")))
                .collect::<String>()
                .into_bytes(),
        ),
        ("lines that end with a carriage return", plain().replace('\n', "\r").into_bytes()),
        ("comment lines", format!("# made by hand\n{}", plain()).into_bytes()),
        ("a byte order mark", format!("\u{feff}{}", plain()).into_bytes()),
        ("UTF-16", utf16(&plain())),
        ("gzip", gzip(plain().as_bytes())),
        (
            "whole numbers written 5.0",
            text(None, |l, i| format!("{l}.0,{}", joined(i, ",", |p| format!("{p}.0")))).into_bytes(),
        ),
        (
            "whole numbers written 5.0e0, separated by spaces",
            text(None, |l, i| format!("{l} {}", joined(i, " ", |p| format!("{p:e}")))).into_bytes(),
        ),
        ("ink from 0 to 1", scaled(|pixel| (f64::from(pixel) / 255.0).to_string())),
        ("paper 255, ink 0", scaled(|pixel| (255 - pixel).to_string())),
        ("a comma at the end of each row", plain().replace('\n', ",\n").into_bytes()),
    ]
}

/// The kinds that are refused.
fn refused() -> Vec<(&'static str, Vec<u8>)> {
    let mut mixed = plain();
    let half = mixed.len() / 2;
    let line_end = half + mixed[half..].find('\n').expect("a line");
    let dark: String = mixed[line_end + 1..]
        .lines()
        .map(|line| {
            let (label, image) = line.split_once(',').expect("fields");
            let image: Vec<String> =
                image.split(',').map(|p| (255 - p.parse::<u8>().expect("a level")).to_string()).collect();
            format!("{label},{}\n", image.join(","))
        })
        .collect();
    mixed.truncate(line_end + 1);
    mixed += &dark;
    vec![
        ("an empty file", Vec::new()),
        ("nothing but a byte order mark", b"\xef\xbb\xbf".to_vec()),
        ("rows without labels, to learn from", text(None, |_, image| levels(image)).into_bytes()),
        (
            "first and last column could both be the label",
            text(None, |l, i| format!("{l},{},{l}", levels(&i[..PIXELS - 1]))).into_bytes(),
        ),
        (
            "two columns named as labels",
            text(Some(&format!("label,{}y", ",".repeat(PIXELS - 1) + ",")), |l, i| {
                format!("{l},{},{l}", levels(i))
            })
            .into_bytes(),
        ),
        ("a label above 9", plain().replacen("\n", "\n1", 1).into_bytes()),
        ("a grey level of 256", plain().replacen(",255,", ",256,", 1).into_bytes()),
        ("a field that moves the cursor", plain().replacen(",0,", ",\x1b[2J,", 1).into_bytes()),
        (
            "a field of ten megabytes",
            plain().replacen(",0,", &format!(",{},", "9".repeat(10 << 20)), 1).into_bytes(),
        ),
        ("values from -1 to 1", scaled(|pixel| (f64::from(pixel) / 127.5 - 1.0).to_string())),
        (
            "decimal commas between semicolons",
            plain().replace(',', ";").replacen(";0;", ";0,0;", 1).into_bytes(),
        ),
        ("standardised values", scaled(|pixel| (f64::from(pixel) / 78.6 - 0.42).to_string())),
        ("grey levels 0 to 15", scaled(|pixel| (pixel / 16).to_string())),
        ("some images inverted, others not", mixed.into_bytes()),
        ("a first row without an end", vec![b','; 2 << 20]),
        ("a row without an end, behind others", [plain().as_bytes(), &vec![b','; 2 << 20]].concat()),
        ("a gzip bomb", gzip(("0,".repeat(PIXELS) + "0\n").repeat(12_000).as_bytes())),
        ("a web page", b"<!DOCTYPE html><title>Sign in</title>".to_vec()),
        ("Keras' mnist.npz", zip("x_test.npy")),
        ("a zip file with a CSV inside", zip("mnist_train.csv")),
        ("a workbook of Excel, .xlsx", zip("[Content_Types].xml")),
        ("a workbook of Excel, .xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 and so on".to_vec()),
        ("a pickle of Python", b"\x80\x04\x95 and so on".to_vec()),
        ("MATLAB, version 7.3", b"MATLAB 7.3 MAT-file, and so on".to_vec()),
        ("a tar archive", [&b"digits.csv"[..], &[0; 247], b"ustar"].concat()),
        ("bzip2", b"BZh91AY&SY and so on".to_vec()),
        ("xz", b"\xfd7zXZ\0 and so on".to_vec()),
        ("Zstandard", b"\x28\xb5\x2f\xfd and so on".to_vec()),
        ("7-Zip", b"7z\xbc\xaf\x27\x1c and so on".to_vec()),
        ("RAR", b"Rar!\x1a\x07 and so on".to_vec()),
        ("JSON", b"[{\"label\": 5, \"pixels\": [0, 0]}]".to_vec()),
        ("JSON Lines", b"{\"label\": 5, \"pixels\": [0, 0]}\n".to_vec()),
        ("ARFF", b"% MNIST\n@RELATION mnist\n@ATTRIBUTE pixel1 REAL\n".to_vec()),
        ("LIBSVM", b"5 153:3 154:18 155:18\n0 128:51 129:159\n".to_vec()),
        ("Parquet", b"PAR1 and so on".to_vec()),
        ("an IDX file", vec![0, 0, 8, 3, 0, 0, 0, 1]),
        ("a pointer of Git LFS", b"version https://git-lfs.github.com/spec/v1\n".to_vec()),
    ]
}

/// A folder, made by the function, and what its data should be called.
type Folder = (&'static str, fn(&Path));

fn put(folder: &Path, name: &str, content: impl AsRef<[u8]>) {
    let path = folder.join(name);
    std::fs::create_dir_all(path.parent().expect("a folder")).expect("makes it");
    std::fs::write(path, content).expect("writes");
}

fn folders() -> Vec<Folder> {
    vec![
        ("MNIST's names for CSV, with one label in all of them", |folder| {
            let ones: String = plain().lines().map(|line| format!("1{}\n", &line[1..])).collect();
            put(folder, "mnist_train.csv", &ones);
            put(folder, "mnist_test.csv", &ones);
        }),
        ("Kaggle's files", |folder| {
            put(folder, "train.csv", plain());
            put(folder, "test.csv", text(None, |_, image| levels(image)));
        }),
        ("a file in a folder of its own name", |folder| {
            put(folder, "train-images-idx3-ubyte/train-images-idx3-ubyte", "");
        }),
        ("the layout of torchvision", |folder| {
            for name in [
                "train-images-idx3-ubyte",
                "train-labels-idx1-ubyte",
                "t10k-images-idx3-ubyte",
                "t10k-labels-idx1-ubyte",
            ] {
                put(folder, &format!("MNIST/raw/{name}"), "");
            }
        }),
        ("EMNIST's digits beside its letters", |folder| {
            let lying =
                |image: &[u8]| (0..PIXELS).map(|at| image[at % 28 * 28 + at / 28]).collect::<Vec<u8>>();
            let digits = practice::examples(1, Split::Train, 200);
            let pixels: Vec<u8> = (0..200).flat_map(|index| lying(digits.image(index))).collect();
            for (part, half) in [("digits", "train"), ("digits", "test"), ("letters", "train")] {
                let header =
                    |numbers: &[u32]| numbers.iter().flat_map(|n| n.to_be_bytes()).collect::<Vec<u8>>();
                let images = [&header(&[2051, 200, 28, 28])[..], &pixels].concat();
                put(folder, &format!("emnist-{part}-{half}-images-idx3-ubyte"), images);
                let labels = [&header(&[2049, 200])[..], digits.labels()].concat();
                put(folder, &format!("emnist-{part}-{half}-labels-idx1-ubyte"), labels);
            }
        }),
        ("a file of Keras", |folder| put(folder, "mnist.npz", zip("x_test.npy"))),
        #[cfg(unix)]
        ("a broken link", |folder| {
            std::os::unix::fs::symlink("gone", folder.join("mnist_train.csv")).expect("links");
            put(folder, "mnist_test.csv", plain());
        }),
        ("images in folders 0 to 9, for a program that reads none", |folder| {
            (0..10).for_each(|digit| put(folder, &format!("{digit}/one.png"), "an image"));
        }),
    ]
}

/// A message as the table shows it: without the temporary folder.
fn cell(message: &str, folder: &Path) -> String {
    documented::cell(&message.replace(&folder.display().to_string(), "FOLDER"))
}

const COMMAND: &str = "cargo test -p core --test data_inputs";

#[test]
fn every_file_is_read_rightly_or_refused_with_help() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let folder = place.path();
    let mut table = "| it has | it is | what is said |\n|---|---|---|\n".to_owned();
    let mut line = |words: &str, what: &str, said: &str| {
        let _ = writeln!(table, "| {words} | {what} | {said} |"); // a String takes everything
    };
    let read = |bytes: &[u8]| -> Result<csv::Rows> {
        let path = folder.join("digits.csv");
        std::fs::write(&path, bytes).expect("writes");
        let from_file = csv::read(&path, Labels::Required);
        let from_memory = csv::parse(bytes, &path, Labels::Required);
        assert_eq!(from_file.as_ref().ok(), from_memory.as_ref().ok());
        from_file
    };
    for (words, bytes) in read_as_they_are() {
        let rows = read(&bytes).unwrap_or_else(|error| panic!("{words}: {error}"));
        line(words, "read", &cell(&rows.notes.join("\n"), folder));
        assert!(rows.into_examples().expect("labels").0 == digits(), "{words}: the right digits");
    }
    for (words, bytes) in refused() {
        let error = read(&bytes).err().unwrap_or_else(|| panic!("{words} is read"));
        line(words, "refused", &cell(&error.to_string(), folder));
    }
    documented::check("inputs.md", "csv", &table, COMMAND);
}

#[test]
fn every_folder_is_read_rightly_or_refused_with_help() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let mut table = "| it holds | it is | what is said |\n|---|---|---|\n".to_owned();
    for (number, (words, make)) in folders().into_iter().enumerate() {
        let folder = place.path().join(number.to_string());
        std::fs::create_dir(&folder).expect("makes it");
        make(&folder);
        let loaded = load(&Source::Folder(folder.clone()), &LoadOptions::default(), &mut ());
        let (what, said) = match loaded {
            Ok(dataset) => ("read", dataset.notes.join("\n")),
            Err(error) => ("refused", error.to_string()),
        };
        let _ = writeln!(table, "| {words} | {what} | {} |", cell(&said, &folder)); // a String takes everything
    }
    documented::check("inputs.md", "folders", &table, COMMAND);
}

#[test]
fn rows_to_predict_need_no_label() {
    let unlabelled = text(None, |_, image| levels(image));
    let rows = csv::parse(unlabelled.as_bytes(), Path::new("test.csv"), Labels::Optional).expect("read");
    assert!(rows.labels.is_none() && rows.pixels == digits().pixels());
    let rows = csv::parse(plain().as_bytes(), Path::new("test.csv"), Labels::Optional).expect("read");
    assert_eq!(rows.labels.as_deref(), Some(digits().labels()));
    let one = plain().lines().nth(1).expect("a row").to_owned();
    let rows = csv::parse(one.as_bytes(), Path::new("test.csv"), Labels::Optional).expect("read");
    assert_eq!(rows.pixels, digits().image(1));
}

#[test]
fn a_file_is_parted_by_its_share_and_seed() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let path = place.path().join("train.csv");
    std::fs::write(&path, plain()).expect("writes");
    let source = Source::named(path.as_os_str()).expect("a source");
    assert_eq!(source, Source::File(path.clone()));
    let options = LoadOptions { test_share: 0.5, ..LoadOptions::default() };
    let dataset = load(&source, &options, &mut ()).expect("read");
    assert_eq!((dataset.train.len(), dataset.test.len()), (10, 10));
    assert_eq!((dataset.name.as_str(), &dataset.source), ("the data in train.csv", &source));
    let options = LoadOptions { test_share: 0.01, ..LoadOptions::default() };
    assert!(matches!(load(&source, &options, &mut ()), Err(Error::Usage(_))));
}

#[test]
fn data_that_cannot_be_listed_is_an_error() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let data = place.path().join("data");
    std::fs::write(&data, "a file, no folder").expect("writes");
    let options = LoadOptions { data, ..LoadOptions::default() };
    let error = load(&Source::Default, &options, &mut ()).expect_err("not the practice digits");
    assert!(error.to_string().starts_with("cannot read the folder "), "{error}");
}

#[test]
fn what_is_too_large_is_refused_before_it_is_read() {
    let place = tempfile::tempdir().expect("a temporary folder");
    // Files of zeros that take no room on the disk.
    let sparse = |name: &str, begin: &[u8]| {
        let path = place.path().join(name);
        std::fs::write(&path, begin).expect("writes");
        let file = std::fs::File::options().write(true).open(&path).expect("opens");
        file.set_len(20 << 30).is_ok().then_some(path)
    };
    let header: Vec<u8> =
        [2051u32, 25_000_000, 28, 28].iter().flat_map(|number| number.to_be_bytes()).collect();
    let (Some(rows), Some(images)) = (sparse("rows.csv", b"7,0"), sparse("images", &header)) else {
        return; // a file system without such files
    };
    let error = csv::read(&rows, Labels::Required).expect_err("too large").to_string();
    assert!(error.contains("expected at most 1073741824 bytes of text, found 21474836480"), "{error}");
    let error = idx::read(&images, &rows).expect_err("too large").to_string();
    assert!(error.contains("expected at most 1073741824 bytes of items, found 19600000000"), "{error}");
}
