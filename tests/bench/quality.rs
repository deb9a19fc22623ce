//! How good what comes first is, on every pack that asks for documents.

use std::{fmt::Write as _, fs, path::Path};

use wenzheng::{
    evaluation::metrics::{hit, mean, ndcg10},
    matching::Analyser,
};

use crate::{
    engine::{Built, Engine},
    material::Material,
};

/// The table of marks.
pub fn table(packs: &Path) -> anyhow::Result<String> {
    let mut table = String::from("| pack | questions | index | hit@1 | nDCG@10 |\n|---|---|---|---|---|\n");
    let analyser = Analyser::new();
    let mut folders: Vec<_> = fs::read_dir(packs)?.filter_map(|entry| Some(entry.ok()?.path())).collect();
    folders.sort();
    for folder in folders.into_iter().filter(|folder| folder.join("corpus.jsonl").is_file()) {
        let material = Material::of_pack(&folder)?;
        let name = folder.file_name().unwrap_or_default().to_string_lossy();
        for engine in [Engine::Ours, Engine::Tantivy] {
            let (built, _) = Built::new(engine, &analyser, material.collection(material.documents.len()))?;
            for (way, search) in built.ways(&analyser) {
                let mut marks = Vec::new();
                for question in &material.questions {
                    let ranked: Vec<String> = search(&question.text)?
                        .into_iter()
                        .filter_map(|place| material.documents.get(place).map(|document| document.id.clone()))
                        .collect();
                    marks.push((hit(&ranked, &question.docs, 1), ndcg10(&ranked, &question.docs)));
                }
                let first = mean(marks.iter().map(|mark| mark.0));
                let gain = mean(marks.iter().map(|mark| mark.1));
                writeln!(table, "| {name} | {} | {way} | {first:.3} | {gain:.3} |", marks.len())?;
            }
        }
    }
    Ok(table)
}
