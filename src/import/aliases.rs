//! A site's folder of aliases, beside those of the program.

use std::{fs, path::Path, sync::Arc};

use super::fault::decode;
use crate::matching::{AliasProblem, Aliases};

/// The aliases of the program and those of a folder's `.toml` files; and what is wrong with files that were left out.
pub fn aliases(folder: Option<&Path>) -> (Arc<Aliases>, Vec<AliasProblem>) {
    let Some(folder) = folder else { return (Aliases::built_in(), Vec::new()) };
    let unreadable = |file: &Path, error: &dyn std::fmt::Display| AliasProblem {
        file: file.display().to_string(),
        line: 1,
        what: format!("it can't be read: {error}"),
    };
    let mut problems = Vec::new();
    let mut paths: Vec<_> = match fs::read_dir(folder) {
        Ok(entries) => entries.filter_map(|entry| Some(entry.ok()?.path())).collect(),
        Err(error) => {
            problems.push(unreadable(folder, &error));
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
                Err(fault) => problems.push(AliasProblem { file: fault.file, line: fault.line, what: fault.reason }),
            },
            Err(error) => problems.push(unreadable(&path, &error)),
        }
    }
    let (aliases, faulty) = Aliases::with_files(files);
    problems.extend(faulty);
    (Arc::new(aliases), problems)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_adds_words_and_bad_files_are_named() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("a.toml"), "[terms]\n'最低生活保障' = ['困难钱']").unwrap();
        fs::write(folder.path().join("b.toml"), b"[terms]\n'\xff' = []").unwrap();
        fs::write(folder.path().join("c.toml"), "[terms]\n'甲乙丙' = ['低保']").unwrap();
        fs::write(folder.path().join("notes.txt"), "no words").unwrap();
        let (aliases, problems) = aliases(Some(folder.path()));
        assert_eq!(aliases.readings("困难钱怎么领")[0], "最低生活保障怎么领");
        let said: Vec<String> = problems.iter().map(ToString::to_string).collect();
        assert_eq!(said.len(), 2);
        assert!(said[0].contains("b.toml:2: this isn't UTF-8"), "{said:?}");
        assert!(said[1].contains("c.toml:2: 甲乙丙: 低保 is a word for 最低生活保障"), "{said:?}");
    }

    #[test]
    fn a_folder_that_is_gone_leaves_the_words_of_the_program() {
        let (aliases, problems) = aliases(Some(Path::new("/no/such/folder")));
        assert!(aliases.len() >= 400);
        assert_eq!(problems.len(), 1);
    }
}
