//! Processes that a test starts. Each is ended by its own id when the test is over, however it ends.

use std::{
    io::{BufRead as _, BufReader, Read, Write as _},
    process::{Child, ChildStdin, Command, Stdio},
    sync::{Arc, Mutex, mpsc},
    time::{Duration, Instant},
};

/// How long a process may take until it says that it is ready.
const START: Duration = Duration::from_secs(90);

/// A running process and what it has printed so far.
pub struct Process {
    child: Child,
    input: Option<ChildStdin>,
    lines: Mutex<mpsc::Receiver<String>>,
    printed: Arc<Mutex<Vec<String>>>,
}

impl Process {
    /// Starts a command; its standard output and errors are read line by line, so that it never waits for us.
    pub fn start(mut command: Command) -> Self {
        command.stdin(Stdio::null());
        Self::run(command)
    }

    /// Starts a command that is talked to.
    pub fn talk(mut command: Command) -> Self {
        command.stdin(Stdio::piped());
        Self::run(command)
    }

    fn run(mut command: Command) -> Self {
        let mut child = command
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
        let input = child.stdin.take();
        Self { child, input, lines: Mutex::new(lines), printed }
    }

    /// Types a line.
    pub fn say(&mut self, line: &str) {
        writeln!(self.input.as_mut().unwrap(), "{line}").unwrap();
    }

    /// Waits until it ends by itself, and gives all that it printed.
    pub fn end(mut self) -> Vec<String> {
        let status = self.child.wait().unwrap();
        assert!(status.success(), "it ended with {status}; it printed:\n{}", self.printed().join("\n"));
        // Its streams end with it, and the readers with them.
        while self.lines.get_mut().unwrap().recv_timeout(START).is_ok() {}
        self.printed()
    }

    /// What it has printed so far.
    pub fn printed(&self) -> Vec<String> {
        self.printed.lock().unwrap().clone()
    }

    /// Waits for a line from which `find` takes something.
    pub fn wait_for<T>(&self, find: impl Fn(&str) -> Option<T>) -> T {
        let until = Instant::now() + START;
        let lines = self.lines.lock().unwrap();
        while let Ok(line) = lines.recv_timeout(until.saturating_duration_since(Instant::now())) {
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
