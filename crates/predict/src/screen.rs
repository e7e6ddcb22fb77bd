//! The answers for people: what was read, and each digit as the network was shown it.

use crate::Answer;
use digits_cli::image::two_rows;
use digits_cli::screen::{Screen, Style, complain};
use digits_cli::text::{counted, percent, printable};
use digits_core::data::{PIXELS, SIDE};
use digits_core::evaluation::predicted_class;

/// The longest bar, in characters.
const BAR: usize = 30;
/// Beside an image, bars have at least so much room: with it, what stands over them has enough.
const SHORTEST_BAR: usize = 25;
/// What stands before a bar, `3  99.9 % `, and the space around an image, before and behind it.
const TEXT: usize = 10;
const MARGINS: usize = 5;
/// Up to so many digits, each stands beside its ten outputs; more stand beside each other, those of several files or rows
/// too, where each has one.
const FEW: usize = 12;
/// Up to so many digits are drawn.
const MANY: usize = 200;

/// Shows all answers; what could not be read goes to standard error.
pub(crate) fn show(screen: &Screen, answers: &[Answer], probabilities: bool) {
    let digits: usize = answers.iter().map(|answer| answer.outputs.len()).sum();
    let mut drawn = 0;
    // Images that wait for others to stand beside.
    let mut waiting = Vec::new();
    for answer in answers {
        let Ok(digits_of) = &answer.sample.digits else {
            continue;
        };
        let room = MANY.saturating_sub(drawn).min(digits_of.len());
        let draw = |waiting: &mut Vec<_>| {
            side_by_side(screen, &std::mem::take(waiting)).iter().for_each(|line| screen.line(line));
        };
        let is_alone = digits_of.len() != 1 || room == 0;
        if is_alone || waiting.len() == fit(screen) {
            draw(&mut waiting);
        }
        let space = if drawn < MANY && waiting.is_empty() { "\n" } else { "" };
        screen.line(format!("{space}{}", line(screen, answer)));
        for doubt in doubts(answer) {
            screen.sentence(screen.paint(Style::Dim, &format!("({doubt})")));
        }
        let images = digits_of.iter().map(|digit| &digit.image).zip(&answer.outputs).take(room);
        if digits <= FEW {
            for (image, outputs) in images {
                beside_bars(screen, image, outputs, probabilities).iter().for_each(|line| screen.line(line));
            }
        } else {
            waiting.extend(images);
        }
        if is_alone {
            draw(&mut waiting);
        }
        drawn += room;
    }
    side_by_side(screen, &waiting).iter().for_each(|line| screen.line(line));
    if drawn < digits {
        screen.line(format!("\nDrawn are the first {}.", counted(drawn, "digit")));
    }
    verdict(screen, answers);
    if answers.iter().any(|answer| answer.sample.digits.is_err()) && digits > 0 {
        screen.line("");
    }
    for answer in answers {
        if let Err(error) = &answer.sample.digits {
            complain(&format!("error: {}", printable(&error.to_string())));
        }
    }
}

/// What was read in an image: one line, whatever the number of digits.
fn line(screen: &Screen, answer: &Answer) -> String {
    let sample = &answer.sample;
    let row = sample.row.map_or(String::new(), |row| format!(", row {row}"));
    let name = format!("{}{row}", printable(&sample.file.to_string_lossy()));
    let digits: Vec<String> = answer.digits().iter().map(usize::to_string).collect();
    if digits.is_empty() {
        return format!("{name}: no digit found");
    }
    let correct = match sample.label {
        Some(label) if answer.digits() == [usize::from(label)] => ", which is correct".to_owned(),
        Some(8) => ", but it is an 8".to_owned(),
        Some(label) => format!(", but it is a {label}"),
        None => String::new(),
    };
    format!("{name}: {}{correct}", screen.paint(Style::Best, &digits.join(" ")))
}

/// What may be wrong, by digit where there are several.
fn doubts(answer: &Answer) -> Vec<String> {
    let alone = answer.outputs.len() == 1;
    let doubt = |(index, (_, _, doubt)): (usize, (_, _, Option<&str>))| {
        Some(if alone { doubt?.to_owned() } else { format!("digit {}: {}", index + 1, doubt?) })
    };
    answer.each().enumerate().filter_map(doubt).collect()
}

/// How many of the labelled rows were predicted correctly.
fn verdict(screen: &Screen, answers: &[Answer]) {
    let labels = answers.iter().filter_map(|answer| Some((answer, answer.sample.label?)));
    let labelled = labels.clone().count();
    let correct = labels.filter(|(answer, label)| answer.digits() == [usize::from(*label)]).count();
    if labelled > 1 {
        screen.line(format!("\n{correct} of {} correct", counted(labelled, "labelled image")));
    }
}

/// A probability, which is hardly ever quite 0 or 1.
fn probability(output: f64) -> String {
    if output > 0.0 && output < 0.001 { "<0.1 %".to_owned() } else { percent(output) }
}

/// An image, and its outputs as bars: beside it, or below it where the screen is narrow.
fn beside_bars(screen: &Screen, image: &[u8; PIXELS], outputs: &[f32], probabilities: bool) -> Vec<String> {
    let drawn = |line: usize| two_rows(image, 2 * line, screen.has_colours());
    let room = screen.width().saturating_sub(MARGINS + SIDE + TEXT);
    if room < SHORTEST_BAR {
        let below = bars(screen, outputs, probabilities, screen.width().saturating_sub(MARGINS + TEXT));
        let rows = (0..SIDE / 2).map(|line| drawn(line).trim_end().to_owned());
        return rows.chain(below).map(|line| format!("  {line}").trim_end().to_owned()).collect();
    }
    let bars = bars(screen, outputs, probabilities, room);
    let beside = |line: usize| line.checked_sub(1).and_then(|bar| bars.get(bar)).map_or("", String::as_str);
    let rows =
        (0..SIDE / 2).map(|line| format!("  {}   {}", drawn(line), beside(line)).trim_end().to_owned());
    rows.collect()
}

/// What the outputs are, and each as a bar that has so much room.
fn bars(screen: &Screen, outputs: &[f32], probabilities: bool, room: usize) -> Vec<String> {
    let what = if probabilities { "probability" } else { "output (these are no probabilities)" };
    let best = predicted_class(outputs);
    let bar = |digit: usize| {
        let output = f64::from(outputs[digit]);
        // Eighths of a character, so that small outputs show.
        let eighths = (output * (8 * BAR.min(room)) as f64).round() as usize;
        let mut bar = "█".repeat(eighths / 8);
        bar.push_str(["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"][eighths % 8]);
        let style = if digit == best { Style::Best } else { Style::Plain };
        screen.paint(style, &format!("{digit} {:>7} {bar}", probability(output)))
    };
    std::iter::once(screen.paint(Style::Dim, what)).chain((0..outputs.len()).map(bar)).collect()
}

/// How many images fit beside each other.
fn fit(screen: &Screen) -> usize {
    (screen.width() / (SIDE + 2)).max(1)
}

/// Images beside each other, as many as fit, each over what it was predicted as.
fn side_by_side(screen: &Screen, images: &[(&[u8; PIXELS], &Vec<f32>)]) -> Vec<String> {
    let mut lines = Vec::new();
    for some in images.chunks(fit(screen)) {
        for y in (0..SIDE).step_by(2) {
            let rows =
                some.iter().map(|(image, _)| format!("  {}", two_rows(image, y, screen.has_colours())));
            lines.push(rows.collect::<String>().trim_end().to_owned());
        }
        let captions = some.iter().map(|(_, outputs)| {
            let best = predicted_class(outputs);
            format!("  {:<SIDE$}", format!("{best} ({})", probability(f64::from(outputs[best]))))
        });
        lines.push(captions.collect::<String>().trim_end().to_owned());
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use digits_core::data::CLASSES;

    #[test]
    fn an_image_stands_beside_ten_bars() {
        let mut image = [0; PIXELS];
        image[..SIDE].fill(255);
        let mut outputs = [0.0001; CLASSES];
        outputs[7] = 0.75;
        let lines = beside_bars(&Screen::new(false, true), &image, &outputs, true);
        assert_eq!(lines.len(), SIDE / 2);
        assert_eq!(lines[0], format!("  {}", "▒".repeat(SIDE)));
        assert!(lines[1].ends_with("probability"));
        assert_eq!(lines[8].trim_start(), "6  <0.1 %");
        assert_eq!(lines[9].trim_start(), format!("7  75.0 % {}▌", "█".repeat(22)));
    }

    #[test]
    fn many_images_stand_beside_each_other_over_their_digits() {
        let image = [255; PIXELS];
        let mut outputs = vec![0.0; CLASSES];
        outputs[3] = 0.5;
        let lines = side_by_side(&Screen::new(false, true), &[(&image, &outputs); 5]);
        assert_eq!(lines.len(), 2 * (SIDE / 2 + 1), "four fit into 120 columns");
        assert_eq!(lines[14].split_whitespace().collect::<Vec<_>>(), ["3", "(50.0", "%)"].repeat(4));
    }

    #[test]
    fn bars_and_what_stands_over_them_keep_to_their_room() {
        for room in [SHORTEST_BAR, BAR, 80] {
            let lines = bars(&Screen::new(false, true), &[1.0; CLASSES], false, room);
            assert_eq!(lines.len(), 1 + CLASSES);
            assert!(lines.iter().all(|line| line.chars().count() <= TEXT + room), "{lines:?}");
        }
    }
}
