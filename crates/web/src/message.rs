//! How questions and answers are written: four bytes that say how long the head is (little-endian), the head as JSON, and
//! then bytes, of which the head's `binary` says what is where.
//!
//! In a question, `binary` holds a name with `[start, length]` for each piece. In an answer, it holds a name with
//! `[type, start, length]`, where the type is `u8`, `i8` or `f32`, and start and length count bytes.

use digits_core::data::{CLASSES, PIXELS};
use digits_core::{Error, Result};
use serde_json::{Map, Value, json};

/// What JavaScript asks.
pub struct Question<'a> {
    head: Map<String, Value>,
    bytes: &'a [u8],
}

impl<'a> Question<'a> {
    /// Reads a question.
    ///
    /// # Errors
    /// Bytes that are none.
    pub fn read(message: &'a [u8]) -> Result<Self> {
        let broken = || Error::Usage("a question that cannot be read".to_owned());
        let (len, rest) = message.split_first_chunk::<4>().ok_or_else(broken)?;
        let (head, bytes) = rest.split_at_checked(u32::from_le_bytes(*len) as usize).ok_or_else(broken)?;
        match serde_json::from_slice(head) {
            Ok(Value::Object(head)) => Ok(Question { head, bytes }),
            _ => Err(broken()),
        }
    }

    /// Writes a question, as JavaScript does.
    pub fn write(head: &Value, pieces: &[(&str, &[u8])]) -> Vec<u8> {
        let mut head = head.clone();
        let mut bytes = Vec::new();
        for (name, piece) in pieces {
            head["binary"][name] = json!([bytes.len(), piece.len()]);
            bytes.extend_from_slice(piece);
        }
        joined(&head, &bytes)
    }

    /// A field.
    pub(crate) fn get(&self, name: &str) -> &Value {
        self.head.get(name).unwrap_or(&Value::Null)
    }

    /// A text.
    pub(crate) fn text(&self, name: &str) -> Result<&str> {
        self.get(name).as_str().ok_or_else(|| missing(name, "a text", self.get(name)))
    }

    /// A whole number.
    pub(crate) fn whole(&self, name: &str) -> Result<usize> {
        let number = self.get(name).as_u64().and_then(|number| usize::try_from(number).ok());
        number.ok_or_else(|| missing(name, "a whole number", self.get(name)))
    }

    /// A whole number, or this where none is given.
    pub(crate) fn whole_or(&self, name: &str, usual: usize) -> Result<usize> {
        if self.get(name).is_null() { Ok(usual) } else { self.whole(name) }
    }

    /// A whole number below `bound`.
    pub(crate) fn below(&self, name: &str, bound: usize) -> Result<usize> {
        match self.whole(name)? {
            number if number < bound => Ok(number),
            number => Err(Error::Usage(format!("{name} is {number}, expected a whole number below {bound}"))),
        }
    }

    /// A digit, 0 to 9.
    pub(crate) fn digit(&self, name: &str) -> Result<usize> {
        self.below(name, CLASSES)
    }

    /// Whole numbers, each below `bound`.
    pub(crate) fn indices(&self, name: &str, bound: usize) -> Result<Vec<usize>> {
        let wrong = || missing(name, &format!("a list of whole numbers below {bound}"), self.get(name));
        let index = |value: &Value| {
            value.as_u64().and_then(|index| usize::try_from(index).ok()).filter(|index| *index < bound)
        };
        self.get(name).as_array().and_then(|list| list.iter().map(index).collect()).ok_or_else(wrong)
    }

    /// The bytes of this name.
    pub(crate) fn bytes(&self, name: &str) -> Result<&'a [u8]> {
        let place = |at: usize| self.get("binary").get(name)?.get(at)?.as_u64()?.try_into().ok();
        let piece = || {
            let (start, len): (usize, usize) = (place(0)?, place(1)?);
            self.bytes.get(start..start.checked_add(len)?)
        };
        piece().ok_or_else(|| missing(name, "bytes", &Value::Null))
    }

    /// Images, one after the other.
    pub(crate) fn images(&self, name: &str) -> Result<&'a [[u8; PIXELS]]> {
        let bytes = self.bytes(name)?;
        match bytes.as_chunks() {
            (images, []) => Ok(images),
            _ => Err(Error::Usage(format!(
                "{name} has {} bytes, expected {PIXELS} for each image",
                bytes.len()
            ))),
        }
    }

    /// A single image.
    pub(crate) fn image(&self, name: &str) -> Result<&'a [u8; PIXELS]> {
        match self.images(name)? {
            [image] => Ok(image),
            images => Err(Error::Usage(format!("expected one image, found {}", images.len()))),
        }
    }

    /// A digit for each of `count` images.
    pub(crate) fn labels(&self, name: &str, count: usize) -> Result<&'a [u8]> {
        let labels = self.bytes(name)?;
        if labels.len() == count && labels.iter().all(|label| usize::from(*label) < CLASSES) {
            return Ok(labels);
        }
        Err(Error::Usage(format!("expected {count} labels 0 to 9 in {name}, found {}", labels.len())))
    }
}

fn missing(name: &str, expected: &str, found: &Value) -> Error {
    Error::Usage(format!("expected {expected} as {name}, found {found}"))
}

/// What JavaScript is told.
#[derive(Default)]
pub(crate) struct Answer {
    head: Map<String, Value>,
    binary: Map<String, Value>,
    bytes: Vec<u8>,
}

impl Answer {
    /// An answer with these fields.
    pub(crate) fn of(fields: Value) -> Self {
        match fields {
            Value::Object(head) => Answer { head, ..Answer::default() },
            other => unreachable!("an object: {other}"),
        }
    }

    /// An error, in words.
    pub(crate) fn error(error: &Error) -> Self {
        Answer::of(json!({"error": error.to_string()}))
    }

    /// With one more field.
    pub(crate) fn with(mut self, name: &str, value: Value) -> Self {
        self.head.insert(name.to_owned(), value);
        self
    }

    /// With bytes from 0 to 255.
    pub(crate) fn with_bytes(self, name: &str, bytes: &[u8]) -> Self {
        self.with_binary(name, "u8", bytes.iter().copied())
    }

    /// With bytes from -128 to 127.
    pub(crate) fn with_signed(self, name: &str, bytes: &[i8]) -> Self {
        self.with_binary(name, "i8", bytes.iter().map(|byte| *byte as u8))
    }

    /// With numbers.
    pub(crate) fn with_numbers(self, name: &str, numbers: &[f32]) -> Self {
        self.with_binary(name, "f32", numbers.iter().flat_map(|number| number.to_le_bytes()))
    }

    fn with_binary(mut self, name: &str, kind: &str, bytes: impl Iterator<Item = u8>) -> Self {
        let start = self.bytes.len();
        self.bytes.extend(bytes);
        self.binary.insert(name.to_owned(), json!([kind, start, self.bytes.len() - start]));
        self
    }

    /// The answer as bytes.
    pub(crate) fn into_bytes(mut self) -> Vec<u8> {
        if !self.binary.is_empty() {
            self.head.insert("binary".to_owned(), Value::Object(self.binary));
        }
        joined(&Value::Object(self.head), &self.bytes)
    }
}

fn joined(head: &Value, bytes: &[u8]) -> Vec<u8> {
    let head = head.to_string();
    [&(head.len() as u32).to_le_bytes(), head.as_bytes(), bytes].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Protects the engine from what is no question: it answers with an error, and never reads beyond the bytes.
    #[test]
    fn what_is_no_question_is_an_error() {
        for message in [&[][..], &[1, 0, 0, 0], &[255, 255, 255, 255, 1], &[2, 0, 0, 0, b'[', b']']] {
            assert!(Question::read(message).is_err(), "{message:?}");
        }
        let message = Question::write(&json!({"do": "x", "n": [1, 5]}), &[("image", &[7; 785])]);
        let question = Question::read(&message).expect("a question");
        assert_eq!(question.bytes("image").expect("there"), [7; 785]);
        assert!(question.image("image").is_err() && question.bytes("other").is_err());
        assert!(question.indices("n", 5).is_err() && question.whole("do").is_err());
        assert_eq!(question.indices("n", 6).expect("below"), [1, 5]);
        let beyond = joined(&json!({"binary": {"a": [1, u64::MAX], "b": [0, 2]}}), &[1]);
        let question = Question::read(&beyond).expect("a question");
        assert!(question.bytes("a").is_err() && question.bytes("b").is_err());
    }
}
