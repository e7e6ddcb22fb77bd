//! Images side by side, as text.

use std::io::IsTerminal;

use digits_cli::image::two_rows;
use digits_core::data::{PIXELS, SIDE};

/// The images that fit beside each other into 80 columns.
pub(crate) const SIDE_BY_SIDE: usize = 2;

/// Whether greys can be shown: on a terminal, unless `NO_COLOR` is set.
pub(crate) fn colours() -> bool {
    let plain = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    std::io::stdout().is_terminal() && !plain
}

/// The images side by side, each below its title.
pub(crate) fn draw(titles: &[String], images: &[[u8; PIXELS]], colours: bool) -> String {
    let titles: Vec<String> = titles.iter().map(|title| format!("{title:SIDE$}")).collect();
    let mut text = titles.join("  ").trim_end().to_owned() + "\n";
    for y in (0..SIDE).step_by(2) {
        let rows = images.iter().map(|image| two_rows(image, y, colours));
        text += &rows.collect::<Vec<_>>().join("  ");
        text.truncate(text.trim_end_matches(' ').len());
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_image_is_fourteen_lines_below_its_title() {
        let mut image = [0; PIXELS];
        (image[0], image[1], image[SIDE + 1]) = (255, 255, 255);
        let text = draw(&["left".into(), "right".into()], &[image, image], false);
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines.len(), 15);
        assert_eq!(lines[0], format!("{:30}right", "left"));
        assert_eq!(lines[1], format!("{:30}▒█", "▒█"));
        assert!(lines[2..].iter().all(|line| line.is_empty()));
    }
}
