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
    pick: impl Fn(u8, u8) -> u8 + Copy,
) -> Vec<u8> {
    let down = vertical(values, width, height, radius, pick);
    let turned = transposed(&down, width, height);
    transposed(&vertical(&turned, height, width, radius, pick), height, width)
}

/// The same for windows of one column, in a time that does not depend on their length (van Herk 1992): the picks of
/// blocks of `2 radius + 1` rows, forwards and backwards, meet in each window.
fn vertical(
    values: &[u8],
    width: usize,
    height: usize,
    radius: usize,
    pick: impl Fn(u8, u8) -> u8,
) -> Vec<u8> {
    let block = 2 * radius + 1;
    let join = |row: &mut [u8], other: &[u8]| row.iter_mut().zip(other).for_each(|(a, b)| *a = pick(*a, *b));
    let (mut forwards, mut backwards) = (values.to_vec(), values.to_vec());
    for y in (1..height).filter(|y| y % block > 0) {
        let (above, here) = forwards.split_at_mut(y * width);
        join(&mut here[..width], &above[(y - 1) * width..]);
    }
    for y in (1..height).rev().filter(|y| y % block > 0) {
        let (above, here) = backwards.split_at_mut(y * width);
        join(&mut above[(y - 1) * width..], &here[..width]);
    }
    let mut found = Vec::with_capacity(values.len());
    for y in 0..height {
        let (first, last) = (y.saturating_sub(radius), (y + radius).min(height - 1));
        let (from, to) = (&backwards[first * width..][..width], &forwards[last * width..][..width]);
        // At an end of the image a window may lie within one block, in which only one of the two is right.
        if first / block == last / block {
            found.extend_from_slice(if first % block == 0 { to } else { from });
        } else {
            found.extend(from.iter().zip(to).map(|(a, b)| pick(*a, *b)));
        }
    }
    found
}

/// Rows become columns, a tile at a time, which stays in the processor's cache.
fn transposed(values: &[u8], width: usize, height: usize) -> Vec<u8> {
    const TILE: usize = 32;
    let mut turned = vec![0; values.len()];
    for (top, left) in (0..height).step_by(TILE).flat_map(|y| (0..width).step_by(TILE).map(move |x| (y, x))) {
        for y in top..(top + TILE).min(height) {
            for x in left..(left + TILE).min(width) {
                turned[x * height + y] = values[y * width + x];
            }
        }
    }
    turned
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
