//! Logistic regression, small and deterministic: what turns features into a probability, and how its weights are found.

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

/// Finds the intercept and the weights that explain the rows best, held small by `ridge` (0.01 to 10 is usual; it is
/// per standard deviation, so features of any scale are treated alike). Newton's method: same rows, same weights.
/// Without rows all are 0.
pub fn fit(rows: &[Row], ridge: f64) -> (f64, Vec<f64>) {
    let width = rows.first().map_or(0, |r| r.features.len());
    if width == 0 {
        return (0.0, Vec::new());
    }
    let total: f64 = rows.iter().map(|r| r.weight).sum::<f64>().max(1e-9);
    let mean: Vec<f64> =
        (0..width).map(|j| rows.iter().map(|r| r.weight * r.features[j]).sum::<f64>() / total).collect();
    let deviation: Vec<f64> = (0..width)
        .map(|j| (rows.iter().map(|r| r.weight * (r.features[j] - mean[j]).powi(2)).sum::<f64>() / total).sqrt())
        .collect();
    let scaled = |row: &Row| -> Vec<f64> {
        // The first is the intercept's.
        std::iter::once(1.0)
            .chain((0..width).map(|j| if deviation[j] > 1e-9 { (row.features[j] - mean[j]) / deviation[j] } else { 0.0 }))
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
    fn degenerate_rows_are_survived() {
        assert_eq!(fit(&[], 1.0), (0.0, Vec::new()));
        let same = vec![Row { features: vec![1.0], label: true, weight: 1.0 }; 3];
        let (intercept, weights) = fit(&same, 1.0);
        assert!(intercept.is_finite() && weights[0] == 0.0);
    }
}
