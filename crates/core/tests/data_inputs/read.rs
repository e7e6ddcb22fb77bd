//! The kinds of CSV that are read.

use std::fmt::Write as _;

use digits_core::data::PIXELS;

use super::{gzip, joined, levels, list, names, plain, scaled, text, utf16};

const WORDS: [&str; 10] = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"];

/// In words, and the bytes. Each holds the same digits.
pub(crate) fn cases() -> Vec<(&'static str, Vec<u8>)> {
    let mut cases = of_columns();
    cases.extend(of_text());
    cases.extend(of_labels());
    cases.extend(of_lists());
    cases.into_iter().map(|(words, text)| (words, text.into_bytes())).chain(of_bytes()).collect()
}

type Case = (&'static str, String);

/// Where labels, pixels and other columns stand.
fn of_columns() -> Vec<Case> {
    let names = names();
    let last = |header: Option<&str>| text(header, |label, image| format!("{},{label}", levels(image)));
    let first = |header: &str| text(Some(header), |label, image| format!("{label},{}", levels(image)));
    // Each row of MNIST's own form with something before it, made from its number.
    let before = |header: &str, field: fn(usize) -> String| {
        let mut rows = format!("{header}\n");
        for (row, line) in plain().lines().enumerate() {
            let _ = writeln!(rows, "{},{line}", field(row)); // a String takes everything
        }
        rows
    };
    let mut sorted: Vec<usize> = (0..PIXELS).collect();
    sorted.sort_by_key(usize::to_string);
    let sorted_names: Vec<String> = sorted.iter().map(|pixel| format!("pixel{pixel}")).collect();
    vec![
        ("label first, no header", plain()),
        ("label first, a header", first(&format!("label,{names}"))),
        ("label last, a header names it", last(Some(&format!("{names},class")))),
        ("label last, no header", last(None)),
        ("a column that counts the rows", before(&format!("id,label,{names}"), |row| row.to_string())),
        (
            "two columns that count the rows, as pandas makes them",
            before(&format!(",index,label,{names}"), |row| format!("{row},{}", row + 7)),
        ),
        (
            "names of rows, and no name above them, as R writes them",
            before(&format!("label,{names}"), |row| format!("\"{}\"", row + 1)),
        ),
        ("a column of text", before(&format!("file,label,{names}"), |row| format!("scan-{row}.png"))),
        ("a header of numbers only", first(&(0..785).map(|n| n.to_string()).collect::<Vec<_>>().join(","))),
        (
            "columns sorted by name, pixel10 behind pixel1",
            text(Some(&format!("label,{}", sorted_names.join(","))), |label, image| {
                let pixels: Vec<u8> = sorted.iter().map(|&pixel| image[pixel]).collect();
                format!("{label},{}", levels(&pixels))
            }),
        ),
        (
            "words above the table, and commas behind them, as Excel leaves them",
            format!("Digits of May{}\n", ",".repeat(PIXELS)) + &first(&format!("label,{names}")),
        ),
        ("the header once more among the rows", {
            let header = format!("label,{names}");
            first(&header).replacen("\n9", &format!("\n{header}\n9"), 1)
        }),
        ("a comma at the end of each row", plain().replace('\n', ",\n")),
        ("names behind #, as numpy.savetxt writes them", last(Some(&format!("# {names},label")))),
        ("pixels column by column: r1c1, r2c1, ...", by_columns(&|row, column| format!("r{row}c{column}"))),
        ("pixels column by column: x1y1, x1y2, ...", by_columns(&|row, column| format!("x{column}y{row}"))),
        ("x before y, row by row: x1y1, x2y1, ...", {
            let name = |at: usize| format!(",x{}y{}", at % 28 + 1, at / 28 + 1);
            first(&format!("label{}", (0..PIXELS).map(name).collect::<String>()))
        }),
        (
            "a first row that pandas took for a header: 0, 0.1, 0.2, ...",
            plain().replacen(",0,0,0,", ",0,0.1,0.2,", 1),
        ),
    ]
}

/// Images whose columns stand one behind the other, with a name for each pixel made from its row and column.
pub(crate) fn by_columns(name: &dyn Fn(usize, usize) -> String) -> String {
    let header: String = (0..PIXELS).map(|at| format!(",{}", name(at % 28 + 1, at / 28 + 1))).collect();
    text(Some(&format!("label{header}")), |label, image| {
        let turned: Vec<u8> = (0..PIXELS).map(|at| image[at % 28 * 28 + at / 28]).collect();
        format!("{label},{}", levels(&turned))
    })
}

/// How text and numbers are written.
fn of_text() -> Vec<Case> {
    let rows = plain();
    let among = |line: &str| rows.replacen('\n', &format!("\n{line}\n"), 1) + line + "\n";
    let scaled = |level: fn(u8) -> String| String::from_utf8(scaled(level)).expect("text");
    vec![
        ("separated by semicolons", rows.replace(',', ";")),
        ("a first line sep=; as Excel writes it", format!("sep=;\r\n{}", rows.replace(',', ";"))),
        ("separated by tabs", rows.replace(',', "\t")),
        ("separated by spaces, in columns of equal width", {
            text(None, |label, image| {
                format!("{label:3} {} ", joined(image, " ", |pixel| format!("{pixel:3}")))
            })
        }),
        (
            "everything quoted",
            rows.lines().map(|l| format!("\"{}\"\n", l.replace(',', "\",\""))).collect::<String>(),
        ),
        ("lines that end with a carriage return", rows.replace('\n', "\r")),
        ("lines of spaces or tabs", among("  \t ")),
        ("lines of commas alone, as Excel leaves them", among(&",".repeat(PIXELS))),
        ("comment lines", format!("# made by hand\n{rows}")),
        (
            "comment lines with other signs",
            format!("% made by hand\n// in May\n; and June\n{rows}-- the end\n"),
        ),
        ("a table in Markdown", {
            let names: Vec<String> = names().split(',').map(|name| format!(" {name} |")).collect();
            let rule = "---|".repeat(PIXELS + 1);
            let rows = rows.lines().map(|line| format!("| {} |\n", line.replace(',', " | ")));
            format!("# Digits\n\n| label |{}\n|{rule}\n{}", names.concat(), rows.collect::<String>())
        }),
        ("a table as psql prints it", {
            let rule = ["---"; PIXELS + 1].join("+");
            let rows: String = rows.lines().map(|line| format!(" {} \n", line.replace(',', " | "))).collect();
            format!(" label | {} \n{rule}\n{rows}", names().replace(',', " | "))
        }),
        ("numbers in hexadecimal, 0xff", scaled(|pixel| format!("{pixel:#04x}"))),
        ("brackets around each row", rows.lines().map(|line| format!("[{line}]\n")).collect()),
        ("a byte order mark", format!("\u{feff}{rows}")),
        (
            "whole numbers written 5.0",
            text(None, |l, i| format!("{l}.0,{}", joined(i, ",", |p| format!("{p}.0")))),
        ),
        (
            "whole numbers written 5.0e0, separated by spaces",
            text(None, |l, i| format!("{l} {}", joined(i, " ", |p| format!("{p:e}")))),
        ),
        ("ink from 0 to 1", scaled(|pixel| (f64::from(pixel) / 255.0).to_string())),
        ("paper 255, ink 0", scaled(|pixel| (255 - pixel).to_string())),
    ]
}

/// How labels are written.
fn of_labels() -> Vec<Case> {
    let labelled =
        |write: fn(u8) -> String| text(None, |label, image| format!("{},{}", write(label), levels(image)));
    fn places(label: u8, separator: &str) -> String {
        (0..10).map(|digit| u8::from(digit == label).to_string()).collect::<Vec<_>>().join(separator)
    }
    vec![
        ("labels in words", labelled(|label| WORDS[usize::from(label)].to_owned())),
        ("labels such as digit_5", labelled(|label| format!("digit_{label}"))),
        ("labels such as b'5', as Python writes bytes", labelled(|label| format!("b'{label}'"))),
        ("labels between apostrophes", labelled(|label| format!("'{label}'"))),
        ("labels as lists of ten, a 1 in them", labelled(|label| format!("\"[{}]\"", places(label, ", ")))),
        ("labels as ten columns, a 1 in one of them", labelled(|label| places(label, ","))),
        (
            "the same behind the pixels, as True and False",
            text(None, |label, image| {
                let places = places(label, ",").replace('0', "False").replace('1', "True");
                format!("{},{places}", levels(image))
            }),
        ),
    ]
}

/// Images in one column.
fn of_lists() -> Vec<Case> {
    let lists = |write: fn(u8, &[u8]) -> String| text(Some("label,image"), write);
    vec![
        ("an image in one column, as a list", lists(|label, image| format!("{label},\"{}\"", list(image)))),
        (
            "an image in one column, numbers between spaces, and a column of text",
            text(Some("emotion,pixels,Usage"), |label, image| {
                format!("{label},{},Training", joined(image, " ", |pixel| pixel.to_string()))
            }),
        ),
        (
            "an image in one column, as numpy prints it, over lines",
            lists(|label, image| {
                let rows: Vec<String> = image
                    .chunks(28)
                    .map(|row| format!("[{}]", joined(row, " ", |p| p.to_string())))
                    .collect();
                format!("{label},\"[{}]\"", rows.join("\n "))
            }),
        ),
        (
            "the label behind an image in one column, between semicolons",
            text(Some("image;label"), |label, image| format!("{};{label}", list(image))),
        ),
    ]
}

fn of_bytes() -> [(&'static str, Vec<u8>); 2] {
    [("UTF-16", utf16(&plain())), ("gzip", gzip(plain().as_bytes()))]
}
