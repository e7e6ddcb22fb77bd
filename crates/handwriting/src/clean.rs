//! What is dark and no digit: surroundings, lines, boxes and frames, dust.

use crate::boxes::{is_part_of_box, without_box};
use crate::grey::extent;
use crate::lines::erase_lines;
use crate::paper::{Ink, LINK, STROKE};
use crate::parts::{Bounds, Part, parts};

/// The smallest digit, as a share of the larger side of its image.
const SMALLEST_DIGIT: f64 = 0.03;
/// A part is sizeable beside a larger one from this share of its height or width on.
const SIZEABLE: f64 = 0.25;
/// Dust: the most of the largest part's extent, and of its ink.
const DUST: (f64, f64) = (0.12, 0.03);

/// The parts of the ink that may be digits or pieces of digits.
pub(crate) fn clean(ink: &Ink) -> Vec<Part> {
    let (width, height) = (ink.width, ink.height);
    // Lines are looked for in all ink from `seen` on: those that are about as pale as `least` have gaps there.
    let without_lines = |least: f32, seen: f32| {
        let mut left = ink.mask(seen);
        erase_lines(&mut left, ink);
        let mask: Vec<bool> = ink.mask(least).iter().zip(left).map(|(ink, left)| *ink && left).collect();
        parts(&mask, width)
    };
    let mut found = linked(without_lines(STROKE, STROKE), without_lines(LINK, LINK / 2.0), ink);
    found = without_boxes(found, width);
    found.retain(|part| !is_surroundings(part, width, height));
    found = without_frames(found, width);
    let side = extent(width, height);
    if is_scattered(&found, side) || is_porous(&found, width, height) {
        return Vec::new();
    }
    without_dust(found, side)
}

/// Joins strokes that fainter ink links: the thinnest places of a stroke are narrower than a pixel, and pale. Where
/// fainter ink links much more, the lines of the paper or two digits, the strokes stay as they are.
fn linked(strokes: Vec<Part>, faint: Vec<Part>, ink: &Ink) -> Vec<Part> {
    let mut of_pixel = vec![usize::MAX; ink.levels.len()];
    for (index, part) in faint.iter().enumerate() {
        part.pixels.iter().for_each(|at| of_pixel[*at] = index);
    }
    let mut inside: Vec<Vec<Part>> = vec![Vec::new(); faint.len()];
    let mut found = Vec::new();
    for stroke in strokes {
        match stroke.pixels.iter().map(|at| of_pixel[*at]).find(|index| *index < faint.len()) {
            Some(index) => inside[index].push(stroke),
            None => found.push(stroke),
        }
    }
    for (whole, strokes) in faint.into_iter().zip(inside) {
        let Some(bounds) = strokes.iter().map(|stroke| stroke.bounds).reduce(|a, b| a.joined(&b)) else {
            continue;
        };
        let dark: usize = strokes.iter().map(|stroke| stroke.pixels.len()).sum();
        let tall = |stroke: &&Part| 2 * stroke.bounds.height > bounds.height;
        // What is no broader than this is one digit: the two strokes of a 4.
        let narrow = 10 * bounds.width <= 7 * bounds.height;
        let more = 2 * whole.bounds.side() > 3 * bounds.side() || whole.pixels.len() > 3 * dark;
        if more || (!narrow && strokes.iter().filter(tall).count() > 1) {
            found.extend(strokes);
        } else {
            found.push(whole);
        }
    }
    found
}

/// Takes rectangles away, and leaves what touches and crosses them.
fn without_boxes(found: Vec<Part>, width: usize) -> Vec<Part> {
    let mut left = Vec::new();
    for part in found {
        let may_be_one = part.bounds.width.min(part.bounds.height) >= 24 && !is_solid(&part);
        let Some(pixels) = may_be_one.then(|| without_box(&part, width)).flatten() else {
            left.push(part);
            continue;
        };
        let mut mask = vec![false; part.pixels.iter().max().map_or(0, |last| (last / width + 1) * width)];
        pixels.iter().for_each(|at| mask[*at] = true);
        left.extend(parts(&mask, width));
    }
    left
}

/// Whether ink fills most of a part's bounds: a thick stroke, and not a line around something.
fn is_solid(part: &Part) -> bool {
    10 * part.pixels.len() > 4 * part.bounds.width * part.bounds.height
}

/// Whether a part is what lies around the paper: along a whole side of the image and hardly anywhere else, or a thin
/// piece along the border.
fn is_surroundings(part: &Part, width: usize, height: usize) -> bool {
    let Bounds { left, top, width: w, height: h } = part.bounds;
    let (right, bottom) = (left + w == width, top + h == height);
    let thin = |thickness: usize, side: usize| thickness <= (side / 16).max(2);
    let along_x = (top == 0 || bottom) && w > 3 * h && thin(h, height) && 2 * w > width;
    let along_y = (left == 0 || right) && h > 3 * w && thin(w, width) && 2 * h > height;
    let touches = |place: &dyn Fn(usize) -> bool| part.pixels.iter().filter(|at| place(**at)).count();
    let along = |count: usize, side: usize| 100 * count >= 97 * side;
    let whole = along(touches(&|at| at % width == 0), height)
        || along(touches(&|at| at % width + 1 == width), height)
        || along(touches(&|at| at / width == 0), width)
        || along(touches(&|at| at / width + 1 == height), width);
    along_x || along_y || whole
}

/// Takes away what has something sizeable inside: a digit never has.
fn without_frames(found: Vec<Part>, width: usize) -> Vec<Part> {
    let is_frame = |frame: &Part| {
        let inside = |part: &&Part| {
            frame.bounds != part.bounds
                && frame.bounds.holds(&part.bounds)
                && part.bounds.side() as f64 >= SIZEABLE * frame.bounds.side() as f64
        };
        let mut inside = found.iter().filter(inside).peekable();
        inside.peek().is_some()
            && (is_part_of_box(frame, width) || inside.any(|part| encloses(frame, part, width)))
    };
    let frames: Vec<bool> = found.iter().map(is_frame).collect();
    let mut frames = frames.iter();
    let mut found = found;
    found.retain(|_| frames.next() == Some(&false));
    found
}

/// Whether no way leads from a part to the outside of another without crossing it.
fn encloses(frame: &Part, part: &Part, width: usize) -> bool {
    let Bounds { left, top, width: w, height: h } = frame.bounds;
    let mut wall = vec![false; w * h];
    frame.pixels.iter().for_each(|at| wall[(at / width - top) * w + at % width - left] = true);
    let Some(start) = part.pixels.first().map(|at| (at / width - top) * w + at % width - left) else {
        return false;
    };
    let mut way = vec![start];
    while let Some(at) = way.pop() {
        let (x, y) = (at % w, at / w);
        if x == 0 || y == 0 || x + 1 == w || y + 1 == h {
            return false;
        }
        for near in [at - 1, at + 1, at - w, at + w] {
            if !std::mem::replace(&mut wall[near], true) {
                way.push(near);
            }
        }
    }
    true
}

/// Whether the ink is in so many small pieces that no handwriting is in it.
fn is_scattered(found: &[Part], side: usize) -> bool {
    let ink: usize = found.iter().map(|part| part.pixels.len()).sum();
    let large = |part: &&Part| part.bounds.side() as f64 >= 0.1 * side as f64;
    let in_large: usize = found.iter().filter(large).map(|part| part.pixels.len()).sum();
    found.len() > 50 && 2 * in_large < ink
}

/// Whether the ink is full of pores, single pixels of paper that ink surrounds on three sides, as noise is.
fn is_porous(found: &[Part], width: usize, height: usize) -> bool {
    let mut mask = vec![false; width * height];
    found.iter().flat_map(|part| &part.pixels).for_each(|at| mask[*at] = true);
    let is_pore = |at: &usize| {
        let (x, y) = (at % width, at / width);
        let sides = [
            x > 0 && mask[at - 1],
            x + 1 < width && mask[at + 1],
            y > 0 && mask[at - width],
            y + 1 < height && mask[at + width],
        ];
        !mask[*at] && sides.iter().filter(|inked| **inked).count() >= 3
    };
    let pores = (0..mask.len()).filter(is_pore).count();
    // In the smallest images, bends of strokes look like some.
    16 * pores > 16 + mask.iter().filter(|inked| **inked).count()
}

/// Takes away parts that are too small for a digit or a piece of one.
fn without_dust(mut found: Vec<Part>, side: usize) -> Vec<Part> {
    let largest = found.iter().map(|part| part.bounds.side()).max().unwrap_or(0);
    let most_ink = found.iter().map(|part| part.pixels.len()).max().unwrap_or(0);
    if (largest as f64) < SMALLEST_DIGIT * side as f64 {
        return Vec::new();
    }
    found.retain(|part| {
        part.bounds.side() as f64 > DUST.0 * largest as f64
            || part.pixels.len() as f64 > DUST.1 * most_ink as f64
    });
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two strokes of full ink, so far apart and 100 high, and a faint one from one to the other.
    fn strokes(apart: usize) -> usize {
        const SIDE: usize = 160;
        let level = |at: usize| {
            let (x, y) = (at % SIDE, at / SIDE);
            let upright = (20..24).contains(&x) && (20..90).contains(&y)
                || (20 + apart..24 + apart).contains(&x) && (50..120).contains(&y);
            let faint = (20..20 + apart).contains(&x) && (80..83).contains(&y);
            if upright {
                1.0
            } else if faint {
                0.3
            } else {
                0.0
            }
        };
        clean(&Ink { width: SIDE, height: SIDE, levels: (0..SIDE * SIDE).map(level).collect() }).len()
    }

    /// Protects digits on squared paper: lines about as pale as the links between strokes are no tails of digits.
    #[test]
    fn lines_with_gaps_are_taken_away_whole() {
        const SIDE: usize = 160;
        let level = |at: usize| {
            let (x, y) = (at % SIDE, at / SIDE);
            let line = if (x + y) % 16 < 8 { 0.1 } else { 0.2 };
            match (x, y) {
                (70..76, 40..120) => 1.0,
                _ if x % 20 == 13 || y % 20 == 13 => line,
                _ => 0.0,
            }
        };
        let found = clean(&Ink { width: SIDE, height: SIDE, levels: (0..SIDE * SIDE).map(level).collect() });
        let bounds: Vec<Bounds> = found.iter().map(|part| part.bounds).collect();
        assert_eq!(bounds, [Bounds { left: 70, top: 40, width: 6, height: 80 }]);
    }

    /// Protects a 4 that a fine pen wrote: where its strokes meet, they are pale.
    #[test]
    fn faint_ink_joins_the_strokes_of_one_digit_and_not_two_digits() {
        assert_eq!((strokes(45), strokes(100)), (1, 2));
    }
}
