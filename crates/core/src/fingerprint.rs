//! A short name for a network's exact parameters: two networks have one fingerprint only if every bit is the same.

use sha2::{Digest, Sha256};

/// How many hexadecimal digits of the SHA-256 are kept: 64 bits, so that chance never makes two alike.
const DIGITS: usize = 16;

/// The first 16 hexadecimal digits of the SHA-256 over `parameters`, each as its four bytes, little-endian.
///
/// Glossary (`docs/book/glossary.md`): fingerprint.
pub fn fingerprint(parameters: &[f32]) -> String {
    let mut hasher = Sha256::new();
    for parameter in parameters {
        hasher.update(parameter.to_le_bytes());
    }
    let mut text: String = hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    text.truncate(DIGITS);
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_bit_changes_it() {
        // The SHA-256 of no bytes (FIPS 180-4's own example).
        assert_eq!(fingerprint(&[]), "e3b0c44298fc1c14");
        assert_ne!(fingerprint(&[1.0]), fingerprint(&[f32::from_bits(1.0f32.to_bits() + 1)]));
        assert_ne!(fingerprint(&[0.0]), fingerprint(&[-0.0]));
    }
}
