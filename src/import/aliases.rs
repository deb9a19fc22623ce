//! A site's folder of aliases, beside those of the program.

use std::{path::Path, sync::Arc};

use super::site::toml_files;
use crate::matching::{AliasProblem, Aliases};

/// The aliases of the program and those of a folder's `.toml` files; and what is wrong with files that were left out.
pub fn aliases(folder: Option<&Path>) -> (Arc<Aliases>, Vec<AliasProblem>) {
    let Some(folder) = folder else { return (Aliases::built_in(), Vec::new()) };
    let (files, unread) = toml_files(folder);
    let mut problems: Vec<AliasProblem> = unread
        .into_iter()
        .map(|fault| AliasProblem { file: fault.file, line: fault.line, what: fault.reason })
        .collect();
    let (aliases, faulty) = Aliases::with_files(files);
    problems.extend(faulty);
    (Arc::new(aliases), problems)
}

#[cfg(test)]
mod tests {
    use std::fs;

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
