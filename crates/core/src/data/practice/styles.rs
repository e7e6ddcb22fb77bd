//! The table of writing styles: for each digit, the ways to write it and how often each occurs.
//!
//! A line is one style: the digit, its weight among the styles of this digit, and the points that the pen passes, in
//! hundredths of a unit box (x to the right, y down). `*` marks a corner, `/` lifts the pen for the next stroke, and
//! what follows `#` is for people. The styles were drawn by hand after looking at many handwritten digits; none was
//! traced or fitted.

use std::sync::LazyLock;

use crate::data::CLASSES;

/// A point that the pen passes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Knot {
    pub(super) x: f64,
    pub(super) y: f64,
    /// Whether the line may change its direction here at once.
    pub(super) corner: bool,
}

/// One way to write a digit.
#[derive(Debug)]
pub(super) struct Style {
    /// How often it occurs, relative to the other styles of its digit.
    pub(super) weight: f64,
    /// The knots of each stroke, two or more.
    pub(super) strokes: Vec<Vec<Knot>>,
}

/// All ways to write one digit.
#[derive(Debug)]
pub(super) struct Digit {
    /// How far the shape leans to the right, in widths per height.
    pub(super) slant: f64,
    /// Width over height.
    pub(super) aspect: f64,
    /// The breadth of the pen, relative to the other digits.
    pub(super) pen: f64,
    /// The styles, at least one.
    pub(super) styles: Vec<Style>,
}

/// The digits 0 to 9.
pub(super) static DIGITS: LazyLock<[Digit; CLASSES]> = LazyLock::new(|| {
    std::array::from_fn(|digit| {
        let [slant, aspect, pen] = PROPORTIONS[digit];
        let styles = STYLES
            .lines()
            // The table is part of the program, and a test reads every line of it.
            .map(|line| style(line).unwrap_or_else(|| panic!("not a style: {line}")))
            .filter(|(class, _)| *class == digit)
            .map(|(_, style)| style)
            .collect();
        Digit { slant, aspect, pen, styles }
    })
});

/// Reads a line of the table: the digit and its style.
fn style(line: &str) -> Option<(usize, Style)> {
    let (shape, _comment) = line.split_once('#')?;
    let (class, shape) = shape.trim().split_once(' ')?;
    let (weight, shape) = shape.split_once(' ')?;
    let strokes = shape
        .split('/')
        .map(|stroke| stroke.split_whitespace().map(knot).collect())
        .collect::<Option<_>>()?;
    let weight = weight.parse().ok()?;
    Some((class.parse().ok()?, Style { weight, strokes }))
}

/// Reads a point such as `55,0` or, at a corner, `*50,0`.
fn knot(text: &str) -> Option<Knot> {
    let corner = text.starts_with('*');
    let (x, y) = text.trim_start_matches('*').split_once(',')?;
    let unit = |hundredths: &str| Some(hundredths.parse::<f64>().ok()? / 100.0);
    Some(Knot { x: unit(x)?, y: unit(y)?, corner })
}

/// Slant, aspect and pen of each digit, chosen so that the slant, the box and the mean grey of many drawn digits
/// agree with those of handwritten ones.
const PROPORTIONS: [[f64; 3]; CLASSES] = [
    [0.21, 0.90, 1.05],
    [0.27, 0.45, 1.05],
    [0.10, 0.95, 0.92],
    [0.10, 0.78, 0.94],
    [0.18, 0.82, 0.90],
    [0.17, 0.86, 0.90],
    [0.08, 0.75, 0.93],
    [0.05, 0.82, 0.94],
    [0.16, 0.80, 0.90],
    [0.09, 0.76, 0.90],
];

const STYLES: &str = "\
0 4 55,0 20,12 2,50 18,88 50,100 82,88 98,50 82,12 50,0  # round, closed at the top
0 2 62,5 28,10 5,45 10,80 40,100 78,85 95,50 80,12 45,2 30,12  # starts right of the top, overlaps itself inside
0 1.5 50,0 25,15 15,50 25,85 50,100 75,85 85,50 75,15 50,0  # narrow
0 1 80,4 45,2 12,20 4,60 30,97 70,92 92,60 85,25 60,10 30,20  # flag at top right, end curls inside
0 1 40,6 15,25 5,60 25,95 60,97 90,70 92,35 70,5 55,0  # gap at the top
1 10 50,0 50,50 50,100  # plain stick
1 1.5 10,20 *50,0 50,50 50,100  # flag, no base
1 0.8 10,20 *50,0 50,50 50,100 / -10,100 50,100 110,98  # flag and base
2 3 8,22 30,2 65,3 80,27 60,58 30,82 *5,98 45,95 95,97  # open head, corner, flat bar
2 2 10,20 35,2 70,6 78,30 60,62 30,90 10,97 3,85 18,76 45,88 70,97 100,88  # small flat loop at the bottom
2 3 15,22 38,2 68,6 72,30 52,62 25,93 6,96 0,80 18,68 50,74 75,82 105,80  # bottom loop hangs below the tail
2 3 20,18 45,0 72,10 70,36 50,70 25,96 2,92 6,70 35,68 65,84 90,98 110,95  # round bottom loop, tail drops
2 1 5,10 40,3 82,8 50,50 *8,95 50,93 95,93  # Z-like
2 1.2 20,30 18,12 45,0 75,12 72,40 45,70 5,97 10,85 50,90 100,98  # hooked head, pinched corner
2 2 25,12 50,0 72,12 68,40 45,68 *8,90 40,86 75,95 115,100  # narrow head, bar falls to the right
2 1 30,10 55,0 72,14 60,42 35,70 *10,86 50,80 90,78 130,76  # small head, long raised bar
2 1.5 10,25 30,3 65,0 85,22 70,55 40,85 12,100 2,88 20,75 50,85 80,98 100,92  # big head, wide loop
2 2.5 20,20 42,2 68,8 72,30 62,55 42,85 15,98 0,88 12,72 45,76 75,93 100,98  # narrow head, loop centred, tail drops
2 1.5 25,15 50,0 75,12 72,40 50,75 20,95 2,86 15,74 40,80 60,95 85,98 100,85  # steep back, round loop, tail rises
2 1.2 5,15 40,0 80,6 85,25 55,55 *20,88 50,86 82,92  # head like ?, short bar
2 2.5 22,14 48,0 74,10 76,30 60,52 35,76 12,93 2,84 16,70 42,75 66,90 95,96  # small loop high, tail drops
3 3 10,12 40,0 75,10 72,32 *35,47 72,54 88,75 65,97 30,98 4,85  # two bowls, cusp in the middle
3 1 10,4 45,3 *80,3 60,22 *38,42 75,50 86,74 60,98 8,92  # flat top, zigzag
3 2 10,15 45,0 80,12 70,35 45,48 30,47 40,42 70,54 88,76 60,98 25,97 2,85  # small loop at the waist
3 2.5 20,10 45,0 75,14 65,35 45,46 70,56 80,78 55,98 14,95  # smooth waist, short ends
3 1.5 12,14 50,0 88,8 75,30 *35,46 70,47 95,62 85,88 45,100 0,93  # wide lower bowl
3 2 22,10 50,2 76,12 66,34 *30,50 60,50 78,68 62,93 35,100 15,94  # equal bowls, short tail
3 2 12,10 36,0 60,12 54,32 *30,44 70,50 92,72 65,97 30,100 2,92  # small upper bowl
3 2 5,12 48,0 72,6 56,25 *32,40 70,42 100,62 78,92 35,100 2,92  # wide, zigzag top, big lower bowl
4 3 12,3 8,28 *5,54 45,56 95,52 / 75,2 70,50 65,100  # open, L-shape and stem
4 1.2 68,0 35,32 *3,62 50,62 100,60 / 68,0 68,50 68,100  # closed triangle (corner at top)
4 2.5 10,0 6,30 25,48 50,45 80,36 / 82,0 75,40 62,100  # open, U-shape (no corner) and stem
4 1.2 25,5 15,35 *2,66 50,64 105,60 / 68,15 62,55 60,100  # wide slanted bar, short stem
4 0.3 62,2 30,22 *4,48 30,50 60,46 85,40 / 72,0 70,50 62,100  # nearly closed, 9-like (rare on purpose)
5 3 22,5 18,25 *14,44 45,36 78,50 82,78 50,100 12,93 / 22,5 55,3 92,0  # body and separate flag, round belly
5 3 95,0 60,3 *30,5 24,22 *18,42 50,36 82,58 70,90 38,100 8,90  # one stroke, flag first
5 1 92,5 50,2 22,20 35,42 70,55 75,80 40,100 2,92  # S-like
5 2.5 40,12 34,28 *28,45 50,44 64,62 52,88 25,100 2,92 / 40,12 70,7 105,0  # narrow, long flag to the right
5 1 20,8 20,30 *20,50 50,42 85,60 75,92 40,100 5,85 / 20,8 45,6 75,3  # square shoulder, short flag
5 1 25,5 20,22 *16,42 50,40 78,56 75,85 45,100 18,92 12,78 / 25,5 55,4 85,0  # belly curls back up, separate flag
5 1 85,2 62,4 *40,5 28,22 *15,40 50,45 72,65 60,92 30,100 0,96  # one stroke, straight diagonal neck
6 2 75,0 40,20 10,55 12,85 45,100 80,85 75,62 45,56 15,76  # curved back, round loop
6 3 50,0 22,35 8,70 25,97 60,97 75,78 60,64 30,74 15,88  # straight back, low loop
6 3 35,0 14,35 4,70 20,96 60,100 95,82 85,60 50,62 14,84  # upright back, wide loop
6 1 45,0 20,30 8,68 25,97 60,92 82,66 65,52 40,66 20,90 -5,98  # loop crosses the back
6 2 85,0 45,25 12,62 14,90 42,100 72,88 72,72 50,68 22,86  # long lean, small low loop
6 1.2 40,0 15,30 0,65 12,95 55,98 98,72 90,48 60,50 30,70 20,95  # wide open loop
6 1.5 55,0 28,20 8,50 6,82 35,100 75,92 98,68 80,52 50,60 22,85  # hooked back, wide loop
7 4 2,10 40,6 *90,5 65,45 45,100  # plain
7 2 5,22 *10,5 50,5 *90,5 62,50 45,100  # serif at the left
7 2 2,10 40,5 *90,5 65,45 42,100 / 20,54 55,51 92,48  # crossbar
7 2 5,15 30,5 70,3 85,15 70,45 55,100  # round shoulder
7 1 0,32 12,10 50,10 95,0 80,40 55,100  # hooked left, bar rises
7 1.5 8,36 *10,8 50,6 *92,2 70,50 55,100  # long left serif
8 4 80,14 50,0 20,15 35,40 65,62 72,86 45,100 20,86 32,62 65,38 82,14  # one stroke, S first
8 1 50,0 22,12 25,38 50,47 75,36 78,12 50,0 / 50,47 22,60 20,88 50,100 80,88 78,60 50,47  # two circles
8 1.5 92,4 50,2 20,18 40,42 66,65 62,90 40,100 20,86 40,60 65,40 85,15  # open top, narrow bottom
8 1.5 95,12 60,0 15,12 20,34 52,54 62,80 42,100 20,86 40,60 70,38 98,15  # big top, small bottom
8 1 85,20 55,0 25,20 45,42 85,65 85,90 45,100 10,88 25,65 55,45 80,10  # small top, wide bottom
8 1.5 66,14 50,0 30,15 38,40 58,62 62,86 45,100 30,86 40,62 60,38 70,12  # very narrow
9 2.5 78,12 45,0 12,18 15,42 45,48 75,28 80,10 77,50 72,100  # round loop, straight tail
9 1.2 78,12 45,0 12,18 15,42 45,50 75,28 82,12 82,60 60,95 20,95  # round loop, hooked tail
9 2.5 78,10 45,0 12,20 18,42 50,42 78,15 68,50 42,100  # pointed loop, tail leans left
9 2.5 85,6 40,6 5,30 20,48 55,40 85,8 75,50 68,100  # flat loop, start overshoots the stem
9 1.5 70,18 45,0 15,12 12,34 40,42 68,26 74,10 78,50 80,100  # small loop, tail leans right
9 2 80,5 52,6 22,24 8,46 22,53 52,40 78,12 66,50 48,100  # tilted thin loop
9 2 90,2 50,8 15,28 12,44 35,47 68,30 88,2 68,55 40,100  # start beyond the stem, tail leans left
9 2 72,10 45,2 20,16 10,38 28,50 58,36 76,12 66,50 42,100  # small tilted loop";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_table_is_a_style() {
        let styles: usize = DIGITS.iter().map(|digit| digit.styles.len()).sum();
        assert_eq!(styles, STYLES.lines().count());
        for digit in DIGITS.iter() {
            assert!(!digit.styles.is_empty());
            for style in &digit.styles {
                assert!(style.weight > 0.0);
                assert!(style.strokes.iter().all(|stroke| stroke.len() >= 2));
                let knots = style.strokes.iter().flatten();
                assert!(knots.into_iter().all(|knot| knot.x.abs() < 1.5 && knot.y.abs() < 1.5));
            }
        }
    }

    #[test]
    fn a_line_is_read_as_written() {
        let (digit, style) = style("7 2 2,10 *90,5 42,100 / 20,54 92,48  # crossbar").expect("a style");
        assert_eq!((digit, style.weight, style.strokes.len()), (7, 2.0, 2));
        let corner = Knot { x: 0.9, y: 0.05, corner: true };
        assert_eq!(style.strokes[0][1], corner);
        assert!(!style.strokes[1][0].corner);
    }
}
