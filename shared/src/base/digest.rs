//! SHA-256 of several texts, and how digests are written.

use sha2::{Digest, Sha256};

/// The state after texts that are each preceded by their length, so that no two lists of texts feed
/// the same bytes.
pub fn sha256_of_parts<'a>(parts: impl IntoIterator<Item = &'a str>) -> Sha256 {
    parts.into_iter().fold(Sha256::new(), |hasher, part| {
        hasher
            .chain_update(part.len().to_be_bytes())
            .chain_update(part)
    })
}

/// Lower-case hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
