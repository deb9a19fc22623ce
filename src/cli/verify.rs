//! `wenzheng verify`

use super::{Place, out::print};
use crate::audit::{self, Verdict};

/// Checks that the audit log is whole.
#[derive(Debug, clap::Args)]
pub(super) struct Verify {
    #[command(flatten)]
    place: Place,
}

impl Verify {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let store = self.place.open_existing().await?;
        let mut connection = store.read().await?;
        match audit::verify(&mut connection).await? {
            Verdict::Intact(rows) => {
                print(format_args!("the audit log is whole: {rows} rows"))?;
                Ok(())
            }
            Verdict::BrokenAt(row) => anyhow::bail!("the audit log is broken at row {row}"),
        }
    }
}
