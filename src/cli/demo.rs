//! `wenzheng demo`

use std::{
    net::{Ipv4Addr, SocketAddr, SocketAddrV4},
    path::PathBuf,
};

use super::{DATA, out::print};
use crate::{
    app::{Ambient, App, listen_near, open_store},
    config::Settings,
    demo,
    locale::Locales,
    phrase, telemetry,
};

/// Where the demo listens when nothing is said.
pub(super) const DEFAULT_ADDRESS: SocketAddr = SocketAddr::V4(SocketAddrV4::new(Ipv4Addr::LOCALHOST, 8080));

/// Serves a demo city on this machine.
#[derive(Debug, clap::Args)]
pub(super) struct Demo {
    /// The data folder; made when it isn't there, kept for the next time
    #[arg(long, value_name = "DIR", default_value = DATA)]
    data: PathBuf,
    /// Where to listen; the next free port if it is taken
    #[arg(long, value_name = "ADDR", default_value_t = DEFAULT_ADDRESS)]
    listen: SocketAddr,
}

impl Demo {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        telemetry::start("info");
        let ambient = Ambient::default();
        let settings = Settings::demo(self.listen, self.data.clone());
        let store = open_store(&settings.store).await?;
        demo::fill(&store, &ambient).await?;
        let app = App::new(settings, store, ambient).await?;
        let listener = listen_near(self.listen).await?;
        let address = listener.local_addr()?;
        let stop = super::stop_signal();
        greet(address, &self.data)?;
        app.serve(listener, stop).await
    }
}

/// Tells where everything is and how to log in.
fn greet(address: SocketAddr, data: &std::path::Path) -> anyhow::Result<()> {
    let locales = Locales::embedded()?;
    let tag =
        locales.negotiate(&std::env::var("LANG").unwrap_or_default()).unwrap_or(crate::locale::DEFAULT).to_owned();
    let line = |phrase| print(locales.text(&tag, &phrase));
    line(phrase!("demo-chat", url = format!("http://{address}/")))?;
    line(phrase!("demo-console", url = format!("http://{address}/console")))?;
    line(phrase!("demo-accounts", password = demo::PASSWORD))?;
    line(phrase!("demo-data", folder = data.display().to_string()))?;
    if !address.ip().is_loopback() {
        line(phrase!("demo-exposed"))?;
    }
    Ok(())
}
