//! Ink told from paper, under light that is not even.
//!
//! What the paper would look like without ink is estimated for every pixel: a grey closing fills all strokes and follows
//! every shadow. How much darker than its paper a pixel is, as a share of the paper's level, does not depend on the light;
//! that share, measured against the darkest ink of the image, is its ink.

use crate::grey::Grey;
use crate::morphology::closing;
use crate::polarity::{has_light_ink, otsu};
use digits_core::data::SIDE;

/// A share of the darkest ink: from here on a pixel is part of a stroke.
pub(crate) const STROKE: f32 = 0.4;
/// A share of the darkest ink: from here on a pixel may be the thin link between two strokes.
pub(crate) const LINK: f32 = 0.15;
/// Contrast that is never ink: what paper has by itself.
const LEAST: f32 = 0.07;
/// Noise below this share of the lightest level needs no softening.
const CLEAN: f32 = 0.006;
/// Noise above this share of the lightest level drowns every stroke.
const DROWNED: f32 = 0.15;
/// In the dark, noise is large against the level of the paper; paper counts as at least this share of the lightest.
const DARKEST_PAPER: f32 = 0.3;

/// How much ink each pixel has, 0 to 1.
#[derive(Debug, Clone, PartialEq)]
pub struct Ink {
    /// Pixels from left to right.
    pub width: usize,
    /// Pixels from top to bottom.
    pub height: usize,
    /// `width x height` shares of full ink.
    pub levels: Vec<f32>,
}

impl Ink {
    /// Tells ink from paper; none where nothing stands out from the paper.
    pub(crate) fn of(image: &Grey) -> Option<Self> {
        let image = if has_light_ink(image) { image.inverted() } else { image.clone() };
        // Strokes of a pixel or two cannot be told from noise: they are made broader.
        let image = if image.is_minute() { image.enlarged((2 * SIDE).div_ceil(image.side())) } else { image };
        let grain = noise(&image);
        if grain > DROWNED {
            return None;
        }
        // Clean images keep their finest strokes as they are.
        let soft = if grain > CLEAN { image.softened() } else { image };
        let contrast = contrast(&soft);
        let floor = LEAST.max(6.0 * noise(&soft));
        let full = darkest(&contrast, floor)?;
        let share = |contrast: f32| {
            if contrast < floor.min(STROKE * full) { 0.0 } else { (contrast / full).min(1.0) }
        };
        let shares: Vec<f32> = contrast.iter().map(|&contrast| share(contrast)).collect();
        let split = split(&shares);
        // Straight from nothing to the split, and from there to full ink.
        let levels = shares.iter().map(|&share| match share < split {
            true => share * STROKE / split,
            false => STROKE + (share - split) * (1.0 - STROKE) / (1.0 - split),
        });
        Some(Ink { width: soft.width, height: soft.height, levels: levels.collect() })
    }

    /// Which pixels have at least this share of full ink.
    pub(crate) fn mask(&self, least: f32) -> Vec<bool> {
        self.levels.iter().map(|&level| level >= least).collect()
    }
}

/// How much darker than its paper each pixel is, as a share of the paper's level.
fn contrast(image: &Grey) -> Vec<f32> {
    let radius = (image.extent() / 5).max(3);
    let paper = closing(image, radius);
    let lightest = f32::from(paper.levels.iter().copied().max().unwrap_or(255));
    let share = |(level, paper): (&u8, &u8)| {
        let (level, paper) = (f32::from(*level), f32::from(*paper));
        (paper - level) / paper.max(DARKEST_PAPER * lightest).max(1.0)
    };
    let mut contrast: Vec<f32> = image.levels.iter().zip(&paper.levels).map(share).collect();
    // The closing follows the lightest of the noise. Plain paper is where there is little contrast.
    let plain = percentile(&contrast, 0.2);
    contrast.iter_mut().for_each(|contrast| *contrast -= plain);
    contrast
}

/// How much neighbours differ that show the same, as a share of the lightest level: from the median, so that strokes do
/// not count.
fn noise(image: &Grey) -> f32 {
    let mut differences = [0usize; 256];
    for row in image.levels.chunks_exact(image.width) {
        row.windows(3).for_each(|three| {
            let middle = (u16::from(three[0]) + u16::from(three[2])) / 2;
            differences[usize::from(middle.abs_diff(u16::from(three[1])).min(255))] += 1;
        });
    }
    let half = differences.iter().sum::<usize>().div_ceil(2);
    let mut seen = 0;
    let median = differences.iter().position(|count| {
        seen += count;
        seen >= half
    });
    let lightest = image.levels.iter().copied().max().unwrap_or(255).max(1);
    median.unwrap_or(0) as f32 / f32::from(lightest)
}

/// The contrast of full ink: that of the darkest fiftieth of what stands out.
fn darkest(contrast: &[f32], floor: f32) -> Option<f32> {
    let ink: Vec<f32> = contrast.iter().copied().filter(|contrast| *contrast > floor).collect();
    (!ink.is_empty()).then(|| percentile(&ink, 0.98))
}

/// The share of full ink that parts strokes from what is paler all over, a shadow with a sharp edge or printed lines.
fn split(shares: &[f32]) -> f32 {
    let dark: Vec<u8> =
        shares.iter().filter(|share| **share > 0.0).map(|share| (255.0 * share) as u8).collect();
    (f32::from(otsu(&dark)) / 255.0).clamp(STROKE, 0.7)
}

/// The value below which this share of the values lies.
fn percentile(values: &[f32], share: f64) -> f32 {
    let mut values = values.to_vec();
    let at = ((values.len() - 1) as f64 * share) as usize;
    *values.select_nth_unstable_by(at, f32::total_cmp).1
}
