//! Ids and secrets, from injected randomness.

use std::sync::{Arc, Mutex, PoisonError};

use crate::clock::SharedClock;

/// A source of random bytes.
pub trait Entropy: Send + Sync {
    /// Fills `bytes`.
    fn fill(&self, bytes: &mut [u8]);
}

/// The operating system's randomness.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemEntropy;

impl Entropy for SystemEntropy {
    #[allow(
        clippy::expect_used,
        clippy::disallowed_methods,
        reason = "without randomness no secret is safe: stop at once"
    )]
    fn fill(&self, bytes: &mut [u8]) {
        getrandom::fill(bytes).expect("the operating system gives random bytes");
    }
}

/// Makes ids that sort in the order in which this process made them, and secrets.
#[derive(Clone)]
pub struct Ids {
    clock: SharedClock,
    entropy: Arc<dyn Entropy>,
    last: Arc<Mutex<(u64, u16)>>,
}

impl Ids {
    /// Ids from a clock and a source of randomness.
    pub fn new(clock: SharedClock, entropy: Arc<dyn Entropy>) -> Self {
        Self { clock, entropy, last: Arc::default() }
    }

    /// A `UUIDv7` as text. Within one millisecond the 12 bits after the time count up, so that the
    /// order of ids is the order of making.
    pub fn next(&self) -> String {
        let now = u64::try_from(self.clock.now().as_millisecond()).unwrap_or(0);
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        if now > last.0 {
            *last = (now, 0);
        } else if last.1 == 0x0fff {
            *last = (last.0 + 1, 0);
        } else {
            last.1 += 1;
        }
        let (millis, count) = *last;
        drop(last);
        let mut tail = [0u8; 8];
        self.entropy.fill(&mut tail);
        let head = (u128::from(millis) << 80) | (u128::from(count) << 64);
        let bits = head | u128::from(u64::from_be_bytes(tail));
        uuid::Builder::from_u128(bits)
            .with_version(uuid::Version::SortRand)
            .with_variant(uuid::Variant::RFC4122)
            .into_uuid()
            .to_string()
    }

    /// A secret of 256 random bits, in hexadecimal.
    pub fn secret(&self) -> String {
        let mut bytes = [0u8; 32];
        self.entropy.fill(&mut bytes);
        hex(&bytes)
    }

    /// `count` characters that are hard to mix up when read aloud (no 0/O, 1/I/L).
    pub fn readable(&self, count: usize) -> String {
        const LETTERS: &[u8; 32] = b"23456789ABCDEFGHJKMNPQRSTUVWXYZ*";
        let mut out = String::with_capacity(count);
        while out.len() < count {
            let mut byte = [0u8; 1];
            self.entropy.fill(&mut byte);
            let letter = LETTERS[usize::from(byte[0] & 31)];
            if letter != b'*' {
                out.push(char::from(letter));
            }
        }
        out
    }
}

/// Lower-case hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut out, byte| {
        let _ = write!(out, "{byte:02x}");
        out
    })
}

/// The SHA-256 of `text`, in hexadecimal.
pub fn digest(text: &str) -> String {
    use sha2::Digest as _;
    hex(&sha2::Sha256::digest(text.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::SystemClock;

    #[test]
    fn ids_sort_in_the_order_of_making() {
        let ids = Ids::new(Arc::new(SystemClock), Arc::new(SystemEntropy));
        let made: Vec<String> = (0..10_000).map(|_| ids.next()).collect();
        let mut sorted = made.clone();
        sorted.sort();
        sorted.dedup();
        assert_eq!(made, sorted);
    }

    #[test]
    fn readable_codes_have_no_look_alikes() {
        let ids = Ids::new(Arc::new(SystemClock), Arc::new(SystemEntropy));
        let code = ids.readable(64);
        assert_eq!(code.len(), 64);
        assert!(!code.contains(['0', 'O', '1', 'I', 'L', '*']));
    }
}
