//! `wenzheng serve`

use std::path::PathBuf;

use crate::{
    app::{Ambient, App, open_store},
    config::Settings,
    telemetry,
};

/// Serves for real.
#[derive(Debug, clap::Args)]
pub(super) struct Serve {
    /// The settings; see wenzheng.example.toml
    #[arg(long, value_name = "FILE")]
    config: PathBuf,
}

impl Serve {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        telemetry::start("info");
        let settings = Settings::read(&self.config)?;
        let stop = super::stop_signal();
        let store = open_store(&settings.store).await?;
        let app = App::new(settings, store, Ambient::default()).await?;
        let listener = app.listen().await?;
        tracing::info!(address = %listener.local_addr()?, documents = app.core().library.len(), "serving");
        app.serve(listener, stop).await?;
        tracing::info!("stopped");
        Ok(())
    }
}
