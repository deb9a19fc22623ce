//! A small vocabulary with made weights in the form of the Universal Sentence Encoder.

use super::made::Dice;
use super::{refused, usual};
use crate::semantic::load;
use std::fs;
use std::io::Write as _;
use std::path::Path;
use zip::write::SimpleFileOptions;

/// An array as numpy writes it.
fn array(kind: &str, shape: &[usize], bytes: &[u8]) -> Vec<u8> {
    let sizes: Vec<String> = shape.iter().map(usize::to_string).collect();
    let sizes = sizes.join(", ") + if shape.len() == 1 { "," } else { "" };
    let head = format!("{{'descr': '{kind}', 'fortran_order': False, 'shape': ({sizes}), }}\n");
    [b"\x93NUMPY\x01\x00", &u16::try_from(head.len()).unwrap().to_le_bytes()[..], head.as_bytes(), bytes].concat()
}

/// Writes the weights; `change` may change an array by its name.
fn write_weights(path: &Path, change: impl Fn(&str, &mut Vec<f32>)) {
    let mut zip = zip::ZipWriter::new(fs::File::create(path).unwrap());
    let plain = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    let mut dice = Dice(5);
    let mut put = |name: &str, bytes: Vec<u8>| {
        zip.start_file(format!("{name}.npy"), plain).unwrap();
        zip.write_all(&bytes).unwrap();
    };
    for part in 1..=17 {
        let bytes: Vec<u8> = (0..512).map(|_| dice.byte() & 63).collect();
        put(&format!("q{part}"), array("|u1", &[1, 512], &bytes));
    }
    put("eps", array("<f8", &[], &1e-12_f64.to_le_bytes()));
    let mut shapes: Vec<(String, Vec<usize>, f32)> =
        [("scale", vec![17], 0.05), ("lo", vec![17], 0.5), ("ln_g", vec![1280], 1.0), ("ln_b", vec![1280], 0.1)]
            .map(|(name, shape, size)| (name.to_owned(), shape, size))
            .to_vec();
    for n in [2, 3, 5] {
        shapes.push((format!("proj{n}"), vec![512, 256], 0.05));
        for name in ["proj_b", "ln_g", "ln_b"] {
            shapes.push((format!("{name}{n}"), vec![256], 0.5));
        }
        for step in [1, 2] {
            shapes.push((format!("w{step}_{n}"), vec![n * 256, 256], 0.05));
            shapes.push((format!("b{step}_{n}"), vec![256], 0.1));
        }
    }
    for (name, inputs, outputs) in
        [("d0", 512, 320), ("d1", 320, 320), ("p1", 512, 320), ("d2", 320, 512), ("p3", 320, 512), ("d3", 512, 512)]
    {
        shapes.push((name.to_owned(), vec![inputs, outputs], 0.05));
    }
    shapes.push(("cnn_W".to_owned(), vec![1280, 512], 0.05));
    shapes.push(("cnn_b".to_owned(), vec![512], 0.1));
    for (name, shape, size) in shapes {
        let mut values = dice.many(shape.iter().product(), size, 0.0);
        change(&name, &mut values);
        let bytes: Vec<u8> = values.iter().flat_map(|value| value.to_le_bytes()).collect();
        put(&name, array("<f4", &shape, &bytes));
    }
    zip.finish().unwrap();
}

/// A vocabulary of a few pieces; its table of characters knows nothing.
fn vocabulary() -> Vec<u8> {
    let mut out = Vec::new();
    for piece in ["<unk>", "<s>", "</s>", "▁", "户", "口", "公", "积", "金"] {
        let text = piece.as_bytes();
        out.extend([0x0a, u8::try_from(text.len() + 7).unwrap(), 0x0a, u8::try_from(text.len()).unwrap()]);
        out.extend(text);
        out.push(0x15);
        out.extend((-2.0_f32).to_le_bytes());
    }
    // A double array of one unit, and no replacement.
    out.extend([0x1a, 10, 0x12, 8, 4, 0, 0, 0, 0, 0, 0, 0]);
    out
}

#[test]
fn it_tells_texts_apart_and_is_refused_when_damaged() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    fs::write(path.join("sp.model"), vocabulary()).unwrap();
    write_weights(&path.join("weights.npz"), |_, _| {});
    let encoder = load(path, &usual()).unwrap();
    let vectors = encoder.embed_questions(&["户口", "口户", "公积金", "户口", "", "😀"]);
    let vectors: Vec<Vec<f32>> = vectors.into_iter().map(Option::unwrap).collect();
    assert!(vectors.iter().all(|v| v.len() == 512 && (v.iter().map(|x| x * x).sum::<f32>() - 1.0).abs() < 1e-3));
    assert_eq!(vectors[0], vectors[3]);
    assert_ne!(vectors[0], vectors[1], "the order of words counts");
    assert_ne!(vectors[0], vectors[2]);

    write_weights(&path.join("weights.npz"), |name, values| {
        if name == "w2_5" {
            values[9] = f32::INFINITY;
        }
    });
    refused(path, "weights.npz", "w2_5 holds what is no number");
    write_weights(&path.join("weights.npz"), |name, values| {
        if name == "d1" {
            values.pop();
        }
    });
    refused(path, "weights.npz", "d1 isn't of kind <f4 and shape (320, 320)");
    let whole = fs::read(path.join("weights.npz")).unwrap();
    fs::write(path.join("weights.npz"), &whole[..whole.len() / 2]).unwrap();
    refused(path, "weights.npz", "no whole archive");
    fs::write(path.join("sp.model"), &vocabulary()[..20]).unwrap();
    refused(path, "sp.model", "ends too early");
    fs::remove_file(path.join("sp.model")).unwrap();
    refused(path, "sp.model", "cannot read");
}
