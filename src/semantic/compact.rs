//! Reads `e5-small-q4.bin`: multilingual-e5-small in 4 bits with its tokenizer, in one file.

use crate::semantic::bert::{BLOCK, BLOCK_BYTES, Bert, Layer, Pooling, Words, open_block};
use crate::semantic::bytes::{Cursor, floats};
use crate::semantic::error::ModelError;
use crate::semantic::layer::{Linear, Norm};
use crate::semantic::pieces::{BLANK, Pieces};
use rustc_hash::FxHashMap;
use std::ops::Range;
use std::path::Path;

/// How the file begins.
const MAGIC: &[u8] = b"E5S1";

/// Its tokenizer.
#[derive(Debug)]
pub(crate) struct Tokenizer {
    pieces: Pieces,
    first: u32,
    last: u32,
    /// What a character is written as; all others stay.
    changes: FxHashMap<char, Box<str>>,
}

impl Tokenizer {
    /// The numbers of a text's pieces between the marks of its beginning and end, at most `most`.
    pub(crate) fn tokens(&self, text: &str, most: usize) -> Vec<u32> {
        let mut plain = String::with_capacity(text.len() + BLANK.len_utf8());
        plain.push(' ');
        let mut push = |c: char| {
            if c != ' ' || !plain.ends_with(' ') {
                plain.push(c);
            }
        };
        for c in text.chars() {
            match self.changes.get(&c) {
                Some(change) => change.chars().for_each(&mut push),
                None => push(c),
            }
        }
        let plain = plain.replace(' ', BLANK.encode_utf8(&mut [0; 4]));
        let mut tokens = vec![self.first];
        tokens.extend(self.pieces.cut(&plain));
        tokens.truncate(most.saturating_sub(1));
        tokens.push(self.last);
        tokens
    }
}

/// Reads the model and its tokenizer.
pub(crate) fn read(path: &Path, bytes: Vec<u8>) -> Result<(Bert, Tokenizer), ModelError> {
    let short = || ModelError::damaged(path, "it ends too early, or sizes in it are wrong");
    let mut cursor = Cursor::new(&bytes);
    if cursor.take(4) != Some(MAGIC) {
        return Err(ModelError::damaged(path, "it doesn't begin with E5S1"));
    }
    let shape = Shape::read(&mut cursor).ok_or_else(short)?;
    shape.check().map_err(|problem| ModelError::damaged(path, problem))?;
    let tokenizer = read_tokenizer(&mut cursor).ok_or_else(short)?;
    if tokenizer.pieces.len() > shape.words {
        return Err(ModelError::damaged(path, "its tokenizer knows more pieces than its table has rows"));
    }
    let parts = read_parts(&mut cursor, bytes.len()).ok_or_else(short)?;
    let tensors = Tensors { bytes: &bytes, parts, path };
    let width = shape.width;
    let mut places = tensors.reals("emb.pos", shape.places * width)?;
    let kind = tensors.reals("emb.type", shape.kinds * width)?;
    for row in places.chunks_exact_mut(width) {
        for (place, kind) in row.iter_mut().zip(&kind) {
            *place += kind;
        }
    }
    let norm = |name: &str| tensors.norm(name, &shape);
    let first_norm = norm("emb.ln")?;
    let mut layers = Vec::new();
    for number in 0..shape.layers {
        let linear = |names: &[&str], inputs: usize, outputs: usize| {
            let (mut rows, mut bias) = (Vec::new(), Vec::new());
            for name in names {
                rows.extend(tensors.blocks(&format!("l{number}.{name}.w"), inputs * outputs)?);
                bias.extend(tensors.reals(&format!("l{number}.{name}.b"), outputs)?);
            }
            Ok::<_, ModelError>(Linear::new(inputs, &rows, &bias))
        };
        layers.push(Layer {
            attend: linear(&["q", "k", "v"], width, width)?,
            attended: linear(&["ao"], width, width)?,
            attended_norm: norm(&format!("l{number}.aln"))?,
            widen: linear(&["fi"], width, shape.wide)?,
            narrow: linear(&["fo"], shape.wide, width)?,
            norm: norm(&format!("l{number}.oln"))?,
        });
    }
    let words = tensors.range("emb.word", shape.words * width / BLOCK * BLOCK_BYTES)?;
    let start = words.start;
    let (heads, pooling) = (shape.heads, Pooling::Mean);
    let words = Words::Blocks { file: bytes, start };
    Ok((Bert { width, heads, words, places, first_norm, layers, pooling }, tokenizer))
}

/// The sizes at the head of the file.
struct Shape {
    width: usize,
    layers: usize,
    heads: usize,
    wide: usize,
    words: usize,
    places: usize,
    kinds: usize,
    epsilon: f32,
    block: usize,
}

impl Shape {
    fn read(cursor: &mut Cursor) -> Option<Self> {
        cursor.u32()?; // The version; there is only one.
        Some(Self {
            width: cursor.size()?,
            layers: cursor.size()?,
            heads: cursor.size()?,
            wide: cursor.size()?,
            words: cursor.size()?,
            places: cursor.size()?,
            kinds: cursor.size()?,
            epsilon: cursor.f32()?,
            block: cursor.size()?,
        })
    }

    fn check(&self) -> Result<(), String> {
        let small = [self.width, self.layers, self.heads, self.wide, self.places, self.kinds];
        if small.iter().any(|size| !(1..=8192).contains(size)) || !(1..=1 << 22).contains(&self.words) {
            return Err("a size in its head is out of bounds".to_owned());
        }
        if self.block != BLOCK || !self.width.is_multiple_of(BLOCK) || !self.wide.is_multiple_of(BLOCK) {
            return Err(format!("its blocks aren't of {BLOCK} weights"));
        }
        if !self.width.is_multiple_of(self.heads) || !self.epsilon.is_finite() {
            return Err("the sizes in its head don't fit each other".to_owned());
        }
        Ok(())
    }
}

fn read_tokenizer(cursor: &mut Cursor) -> Option<Tokenizer> {
    let count = cursor.size()?;
    let [first, last, padding, unknown] = [cursor.u32()?, cursor.u32()?, cursor.u32()?, cursor.u32()?];
    let length = cursor.long_size()?;
    let borders = cursor.u32s(count.checked_add(1)?)?;
    let scores = cursor.f32s(count)?;
    let text = cursor.take(length)?;
    let mut pieces = Vec::with_capacity(count);
    for (border, score) in borders.windows(2).zip(scores) {
        let piece = text.get(border[0] as usize..border[1] as usize)?;
        pieces.push((std::str::from_utf8(piece).ok()?.into(), score));
    }
    let pieces = Pieces::new(pieces, unknown, &[first, last, padding]);
    let count = cursor.size()?;
    let length = cursor.size()?;
    let mut table = Cursor::new(cursor.take(length)?);
    let mut changes = FxHashMap::default();
    for _ in 0..count {
        let from = char::from_u32(table.u32()?);
        let length = table.u8()?;
        let to = table.u32s(usize::from(length))?;
        if let Some(from) = from {
            changes.insert(from, to.into_iter().filter_map(char::from_u32).collect::<String>().into());
        }
    }
    Some(Tokenizer { pieces, first, last, changes })
}

/// The directory: where in the file each tensor stands.
fn read_parts(cursor: &mut Cursor, length: usize) -> Option<FxHashMap<String, Range<usize>>> {
    let count = cursor.size()?;
    let mut parts = FxHashMap::default();
    for _ in 0..count {
        let name = cursor.u16()?;
        let name = std::str::from_utf8(cursor.take(usize::from(name))?).ok()?;
        let _kind = cursor.u8()?;
        let _count = cursor.u32()?;
        let start = cursor.long_size()?;
        let end = start.checked_add(cursor.long_size()?)?;
        if end > length {
            return None;
        }
        parts.insert(name.to_owned(), start..end);
    }
    Some(parts)
}

struct Tensors<'a> {
    bytes: &'a [u8],
    parts: FxHashMap<String, Range<usize>>,
    path: &'a Path,
}

impl Tensors<'_> {
    fn range(&self, name: &str, bytes: usize) -> Result<Range<usize>, ModelError> {
        match self.parts.get(name) {
            None => Err(ModelError::damaged(self.path, format!("it has no part {name}"))),
            Some(range) if range.len() != bytes => {
                Err(ModelError::damaged(self.path, format!("{name} has {} bytes instead of {bytes}", range.len())))
            }
            Some(range) => Ok(range.clone()),
        }
    }

    fn reals(&self, name: &str, count: usize) -> Result<Vec<f32>, ModelError> {
        self.finite(name, floats(&self.bytes[self.range(name, count * 4)?]))
    }

    fn blocks(&self, name: &str, count: usize) -> Result<Vec<f32>, ModelError> {
        let mut out = vec![0.0; count];
        let bytes = &self.bytes[self.range(name, count / BLOCK * BLOCK_BYTES)?];
        for (block, out) in bytes.chunks_exact(BLOCK_BYTES).zip(out.chunks_exact_mut(BLOCK)) {
            open_block(block, |at, value| out[at] = value);
        }
        self.finite(name, out)
    }

    fn norm(&self, name: &str, shape: &Shape) -> Result<Norm, ModelError> {
        Ok(Norm {
            scale: self.reals(&format!("{name}.w"), shape.width)?,
            shift: self.reals(&format!("{name}.b"), shape.width)?,
            epsilon: shape.epsilon,
        })
    }

    fn finite(&self, name: &str, values: Vec<f32>) -> Result<Vec<f32>, ModelError> {
        if values.iter().all(|value| value.is_finite()) {
            Ok(values)
        } else {
            Err(ModelError::damaged(self.path, format!("{name} holds what is no number")))
        }
    }
}
