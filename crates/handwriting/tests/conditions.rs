//! Digits under every condition that people photograph, scan and draw them in: nearly all must be read.
//!
//! The digits are practice digits, and a small network that learned practice digits reads them. With the environment
//! variable MNIST, a folder, the ignored test does the same with real handwriting.

#![allow(clippy::print_stdout)] // which digits were misread is worth seeing: `cargo test -- --nocapture`

mod page;

use digits_core::data::{CLASSES, Dataset, Examples, PIXELS, Source, Split, practice, source};
use digits_core::evaluation::{Classifier, predicted_class};
use digits_core::linalg::SparseImages;
use digits_core::network::Network;
use digits_core::random::{Generator, Purpose, below, generator};
use digits_core::settings::{BATCH_SIZE, EPOCHS, MEASURE_EVERY, Value};
use digits_core::stage::Stage;
use digits_core::training::{TrainingData, train};
use handwriting::{Coloured, find_digits};
use improved::{ABOUT, Improved};
use page::{BLACK, Colour, Page, WHITE, about, between};
use std::sync::OnceLock;

type Draw = fn(&[u8; PIXELS], &mut Generator) -> Coloured;

/// Each condition, and how many of 30 must be read.
const CONDITIONS: [(&str, usize, Draw); 31] = [
    ("clean drawing", 29, |digit, rng| written(digit, rng).photograph(0.0, rng)),
    ("mild light", 28, |digit, rng| lit(digit, rng, |x, y| 0.9 - 0.15 * x - 0.1 * y)),
    ("gradient", 28, |digit, rng| lit(digit, rng, |x, y| 0.95 - 0.4 * x - 0.3 * y)),
    ("shadow", 28, |digit, rng| {
        let (at, tilt) = (between(0.2, 0.8, rng), about(0.0, 0.5, rng));
        lit(digit, rng, move |x, y| 0.9 - 0.5 * ((x - at + tilt * (y - 0.5)) * 8.0 + 0.5).clamp(0.0, 1.0))
    }),
    ("vignette", 28, |digit, rng| {
        lit(digit, rng, |x, y| 0.95 - 1.3 * ((x - 0.5) * (x - 0.5) + (y - 0.5) * (y - 0.5)))
    }),
    ("lamp", 28, |digit, rng| {
        let (cx, cy) = (between(0.1, 0.9, rng), between(0.1, 0.9, rng));
        lit(digit, rng, move |x, y| 0.25 + 0.75 * (-5.0 * ((x - cx).powi(2) + (y - cy).powi(2))).exp())
    }),
    ("two-pixel frame", 28, |digit, rng| {
        let mut page = written(digit, rng);
        let (w, h) = (page.width, page.height);
        page.fill(BLACK, |x, y| x < 2 || y < 2 || x + 2 >= w || y + 2 >= h);
        page.photograph(0.0, rng)
    }),
    ("dark surroundings", 28, |digit, rng| {
        let mut page = written(digit, rng);
        let (w, h) = (page.width, page.height);
        let [a, b, c, d] = std::array::from_fn(|_| below(rng, w / 9));
        page.fill([40.0, 34.0, 30.0], |x, y| x < a || y < b || x + c >= w || y + d >= h);
        page.photograph(2.0, rng)
    }),
    ("form box", 28, |digit, rng| {
        let mut page = written(digit, rng);
        let (w, h, tilt) = (page.width as f32, page.height as f32, about(0.0, 0.015, rng));
        let (breadth, margin) = (between(1.5, 4.0, rng), 0.04);
        let corner = |x: f32, y: f32| (w * x - tilt * h * y, h * y + tilt * w * x);
        let (low, high) = (margin, 1.0 - margin);
        let corners = [corner(low, low), corner(high, low), corner(high, high), corner(low, high)];
        (0..4).for_each(|side| page.line(corners[side], corners[(side + 1) % 4], breadth, BLACK));
        page.photograph(2.0, rng)
    }),
    ("dust", 28, |digit, rng| {
        let mut page = written(digit, rng);
        for _ in 0..=below(rng, 4) {
            let (x, y) = (below(rng, page.width), below(rng, page.height));
            let size = 2 + below(rng, 4);
            page.fill(BLACK, |px, py| (x..x + size).contains(&px) && (y..y + size).contains(&py));
        }
        page.photograph(1.0, rng)
    }),
    ("scanner edge", 28, |digit, rng| {
        let mut page = written(digit, rng);
        let (w, h, broad, side) = (page.width, page.height, 3 + below(rng, 12), below(rng, 4));
        page.fill([50.0; 3], |x, y| [x < broad, y < broad, x + broad >= w, y + broad >= h][side]);
        page.photograph(1.0, rng)
    }),
    ("fineliner", 27, |digit, rng| {
        let mut page = blank(WHITE, rng);
        place(&mut page, digit, 0.8, BLACK, rng);
        page.photograph(1.0, rng)
    }),
    ("marker", 27, |digit, rng| {
        let mut page = blank(WHITE, rng);
        place(&mut page, digit, 0.25, BLACK, rng);
        page.photograph(1.0, rng)
    }),
    ("cut by the border", 26, |digit, rng| {
        let scale = between(6.0, 14.0, rng);
        let side = (19.0 * scale) as usize;
        let mut page = Page::new(side, side, WHITE);
        let corner = (-4.5 * scale) as isize;
        page.write(digit, (corner, corner), scale, 0.5, BLACK);
        page.photograph(1.0, rng)
    }),
    ("squared paper", 28, |digit, rng| ruled(digit, rng, true, [170.0, 190.0, 225.0])),
    ("dark squares", 26, |digit, rng| ruled(digit, rng, true, [110.0, 120.0, 150.0])),
    ("lined paper", 28, |digit, rng| ruled(digit, rng, false, [120.0, 150.0, 210.0])),
    ("pencil", 28, |digit, rng| in_colours(digit, rng, WHITE, [170.0, 170.0, 172.0], 3.0)),
    ("coloured pens", 28, |digit, rng| {
        let pens = [
            [250.0, 225.0, 20.0],
            [205.0, 35.0, 40.0],
            [30.0, 60.0, 200.0],
            [40.0, 160.0, 70.0],
            [250.0, 140.0, 190.0],
        ];
        let pen = pens[below(rng, pens.len())];
        in_colours(digit, rng, WHITE, pen, 2.0)
    }),
    ("sticky notes", 28, |digit, rng| {
        let notes =
            [[250.0, 235.0, 110.0], [250.0, 150.0, 170.0], [140.0, 210.0, 240.0], [160.0, 225.0, 130.0]];
        let pens = [BLACK, [30.0, 50.0, 160.0], [190.0, 30.0, 40.0]];
        let (note, pen) = (notes[below(rng, notes.len())], pens[below(rng, pens.len())]);
        in_colours(digit, rng, note, pen, 2.0)
    }),
    ("chalkboard", 28, |digit, rng| in_colours(digit, rng, [45.0, 90.0, 65.0], [225.0, 225.0, 215.0], 3.0)),
    ("lit blackboard", 28, |digit, rng| {
        let mut page = blank([60.0, 62.0, 66.0], rng);
        place(&mut page, digit, 0.5, [220.0; 3], rng);
        page.light(|x, y| 1.1 - 0.5 * x - 0.3 * y);
        page.photograph(3.0, rng)
    }),
    ("large photograph", 28, |digit, rng| {
        let mut page = Page::new(1200, 900, WHITE);
        let scale = between(6.0, 24.0, rng);
        let (x, y) = (below(rng, 1200 - (28.0 * scale) as usize), below(rng, 900 - (28.0 * scale) as usize));
        page.write(digit, (x as isize, y as isize), scale, 0.5, BLACK);
        page.light(|x, y| 0.9 - 0.3 * x - 0.2 * y);
        page.photograph(4.0, rng)
    }),
    ("touching its box", 22, |digit, rng| {
        let scale = between(7.0, 11.0, rng);
        let side = 34.0 * scale;
        let mut page = Page::new(side as usize, side as usize, WHITE);
        let corner = (3.0 * scale) as isize;
        page.write(digit, (corner, corner), scale, 0.5, BLACK);
        // Its sides cut the ends of the strokes off, or only touch them.
        let (low, high) = (scale * between(6.6, 7.2, rng), scale * between(26.8, 27.4, rng));
        box_around(&mut page, (low, low), (high, high), 2.0);
        page.photograph(2.0, rng)
    }),
    ("comb field", 27, |digit, rng| {
        let mut page = Page::new(420, 240, WHITE);
        page.write(digit, (120, 30), 6.5, 0.5, BLACK);
        for at in [10.0, 110.0, 310.0, 410.0] {
            page.line((at, 60.0), (at, 220.0), 3.0, BLACK);
        }
        page.line((10.0, 220.0), (410.0, 222.0), 3.0, BLACK);
        page.photograph(2.0, rng)
    }),
    ("circled", 28, |digit, rng| {
        let mut page = Page::new(300, 300, WHITE);
        page.write(digit, (66, 66), 6.0, 0.5, BLACK);
        let point = |at: f32| (150.0 + 120.0 * at.cos(), 150.0 + 110.0 * at.sin());
        (0..60).for_each(|at| page.line(point(at as f32 / 9.5), point((at + 1) as f32 / 9.5), 5.0, BLACK));
        page.photograph(2.0, rng)
    }),
    ("tilted sheet", 26, |digit, rng| {
        let mut page = blank(WHITE, rng);
        let (w, h, tilt) = (page.width as f32, page.height as f32, about(0.0, 0.08, rng));
        let scale = w.min(h) / 45.0;
        page.write(
            digit,
            ((w / 2.0 - 14.0 * scale) as isize, (h / 2.0 - 14.0 * scale) as isize),
            scale,
            0.5,
            BLACK,
        );
        page.fill([60.0, 45.0, 35.0], |x, y| {
            let (x, y) = (x as f32 / w - 0.5, y as f32 / h - 0.5);
            (x + tilt * y).abs() > 0.38 || (y - tilt * x).abs() > 0.4
        });
        page.light(|x, y| 1.0 - 0.2 * x - 0.2 * y);
        page.photograph(3.0, rng)
    }),
    ("blackboard in its frame", 27, |digit, rng| {
        let mut page = blank([50.0, 70.0, 60.0], rng);
        place(&mut page, digit, 0.5, [230.0; 3], rng);
        let (w, h) = (page.width, page.height);
        page.fill([200.0, 170.0, 120.0], |x, y| x < 9 || y < 9 || x + 9 >= w || y + 9 >= h);
        page.photograph(3.0, rng)
    }),
    ("band of shadow", 27, |digit, rng| {
        let (at, broad) = (between(0.2, 0.8, rng), between(0.08, 0.2, rng));
        lit(digit, rng, move |x, y| if (x + 0.3 * y - at).abs() < broad { 0.55 } else { 0.95 })
    }),
    ("as small as MNIST", 28, |digit, _| Coloured {
        width: 28,
        height: 28,
        pixels: digit.iter().map(|level| [255 - level; 3]).collect(),
    }),
    ("MNIST itself", 28, |digit, _| Coloured {
        width: 28,
        height: 28,
        pixels: digit.iter().map(|level| [*level; 3]).collect(),
    }),
];

/// A page of some size.
fn blank(paper: Colour, rng: &mut Generator) -> Page {
    Page::new(250 + below(rng, 150), 250 + below(rng, 150), paper)
}

/// Writes a digit of some size somewhere on a page.
fn place(page: &mut Page, digit: &[u8; PIXELS], pen: f32, colour: Colour, rng: &mut Generator) {
    let side = page.width.min(page.height) as f32;
    let scale = side / 28.0 * between(0.6, 1.0, rng);
    let room = |extent: usize| (extent as f32 - 28.0 * scale).max(0.0) as usize + 1;
    let (x, y) = (below(rng, room(page.width)), below(rng, room(page.height)));
    page.write(digit, (x as isize, y as isize), scale, pen, colour);
}

/// A digit in black on white, with some pen.
fn written(digit: &[u8; PIXELS], rng: &mut Generator) -> Page {
    let mut page = blank(WHITE, rng);
    let pen = between(0.35, 0.6, rng);
    place(&mut page, digit, pen, BLACK, rng);
    page
}

/// Draws a rectangle between two corners.
fn box_around(page: &mut Page, (left, top): (f32, f32), (right, bottom): (f32, f32), breadth: f32) {
    let corners = [(left, top), (right, top), (right, bottom), (left, bottom)];
    (0..4).for_each(|side| page.line(corners[side], corners[(side + 1) % 4], breadth, BLACK));
}

fn lit(digit: &[u8; PIXELS], rng: &mut Generator, light: impl Fn(f32, f32) -> f32) -> Coloured {
    let mut page = written(digit, rng);
    page.light(light);
    page.photograph(4.0, rng)
}

fn ruled(digit: &[u8; PIXELS], rng: &mut Generator, squares: bool, colour: Colour) -> Coloured {
    let mut page = blank(WHITE, rng);
    let (pitch, tilt) = (between(18.0, 60.0, rng), about(0.0, 0.012, rng));
    page.rule(pitch, squares, tilt, between(1.0, 2.0, rng), colour);
    place(&mut page, digit, 0.5, [30.0, 40.0, 110.0], rng);
    page.light(|x, y| 0.95 - 0.2 * x - 0.1 * y);
    page.photograph(3.0, rng)
}

fn in_colours(digit: &[u8; PIXELS], rng: &mut Generator, paper: Colour, ink: Colour, noise: f64) -> Coloured {
    let mut page = blank(paper, rng);
    place(&mut page, digit, 0.5, ink, rng);
    page.photograph(noise, rng)
}

/// A small network that learned from this data.
fn network(data: Dataset) -> Network {
    let epochs = (100_000 / data.train.len()).max(2) as u64;
    let settings = ABOUT
        .usual()
        .with(&EPOCHS, Value::Whole(epochs))
        .with(&MEASURE_EVERY, Value::Whole(1000))
        .with(&BATCH_SIZE, Value::Whole(64));
    let mut network = <Improved as Stage>::network(&settings);
    train::<f32, Improved>(&settings, &mut network, &TrainingData::from(&data), &mut ()).expect("trains");
    network
}

/// The network that learned practice digits, trained once for all tests.
fn practice_network() -> &'static Network {
    static NETWORK: OnceLock<Network> = OnceLock::new();
    NETWORK.get_or_init(|| {
        let mut data = practice::dataset();
        data.test.truncate(200);
        network(data)
    })
}

/// What a network reads in an image, from left to right.
fn read(network: &Network, image: &Coloured) -> Vec<usize> {
    let mut images = SparseImages::new(PIXELS);
    for digit in find_digits(&image.to_grey()) {
        images.push(&digit.image.map(|level| f32::from(level) / 255.0));
    }
    let outputs = network.outputs(&images.iter().collect::<Vec<_>>());
    outputs.as_slice().chunks_exact(CLASSES).map(predicted_class).collect()
}

/// Draws the digits under a condition, and lists those that were misread: their index, digit, and what was read.
fn misread(
    network: &Network,
    draw: Draw,
    condition: usize,
    digits: &Examples,
) -> Vec<(usize, u8, Vec<usize>)> {
    let read = |index: usize| {
        let image: &[u8; PIXELS] = digits.image(index).try_into().expect("784 pixels");
        let mut rng = generator(condition as u64, Purpose::Test, index as u64);
        let drawn = draw(image, &mut rng);
        if let Some(folder) = std::env::var_os("KEEP_PAGES") {
            keep(
                &drawn,
                &std::path::Path::new(&folder)
                    .join(format!("{condition:02}_{index:02}_{}.ppm", digits.labels()[index])),
            );
        }
        (index, digits.labels()[index], read(network, &drawn))
    };
    (0..digits.len()).map(read).filter(|(_, label, read)| *read != [usize::from(*label)]).collect()
}

/// Writes a page as it was drawn, to be looked at.
fn keep(image: &Coloured, path: &std::path::Path) {
    let mut bytes = format!("P6 {} {} 255\n", image.width, image.height).into_bytes();
    bytes.extend(image.pixels.iter().flatten());
    std::fs::write(path, bytes).expect("writes");
}

/// Checks all conditions, on two threads.
fn check(network: &Network, digits: &Examples) {
    let check = |(condition, (name, least, draw)): (usize, &(&str, usize, Draw))| {
        let misread = misread(network, *draw, condition, digits);
        let correct = digits.len() - misread.len();
        println!("{name:20} {correct} of {}  {misread:?}", digits.len());
        (correct < least * digits.len() / 30).then(|| name.to_string())
    };
    let failed: Vec<String> = std::thread::scope(|scope| {
        let halves = [0, 1].map(|half| {
            let of_half = CONDITIONS.iter().enumerate().skip(half).step_by(2);
            scope.spawn(move || of_half.filter_map(check).collect::<Vec<_>>())
        });
        halves.into_iter().flat_map(|half| half.join().expect("no panic")).collect()
    });
    assert!(failed.is_empty(), "too few are read: {failed:?}");
}

/// The first 30 test digits that the network reads as they are: what is tried is the paper, not the network.
fn readable(network: &Network, examples: &Examples, count: usize) -> Examples {
    let mut images = SparseImages::new(PIXELS);
    (0..examples.len()).for_each(|index| {
        images.push(&std::array::from_fn::<f32, PIXELS, _>(|at| f32::from(examples.image(index)[at]) / 255.0))
    });
    let outputs = network.outputs(&images.iter().collect::<Vec<_>>());
    let classes = outputs
        .as_slice()
        .chunks_exact(CLASSES)
        .map(|outputs| (predicted_class(outputs), outputs.iter().copied().fold(0.0, f32::max)));
    let right = classes
        .enumerate()
        .filter(|(index, (class, sure))| *class == usize::from(examples.labels()[*index]) && *sure > 0.9);
    let right: Vec<usize> = right.map(|(index, _)| index).take(count).collect();
    let pixels = right.iter().flat_map(|index| examples.image(*index)).copied().collect();
    Examples::new(pixels, right.iter().map(|index| examples.labels()[*index]).collect())
}

#[test]
fn practice_digits_are_read_under_every_condition() {
    let network = practice_network();
    let digits = readable(network, &practice::examples(7, Split::Test, 60), 30);
    check(network, &digits);
}

#[test]
fn several_digits_are_read_from_left_to_right() {
    let network = practice_network();
    let digits = readable(network, &practice::examples(7, Split::Test, 80), 60);
    let mut correct = 0;
    for (sheet, digits_of) in (0..60).collect::<Vec<_>>().chunks_exact(3).enumerate() {
        let mut rng = generator(99, Purpose::Test, sheet as u64);
        let mut page = Page::new(600, 260, WHITE);
        let mut x = 20.0;
        for index in digits_of {
            let image: &[u8; PIXELS] = digits.image(*index).try_into().expect("784 pixels");
            let columns = (0..PIXELS).filter(|at| image[*at] > 100).map(|at| at % 28);
            let (left, right) = (columns.clone().min().unwrap_or(0), columns.max().unwrap_or(27));
            let scale = between(6.0, 7.0, &mut rng);
            page.write(
                image,
                ((x - left as f32 * scale) as isize, 20 + below(&mut rng, 30) as isize),
                scale,
                0.5,
                BLACK,
            );
            // Close, as people write.
            x += (right - left + 1) as f32 * scale + between(8.0, 40.0, &mut rng);
        }
        page.light(|x, _| 0.95 - 0.3 * x);
        let expected: Vec<usize> =
            digits_of.iter().map(|index| usize::from(digits.labels()[*index])).collect();
        let found = read(network, &page.photograph(3.0, &mut rng));
        correct += usize::from(found == expected);
        if found != expected {
            println!("expected {expected:?}, found {found:?}");
        }
    }
    assert!(correct >= 18, "{correct} of 20 sheets");
}

#[test]
fn blank_sheets_and_noise_have_no_digit() {
    let none = |name: &str, page: &Page, noise: f64, rng: &mut Generator| {
        let found = find_digits(&page.photograph(noise, rng).to_grey());
        assert!(found.is_empty(), "{name}: {} digits", found.len());
    };
    for seed in 0..10 {
        let mut rng = generator(seed, Purpose::Test, 1000);
        let mut page = Page::new(300, 400, WHITE);
        none("blank", &page, 0.0, &mut rng);
        none("blank, photographed", &page, 5.0, &mut rng);
        page.light(|x, y| 0.9 - 0.5 * x * y);
        none("blank, uneven light", &page, 5.0, &mut rng);
        none("strong noise", &page, 60.0, &mut rng);
        none("nothing but noise", &Page::new(300, 400, [128.0; 3]), 200.0, &mut rng);
        none("little and noise", &Page::new(64, 64, [128.0; 3]), 200.0, &mut rng);
        let mut squared = Page::new(300, 400, WHITE);
        squared.rule(25.0, true, 0.01, 1.5, [150.0, 170.0, 210.0]);
        none("squared paper", &squared, 3.0, &mut rng);
        let mut framed = Page::new(300, 400, WHITE);
        [
            ((40.0, 50.0), (250.0, 52.0)),
            ((250.0, 52.0), (248.0, 350.0)),
            ((248.0, 350.0), (38.0, 348.0)),
            ((38.0, 348.0), (40.0, 50.0)),
        ]
        .into_iter()
        .for_each(|(from, to)| framed.line(from, to, 3.0, BLACK));
        none("an empty form box", &framed, 3.0, &mut rng);
    }
}

#[test]
#[ignore = "needs MNIST: set the environment variable to its folder"]
fn real_digits_are_read_under_every_condition() {
    let folder = std::env::var("MNIST").expect("a folder");
    let data = source::load(&Source::Folder(folder.into()), &Default::default(), &mut ()).expect("MNIST");
    let mut test = data.test.clone();
    test.truncate(100);
    let network = network(data);
    check(&network, &readable(&network, &test, 60));
}
