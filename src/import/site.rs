//! Files of a site's own, beside those of the program.

use std::{fs, path::Path};

use super::fault::{FileFault, decode};
use crate::calendar::{Calendar, CalendarError};

/// The `.toml` files of a folder, as name and text in the order of their names; and what couldn't be read.
pub(super) fn toml_files(folder: &Path) -> (Vec<(String, String)>, Vec<FileFault>) {
    let unreadable = |file: &Path, error: &dyn std::fmt::Display| {
        FileFault::new(&file.display().to_string(), 1, format!("it can't be read: {error}"))
    };
    let mut faults = Vec::new();
    let mut paths: Vec<_> = match fs::read_dir(folder) {
        Ok(entries) => entries.filter_map(|entry| Some(entry.ok()?.path())).collect(),
        Err(error) => {
            faults.push(unreadable(folder, &error));
            Vec::new()
        }
    };
    paths.retain(|path| path.extension().is_some_and(|end| end == "toml"));
    paths.sort();
    let mut files = Vec::new();
    for path in paths {
        let name = path.display().to_string();
        match fs::read(&path) {
            Ok(bytes) => match decode(&name, &bytes) {
                Ok(text) => files.push((name, text)),
                Err(fault) => faults.push(fault),
            },
            Err(error) => faults.push(unreadable(&path, &error)),
        }
    }
    (files, faults)
}

/// The working days of the program with those of a folder's files; and what is wrong with files that were left out.
pub fn calendar(folder: Option<&Path>) -> Result<(Calendar, Vec<CalendarError>), CalendarError> {
    let embedded = Calendar::embedded()?;
    let Some(folder) = folder else { return Ok((embedded, Vec::new())) };
    let (files, unread) = toml_files(folder);
    let (calendar, refused) = embedded.with_files(files);
    let mut faults: Vec<CalendarError> = unread
        .into_iter()
        .map(|fault| CalendarError { file: fault.file, line: fault.line, what: fault.reason })
        .collect();
    faults.extend(refused);
    Ok((calendar, faults))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_folder_adds_a_year_and_bad_files_are_named() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &[u8]| fs::write(folder.path().join(name), text).unwrap();
        write(
            "2031.toml",
            "year = 2031\nholidays = [['2031-01-01', '2031-01-01', '元旦']]\nmakeup_workdays = []".as_bytes(),
        );
        write("2032.toml", "year = 2032\nholidays = [['2032-01-01', '2032-01-01', '元旦']]\n".as_bytes());
        write("2033.toml", b"year = 2033\n# \xff");
        write("notes.txt", b"no table");
        let (calendar, faults) = calendar(Some(folder.path())).unwrap();
        assert!(calendar.knows(date(2031, 1, 1)) && calendar.knows(date(2026, 1, 1)));
        assert!(!calendar.knows(date(2032, 1, 1)) && !calendar.knows(date(2033, 1, 1)));
        let said: Vec<String> = faults.iter().map(ToString::to_string).collect();
        assert_eq!(said.len(), 2);
        assert!(said[0].contains("2033.toml:2: this isn't UTF-8"), "{said:?}");
        assert!(said[1].contains("2032.toml:1: missing field `makeup_workdays`"), "{said:?}");
    }

    #[test]
    fn a_folder_that_is_gone_leaves_the_days_of_the_program() {
        let (calendar, faults) = calendar(Some(Path::new("/no/such/folder"))).unwrap();
        assert_eq!((calendar, faults.len()), (Calendar::embedded().unwrap(), 1));
    }
}
