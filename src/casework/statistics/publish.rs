//! What the public may see of a table of counts.
//!
//! A count from 1 to 4 might tell who asked, so it is shown as "fewer than 5". A reader can subtract: a column's total less
//! what is shown gives the sum of what isn't. So in each column more is withheld until every hidden count has at least
//! two values that agree with all that is shown, for a reader who also knows in which range each hidden one lies. A row's total is
//! shown only when the whole row is; the total of all only when every column's is. What is left are columns that
//! say nothing about one another.

/// Counts from 1 up to but without this one are not shown.
pub const SMALL: i64 = 5;
/// More than any count.
const UNBOUNDED: i64 = 1 << 50;

/// A place in a table for the public.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Entry {
    /// The count.
    Shown(i64),
    /// It is from 1 to 4.
    Small,
    /// It isn't small, but another one could be computed from it.
    Withheld,
}

/// A table for the public.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Published {
    /// The counts, by row and column.
    pub rows: Vec<Vec<Entry>>,
    /// The total of each row; none where something in it is hidden.
    pub row_totals: Vec<Option<i64>>,
    /// The total of each column; none where it would give away what is hidden.
    pub column_totals: Vec<Option<i64>>,
    /// The total of all; none where a column's is hidden.
    pub total: Option<i64>,
}

/// Hides what the public may not see in a table with `columns` columns. Counts are not negative.
pub fn publish(counts: &[Vec<i64>], columns: usize) -> Published {
    let mut rows = vec![vec![Entry::Shown(0); columns]; counts.len()];
    let mut column_totals = Vec::with_capacity(columns);
    for column in 0..columns {
        let values: Vec<i64> = counts.iter().map(|row| row.get(column).copied().unwrap_or_default()).collect();
        let (entries, total) = column_of(&values);
        for (row, entry) in rows.iter_mut().zip(entries) {
            row[column] = entry;
        }
        column_totals.push(total);
    }
    let row_totals = rows.iter().map(|row| row.iter().map(|entry| shown(*entry)).sum()).collect();
    let total = column_totals.iter().copied().sum::<Option<i64>>();
    Published { rows, row_totals, column_totals, total }
}

fn shown(entry: Entry) -> Option<i64> {
    match entry {
        Entry::Shown(value) => Some(value),
        Entry::Small | Entry::Withheld => None,
    }
}

/// One column and its total.
fn column_of(values: &[i64]) -> (Vec<Entry>, Option<i64>) {
    let small = |value: i64| (1..SMALL).contains(&value);
    let mut entries: Vec<Entry> =
        values.iter().map(|value| if small(*value) { Entry::Small } else { Entry::Shown(*value) }).collect();
    let total: i64 = values.iter().sum();
    while is_told(&entries, values) {
        // The smallest one costs the reader least. A zero stays: it is about nobody.
        let next = (0..values.len()).filter(|at| shown(entries[*at]).is_some_and(|value| value > 0));
        match next.min_by_key(|at| values[*at]) {
            Some(next) => entries[next] = Entry::Withheld,
            None => return (entries, None),
        }
    }
    // A total that is itself a small count is not shown either.
    (entries, (!small(total)).then_some(total))
}

/// Whether the total tells what a hidden count is, to a reader who knows in which range each lies.
fn is_told(entries: &[Entry], values: &[i64]) -> bool {
    // The smallest ones are withheld first: none of them is above what is still shown.
    let least_shown = entries.iter().filter_map(|entry| shown(*entry)).filter(|value| *value > 0).min();
    let range = |entry: Entry| match entry {
        Entry::Shown(_) => None,
        Entry::Small => Some((1, SMALL - 1)),
        Entry::Withheld => Some((SMALL, least_shown.unwrap_or(UNBOUNDED))),
    };
    let hidden: Vec<(i64, i64)> = entries.iter().filter_map(|entry| range(*entry)).collect();
    let sum: i64 = entries.iter().zip(values).filter(|(entry, _)| range(**entry).is_some()).map(|(_, v)| v).sum();
    let (low, high) = hidden.iter().fold((0, 0_i64), |(low, high), one| (low + one.0, high.saturating_add(one.1)));
    hidden.iter().any(|(least, most)| {
        let at_least = (*least).max(sum - (high - most));
        let at_most = (*most).min(sum - (low - least));
        at_least == at_most
    })
}
