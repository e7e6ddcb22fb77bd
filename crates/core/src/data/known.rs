//! Data sets that are known by their content, whatever their files are called and however they are written.

use sha2::{Digest, Sha256};

use super::Examples;
use crate::parallel;

/// The bytes of pixels that are hashed as one piece; the pieces are hashed side by side.
const PIECE: usize = 1 << 20;

/// A data set of which the content is known.
struct Known {
    name: &'static str,
    /// For training and for testing: how many images, and their [`digest`].
    halves: [(usize, &'static str); 2],
}

const KNOWN: [Known; 1] = [Known {
    name: "MNIST",
    halves: [
        (60_000, "c7b226951fd599e9eb374f0018d7a4f11637dbd446bfda5fca6c4dbb4839ea87"),
        (10_000, "b767ea739e615fe64f820b9d45a2117f986f6901ef512832d8188f0a9e1d3718"),
    ],
}];

/// The name of the data set that these two halves are, to the last pixel and in the usual order, if it is a known one.
pub fn name(train: &Examples, test: &Examples) -> Option<&'static str> {
    let fits = |known: &&Known| {
        let lens = known.halves.iter().zip([train, test]).all(|((len, _), half)| *len == half.len());
        lens && known
            .halves
            .iter()
            .zip([test, train].iter().rev())
            .all(|((_, known), half)| digest(half) == *known)
    };
    KNOWN.iter().find(fits).map(|known| known.name)
}

/// The SHA-256, in hexadecimal digits, over all labels and the SHA-256 of each mebibyte of pixels.
pub fn digest(examples: &Examples) -> String {
    let pieces: Vec<&[u8]> = examples.pixels().chunks(PIECE).collect();
    let digests = parallel::map(pieces.len(), |piece| Sha256::digest(pieces[piece]));
    let mut all = Sha256::new();
    all.update(examples.labels());
    digests.iter().for_each(|digest| all.update(digest));
    all.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}
