//! Gathers the messages that the source names, for `wenzheng check`.

use std::{collections::BTreeSet, env, fs, path::Path};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    // Migrations and files that are part of the program: a change makes a new build.
    for folder in ["migrations", "src", "locales", "intents", "aliases", "calendars", "demo"] {
        println!("cargo:rerun-if-changed={folder}");
    }
    let mut keys = BTreeSet::new();
    gather(Path::new("src"), &mut keys)?;
    let list: String = keys.into_iter().map(|key| key + "\n").collect();
    fs::write(Path::new(&env::var("OUT_DIR")?).join("phrases.txt"), list)?;
    Ok(())
}

/// Finds `phrase!("key"` in all files of a folder, on one line or broken after the parenthesis.
fn gather(folder: &Path, keys: &mut BTreeSet<String>) -> Result<(), Box<dyn std::error::Error>> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            gather(&path, keys)?;
        } else if path.extension().is_some_and(|end| end == "rs") {
            let text = fs::read_to_string(&path)?;
            let code: String = text.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
            for rest in code.split("phrase!(").skip(1) {
                if let Some(key) = rest.trim_start().strip_prefix('"').and_then(|rest| rest.split('"').next()) {
                    keys.insert(key.to_owned());
                }
            }
        }
    }
    Ok(())
}
