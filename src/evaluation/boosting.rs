//! Grows decision trees that correct a probability, one after the other (gradient boosting with the logistic loss, over
//! histograms; Friedman 2001, Ke et al. 2017). Same rows, same trees.

use crate::evaluation::metrics::{GOLDEN, mixed};
use crate::matching::logistic::sigmoid;
use crate::matching::{Node, Trees};
use rayon::prelude::*;

/// How trees are grown.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Growth {
    /// How many trees.
    pub(crate) trees: usize,
    /// How much of what a tree would correct it does correct.
    pub(crate) rate: f64,
    /// Ends of a tree, at most.
    pub(crate) leaves: usize,
    /// At an end there are at least so many rows.
    pub(crate) rows: usize,
}

/// A row to learn from.
#[derive(Debug, Clone)]
pub(crate) struct Sample<'a> {
    /// Its features.
    pub(crate) features: &'a [f64],
    /// What is to be predicted.
    pub(crate) label: bool,
    /// How much it counts.
    pub(crate) weight: f64,
    /// The log-odds without any tree.
    pub(crate) start: f64,
}

/// Values of a feature are told apart by at most so many bounds.
const BOUNDS: usize = 63;
/// Of a hundred rows a tree sees so many, and of a hundred features.
const SEEN_ROWS: u64 = 70;
const SEEN_FEATURES: u64 = 35;
/// Holds what an end says small.
const RIDGE: f64 = 5.0;

/// A feature of all rows: its bounds, and for each row how many of them it reaches.
struct Column {
    bounds: Vec<f64>,
    reached: Vec<u8>,
}

impl Column {
    fn new(samples: &[Sample<'_>], feature: usize) -> Self {
        let value = |sample: &Sample<'_>| sample.features.get(feature).copied().unwrap_or(0.0);
        let mut sorted: Vec<f64> = samples.iter().map(value).collect();
        sorted.sort_unstable_by(f64::total_cmp);
        // A bound lies between two values, at as many digits as a weights file keeps.
        let between = |at: usize| (sorted[at - 1].midpoint(sorted[at]) * 1e4).round() / 1e4;
        let mut bounds: Vec<f64> = (1..=BOUNDS)
            .map(|part| part * sorted.len() / (BOUNDS + 1))
            .filter_map(|at| (at..sorted.len()).find(|at| *at > 0 && sorted[*at] > sorted[at - 1]))
            .map(between)
            .collect();
        bounds.dedup();
        let reached = samples.iter().map(|sample| {
            let value = value(sample);
            u8::try_from(bounds.partition_point(|bound| *bound <= value)).unwrap_or(u8::MAX)
        });
        Self { reached: reached.collect(), bounds }
    }
}

/// The first and second derivative of the loss, summed over rows.
#[derive(Debug, Clone, Copy, Default)]
struct Slope {
    first: f64,
    second: f64,
    rows: usize,
}

impl Slope {
    fn and(self, other: Self) -> Self {
        Self { first: self.first + other.first, second: self.second + other.second, rows: self.rows + other.rows }
    }

    fn without(self, other: Self) -> Self {
        Self { first: self.first - other.first, second: self.second - other.second, rows: self.rows - other.rows }
    }

    /// How much less the loss is if these rows are corrected together.
    fn gain(self) -> f64 {
        self.first * self.first / (self.second + RIDGE)
    }
}

/// The best way to part the rows at an end.
#[derive(Debug, Clone, Copy)]
struct Parting {
    feature: u16,
    bound: usize,
    gain: f64,
}

/// An end of a tree while it grows: its node, its rows, and how they would be parted.
struct End {
    node: usize,
    rows: Vec<u32>,
    parting: Option<Parting>,
}

/// Grows trees that correct the rows' log-odds.
pub(crate) fn grow(samples: &[Sample<'_>], growth: &Growth) -> Trees {
    let mut trees = Trees::default();
    let Some(width) = samples.iter().map(|sample| sample.features.len()).max() else { return trees };
    let columns: Vec<Column> = (0..width).into_par_iter().map(|feature| Column::new(samples, feature)).collect();
    let mut odds: Vec<f64> = samples.iter().map(|sample| sample.start).collect();
    for round in 0..growth.trees {
        let slopes: Vec<Slope> = samples
            .iter()
            .zip(&odds)
            .map(|(sample, odds)| {
                let p = sigmoid(*odds);
                let first = sample.weight * (f64::from(u8::from(sample.label)) - p);
                Slope { first, second: sample.weight * p * (1.0 - p), rows: 1 }
            })
            .collect();
        let seen =
            |number: usize, of_hundred: u64, salt: u64| chance(round as u64, number as u64, salt) % 100 < of_hundred;
        let rows = (0..samples.len()).filter(|row| seen(*row, SEEN_ROWS, 1));
        let rows: Vec<u32> = rows.filter_map(|row| u32::try_from(row).ok()).collect();
        let features = (0..width).filter(|f| !columns[*f].bounds.is_empty() && seen(*f, SEEN_FEATURES, 2));
        let features: Vec<u16> = features.filter_map(|feature| u16::try_from(feature).ok()).collect();
        let nodes = tree(&columns, &features, &slopes, rows, growth);
        let mut grown = Trees::default();
        grown.push(&nodes);
        odds.par_iter_mut().zip(samples).for_each(|(odds, sample)| *odds += grown.sum(sample.features));
        trees.push(&nodes);
    }
    trees
}

/// One tree: the end that gains most is parted first.
fn tree(columns: &[Column], features: &[u16], slopes: &[Slope], rows: Vec<u32>, growth: &Growth) -> Vec<Node> {
    let says = |rows: &[u32]| {
        let sum = total(slopes, rows);
        Node::end((growth.rate * sum.first / (sum.second + RIDGE) * 1e4).round() / 1e4)
    };
    let part = |rows: &[u32]| parting(columns, features, slopes, rows, growth.rows);
    let mut nodes = vec![says(&rows)];
    let mut ends = vec![End { node: 0, parting: part(&rows), rows }];
    while ends.len() < growth.leaves {
        let gain = |end: &End| end.parting.map_or(0.0, |parting| parting.gain);
        // The first of equal ones.
        let best = (0..ends.len()).reduce(|best, end| if gain(&ends[end]) > gain(&ends[best]) { end } else { best });
        let Some((best, parting)) = best.and_then(|best| Some((best, ends[best].parting?))) else { break };
        let end = ends.swap_remove(best);
        let column = &columns[usize::from(parting.feature)];
        let is_below = |row: &u32| usize::from(column.reached[*row as usize]) <= parting.bound;
        let (low, high): (Vec<u32>, Vec<u32>) = end.rows.into_iter().partition(is_below);
        let next = nodes.len();
        let Ok(further) = u16::try_from(next - end.node) else { break };
        nodes[end.node] = Node::split(parting.feature, column.bounds[parting.bound], further, further + 1);
        nodes.extend([says(&low), says(&high)]);
        ends.push(End { node: next, parting: part(&low), rows: low });
        ends.push(End { node: next + 1, parting: part(&high), rows: high });
    }
    nodes
}

fn total(slopes: &[Slope], rows: &[u32]) -> Slope {
    rows.iter().fold(Slope::default(), |sum, row| sum.and(slopes[*row as usize]))
}

/// The parting that gains most, if any leaves at least `least` rows on both sides.
fn parting(columns: &[Column], features: &[u16], slopes: &[Slope], rows: &[u32], least: usize) -> Option<Parting> {
    let whole = total(slopes, rows);
    let of_feature = |feature: &u16| {
        let column = &columns[usize::from(*feature)];
        let mut sums = [Slope::default(); BOUNDS + 1];
        for row in rows {
            let sum = &mut sums[usize::from(column.reached[*row as usize])];
            *sum = sum.and(slopes[*row as usize]);
        }
        let mut low = Slope::default();
        let mut best: Option<Parting> = None;
        for (bound, sum) in sums.iter().enumerate().take(column.bounds.len()) {
            low = low.and(*sum);
            let high = whole.without(low);
            let gain = low.gain() + high.gain() - whole.gain();
            if low.rows >= least && high.rows >= least && gain > best.map_or(1e-9, |best| best.gain) {
                best = Some(Parting { feature: *feature, bound, gain });
            }
        }
        best
    };
    let found: Vec<Parting> = features.par_iter().filter_map(of_feature).collect();
    found.into_iter().reduce(|best, one| if one.gain > best.gain { one } else { best })
}

/// A number for a row or feature in a round, always the same.
fn chance(round: u64, number: u64, salt: u64) -> u64 {
    mixed((round << 40 ^ number << 4 ^ salt).wrapping_add(1).wrapping_mul(GOLDEN))
}

#[cfg(test)]
mod tests {
    use super::*;

    const GROWTH: Growth = Growth { trees: 60, rate: 0.2, leaves: 4, rows: 5 };

    /// True where exactly one of two features is high, which no sum tells.
    fn rows() -> Vec<(Vec<f64>, bool)> {
        let row = |n: u64| {
            let value = |salt| (chance(0, n, salt) % 1000) as f64 / 1000.0;
            let (a, b) = (value(7), value(8));
            (vec![a, b, value(9)], (a > 0.5) != (b > 0.5))
        };
        (0..800).map(row).collect()
    }

    fn samples(rows: &[(Vec<f64>, bool)]) -> Vec<Sample<'_>> {
        rows.iter().map(|(features, label)| Sample { features, label: *label, weight: 1.0, start: 0.0 }).collect()
    }

    #[test]
    fn trees_learn_what_no_sum_tells() {
        let rows = rows();
        let trees = grow(&samples(&rows[..600]), &GROWTH);
        let right = rows[600..].iter().filter(|(features, label)| (trees.sum(features) > 0.0) == *label).count();
        assert!(right > 185, "{right} of 200");
    }

    #[test]
    fn the_same_rows_grow_the_same_trees_and_lines_keep_them() {
        let rows = rows();
        let (one, two) = (grow(&samples(&rows), &GROWTH), grow(&samples(&rows), &GROWTH));
        assert_eq!(one, two);
        let names = ["a", "b", "c"];
        let back = Trees::parse(&one.lines(&names), &names).unwrap();
        assert_eq!(back.lines(&names), one.lines(&names));
        for (features, _) in &rows {
            assert!((back.sum(features) - one.sum(features)).abs() < 1e-9);
        }
    }

    #[test]
    fn nothing_to_learn_from_grows_nothing() {
        assert_eq!(grow(&[], &GROWTH), Trees::default());
        let same = vec![Sample { features: &[1.0], label: true, weight: 1.0, start: 0.0 }; 30];
        let trees = grow(&same, &GROWTH);
        assert!(trees.sum(&[1.0]) > 0.0);
    }
}
