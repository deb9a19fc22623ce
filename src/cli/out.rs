//! What commands print. A reader that has seen enough (`| head -1`) closes the pipe: the rest is for nobody then, and the
//! command goes on to its end, with its effects and its exit code.

use std::{
    fmt::Display,
    io::{self, ErrorKind, Write},
};

/// Standard output, closed or not.
pub(super) struct Out;

impl Write for Out {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        unless_closed(io::stdout().write(bytes), bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        unless_closed(io::stdout().flush(), ())
    }
}

fn unless_closed<T>(outcome: io::Result<T>, instead: T) -> io::Result<T> {
    match outcome {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(instead),
        other => other,
    }
}

/// Prints a line.
pub(super) fn print(text: impl Display) -> io::Result<()> {
    writeln!(Out, "{text}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_closed_pipe_is_no_fault_and_a_full_disk_is_one() {
        let failed = |kind: ErrorKind| unless_closed(Err(kind.into()), 7).map_err(|error| error.kind());
        assert_eq!(failed(ErrorKind::BrokenPipe), Ok(7));
        assert_eq!(failed(ErrorKind::StorageFull), Err(ErrorKind::StorageFull));
    }
}
