//! Randomness that is the same in every run.

use std::sync::{Arc, Mutex};

use wenzheng::id::{Entropy, Ids};

use super::TestClock;

/// Bytes that look random and are the same in every run (`SplitMix64`).
#[derive(Debug)]
pub struct TestEntropy {
    state: Mutex<u64>,
}

impl TestEntropy {
    /// A source of its own for each seed.
    pub fn seeded(seed: u64) -> Self {
        Self { state: Mutex::new(seed) }
    }
}

impl Entropy for TestEntropy {
    fn fill(&self, bytes: &mut [u8]) {
        let mut state = self.state.lock().unwrap();
        for chunk in bytes.chunks_mut(8) {
            *state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
            let mut mixed = *state;
            mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
            mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
            mixed ^= mixed >> 31;
            chunk.copy_from_slice(&mixed.to_be_bytes()[..chunk.len()]);
        }
    }
}

/// Ids by a test's clock, the same in every run. Make one for a test and share it: a second one repeats the first.
pub fn ids(clock: &TestClock) -> Ids {
    Ids::new(clock.shared(), Arc::new(TestEntropy::seeded(1)))
}
