//! `wenzheng demo`

use std::{
    net::{Ipv4Addr, SocketAddr, SocketAddrV4},
    path::PathBuf,
};

use include_dir::{Dir, include_dir};
use secrecy::SecretString;

use super::{DATA, import::take_in};
use crate::{
    app::{Ambient, App, listen_near, open_store},
    config::Settings,
    directory::{
        staff::{self, PasswordHash, Role, StaffMember},
        units::{self, OFFICE, Unit},
    },
    import::{Collection, ImportOptions},
    locale::Locales,
    phrase,
    store::Store,
    telemetry,
};

/// The demo city's content, part of the program.
pub(super) static CITY: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/demo");

/// Where the demo listens when nothing is said.
pub(super) const DEFAULT_ADDRESS: SocketAddr = SocketAddr::V4(SocketAddrV4::new(Ipv4Addr::LOCALHOST, 8080));

/// The password of every demo account. It is no secret: the demo is for this machine only.
const PASSWORD: &str = "wenzheng-demo";

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
        fill(&store, &ambient).await?;
        let app = App::new(settings, store, ambient).await?;
        let listener = listen_near(self.listen).await?;
        let address = listener.local_addr()?;
        let stop = super::stop_signal();
        greet(address, &self.data)?;
        app.serve(listener, stop).await
    }
}

/// Everything in the demo folder.
pub(super) fn city() -> Collection {
    fn add(folder: &Dir<'_>, collection: &mut Collection) {
        for file in folder.files() {
            collection.add(&file.path().display().to_string(), file.contents());
        }
        for folder in folder.dirs() {
            add(folder, collection);
        }
    }
    let mut collection = Collection::default();
    add(&CITY, &mut collection);
    collection
}

/// Loads the demo city and its accounts; what is there already stays as it is.
async fn fill(store: &Store, ambient: &Ambient) -> anyhow::Result<()> {
    let options = ImportOptions { operator: "demo".to_owned(), unit: None };
    let report = take_in(store, ambient, city(), &options).await?;
    for fault in &report.faults {
        tracing::warn!(%fault, "demo content");
    }
    let mut tx = store.begin().await?;
    let known: Vec<String> = staff::all(&mut tx).await?.into_iter().map(|member| member.login).collect();
    let mut wanted: Vec<StaffMember> = Vec::new();
    for unit in units::all(&mut tx).await? {
        wanted.extend(accounts(&unit));
    }
    wanted.retain(|member| !known.contains(&member.login));
    if !wanted.is_empty() {
        // One hash for all: hashing is slow on purpose, and they all have the same password anyway.
        let hash = PasswordHash::of(&SecretString::from(PASSWORD), ambient.entropy.as_ref())?;
        for mut member in wanted {
            member.id = ambient.ids().next();
            staff::add(&mut tx, &member, &hash, ambient.clock.now()).await?;
        }
    }
    tx.commit().await?;
    Ok(())
}

/// Somebody who replies and somebody who approves for each unit; the office also dispatches and administers.
fn accounts(unit: &Unit) -> Vec<StaffMember> {
    let member = |login: String, name: String, roles: &[Role]| StaffMember {
        id: String::new(),
        login,
        name,
        unit: unit.code.clone(),
        roles: roles.iter().copied().collect(),
    };
    let mut all = vec![
        member(unit.code.clone(), format!("{}经办", unit.short), &[Role::Staff]),
        member(format!("{}-review", unit.code), format!("{}审核", unit.short), &[Role::Staff, Role::Reviewer]),
    ];
    if unit.code == OFFICE {
        all.push(member("dispatch".into(), "转办员".into(), &[Role::Staff, Role::Dispatcher]));
        all.push(member("admin".into(), "管理员".into(), &[Role::Administrator]));
    }
    all
}

/// Tells where everything is and how to log in.
fn greet(address: SocketAddr, data: &std::path::Path) -> anyhow::Result<()> {
    let locales = Locales::embedded()?;
    let tag = locales.negotiate(&std::env::var("LANG").unwrap_or_default()).unwrap_or(crate::locale::DEFAULT).to_owned();
    let line = |phrase| println!("{}", locales.text(&tag, &phrase));
    line(phrase!("demo-chat", url = format!("http://{address}/")));
    line(phrase!("demo-console", url = format!("http://{address}/console")));
    line(phrase!("demo-accounts", password = PASSWORD));
    line(phrase!("demo-data", folder = data.display().to_string()));
    if !address.ip().is_loopback() {
        line(phrase!("demo-exposed"));
    }
    Ok(())
}
