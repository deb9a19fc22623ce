//! A picture of a period: what the bot answered, what was routed, what was replied to, day by day or, over more than two
//! months, month by month. The table by day beside it tells the same in numbers.

use jiff::civil::Date;
use maud::{Markup, PreEscaped, html};
use plotters::prelude::*;

use crate::{
    casework::statistics::{Figures, Period, Report},
    console::reader::Reader,
    phrase,
};

/// Width and height, in pixels; the page makes it smaller where there is less room.
const SIZE: (u32, u32) = (960, 380);
/// Colours that can be told apart in grey and by colour-blind readers.
const COLOURS: [RGBColor; 3] = [RGBColor(0, 90, 156), RGBColor(200, 85, 0), RGBColor(110, 110, 110)];
/// Up to so many days each has bars of its own.
const DAYS: usize = 62;

/// The picture with its words.
pub(super) fn figure(reader: &Reader, report: &Report, period: Period) -> Markup {
    let bars = bars(reader, report, period);
    let title = reader.say(&phrase!("statistics-chart"));
    let sum = |pick: usize| bars.iter().map(|(_, values)| values[pick]).sum::<i64>();
    let described = reader.say(&phrase!(
        "statistics-chart-description",
        span = super::table::span(period),
        answered = sum(0),
        routed = sum(1),
        replied = sum(2)
    ));
    let names = [phrase!("statistics-by-bot"), phrase!("statistics-routed"), phrase!("statistics-replied")];
    let names = names.map(|name| reader.say(&name));
    match draw(&bars, &names) {
        Ok(svg) => html! {
            figure.chart {
                (PreEscaped(told(&svg, &title, &described)))
                figcaption { (described) }
            }
        },
        Err(error) => {
            // The numbers are in the table all the same.
            tracing::error!(error, "a chart could not be drawn");
            html! {}
        }
    }
}

/// A name and three heights for each day or month.
fn bars(reader: &Reader, report: &Report, period: Period) -> Vec<(String, [i64; 3])> {
    let heights = |one: &Figures| [one.answered + one.chosen, one.routed, one.replied];
    let days: Vec<Date> = period.days().collect();
    let monthly = days.len() > DAYS;
    let mut bars: Vec<(String, [i64; 3])> = Vec::new();
    let mut last = None;
    for day in days {
        let values = report.by_day.get(&day).map_or([0; 3], heights);
        if let Some((_, sums)) = bars.last_mut().filter(|_| monthly && last == Some(day.first_of_month())) {
            sums.iter_mut().zip(values).for_each(|(sum, value)| *sum += value);
        } else {
            let (month, number) = (i64::from(day.month()), i64::from(day.day()));
            let name = if monthly {
                phrase!("statistics-chart-month", year = day.year().to_string(), month = month)
            } else {
                phrase!("statistics-chart-day", month = month, day = number)
            };
            bars.push((reader.say(&name), values));
        }
        last = Some(day.first_of_month());
    }
    bars
}

fn draw(bars: &[(String, [i64; 3])], names: &[String; 3]) -> Result<String, String> {
    let highest = bars.iter().flat_map(|(_, values)| values).copied().max().unwrap_or_default().max(4);
    let mut svg = String::new();
    {
        let area = SVGBackend::with_string(&mut svg, SIZE).into_drawing_area();
        area.fill(&WHITE).map_err(|e| e.to_string())?;
        let mut plot = ChartBuilder::on(&area)
            .margin(12)
            .x_label_area_size(36)
            .y_label_area_size(56)
            .build_cartesian_2d(-0.5..bars.len().max(1) as f64 - 0.5, 0.0..highest as f64 * 1.15)
            .map_err(|e| e.to_string())?;
        let name = |place: &f64| {
            let near = place.round();
            let whole = (place - near).abs() < 1e-6 && near >= 0.0;
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked: not below 0")]
            let at = near as usize;
            bars.get(at).filter(|_| whole).map(|(name, _)| name.clone()).unwrap_or_default()
        };
        plot.configure_mesh()
            .disable_x_mesh()
            .x_labels(bars.len().min(12))
            .y_labels(6)
            .max_light_lines(0)
            .bold_line_style(BLACK.mix(0.12))
            .x_label_formatter(&name)
            .y_label_formatter(&|value| format!("{value:.0}"))
            .label_style(("sans-serif", 14))
            .draw()
            .map_err(|e| e.to_string())?;
        for (nth, (name, colour)) in names.iter().zip(COLOURS).enumerate() {
            let left = |place: usize| place as f64 - 0.4 + 0.8 * nth as f64 / 3.0;
            plot.draw_series(bars.iter().enumerate().filter(|(_, (_, values))| values[nth] > 0).map(
                |(place, (_, values))| {
                    Rectangle::new([(left(place), 0.0), (left(place) + 0.8 / 3.0, values[nth] as f64)], colour.filled())
                },
            ))
            .map_err(|e| e.to_string())?
            .label(name)
            .legend(move |(x, y)| Rectangle::new([(x, y - 6), (x + 18, y + 6)], colour.filled()));
        }
        plot.configure_series_labels()
            .position(SeriesLabelPosition::UpperLeft)
            .background_style(WHITE.mix(0.85))
            .border_style(BLACK.mix(0.3))
            .label_font(("sans-serif", 14))
            .draw()
            .map_err(|e| e.to_string())?;
        area.present().map_err(|e| e.to_string())?;
    }
    Ok(svg)
}

/// The picture with a title and a description, for those who have it read to them.
fn told(svg: &str, title: &str, described: &str) -> String {
    let Some((head, rest)) = svg.split_once('>') else { return svg.to_owned() };
    let words = html! { title id="chart-title" { (title) } desc id="chart-description" { (described) } };
    format!(
        "{head} role=\"img\" aria-labelledby=\"chart-title\" aria-describedby=\"chart-description\">{}{rest}",
        words.into_string()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_has_its_words_as_text() {
        let bars = vec![("11月1日".to_owned(), [3, 2, 1]), ("11月2日".to_owned(), [0, 0, 0])];
        let names = ["机器人答复", "转办", "<答复>"].map(str::to_owned);
        let svg = told(&draw(&bars, &names).unwrap(), "标题 & 题", "说明");
        assert!(svg.starts_with("<svg ") && svg.contains("role=\"img\""));
        for text in
            ["<title id=\"chart-title\">标题 &amp; 题</title>", "说明</desc>", "转办", "&lt;答复&gt;", "11月1日"]
        {
            assert!(svg.contains(text), "{text}: {svg}");
        }
        assert!(!svg.contains("style="), "the pages' policy allows no style inside of an element");
    }

    #[test]
    fn nothing_to_show_is_no_fault() {
        draw(&[], &[String::new(), String::new(), String::new()]).unwrap();
    }
}
