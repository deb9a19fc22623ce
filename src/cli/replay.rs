//! `wenzheng replay`

use std::path::PathBuf;

use anyhow::Context as _;

use super::{
    charts::{charts, terminal_language},
    out::print,
};
use crate::{
    evaluation::{Replayed, Tally, replay},
    locale::{Locales, Phrase},
    phrase,
};

/// Streams a pack's questions into an empty knowledge base and shows how it learns to answer.
#[derive(Debug, clap::Args)]
pub(super) struct Replay {
    /// The folder of one pack
    pack: PathBuf,
    /// Another number, another order of the questions
    #[arg(long, value_name = "NUMBER", default_value_t = 1)]
    seed: u64,
    /// Write the figures as JSON
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Draw how the answers rise, as SVG
    #[arg(long, value_name = "DIR")]
    charts: Option<PathBuf>,
}

impl Replay {
    pub(super) fn run(self) -> anyhow::Result<()> {
        let pictures = self.charts.map(charts).transpose()?;
        let replayed = replay(&self.pack, self.seed, pictures.as_ref())?;
        let locales = Locales::embedded()?;
        let tag = terminal_language(&locales);
        for phrase in told(&replayed) {
            print(locales.text(&tag, &phrase))?;
        }
        for problem in &replayed.problems {
            print(format_args!("skipped  {problem}"))?;
        }
        if let Some(path) = self.json {
            let text = serde_json::to_string_pretty(&replayed)?;
            std::fs::write(&path, text).with_context(|| format!("writing {}", path.display()))?;
        }
        Ok(())
    }
}

/// The figures in words: a line for each part, and one for the whole.
fn told(replayed: &Replayed) -> Vec<Phrase> {
    let mut lines =
        vec![phrase!("replay-title", pack = &replayed.pack, asked = replayed.all.asked, known = replayed.known)];
    let count = replayed.parts.len();
    for (place, part) in replayed.parts.iter().enumerate() {
        let name = phrase!("replay-part", part = format!("{:>2}", place + 1), count = count);
        lines.push(part_told(name, part));
    }
    lines.push(part_told(phrase!("replay-all"), &replayed.all));
    lines
}

fn part_told(name: Phrase, part: &Tally) -> Phrase {
    let of_asked = |count| share(count, part.asked);
    phrase!(
        "replay-line",
        name = name,
        asked = part.asked,
        possible = of_asked(part.possible),
        answered = of_asked(part.answered),
        precision = share(part.right, part.answered),
        choices = of_asked(part.asked_back),
        among = share(part.choice_right, part.asked_back),
        routed = of_asked(part.routed),
        unit = share(part.unit_right, part.proposed)
    )
}

/// A share in whole per cent, or a dash where it is a share of nothing; as wide as 100.
fn share(count: usize, of: usize) -> String {
    let percent = (count * 100 + of / 2).checked_div(of);
    percent.map_or_else(|| "  –".to_owned(), |percent| format!("{percent:>3}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_whole_and_of_nothing_there_is_none() {
        assert_eq!([share(2, 3), share(0, 5), share(4, 4), share(0, 0)], [" 67", "  0", "100", "  –"]);
    }

    #[test]
    fn every_part_and_the_whole_have_a_line_in_every_language() {
        let part = Tally { asked: 10, answered: 4, right: 3, routed: 6, ..Tally::default() };
        let replayed = Replayed { pack: "p".into(), parts: vec![part; 2], all: part, ..Replayed::default() };
        let locales = Locales::embedded().unwrap();
        for tag in locales.tags() {
            let lines: Vec<String> = told(&replayed).iter().map(|phrase| locales.text(tag, phrase)).collect();
            assert_eq!(lines.len(), 4);
            assert!(lines[1].contains("75") && lines[3].contains("40"), "{lines:?}");
        }
    }
}
