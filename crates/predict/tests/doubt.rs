//! What is no digit, or more than one: found to be so, or answered with a remark, never with confidence and in silence.

#[path = "../../core/tests/documented/mod.rs"]
mod documented;
mod network;

use digits_core::data::{Examples, PIXELS, SIDE, Source, Split, csv, practice, source};
use digits_core::random::{Generator, Purpose, below, generator, normal, uniform};
use image::{DynamicImage, GrayImage, ImageFormat, Luma};
use serde_json::Value;
use std::io::Cursor;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use tempfile::TempDir;

/// A folder with a network.
fn folder() -> &'static Path {
    static FOLDER: OnceLock<TempDir> = OnceLock::new();
    let made = FOLDER.get_or_init(|| {
        let folder = tempfile::tempdir().expect("a folder");
        network::save(&folder.path().join("net"));
        folder
    });
    made.path()
}

/// What the program says about images, all in one run: a list of digits with their doubts for each.
fn answers(net: &str, kind: &str, images: &[Vec<u8>]) -> Vec<Vec<(u64, Option<String>)>> {
    let names: Vec<String> = (0..images.len()).map(|index| format!("{net}-{kind}-{index}")).collect();
    names
        .iter()
        .zip(images)
        .for_each(|(name, bytes)| std::fs::write(folder().join(name), bytes).expect("writes"));
    let mut command = Command::new(env!("CARGO_BIN_EXE_predict"));
    command.current_dir(folder()).args(["--model", net, "--json", "-"]).args(&names);
    let output = command.stdin(Stdio::null()).output().expect("starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let answer: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let digits = |answer: &Value| {
        let digit = |digit: &Value| {
            let doubt = digit["doubt"].as_str().map(str::to_owned);
            (digit["digit"].as_u64().expect("a digit"), doubt)
        };
        answer["digits"].as_array().expect("a list").iter().map(digit).collect()
    };
    answer["predictions"].as_array().expect("a list").iter().map(digits).collect()
}

/// An image whose levels are a function of the place, as a file.
fn png(width: u32, height: u32, mut level: impl FnMut(u32, u32) -> f64) -> Vec<u8> {
    let image = GrayImage::from_fn(width, height, |x, y| Luma([level(x, y).round().clamp(0.0, 255.0) as u8]));
    encoded(image, ImageFormat::Png)
}

fn encoded(image: GrayImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    DynamicImage::from(image).write_to(&mut bytes, format).expect("encodes");
    bytes.into_inner()
}

/// Something that is no digit.
type Drawn = fn(u32, &mut Generator) -> Vec<u8>;

/// Kinds of images without a digit, each of any size.
const NO_DIGITS: [(&str, Drawn); 8] = [
    ("uniform noise", |side, rng| png(side, side, |_, _| 255.0 * uniform(rng))),
    ("Gaussian noise", |side, rng| png(side, side, |_, _| 128.0 + 50.0 * normal(rng))),
    ("salt and pepper", |side, rng| {
        png(side, side, |_, _| match below(rng, 10) {
            0 => 0.0,
            1 => 255.0,
            _ => 128.0,
        })
    }),
    ("pepper alone", |side, rng| png(side, side, |_, _| if below(rng, 5) == 0 { 0.0 } else { 255.0 })),
    ("blocks of JPEG", |side, rng| {
        let image = GrayImage::from_fn(side, side, |_, _| Luma([(255.0 * uniform(rng)) as u8]));
        let mut bytes = Vec::new();
        let encoder = image::codecs::jpeg::JpegEncoder::new_with_quality(&mut bytes, 5);
        image.write_with_encoder(encoder).expect("encodes");
        bytes
    }),
    ("a gradient, as of a sky", |side, rng| {
        let (a, b, c) = (uniform(rng), uniform(rng), uniform(rng));
        let at = |x: u32| f64::from(x) / f64::from(side);
        png(side, side, |x, y| {
            40.0 + 100.0 * (a * at(x) + b * at(y)) + 40.0 * (3.0 * c * at(x) + at(y)).sin()
        })
    }),
    ("a scribble all over", |side, rng| {
        let mut lit = vec![false; (side * side) as usize];
        let mut point = || f64::from(side) * uniform(rng);
        let (mut x, mut y) = (point(), point());
        for _ in 0..40 {
            let (to_x, to_y) = (point(), point());
            for step in 0..200 {
                let t = f64::from(step) / 200.0;
                let at = |from: f64, to: f64| ((from + t * (to - from)) as u32).min(side - 2);
                let (px, py) = (at(x, to_x), at(y, to_y));
                [(0, 0), (1, 0), (0, 1), (1, 1)]
                    .iter()
                    .for_each(|(dx, dy)| lit[((py + dy) * side + px + dx) as usize] = true);
            }
            (x, y) = (to_x, to_y);
        }
        png(side, side, |x, y| if lit[(y * side + x) as usize] { 20.0 } else { 250.0 })
    }),
    ("a page of small print", |side, rng| {
        let wide: Vec<Vec<bool>> =
            (0..side).map(|_| (0..side).map(|_| below(rng, 2) == 0).collect()).collect();
        png(side, side, |x, y| {
            let (line, letter) = (y % 10 < 6, x % 6 < 4);
            if line && letter && wide[(y / 2) as usize][(x / 2) as usize] { 30.0 } else { 250.0 }
        })
    }),
];

/// Makes the table of what is no digit in `docs/handwriting.md`.
#[test]
fn what_is_no_digit_is_not_read_with_confidence_and_in_silence() {
    let (mut all, mut silent) = (0, 0);
    let mut table =
        "| the image shows | pixels | no digit found | in doubt | neither |\n|---|---|---|---|---|\n"
            .to_owned();
    for (kind, drawn) in NO_DIGITS {
        for side in [28, 64, 300] {
            let mut rng = generator(u64::from(side), Purpose::Test, kind.len() as u64);
            let images: Vec<Vec<u8>> = (0..10).map(|_| drawn(side, &mut rng)).collect();
            let found = answers("net", &format!("{}-{side}", kind.replace(' ', "-")), &images);
            let none = found.iter().filter(|digits| digits.is_empty()).count();
            let doubted =
                found.iter().filter(|digits| digits.iter().any(|(_, doubt)| doubt.is_some())).count();
            let of_kind = images.len() - none - doubted;
            let kind = documented::cell(kind);
            table += &format!("| {kind} | {side} x {side} | {none} | {doubted} | {of_kind} |\n");
            assert!(of_kind <= 2, "{kind}, {side}: {found:?}");
            (all, silent) = (all + images.len(), silent + of_kind);
        }
    }
    assert!(silent <= 5, "{silent} of {all}");
    documented::check("handwriting.md", "no digits", &table, "cargo test -p predict --test doubt");
}

#[test]
fn rows_of_noise_are_doubted() {
    let mut rng = generator(3, Purpose::Test, 0);
    let pixels = (0..20 * PIXELS).map(|_| below(&mut rng, 256) as u8).collect();
    let mut rows = Vec::new();
    csv::write_to(&mut rows, &Examples::new(pixels, vec![7; 20])).expect("memory takes everything");
    let found = answers("net", "rows", &[rows]);
    assert_eq!(found.len(), 20);
    assert!(
        found.iter().all(|digits| matches!(&digits[..], [(_, Some(doubt))] if doubt.contains("no digit")))
    );
}

/// Digits on paper, `scale` pixels for each of theirs, the corner of the right one so many of theirs from that of the left.
fn written(digits: &[[u8; PIXELS]], scale: usize, shift: usize, down: usize) -> Vec<u8> {
    let inked = |x: usize, y: usize, index: usize| {
        let (left, top) = (index * shift, index * down);
        let within = (left..left + SIDE).contains(&x) && (top..top + SIDE).contains(&y);
        within && digits[index][(y - top) * SIDE + x - left] > 127
    };
    png(((4 + SIDE * digits.len()) * scale) as u32, ((SIDE + 8) * scale) as u32, |x, y| {
        let (x, y) = ((x as usize / scale).wrapping_sub(2), (y as usize / scale).wrapping_sub(2));
        if (0..digits.len()).any(|index| inked(x, y, index)) { 20.0 } else { 250.0 }
    })
}

/// The least shift at which two digits touch: a pixel less and they overlap.
fn touching(left: &[u8; PIXELS], right: &[u8; PIXELS], down: usize) -> usize {
    let inked = |image: &[u8; PIXELS], x: usize, y: usize| x < SIDE && y < SIDE && image[y * SIDE + x] > 127;
    let overlap = |shift: usize| {
        (0..SIDE * SIDE).any(|at| {
            let (x, y) = (at % SIDE, at / SIDE);
            inked(left, x, y) && x >= shift && y >= down && inked(right, x - shift, y - down)
        })
    };
    (0..SIDE).rev().find(|shift| overlap(*shift)).unwrap_or(0)
}

/// An image and what it shows.
type Digit = ([u8; PIXELS], u8);

/// How pairs of digits that touch, and single digits, are read by the network of this name.
struct Read {
    pairs: usize,
    /// Pairs that are read as the two that they are, and pairs that are doubted.
    two: usize,
    doubted: usize,
    singles: usize,
    /// Single digits that are cut in two, and single digits that are doubted.
    cut: usize,
    doubted_singles: usize,
}

impl Read {
    /// Draws the digits in pairs, and the first of them alone, and asks; the scale is one for each index.
    fn of(net: &str, digits: &[Digit], singles: usize, scale: fn(usize) -> usize) -> Self {
        let (pairs, _) = digits.as_chunks::<2>();
        let pair = |(index, [(left, _), (right, _)]): (usize, &[Digit; 2])| {
            let down = index % 4;
            written(&[*left, *right], scale(index), touching(left, right, down), down)
        };
        let drawn: Vec<Vec<u8>> = pairs.iter().enumerate().map(pair).collect();
        let (mut two, mut doubted) = (0, 0);
        for (found, [(_, left), (_, right)]) in answers(net, "pair", &drawn).iter().zip(pairs) {
            let digits: Vec<u64> = found.iter().map(|(digit, _)| *digit).collect();
            if digits == [u64::from(*left), u64::from(*right)] {
                two += 1;
            } else if found.iter().any(|(_, doubt)| doubt.is_some()) {
                doubted += 1;
            }
        }
        let drawn = digits.iter().enumerate().take(singles);
        let drawn: Vec<Vec<u8>> =
            drawn.map(|(index, (image, _))| written(&[*image], scale(index), 0, 0)).collect();
        let found = answers(net, "single", &drawn);
        let cut = found.iter().filter(|digits| digits.len() > 1).count();
        let is_doubted =
            |digits: &&Vec<(u64, Option<String>)>| digits.iter().any(|(_, doubt)| doubt.is_some());
        let doubted_singles = found.iter().filter(is_doubted).count();
        Read { pairs: pairs.len(), two, doubted, singles: found.len(), cut, doubted_singles }
    }

    fn table(&self) -> String {
        let Read { pairs, two, doubted, singles, cut, doubted_singles } = self;
        let (silent, one) = (pairs - two - doubted, singles - cut);
        format!(
            "| drawn | read as they are | in doubt | neither |\n|---|---|---|---|\n\
             | {pairs} pairs of digits that touch | {two} as two digits | {doubted} | {silent} |\n\
             | {singles} single digits | {one} as one | {doubted_singles} of them | {cut} cut in two |\n"
        )
    }
}

/// Makes the table of digits that touch in `docs/handwriting.md`.
#[test]
fn digits_that_touch_are_two_or_doubted_and_single_ones_are_never_cut() {
    let digits: Vec<Digit> = (0..300).map(|index| practice::image(1, Split::Test, index)).collect();
    let read = Read::of("net", &digits, 300, |_| 8);
    documented::check(
        "handwriting.md",
        "digits that touch",
        &read.table(),
        "cargo test -p predict --test doubt",
    );
    assert!(
        20 * read.two >= read.pairs && 10 * (read.two + read.doubted) >= 7 * read.pairs,
        "{}",
        read.table()
    );
    assert!(read.cut == 0 && read.doubted_singles <= 40, "{}", read.table());
}

/// Makes the table of real digits that touch in `docs/handwriting.md`: the network learns from the first 50,000 training
/// images of MNIST, and the digits are of the others, which nothing here was chosen by.
#[test]
#[ignore = "needs MNIST: set the environment variable to its folder"]
fn real_digits_that_touch_are_two_or_doubted_and_hardly_a_single_one_is_cut() {
    const LEARNED: usize = 50_000;
    let folder = std::env::var("MNIST").expect("a folder");
    let data = source::load(&Source::Folder(folder.into()), &Default::default(), &mut ()).expect("MNIST");
    let image = |index: usize| {
        let image: &[u8; PIXELS] = data.train.image(index).try_into().expect("784 pixels");
        (*image, data.train.labels()[index])
    };
    let digits: Vec<Digit> = (LEARNED..LEARNED + 1000).map(image).collect();
    let mut data = data.clone();
    data.train.truncate(LEARNED);
    data.test.truncate(50);
    network::save_one_of(data, 2, &self::folder().join("mnist"));
    let read = Read::of("mnist", &digits, 1000, |index| 4 + index % 5);
    documented::check(
        "handwriting.md",
        "digits of MNIST that touch",
        &read.table(),
        "cargo test -p predict --test doubt -- --ignored",
    );
    let share = |part: usize, of: usize| part as f64 / of as f64;
    let (two, told) = (share(read.two, read.pairs), share(read.two + read.doubted, read.pairs));
    assert!(two > 0.08 && told > 0.7, "{}", read.table());
    let (cut, doubted) = (share(read.cut, read.singles), share(read.doubted_singles, read.singles));
    assert!(cut < 0.005 && doubted < 0.06, "{}", read.table());
}
