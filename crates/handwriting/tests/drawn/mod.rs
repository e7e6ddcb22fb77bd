//! Digits drawn under each condition that people photograph, scan and draw them in.

use crate::page::{BLACK, Colour, Page, WHITE, about, between, in_dots};
use digits_core::data::{PIXELS, SIDE};
use digits_core::random::{Generator, below};
use handwriting::Coloured;

/// Draws a digit under a condition.
pub(crate) type Draw = fn(&[u8; PIXELS], &mut Generator) -> Coloured;

/// Each condition in words, and how many of 30 must be read.
pub(crate) const CONDITIONS: [(&str, usize, Draw); 40] = [
    ("a drawing, black on white", 29, |digit, rng| written(digit, rng).photograph(0.0, rng)),
    ("light that falls off a little", 28, |digit, rng| lit(digit, rng, |x, y| 0.9 - 0.15 * x - 0.1 * y)),
    ("light that falls off to a quarter", 28, |digit, rng| lit(digit, rng, |x, y| 0.95 - 0.4 * x - 0.3 * y)),
    ("half of the page in shadow", 28, |digit, rng| {
        let (at, tilt) = (between(0.2, 0.8, rng), about(0.0, 0.5, rng));
        lit(digit, rng, move |x, y| 0.9 - 0.5 * ((x - at + tilt * (y - 0.5)) * 8.0 + 0.5).clamp(0.0, 1.0))
    }),
    ("corners darker than the middle", 28, |digit, rng| {
        lit(digit, rng, |x, y| 0.95 - 1.3 * ((x - 0.5) * (x - 0.5) + (y - 0.5) * (y - 0.5)))
    }),
    ("a lamp over one place", 28, |digit, rng| {
        let (cx, cy) = (between(0.1, 0.9, rng), between(0.1, 0.9, rng));
        lit(digit, rng, move |x, y| 0.25 + 0.75 * (-5.0 * ((x - cx).powi(2) + (y - cy).powi(2))).exp())
    }),
    ("a dark frame of two pixels", 28, |digit, rng| {
        let mut page = written(digit, rng);
        let (w, h) = (page.width, page.height);
        page.fill(BLACK, |x, y| x < 2 || y < 2 || x + 2 >= w || y + 2 >= h);
        page.photograph(0.0, rng)
    }),
    ("a dark table around the sheet", 28, |digit, rng| {
        let mut page = written(digit, rng);
        let (w, h) = (page.width, page.height);
        let [a, b, c, d] = std::array::from_fn(|_| below(rng, w / 9));
        page.fill([40.0, 34.0, 30.0], |x, y| x < a || y < b || x + c >= w || y + d >= h);
        page.photograph(2.0, rng)
    }),
    ("a form box around the digit", 28, |digit, rng| {
        let mut page = written(digit, rng);
        let (w, h, tilt) = (page.width as f32, page.height as f32, about(0.0, 0.015, rng));
        let (breadth, margin) = (between(1.5, 4.0, rng), 0.04);
        let corner = |x: f32, y: f32| (w * x - tilt * h * y, h * y + tilt * w * x);
        let (low, high) = (margin, 1.0 - margin);
        let corners = [corner(low, low), corner(high, low), corner(high, high), corner(low, high)];
        (0..4).for_each(|side| page.line(corners[side], corners[(side + 1) % 4], breadth, BLACK));
        page.photograph(2.0, rng)
    }),
    ("specks of dust", 28, |digit, rng| {
        let mut page = written(digit, rng);
        for _ in 0..=below(rng, 4) {
            let (x, y) = (below(rng, page.width), below(rng, page.height));
            let size = 2 + below(rng, 4);
            page.fill(BLACK, |px, py| (x..x + size).contains(&px) && (y..y + size).contains(&py));
        }
        page.photograph(1.0, rng)
    }),
    ("the dark edge of a scanner's lid", 28, |digit, rng| {
        let mut page = written(digit, rng);
        let (w, h, broad, side) = (page.width, page.height, 3 + below(rng, 12), below(rng, 4));
        page.fill([50.0; 3], |x, y| [x < broad, y < broad, x + broad >= w, y + broad >= h][side]);
        page.photograph(1.0, rng)
    }),
    ("a very fine pen", 27, |digit, rng| {
        let mut page = blank(WHITE, rng);
        place(&mut page, digit, 0.8, BLACK, rng);
        page.photograph(1.0, rng)
    }),
    ("a broad marker", 27, |digit, rng| {
        let mut page = blank(WHITE, rng);
        place(&mut page, digit, 0.25, BLACK, rng);
        page.photograph(1.0, rng)
    }),
    ("a digit cut by the border", 26, |digit, rng| {
        let scale = between(6.0, 14.0, rng);
        let side = (19.0 * scale) as usize;
        let mut page = Page::new(side, side, WHITE);
        let corner = (-4.5 * scale) as isize;
        page.write(digit, (corner, corner), scale, 0.5, BLACK);
        page.photograph(1.0, rng)
    }),
    ("squared paper", 28, |digit, rng| ruled(digit, rng, true, [170.0, 190.0, 225.0])),
    ("squared paper with dark lines", 26, |digit, rng| ruled(digit, rng, true, [110.0, 120.0, 150.0])),
    ("lined paper", 28, |digit, rng| ruled(digit, rng, false, [120.0, 150.0, 210.0])),
    ("pale pencil", 28, |digit, rng| in_colours(digit, rng, WHITE, [170.0, 170.0, 172.0], 3.0)),
    ("yellow, red, blue, green and pink pens", 28, |digit, rng| {
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
    ("sticky notes in four colours", 28, |digit, rng| {
        let notes =
            [[250.0, 235.0, 110.0], [250.0, 150.0, 170.0], [140.0, 210.0, 240.0], [160.0, 225.0, 130.0]];
        let pens = [BLACK, [30.0, 50.0, 160.0], [190.0, 30.0, 40.0]];
        let (note, pen) = (notes[below(rng, notes.len())], pens[below(rng, pens.len())]);
        in_colours(digit, rng, note, pen, 2.0)
    }),
    ("chalk on a green board", 28, |digit, rng| {
        in_colours(digit, rng, [45.0, 90.0, 65.0], [225.0, 225.0, 215.0], 3.0)
    }),
    ("chalk on a black board, unevenly lit", 28, |digit, rng| {
        let mut page = blank([60.0, 62.0, 66.0], rng);
        place(&mut page, digit, 0.5, [220.0; 3], rng);
        page.light(|x, y| 1.1 - 0.5 * x - 0.3 * y);
        page.photograph(3.0, rng)
    }),
    ("a photograph of 1200 x 900 pixels", 28, |digit, rng| {
        let mut page = Page::new(1200, 900, WHITE);
        let scale = between(6.0, 24.0, rng);
        let (x, y) = (below(rng, 1200 - (28.0 * scale) as usize), below(rng, 900 - (28.0 * scale) as usize));
        page.write(digit, (x as isize, y as isize), scale, 0.5, BLACK);
        page.light(|x, y| 0.9 - 0.3 * x - 0.2 * y);
        page.photograph(4.0, rng)
    }),
    ("a digit that touches its form box", 28, |digit, rng| {
        let scale = between(7.0, 11.0, rng);
        let side = 34.0 * scale;
        let mut page = Page::new(side as usize, side as usize, WHITE);
        let corner = (3.0 * scale) as isize;
        page.write(digit, (corner, corner), scale, 0.5, BLACK);
        // Its sides cut the ends of the strokes off, or only touch them.
        let (low, high) = (scale * between(6.6, 7.2, rng), scale * between(26.8, 27.4, rng));
        box_around(&mut page, (low, low), (high, high), 2.0, BLACK);
        page.photograph(2.0, rng)
    }),
    ("a field of a form like a comb", 27, |digit, rng| {
        let mut page = Page::new(420, 240, WHITE);
        page.write(digit, (120, 30), 6.5, 0.5, BLACK);
        for at in [10.0, 110.0, 310.0, 410.0] {
            page.line((at, 60.0), (at, 220.0), 3.0, BLACK);
        }
        page.line((10.0, 220.0), (410.0, 222.0), 3.0, BLACK);
        page.photograph(2.0, rng)
    }),
    ("a digit in a circle", 28, |digit, rng| {
        let mut page = Page::new(300, 300, WHITE);
        page.write(digit, (66, 66), 6.0, 0.5, BLACK);
        let point = |at: f32| (150.0 + 120.0 * at.cos(), 150.0 + 110.0 * at.sin());
        (0..60).for_each(|at| page.line(point(at as f32 / 9.5), point((at + 1) as f32 / 9.5), 5.0, BLACK));
        page.photograph(2.0, rng)
    }),
    ("a tilted sheet on a dark table", 26, |digit, rng| {
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
    ("a blackboard in its wooden frame", 27, |digit, rng| {
        let mut page = blank([50.0, 70.0, 60.0], rng);
        place(&mut page, digit, 0.5, [230.0; 3], rng);
        let (w, h) = (page.width, page.height);
        page.fill([200.0, 170.0, 120.0], |x, y| x < 9 || y < 9 || x + 9 >= w || y + 9 >= h);
        page.photograph(3.0, rng)
    }),
    ("a band of shadow across the page", 27, |digit, rng| {
        let (at, broad) = (between(0.2, 0.8, rng), between(0.08, 0.2, rng));
        lit(digit, rng, move |x, y| if (x + 0.3 * y - at).abs() < broad { 0.55 } else { 0.95 })
    }),
    ("28 x 28 pixels, black on white", 28, |digit, _| Coloured {
        width: 28,
        height: 28,
        pixels: digit.iter().map(|level| [255 - level; 3]).collect(),
    }),
    ("28 x 28 pixels, white on black", 28, |digit, _| Coloured {
        width: 28,
        height: 28,
        pixels: digit.iter().map(|level| [*level; 3]).collect(),
    }),
    ("a digit that crosses its form box", 28, |digit, rng| {
        let scale = between(7.0, 11.0, rng);
        let side = 34.0 * scale;
        let mut page = Page::new(side as usize, side as usize, WHITE);
        let corner = (3.0 * scale) as isize;
        page.write(digit, (corner, corner), scale, 0.5, BLACK);
        // One of its sides lies far inside of the digit's bounds.
        let (inside, out) = (scale * between(2.0, 3.5, rng), 1.5 * scale);
        let (low, high, end) = (7.0 * scale, 27.0 * scale, below(rng, 2) as f32);
        let (top, bottom) = (low - out + end * (inside + out), high + out - (1.0 - end) * (inside + out));
        box_around(&mut page, (low - out, top), (high + out, bottom), between(2.0, 3.5, rng), BLACK);
        page.photograph(2.0, rng)
    }),
    ("14 x 14 pixels", 28, |digit, _| {
        let mean = |at: usize| {
            let corner = 2 * (at % 14) + 2 * (at / 14) * SIDE;
            [0, 1, SIDE, SIDE + 1].iter().map(|by| u16::from(digit[corner + by])).sum::<u16>() / 4
        };
        Coloured { width: 14, height: 14, pixels: (0..14 * 14).map(|at| [255 - mean(at) as u8; 3]).collect() }
    }),
    ("white on black, each pixel a block of ten", 28, |digit, _| blocks(digit, 10, (280, 280), (0, 0))),
    ("a dark figure on a white page", 28, |digit, rng| {
        blocks(digit, 10, (480, 400), (40 + below(rng, 120), 40 + below(rng, 40)))
    }),
    ("a window of a program around it", 28, |digit, rng| {
        let mut page = Page::new(560, 460, [240.0; 3]);
        page.fill([20.0, 90.0, 180.0], |_, y| y < 32);
        let buttons = [470.0, 500.0, 530.0];
        buttons.iter().for_each(|left| box_around(&mut page, (*left, 8.0), (left + 18.0, 24.0), 1.0, WHITE));
        let letters = |x: usize, y: usize| {
            (12..80).contains(&x) && (12..21).contains(&y) && !(x / 3 + y / 4).is_multiple_of(3)
        };
        page.fill(WHITE, letters);
        page.fill([254.0; 3], |x, y| (10..550).contains(&x) && (60..450).contains(&y));
        let corner = |room| 80 + below(rng, room) as isize;
        let [x, y] = [220, 90].map(corner);
        page.write(digit, (x, y), 8.0, 0.5, BLACK);
        page.photograph(0.0, rng)
    }),
    ("a scan of one bit, dithered", 28, |digit, rng| in_dots(&on_grey(digit, rng), true, |_, _| 0.5)),
    ("a scan of one bit, dithered in a pattern", 28, |digit, rng| {
        // Bayer's matrix (1973): the bits of x and x + y, the lowest of them counting most.
        let rank = |x: usize, y: usize| {
            (0..3).fold(0, |rank, bit| 4 * rank + 2 * ((x ^ y) >> bit & 1) + (y >> bit & 1))
        };
        in_dots(&on_grey(digit, rng), false, |x, y| (rank(x, y) as f32 + 0.5) / 64.0)
    }),
    ("a print of dots", 28, |digit, rng| {
        let wave = |at: usize| (std::f32::consts::PI * at as f32 / 6.0).cos();
        in_dots(&on_grey(digit, rng), false, |x, y| (wave(x + y) + wave(x + 400 - y) + 2.0) / 4.0)
    }),
    ("a strip of paper, thirty times as long as broad", 28, |digit, rng| {
        let mut page = Page::new(6000, 200, WHITE);
        page.write(digit, (below(rng, 5800) as isize, 16), 6.0, 0.5, BLACK);
        page.photograph(0.0, rng)
    }),
];

/// A digit in dark grey on grey paper.
fn on_grey(digit: &[u8; PIXELS], rng: &mut Generator) -> Coloured {
    let (paper, ink) = ([between(190.0, 240.0, rng); 3], [between(30.0, 70.0, rng); 3]);
    in_colours(digit, rng, paper, ink, 2.0)
}

/// A digit in white on a black square, each of its pixels a square of `times` pixels, its corner on a white page.
fn blocks(
    digit: &[u8; PIXELS],
    times: usize,
    (width, height): (usize, usize),
    corner: (usize, usize),
) -> Coloured {
    let pixel = |at: usize| {
        let [x, y] = [(at % width).checked_sub(corner.0), (at / width).checked_sub(corner.1)];
        let inside = |place: Option<usize>| place.map(|place| place / times).filter(|place| *place < SIDE);
        let level = inside(x).zip(inside(y)).map_or(255, |(x, y)| digit[y * SIDE + x]);
        [level; 3]
    };
    Coloured { width, height, pixels: (0..width * height).map(pixel).collect() }
}

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
fn box_around(
    page: &mut Page,
    (left, top): (f32, f32),
    (right, bottom): (f32, f32),
    breadth: f32,
    colour: Colour,
) {
    let corners = [(left, top), (right, top), (right, bottom), (left, bottom)];
    (0..4).for_each(|side| page.line(corners[side], corners[(side + 1) % 4], breadth, colour));
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
