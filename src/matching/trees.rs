//! Decision trees that add up: what a straight sum of features can't say, such as “only if the title fits too”.
//! `evaluation::boosting` grows them; they stand in the weights file as lines that can be read.

use crate::matching::document::as_u32;
use serde::Serialize;
use std::fmt::Write as _;

/// Where a tree parts, or what it says at an end.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub enum Node {
    /// What is added.
    Leaf(f64),
    /// Whether a feature, by its place, is below a value.
    Split {
        /// The feature.
        feature: u16,
        /// From here on it isn't below.
        value: f64,
        /// Where it goes on if it is, in the same list of nodes.
        below: u32,
        /// Where it goes on otherwise.
        otherwise: u32,
    },
}

impl Node {
    /// The same node where its tree begins at another place.
    fn moved(self, from: u32, to: u32) -> Self {
        match self {
            Self::Leaf(says) => Self::Leaf(says),
            Self::Split { feature, value, below, otherwise } => {
                Self::Split { feature, value, below: below - from + to, otherwise: otherwise - from + to }
            }
        }
    }
}

/// Trees over the same features, whose values are added. The default one has none and adds nothing.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Trees {
    /// All trees' nodes; a split only leads to nodes behind it, so that every walk ends.
    nodes: Vec<Node>,
    /// Where each tree begins.
    roots: Vec<u32>,
}

/// A tree that nests more deeply than this is no product of ours.
const DEEPEST: usize = 32;

impl Trees {
    /// Adds a tree, given by its nodes: the first is its root, and splits name places in this list, behind their own.
    pub(crate) fn push(&mut self, nodes: &[Node]) {
        let start = as_u32(self.nodes.len());
        self.roots.push(start);
        self.nodes.extend(nodes.iter().map(|node| node.moved(0, start)));
    }

    /// The same trees, each of which says nothing unless a feature is below a value.
    pub(crate) fn only_below(&self, feature: u16, value: f64) -> Self {
        let mut only = Self::default();
        let ends = self.roots.iter().skip(1).map(|root| *root as usize).chain([self.nodes.len()]);
        for (root, end) in self.roots.iter().zip(ends) {
            let tree = &self.nodes[*root as usize..end];
            let mut nodes = vec![Node::Split { feature, value, below: 1, otherwise: as_u32(1 + tree.len()) }];
            nodes.extend(tree.iter().map(|node| node.moved(*root, 1)));
            nodes.push(Node::Leaf(0.0));
            only.push(&nodes);
        }
        only
    }

    /// The sum of what the trees say. A feature that isn't there counts as 0.
    pub(crate) fn sum(&self, features: &[f64]) -> f64 {
        self.roots.iter().map(|root| self.walk(*root, |feature| of(features, feature))).sum()
    }

    fn walk(&self, root: u32, feature_of: impl Fn(u16) -> f64) -> f64 {
        let mut at = root;
        loop {
            match self.nodes.get(at as usize) {
                Some(Node::Leaf(says)) => return *says,
                Some(Node::Split { feature, value, below, otherwise }) => {
                    // Looked up, not branched to: no processor guesses which way a tree goes.
                    at = [*otherwise, *below][usize::from(feature_of(*feature) < *value)];
                }
                None => return 0.0,
            }
        }
    }

    /// What each feature did to the sum by being what it is and not what is usual; together this is the whole difference.
    /// In each tree its features are changed one after the other, once in their order and once backwards, and the mean counts.
    pub(crate) fn effects(&self, features: &[f64], usual: &[f64]) -> Vec<f64> {
        let mut effects = vec![0.0; features.len()];
        for root in &self.roots {
            let mut used = self.used(*root);
            for _ in 0..2 {
                let mut before = self.walk(*root, |feature| of(usual, feature));
                for (place, changed) in used.iter().enumerate() {
                    let so_far = &used[..=place];
                    let after = self
                        .walk(*root, |feature| of(if so_far.contains(&feature) { features } else { usual }, feature));
                    if let Some(effect) = effects.get_mut(usize::from(*changed)) {
                        *effect += (after - before) / 2.0;
                    }
                    before = after;
                }
                used.reverse();
            }
        }
        effects
    }

    /// The features that a tree asks about, in order.
    fn used(&self, root: u32) -> Vec<u16> {
        let (mut open, mut used) = (vec![root], Vec::new());
        while let Some(at) = open.pop() {
            if let Some(Node::Split { feature, below, otherwise, .. }) = self.nodes.get(at as usize) {
                used.push(*feature);
                open.extend([*below, *otherwise]);
            }
        }
        used.sort_unstable();
        used.dedup();
        used
    }

    /// A line for each tree: `length < 0.5200 ? margin < 0.1000 ? -0.0312 : 0.0040 : 0.0203`.
    pub(crate) fn lines(&self, names: &[&str]) -> Vec<String> {
        let line = |root: &u32| {
            let mut line = String::new();
            self.write(*root, names, &mut line);
            line
        };
        self.roots.iter().map(line).collect()
    }

    fn write(&self, at: u32, names: &[&str], line: &mut String) {
        match self.nodes.get(at as usize) {
            Some(Node::Split { feature, value, below, otherwise }) => {
                let _ =
                    write!(line, "{} < {value:.4} ? ", names.get(usize::from(*feature)).copied().unwrap_or_default());
                self.write(*below, names, line);
                line.push_str(" : ");
                self.write(*otherwise, names, line);
            }
            Some(Node::Leaf(says)) => {
                let _ = write!(line, "{says:.4}");
            }
            None => {}
        }
    }

    /// Reads what [`Trees::lines`] wrote. The error is the number of the first line that is no tree over these features,
    /// from 1.
    pub(crate) fn parse(lines: &[String], names: &[&str]) -> Result<Self, usize> {
        let mut trees = Self::default();
        for (number, line) in lines.iter().enumerate() {
            let (mut nodes, mut words) = (Vec::new(), line.split_whitespace());
            let whole = read(&mut words, names, &mut nodes, DEEPEST).filter(|()| words.next().is_none());
            whole.ok_or(number + 1)?;
            trees.push(&nodes);
        }
        Ok(trees)
    }
}

fn of(features: &[f64], feature: u16) -> f64 {
    features.get(usize::from(feature)).copied().unwrap_or(0.0)
}

/// Reads a node and all below it.
fn read<'a>(
    words: &mut impl Iterator<Item = &'a str>,
    names: &[&str],
    nodes: &mut Vec<Node>,
    depth: usize,
) -> Option<()> {
    let number = |word: &str| word.parse::<f64>().ok().filter(|number| number.is_finite() && number.abs() < 1e6);
    let first = words.next()?;
    if let Some(says) = number(first) {
        nodes.push(Node::Leaf(says));
        return Some(());
    }
    let feature = u16::try_from(names.iter().position(|name| *name == first)?).ok()?;
    words.next().filter(|word| *word == "<")?;
    let value = number(words.next()?)?;
    words.next().filter(|word| *word == "?")?;
    let deeper = depth.checked_sub(1)?;
    let at = nodes.len();
    nodes.push(Node::Leaf(0.0));
    read(words, names, nodes, deeper)?;
    words.next().filter(|word| *word == ":")?;
    let (below, otherwise) = (as_u32(at + 1), as_u32(nodes.len()));
    read(words, names, nodes, deeper)?;
    nodes[at] = Node::Split { feature, value, below, otherwise };
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAMES: [&str; 3] = ["cover", "length", "margin"];

    fn trees(lines: &[&str]) -> Result<Trees, usize> {
        Trees::parse(&lines.iter().map(|line| (*line).to_owned()).collect::<Vec<_>>(), &NAMES)
    }

    #[test]
    fn trees_say_what_their_lines_say() {
        let lines =
            ["cover < 0.5000 ? -1.0000 : margin < 0.2500 ? 0.5000 : 2.0000", "length < 1.0000 ? 0.1250 : 0.0000"];
        let trees = trees(&lines).unwrap();
        for (features, sum) in [([0.4, 0.0, 9.0], -0.875), ([0.5, 0.0, 0.0], 0.625), ([0.9, 2.0, 0.25], 2.0)] {
            assert!((trees.sum(&features) - sum).abs() < 1e-9, "{features:?}");
        }
        assert_eq!(trees.lines(&NAMES), lines);
        assert!(Trees::default().sum(&[1.0]).abs() < 1e-9);
    }

    #[test]
    fn trees_can_be_kept_to_a_case() {
        let trees = trees(&["cover < 0.5 ? -1 : margin < 0.25 ? 0.5 : 2", "length < 1 ? 0.125 : 0"]).unwrap();
        let only = trees.only_below(1, 1.5);
        for features in [[0.4, 0.0, 9.0], [0.5, 1.4, 0.0], [0.9, 0.0, 0.25]] {
            assert!((only.sum(&features) - trees.sum(&features)).abs() < 1e-9, "{features:?}");
        }
        assert!(only.sum(&[0.9, 1.5, 0.0]).abs() < 1e-9);
        assert_eq!(only.lines(&NAMES)[1], "length < 1.5000 ? length < 1.0000 ? 0.1250 : 0.0000 : 0.0000");
    }

    #[test]
    fn effects_add_up_to_the_whole_difference() {
        let trees =
            trees(&["cover < 0.5 ? -1 : margin < 0.25 ? 0.5 : 2", "length < 1 ? 0.125 : margin < 3 ? 0 : 7"]).unwrap();
        let (features, usual) = ([0.9, 2.0, 0.3], [0.1, 0.5, 0.1]);
        let effects = trees.effects(&features, &usual);
        let whole = trees.sum(&features) - trees.sum(&usual);
        assert!((effects.iter().sum::<f64>() - whole).abs() < 1e-9, "{effects:?}");
        // Cover and margin brought it about together, and only together margin counts.
        assert!(effects[0] > effects[2] && effects[2] > 0.0 && effects[1] < 0.0, "{effects:?}");
    }

    #[test]
    fn what_is_no_tree_is_named_by_its_line() {
        let deep = "cover < 0.5 ? 0 : ".repeat(100_000) + "1";
        for line in [
            "",
            "cover",
            "cover < ? 1 : 2",
            "height < 1 ? 0 : 1",
            "cover < 1 ? 0",
            "1 2",
            "NaN",
            "cover < 1 : 0 ? 1",
            &deep,
        ] {
            assert_eq!(trees(&["0.5", line]), Err(2), "{}", &line[..line.len().min(40)]);
        }
    }
}
