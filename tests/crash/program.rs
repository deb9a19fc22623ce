//! The service as a process that can be killed.

use std::{
    fs::File,
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

/// How long it may take until it is healthy.
const START: Duration = Duration::from_mins(1);

/// A running `wenzheng serve`. Dropping it kills it.
pub struct Program {
    child: Child,
}

impl Program {
    /// Starts it and waits until it is healthy; gives how long that took.
    pub async fn start(config: &Path, log: &Path, origin: &str, client: &reqwest::Client) -> (Self, Duration) {
        let began = Instant::now();
        let log = File::options().create(true).append(true).open(log).unwrap();
        let child = Command::new(env!("CARGO_BIN_EXE_wenzheng"))
            .args(["serve", "--config"])
            .arg(config)
            .env("RUST_LOG", "warn,wenzheng=warn")
            .env("NO_COLOR", "1")
            .env("NO_PROXY", "127.0.0.1")
            .env("no_proxy", "127.0.0.1")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .unwrap();
        let mut program = Self { child };
        let health = format!("{origin}/healthz");
        while began.elapsed() < START {
            let answer = client.get(&health).timeout(Duration::from_secs(1)).send().await;
            if answer.is_ok_and(|answer| answer.status().is_success()) {
                return (program, began.elapsed());
            }
            if let Some(status) = program.child.try_wait().unwrap() {
                panic!("it ended by itself ({status}) before it was healthy");
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        panic!("it was not healthy within {START:?}");
    }

    /// Kills it, as the system does that has no memory left. Fails if it had ended by itself.
    pub fn kill(mut self) {
        assert!(self.child.try_wait().unwrap().is_none(), "it ended by itself");
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
