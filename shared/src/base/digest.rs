//! SHA-256 of several texts, and digests as text.

use sha2::{Digest, Sha256};

/// Returns the hasher after `parts`. Each part is preceded by its length, so that two different
/// lists of parts feed different bytes.
pub fn sha256_of_parts<'a>(parts: impl IntoIterator<Item = &'a str>) -> Sha256 {
    parts.into_iter().fold(Sha256::new(), |hasher, part| {
        hasher
            .chain_update(part.len().to_be_bytes())
            .chain_update(part)
    })
}

/// Returns `bytes` in lower-case hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
