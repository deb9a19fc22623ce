//! Pictures of what was measured, as SVG: whether the confidence can be trusted, what it costs to answer more, how
//! answers rise while a knowledge base grows. Words on them come from the caller, in the reader's language.

use crate::evaluation::EvaluationError;
use crate::evaluation::metrics::{bins, calibration_error, risk_coverage};
use plotters::coord::types::RangedCoordf64;
use plotters::prelude::*;
use std::fs;
use std::path::{Path, PathBuf};

/// Width and height of every picture, in pixels.
const SIZE: (u32, u32) = (720, 520);
/// Colours that can be told apart in grey and by colour-blind readers.
const BLUE: RGBColor = RGBColor(0, 90, 156);
const ORANGE: RGBColor = RGBColor(200, 85, 0);
const GREEN: RGBColor = RGBColor(0, 120, 90);
const GREY: RGBColor = RGBColor(110, 110, 110);

/// Where pictures go, and the words on them.
#[derive(Debug, Clone, Default)]
pub struct Charts {
    /// The folder; it is made where it is missing.
    pub folder: PathBuf,
    /// The words.
    pub words: ChartWords,
}

/// What is written on the pictures. Shares are marked in per cent.
#[derive(Debug, Clone, Default)]
pub struct ChartWords {
    /// Title of the reliability diagram.
    pub reliability: String,
    /// Its axis of confidence.
    pub confidence: String,
    /// Its axis of truth.
    pub right: String,
    /// What the number above a bar counts.
    pub count: String,
    /// The line on which confidence and truth agree.
    pub ideal: String,
    /// The expected calibration error.
    pub error: String,
    /// Title of the risk–coverage curve.
    pub risk_coverage: String,
    /// Its axis of what is answered.
    pub coverage: String,
    /// Its axis of what is wrong.
    pub risk: String,
    /// The point that the threshold leads to.
    pub threshold: String,
    /// Title of the replay's curve.
    pub replay: String,
    /// Its axis of how much of the stream has passed.
    pub stream: String,
    /// Its other axis.
    pub share: String,
    /// The line of what was answered rightly.
    pub answered: String,
    /// The line of what was asked back with the right matter among the choices, beside what was answered rightly.
    pub asked_back: String,
    /// The line of what could have been answered.
    pub possible: String,
    /// The line of precision.
    pub precision: String,
}

/// Draws the reliability diagram and the risk–coverage curve of a set: `NAME.reliability.svg` and
/// `NAME.risk-coverage.svg`. `threshold` is the confidence from which on the bot answers, if there is one. Rows: confidence, whether it
/// was right.
pub(crate) fn judged(
    charts: Option<&Charts>,
    name: &str,
    rows: &[(f64, bool)],
    threshold: Option<f64>,
) -> Result<(), EvaluationError> {
    let Some(charts) = charts.filter(|_| !rows.is_empty()) else { return Ok(()) };
    write(&charts.folder, &format!("{name}.reliability.svg"), &reliability(&charts.words, name, rows))?;
    write(&charts.folder, &format!("{name}.risk-coverage.svg"), &risk(&charts.words, name, rows, threshold))
}

/// Draws how lines rise over the parts of a stream: `NAME.replay.svg`. Each line has a value for every part.
pub(crate) fn rising(charts: Option<&Charts>, name: &str, lines: &Rising) -> Result<(), EvaluationError> {
    let Some(charts) = charts else { return Ok(()) };
    write(&charts.folder, &format!("{name}.replay.svg"), &replay(&charts.words, name, lines))
}

/// What a replay's picture shows: for each part of the stream a share from 0 to 1.
#[derive(Debug, Clone, Default)]
pub(crate) struct Rising {
    pub(crate) answered: Vec<f64>,
    /// Answered, or asked back with the right matter among the choices.
    pub(crate) with_choices: Vec<f64>,
    pub(crate) possible: Vec<f64>,
    /// None where nothing was answered.
    pub(crate) precision: Vec<Option<f64>>,
}

fn write(folder: &Path, file: &str, drawn: &Result<String, String>) -> Result<(), EvaluationError> {
    let path = folder.join(file);
    let wrap = |path: &Path, source| EvaluationError::Write { path: path.into(), source };
    let svg = drawn.as_ref().map_err(|what| wrap(&path, std::io::Error::other(what.clone())))?;
    fs::create_dir_all(folder).map_err(|source| wrap(folder, source))?;
    fs::write(&path, svg).map_err(|source| wrap(&path, source))
}

/// The area, the axes and the title that all pictures share.
type Plot<'a, 'b> = ChartContext<'a, SVGBackend<'b>, Cartesian2d<RangedCoordf64, RangedCoordf64>>;

/// Draws on a white sheet and gives the SVG's text.
fn sheet(
    title: &str,
    (across, up): (&str, &str),
    highest: f64,
    legend: SeriesLabelPosition,
    draw: impl FnOnce(&mut Plot<'_, '_>) -> Result<(), String>,
) -> Result<String, String> {
    let mut svg = String::new();
    {
        let area = SVGBackend::with_string(&mut svg, SIZE).into_drawing_area();
        area.fill(&WHITE).map_err(|e| e.to_string())?;
        let mut plot = ChartBuilder::on(&area)
            .caption(title, ("sans-serif", 20))
            .margin(16)
            .margin_right(28)
            .x_label_area_size(48)
            .y_label_area_size(64)
            .build_cartesian_2d(0.0..1.0, 0.0..highest)
            .map_err(|e| e.to_string())?;
        let percent = |value: &f64| format!("{:.0}%", value * 100.0);
        plot.configure_mesh()
            .x_labels(11)
            .y_labels(11)
            .max_light_lines(0)
            .bold_line_style(BLACK.mix(0.12))
            .x_desc(across)
            .y_desc(up)
            .x_label_formatter(&percent)
            .y_label_formatter(&percent)
            .label_style(("sans-serif", 14))
            .axis_desc_style(("sans-serif", 16))
            .draw()
            .map_err(|e| e.to_string())?;
        draw(&mut plot)?;
        plot.configure_series_labels()
            .position(legend)
            .background_style(WHITE.mix(0.85))
            .border_style(BLACK.mix(0.3))
            .label_font(("sans-serif", 14))
            .margin(8)
            .draw()
            .map_err(|e| e.to_string())?;
        area.present().map_err(|e| e.to_string())?;
    }
    Ok(svg)
}

fn stroke(colour: RGBColor, width: u32) -> ShapeStyle {
    ShapeStyle { color: colour.to_rgba(), filled: false, stroke_width: width }
}

fn line(plot: &mut Plot<'_, '_>, points: Vec<(f64, f64)>, colour: RGBColor, label: &str) -> Result<(), String> {
    plot.draw_series(LineSeries::new(points, stroke(colour, 2)))
        .map_err(|e| e.to_string())?
        .label(label)
        .legend(move |(x, y)| PathElement::new(vec![(x, y), (x + 18, y)], stroke(colour, 2)));
    Ok(())
}

fn reliability(words: &ChartWords, name: &str, rows: &[(f64, bool)]) -> Result<String, String> {
    let title = format!("{} · {name}", words.reliability);
    sheet(&title, (&words.confidence, &words.right), 1.08, SeriesLabelPosition::UpperLeft, |plot| {
        let bars = bins(rows);
        let width = 1.0 / bars.len() as f64;
        let edge = |at: usize| at as f64 * width;
        plot.draw_series(bars.iter().enumerate().filter(|(_, bin)| bin.count > 0).map(|(at, bin)| {
            Rectangle::new([(edge(at) + 0.008, 0.0), (edge(at) + width - 0.008, bin.right)], BLUE.mix(0.45).filled())
        }))
        .map_err(|e| e.to_string())?
        .label(&words.count)
        .legend(|(x, y)| Rectangle::new([(x, y - 6), (x + 18, y + 6)], BLUE.mix(0.45).filled()));
        line(plot, vec![(0.0, 0.0), (1.0, 1.0)], GREY, &words.ideal)?;
        let error = format!("{} {:.3}", words.error, calibration_error(rows));
        plot.draw_series(
            bars.iter()
                .filter(|bin| bin.count > 0)
                .map(|bin| Circle::new((bin.confidence, bin.right), 4, ORANGE.filled())),
        )
        .map_err(|e| e.to_string())?
        .label(error)
        .legend(|(x, y)| Circle::new((x + 9, y), 4, ORANGE.filled()));
        let style = ("sans-serif", 13).into_text_style(plot.plotting_area());
        plot.draw_series(bars.iter().enumerate().filter(|(_, bin)| bin.count > 0).map(|(at, bin)| {
            let digits = bin.count.to_string();
            // About the width of a digit, to put the number over the middle of its bar.
            let left = edge(at) + width / 2.0 - 0.0055 * digits.len() as f64;
            Text::new(digits, (left, bin.right + 0.045), style.clone())
        }))
        .map_err(|e| e.to_string())?;
        Ok(())
    })
}

fn risk(words: &ChartWords, name: &str, rows: &[(f64, bool)], threshold: Option<f64>) -> Result<String, String> {
    let title = format!("{} · {name}", words.risk_coverage);
    let curve = risk_coverage(rows);
    let highest = curve.iter().map(|(_, risk)| *risk).fold(0.1, f64::max);
    sheet(&title, (&words.coverage, &words.risk), (highest * 1.1).min(1.0), SeriesLabelPosition::UpperLeft, |plot| {
        line(plot, curve, BLUE, &words.risk)?;
        let above = |threshold: f64| rows.iter().filter(move |row| row.0 >= threshold).map(|row| row.1);
        let given: Vec<bool> = threshold.into_iter().flat_map(above).collect();
        if let Some(threshold) = threshold.filter(|_| !given.is_empty()) {
            let wrong = given.iter().filter(|right| !**right).count() as f64 / given.len() as f64;
            let point = (given.len() as f64 / rows.len() as f64, wrong);
            let label = format!("{} {:.0}%", words.threshold, threshold * 100.0);
            plot.draw_series([Circle::new(point, 6, ORANGE.filled())])
                .map_err(|e| e.to_string())?
                .label(label)
                .legend(|(x, y)| Circle::new((x + 9, y), 5, ORANGE.filled()));
        }
        Ok(())
    })
}

fn replay(words: &ChartWords, name: &str, lines: &Rising) -> Result<String, String> {
    let title = format!("{} · {name}", words.replay);
    let count = lines.answered.len().max(1) as f64;
    // A part's value stands at its end: that much of the stream has passed then.
    let at = |place: usize| (place + 1) as f64 / count;
    let points = |values: &[f64]| values.iter().enumerate().map(|(place, value)| (at(place), *value)).collect();
    sheet(&title, (&words.stream, &words.share), 1.0, SeriesLabelPosition::LowerRight, |plot| {
        line(plot, points(&lines.possible), GREY, &words.possible)?;
        line(plot, points(&lines.with_choices), GREEN, &words.asked_back)?;
        line(plot, points(&lines.answered), BLUE, &words.answered)?;
        let precision = lines.precision.iter().enumerate().filter_map(|(place, value)| Some((at(place), (*value)?)));
        line(plot, precision.collect(), ORANGE, &words.precision)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_say_in_words_what_they_show() {
        let words = ChartWords {
            reliability: "可信度".into(),
            confidence: "把握".into(),
            right: "答对".into(),
            risk_coverage: "风险".into(),
            coverage: "覆盖 <b>".into(),
            threshold: "门槛".into(),
            precision: "准确率".into(),
            ..ChartWords::default()
        };
        let rows: Vec<(f64, bool)> = (0..40).map(|n| (f64::from(n) / 40.0, n % 3 != 0)).collect();
        let drawn = reliability(&words, "p", &rows).unwrap();
        for text in ["可信度 · p", "把握", "答对", "100%"] {
            assert!(drawn.contains(text), "{text}");
        }
        let drawn = risk(&words, "p", &rows, Some(0.75)).unwrap();
        assert!(drawn.contains("门槛 75%") && drawn.contains("覆盖 &lt;b&gt;"), "{drawn}");
        let lines = Rising { answered: vec![0.0; 10], precision: vec![None; 10], ..Rising::default() };
        assert!(replay(&words, "p", &lines).unwrap().contains("准确率"));
    }

    #[test]
    fn nothing_to_draw_is_no_fault() {
        judged(None, "p", &[(0.5, true)], None).unwrap();
        judged(Some(&Charts::default()), "p", &[], Some(0.7)).unwrap();
        rising(None, "p", &Rising::default()).unwrap();
    }
}
