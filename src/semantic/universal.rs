//! The Universal Sentence Encoder, multilingual, in 6 bits: `weights.npz` and `sp.model`. Words and runs of two, three and five
//! of them, added up. Weak on word order, quick, and at home in many languages.

use crate::semantic::archive::Archive;
use crate::semantic::charsmap::CharsMap;
use crate::semantic::error::{ModelError, read};
use crate::semantic::layer::{Linear, Norm, Scratch, add, relu};
use crate::semantic::pieces::Pieces;
use crate::semantic::proto;
use rten_gemm::GemmError;
use std::path::Path;

/// Numbers in the vector of a token, and in that of a text.
const WIDTH: usize = 512;
/// Numbers that each branch adds to a token's vector.
const BRANCH: usize = 256;
/// Each branch looks at so many tokens, from so many before the present one.
const BRANCHES: [(usize, usize); 3] = [(2, 0), (3, 1), (5, 2)];
/// A token's vector with those of the branches.
const FULL: usize = WIDTH + BRANCHES.len() * BRANCH;
/// The table of tokens is in this many parts; token `n` is in part `n % PARTS`.
const PARTS: usize = 17;
/// The narrow layers at the end.
const NARROW: usize = 320;
/// What stands for a character that no piece has.
const UNKNOWN: u32 = 0;
/// Stands before a text.
const FIRST: u32 = 1;
/// Stands after a text.
const LAST: u32 = 2;

/// Its tokenizer.
pub(crate) struct Tokenizer {
    pieces: Pieces,
    map: CharsMap,
}

impl Tokenizer {
    /// The numbers of a text's pieces between the marks of its beginning and end, at most `most`.
    pub(crate) fn tokens(&self, text: &str, most: usize) -> Vec<u32> {
        let mut tokens = vec![FIRST];
        tokens.extend(self.pieces.cut(&self.map.normalise(text)));
        if tokens.len() == 1 {
            tokens.push(UNKNOWN);
        }
        tokens.truncate(most.saturating_sub(1));
        tokens.push(LAST);
        tokens
    }
}

/// One branch: two steps over a window of tokens.
struct Branch {
    window: usize,
    before: usize,
    steps: [Linear; 2],
}

/// The encoder.
pub(crate) struct Universal {
    /// The parts of the table, each with its step and its lowest value.
    table: Vec<(Vec<u8>, f32, f32)>,
    project: Linear,
    project_norm: Norm,
    branches: Vec<Branch>,
    norm: Norm,
    merge: Linear,
    merge_bias: Vec<f32>,
    /// The layers at the end, in the order they are used.
    ends: [Linear; 6],
}

impl Universal {
    /// Numbers in a vector.
    pub(crate) const DIMENSIONS: usize = WIDTH;

    /// The vector of a text, not yet at length 1.
    pub(crate) fn encode(&self, tokens: &[u32]) -> Result<Vec<f32>, GemmError> {
        let mut scratch = Scratch::default();
        let mut words = Vec::with_capacity(tokens.len() * WIDTH);
        for token in tokens {
            let (rows, step, lowest) = &self.table[*token as usize % PARTS];
            let row = rows.chunks_exact(WIDTH).nth(*token as usize / PARTS).unwrap_or_default();
            words.extend(row.iter().map(|value| f32::from(*value) * step + lowest));
        }
        let mut x = Vec::new();
        self.project.apply(&words, &mut scratch, &mut x)?;
        self.project_norm.apply(&mut x);

        let mut full = vec![0.0; words.len() / WIDTH * FULL];
        for (to, word) in full.chunks_exact_mut(FULL).zip(words.chunks_exact(WIDTH)) {
            to[..WIDTH].copy_from_slice(word);
        }
        let (mut window, mut change) = (Vec::new(), Vec::new());
        for (number, branch) in self.branches.iter().enumerate() {
            let part = number * BRANCH;
            let rows = x.chunks_exact(BRANCHES.len() * BRANCH).flat_map(|row| &row[part..part + BRANCH]);
            let mut rows: Vec<f32> = rows.copied().collect();
            for step in &branch.steps {
                branch.look(&rows, &mut window);
                step.apply(&window, &mut scratch, &mut change)?;
                relu(&mut change);
                add(&mut rows, &change);
            }
            for (to, row) in full.chunks_exact_mut(FULL).zip(rows.chunks_exact(BRANCH)) {
                to[WIDTH + part..WIDTH + part + BRANCH].copy_from_slice(row);
            }
        }
        self.norm.apply(&mut full);
        self.merge(&full, &mut scratch)
    }

    /// All tokens' vectors become one: their sum, and some layers.
    fn merge(&self, full: &[f32], scratch: &mut Scratch) -> Result<Vec<f32>, GemmError> {
        let mut sum = vec![0.0; FULL];
        for row in full.chunks_exact(FULL) {
            add(&mut sum, row);
        }
        let count = (full.len() / FULL) as f32;
        let mut run = |layer: &Linear, input: &[f32]| {
            let mut out = Vec::new();
            layer.apply(input, scratch, &mut out)?;
            Ok::<_, GemmError>(out)
        };
        let mut text = run(&self.merge, &sum)?;
        for (x, bias) in text.iter_mut().zip(&self.merge_bias) {
            *x = (*x + count * bias) / count.sqrt();
        }
        let [d0, p1, d1, d2, p3, d3] = &self.ends;
        let mut inner = run(d0, &text)?;
        relu(&mut inner);
        let mut middle = run(p1, &text)?;
        add(&mut middle, &run(d1, &inner)?);
        relu(&mut middle);
        let mut inner = run(d2, &middle)?;
        relu(&mut inner);
        let mut out = run(p3, &middle)?;
        add(&mut out, &run(d3, &inner)?);
        for x in &mut out {
            *x = x.tanh();
        }
        Ok(out)
    }
}

impl Branch {
    /// For each row, the rows of its window side by side; zeros where the text has ended.
    fn look(&self, rows: &[f32], out: &mut Vec<f32>) {
        let count = rows.len() / BRANCH;
        out.clear();
        for at in 0..count {
            for place in at..at + self.window {
                match place.checked_sub(self.before).filter(|place| *place < count) {
                    Some(place) => out.extend_from_slice(&rows[place * BRANCH..(place + 1) * BRANCH]),
                    None => out.resize(out.len() + BRANCH, 0.0),
                }
            }
        }
    }
}

/// Reads the two files.
pub(crate) fn load(weights: &Path, vocabulary: &Path) -> Result<(Universal, Tokenizer), ModelError> {
    let tokenizer = load_tokenizer(vocabulary)?;
    let mut archive = Archive::open(weights)?;
    let rows = tokenizer.pieces.len().div_ceil(PARTS);
    let steps = archive.reals("scale", &[PARTS])?;
    let lowest = archive.reals("lo", &[PARTS])?;
    let mut table = Vec::new();
    for (part, (step, lowest)) in (1..).zip(steps.into_iter().zip(lowest)) {
        table.push((archive.bytes(&format!("q{part}"), &[rows, WIDTH])?, step, lowest));
    }
    let mut columns = vec![Vec::new(); WIDTH];
    let (mut bias, mut scale, mut shift) = (Vec::new(), Vec::new(), Vec::new());
    let mut branches = Vec::new();
    for (window, before) in BRANCHES {
        let part = archive.reals(&format!("proj{window}"), &[WIDTH, BRANCH])?;
        for (all, part) in columns.iter_mut().zip(part.chunks_exact(BRANCH)) {
            all.extend_from_slice(part);
        }
        bias.extend(archive.reals(&format!("proj_b{window}"), &[BRANCH])?);
        scale.extend(archive.reals(&format!("ln_g{window}"), &[BRANCH])?);
        shift.extend(archive.reals(&format!("ln_b{window}"), &[BRANCH])?);
        let mut step = |number: u8| {
            let weights = archive.reals(&format!("w{number}_{window}"), &[window * BRANCH, BRANCH])?;
            let bias = archive.reals(&format!("b{number}_{window}"), &[BRANCH])?;
            Ok::<_, ModelError>(Linear::from_columns(&weights, &bias))
        };
        branches.push(Branch { window, before, steps: [step(1)?, step(2)?] });
    }
    let epsilon = archive.real("eps")?;
    let project = Linear::from_columns(&columns.concat(), &bias);
    let norm = Norm { scale: archive.reals("ln_g", &[FULL])?, shift: archive.reals("ln_b", &[FULL])?, epsilon };
    let merge_bias = archive.reals("cnn_b", &[WIDTH])?;
    let mut plain = |name: &str, inputs: usize, outputs: usize| {
        let weights = archive.reals(name, &[inputs, outputs])?;
        Ok::<_, ModelError>(Linear::from_columns(&weights, &vec![0.0; outputs]))
    };
    let merge = plain("cnn_W", FULL, WIDTH)?;
    let ends = [
        plain("d0", WIDTH, NARROW)?,
        plain("p1", WIDTH, NARROW)?,
        plain("d1", NARROW, NARROW)?,
        plain("d2", NARROW, WIDTH)?,
        plain("p3", NARROW, WIDTH)?,
        plain("d3", WIDTH, WIDTH)?,
    ];
    let project_norm = Norm { scale, shift, epsilon };
    let universal = Universal { table, project, project_norm, branches, norm, merge, merge_bias, ends };
    Ok((universal, tokenizer))
}

fn load_tokenizer(path: &Path) -> Result<Tokenizer, ModelError> {
    let bytes = read(path)?;
    let vocabulary = proto::vocabulary(&bytes)
        .ok_or_else(|| ModelError::damaged(path, "it isn't a SentencePiece model, or ends too early"))?;
    let map =
        CharsMap::read(vocabulary.map).ok_or_else(|| ModelError::damaged(path, "its table of characters is broken"))?;
    Ok(Tokenizer { pieces: Pieces::new(vocabulary.pieces, UNKNOWN, &[FIRST, LAST]), map })
}
