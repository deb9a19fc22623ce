//! What was measured: as a table for people, as JSON for programs.

use serde::Serialize;
use std::io::{self, Write};

/// One number.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Measure {
    /// The pack.
    pub pack: String,
    /// The file it answers, or what was done.
    pub set: String,
    /// What was measured.
    pub metric: String,
    /// The number: a share from 0 to 1 unless the metric names a unit.
    pub value: f64,
}

/// All the numbers, in the order in which they were measured, and what was wrong with the packs.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Report {
    /// The numbers.
    pub measures: Vec<Measure>,
    /// Rows that were skipped, with file and line.
    pub problems: Vec<String>,
}

impl Report {
    pub(crate) fn add(&mut self, pack: &str, set: &str, metric: &str, value: f64) {
        self.measures.push(Measure { pack: pack.into(), set: set.into(), metric: metric.into(), value });
    }

    /// One number, if it was measured.
    pub fn value(&self, pack: &str, set: &str, metric: &str) -> Option<f64> {
        self.measures.iter().find(|m| m.pack == pack && m.set == set && m.metric == metric).map(|m| m.value)
    }

    /// The table: a line for each set, its numbers side by side.
    pub fn write_table(&self, out: &mut dyn Write) -> io::Result<()> {
        let mut at = 0;
        let mut last_pack = "";
        while let Some(first) = self.measures.get(at) {
            let rest = &self.measures[at..];
            let count = rest.iter().take_while(|m| m.pack == first.pack && m.set == first.set).count();
            let pack = if first.pack == last_pack { "" } else { first.pack.as_str() };
            last_pack = &first.pack;
            write!(out, "{pack:<24} {:<12}", first.set)?;
            for measure in &rest[..count] {
                write!(out, "  {} {}", measure.metric, plain(measure))?;
            }
            writeln!(out)?;
            at += count;
        }
        for problem in &self.problems {
            writeln!(out, "skipped  {problem}")?;
        }
        Ok(())
    }
}

fn plain(measure: &Measure) -> String {
    match measure.metric.as_str() {
        "labels" => format!("{:.0}", measure.value),
        m if m.contains("ms") || m == "seconds" => format!("{:.2}", measure.value),
        _ => {
            let text = format!("{:.3}", measure.value);
            text.strip_prefix('0').map(str::to_owned).unwrap_or(text)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_a_set() {
        let mut report = Report::default();
        report.add("p", "dev", "accuracy", 0.75);
        report.add("p", "dev", "macro-F1", 1.0);
        report.add("p", "train", "seconds", 2.0);
        report.problems.push("x:3: bad".into());
        let mut out = Vec::new();
        report.write_table(&mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        assert_eq!(text.lines().count(), 3);
        assert!(text.contains("accuracy .750  macro-F1 1.000"), "{text}");
        assert_eq!(report.value("p", "dev", "accuracy"), Some(0.75));
    }
}
