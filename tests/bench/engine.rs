//! The indexes, built from the same documents and asked the same questions.

use std::{
    collections::HashSet,
    fmt,
    time::{Duration, Instant},
};

use clap::ValueEnum;
use tantivy::{
    DocAddress, IndexWriter, Searcher, TantivyDocument, Term,
    collector::TopDocs,
    columnar::Column,
    query::{BooleanQuery, Occur, Query, TermQuery},
    schema::{FAST, Field, IndexRecordOption, Schema, TextFieldIndexing, TextOptions},
    tokenizer::{PreTokenizedString, Token},
};
use wenzheng::matching::{Analyser, Document, Index};

use crate::database::Database;

/// How many documents each search returns.
const LIMIT: usize = 10;
/// To how many terms the third way cuts a question.
const RAREST: usize = 12;
/// What tantivy may hold before it writes a segment: enough that there is one segment, its best case for searching.
const BUDGET: usize = 3_000_000_000;

/// Which index is built.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Engine {
    /// `wenzheng::matching::Index`.
    Ours,
    /// A plain tantivy index.
    Tantivy,
    /// `SQLite`'s full text search over trigrams.
    Fts5,
    /// `PostgreSQL`'s full text search over our tokens.
    Postgres,
}

impl fmt::Display for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Ours => "ours",
            Self::Tantivy => "tantivy",
            Self::Fts5 => "fts5",
            Self::Postgres => "postgres",
        })
    }
}

/// A way of asking: from the text of a question to the places of the best documents, the best first.
pub type Way<'a> = (&'static str, Box<dyn Fn(&str) -> anyhow::Result<Vec<usize>> + 'a>);

/// An index that was built.
#[expect(clippy::large_enum_variant, reason = "there is one")]
pub enum Built {
    Ours(Index),
    Tantivy(Plain),
    Database(Database),
}

/// A plain tantivy index: one field of text, the documents' places as a fast field, in memory.
pub struct Plain {
    searcher: Searcher,
    text: Field,
    places: Vec<Column<u64>>,
}

/// What building took.
#[derive(Debug, Default)]
pub struct Took {
    /// All of it.
    pub all: Duration,
    /// Turning texts into tokens, where that can be told apart.
    pub analysing: Option<Duration>,
    /// The texts, in bytes.
    pub texts: usize,
}

impl Built {
    /// Builds an index; documents are known by their place.
    pub fn new(
        engine: Engine,
        analyser: &Analyser,
        documents: impl Iterator<Item = Document>,
    ) -> anyhow::Result<(Self, Took)> {
        match engine {
            Engine::Ours => Ok(ours(analyser, documents)),
            Engine::Tantivy => plain(analyser, documents),
            Engine::Fts5 => database(Database::fts5()?, analyser, documents),
            Engine::Postgres => database(Database::postgres()?, analyser, documents),
        }
    }

    /// How large its files are, in bytes, where it has any.
    pub fn files(&self) -> anyhow::Result<Option<u64>> {
        match self {
            Self::Ours(_) | Self::Database(_) => Ok(None),
            Self::Tantivy(plain) => Ok(Some(plain.searcher.space_usage()?.total().get_bytes())),
        }
    }

    /// The ways of asking it.
    pub fn ways<'a>(&'a self, analyser: &'a Analyser) -> Vec<Way<'a>> {
        match self {
            Self::Ours(index) => vec![(
                "ours",
                Box::new(|question| {
                    let findings = index.search(analyser, question, LIMIT);
                    findings.hits.iter().map(|hit| Ok(hit.id.parse()?)).collect()
                }),
            )],
            Self::Database(database) => {
                vec![(database.name(), Box::new(|question| database.search(analyser, question, LIMIT)))]
            }
            Self::Tantivy(plain) => vec![
                ("tantivy, all tokens", Box::new(|question| plain.search(analyser, question, None))),
                ("tantivy, 12 rarest", Box::new(|question| plain.search(analyser, question, Some(RAREST)))),
            ],
        }
    }
}

fn ours(analyser: &Analyser, documents: impl Iterator<Item = Document>) -> (Built, Took) {
    let (mut index, mut took) = (Index::default(), Took::default());
    for (place, document) in documents.enumerate() {
        took.texts += texts(&document).map(str::len).sum::<usize>();
        let document = Document { id: place.to_string(), ..document };
        let begin = Instant::now();
        index.add(analyser, document);
        took.all += begin.elapsed();
    }
    let begin = Instant::now();
    index.shrink();
    took.all += begin.elapsed();
    (Built::Ours(index), took)
}

fn database(
    mut database: Database,
    analyser: &Analyser,
    documents: impl Iterator<Item = Document>,
) -> anyhow::Result<(Built, Took)> {
    let mut took = Took::default();
    let begin = Instant::now();
    for (place, document) in documents.enumerate() {
        took.texts += texts(&document).map(str::len).sum::<usize>();
        database.add(analyser, place, &texts(&document).collect::<Vec<_>>())?;
    }
    database.finish()?;
    took.all = begin.elapsed();
    Ok((Built::Database(database), took))
}

fn plain(analyser: &Analyser, documents: impl Iterator<Item = Document>) -> anyhow::Result<(Built, Took)> {
    let mut schema = Schema::builder();
    // Frequencies and lengths, which BM25 needs; no positions, which nobody asks for.
    let indexing = TextFieldIndexing::default().set_index_option(IndexRecordOption::WithFreqs);
    let text = schema.add_text_field("text", TextOptions::default().set_indexing_options(indexing));
    let place_field = schema.add_u64_field("place", FAST);
    let index = tantivy::Index::create_in_ram(schema.build());
    let (mut took, mut analysing) = (Took::default(), Duration::ZERO);
    let begin = Instant::now();
    let mut writer: IndexWriter = index.writer_with_num_threads(1, BUDGET)?;
    took.all += begin.elapsed();
    for (place, document) in documents.enumerate() {
        took.texts += texts(&document).map(str::len).sum::<usize>();
        let begin = Instant::now();
        let mut tokens = Vec::new();
        for text in texts(&document) {
            for token in analyser.analyse(text).tokens {
                let position = tokens.len();
                tokens.push(Token { offset_from: 0, offset_to: 0, position, text: token.term, position_length: 1 });
            }
        }
        analysing += begin.elapsed();
        let mut row = TantivyDocument::new();
        row.add_pre_tokenized_text(text, PreTokenizedString { text: String::new(), tokens });
        row.add_u64(place_field, place as u64);
        writer.add_document(row)?;
        took.all += begin.elapsed();
    }
    let begin = Instant::now();
    writer.commit()?;
    writer.wait_merging_threads()?;
    let searcher = index.reader()?.searcher();
    let places =
        searcher.segment_readers().iter().map(|s| s.fast_fields().u64("place")).collect::<tantivy::Result<_>>()?;
    took.all += begin.elapsed();
    took.analysing = Some(analysing);
    Ok((Built::Tantivy(Plain { searcher, text, places }), took))
}

/// What is found of a document: its title, unless the text begins with it, its phrasings and its text.
fn texts(document: &Document) -> impl Iterator<Item = &str> {
    let begins = document.passages.first().is_some_and(|passage| passage.text.starts_with(&document.title));
    let title = (!begins).then_some(document.title.as_str());
    let passages = document.passages.iter().flat_map(|passage| [passage.heading.as_str(), passage.text.as_str()]);
    title.into_iter().chain(document.phrasings.iter().map(String::as_str)).chain(passages)
}

impl Plain {
    fn search(&self, analyser: &Analyser, question: &str, rarest: Option<usize>) -> anyhow::Result<Vec<usize>> {
        let mut seen = HashSet::new();
        let tokens = analyser.analyse_question(question).tokens;
        let terms = tokens.iter().filter(|token| seen.insert(token.term.as_str()));
        let mut terms: Vec<Term> = terms.map(|token| Term::from_field_text(self.text, &token.term)).collect();
        if let Some(rarest) = rarest {
            let mut counted = Vec::new();
            for term in terms {
                let count = self.searcher.doc_freq(&term)?;
                if count > 0 {
                    counted.push((count, term));
                }
            }
            counted.sort_by_key(|(count, _)| *count);
            counted.truncate(rarest);
            terms = counted.into_iter().map(|(_, term)| term).collect();
        }
        let clause = |term| -> (Occur, Box<dyn Query>) {
            (Occur::Should, Box::new(TermQuery::new(term, IndexRecordOption::WithFreqs)))
        };
        let query = BooleanQuery::new(terms.into_iter().map(clause).collect());
        let best = self.searcher.search(&query, &TopDocs::with_limit(LIMIT).order_by_score())?;
        Ok(best.into_iter().filter_map(|(_, address)| self.place(address)).collect())
    }

    fn place(&self, address: DocAddress) -> Option<usize> {
        let place = self.places.get(address.segment_ord as usize)?.first(address.doc_id)?;
        usize::try_from(place).ok()
    }
}
