//! How well parts of a text fit a question: the best stretches of a given width, and the pieces of the question that stand
//! there in one run.

use crate::matching::query::{Query, TERM_LIMIT};
use crate::matching::scan::Event;

/// How soon more occurrences of a term stop counting inside a stretch. Stretches are equally long, so BM25 needs no more.
const SATURATION: f64 = 0.9;

/// What one more occurrence of a term adds where there are already as many as its place says.
const GAINS: [f64; 64] = {
    let (mut gains, mut count) = ([0.0; 64], 0_u16);
    while (count as usize) < gains.len() {
        gains[count as usize] = saturated(count + 1) - saturated(count);
        count += 1;
    }
    gains
};

const fn saturated(count: u16) -> f64 {
    count as f64 / (count as f64 + SATURATION)
}

fn gain(count: u16) -> f64 {
    GAINS.get(usize::from(count)).copied().unwrap_or_else(|| saturated(count.saturating_add(1)) - saturated(count))
}

/// The scores, as shares of the highest possible, of the best stretch of `width` characters and of the best three on
/// average. Stretches overlap by half.
pub(crate) fn best_stretches(query: &Query, events: &[Event], width: u32) -> [f64; 2] {
    if events.is_empty() || query.mass <= 0.0 {
        return [0.0; 2];
    }
    let step = width / 2;
    let last = events.last().map_or(0, |event| event.position);
    let (mut counts, mut score) = ([0_u16; TERM_LIMIT], 0.0_f64);
    let mut best = [0.0_f64; 3];
    // A text shorter than three stretches has fewer of them to take the mean of.
    let mut seen = 0_u32;
    let (mut from, mut to, mut start) = (0, 0, 0_u32);
    loop {
        while let Some(event) = events.get(to).filter(|event| event.position < start + width) {
            let count = &mut counts[usize::from(event.place)];
            score += query.mass_of(event.place) * gain(*count);
            *count += 1;
            to += 1;
        }
        while let Some(event) = events.get(from).filter(|event| event.position < start) {
            let count = &mut counts[usize::from(event.place)];
            *count -= 1;
            score -= query.mass_of(event.place) * gain(*count);
            from += 1;
        }
        seen += 1;
        if score > best[2] {
            best[2] = score;
            best.sort_unstable_by(|a, b| b.total_cmp(a));
        }
        start += step;
        if start > last {
            break;
        }
    }
    let three: f64 = best.iter().sum();
    [best[0] / query.mass, three / f64::from(seen.min(3)) / query.mass]
}

/// How much of the question the text holds in pieces, each as long as it gets: the sum of their squared lengths, and the
/// share that pieces of at least four characters make. `runs` gives for each character of the question the longest run in the
/// text that begins there.
pub(crate) fn pieces(runs: &[u16], chars: usize) -> [f64; 2] {
    let (mut squares, mut long) = (0.0, 0.0);
    let (mut run, mut next) = (0_u16, 0);
    for (at, longest) in runs.iter().enumerate() {
        // The rest of a run is a run.
        run = (*longest).max(run.saturating_sub(1));
        if at < next {
            continue;
        }
        if run >= 2 {
            squares += f64::from(run) * f64::from(run);
            long += if run >= 4 { f64::from(run) } else { 0.0 };
        }
        next = at + usize::from(run).max(1);
    }
    let chars = chars.max(1) as f64;
    [(squares / chars / chars).min(1.0), (long / chars).min(1.0)]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::matching::{Analyser, Document, Index, Passage};

    #[test]
    fn what_stands_together_scores_more_than_what_is_scattered() {
        let (analyser, mut index) = (Analyser::new(), Index::default());
        let passages = vec![Passage { heading: String::new(), text: "补贴标准。失业登记。".into() }];
        index.add(&analyser, Document { id: "a".into(), passages, ..Document::default() });
        let query = Query::new(&index, &analyser.analyse_question("失业补贴"));
        let at = |positions: [u32; 2]| -> Vec<Event> {
            positions.iter().zip(0..).map(|(position, place)| Event { position: *position, place }).collect()
        };
        let (near, far) = (best_stretches(&query, &at([10, 12]), 60), best_stretches(&query, &at([10, 900]), 60));
        assert!(near[0] > far[0] && far[0] > 0.0 && near[0] <= 1.0);
        assert!(best_stretches(&query, &[], 60).iter().all(|score| score.abs() < 1e-9));
    }

    #[test]
    fn one_long_piece_counts_more_than_many_short_ones() {
        let whole = pieces(&[6, 0, 0, 0, 0, 0], 6);
        let parts = pieces(&[2, 0, 2, 0, 2, 0], 6);
        assert!((whole[0] - 1.0).abs() < 1e-9 && (whole[1] - 1.0).abs() < 1e-9);
        assert!(parts[0] < 0.4 && parts[1] < 1e-9);
        assert!(pieces(&[], 0).iter().all(|share| share.abs() < 1e-9));
    }
}
