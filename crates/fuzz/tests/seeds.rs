//! Writes the inputs that fuzzing begins with: one of each kind that the readers know.
//! `cargo test -p fuzz --test seeds -- --ignored`

use digits_core::data::{Examples, PIXELS, SIDE, Split, csv, practice};
use flate2::Compression;
use flate2::write::GzEncoder;
use half::{bf16, f16};
use image::{DynamicImage, GrayImage, ImageFormat, Luma};
use std::io::{Cursor, Write};
use std::path::Path;

fn put(check: &str, name: &str, bytes: impl AsRef<[u8]>) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus").join(check);
    std::fs::create_dir_all(&folder).expect("makes it");
    std::fs::write(folder.join(name), bytes).expect("writes");
}

fn digits(count: usize) -> Examples {
    practice::examples(1, Split::Train, count)
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
    gzip.write_all(bytes).expect("memory takes everything");
    gzip.finish().expect("memory takes everything")
}

/// A label as ten columns, after others.
fn one_hot(label: &str) -> String {
    (0..10).map(|digit| if label == digit.to_string() { ",1" } else { ",0" }).collect()
}

#[test]
#[ignore = "writes the corpus"]
fn rows() {
    let mut text = Vec::new();
    csv::write_to(&mut text, &digits(2)).expect("memory takes everything");
    let headed = String::from_utf8(text).expect("ASCII");
    let (_, plain) = headed.split_once('\n').expect("a header");
    let images = || plain.lines().map(|line| line.split_once(',').expect("a label"));
    let lines =
        |line: &dyn Fn((&str, &str)) -> String| images().map(|row| line(row) + "\n").collect::<String>();
    let floats = plain.replace(",255", ",1.0").replace(",9", ",0.9");
    for (name, text) in [
        ("plain", plain.to_owned()),
        ("header", headed.replace("label", "digit")),
        ("label-last", lines(&|(label, image)| format!("{image},{label}"))),
        ("unlabelled", lines(&|(_, image)| image.to_owned())),
        ("counted", lines(&|(label, image)| format!("{label},{label},{image}"))),
        ("semicolons", plain.replace(',', ";")),
        ("tabs", plain.replace(',', "\t")),
        ("carriage-returns", plain.replace('\n', "\r\n")),
        ("old-carriage-returns", plain.replace('\n', "\r")),
        ("quoted", lines(&|(label, image)| format!("\"{label}\",{image}"))),
        ("comment", format!("# a comment\n{plain}")),
        ("mark", format!("\u{feff}{plain}")),
        ("floats", plain.replace(',', ".0,")),
        ("from-0-to-1", floats),
        ("binary", plain.replace(",255", ",1")),
        ("trailing", plain.replace('\n', ",\n")),
        ("blank", plain.replace('\n', "\n  \n,,,\n")),
        (
            "words",
            lines(&|(label, image)| format!("{},{image}", if label == "0" { "zero" } else { "digit_3" })),
        ),
        ("listed", lines(&|(label, image)| format!("{label},\"[{}]\"", image.replace(',', ", ")))),
        ("spaced", lines(&|(label, image)| format!("{label},{}", image.replace(',', " ")))),
        ("one-hot", lines(&|(label, image)| format!("{image}{}", one_hot(label)))),
        (
            "numbered-rows",
            headed.lines().enumerate().fold(String::new(), |text, (row, line)| {
                text + &if row == 0 { format!("\"\",{line}\n") } else { format!("{row},{line}\n") }
            }),
        ),
        ("headed-twice", format!("{headed}{headed}")),
        ("names-behind-a-sign", format!("# {headed}")),
        ("markdown", {
            let row = |line: &str| format!("| {} |\n", line.replace(',', " | "));
            let mut table: Vec<String> = headed.lines().map(row).collect();
            table.insert(1, format!("|{}\n", "---|".repeat(PIXELS + 1)));
            table.concat()
        }),
        ("hexadecimal", lines(&|(label, image)| format!("{label},{}", image.replace(',', ",0x0")))),
        ("base64", format!("label,image\n3,{}\n", "A".repeat(PIXELS.div_ceil(3) * 4))),
        ("runs", "label,image\n3,700x0 20x255 64x0\n".to_owned()),
        ("sql", "INSERT INTO digits VALUES (3, 0, 0);\n".to_owned()),
        ("yaml", "- label: 3\n  image: [0, 0]\n".to_owned()),
        ("by-column", {
            let names =
                (0..SIDE).flat_map(|x| (0..SIDE).map(move |y| format!(",r{y}c{x}"))).collect::<String>();
            format!("label{names}\n{plain}")
        }),
        ("page", "<!DOCTYPE html><title>Sign in</title>".to_owned()),
        ("archive", "PK\u{3}\u{4}".to_owned()),
        ("short", "7,0,0\n".to_owned()),
    ] {
        put("csv", name, text);
    }
    let wide: Vec<u8> = plain.encode_utf16().flat_map(u16::to_le_bytes).collect();
    put("csv", "wide", [b"\xff\xfe", &wide[..]].concat());
    put("csv", "packed", gzip(plain.as_bytes()));
    put("csv", "empty", "");
}

#[test]
#[ignore = "writes the corpus"]
fn pairs() {
    let two = digits(2);
    let idx = |header: &[u32], items: &[u8]| {
        [&header.iter().flat_map(|number| number.to_be_bytes()).collect::<Vec<u8>>()[..], items].concat()
    };
    let side = SIDE as u32;
    let images = idx(&[2051, 2, side, side], two.pixels());
    let labels = idx(&[2049, 2], two.labels());
    let table: Vec<u8> =
        two.labels().iter().flat_map(|label| [[0, 0, 0, *label], [0, 0, 1, 7]].concat()).collect();
    let pair = |images: &[u8], labels: &[u8]| [&(images.len() as u16).to_le_bytes(), images, labels].concat();
    put("idx", "plain", pair(&images, &labels));
    put("idx", "packed", pair(&gzip(&images), &gzip(&labels)));
    put("idx", "table", pair(&images, &idx(&[0x0c02, 2, 2], &table)));
    put("idx", "inverted", pair(&images.iter().map(|byte| 255 - byte).collect::<Vec<_>>(), &labels));
    put("idx", "white", pair(&idx(&[2051, 1, side, side], &[255; PIXELS]), &idx(&[2049, 1], &[9])));
    put("idx", "cut", pair(&images[..700], &labels[..9]));
    put("idx", "too-many", pair(&idx(&[2051, u32::MAX, side, side], &[]), &labels));
    put("idx", "other-size", pair(&idx(&[2051, 2, 32, 32], &[0; 2048]), &labels));
}

#[test]
#[ignore = "writes the corpus"]
fn networks() {
    // One hidden unit keeps the files small.
    let file = |metadata: &str, tensors: &[(&str, &str, &[usize], Vec<u8>)]| {
        let mut end = 0;
        let entry = |(name, dtype, shape, bytes): &(&str, &str, &[usize], Vec<u8>)| {
            let start = end;
            end += bytes.len();
            format!(
                "\"{name}\":{{\"dtype\":\"{dtype}\",\"shape\":{shape:?},\"data_offsets\":[{start},{end}]}}"
            )
        };
        let entries: Vec<String> = tensors.iter().map(entry).collect();
        let header = format!("{{\"__metadata__\":{{{metadata}}},{}}}", entries.join(","));
        let data: Vec<u8> = tensors.iter().flat_map(|(.., bytes)| bytes).copied().collect();
        [&(header.len() as u64).to_le_bytes(), header.as_bytes(), &data].concat()
    };
    let half = |count: usize| vec![f16::from_f32(0.5).to_le_bytes(); count].concat();
    let brain = |count: usize| vec![bf16::from_f32(0.5).to_le_bytes(); count].concat();
    let first: &[usize] = &[1, PIXELS];
    let last: &[usize] = &[10, 1];
    let said = r#""activation":"tanh","loss_function":"cross-entropy""#;
    put(
        "weights",
        "layers",
        file(
            &format!(r#"{said},"stage":"improved""#),
            &[
                ("layers.0.bias", "F16", &[1], half(1)),
                ("layers.0.weight", "F16", first, half(PIXELS)),
                ("layers.1.bias", "F16", &[10], half(10)),
                ("layers.1.weight", "F16", last, half(10)),
            ],
        ),
    );
    put(
        "weights",
        "normalised",
        file(
            &format!(r#"{said},"input_scale":"255","input_mean":"0.1","input_std":"0.3""#),
            &[("fc1.weight", "BF16", first, brain(PIXELS)), ("fc2.weight", "BF16", last, brain(10))],
        ),
    );
    put(
        "weights",
        "old",
        file(
            "",
            &[
                ("hidden.weight", "F16", first, half(PIXELS)),
                ("output.weight", "F64", last, [0.25f64.to_le_bytes(); 10].concat()),
                ("steps", "I64", &[1], vec![0; 8]),
            ],
        ),
    );
    put(
        "weights",
        "turned",
        file(
            "",
            &[
                ("dense/kernel", "F16", &[PIXELS, 1], half(PIXELS)),
                ("dense_1/kernel", "F32", &[1, 10], [0.25f32.to_le_bytes(); 10].concat()),
            ],
        ),
    );
    put("weights", "convolution", file("", &[("conv.weight", "F16", &[1, 1, 3, 3], half(9))]));
    put("weights", "matrix-too-small", file("", &[("0.weight", "F16", &[1, 7], half(7))]));
    put("weights", "empty", file("", &[("bias", "F32", &[0], Vec::new())]));
    put("weights", "no-file", "hello");
}

#[test]
#[ignore = "writes the corpus"]
fn images() {
    let two = digits(2);
    let drawn = GrayImage::from_fn(60, 32, |x, y| {
        let (x, y, at) = (x as usize % 30, y as usize, x as usize / 30);
        let inked = x < SIDE && y < SIDE;
        Luma([if inked { 255 - two.image(at)[y * SIDE + x] } else { 255 }])
    });
    let encoded = |image: DynamicImage, format| {
        let mut bytes = Cursor::new(Vec::new());
        image.write_to(&mut bytes, format).expect("encodes");
        bytes.into_inner()
    };
    let grey = DynamicImage::from(drawn);
    for (name, image, format) in [
        ("grey.png", grey.clone(), ImageFormat::Png),
        ("deep.png", grey.to_luma16().into(), ImageFormat::Png),
        ("transparent.png", grey.to_rgba8().into(), ImageFormat::Png),
        ("colours.jpg", grey.to_rgb8().into(), ImageFormat::Jpeg),
        ("colours.bmp", grey.to_rgb8().into(), ImageFormat::Bmp),
        ("colours.webp", grey.to_rgb8().into(), ImageFormat::WebP),
        ("colours.gif", grey.to_rgb8().into(), ImageFormat::Gif),
    ] {
        put("image", name, encoded(image, format));
    }
    put("image", "photo.heic", b"\0\0\0\x18ftypheic\0\0\0\0");
    put("image", "paper.pdf", b"%PDF-1.7\n");
    put("image", "empty", b"");
}

#[test]
#[ignore = "writes the corpus"]
fn writings() {
    put("round_trip", "one", [&[0, 7][..], digits(1).image(0)].concat());
    put("round_trip", "four", [&[3, 1, 2, 3, 4][..], digits(1).image(0)].concat());
    put("round_trip", "white", [&[0, 7][..], &[255; PIXELS]].concat());
    put("round_trip", "faint", [&[0, 7][..], &[7; PIXELS]].concat());
    put(
        "round_trip",
        "names",
        "\u{1}name value \u{1}__metadata__x\u{1}\u{0}\u{1}a\u{0}\u{0}\u{0}\u{0}".as_bytes(),
    );
    put("round_trip", "empty", b"");
}
