//! What the test binaries share: stores of both kinds, a clock to set, randomness that repeats.

#![allow(dead_code, unused_imports, reason = "each test binary uses its own part of this")]

mod clock;
mod entropy;
pub mod receiver;
mod stores;
pub mod telegram;

pub use clock::TestClock;
pub use entropy::{TestEntropy, ids};
pub use stores::{on_postgres, on_sqlite};

/// Makes two tests of each `async fn name(store: Store)`: `name::sqlite` and `name::postgres`.
///
/// A function that is left out of the list is unused, which the compiler reports.
#[macro_export]
macro_rules! both_stores {
    ($($name:ident),+ $(,)?) => {$(
        mod $name {
            #[test]
            fn sqlite() {
                $crate::support::on_sqlite(super::$name);
            }

            #[test]
            fn postgres() {
                $crate::support::on_postgres(concat!(module_path!(), "::postgres"), super::$name);
            }
        }
    )+};
}
