//! A small model in the form of the 4-bit E5.

use super::made::{Dice, SHAPE, Weights, cosine, mean, plainly, weights};
use super::usual;
use crate::semantic::load;
use half::f16;
use std::fs;

/// The names in the file and the usual ones.
fn names(layers: usize) -> Vec<(String, String, bool)> {
    let mut names = vec![
        ("emb.word".to_owned(), "embeddings.word_embeddings.weight".to_owned(), true),
        ("emb.pos".to_owned(), "embeddings.position_embeddings.weight".to_owned(), false),
        ("emb.type".to_owned(), "embeddings.token_type_embeddings.weight".to_owned(), false),
        ("emb.ln.w".to_owned(), "embeddings.LayerNorm.weight".to_owned(), false),
        ("emb.ln.b".to_owned(), "embeddings.LayerNorm.bias".to_owned(), false),
    ];
    for layer in 0..layers {
        for (short, long, blocks) in [
            ("q", "attention.self.query", true),
            ("k", "attention.self.key", true),
            ("v", "attention.self.value", true),
            ("ao", "attention.output.dense", true),
            ("aln", "attention.output.LayerNorm", false),
            ("fi", "intermediate.dense", true),
            ("fo", "output.dense", true),
            ("oln", "output.LayerNorm", false),
        ] {
            names.push((format!("l{layer}.{short}.w"), format!("encoder.layer.{layer}.{long}.weight"), blocks));
            names.push((format!("l{layer}.{short}.b"), format!("encoder.layer.{layer}.{long}.bias"), false));
        }
    }
    names
}

/// Blocks of weights; those that they hold are put back into `values`.
fn blocks(values: &mut [f32], dice: &mut Dice) -> Vec<u8> {
    let mut bytes = Vec::new();
    for block in values.chunks_exact_mut(32) {
        let scale = f16::from_f32(dice.next() * 0.03);
        bytes.extend(scale.to_le_bytes());
        let mut halves = [0_u8; 16];
        for (at, half) in halves.iter_mut().enumerate() {
            *half = dice.byte();
            block[at] = (f32::from(*half & 15) - 8.0) * scale.to_f32();
            block[at + 16] = (f32::from(*half >> 4) - 8.0) * scale.to_f32();
        }
        bytes.extend(halves);
    }
    bytes
}

/// A whole file, and the weights in it.
fn made() -> (Vec<u8>, Weights) {
    let mut all = weights(SHAPE);
    let mut dice = Dice(3);
    let mut out = b"E5S1".to_vec();
    let number = |out: &mut Vec<u8>, n: usize| out.extend(u32::try_from(n).unwrap().to_le_bytes());
    for size in [1, SHAPE.width, SHAPE.layers, SHAPE.heads, SHAPE.wide, SHAPE.words, SHAPE.places, 2] {
        number(&mut out, size);
    }
    out.extend(1e-12_f32.to_le_bytes());
    number(&mut out, 32);
    let pieces = ["<s>", "<pad>", "</s>", "<unk>", "户", "口", "户口", "▁", "q", ":", "query:", "passage:"];
    number(&mut out, pieces.len());
    for mark in [0, 2, 1, 3] {
        number(&mut out, mark);
    }
    let text = pieces.concat();
    out.extend((text.len() as u64).to_le_bytes());
    let mut at = 0;
    number(&mut out, 0);
    for piece in pieces {
        at += piece.len();
        number(&mut out, at);
    }
    for score in 0_u8..12 {
        out.extend((-1.0 - f32::from(score) / 10.0).to_le_bytes());
    }
    out.extend(text.as_bytes());
    // One change: the full-width colon becomes a plain one.
    number(&mut out, 1);
    number(&mut out, 9);
    number(&mut out, '：' as usize);
    out.push(1);
    number(&mut out, ':' as usize);

    let mut parts = Vec::new();
    for (short, long, in_blocks) in names(SHAPE.layers) {
        let values = &mut all.get_mut(&long).unwrap().1;
        let bytes = if in_blocks {
            blocks(values, &mut dice)
        } else {
            values.iter().flat_map(|value| value.to_le_bytes()).collect()
        };
        parts.push((short, bytes));
    }
    let directory: usize = parts.iter().map(|(name, _)| 2 + name.len() + 5 + 16).sum();
    let mut start = out.len() + 4 + directory;
    number(&mut out, parts.len());
    for (name, bytes) in &parts {
        out.extend(u16::try_from(name.len()).unwrap().to_le_bytes());
        out.extend(name.as_bytes());
        out.push(0);
        number(&mut out, bytes.len());
        out.extend((start as u64).to_le_bytes());
        out.extend((bytes.len() as u64).to_le_bytes());
        start += bytes.len();
    }
    out.extend(parts.into_iter().flat_map(|(_, bytes)| bytes));
    (out, all)
}

#[test]
fn it_gives_what_it_should() {
    let folder = tempfile::tempdir().unwrap();
    let (bytes, weights) = made();
    fs::write(folder.path().join("e5-small-q4.bin"), bytes).unwrap();
    let encoder = load(folder.path(), &usual()).unwrap();
    // "▁", "query:", "▁", "户口", a character that it doesn't know, ":".
    let tokens = [0, 7, 10, 7, 6, 3, 9, 2];
    let expected = mean(&plainly(&weights, SHAPE, &tokens, 0));
    let vector = encoder.embed_question(" 户口X：").unwrap();
    assert!(cosine(&vector, &expected) > 0.9995, "{}", cosine(&vector, &expected));
    assert_ne!(encoder.embed_passages(&["户口"])[0], encoder.embed_question("户口"), "each has its prefix");
}

#[test]
fn wherever_it_is_cut_or_changed_nothing_panics() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("e5-small-q4.bin");
    let (bytes, _) = made();
    for length in (0..bytes.len()).step_by(97).chain(0..80) {
        fs::write(&path, &bytes[..length]).unwrap();
        let error = load(folder.path(), &usual()).unwrap_err().to_string();
        assert!(error.contains("e5-small-q4.bin is damaged"), "{length}: {error}");
    }
    let mut dice = Dice(11);
    for _ in 0..300 {
        let mut changed = bytes.clone();
        let at = usize::from(dice.byte()) * 3;
        changed[at] ^= dice.byte();
        fs::write(&path, &changed).unwrap();
        // It may be refused, or be another model; what it makes has length 1.
        if let Ok(encoder) = load(folder.path(), &usual()) {
            assert!(encoder.embed_question("户口 q").is_none_or(|vector| vector.iter().all(|x| x.is_finite())));
        }
    }
}
