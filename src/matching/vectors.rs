//! The semantic signal as data: which texts of a document are embedded, and their vectors, kept small and searched exactly.
//! Who makes the vectors isn't known here.

use crate::matching::document::Document;
use crate::matching::sentence;

/// A passage that is embedded has at most this many characters: whole sentences, as many as fit. Encoders blur longer
/// texts, and shorter ones lose what they are about.
const LONGEST_PASSAGE: usize = 240;

/// What of a document an embedded text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// Its title.
    Title,
    /// One of the questions that it is known to answer.
    Phrasing,
    /// Some sentences of its passage with this number.
    Passage(u16),
}

impl Part {
    /// Whether an encoder should take it for a question: encoders that tell questions from passages compare questions best
    /// with questions.
    pub fn is_asked(self) -> bool {
        matches!(self, Self::Title | Self::Phrasing)
    }
}

/// The texts of a document to embed, in order: title, phrasings, passages cut at the borders of sentences.
pub fn texts(document: &Document) -> Vec<(Part, String)> {
    let mut out = Vec::new();
    let mut push = |part: Part, text: &str| {
        if text.chars().any(char::is_alphanumeric) {
            out.push((part, text.trim().to_owned()));
        }
    };
    push(Part::Title, &document.title);
    for phrasing in &document.phrasings {
        push(Part::Phrasing, phrasing);
    }
    for (number, passage) in document.passages.iter().enumerate() {
        let part = Part::Passage(u16::try_from(number).unwrap_or(u16::MAX));
        let heading = passage.heading.trim();
        for piece in cut(&passage.text) {
            if heading.is_empty() {
                push(part, piece);
            } else {
                push(part, &format!("{heading}\n{piece}"));
            }
        }
    }
    out
}

/// Runs of whole sentences, none longer than [`LONGEST_PASSAGE`] unless a single sentence is.
fn cut(text: &str) -> Vec<&str> {
    let mut out = Vec::new();
    // Where the run that is growing begins and ends (bytes), and how long it is.
    let mut run: Option<(usize, usize, usize)> = None;
    for sentence in sentence::split(text) {
        let chars = text[sentence.clone()].chars().count();
        run = match run {
            Some((start, _, length)) if length + chars <= LONGEST_PASSAGE => {
                Some((start, sentence.end, length + chars))
            }
            before => {
                out.extend(before.map(|(start, end, _)| &text[start..end]));
                Some((sentence.start, sentence.end, chars))
            }
        };
    }
    out.extend(run.map(|(start, end, _)| &text[start..end]));
    out
}

/// A vector in 8-bit numbers: a quarter of the size, and cosines within .002.
#[derive(Debug, Clone, PartialEq)]
pub struct Vector {
    /// What one step is.
    unit: f32,
    steps: Box<[i8]>,
}

impl Vector {
    /// Brings a vector of length 1 into this form.
    #[expect(clippy::cast_possible_truncation, reason = "a value over its unit lies between -127 and 127")]
    pub fn new(values: &[f32]) -> Self {
        let unit = largest(values) / 127.0;
        let per_unit = if unit > 0.0 { 1.0 / unit } else { 0.0 };
        Self { unit, steps: values.iter().map(|x| (x * per_unit).round() as i8).collect() }
    }

    /// Numbers in it.
    pub fn dimensions(&self) -> usize {
        self.steps.len()
    }

    /// Its numbers.
    pub fn values(&self) -> Vec<f32> {
        self.steps.iter().map(|step| f32::from(*step) * self.unit).collect()
    }

    /// As text, to be stored: the unit's bits, then the steps, in hexadecimal digits.
    pub fn to_text(&self) -> String {
        let digits = |byte: u8| [byte >> 4, byte & 15].map(|half| char::from(HEX[usize::from(half)]));
        let unit = self.unit.to_bits().to_be_bytes();
        let steps = self.steps.iter().map(|step| step.to_be_bytes()[0]);
        unit.into_iter().chain(steps).flat_map(digits).collect()
    }

    /// Reads what [`Vector::to_text`] wrote; `None` for anything else.
    pub fn from_text(text: &str) -> Option<Self> {
        let digit = |byte: u8| u8::try_from(HEX.iter().position(|digit| *digit == byte)?).ok();
        let (pairs, []) = text.as_bytes().as_chunks::<2>() else { return None };
        let bytes: Vec<u8> =
            pairs.iter().map(|[high, low]| Some(digit(*high)? << 4 | digit(*low)?)).collect::<Option<_>>()?;
        let (unit, steps) = bytes.split_first_chunk()?;
        let unit = f32::from_bits(u32::from_be_bytes(*unit));
        let steps = steps.iter().map(|byte| i8::from_be_bytes([*byte])).collect();
        (unit.is_finite() && unit >= 0.0).then_some(Self { unit, steps })
    }
}

/// The mean of vectors, of those as long as the first one that isn't empty. Empty where there is none.
pub(crate) fn mean<'a>(vectors: impl Iterator<Item = &'a [f32]>) -> Vec<f32> {
    let mut sum: Vec<f64> = Vec::new();
    let mut count = 0.0;
    for vector in vectors.filter(|vector| !vector.is_empty()) {
        if sum.is_empty() {
            sum = vec![0.0; vector.len()];
        }
        if sum.len() == vector.len() {
            count += 1.0;
            for (sum, value) in sum.iter_mut().zip(vector) {
                *sum += f64::from(*value);
            }
        }
    }
    #[allow(clippy::cast_possible_truncation, reason = "the vectors are no finer")]
    let mean = sum.into_iter().map(|sum| (sum / count) as f32).collect();
    mean
}

/// The sum of products. In lanes, and not inlined, so that it becomes vector code everywhere; a lane has room for the products
/// of 32,000 dimensions.
#[inline(never)]
fn dot(steps: &[i8], asked: &[i16]) -> i64 {
    const LANES: usize = 32;
    let (whole, rest) = steps.as_chunks::<LANES>();
    let (whole_asked, rest_asked) = asked.as_chunks::<LANES>();
    let mut lanes = [0_i32; LANES];
    for (steps, asked) in whole.iter().zip(whole_asked) {
        for (lane, (a, b)) in lanes.iter_mut().zip(steps.iter().zip(asked)) {
            *lane += i32::from(*a) * i32::from(*b);
        }
    }
    let rest = rest.iter().zip(rest_asked).map(|(a, b)| i64::from(*a) * i64::from(*b));
    lanes.into_iter().map(i64::from).chain(rest).sum()
}

const HEX: &[u8; 16] = b"0123456789abcdef";

fn largest(values: &[f32]) -> f32 {
    values.iter().fold(0.0, |largest: f32, x| largest.max(x.abs()))
}

/// A question's vector, ready to be compared with many others.
#[derive(Debug, Clone, PartialEq)]
pub struct Asked {
    unit: f32,
    steps: Vec<i16>,
}

impl Asked {
    /// From a vector of length 1.
    #[expect(clippy::cast_possible_truncation, reason = "a value over its unit lies between -16383 and 16383")]
    pub fn new(values: &[f32]) -> Self {
        let unit = largest(values) / 16_383.0;
        let per_unit = if unit > 0.0 { 1.0 / unit } else { 0.0 };
        Self { unit, steps: values.iter().map(|x| (x * per_unit).round() as i16).collect() }
    }
}

/// How near a document is to a question: cosines, 0 where it has no such part or where they are less.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Likeness {
    /// Of its title.
    pub title: f32,
    /// Of the nearest of its phrasings.
    pub phrasing: f32,
    /// Of the nearest piece of its passages.
    pub passage: f32,
    /// The number of the passage with that piece.
    pub which: u16,
}

impl Likeness {
    /// The largest.
    pub fn best(&self) -> f32 {
        self.title.max(self.phrasing).max(self.passage)
    }
}

/// How near usual texts are to a question: what a cosine is compared with.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Usual {
    mean: f64,
    deviation: f64,
}

impl Usual {
    /// How many standard deviations a cosine lies above the mean. 0 where too few texts are known.
    pub(crate) fn above(&self, cosine: f32) -> f64 {
        if self.deviation > 0.0 { (f64::from(cosine) - self.mean) / self.deviation } else { 0.0 }
    }
}

/// As many texts stand for all, to tell what is usual.
const SAMPLE: usize = 256;

/// The vectors of many documents. A document is known by its slot, a small number that its owner gives.
#[derive(Debug, Default)]
pub struct Vectors {
    dimensions: usize,
    slots: Vec<Slot>,
}

/// A document's vectors, their steps in one row: going through all documents is then going through memory in order.
#[derive(Debug, Default)]
struct Slot {
    /// Whether its document was embedded, though nothing may have come of it.
    known: bool,
    parts: Box<[(Part, f32)]>,
    steps: Box<[i8]>,
}

impl Vectors {
    /// None yet, of so many numbers each.
    pub fn new(dimensions: usize) -> Self {
        Self { dimensions, slots: Vec::new() }
    }

    /// Numbers in each vector.
    pub fn dimensions(&self) -> usize {
        self.dimensions
    }

    /// How many vectors there are.
    pub fn len(&self) -> usize {
        self.slots.iter().map(|slot| slot.parts.len()).sum()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Keeps these for a slot instead of what it had. Vectors of another length are left out.
    pub fn set(&mut self, slot: u32, parts: impl IntoIterator<Item = (Part, Vector)>) {
        let slot = slot as usize;
        if self.slots.len() <= slot {
            self.slots.resize_with(slot + 1, Slot::default);
        }
        let (mut kept, mut steps) = (Vec::new(), Vec::new());
        for (part, vector) in parts.into_iter().filter(|(_, vector)| vector.dimensions() == self.dimensions) {
            kept.push((part, vector.unit));
            steps.extend_from_slice(&vector.steps);
        }
        self.slots[slot] = Slot { known: true, parts: kept.into(), steps: steps.into() };
    }

    /// Whether a slot was given its vectors.
    pub(crate) fn has(&self, slot: u32) -> bool {
        self.slots.get(slot as usize).is_some_and(|slot| slot.known)
    }

    /// Forgets a slot's vectors.
    pub fn remove(&mut self, slot: u32) {
        if let Some(slot) = self.slots.get_mut(slot as usize) {
            *slot = Slot::default();
        }
    }

    /// Gives slots other numbers: `moved` tells for each one where it goes, if anywhere.
    pub(crate) fn renumber(&mut self, moved: &[Option<u32>]) {
        for (slot, kept) in std::mem::take(&mut self.slots).into_iter().enumerate() {
            if let Some(to) = moved.get(slot).copied().flatten().map(|to| to as usize) {
                if self.slots.len() <= to {
                    self.slots.resize_with(to + 1, Slot::default);
                }
                self.slots[to] = kept;
            }
        }
    }

    /// How near the document in a slot is.
    pub fn best(&self, slot: u32, asked: &Asked) -> Likeness {
        self.slots.get(slot as usize).map_or_else(Likeness::default, |slot| self.compare(slot, asked))
    }

    /// The `count` nearest documents with their largest cosine, the nearest first; equal ones by their slot.
    pub fn nearest(&self, asked: &Asked, count: usize) -> Vec<(u32, f32)> {
        let slots = (0u32..).zip(&self.slots).filter(|(_, slot)| !slot.parts.is_empty());
        let mut all: Vec<(u32, f32)> = slots.map(|(number, slot)| (number, self.compare(slot, asked).best())).collect();
        let order = |a: &(u32, f32), b: &(u32, f32)| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0));
        if count > 0 && count < all.len() {
            all.select_nth_unstable_by(count - 1, order);
        }
        all.truncate(count);
        all.sort_unstable_by(order);
        all
    }

    /// What is usual for this question, from documents evenly spread over all.
    pub fn usual(&self, asked: &Asked) -> Usual {
        let step = (self.slots.len() / SAMPLE).max(1);
        let compared = self.slots.iter().step_by(step).map(|slot| self.compare(slot, asked));
        let cosine = |likeness: Likeness| if likeness.passage == 0.0 { likeness.best() } else { likeness.passage };
        let cosines: Vec<f64> = compared.map(|near| f64::from(cosine(near))).filter(|cosine| *cosine != 0.0).collect();
        let count = cosines.len().max(1) as f64;
        let mean = cosines.iter().sum::<f64>() / count;
        let deviation = (cosines.iter().map(|cosine| (cosine - mean).powi(2)).sum::<f64>() / count).sqrt();
        Usual { mean, deviation }
    }

    fn compare(&self, slot: &Slot, asked: &Asked) -> Likeness {
        let mut likeness = Likeness::default();
        if self.dimensions == 0 || asked.steps.len() != self.dimensions {
            return likeness;
        }
        for ((part, unit), steps) in slot.parts.iter().zip(slot.steps.chunks_exact(self.dimensions)) {
            let cosine = dot(steps, &asked.steps) as f32 * (unit * asked.unit);
            match part {
                Part::Title => likeness.title = likeness.title.max(cosine),
                Part::Phrasing => likeness.phrasing = likeness.phrasing.max(cosine),
                Part::Passage(number) => {
                    if cosine > likeness.passage {
                        (likeness.passage, likeness.which) = (cosine, *number);
                    }
                }
            }
        }
        likeness
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::matching::Passage;

    /// Vectors of length 1 that look random and are always the same.
    fn made(seed: u32, dimensions: usize) -> Vec<f32> {
        let mut state = seed.wrapping_mul(2_654_435_761).wrapping_add(1);
        let mut values = Vec::new();
        for _ in 0..dimensions {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            values.push((state >> 8) as f32 / 8_388_608.0 - 1.0);
        }
        let length = values.iter().map(|x| x * x).sum::<f32>().sqrt();
        values.into_iter().map(|x| x / length).collect()
    }

    fn cosine(a: &[f32], b: &[f32]) -> f32 {
        a.iter().zip(b).map(|(a, b)| a * b).sum()
    }

    #[test]
    fn cosines_in_eight_bits_are_near_the_true_ones() {
        for dimensions in [3, 384, 512, 1024] {
            for seed in 0..50 {
                let (a, b) = (made(seed, dimensions), made(seed + 1_000, dimensions));
                let mut vectors = Vectors::new(dimensions);
                vectors.set(0, [(Part::Title, Vector::new(&a)), (Part::Passage(0), Vector::new(&b))]);
                let likeness = vectors.best(0, &Asked::new(&b));
                // Below 0 counts as 0, as where there is nothing.
                assert!((likeness.title - cosine(&a, &b).max(0.0)).abs() < 0.003, "{dimensions} {seed}");
                assert!((likeness.passage - 1.0).abs() < 0.003, "{dimensions} {seed}");
            }
        }
    }

    #[test]
    fn a_vector_is_read_as_it_was_written() {
        let vector = Vector::new(&made(7, 384));
        assert_eq!(Vector::from_text(&vector.to_text()), Some(vector));
        for text in ["", "0", "00", "zzzzzzzz", "7fc00000", "bf80000001", "3f8000000", "3f80000\u{e9}"] {
            assert_eq!(Vector::from_text(text), None, "{text}");
        }
        assert_eq!(Vector::from_text("3f80000001ff").map(|vector| vector.dimensions()), Some(2));
    }

    #[test]
    fn the_nearest_come_first_whatever_part_is_near() {
        let mut vectors = Vectors::new(8);
        let question = made(1, 8);
        vectors.set(0, [(Part::Title, Vector::new(&made(2, 8)))]);
        vectors.set(
            3,
            [
                (Part::Passage(0), Vector::new(&made(3, 8))),
                (Part::Passage(4), Vector::new(&question)),
                (Part::Phrasing, Vector::new(&made(4, 8))),
            ],
        );
        vectors.set(5, [(Part::Phrasing, Vector::new(&question)), (Part::Title, Vector::new(&made(9, 4)))]);
        assert_eq!(vectors.len(), 5, "a vector of another length is left out");
        let asked = Asked::new(&question);
        let nearest = vectors.nearest(&asked, 2);
        assert_eq!(nearest.iter().map(|(slot, _)| *slot).collect::<Vec<_>>(), [3, 5]);
        assert!(nearest.iter().all(|(_, cosine)| *cosine > 0.99));
        let likeness = vectors.best(3, &asked);
        assert_eq!(likeness.which, 4);
        assert!(likeness.passage > 0.99 && likeness.phrasing < 0.9);

        vectors.remove(3);
        assert_eq!(vectors.best(3, &asked), Likeness::default());
        assert_eq!(vectors.nearest(&asked, 9).iter().map(|(slot, _)| *slot).collect::<Vec<_>>().len(), 2);
        assert_eq!(vectors.best(5, &Asked::new(&made(1, 4))), Likeness::default(), "of another model");
        assert!(vectors.nearest(&asked, 0).is_empty());
    }

    #[test]
    fn passages_are_whole_sentences_and_nothing_is_lost() {
        let sentence = "申请人应当持有效身份证件到窗口办理。";
        let text = sentence.repeat(40);
        let document = Document {
            title: "办理须知".into(),
            phrasings: vec!["怎么办？".into(), "。".into()],
            passages: vec![
                Passage { heading: "材料".into(), text: text.clone() },
                Passage { heading: String::new(), text: "免费。".into() },
            ],
            ..Document::default()
        };
        let texts = texts(&document);
        assert_eq!(texts[0], (Part::Title, "办理须知".to_owned()));
        assert_eq!(texts[1], (Part::Phrasing, "怎么办？".to_owned()));
        assert_eq!(texts.last(), Some(&(Part::Passage(1), "免费。".to_owned())));
        let pieces: Vec<&str> = texts
            .iter()
            .filter(|(part, _)| *part == Part::Passage(0))
            .map(|(_, text)| &text["材料\n".len()..])
            .collect();
        assert!(pieces.iter().all(|piece| piece.ends_with('。') && piece.chars().count() <= LONGEST_PASSAGE));
        assert_eq!(pieces.concat(), text);
    }
}
