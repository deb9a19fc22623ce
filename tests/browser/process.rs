//! Processes that a test starts. Each is ended by its own id when the test is over, however it ends.

use std::{
    io::{BufRead as _, BufReader, Read},
    process::{Child, Command, Stdio},
    sync::{Arc, Mutex, mpsc},
    time::{Duration, Instant},
};

/// How long a process may take until it says that it is ready.
const START: Duration = Duration::from_secs(90);

/// A running process and what it has printed so far.
pub struct Process {
    child: Child,
    lines: mpsc::Receiver<String>,
    printed: Arc<Mutex<Vec<String>>>,
}

impl Process {
    /// Starts a command; its standard output and errors are read line by line, so that it never waits for us.
    pub fn start(mut command: Command) -> Self {
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("{command:?} can't be started ({error}): run `scripts/test`"));
        let (sender, lines) = mpsc::channel();
        let printed = Arc::<Mutex<Vec<String>>>::default();
        let streams: [Box<dyn Read + Send>; 2] =
            [Box::new(child.stdout.take().unwrap()), Box::new(child.stderr.take().unwrap())];
        for stream in streams {
            let (sender, printed) = (sender.clone(), Arc::clone(&printed));
            std::thread::spawn(move || {
                for line in BufReader::new(stream).lines().map_while(Result::ok) {
                    printed.lock().unwrap().push(line.clone());
                    let _ = sender.send(line);
                }
            });
        }
        Self { child, lines, printed }
    }

    /// Waits for a line from which `find` takes something.
    pub fn wait_for<T>(&self, find: impl Fn(&str) -> Option<T>) -> T {
        let until = Instant::now() + START;
        while let Ok(line) = self.lines.recv_timeout(until.saturating_duration_since(Instant::now())) {
            if let Some(found) = find(&line) {
                return found;
            }
        }
        panic!("it did not get ready; it printed:\n{}", self.printed.lock().unwrap().join("\n"));
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
