//! Decision trees that add up: what a straight sum of features can't say, such as “only if the title fits too”.
//! `evaluation::boosting` grows them; they stand in the weights file as lines that can be read.

use crate::matching::document::as_u32;
use serde::Serialize;
use std::fmt::Write as _;

/// Where a tree parts, or an end of it. An end leads to itself and so needs no sort of its own: walks through a tree go on
/// until the last of them has ended, without asking each where it is.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Node {
    /// From here on the feature isn't below; at an end, what is added.
    value: f64,
    /// The feature, by its place.
    feature: u16,
    /// So many nodes further on it goes if the feature is below; none at an end.
    below: u16,
    /// And otherwise.
    otherwise: u16,
}

impl Node {
    /// An end, and what it adds.
    pub(crate) fn end(says: f64) -> Self {
        Self { value: says, feature: 0, below: 0, otherwise: 0 }
    }

    /// Parts at a feature's value. `below` and `otherwise` tell how many nodes further on it goes, at least one.
    pub(crate) fn split(feature: u16, value: f64, below: u16, otherwise: u16) -> Self {
        Self { value, feature, below: below.max(1), otherwise: otherwise.max(1) }
    }

    fn is_end(self) -> bool {
        self.below == 0
    }

    /// How many nodes further on it goes. Looked up, not branched to: no processor guesses which way a tree goes.
    #[inline]
    fn further(self, feature: f64) -> usize {
        usize::from([self.otherwise, self.below][usize::from(feature < self.value)])
    }
}

/// Trees over the same features, whose values are added. The default one has none and adds nothing.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Trees {
    /// All trees' nodes, those of one together, its root first.
    nodes: Vec<Node>,
    roots: Vec<Root>,
}

/// The beginning of a tree.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
struct Root {
    /// Its place among all nodes.
    at: u32,
    /// After so many steps every walk has ended.
    depth: u16,
}

/// A tree that nests more deeply than this is no product of ours.
const DEEPEST: usize = 32;
/// Nor is one with more nodes. More than a node can lead over would be another matter.
const MOST_NODES: usize = 4_096;

impl Trees {
    /// Adds a tree, given by its nodes: the first is its root, and splits lead to others of them.
    pub(crate) fn push(&mut self, nodes: &[Node]) {
        // What a split leads to stands behind it, so that the last ones' depths come first.
        let mut depths = vec![0_u16; nodes.len()];
        for (at, node) in nodes.iter().enumerate().rev().filter(|(_, node)| !node.is_end()) {
            let depth = |further: u16| depths.get(at + usize::from(further)).copied().unwrap_or(0);
            depths[at] = 1 + depth(node.below).max(depth(node.otherwise));
        }
        self.roots.push(Root { at: as_u32(self.nodes.len()), depth: depths.first().copied().unwrap_or(0) });
        self.nodes.extend(nodes);
    }

    /// The same trees, each of which says nothing unless a feature is below a value.
    pub(crate) fn only_below(&self, feature: u16, value: f64) -> Self {
        let mut only = Self::default();
        let ends = self.roots.iter().skip(1).map(|root| root.at as usize).chain([self.nodes.len()]);
        for (root, end) in self.roots.iter().zip(ends) {
            let tree = &self.nodes[root.at as usize..end];
            let otherwise = u16::try_from(1 + tree.len()).unwrap_or(u16::MAX);
            only.push(&[&[Node::split(feature, value, 1, otherwise)], tree, &[Node::end(0.0)]].concat());
        }
        only
    }

    /// The sum of what the trees say. A feature that isn't there counts as 0.
    pub(crate) fn sum(&self, features: &[f64]) -> f64 {
        self.roots.iter().map(|root| self.walk(*root, |feature| of(features, feature))).sum()
    }

    /// The sum for each of several rows. They are walked through a tree side by side, so that none waits for a node of
    /// another: for six rows less than half the time.
    pub(crate) fn sums(&self, rows: &[&[f64]]) -> Vec<f64> {
        let (mut sums, mut places) = (vec![0.0; rows.len()], vec![0; rows.len()]);
        let node = |at: usize| self.nodes.get(at).copied().unwrap_or(Node::end(0.0));
        for root in &self.roots {
            places.fill(root.at as usize);
            for _ in 0..root.depth {
                for (at, row) in places.iter_mut().zip(rows) {
                    let node = node(*at);
                    *at += node.further(of(row, node.feature));
                }
            }
            for (sum, at) in sums.iter_mut().zip(&places) {
                *sum += node(*at).value;
            }
        }
        sums
    }

    fn walk(&self, root: Root, feature_of: impl Fn(u16) -> f64) -> f64 {
        let mut at = root.at as usize;
        while let Some(node) = self.nodes.get(at) {
            if node.is_end() {
                return node.value;
            }
            at += node.further(feature_of(node.feature));
        }
        0.0
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
    fn used(&self, root: Root) -> Vec<u16> {
        let (mut open, mut used) = (vec![root.at as usize], Vec::new());
        while let Some(at) = open.pop() {
            if let Some(node) = self.nodes.get(at).filter(|node| !node.is_end()) {
                used.push(node.feature);
                open.extend([node.below, node.otherwise].map(|further| at + usize::from(further)));
            }
        }
        used.sort_unstable();
        used.dedup();
        used
    }

    /// A line for each tree: `length < 0.5200 ? margin < 0.1000 ? -0.0312 : 0.0040 : 0.0203`.
    pub(crate) fn lines(&self, names: &[&str]) -> Vec<String> {
        let line = |root: &Root| {
            let mut line = String::new();
            self.write(root.at as usize, names, &mut line);
            line
        };
        self.roots.iter().map(line).collect()
    }

    fn write(&self, at: usize, names: &[&str], line: &mut String) {
        let Some(node) = self.nodes.get(at) else { return };
        if node.is_end() {
            let _ = write!(line, "{:.4}", node.value);
            return;
        }
        let name = names.get(usize::from(node.feature)).copied().unwrap_or_default();
        let _ = write!(line, "{name} < {:.4} ? ", node.value);
        self.write(at + usize::from(node.below), names, line);
        line.push_str(" : ");
        self.write(at + usize::from(node.otherwise), names, line);
    }

    /// Reads what [`Trees::lines`] wrote. The error is the number of the first line that is no tree over these features,
    /// from 1.
    pub(crate) fn parse(lines: &[String], names: &[&str]) -> Result<Self, usize> {
        let mut trees = Self::default();
        for (number, line) in lines.iter().enumerate() {
            let (mut nodes, mut words) = (Vec::new(), line.split_whitespace());
            let whole = read(&mut words, names, &mut nodes, DEEPEST)
                .filter(|()| words.next().is_none() && nodes.len() <= MOST_NODES);
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
        nodes.push(Node::end(says));
        return Some(());
    }
    let feature = u16::try_from(names.iter().position(|name| *name == first)?).ok()?;
    words.next().filter(|word| *word == "<")?;
    let value = number(words.next()?)?;
    words.next().filter(|word| *word == "?")?;
    let deeper = depth.checked_sub(1)?;
    let at = nodes.len();
    nodes.push(Node::end(0.0));
    read(words, names, nodes, deeper)?;
    words.next().filter(|word| *word == ":")?;
    let otherwise = u16::try_from(nodes.len() - at).ok()?;
    read(words, names, nodes, deeper)?;
    nodes[at] = Node::split(feature, value, 1, otherwise);
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
        let rows: [&[f64]; 4] = [&[0.9, 2.0, 0.25], &[0.4, 0.0, 9.0], &[], &[0.5, 0.0, 0.0]];
        assert_eq!(trees.sums(&rows), rows.map(|row| trees.sum(row)));
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
        let wide = (0..13).fold("1".to_owned(), |half, _| format!("cover < 0.5 ? {half} : {half}"));
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
            &wide,
        ] {
            assert_eq!(trees(&["0.5", line]), Err(2), "{}", &line[..line.len().min(40)]);
        }
    }
}
