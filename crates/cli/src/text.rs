//! Numbers and sentences as people read them.

use console::measure_text_width;
use indicatif::HumanCount;
use std::time::Duration;

/// A whole number with a comma between thousands: `10,000`.
pub fn count(number: usize) -> String {
    HumanCount(number as u64).to_string()
}

/// A whole number and the thing counted: `1 epoch`, `10,000 updates`.
pub fn counted(number: usize, thing: &str) -> String {
    format!("{} {thing}{}", count(number), if number == 1 { "" } else { "s" })
}

/// A share as a percentage: 0.875 is `87.5 %`. Only a full share reads as 100.0 %, and only an empty one as 0.0 %.
pub fn percent(share: f64) -> String {
    let tenths = (share * 1000.0).round();
    let tenths = if share < 1.0 { tenths.min(999.0) } else { tenths };
    let tenths = if share > 0.0 { tenths.max(1.0) } else { tenths };
    format!("{:.1} %", tenths / 10.0)
}

/// An interval of shares: (0.868, 0.881) is `86.8 to 88.1 %`.
pub fn percents((low, high): (f64, f64)) -> String {
    format!("{:.1} to {:.1} %", 100.0 * low, 100.0 * high)
}

/// A loss, with four significant digits where it is small.
pub fn loss(loss: f64) -> String {
    if loss == 0.0 || loss >= 0.001 { format!("{loss:.4}") } else { format!("{loss:.1e}") }
}

/// A setting as it would be typed: `0.05`, `1`, `1e30`.
pub fn setting(number: f64) -> String {
    let size = number.abs();
    if size == 0.0 || (1e-4..1e6).contains(&size) { number.to_string() } else { format!("{number:e}") }
}

/// A time: `4.2 ms`, `0.53 s`, `53.1 s`, `12 min 05 s`.
pub fn time(time: Duration) -> String {
    let seconds = time.as_secs_f64();
    match seconds {
        0.0 => "0 s".to_owned(),
        ..0.01 => format!("{:.1} ms", 1000.0 * seconds),
        ..9.995 => format!("{seconds:.2} s"),
        ..99.95 => format!("{seconds:.1} s"),
        _ => {
            let whole = seconds.round() as u64;
            format!("{} min {:02} s", whole / 60, whole % 60)
        }
    }
}

/// A rate in three significant digits: 187,654.3 is `188,000`.
pub fn rate(rate: f64) -> String {
    if rate < 1.0 {
        return "0".to_owned();
    }
    let unit = 10f64.powi((rate.log10().floor() as i32 - 2).max(0));
    count(((rate / unit).round() * unit) as usize)
}

/// Breaks a sentence into lines of at most `width` characters; a longer word keeps a line of its own. Escape codes of
/// colours take no room.
pub fn wrap(sentence: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = vec![String::new()];
    let mut used = 0;
    for word in sentence.split_whitespace() {
        let len = measure_text_width(word);
        if used > 0 && used + 1 + len > width {
            lines.push(String::new());
            used = 0;
        }
        // There is always a last line: the list starts with one.
        if let Some(line) = lines.last_mut() {
            if used > 0 {
                line.push(' ');
                used += 1;
            }
            line.push_str(word);
            used += len;
        }
    }
    lines
}

/// A text from a file or a file's name, safe for a terminal and not longer than a screen has room for.
pub fn printable(text: &str) -> String {
    /// The letters that are shown.
    const MOST: usize = 2000;
    digits_core::printable::printable_lines(text, MOST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_as_people_write_them() {
        assert_eq!(
            ["0", "999", "1,000", "1,234,567"],
            [0, 999, 1000, 1_234_567].map(count).each_ref().map(|s| s.as_str())
        );
        assert_eq!(counted(1, "epoch"), "1 epoch");
        assert_eq!(counted(2000, "epoch"), "2,000 epochs");
        assert_eq!(percent(0.875), "87.5 %");
        assert_eq!(percents((0.8681, 0.8809)), "86.8 to 88.1 %");
        assert_eq!(loss(0.01234), "0.0123");
        assert_eq!(loss(0.000_012), "1.2e-5");
        assert_eq!(
            ["0.05", "1", "0", "1e30"],
            [0.05, 1.0, 0.0, 1e30].map(setting).each_ref().map(|s| s.as_str())
        );
        assert_eq!(rate(187_654.3), "188,000");
        assert_eq!(rate(12.4), "12");
        assert_eq!(rate(0.0), "0");
    }

    #[test]
    fn a_share_is_not_rounded_to_all_or_nothing() {
        assert_eq!(percent(0.9999), "99.9 %");
        assert_eq!(percent(1.0), "100.0 %");
        assert_eq!(percent(0.0001), "0.1 %");
        assert_eq!(percent(0.0), "0.0 %");
    }

    #[test]
    fn times_of_every_size_have_a_unit() {
        let text = |seconds| time(Duration::from_secs_f64(seconds));
        assert_eq!(
            ["0 s", "4.2 ms", "0.53 s"],
            [text(0.0), text(0.0042), text(0.53)].each_ref().map(|s| s.as_str())
        );
        assert_eq!(["10.0 s", "1 min 40 s"], [text(9.999), text(99.96)].each_ref().map(|s| s.as_str()));
        assert_eq!(text(725.2), "12 min 05 s");
    }

    #[test]
    fn control_characters_are_replaced() {
        assert_eq!(printable("photo é 7.png"), "photo é 7.png");
        assert_eq!(printable("\x1b[31mred\r\nnext\u{202e}"), "\u{fffd}[31mred\u{fffd}\nnext\u{fffd}");
    }

    #[test]
    fn sentences_break_between_words() {
        assert_eq!(wrap("average first, then update once", 15), ["average first,", "then update", "once"]);
        assert_eq!(wrap("", 10), [""]);
        assert_eq!(wrap("a verylongword b", 4), ["a", "verylongword", "b"]);
        assert_eq!(wrap("\x1b[1mData:\x1b[0m all of it", 9), ["\x1b[1mData:\x1b[0m all", "of it"]);
    }
}
