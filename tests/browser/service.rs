//! The service as it runs in a town hall: the demo city in a folder, settings in a file, a Telegram bot, and terminals
//! on the same store.

use std::{
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use wenzheng::{app::Ambient, demo, store::Store};

use crate::{app::free_port, process::Process, support::telegram::TOKEN};

/// How long it may take until it is healthy.
const START: Duration = Duration::from_mins(1);

/// A running `wenzheng serve`.
pub struct Service {
    /// Where it listens, such as `http://127.0.0.1:40123`.
    pub origin: String,
    settings: PathBuf,
    _process: Process,
    _folder: tempfile::TempDir,
}

impl Service {
    /// Fills a store, starts the service on it and waits until it is healthy.
    pub async fn start(telegram: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open_folder(&folder.path().join("data")).await.unwrap();
        demo::fill(&store, &Ambient::default()).await.unwrap();
        store.close().await;
        let port = free_port();
        let settings = write_settings(folder.path(), port, telegram);
        let mut command = program();
        command.args(["serve", "--config"]).arg(&settings);
        let process = Process::start(command);
        let origin = format!("http://127.0.0.1:{port}");
        let client = reqwest::Client::new();
        let until = tokio::time::Instant::now() + START;
        loop {
            let answer = client.get(format!("{origin}/healthz")).timeout(Duration::from_secs(1)).send().await;
            if answer.is_ok_and(|answer| answer.status().is_success()) {
                return Self { origin, settings, _process: process, _folder: folder };
            }
            assert!(tokio::time::Instant::now() < until, "not healthy; it printed:\n{}", process.printed().join("\n"));
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Somebody sits down at a terminal.
    pub fn terminal(&self, person: &str) -> Process {
        let mut command = program();
        command.args(["chat", "--config"]).arg(&self.settings).env("USER", person).env("LANG", "zh_CN.UTF-8");
        Process::talk(command)
    }
}

fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_wenzheng"));
    command.env("RUST_LOG", "warn").env("NO_COLOR", "1").env("NO_PROXY", "127.0.0.1").env("no_proxy", "127.0.0.1");
    command
}

fn write_settings(folder: &Path, port: u16, telegram: &str) -> PathBuf {
    use std::os::unix::fs::PermissionsExt as _;
    let token = folder.join("token");
    std::fs::write(&token, TOKEN).unwrap();
    std::fs::set_permissions(&token, std::fs::Permissions::from_mode(0o600)).unwrap();
    let (data, file) = (folder.join("data"), folder.join("wenzheng.toml"));
    let settings = format!(
        "listen = \"127.0.0.1:{port}\"\n[store]\ndata = {:?}\n[web]\nmessages_a_minute = 1000\n\
         [topics]\nraise_at = 3\n\
         [[telegram]]\naccount = \"bot\"\ntoken = {{ file = \"token\" }}\napi_url = \"{telegram}\"\n",
        data.display().to_string(),
    );
    std::fs::write(&file, settings).unwrap();
    file
}
