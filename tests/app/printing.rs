//! What commands print may be for a reader that has seen enough.

use std::{
    io::{BufRead as _, BufReader},
    process::{Command, Stdio},
};

/// Runs a command whose reader goes away after a line, or before the first one.
fn cut_short(arguments: &[&str], lines: usize) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_wenzheng"))
        .args(arguments)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut reader = BufReader::new(child.stdout.take().unwrap());
    for _ in 0..lines {
        assert_ne!(reader.read_line(&mut String::new()).unwrap(), 0);
    }
    drop(reader);
    let ended = child.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&ended.stderr);
    assert!(ended.status.success() && said.is_empty(), "{arguments:?}: {} {said}", ended.status);
}

#[test]
fn a_command_ends_well_when_its_reader_goes_away() {
    let deadline = ["deadline", "--from", "2026-09-28", "--working-days", "1000"];
    cut_short(&deadline, 1);
    cut_short(&deadline, 0);
    cut_short(&["calendar"], 1);
    cut_short(&["calendar", "--json"], 0);
}
