//! The program itself, with the demonstration city in a folder of its own.

use std::process::Command;

use crate::process::Process;

/// A running `wenzheng demo`.
pub struct App {
    /// Where it listens, such as `http://127.0.0.1:40123`.
    pub origin: String,
    _process: Process,
    _folder: tempfile::TempDir,
}

impl App {
    /// Starts it on a free port and waits until it says where it listens and how staff log in.
    pub fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let listen = format!("127.0.0.1:{}", free_port());
        let mut command = Command::new(env!("CARGO_BIN_EXE_wenzheng"));
        command.args(["demo", "--listen", &listen, "--data"]).arg(folder.path());
        let process = Process::start(command);
        let origin = process.wait_for(origin_in);
        process.wait_for(|line| line.contains(wenzheng::demo::PASSWORD).then_some(()));
        Self { origin, _process: process, _folder: folder }
    }
}

/// `http://host:port` of the first web address in a line.
fn origin_in(line: &str) -> Option<String> {
    let (_, rest) = line.split_once("http://")?;
    let host: String = rest.chars().take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | ':' | '-')).collect();
    Some(format!("http://{host}"))
}

/// A port that nobody listens on.
pub fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}
