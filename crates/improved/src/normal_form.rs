//! A drawing of any size brought to the form of MNIST's images, which is the form that a network has learned.
//!
//! MNIST's digits are white on black, scaled into a box of 20 x 20 pixels with their proportions kept, and placed in 28 x
//! 28 pixels so that their centre of mass is in the middle (LeCun et al. 1998). A drawing that is not is often taken for
//! an 8, whatever it shows. So, in this order:
//!
//! 1. Paper and ink are told apart: the border is paper, and what differs from it is ink, dark or light.
//! 2. Paper that is not quite even counts as even: what differs no more than the border itself is paper.
//! 3. The ink is cropped and scaled into the box, each new pixel the mean of what it covers.
//! 4. The darkest ink becomes full ink.
//! 5. The centre of mass goes to the middle, by whole pixels.

use digits_core::data::{PIXELS, SIDE};

/// The side of the box that a digit fills.
const BOX: usize = 20;

/// Grey levels, 0 black to 255 white, row by row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grey {
    /// Pixels from left to right.
    pub width: usize,
    /// Pixels from top to bottom.
    pub height: usize,
    /// `width x height` levels.
    pub levels: Vec<u8>,
}

/// Brings a drawing to the normal form: levels from 0, paper, to 255, ink. None where it has no ink.
pub fn normal_form(drawing: &Grey) -> Option<[u8; PIXELS]> {
    let ink = Ink::of(drawing)?;
    let (left, top, width, height) = ink.bounds()?;
    let scale = BOX as f64 / width.max(height) as f64;
    let across = |extent: usize| ((extent as f64 * scale).round() as usize).clamp(1, BOX);
    let (new_width, new_height) = (across(width), across(height));

    let rows = shares(height, new_height);
    let columns = shares(width, new_width);
    let mut digit = vec![0.0; new_width * new_height];
    for (y, row) in rows.iter().enumerate() {
        for (x, column) in columns.iter().enumerate() {
            let mut sum = 0.0;
            for &(from_y, share_y) in row {
                let line = &ink.levels[(top + from_y) * ink.width + left..];
                sum += share_y * column.iter().map(|&(from_x, share_x)| share_x * line[from_x]).sum::<f64>();
            }
            digit[y * new_width + x] = sum;
        }
    }
    let darkest = digit.iter().copied().fold(0.0, f64::max);

    let total: f64 = digit.iter().sum();
    let mean = |place: fn(usize, usize) -> usize| {
        let moment = |(at, ink): (usize, &f64)| place(at, new_width) as f64 * ink;
        digit.iter().enumerate().map(moment).sum::<f64>() / total
    };
    // MNIST's own middle, as its images show: that of pixel 14, counted from 0, in both directions.
    let middle = (SIDE / 2) as f64;
    // A digit stays inside the image even where its mass lies far from the middle of its box.
    let place = |mean: f64, extent: usize| ((middle - mean).round().max(0.0) as usize).min(SIDE - extent);
    let first_x = place(mean(|at, width| at % width), new_width);
    let first_y = place(mean(|at, width| at / width), new_height);

    let mut image = [0; PIXELS];
    for (at, ink) in digit.iter().enumerate() {
        let (x, y) = (first_x + at % new_width, first_y + at / new_width);
        image[y * SIDE + x] = (255.0 * ink / darkest).round() as u8;
    }
    Some(image)
}

/// How much ink each pixel has, from 0.
struct Ink {
    width: usize,
    levels: Vec<f64>,
}

impl Ink {
    /// Tells ink from paper; none where nothing differs from the border.
    fn of(drawing: &Grey) -> Option<Self> {
        let Grey { width, height, levels } = drawing;
        if *width == 0 || *height == 0 || levels.len() != width * height {
            return None;
        }
        let is_border = |at: usize| {
            let (x, y) = (at % width, at / width);
            x == 0 || y == 0 || x + 1 == *width || y + 1 == *height
        };
        let mut border: Vec<u8> =
            (0..levels.len()).filter(|at| is_border(*at)).map(|at| levels[at]).collect();
        border.sort_unstable();
        // A stroke may run out of the image here and there, but not along most of its border.
        let paper = f64::from(border[border.len() / 2]);
        let (darkest, lightest) = levels.iter().fold((255, 0), |(d, l), &level| (level.min(d), level.max(l)));
        let dark_ink = paper - f64::from(darkest) >= f64::from(lightest) - paper;
        let ink = |level: u8| if dark_ink { paper - f64::from(level) } else { f64::from(level) - paper };
        let range = if dark_ink { ink(darkest) } else { ink(lightest) };
        if range <= 0.0 {
            return None;
        }
        // How uneven the paper is, by nine tenths of the border; never so much that light strokes are lost.
        let mut uneven: Vec<f64> = border.iter().map(|&level| (f64::from(level) - paper).abs()).collect();
        uneven.sort_unstable_by(f64::total_cmp);
        let floor = (1.5 * uneven[(uneven.len() - 1) * 9 / 10]).min(0.3 * range);
        let levels = levels.iter().map(|&level| Some(ink(level)).filter(|ink| *ink > floor).unwrap_or(0.0));
        Some(Ink { width: *width, levels: levels.collect() })
    }

    /// The smallest box around all ink: left, top, width and height.
    fn bounds(&self) -> Option<(usize, usize, usize, usize)> {
        let inked = |at: &usize| self.levels[*at] > 0.0;
        let all = || (0..self.levels.len()).filter(inked);
        let top = all().next()? / self.width;
        let bottom = all().next_back()? / self.width;
        let left = all().map(|at| at % self.width).min()?;
        let right = all().map(|at| at % self.width).max()?;
        Some((left, top, right - left + 1, bottom - top + 1))
    }
}

/// For each of `new` pixels the old ones that it covers, of `old` along an axis, with their shares, which add up to 1.
fn shares(old: usize, new: usize) -> Vec<Vec<(usize, f64)>> {
    let scale = old as f64 / new as f64;
    (0..new)
        .map(|pixel| {
            let (begin, end) = (pixel as f64 * scale, (pixel + 1) as f64 * scale);
            let covered = begin as usize..(end.ceil() as usize).min(old);
            let share = |at: usize| ((at + 1) as f64).min(end) - (at as f64).max(begin);
            covered.map(|at| (at, share(at) / scale)).filter(|(_, share)| *share > 1e-9).collect()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use digits_core::data::{Split, practice};

    /// A drawing of a stroke: a bar with a foot, `paper` and `ink` as given.
    fn drawing(width: usize, height: usize, paper: u8, ink: u8) -> Grey {
        let mut levels = vec![paper; width * height];
        for y in height / 5..height * 4 / 5 {
            for x in width / 2..width / 2 + width / 12 {
                levels[y * width + x] = ink;
            }
        }
        for y in height * 3 / 4..height * 4 / 5 {
            for x in width / 3..width * 2 / 3 {
                levels[y * width + x] = ink;
            }
        }
        Grey { width, height, levels }
    }

    fn extent(image: &[u8; PIXELS]) -> (usize, usize) {
        let lit = |at: &usize| image[*at] > 0;
        let xs = || (0..PIXELS).filter(lit).map(|at| at % SIDE);
        let ys = || (0..PIXELS).filter(lit).map(|at| at / SIDE);
        let span = |low: Option<usize>, high: Option<usize>| high.expect("ink") - low.expect("ink") + 1;
        (span(xs().min(), xs().max()), span(ys().min(), ys().max()))
    }

    fn centre(image: &[u8; PIXELS]) -> (f64, f64) {
        let total: f64 = image.iter().map(|&level| f64::from(level)).sum();
        let mean = |place: fn(usize) -> usize| {
            image.iter().enumerate().map(|(at, &level)| place(at) as f64 * f64::from(level)).sum::<f64>()
                / total
        };
        (mean(|at| at % SIDE), mean(|at| at / SIDE))
    }

    #[test]
    fn any_size_and_either_polarity_give_the_same_normal_form() {
        for (width, height) in [(60, 60), (300, 240), (1000, 1500)] {
            let dark_on_light = normal_form(&drawing(width, height, 255, 0)).expect("ink");
            assert_eq!(dark_on_light, normal_form(&drawing(width, height, 0, 255)).expect("ink"));
            assert_eq!(
                dark_on_light,
                normal_form(&drawing(width, height, 200, 60)).expect("ink"),
                "pale ink"
            );
            assert_eq!(extent(&dark_on_light).1, BOX, "{width} x {height}");
            let (x, y) = centre(&dark_on_light);
            assert!((x - 14.0).abs() <= 0.51 && (y - 14.0).abs() <= 0.51, "{x} {y}");
            assert_eq!(dark_on_light.iter().max(), Some(&255));
        }
    }

    #[test]
    fn what_is_in_normal_form_stays_so() {
        let examples = practice::examples(5, Split::Test, 100);
        let mut moved = 0;
        for index in 0..examples.len() {
            let image = examples.image(index);
            let grey = Grey { width: SIDE, height: SIDE, levels: image.to_vec() };
            let again = normal_form(&grey).expect("ink");
            let largest = extent(&again);
            assert!(largest.0.max(largest.1) == BOX, "{largest:?}");
            // A second time, nothing changes any more.
            let twice =
                normal_form(&Grey { width: SIDE, height: SIDE, levels: again.to_vec() }).expect("ink");
            moved += usize::from(twice != again);
        }
        assert!(moved <= 2, "{moved} of 100 move again");
    }

    #[test]
    fn uneven_paper_is_paper() {
        let clean = drawing(100, 100, 230, 20);
        let mut noisy = clean.clone();
        for (at, level) in noisy.levels.iter_mut().enumerate() {
            *level = level.saturating_add((at * 7919 % 13) as u8);
        }
        let (clean, noisy) = (normal_form(&clean).expect("ink"), normal_form(&noisy).expect("ink"));
        assert_eq!(extent(&clean), extent(&noisy));
        let most = clean.iter().zip(&noisy).map(|(a, b)| a.abs_diff(*b)).max();
        assert!(most < Some(25), "{most:?}");
    }

    #[test]
    fn without_ink_there_is_no_digit() {
        assert_eq!(normal_form(&Grey { width: 9, height: 9, levels: vec![255; 81] }), None);
        assert_eq!(normal_form(&Grey { width: 0, height: 9, levels: vec![] }), None);
    }

    #[test]
    fn a_single_pixel_and_a_line_are_drawings_too() {
        let mut levels = vec![255; 40 * 30];
        levels[20 * 40 + 3] = 0;
        assert!(normal_form(&Grey { width: 40, height: 30, levels: levels.clone() }).is_some());
        (5..35).for_each(|x| levels[12 * 40 + x] = 0);
        levels[20 * 40 + 3] = 255;
        let line = normal_form(&Grey { width: 40, height: 30, levels }).expect("ink");
        assert_eq!(extent(&line), (BOX, 1));
    }
}
