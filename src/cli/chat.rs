//! `wenzheng chat`

use std::{io::IsTerminal as _, time::Duration};

use tokio::io::BufReader;

use super::Place;
use crate::{
    app::{Ambient, App},
    channel::terminal::Terminal,
    jobs, telemetry,
};

/// How long an answer is waited for.
const ANSWER_WITHIN: Duration = Duration::from_secs(20);

/// Chats in the terminal.
#[derive(Debug, clap::Args)]
pub(super) struct Chat {
    #[command(flatten)]
    place: Place,
}

impl Chat {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        telemetry::start("warn");
        let store = self.place.open_existing().await?;
        let app = App::new(self.place.settings()?, store, Ambient::default()).await?;
        let stop = super::stop_signal();
        let mut running = jobs::start(app.core(), Vec::new(), &stop);
        let locales = app.core().locales.clone();
        let language =
            locales.negotiate(&std::env::var("LANG").unwrap_or_default()).unwrap_or(crate::locale::DEFAULT).to_owned();
        let terminal = Terminal {
            intake: app.intake(),
            locales,
            language,
            person: std::env::var("USER").unwrap_or_else(|_| "me".to_owned()),
            interactive: std::io::stdin().is_terminal(),
            answer_within: ANSWER_WITHIN,
        };
        let chatted = tokio::select! {
            chatted = terminal.run(BufReader::new(tokio::io::stdin()), tokio::io::stdout()) => chatted,
            () = stop.cancelled() => Ok(()),
        };
        stop.cancel();
        while running.join_next().await.is_some() {}
        app.core().store.close().await;
        Ok(chatted?)
    }
}
