//! Colours as the grey in which ink shows best: a yellow pen is as light as its paper, but not in blue.

use crate::grey::Grey;
use crate::morphology::{closing, opening};

/// An image of three colours, each pixel red, green and blue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Coloured {
    /// Pixels from left to right.
    pub width: usize,
    /// Pixels from top to bottom.
    pub height: usize,
    /// `width x height` pixels, row by row.
    pub pixels: Vec<[u8; 3]>,
}

/// A single colour must show the ink so much better than the brightness does.
const CLEARLY_BETTER: f64 = 1.8;

impl Coloured {
    /// The brightness of the image, or where the ink differs from its paper mainly in colour, that colour.
    pub fn to_grey(&self) -> Grey {
        let grey = |level: fn(&[u8; 3]) -> u8| Grey {
            width: self.width,
            height: self.height,
            levels: self.pixels.iter().map(level).collect(),
        };
        let luma = grey(luma);
        if self.pixels.iter().all(|[red, green, blue]| red == green && green == blue) {
            return luma;
        }
        let mut best = CLEARLY_BETTER * visible(&luma);
        let mut chosen = luma;
        for single in [grey(|pixel| pixel[0]), grey(|pixel| pixel[1]), grey(|pixel| pixel[2])] {
            let visible = visible(&single);
            if visible > best {
                (best, chosen) = (visible, single);
            }
        }
        chosen
    }
}

/// The brightness of a pixel (ITU-R BT.601).
fn luma([red, green, blue]: &[u8; 3]) -> u8 {
    ((299 * u32::from(*red) + 587 * u32::from(*green) + 114 * u32::from(*blue) + 500) / 1000) as u8
}

/// How much narrow things, dark or light, stand out: the mean of the most striking hundredth of the image.
fn visible(image: &Grey) -> f64 {
    if !image.is_valid() {
        return 0.0;
    }
    let small = image.shrunk_to(100);
    let radius = (small.side() / 8).max(2);
    let (closed, opened) = (closing(&small, radius), opening(&small, radius));
    let levels = small.levels.iter().zip(closed.levels.iter().zip(&opened.levels));
    let mut out: Vec<u8> = levels.map(|(level, (high, low))| (high - level).max(level - low)).collect();
    out.sort_unstable_by(|a, b| b.cmp(a));
    let most = &out[..out.len().div_ceil(100)];
    most.iter().map(|&level| f64::from(level)).sum::<f64>() / most.len() as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ink_that_is_as_bright_as_its_paper_shows_in_its_colour() {
        let (width, height) = (60, 60);
        let drawn = |paper: [u8; 3], ink: [u8; 3]| {
            let pixel = |at: usize| if (28..33).contains(&(at % width)) { ink } else { paper };
            Coloured { width, height, pixels: (0..width * height).map(pixel).collect() }.to_grey().levels
        };
        let yellow = drawn([255, 255, 255], [255, 230, 0]);
        assert_eq!((yellow[0], yellow[30]), (255, 0));
        let red_on_green = drawn([90, 170, 90], [200, 115, 90]);
        assert!(red_on_green[30].abs_diff(red_on_green[0]) > 50);
        let dark_blue = drawn([255, 255, 255], [20, 20, 120]);
        assert_eq!((dark_blue[0], dark_blue[30]), (255, 31));
    }
}
