//! The kinds of CSV that are refused.

use digits_core::data::PIXELS;

use super::read::by_columns;
use super::{gzip, joined, levels, list, names, plain, scaled, text, zip};

/// In words, and the bytes.
pub(crate) fn cases() -> Vec<(&'static str, Vec<u8>)> {
    let rows = [of_labels(), of_rows(), of_codes(), of_values()].concat();
    rows.into_iter()
        .map(|(words, text)| (words, text.into_bytes()))
        .chain(of_size())
        .chain(of_formats())
        .collect()
}

type Case = (&'static str, String);

/// Labels that are missing, in doubt, or none.
fn of_labels() -> Vec<Case> {
    let names = names();
    let labelled =
        |write: fn(u8) -> String| text(None, |label, image| format!("{},{}", write(label), levels(image)));
    vec![
        ("rows without labels, to learn from", text(None, |_, image| levels(image))),
        (
            "first and last column could both be the label",
            text(None, |l, i| format!("{l},{},{l}", levels(&i[..PIXELS - 1]))),
        ),
        (
            "two columns named as labels",
            text(Some(&format!("label,{}y", ",".repeat(PIXELS - 1) + ",")), |l, i| {
                format!("{l},{},{l}", levels(i))
            }),
        ),
        ("a label above 9", plain().replacen('\n', "\n1", 1)),
        ("labels 1 to 10", labelled(|label| if label == 0 { "10".to_owned() } else { label.to_string() })),
        ("labels that are codes of letters", labelled(|label| (label + b'0').to_string())),
        (
            "labels in words of another language",
            labelled(|label| format!("cifra {}", "i".repeat(label.into()))),
        ),
        (
            "no label but in the names of files",
            text(Some(&format!("file,{names}")), |label, image| {
                format!("{label}_scan.png,{}", levels(image))
            }),
        ),
        ("ten columns of labels, two 1 in a row", {
            let places =
                |label: u8| (0..10).map(|digit| if digit == label { "1," } else { "0," }).collect::<String>();
            let rows = text(None, |label, image| places(label) + &levels(image));
            let bad = rows.find("0,1,").expect("a digit above 0");
            format!("{}1,1,{}", &rows[..bad], &rows[bad + 4..])
        }),
        (
            "a row of sums at the end",
            format!("{}Total,{}\n", plain(), joined(&[9; PIXELS], ",", |_| "9999".to_owned())),
        ),
    ]
}

/// Rows and columns that are no images of 28 x 28.
fn of_rows() -> Vec<Case> {
    let names = names();
    let cut = |image: &[u8]| [&image[..30], &image[image.len() - 34..]].concat();
    let rows: Vec<Vec<String>> =
        plain().lines().map(|line| line.split(',').map(str::to_owned).collect()).collect();
    let exchanged: Vec<String> = (0..=PIXELS)
        .map(|column| rows.iter().map(|row| row[column].clone()).collect::<Vec<_>>().join(",") + "\n")
        .collect();
    vec![
        ("images of 8 x 8, as scikit-learn's", text(None, |l, i| format!("{},{l}", levels(&cut(i))))),
        (
            "coloured images",
            text(None, |l, i| format!("{l},{}", joined(i, ",", |pixel| format!("{pixel},{pixel},{pixel}")))),
        ),
        ("rows and columns exchanged", exchanged.concat()),
        (
            "an image in one column, shortened by numpy",
            text(Some("label,image"), |label, _| format!("{label},\"[0 0 0 ... 0 0 0]\"")),
        ),
        (
            "an image in one column, one of them too short",
            text(Some("label,image"), |l, i| format!("{l},\"{}\"", list(i))).replacen("[0, ", "[", 1),
        ),
        (
            "names of files instead of pixels",
            text(Some("file,label"), |label, _| format!("scan.png,{label}")),
        ),
        (
            "twenty rows with pixels called 1x1, 2x1, ...",
            by_columns(&|row, column| format!("{row}x{column}")),
        ),
        ("words above the rows", format!("Digits of the third form\nwritten in May\n{}", plain())),
        (
            "images over 28 lines",
            text(None, |label, image| {
                let lines: Vec<String> = image.chunks(28).map(levels).collect();
                format!("{label}\n{}", lines.join("\n"))
            }),
        ),
        ("a row cut off", plain()[..plain().len() - 200].to_owned()),
        ("a quotation mark that is not closed", plain().replacen(",0,", ",\"0,", 1)),
        (
            "a column of numbers too many",
            text(Some(&format!("writer,label,{names}")), |l, i| format!("{},{l},{}", 7 * l, levels(i))),
        ),
    ]
}

/// Images in a code.
fn of_codes() -> Vec<Case> {
    let coded = |code: &dyn Fn(&[u8]) -> String| {
        text(Some("label,image"), |label, image| format!("{label},{}", code(image)))
    };
    let runs = |image: &[u8], run: &dyn Fn(usize, u8) -> String| {
        image
            .chunk_by(|one, two| one == two)
            .map(|same| run(same.len(), same[0]))
            .collect::<Vec<_>>()
            .join(" ")
    };
    vec![
        ("an image as hexadecimal digits", coded(&|image| joined(image, "", |pixel| format!("{pixel:02x}")))),
        ("an image in base64", coded(&|image| base64(image) + "==")),
        ("an image file in base64", coded(&|_| base64(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x1c"))),
        (
            "an image as bytes of Python",
            coded(&|image| format!("b'{}'", joined(image, "", |pixel| format!("\\x{pixel:02x}")))),
        ),
        ("run lengths: 12x0 3x255 ...", coded(&|image| runs(image, &|len, level| format!("{len}x{level}")))),
        ("run lengths: 12 0 3 255 ...", coded(&|image| runs(image, &|len, level| format!("{len} {level}")))),
        (
            "levels in hexadecimal without 0x",
            text(None, |l, i| format!("{l},{}", joined(i, ",", |pixel| format!("{pixel:02x}")))),
        ),
    ]
}

/// Base64 by its definition in RFC 4648, without the signs for what is missing at the end.
fn base64(bytes: &[u8]) -> String {
    let letters: Vec<char> = ('A'..='Z').chain('a'..='z').chain('0'..='9').chain(['+', '/']).collect();
    let bit = |at: usize| usize::from(bytes.get(at / 8).is_some_and(|byte| byte >> (7 - at % 8) & 1 == 1));
    let letter = |at: usize| letters[(6 * at..6 * at + 6).fold(0, |number, at| 2 * number + bit(at))];
    (0..(8 * bytes.len()).div_ceil(6)).map(letter).collect()
}

/// Values that are no grey levels.
fn of_values() -> Vec<Case> {
    let scaled = |level: fn(u8) -> String| String::from_utf8(scaled(level)).expect("text");
    let field = |field: &str| plain().replacen(",0,", &format!(",{field},"), 1);
    vec![
        ("a grey level of 256", plain().replacen(",255,", ",256,", 1)),
        ("a field without a value", field("")),
        ("a field NaN", field("NaN")),
        ("a comma between thousands", field("\"1,000\"")),
        ("a field that moves the cursor", field("\x1b[2J")),
        ("a field of ten megabytes", field(&"9".repeat(10 << 20))),
        ("values from -1 to 1", scaled(|pixel| (f64::from(pixel) / 127.5 - 1.0).to_string())),
        ("decimal commas between semicolons", plain().replace(',', ";").replacen(";0;", ";0,0;", 1)),
        (
            "decimal commas between tabs",
            text(None, |l, i| format!("{l}\t{}", joined(i, "\t", |pixel| format!("{pixel},5")))),
        ),
        ("standardised values", scaled(|pixel| (f64::from(pixel) / 78.6 - 0.42).to_string())),
        ("grey levels 0 to 15", scaled(|pixel| (pixel / 16).to_string())),
        ("grey levels 0 to 100", scaled(|pixel| (u32::from(pixel) * 100 / 255).to_string())),
        ("grey levels 0 to 65535", scaled(|pixel| (u32::from(pixel) * 257).to_string())),
        ("bytes with a sign", scaled(|pixel| pixel.cast_signed().to_string())),
        ("colours, a number each", scaled(|pixel| (-16_777_216 + 65_793 * i32::from(pixel)).to_string())),
        ("some images inverted, others not", {
            let rows = plain();
            let rows = rows.lines().enumerate().map(|(row, line)| {
                let (label, image) = line.split_once(',').expect("fields");
                let invert = |pixel: &str| (255 - pixel.parse::<u8>().expect("a level")).to_string();
                match row % 2 {
                    0 => format!("{line}\n"),
                    _ => format!("{label},{}\n", image.split(',').map(invert).collect::<Vec<_>>().join(",")),
                }
            });
            rows.collect()
        }),
    ]
}

/// Too little, or too much.
fn of_size() -> Vec<(&'static str, Vec<u8>)> {
    vec![
        ("an empty file", Vec::new()),
        ("nothing but a byte order mark", b"\xef\xbb\xbf".to_vec()),
        ("a first row without an end", vec![b','; 2 << 20]),
        ("a row without an end, behind others", [plain().as_bytes(), &vec![b','; 2 << 20]].concat()),
        ("a gzip bomb", gzip(("0,".repeat(PIXELS) + "0\n").repeat(12_000).as_bytes())),
        ("gzip in gzip", gzip(&gzip(plain().as_bytes()))),
        (
            "UTF-32",
            [
                &b"\xff\xfe\0\0"[..],
                &plain().chars().flat_map(|c| (c as u32).to_le_bytes()).collect::<Vec<_>>(),
            ]
            .concat(),
        ),
    ]
}

/// Other formats.
fn of_formats() -> Vec<(&'static str, Vec<u8>)> {
    vec![
        ("a web page", b"<!DOCTYPE html><title>Sign in</title>".to_vec()),
        ("Keras' mnist.npz", zip("x_test.npy")),
        ("a zip file with a CSV inside", zip("mnist_train.csv")),
        ("a workbook of Excel, .xlsx", zip("[Content_Types].xml")),
        ("a workbook of Excel, .xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 and so on".to_vec()),
        ("a spreadsheet of OpenDocument", zip("mimetypeapplication/vnd.oasis.opendocument.spreadsheet")),
        ("a table in HTML, called .xls", b"<table><tr><td>5</td></tr></table>".to_vec()),
        ("XML", b"<?xml version=\"1.0\"?><digits/>".to_vec()),
        ("a PDF", b"%PDF-1.4 and so on".to_vec()),
        ("Feather", b"ARROW1 and so on".to_vec()),
        ("data of R", gzip(b"RDX3\nX\n and so on")),
        ("a database of SQLite", b"SQLite format 3\0 and so on".to_vec()),
        ("an image", b"P5\n28 28\n255\n and so on".to_vec()),
        ("a network in safetensors", b"\x40\0\0\0\0\0\0\0{\"layers.0.bias\":{}}".to_vec()),
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
        ("a dictionary of Python", b"[{'label': 5, 'pixels': [0, 0]}]".to_vec()),
        ("SQL", b"INSERT INTO digits VALUES (5,0,0,0),(0,0,0,0);\n".to_vec()),
        (
            "SQL, behind comments",
            b"-- MySQL dump 10.13\n--\n-- Host: localhost\n\n/*!40101 SET NAMES utf8 */;\n".to_vec(),
        ),
        ("YAML", b"- label: 5\n  pixels: [0, 0, 0]\n".to_vec()),
        ("YAML, a list under a key", b"# digits\ndigits:\n  - label: 5\n".to_vec()),
        ("ARFF", b"% MNIST\n@RELATION mnist\n@ATTRIBUTE pixel1 REAL\n".to_vec()),
        ("LIBSVM", b"5 153:3 154:18 155:18\n0 128:51 129:159\n".to_vec()),
        ("Parquet", b"PAR1 and so on".to_vec()),
        ("an IDX file", vec![0, 0, 8, 3, 0, 0, 0, 1]),
        ("a pointer of Git LFS", b"version https://git-lfs.github.com/spec/v1\n".to_vec()),
    ]
}
