//! Whether the ink is darker than the paper, as on a page, or lighter, as on a blackboard.
//!
//! Ink is what is narrow, paper what is wide: a window of a quarter of the image fits into paper and not into strokes. So
//! the image is split into a light and a dark class, and the one that such windows do not fit into is ink. Where they
//! fit into both (a sheet on a dark table, half a page in shadow) or into none (a digit that fills its image), smaller
//! windows and the border decide.

use crate::grey::Grey;
use crate::lines::is_box;
use crate::morphology::{closing, opening};
use crate::parts::parts;

/// What this is decided on: few pixels say it well enough.
const SIDE: usize = 128;
/// The largest share of a class that windows may fit into if it is to be strokes.
const STROKES: f64 = 0.35;
/// How often the evidence for light ink must outweigh that for dark ink.
const USUALLY_DARK: f64 = 1.5;

/// Whether the ink is lighter than the paper.
pub(crate) fn has_light_ink(image: &Grey) -> bool {
    let small = image.shrunk_to(SIDE);
    let threshold = otsu(&small.levels);
    let light: Vec<bool> = small.levels.iter().map(|&level| level > threshold).collect();
    let classes = Grey { levels: light.iter().map(|&light| 255 * u8::from(light)).collect(), ..small };
    let radius = (small.side() / 8).max(2);
    let wide_light = share_that_stays(&classes, radius);
    let wide_dark = share_that_stays(&classes.inverted(), radius);
    match (wide_light > STROKES, wide_dark > STROKES) {
        (false, true) => !is_sheet(&light, small.width),
        (true, false) => false,
        (true, true) => {
            let (dark, light) = narrow(&small, (small.side() / 16).max(1));
            light > USUALLY_DARK * dark
        }
        (false, false) => {
            let border = |at: &usize| {
                let (x, y) = (at % small.width, at / small.width);
                x == 0 || y == 0 || x + 1 == small.width || y + 1 == small.height
            };
            let dark = |at: &usize| !light[*at];
            let (all, dark) = ((0..light.len()).filter(border).count(), (0..light.len()).filter(border).filter(dark).count());
            2 * dark > all
        }
    }
}

/// Whether most of what is light is one sheet of paper with straight sides, on something dark.
fn is_sheet(light: &[bool], width: usize) -> bool {
    let largest = parts(light, width).into_iter().max_by_key(|part| part.pixels.len());
    largest.is_some_and(|part| {
        3 * part.bounds.width * part.bounds.height > light.len() && is_box(&part, width)
    })
}

/// The share of the light pixels of a two-valued image that windows of light fit into.
fn share_that_stays(classes: &Grey, radius: usize) -> f64 {
    let light = |image: &Grey| image.levels.iter().filter(|&&level| level > 0).count() as f64;
    light(&opening(classes, radius)) / light(classes).max(1.0)
}

/// How much darkness, and how much light, is narrower than a window.
fn narrow(image: &Grey, radius: usize) -> (f64, f64) {
    /// What noise makes is not counted.
    const NOISE: u8 = 12;
    let sum = |high: &Grey, low: &Grey| {
        let differences = high.levels.iter().zip(&low.levels).map(|(high, low)| high - low);
        differences.filter(|difference| *difference > NOISE).map(f64::from).sum::<f64>()
    };
    (sum(&closing(image, radius), image), sum(image, &opening(image, radius)))
}

/// The level that splits levels into two classes of the least variance inside them (Otsu 1979): the last of the dark.
pub(crate) fn otsu(levels: &[u8]) -> u8 {
    let mut counts = [0.0f64; 256];
    levels.iter().for_each(|&level| counts[usize::from(level)] += 1.0);
    let all: f64 = levels.len() as f64;
    let sum: f64 = counts.iter().enumerate().map(|(level, count)| level as f64 * count).sum();
    let (mut dark, mut dark_sum, mut best, mut first, mut last) = (0.0, 0.0, 0.0, 127, 127);
    for (level, count) in counts.iter().enumerate() {
        dark += count;
        dark_sum += level as f64 * count;
        let light = all - dark;
        if dark == 0.0 || light == 0.0 {
            continue;
        }
        let apart = dark_sum / dark - (sum - dark_sum) / light;
        let between = dark * light * apart * apart;
        if between > best {
            (best, first, last) = (between, level, level);
        } else if between == best {
            last = level;
        }
    }
    // Between two peaks with nothing in between, every level splits as well: the middle has most room for noise.
    ((first + last) / 2) as u8
}
