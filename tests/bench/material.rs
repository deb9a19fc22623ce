//! Documents and questions: those of a pack or of the demo city, and as many more documents as are wanted.

use std::{fmt, fs, path::Path};

use anyhow::{Context, ensure};
use serde::{Deserialize, de::DeserializeOwned};
use wenzheng::{
    demo,
    matching::{Document, Passage},
};

/// Where the generator begins, so that every run measures the same documents.
const SEED: u64 = 0x5EED;

/// A question and the ids of the documents that answer it, empty where that isn't known.
#[derive(Debug, Deserialize)]
pub struct Question {
    pub text: String,
    #[serde(default)]
    pub docs: Vec<String>,
}

#[derive(Deserialize)]
struct Row {
    id: String,
    #[serde(default)]
    title: String,
    text: String,
}

/// What is measured with.
#[derive(Debug)]
pub struct Material {
    name: String,
    pub documents: Vec<Document>,
    pub questions: Vec<Question>,
    /// All sentences of all documents, with their closing marks.
    sentences: Vec<String>,
}

impl Material {
    /// A pack: a folder with `corpus.jsonl` and the questions that it answers.
    pub fn of_pack(folder: &Path) -> anyhow::Result<Self> {
        let documents: Vec<Row> = rows(&folder.join("corpus.jsonl"))?;
        let asked = ["answerable.jsonl", "questions.jsonl"].map(|file| folder.join(file));
        let asked = asked.iter().find(|file| file.is_file()).context("a pack without questions")?;
        let name = folder.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let material = Self::new(name, documents.into_iter().map(document).collect(), rows(asked)?);
        ensure!(!material.sentences.is_empty() && !material.questions.is_empty(), "an empty pack");
        Ok(material)
    }

    /// The demo city: each item of an interpretation or guide, each policy; asked with the known phrasings, which
    /// therefore are left out of the documents.
    pub fn of_demo() -> Self {
        let city = demo::city();
        let (mut documents, mut questions) = (Vec::new(), Vec::new());
        for located in city.interpretations.into_iter().chain(city.guides) {
            for item in located.value.items {
                questions.extend(item.phrasings.into_iter().map(|text| Question { text, docs: Vec::new() }));
                documents.push(Document {
                    title: located.value.title.clone(),
                    phrasings: vec![item.question],
                    passages: vec![Passage { heading: String::new(), text: item.answer }],
                    in_force: true,
                    ..Document::default()
                });
            }
        }
        documents.extend(city.policies.into_iter().map(|located| Document {
            title: located.value.policy.title,
            passages: vec![Passage { heading: String::new(), text: located.value.policy.body }],
            in_force: true,
            ..Document::default()
        }));
        Self::new("demo".to_owned(), documents, questions)
    }

    fn new(name: String, documents: Vec<Document>, questions: Vec<Question>) -> Self {
        let texts = documents.iter().flat_map(|document| &document.passages);
        let sentences = texts.flat_map(|passage| sentences(&passage.text)).map(str::to_owned).collect();
        Self { name, documents, questions, sentences }
    }

    /// The first `count` documents; when there are fewer, made-up ones follow. A made-up document is modelled on a real
    /// one: it has as many sentences, drawn from those of all documents, so that how often terms occur stays as it is.
    pub fn collection(&self, count: usize) -> impl Iterator<Item = Document> {
        let mut random = Random(SEED);
        let made_up = std::iter::repeat_with(move || {
            let model = &self.documents[random.below(self.documents.len())];
            let titled = &self.documents[random.below(self.documents.len())];
            let mut passages = model.passages.clone();
            for passage in &mut passages {
                let count = sentences(&passage.text).count();
                passage.text =
                    (0..count).map(|_| self.sentences[random.below(self.sentences.len())].as_str()).collect();
            }
            Document { title: titled.title.clone(), phrasings: titled.phrasings.clone(), passages, ..model.clone() }
        });
        self.documents.iter().cloned().chain(made_up).take(count)
    }

    /// At most `count` questions, from everywhere among all.
    pub fn asked(&self, count: usize) -> Vec<&str> {
        self.questions(count).map(|question| question.text.as_str()).collect()
    }

    /// The same with what answers them.
    pub fn questions(&self, count: usize) -> impl Iterator<Item = &Question> {
        let count = count.min(self.questions.len());
        (0..count).map(move |at| &self.questions[at * self.questions.len() / count])
    }
}

impl fmt::Display for Material {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, documents, questions, sentences } = self;
        let chars: usize = documents.iter().flat_map(|d| &d.passages).map(|passage| passage.text.chars().count()).sum();
        let mean = chars / documents.len().max(1);
        writeln!(
            f,
            "Material: {name}, {} documents of {mean} characters on average, {} questions, {} sentences.",
            documents.len(),
            questions.len(),
            sentences.len()
        )
    }
}

fn document(row: Row) -> Document {
    let title = if row.title.is_empty() { head(&row.text).to_owned() } else { row.title };
    let passages = vec![Passage { heading: String::new(), text: row.text }];
    Document { id: row.id, title, passages, in_force: true, ..Document::default() }
}

/// The title of a long document that came as one text, by the rule of `wenzheng eval`: what stands before the first
/// blank, if it looks like a title.
fn head(text: &str) -> &str {
    let head = text.split(char::is_whitespace).next().unwrap_or("");
    let fits = (8..=80).contains(&head.chars().count()) && !head.contains(['。', '；']);
    if fits && text.chars().nth(300).is_some() { head } else { "" }
}

fn sentences(text: &str) -> impl Iterator<Item = &str> {
    text.split_inclusive(['。', '！', '？', '；', '\n']).filter(|sentence| !sentence.trim().is_empty())
}

fn rows<T: DeserializeOwned>(path: &Path) -> anyhow::Result<Vec<T>> {
    let text = fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    let lines = text.lines().filter(|line| !line.trim().is_empty());
    lines.map(|line| serde_json::from_str(line).with_context(|| format!("a bad row in {}", path.display()))).collect()
}

/// `SplitMix64`: small, and the same everywhere.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^= z >> 31;
        usize::try_from(z % end.max(1) as u64).unwrap_or(0)
    }
}
