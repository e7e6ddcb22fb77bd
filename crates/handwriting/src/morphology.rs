//! Grey morphology with square windows: closing fills what is dark and narrow, opening removes what is light and narrow.
//!
//! Beyond the border, the image goes on as its border is, less what is narrow along the border. So a dark strip along a
//! whole side counts as wide, whatever its breadth, and is left as it is; a stroke that runs out of the image is filled.

use crate::grey::Grey;

/// Fills what is dark and fits into a window of `2 radius + 1` pixels: the largest of the window, then the smallest.
pub(crate) fn closing(image: &Grey, radius: usize) -> Grey {
    let (wide, tall) = (image.width + 2 * radius, image.height + 2 * radius);
    let (first, last) = (image.width - 1, image.height - 1);
    let level = |x: usize, y: usize| image.levels[y * image.width + x];
    let column = |x: usize| closed_line((0..image.height).map(|y| level(x, y)).collect());
    let row = |y: usize| closed_line((0..image.width).map(|x| level(x, y)).collect());
    let (left, right, above, below) = (column(0), column(first), row(0), row(last));
    let mut padded = Vec::with_capacity(wide * tall);
    for y in 0..tall {
        let inner_y = y.saturating_sub(radius).min(last);
        padded.extend(std::iter::repeat_n(left[inner_y], radius));
        padded.extend_from_slice(match y {
            _ if y < radius => &above,
            _ if y - radius > last => &below,
            _ => &image.levels[inner_y * image.width..][..image.width],
        });
        padded.extend(std::iter::repeat_n(right[inner_y], radius));
    }
    let dilated = square(&padded, wide, tall, radius, u8::max);
    let eroded = square(&dilated, wide, tall, radius, u8::min);
    let rows = eroded.chunks_exact(wide).skip(radius).take(image.height);
    let levels = rows.flat_map(|row| &row[radius..radius + image.width]).copied().collect();
    Grey { levels, ..*image }
}

/// A line of pixels without what is dark and shorter than most of it.
fn closed_line(line: Vec<u8>) -> Vec<u8> {
    let (len, radius) = (line.len(), 2 * line.len() / 5);
    let ends = |end: u8| std::iter::repeat_n(end, radius);
    let padded: Vec<u8> = ends(line[0]).chain(line.iter().copied()).chain(ends(line[len - 1])).collect();
    let dilated = vertical(&padded, 1, padded.len(), radius, u8::max);
    vertical(&dilated, 1, padded.len(), radius, u8::min)[radius..radius + len].to_vec()
}

/// Removes what is light and fits into a window of `2 radius + 1` pixels.
pub(crate) fn opening(image: &Grey, radius: usize) -> Grey {
    closing(&image.inverted(), radius).inverted()
}

/// The largest (or smallest: whatever `pick` prefers) value of the square window around each pixel.
pub(crate) fn square(
    values: &[u8],
    width: usize,
    height: usize,
    radius: usize,
    pick: fn(u8, u8) -> u8,
) -> Vec<u8> {
    let down = vertical(values, width, height, radius, pick);
    let turned = transposed(&down, width, height);
    transposed(&vertical(&turned, height, width, radius, pick), height, width)
}

/// The same for windows of one column, in a time that does not depend on their length (van Herk 1992): the picks of
/// blocks of `2 radius + 1` rows, forwards and backwards, meet in each window.
fn vertical(values: &[u8], width: usize, height: usize, radius: usize, pick: fn(u8, u8) -> u8) -> Vec<u8> {
    let block = 2 * radius + 1;
    let running = |order: &mut dyn Iterator<Item = (usize, Option<usize>)>| {
        let mut picks = values.to_vec();
        for (y, before) in order {
            let Some(before) = before else { continue };
            for x in 0..width {
                picks[y * width + x] = pick(picks[y * width + x], picks[before * width + x]);
            }
        }
        picks
    };
    let forwards = running(&mut (0..height).map(|y| (y, (y % block > 0).then(|| y - 1))));
    let is_last = |y: usize| y % block == block - 1 || y + 1 == height;
    let backwards = running(&mut (0..height).rev().map(|y| (y, (!is_last(y)).then_some(y + 1))));
    let mut found = Vec::with_capacity(values.len());
    for y in 0..height {
        let (first, last) = (y.saturating_sub(radius), (y + radius).min(height - 1));
        let (from, to) = (&backwards[first * width..], &forwards[last * width..]);
        // At an end of the image a window may lie within one block, in which only one of the two runs is right.
        if first / block == last / block {
            let only = if first % block == 0 { to } else { from };
            found.extend_from_slice(&only[..width]);
        } else {
            found.extend(from[..width].iter().zip(to).map(|(a, b)| pick(*a, *b)));
        }
    }
    found
}

/// Rows become columns.
fn transposed(values: &[u8], width: usize, height: usize) -> Vec<u8> {
    (0..width).flat_map(|x| (0..height).map(move |y| values[y * width + x])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use digits_core::random::{Purpose, below, generator};

    #[test]
    fn windows_hold_what_a_search_finds() {
        let mut rng = generator(1, Purpose::Test, 0);
        for (width, height, radius) in [(1, 1, 0), (1, 9, 2), (7, 5, 1), (12, 31, 3), (5, 4, 9)] {
            let values: Vec<u8> = (0..width * height).map(|_| below(&mut rng, 256) as u8).collect();
            let found = square(&values, width, height, radius, u8::max);
            for (at, found) in found.iter().enumerate() {
                let near = |a: usize, b: usize| a.abs_diff(b) <= radius;
                let within =
                    |&other: &usize| near(other % width, at % width) && near(other / width, at / width);
                let largest = (0..values.len()).filter(within).map(|other| values[other]).max();
                assert_eq!(Some(*found), largest, "{width} x {height}, {radius}");
            }
        }
    }

    #[test]
    fn closing_fills_strokes_and_leaves_strips_along_a_side() {
        let (width, height) = (40, 30);
        let dark = |at: usize| at % width < 2 || (at / width == 15 && at % width < 20);
        let levels = (0..width * height).map(|at| if dark(at) { 10 } else { 250 }).collect();
        let closed = closing(&Grey { width, height, levels }, 4);
        assert_eq!((closed.levels[15 * width + 10], closed.levels[15 * width + 1]), (250, 10));
        assert_eq!(closed.levels.iter().filter(|&&level| level == 10).count(), 2 * height);
    }
}
