//! An image as text: two rows of pixels in a line of characters.

use digits_core::data::{PIXELS, SIDE};
use std::fmt::Write;
use std::ops::Range;

/// Rows `y` and `y + 1` of an image in a line: half blocks in grey, or one of five shades for both.
pub fn two_rows(image: &[u8; PIXELS], y: usize, colours: bool) -> String {
    two_rows_within(image, y, 0..SIDE, colours)
}

/// The same, of some columns.
pub fn two_rows_within(image: &[u8; PIXELS], y: usize, columns: Range<usize>, colours: bool) -> String {
    let mut text = String::new();
    for x in columns {
        let (upper, lower) = (image[SIDE * y + x], image[SIDE * (y + 1) + x]);
        if colours {
            // A String takes everything.
            let _ = write!(text, "\x1b[38;2;{upper};{upper};{upper};48;2;{lower};{lower};{lower}m▀");
        } else {
            let mean = (usize::from(upper) + usize::from(lower)) / 2;
            text.push([' ', '░', '▒', '▓', '█'][(4 * mean + 127) / 255]);
        }
    }
    if colours {
        text.push_str("\x1b[0m");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_rows_are_half_blocks_in_grey_or_one_of_five_shades() {
        let mut image = [0; PIXELS];
        (image[0], image[1], image[SIDE + 1]) = (255, 255, 255);
        let shades = two_rows(&image, 0, false);
        assert_eq!(shades.trim_end(), "▒█");
        assert_eq!(shades.chars().count(), SIDE);
        assert!(two_rows(&image, 0, true).contains("\x1b[38;2;255;255;255;48;2;0;0;0m▀"));
    }
}
