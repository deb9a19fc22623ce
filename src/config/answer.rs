//! What the bot answers with: thresholds, other names, weights.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use serde::Deserialize;
use toml::Spanned;

use super::{ConfigError, Reader};
use crate::{
    knowledge::Caution,
    matching::{Thresholds, Weights, WeightsError},
};

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct WrittenAnswer {
    answer: Option<Spanned<f64>>,
    choose: Option<Spanned<f64>>,
    weights: Option<PathBuf>,
    aliases: Option<Spanned<PathBuf>>,
    units: BTreeMap<String, Spanned<WrittenUnit>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenUnit {
    answer: Spanned<f64>,
    choose: Option<Spanned<f64>>,
}

/// What was written, checked.
pub(super) struct Answer {
    pub(super) caution: Caution,
    pub(super) aliases: Option<PathBuf>,
    pub(super) weights: Option<PathBuf>,
}

impl WrittenAnswer {
    /// `by_meaning` tells whether a model was named.
    pub(super) fn check(self, reader: &Reader<'_>, by_meaning: bool) -> Result<Answer, ConfigError> {
        let weights = self.weights.map(|file| reader.base.join(file));
        let usual = usual(weights.as_deref(), by_meaning);
        // What isn't written is as usual, as far as what is written allows.
        let answer = self.answer.unwrap_or_else(|| unwritten(usual.answer));
        let choose = self.choose.unwrap_or_else(|| unwritten(usual.choose.min(*answer.get_ref())));
        let site = thresholds(reader, "answer", &answer, &choose)?;
        let mut units = BTreeMap::new();
        for (code, unit) in self.units {
            let WrittenUnit { answer, choose } = unit.into_inner();
            let choose = choose.unwrap_or_else(|| unwritten(site.choose.min(*answer.get_ref())));
            units.insert(code.clone(), thresholds(reader, &format!("answer.units.{code}"), &answer, &choose)?);
        }
        let aliases = reader.folder("answer.aliases", self.aliases)?;
        Ok(Answer { caution: Caution { site, units }, aliases, weights })
    }
}

fn unwritten(value: f64) -> Spanned<f64> {
    Spanned::new(0..0, value)
}

/// What the weights that will be used were learnt to be worth: the site's own, those by meaning, or those by words.
fn usual(weights: Option<&Path>, by_meaning: bool) -> Thresholds {
    let own = weights.and_then(|path| read_weights(path).ok()).and_then(|weights| weights.thresholds);
    let by_meaning = || by_meaning.then(|| Weights::with_meaning().thresholds).flatten();
    own.or_else(by_meaning).unwrap_or_default()
}

/// Two probabilities, the second not above the first.
fn thresholds(
    reader: &Reader<'_>,
    section: &str,
    answer: &Spanned<f64>,
    choose: &Spanned<f64>,
) -> Result<Thresholds, ConfigError> {
    let thresholds = Thresholds { answer: *answer.get_ref(), choose: *choose.get_ref() };
    match thresholds.out_of_bounds() {
        Some(("answer", _)) => Err(reader.fault(answer, format!("{section}.answer: a probability between 0 and 1"))),
        Some(_) => Err(reader.fault(choose, format!("{section}.choose: between 0 and {section}.answer"))),
        None => Ok(thresholds),
    }
}

/// Reads a site's own weights.
pub(super) fn read_weights(path: &Path) -> Result<Weights, ConfigError> {
    let fault = |line, what: String| ConfigError {
        file: path.display().to_string(),
        line,
        what: format!("{what}. Write the file anew with `wenzheng tune PACKS --out FILE`, or take it out of [answer]"),
    };
    let text =
        std::fs::read_to_string(path).map_err(|error| fault(1, format!("the weights can't be read: {error}")))?;
    Weights::parse(&text).map_err(|error| {
        let at = match &error {
            WeightsError::Form(form) => form.span().map_or(0, |span| span.start),
            // Such a fault knows its table and name only.
            WeightsError::Missing { table, .. } => text.find(&format!("[{table}]")).unwrap_or(0),
            WeightsError::Unused { name, .. } | WeightsError::Bounds { name, .. } => {
                text.find(&format!("\n{name} ")).map_or(0, |at| at + 1)
            }
            WeightsError::Tree { name, number } => {
                let list = text.find("[trees]").and_then(|at| Some(at + text[at..].find(&format!("\n{name} "))?));
                // No tree holds a quotation mark: each is behind every other one.
                list.map_or(0, |at| at + text[at..].match_indices('"').nth(2 * number - 2).map_or(0, |found| found.0))
            }
        };
        let line = text.bytes().take(at).filter(|byte| *byte == b'\n').count() + 1;
        let what = match &error {
            WeightsError::Form(form) => format!("weights: {}", form.message()),
            other => other.to_string(),
        };
        fault(line, what)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Settings, tests::parse};

    #[test]
    fn damaged_weights_are_named_and_those_in_the_program_are_used() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("own.toml");
        let mut settings = Settings::demo("127.0.0.1:1".parse().unwrap(), folder.path().into());
        assert!(settings.load_weights().1.is_none());
        settings.weights = Some(path.clone());
        let sound = Weights::plain().to_toml();
        let trees = sound.replace("decide = [\n]", "decide = [\n  \"0.5\",\n  \"score < 0.5 ? 1\",\n]");
        let line_of = |start: &str| sound.lines().position(|line| line.starts_with(start)).unwrap() + 1;
        for (text, line, what) in [
            (None, 1, "can't be read"),
            (Some("rank = nonsense".to_owned()), 1, "weights: "),
            (Some(sound.replacen("intercept = 0.0000", "intercept = \"much\"", 1)), line_of("intercept"), "weights: "),
            (
                Some(sound.replace("\n[decide]", "\nmoon = 1.0\n[decide]")),
                line_of("[decide]"),
                "moon, which nothing uses",
            ),
            (Some(sound.replace("b = 0.75", "b = 75.0")), 5, "out of bounds"),
            (Some(trees), line_of("quote = [") + 4, "tree 2 can't be read"),
        ] {
            if let Some(text) = text {
                std::fs::write(&path, text).unwrap();
            }
            let (weights, fault) = settings.load_weights();
            let fault = fault.unwrap();
            assert_eq!((fault.line, fault.what.contains(what)), (line, true), "{fault}");
            assert!(fault.to_string().contains("own.toml") && fault.what.contains("wenzheng tune"), "{fault}");
            assert_eq!(weights, Weights::built_in());
        }
        std::fs::write(&path, &sound).unwrap();
        let (weights, fault) = settings.load_weights();
        assert!(fault.is_none() && *weights == Weights::plain());
    }

    #[test]
    fn a_careful_unit_says_what_differs() {
        let text = "listen = \"127.0.0.1:1\"\n[store]\ndata = \"d\"\n[answer.units.tax]\nanswer = 0.95\n\
                    [answer.units.urban]\nanswer = 0.03";
        let caution = parse(text).unwrap().caution;
        assert_eq!(caution.of("tax"), Thresholds { answer: 0.95, ..Thresholds::default() });
        assert_eq!(caution.of("urban"), Thresholds { answer: 0.03, choose: 0.03 });
        assert_eq!(caution.of("civil"), Thresholds::default());
    }

    #[test]
    fn what_is_not_written_follows_the_weights() {
        let folder = tempfile::tempdir().unwrap();
        let read = |answer: &str| {
            let path = folder.path().join("w.toml");
            let text = format!("listen = \"127.0.0.1:1\"\n[store]\ndata = \"d\"\n[answer]\n{answer}");
            std::fs::write(&path, text).unwrap();
            Settings::read(&path).unwrap().caution.site
        };
        let learnt = Thresholds { answer: 0.6, choose: 0.2 };
        let own = Weights { thresholds: Some(learnt), ..Weights::plain() };
        std::fs::write(folder.path().join("own.toml"), own.to_toml()).unwrap();
        assert_eq!(read(""), Thresholds::default());
        assert_eq!(read("weights = \"own.toml\""), learnt);
        assert_eq!(read("weights = \"own.toml\"\nanswer = 0.1"), Thresholds { answer: 0.1, choose: 0.1 });
        assert_eq!(read("weights = \"gone.toml\""), Thresholds::default());
    }
}
