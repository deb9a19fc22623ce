//! Logistic regression, small and deterministic: what turns features into a probability, and how its weights are found.

#![allow(clippy::needless_range_loop, reason = "matrices read best by row and column")]

/// The logistic function.
pub fn sigmoid(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

/// The sum of products; the longer one's rest is left out.
pub fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// A row to learn from.
#[derive(Debug, Clone)]
pub struct Row {
    /// The features.
    pub features: Vec<f64>,
    /// What is to be predicted.
    pub label: bool,
    /// How much the row counts; 1 is usual.
    pub weight: f64,
}

/// The mean of each feature over the rows, each counting by its weight. Without rows none.
pub fn means(rows: &[Row]) -> Vec<f64> {
    let width = rows.first().map_or(0, |r| r.features.len());
    let total: f64 = rows.iter().map(|r| r.weight).sum::<f64>().max(1e-9);
    (0..width).map(|j| rows.iter().map(|r| r.weight * r.features[j]).sum::<f64>() / total).collect()
}

/// Finds the intercept and the weights that explain the rows best, held small by `ridge` (0.01 to 10 is usual; it is
/// per standard deviation, so features of any scale are treated alike). Newton's method: same rows, same weights.
/// Without rows all are 0.
pub fn fit(rows: &[Row], ridge: f64) -> (f64, Vec<f64>) {
    let width = rows.first().map_or(0, |r| r.features.len());
    if width == 0 {
        return (0.0, Vec::new());
    }
    let total: f64 = rows.iter().map(|r| r.weight).sum::<f64>().max(1e-9);
    let mean = means(rows);
    let deviation: Vec<f64> = (0..width)
        .map(|j| (rows.iter().map(|r| r.weight * (r.features[j] - mean[j]).powi(2)).sum::<f64>() / total).sqrt())
        .collect();
    let scaled = |row: &Row| -> Vec<f64> {
        // The first is the intercept's.
        std::iter::once(1.0)
            .chain(
                (0..width).map(|j| if deviation[j] > 1e-9 { (row.features[j] - mean[j]) / deviation[j] } else { 0.0 }),
            )
            .collect()
    };
    let inputs: Vec<Vec<f64>> = rows.iter().map(scaled).collect();
    let size = width + 1;
    let mut weights = vec![0.0; size];
    for _ in 0..30 {
        let mut gradient = vec![0.0; size];
        let mut hessian = vec![vec![0.0; size]; size];
        for (row, x) in rows.iter().zip(&inputs) {
            let p = sigmoid(dot(&weights, x));
            let error = row.weight * (p - f64::from(u8::from(row.label)));
            let curve = row.weight * (p * (1.0 - p)).max(1e-9);
            for i in 0..size {
                gradient[i] += error * x[i];
                for j in 0..=i {
                    hessian[i][j] += curve * x[i] * x[j];
                }
            }
        }
        for i in 0..size {
            for j in 0..i {
                hessian[j][i] = hessian[i][j];
            }
            if i > 0 {
                gradient[i] += ridge * weights[i];
                hessian[i][i] += ridge;
            }
            hessian[i][i] += 1e-9;
        }
        let step = solve(hessian, gradient);
        // Newton can overshoot far from the goal; a bounded step keeps it finite.
        let largest = step.iter().fold(0.0_f64, |m, s| m.max(s.abs()));
        let scale = if largest > 5.0 { 5.0 / largest } else { 1.0 };
        for (w, s) in weights.iter_mut().zip(&step) {
            *w -= scale * s;
        }
        if largest < 1e-8 {
            break;
        }
    }
    let plain: Vec<f64> =
        (0..width).map(|j| if deviation[j] > 1e-9 { weights[j + 1] / deviation[j] } else { 0.0 }).collect();
    (weights[0] - dot(&plain, &mean), plain)
}

/// A list of candidates of which one is right.
#[derive(Debug, Clone)]
pub struct Choice {
    /// The features of each candidate.
    pub candidates: Vec<Vec<f64>>,
    /// The place of the right one.
    pub right: usize,
    /// How much the list counts; 1 is usual.
    pub weight: f64,
}

/// Finds the weights under which the right candidate comes first as surely as possible (a conditional logit). Held
/// small by `ridge` per standard deviation. Deterministic.
pub fn fit_choice(choices: &[Choice], ridge: f64) -> Vec<f64> {
    let width = choices.first().and_then(|c| c.candidates.first()).map_or(0, Vec::len);
    let deviation = deviations(choices, width);
    let inputs: Vec<Vec<Vec<f64>>> = choices
        .iter()
        .map(|choice| {
            let scaled =
                |x: &Vec<f64>| x.iter().zip(&deviation).map(|(x, d)| if *d > 1e-9 { x / d } else { 0.0 }).collect();
            choice.candidates.iter().map(scaled).collect()
        })
        .collect();
    let mut weights = vec![0.0; width];
    for _ in 0..25 {
        let mut gradient: Vec<f64> = weights.iter().map(|w| ridge * w).collect();
        let mut hessian = vec![vec![0.0; width]; width];
        for (i, row) in hessian.iter_mut().enumerate() {
            row[i] = ridge + 1e-9;
        }
        for (choice, xs) in choices.iter().zip(&inputs) {
            let scores: Vec<f64> = xs.iter().map(|x| dot(&weights, x)).collect();
            let highest = scores.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            let raised: Vec<f64> = scores.iter().map(|s| (s - highest).exp()).collect();
            let total: f64 = raised.iter().sum();
            let mut expected = vec![0.0; width];
            for (x, r) in xs.iter().zip(&raised) {
                for (e, x) in expected.iter_mut().zip(x) {
                    *e += r / total * x;
                }
            }
            let Some(right) = xs.get(choice.right) else { continue };
            for j in 0..width {
                gradient[j] += choice.weight * (expected[j] - right[j]);
            }
            for (x, r) in xs.iter().zip(&raised) {
                let p = choice.weight * r / total;
                // What is hardly ever chosen hardly bends the curve; the gradient has it all the same.
                if p < 1e-3 * choice.weight {
                    continue;
                }
                let off: Vec<f64> = x.iter().zip(&expected).map(|(x, e)| x - e).collect();
                for i in 0..width {
                    for j in 0..=i {
                        hessian[i][j] += p * off[i] * off[j];
                    }
                }
            }
        }
        for i in 0..width {
            for j in 0..i {
                hessian[j][i] = hessian[i][j];
            }
        }
        let step = solve(hessian, gradient);
        let largest = step.iter().fold(0.0_f64, |m, s| m.max(s.abs()));
        // Newton overshoots far from the goal: the step is halved until it leads down.
        let before = choice_loss(choices, &inputs, &weights, ridge);
        let mut scale = 1.0;
        loop {
            let next: Vec<f64> = weights.iter().zip(&step).map(|(w, s)| w - scale * s).collect();
            if choice_loss(choices, &inputs, &next, ridge) <= before {
                weights = next;
                break;
            }
            scale /= 2.0;
            if scale < 1e-6 {
                break;
            }
        }
        if largest < 1e-6 || scale < 1e-6 {
            break;
        }
    }
    weights.iter().zip(&deviation).map(|(w, d)| if *d > 1e-9 { w / d } else { 0.0 }).collect()
}

/// What `fit_choice` makes small.
fn choice_loss(choices: &[Choice], inputs: &[Vec<Vec<f64>>], weights: &[f64], ridge: f64) -> f64 {
    let mut loss = ridge * dot(weights, weights) / 2.0;
    for (choice, xs) in choices.iter().zip(inputs) {
        let scores: Vec<f64> = xs.iter().map(|x| dot(weights, x)).collect();
        let highest = scores.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let total: f64 = scores.iter().map(|s| (s - highest).exp()).sum();
        if let Some(right) = scores.get(choice.right) {
            loss += choice.weight * (highest + total.ln() - right);
        }
    }
    loss
}

/// How much each feature differs between the candidates of one list: what is the same for all of them decides nothing.
fn deviations(choices: &[Choice], width: usize) -> Vec<f64> {
    let (mut squares, mut count) = (vec![0.0; width], 0.0_f64);
    for choice in choices {
        let n = choice.candidates.len() as f64;
        for (j, sum) in squares.iter_mut().enumerate() {
            let mean = choice.candidates.iter().map(|x| x[j]).sum::<f64>() / n;
            *sum += choice.candidates.iter().map(|x| (x[j] - mean).powi(2)).sum::<f64>();
        }
        count += n;
    }
    squares.into_iter().map(|s| (s / count.max(1.0)).sqrt()).collect()
}

/// Solves a symmetric positive system by elimination with pivots.
fn solve(mut a: Vec<Vec<f64>>, mut b: Vec<f64>) -> Vec<f64> {
    let n = b.len();
    for column in 0..n {
        let pivot = (column..n).max_by(|i, j| a[*i][column].abs().total_cmp(&a[*j][column].abs())).unwrap_or(column);
        a.swap(column, pivot);
        b.swap(column, pivot);
        let lead = a[column][column];
        if lead.abs() < 1e-12 {
            continue;
        }
        for row in column + 1..n {
            let factor = a[row][column] / lead;
            if factor != 0.0 {
                for k in column..n {
                    a[row][k] -= factor * a[column][k];
                }
                b[row] -= factor * b[column];
            }
        }
    }
    let mut x = vec![0.0; n];
    for row in (0..n).rev() {
        let known: f64 = (row + 1..n).map(|k| a[row][k] * x[k]).sum();
        x[row] = if a[row][row].abs() < 1e-12 { 0.0 } else { (b[row] - known) / a[row][row] };
    }
    x
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn learns_what_matters() {
        let rows: Vec<Row> = (0..200)
            .map(|n| {
                let (a, b) = (f64::from(n % 20) / 20.0, f64::from(n * 7 % 13) / 13.0);
                Row { features: vec![a, b, 1.0], label: a > 0.5, weight: 1.0 }
            })
            .collect();
        let (intercept, weights) = fit(&rows, 0.1);
        let p = |a: f64| sigmoid(intercept + dot(&weights, &[a, 0.5, 1.0]));
        assert!(p(0.9) > 0.9 && p(0.1) < 0.1);
        assert!(weights[0] > 5.0 * weights[1].abs());
    }

    #[test]
    fn learns_what_makes_a_candidate_right() {
        let choices: Vec<Choice> = (0..60)
            .map(|n| {
                let candidates: Vec<Vec<f64>> =
                    (0..5).map(|k| vec![f64::from((n * 3 + k * 7) % 11) / 11.0, f64::from((n + k) % 3), 1.0]).collect();
                let right = (0..5).max_by(|a, b| candidates[*a][0].total_cmp(&candidates[*b][0])).unwrap();
                Choice { candidates, right, weight: 1.0 }
            })
            .collect();
        let weights = fit_choice(&choices, 0.1);
        assert!(weights[0] > 3.0 && weights[0] > 5.0 * weights[1].abs() && weights[2] == 0.0, "{weights:?}");
        assert!(fit_choice(&[], 1.0).is_empty());
    }

    #[test]
    fn degenerate_rows_are_survived() {
        assert_eq!(fit(&[], 1.0), (0.0, Vec::new()));
        let same = vec![Row { features: vec![1.0], label: true, weight: 1.0 }; 3];
        let (intercept, weights) = fit(&same, 1.0);
        assert!(intercept.is_finite() && weights[0] == 0.0);
    }
}
