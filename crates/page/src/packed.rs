//! Bytes as text of a page: gzip, written as base64. The page's `unpacked` reads them.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use flate2::{Compression, GzBuilder};
use std::io::{Read, Write};

/// Bytes as text; the same bytes give the same text everywhere.
pub fn pack(bytes: &[u8]) -> String {
    // Neither a name nor a time: only what is in the bytes.
    let mut packer = GzBuilder::new().write(Vec::new(), Compression::best());
    packer.write_all(bytes).and_then(|()| packer.finish()).map_or_else(
        |error| unreachable!("memory takes everything: {error}"),
        |packed| BASE64_STANDARD.encode(packed),
    )
}

/// The bytes that [`pack`] made into text; `None` where it is not such a text.
pub fn unpack(text: &str) -> Option<Vec<u8>> {
    let packed = BASE64_STANDARD.decode(text.trim()).ok()?;
    let mut bytes = Vec::new();
    flate2::read::GzDecoder::new(packed.as_slice()).read_to_end(&mut bytes).ok()?;
    Some(bytes)
}
