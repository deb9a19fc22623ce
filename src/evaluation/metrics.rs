//! The numbers. Each is a share from 0 to 1 unless it says otherwise; of nothing it is 0.

use std::collections::{BTreeMap, BTreeSet};

/// The mean.
pub fn mean(values: impl IntoIterator<Item = f64>) -> f64 {
    let (mut sum, mut count) = (0.0, 0_usize);
    for value in values {
        sum += value;
        count += 1;
    }
    if count == 0 { 0.0 } else { sum / count as f64 }
}

/// 1 where one of the first `depth` is wanted, else 0.
pub fn hit(ranked: &[String], wanted: &[String], depth: usize) -> f64 {
    f64::from(u8::from(ranked.iter().take(depth).any(|id| wanted.contains(id))))
}

/// Normalised discounted cumulative gain of the first ten; every wanted document gains 1.
pub fn ndcg10(ranked: &[String], wanted: &[String]) -> f64 {
    let discount = |place: usize| 1.0 / (place as f64 + 2.0).log2();
    let ideal: f64 = (0..wanted.len().min(10)).map(discount).sum();
    let gained: f64 =
        ranked.iter().take(10).enumerate().filter(|(_, id)| wanted.contains(id)).map(|(at, _)| discount(at)).sum();
    if ideal > 0.0 { gained / ideal } else { 0.0 }
}

/// Area under the ROC curve: how often a positive scores higher than a negative; equal scores count half. 0.5 where
/// one of the two is missing.
pub fn auroc(rows: &[(f64, bool)]) -> f64 {
    let mut sorted = rows.to_vec();
    sorted.sort_by(|a, b| a.0.total_cmp(&b.0));
    let positives = rows.iter().filter(|(_, p)| *p).count() as f64;
    let negatives = rows.len() as f64 - positives;
    if positives == 0.0 || negatives == 0.0 {
        return 0.5;
    }
    let (mut area, mut below, mut at) = (0.0, 0.0, 0);
    while at < sorted.len() {
        let mut end = at;
        let (mut p, mut n) = (0.0, 0.0);
        while end < sorted.len() && sorted[end].0.total_cmp(&sorted[at].0).is_eq() {
            if sorted[end].1 {
                p += 1.0;
            } else {
                n += 1.0;
            }
            end += 1;
        }
        area += p * (below + n / 2.0);
        below += n;
        at = end;
    }
    area / (positives * negatives)
}

/// Of `answerable` questions the share that is answered rightly when the threshold lies as low as it can while at
/// least `precision` of what is answered is right; and that threshold. Rows: confidence, whether the answer is right.
pub fn share_at(rows: &[(f64, bool)], answerable: usize, precision: f64) -> (f64, f64) {
    let mut sorted = rows.to_vec();
    sorted.sort_by(|a, b| b.0.total_cmp(&a.0));
    let (mut right, mut best) = (0_usize, (0.0, f64::INFINITY));
    for (at, (confidence, is_right)) in sorted.iter().enumerate() {
        right += usize::from(*is_right);
        // A threshold cannot part equal confidences.
        let last = sorted.get(at + 1).is_none_or(|next| next.0 < *confidence);
        if last && right as f64 >= precision * (at + 1) as f64 && answerable > 0 {
            best = (right as f64 / answerable as f64, *confidence);
        }
    }
    best
}

/// How many equally wide bins calibration is judged by.
pub const BINS: usize = 10;

/// The rows whose confidence lies in one tenth.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Bin {
    /// How many there are.
    pub count: usize,
    /// Their mean confidence.
    pub confidence: f64,
    /// The share of them that is right.
    pub right: f64,
}

/// The rows by confidence, in [`BINS`] bins from 0 to 1; a bin holds its lower bound, the last one also 1. What is no
/// number counts as 0. Rows: confidence, whether it was right.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share of ten is at most ten")]
pub fn bins(rows: &[(f64, bool)]) -> [Bin; BINS] {
    let mut bins = [Bin::default(); BINS];
    for (confidence, right) in rows {
        let confidence = if confidence.is_nan() { 0.0 } else { confidence.clamp(0.0, 1.0) };
        let bin = &mut bins[((confidence * BINS as f64) as usize).min(BINS - 1)];
        bin.count += 1;
        bin.confidence += confidence;
        bin.right += f64::from(u8::from(*right));
    }
    for bin in bins.iter_mut().filter(|bin| bin.count > 0) {
        bin.confidence /= bin.count as f64;
        bin.right /= bin.count as f64;
    }
    bins
}

/// The expected calibration error: how far confidence and truth lie apart, on average over the rows, by [`bins`].
/// Rows: confidence, whether it was right.
pub fn calibration_error(rows: &[(f64, bool)]) -> f64 {
    let apart: f64 = bins(rows).iter().map(|bin| bin.count as f64 * (bin.confidence - bin.right).abs()).sum();
    if rows.is_empty() { 0.0 } else { apart / rows.len() as f64 }
}

/// For each threshold that parts the rows: the share that is answered, and the share of those that is wrong. From few
/// answers to all. Rows: confidence, whether it was right.
pub fn risk_coverage(rows: &[(f64, bool)]) -> Vec<(f64, f64)> {
    let mut sorted = rows.to_vec();
    sorted.sort_by(|a, b| b.0.total_cmp(&a.0));
    let (mut wrong, mut curve) = (0_usize, Vec::new());
    for (at, (confidence, right)) in sorted.iter().enumerate() {
        wrong += usize::from(!right);
        // A threshold cannot part equal confidences.
        if sorted.get(at + 1).is_none_or(|next| next.0 < *confidence) {
            let given = (at + 1) as f64;
            curve.push((given / sorted.len() as f64, wrong as f64 / given));
        }
    }
    curve
}

/// The mean over all labels met of the harmonic mean of precision and recall. Rows: wanted, given.
pub fn macro_f1(rows: &[(&str, &str)]) -> f64 {
    let mut counts: BTreeMap<&str, [f64; 3]> = BTreeMap::new();
    for (wanted, given) in rows {
        counts.entry(wanted).or_default()[1] += 1.0;
        counts.entry(given).or_default()[2] += 1.0;
        if wanted == given {
            counts.entry(wanted).or_default()[0] += 1.0;
        }
    }
    mean(counts.values().map(|[both, wanted, given]| 2.0 * both / (wanted + given)))
}

/// Of the pairs that are together: precision, recall and their harmonic mean. Rows: wanted group, given group.
pub fn pairwise(rows: &[(String, String)]) -> (f64, f64, f64) {
    let pairs = |key: fn(&(String, String)) -> (&str, &str)| {
        let mut counts: BTreeMap<(&str, &str), f64> = BTreeMap::new();
        for row in rows {
            *counts.entry(key(row)).or_default() += 1.0;
        }
        counts.values().map(|n| n * (n - 1.0) / 2.0).sum::<f64>()
    };
    let both = pairs(|row| (&row.0, &row.1));
    let wanted = pairs(|row| (&row.0, ""));
    let given = pairs(|row| ("", &row.1));
    let share = |of: f64| if of > 0.0 { both / of } else { 0.0 };
    let (precision, recall) = (share(given), share(wanted));
    let f1 = if precision + recall > 0.0 { 2.0 * precision * recall / (precision + recall) } else { 0.0 };
    (precision, recall, f1)
}

/// The share of the given groups that join what should be apart. Rows: wanted group, given group.
pub fn joined(rows: &[(String, String)]) -> f64 {
    let mut groups: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (wanted, given) in rows {
        groups.entry(given).or_default().insert(wanted);
    }
    mean(groups.values().map(|wanted| f64::from(u8::from(wanted.len() > 1))))
}

/// The value below which a share of the values lies (nearest rank).
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share of a length is a length")]
pub fn percentile(values: &[u64], share: f64) -> u64 {
    let mut sorted = values.to_vec();
    sorted.sort_unstable();
    let at = (share * sorted.len() as f64).ceil() as usize;
    sorted.get(at.saturating_sub(1)).copied().unwrap_or(0)
}

/// How much of a wanted text a given one covers, and how little else it says: F1 over characters.
pub fn text_f1(given: &str, wanted: &str) -> f64 {
    let mut counts: BTreeMap<char, i64> = BTreeMap::new();
    let letters = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).collect::<Vec<_>>();
    let (given, wanted) = (letters(given), letters(wanted));
    for c in &wanted {
        *counts.entry(*c).or_default() += 1;
    }
    let mut common = 0.0;
    for c in &given {
        if let Some(left) = counts.get_mut(c)
            && *left > 0
        {
            *left -= 1;
            common += 1.0;
        }
    }
    let all = given.len() + wanted.len();
    if all == 0 { 0.0 } else { 2.0 * common / all as f64 }
}

/// A fixed number for a text, to sample and to split with: the same on every machine and in every version.
pub fn fixed_hash(text: &str) -> u64 {
    // FNV-1a, then mixed, since the low bits are used.
    let hash = text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |h, b| (h ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3));
    let mixed = (hash ^ (hash >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
    mixed ^ (mixed >> 33)
}

/// How far apart the states of [`mixed`] are.
pub(crate) const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;

/// What looks like chance and is the same for the same state (`SplitMix64`).
pub(crate) fn mixed(state: u64) -> u64 {
    let mut z = state;
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(a: f64, b: f64) {
        assert!((a - b).abs() < 1e-9, "{a} is not {b}");
    }

    fn ids(ids: &[&str]) -> Vec<String> {
        ids.iter().map(|s| (*s).to_owned()).collect()
    }

    #[test]
    fn a_probability_that_comes_true_as_often_has_no_calibration_error() {
        let rows: Vec<(f64, bool)> = (0..4).map(|n| (0.75, n > 0)).collect();
        assert!(calibration_error(&rows) < 1e-12);
        assert!((calibration_error(&[(1.0, false), (0.5, false), (0.5, true)]) - 1.0 / 3.0).abs() < 1e-12);
        assert!(calibration_error(&[]) < 1e-12);
    }

    #[test]
    fn ranking() {
        let ranked = ids(&["a", "b", "c"]);
        near(hit(&ranked, &ids(&["b"]), 1), 0.0);
        near(hit(&ranked, &ids(&["b"]), 2), 1.0);
        near(ndcg10(&ranked, &ids(&["a"])), 1.0);
        near(ndcg10(&ranked, &ids(&["b"])), 1.0 / 3_f64.log2());
        near(ndcg10(&[], &ids(&["b"])), 0.0);
    }

    #[test]
    fn deciding() {
        near(auroc(&[(0.9, true), (0.1, false)]), 1.0);
        near(auroc(&[(0.5, true), (0.5, false)]), 0.5);
        near(auroc(&[(0.1, true), (0.9, false), (0.95, true)]), 0.5);
        let rows = [(0.9, true), (0.8, true), (0.7, false), (0.6, true)];
        near(share_at(&rows, 4, 0.9).0, 0.5);
        near(share_at(&rows, 4, 0.7).0, 0.75);
        near(share_at(&[], 0, 0.9).0, 0.0);
        near(share_at(&[(0.5, true), (0.5, false)], 1, 0.9).0, 0.0);
    }

    #[test]
    fn calibration() {
        let fair: Vec<(f64, bool)> = (0..10).map(|n| (0.75, n < 8)).collect();
        near(calibration_error(&fair), 0.05);
        near(calibration_error(&[(1.0, true), (0.0, false)]), 0.0);
        near(calibration_error(&[(0.95, false)]), 0.95);
        // Two bins, weighed by how many are in each.
        near(calibration_error(&[(0.1, false), (0.1, false), (0.1, false), (0.5, true)]), 0.2);
        near(calibration_error(&[]), 0.0);
        near(calibration_error(&[(f64::NAN, false)]), 0.0);
        let binned = bins(&[(0.1, true), (0.1999, false), (1.0, true)]);
        assert_eq!(binned.map(|bin| bin.count), [0, 2, 0, 0, 0, 0, 0, 0, 0, 1]);
    }

    #[test]
    fn risk_grows_with_coverage() {
        let rows = [(0.9, true), (0.8, false), (0.8, true), (0.1, false)];
        assert_eq!(risk_coverage(&rows), [(0.25, 0.0), (0.75, 1.0 / 3.0), (1.0, 0.5)]);
        assert!(risk_coverage(&[]).is_empty());
    }

    #[test]
    fn a_group_that_joins_two_is_counted() {
        let rows = [("a", "1"), ("a", "1"), ("b", "2"), ("c", "2"), ("d", "3"), ("e", "4")];
        let rows = rows.map(|(wanted, given)| (wanted.to_owned(), given.to_owned()));
        assert!((joined(&rows) - 0.25).abs() < 1e-9);
        assert!(joined(&[]).abs() < 1e-9);
    }

    #[test]
    fn labels_and_groups() {
        near(macro_f1(&[("a", "a"), ("b", "b")]), 1.0);
        near(macro_f1(&[("a", "a"), ("b", "a")]), (2.0 / 3.0) / 2.0);
        let rows: Vec<_> = [("1", "x"), ("1", "x"), ("1", "y"), ("2", "y")].map(|(a, b)| (a.into(), b.into())).into();
        let (p, r, f) = pairwise(&rows);
        near(p, 0.5);
        near(r, 1.0 / 3.0);
        near(f, 0.4);
    }

    #[test]
    fn times_and_texts() {
        assert_eq!(percentile(&[3, 1, 2], 0.5), 2);
        assert_eq!(percentile(&[], 0.5), 0);
        near(text_f1("三天", "三天。"), 1.0);
        near(text_f1("", ""), 0.0);
        assert_ne!(fixed_hash("a"), fixed_hash("b"));
    }
}
