//! Images that are written in a code, in place of 784 numbers: told by what they decode to.

use csv::ByteRecord;

use super::values::number;
use crate::data::PIXELS;

/// What the fields of a row hold, if it is an image in a code, and what to do about it.
pub(super) fn found(record: &ByteRecord) -> Option<(String, &'static str)> {
    if record.len() >= PIXELS {
        return None; // a number a pixel is no code
    }
    let in_one = record.iter().enumerate().find_map(|(at, field)| {
        let (what, advice) = of_text(field).or_else(|| of_runs(&words(field)))?;
        Some((format!("{what} in field {}", at + 1), advice))
    });
    let in_all = || of_runs(&record.iter().collect::<Vec<_>>());
    in_one.or_else(|| in_all().map(|(what, advice)| (format!("{what} in {} fields", record.len()), advice)))
}

/// An image as text in a field of its own.
fn of_text(field: &[u8]) -> Option<(&'static str, &'static str)> {
    const HEX: &str =
        "In Python, list(bytes.fromhex(field)) gives the 784 grey levels: write each in a column of its own.";
    const BASE64: &str = "In Python, list(base64.b64decode(field)) gives the 784 grey levels: write each in a column of its own.";
    const BASE64_OF_IMAGE: usize = (8 * PIXELS).div_ceil(6);
    const PACKED: &str = "Decode it as it was made, perhaps by base64.b64decode(field) and zlib.decompress in Python, and write the 784 \
                          grey levels, each in a column of its own.";
    const FILE: &str = "In Python, base64.b64decode(field) gives the bytes of a file: write each into a folder of its digit, 0 to 9; \
                        --data names the folder above them.";
    const PYTHON: &str = "Write the numbers themselves, each in a column of its own, by numpy.savetxt.";
    let text = field.strip_prefix(b"b").filter(|text| text.starts_with(b"'")).unwrap_or(field);
    let text = text.trim_ascii();
    let text = text.strip_prefix(b"'").and_then(|text| text.strip_suffix(b"'")).unwrap_or(text);
    if text.windows(2).filter(|two| two == b"\\x").count() > PIXELS / 8 {
        return Some(("an image as bytes of Python", PYTHON));
    }
    let hex = text.strip_prefix(b"0x").or(text.strip_prefix(b"\\x")).unwrap_or(text);
    if hex.len() == 2 * PIXELS && hex.iter().all(u8::is_ascii_hexdigit) {
        return Some(("784 bytes in hexadecimal", HEX));
    }
    // As RFC 4648 has it: four letters for three bytes, and = for what is missing.
    let bare = text.trim_ascii_end();
    let bare = bare.strip_suffix(b"==").or(bare.strip_suffix(b"=")).unwrap_or(bare);
    let are_letters = bare.iter().all(|byte| byte.is_ascii_alphanumeric() || b"+/-_".contains(byte));
    if text.starts_with(b"data:image/")
        || (are_letters && [&b"iVBORw0KGgo"[..], b"/9j/"].iter().any(|it| bare.starts_with(it)))
    {
        return Some(("an image file in base64", FILE));
    }
    let has = |is: fn(&u8) -> bool| bare.iter().any(is);
    let are_mixed = has(u8::is_ascii_uppercase) && has(u8::is_ascii_lowercase) && has(u8::is_ascii_digit);
    match (are_letters, bare.len()) {
        (true, BASE64_OF_IMAGE) => Some(("784 bytes in base64", BASE64)),
        (true, 65..) if are_mixed => Some(("data in base64", PACKED)),
        _ => None,
    }
}

/// What stands between spaces and commas.
fn words(field: &[u8]) -> Vec<&[u8]> {
    field
        .split(|byte| byte.is_ascii_whitespace() || b"[](){},;".contains(byte))
        .filter(|word| !word.is_empty())
        .collect()
}

/// An image as run lengths: how often each level comes. A label may stand before them, or behind.
fn of_runs(words: &[&[u8]]) -> Option<(&'static str, &'static str)> {
    /// Fewer runs make no digit.
    const FEWEST: usize = 6;
    let (rest, but_last) = (words.get(1..)?, &words[..words.len() - 1]);
    let are = |words: &&[&[u8]]| words.len() >= FEWEST && (are_signed(words) || are_runs(words));
    [words, rest, but_last].iter().any(are).then_some((
        "run lengths",
        "Each of the 784 grey levels is read from a column of its own: write a level as often as it comes.",
    ))
}

/// Runs such as `12x0`, `0*12` or `12:0`, and single levels among them, that make an image together.
fn are_signed(words: &[&[u8]]) -> bool {
    let run = |word: &&[u8]| -> Option<[usize; 2]> {
        let text = str::from_utf8(word).ok()?;
        match text.split_once(['x', '*', ':']) {
            Some((one, two)) => Some([one.parse().ok()?, two.parse().ok()?]),
            None => text.parse::<u8>().ok().map(|_| [1, 1]),
        }
    };
    let runs: Option<Vec<[usize; 2]>> = words.iter().map(run).collect();
    runs.is_some_and(|runs| {
        let sum = |side: usize| runs.iter().map(|run| run[side].min(PIXELS + 1)).sum::<usize>();
        sum(0) == PIXELS || sum(1) == PIXELS
    })
}

/// Numbers of which all, or every second one, add up to an image; or places with lengths, in ascending order.
fn are_runs(words: &[&[u8]]) -> bool {
    let numbers: Option<Vec<f64>> =
        words.iter().map(|word| number(word).filter(|n| *n >= 0.0 && n.fract() == 0.0)).collect();
    let Some(numbers) = numbers.filter(|numbers| numbers.len() < PIXELS) else { return false };
    let every =
        |step: usize, first: usize| numbers.iter().skip(first).step_by(step).sum::<f64>() == PIXELS as f64;
    let pairs = numbers.as_chunks::<2>().0;
    let is_even = numbers.len().is_multiple_of(2);
    let are_places = || {
        let ends = pairs.iter().all(|[at, len]| *len > 0.0 && at + len <= (PIXELS + 1) as f64);
        ends && pairs.windows(2).all(|two| two[0][0] + two[0][1] <= two[1][0])
    };
    every(1, 0) || (is_even && (every(2, 0) || every(2, 1) || are_places()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Protects rows of numbers: they are no code.
    #[test]
    fn what_is_no_code_is_not_taken_for_one() {
        let numbers: ByteRecord = (0..65).map(|at| (at * 37 % 17).to_string()).collect::<Vec<_>>().into();
        assert_eq!(found(&numbers), None, "an image of 8 x 8");
        for text in ["scan.png", "a sentence of seven words, and no image"] {
            assert_eq!(found(&vec![text, "5"].into()), None, "{text}");
        }
        assert_eq!(found(&vec!["1"; PIXELS].into()), None, "an image");
    }

    #[test]
    fn runs_are_told_by_what_they_add_up_to() {
        let told = |fields: &[&str]| found(&fields.to_vec().into()).map(|(what, _)| what);
        for runs in [
            "100x0 7x255 600x0 7x255 60x0 10x0",
            "5 100 0 7 255 600 0 7 255 60 0 10 0",
            "5 0*100 255*7 0*600 9 9 255*5 0*70",
        ] {
            assert_eq!(told(&[runs]).as_deref(), Some("run lengths in field 1"), "{runs}");
            let fields: Vec<&str> = runs.split(' ').collect();
            assert!(told(&fields).is_some_and(|what| what.starts_with("run lengths in ")), "{runs}");
        }
        assert_eq!(
            told(&["5", "122 3 150 4 178 5 206 5"]).as_deref(),
            Some("run lengths in field 2"),
            "places"
        );
    }
}
