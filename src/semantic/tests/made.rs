//! Small models that tests make, and the same computation written plainly, in double precision.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// Weights by name, with their shapes.
pub(super) type Weights = BTreeMap<String, (Vec<usize>, Vec<f32>)>;

/// Numbers between -1 and 1 that look random and are always the same.
pub(super) struct Dice(pub(super) u32);

impl Dice {
    pub(super) fn next(&mut self) -> f32 {
        self.0 = self.0.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (self.0 >> 8) as f32 / 8_388_608.0 - 1.0
    }

    pub(super) fn byte(&mut self) -> u8 {
        self.next().to_bits().to_le_bytes()[1]
    }

    pub(super) fn many(&mut self, count: usize, size: f32, middle: f32) -> Vec<f32> {
        (0..count).map(|_| self.next() * size + middle).collect()
    }
}

/// The sizes of a made model.
#[derive(Clone, Copy)]
pub(super) struct Shape {
    pub(super) width: usize,
    pub(super) wide: usize,
    pub(super) heads: usize,
    pub(super) layers: usize,
    pub(super) words: usize,
    pub(super) places: usize,
}

pub(super) const SHAPE: Shape = Shape { width: 32, wide: 64, heads: 2, layers: 2, words: 12, places: 40 };

/// The weights of a BERT-like encoder under their usual names.
pub(super) fn weights(shape: Shape) -> Weights {
    let mut dice = Dice(7);
    let mut all = Weights::new();
    let mut add = |name: &str, sizes: &[usize], size: f32, middle: f32| {
        all.insert(name.to_owned(), (sizes.to_vec(), dice.many(sizes.iter().product(), size, middle)));
    };
    let Shape { width, wide, .. } = shape;
    add("embeddings.word_embeddings.weight", &[shape.words, width], 1.0, 0.0);
    add("embeddings.position_embeddings.weight", &[shape.places, width], 0.5, 0.0);
    add("embeddings.token_type_embeddings.weight", &[2, width], 0.2, 0.0);
    add("embeddings.LayerNorm.weight", &[width], 0.3, 1.0);
    add("embeddings.LayerNorm.bias", &[width], 0.1, 0.0);
    for layer in 0..shape.layers {
        let mut linear = |part: &str, inputs: usize, outputs: usize| {
            add(&format!("encoder.layer.{layer}.{part}.weight"), &[outputs, inputs], 0.3, 0.0);
            add(&format!("encoder.layer.{layer}.{part}.bias"), &[outputs], 0.2, 0.0);
        };
        for part in ["query", "key", "value"] {
            linear(&format!("attention.self.{part}"), width, width);
        }
        linear("attention.output.dense", width, width);
        linear("intermediate.dense", width, wide);
        linear("output.dense", wide, width);
        for part in ["attention.output.LayerNorm", "output.LayerNorm"] {
            add(&format!("encoder.layer.{layer}.{part}.weight"), &[width], 0.3, 1.0);
            add(&format!("encoder.layer.{layer}.{part}.bias"), &[width], 0.1, 0.0);
        }
    }
    all
}

pub(super) const CONFIG: &str = r#"{
    "model_type": "bert", "hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 64,
    "layer_norm_eps": 1e-12, "hidden_act": "gelu", "pad_token_id": 1
}"#;

/// A tokenizer whose tokens are these, numbered from 0. The first four are marks.
pub(super) fn tokenizer(words: &[&str]) -> String {
    let vocabulary: serde_json::Map<String, serde_json::Value> =
        words.iter().zip(0..).map(|(word, number)| ((*word).to_owned(), number.into())).collect();
    serde_json::json!({
        "version": "1.0", "truncation": null, "padding": null, "added_tokens": [], "decoder": null,
        "normalizer": { "type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": true,
            "strip_accents": null, "lowercase": true },
        "pre_tokenizer": { "type": "BertPreTokenizer" },
        "post_processor": { "type": "BertProcessing", "sep": ["[SEP]", 3], "cls": ["[CLS]", 2] },
        "model": { "type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##",
            "max_input_chars_per_word": 100, "vocab": vocabulary },
    })
    .to_string()
}

pub(super) const WORDS: [&str; 12] =
    ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "户", "口", "公", "积", "金", "rent", "##al", "。"];

/// Weights as a file of tensors, 32-bit, with a prefix before each name.
pub(super) fn safetensors(weights: &Weights, prefix: &str) -> Vec<u8> {
    let (mut head, mut data) = (serde_json::Map::new(), Vec::new());
    for (name, (shape, values)) in weights {
        let start = data.len();
        data.extend(values.iter().flat_map(|value| value.to_le_bytes()));
        head.insert(
            format!("{prefix}{name}"),
            serde_json::json!({ "dtype": "F32", "shape": shape, "data_offsets": [start, data.len()] }),
        );
    }
    let head = serde_json::Value::Object(head).to_string().into_bytes();
    [&(head.len() as u64).to_le_bytes(), head.as_slice(), &data].concat()
}

/// Writes a whole model of the usual form.
pub(super) fn write_folder(folder: &Path, weights: &Weights) {
    fs::write(folder.join("config.json"), CONFIG).unwrap();
    fs::write(folder.join("tokenizer.json"), tokenizer(&WORDS)).unwrap();
    fs::write(folder.join("model.safetensors"), safetensors(weights, "")).unwrap();
}

/// What the encoder should give for these tokens: rows of vectors, one a token.
pub(super) fn plainly(weights: &Weights, shape: Shape, tokens: &[usize], places_before: usize) -> Vec<Vec<f64>> {
    let of = |name: &str| &weights[name].1;
    let row = |name: &str, at: usize, width: usize| -> Vec<f64> {
        of(name)[at * width..(at + 1) * width].iter().map(|x| f64::from(*x)).collect()
    };
    let norm = |x: &[f64], name: &str| -> Vec<f64> {
        let mean = x.iter().sum::<f64>() / x.len() as f64;
        let variance = x.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / x.len() as f64;
        let (scale, shift) = (row(&format!("{name}.weight"), 0, x.len()), row(&format!("{name}.bias"), 0, x.len()));
        let values = x.iter().zip(scale.iter().zip(&shift));
        values.map(|(x, (scale, shift))| (x - mean) / (variance + 1e-12).sqrt() * scale + shift).collect()
    };
    let linear = |x: &[f64], name: &str| -> Vec<f64> {
        let bias = of(&format!("{name}.bias"));
        (0..bias.len())
            .map(|out| {
                let weights = row(&format!("{name}.weight"), out, x.len());
                f64::from(bias[out]) + weights.iter().zip(x).map(|(w, x)| w * x).sum::<f64>()
            })
            .collect()
    };
    let sum = |a: &[f64], b: &[f64]| -> Vec<f64> { a.iter().zip(b).map(|(a, b)| a + b).collect() };
    let width = shape.width;
    let mut x: Vec<Vec<f64>> = Vec::new();
    for (place, token) in tokens.iter().enumerate() {
        let word = row("embeddings.word_embeddings.weight", *token, width);
        let place = row("embeddings.position_embeddings.weight", place + places_before, width);
        let kind = row("embeddings.token_type_embeddings.weight", 0, width);
        x.push(norm(&sum(&sum(&word, &place), &kind), "embeddings.LayerNorm"));
    }
    for layer in 0..shape.layers {
        let name = |part: &str| format!("encoder.layer.{layer}.{part}");
        let all = |part: &str| -> Vec<Vec<f64>> { x.iter().map(|x| linear(x, &name(part))).collect() };
        let [q, k, v] = ["query", "key", "value"].map(|part| all(&format!("attention.self.{part}")));
        let size = width / shape.heads;
        let mut next = Vec::new();
        for (at, x) in x.iter().enumerate() {
            let mut context = Vec::new();
            for head in 0..shape.heads {
                let part = head * size..(head + 1) * size;
                let scores =
                    k.iter().map(|k| q[at][part.clone()].iter().zip(&k[part.clone()]).map(|(q, k)| q * k).sum());
                let shares: Vec<f64> = scores.map(|score: f64| (score / (size as f64).sqrt()).exp()).collect();
                let total: f64 = shares.iter().sum();
                context
                    .extend(part.map(|at| shares.iter().zip(&v).map(|(share, v)| share / total * v[at]).sum::<f64>()));
            }
            let x =
                norm(&sum(x, &linear(&context, &name("attention.output.dense"))), &name("attention.output.LayerNorm"));
            let wide: Vec<f64> = linear(&x, &name("intermediate.dense")).into_iter().map(gelu).collect();
            next.push(norm(&sum(&x, &linear(&wide, &name("output.dense"))), &name("output.LayerNorm")));
        }
        x = next;
    }
    x
}

/// With the error function as a series: exact enough for small values.
fn gelu(x: f64) -> f64 {
    let z = x / std::f64::consts::SQRT_2;
    let (mut term, mut sum) = (z, z);
    for n in 1..200 {
        term *= -z * z / f64::from(n);
        sum += term / f64::from(2 * n + 1);
    }
    x * 0.5 * (1.0 + sum * 2.0 / std::f64::consts::PI.sqrt())
}

/// The mean of rows.
pub(super) fn mean(rows: &[Vec<f64>]) -> Vec<f64> {
    let width = rows[0].len();
    (0..width).map(|at| rows.iter().map(|row| row[at]).sum::<f64>() / rows.len() as f64).collect()
}

/// The cosine of an encoder's vector and a plain one.
pub(super) fn cosine(a: &[f32], b: &[f64]) -> f64 {
    assert_eq!(a.len(), b.len());
    let dot: f64 = a.iter().zip(b).map(|(a, b)| f64::from(*a) * b).sum();
    let length = |x: &mut dyn Iterator<Item = f64>| x.map(|x| x * x).sum::<f64>().sqrt();
    dot / length(&mut a.iter().map(|x| f64::from(*x))) / length(&mut b.iter().copied())
}
