//! Encoders against a plain computation and against figures of other programs; models that are no good.

mod compact;
mod made;
mod real;
mod universal;

use crate::semantic::{Manner, ModelError, Pooling, load};
use made::{CONFIG, SHAPE, WORDS, cosine, mean, plainly, safetensors, tokenizer, weights, write_folder};
use std::fs;
use std::path::Path;

/// "户口rental。" with its marks.
const TOKENS: [usize; 7] = [2, 4, 5, 9, 10, 11, 3];

fn usual() -> Manner {
    Manner::default()
}

#[test]
fn a_model_of_ones_own_gives_what_it_should() {
    let folder = tempfile::tempdir().unwrap();
    let weights = weights(SHAPE);
    write_folder(folder.path(), &weights);
    let encoder = load(folder.path(), &usual()).unwrap();
    let rows = plainly(&weights, SHAPE, &TOKENS, 0);
    let vector = encoder.embed_question("户口 Rental。").unwrap();
    assert_eq!((vector.len(), encoder.dimensions()), (32, 32));
    assert!(cosine(&vector, &mean(&rows)) > 0.9995, "{}", cosine(&vector, &mean(&rows)));

    let first = Manner { pooling: Some(Pooling::Cls), ..usual() };
    let by_first = load(folder.path(), &first).unwrap();
    assert!(cosine(&by_first.embed_question("户口rental。").unwrap(), &rows[0]) > 0.9995);
    assert_ne!(by_first.id(), encoder.id(), "other settings, other vectors");
    fs::create_dir(folder.path().join("1_Pooling")).unwrap();
    fs::write(folder.path().join("1_Pooling/config.json"), r#"{"pooling_mode_cls_token": true}"#).unwrap();
    let said = load(folder.path(), &usual()).unwrap();
    assert_eq!(said.embed_question("公积金"), by_first.embed_question("公积金"), "the folder says so itself");
}

#[test]
fn places_begin_after_the_paddings_in_the_kind_of_roberta() {
    let folder = tempfile::tempdir().unwrap();
    let weights = weights(SHAPE);
    write_folder(folder.path(), &weights);
    fs::write(folder.path().join("config.json"), CONFIG.replace("\"bert\"", "\"xlm-roberta\"")).unwrap();
    fs::write(folder.path().join("model.safetensors"), safetensors(&weights, "roberta.")).unwrap();
    let vector = load(folder.path(), &usual()).unwrap().embed_question("户口rental。").unwrap();
    assert!(cosine(&vector, &mean(&plainly(&weights, SHAPE, &TOKENS, 2))) > 0.9995);
}

#[test]
fn prefixes_stand_before_the_text() {
    let folder = tempfile::tempdir().unwrap();
    write_folder(folder.path(), &weights(SHAPE));
    let manner = Manner { question_prefix: Some("公".into()), passage_prefix: Some("积".into()), pooling: None };
    let (plain, with) = (load(folder.path(), &usual()).unwrap(), load(folder.path(), &manner).unwrap());
    assert_eq!(with.embed_question("金"), plain.embed_question("公金"));
    assert_eq!(with.embed_passages(&["金", "口"]), plain.embed_questions(&["积金", "积口"]));
    assert_ne!(with.id(), plain.id());
    assert_eq!(load(folder.path(), &usual()).unwrap().id(), plain.id());
}

#[test]
fn any_text_is_survived() {
    let folder = tempfile::tempdir().unwrap();
    write_folder(folder.path(), &weights(SHAPE));
    let encoder = load(folder.path(), &usual()).unwrap();
    for text in
        ["", " ", "。", "\u{0}\u{feff}", "😀", &"公".repeat(100_000), &"x".repeat(100_000), &"[CLS]".repeat(300)]
    {
        let vector = encoder.embed_question(text).unwrap();
        assert!((vector.iter().map(|x| x * x).sum::<f32>() - 1.0).abs() < 1e-3);
    }
}

/// Loading must fail, and say which file and something of the cause.
fn refused(folder: &Path, file: &str, cause: &str) {
    let error = load(folder, &usual()).err().map(|error| error.to_string()).unwrap_or_default();
    assert!(error.contains(file) && error.contains(cause), "{file}, {cause}: {error}");
}

#[test]
fn what_is_missing_or_damaged_or_does_not_fit_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let (path, good) = (folder.path(), weights(SHAPE));
    refused(path, path.to_str().unwrap(), "holds no model");
    refused(&path.join("nowhere"), "nowhere", "scripts/fetch-model");
    let write = |file: &str, bytes: &[u8]| fs::write(path.join(file), bytes).unwrap();
    write_folder(path, &good);
    fs::remove_file(path.join("tokenizer.json")).unwrap();
    refused(path, "tokenizer.json", "cannot read");

    for (text, cause) in [
        ("{", "isn't the description of a model"),
        (&CONFIG.replace("bert", "gpt2"), "only bert, roberta and xlm-roberta"),
        (&CONFIG.replace("\"gelu\"", "\"relu\""), "only gelu"),
        (&CONFIG.replace("heads\": 2", "heads\": 5"), "can't be parted"),
        (&CONFIG.replace("size\": 32", "size\": 0"), "out of bounds"),
    ] {
        write_folder(path, &good);
        write("config.json", text.as_bytes());
        refused(path, "config.json", cause);
    }
    for (config, cause) in [
        (CONFIG.replace("size\": 32", "size\": 64"), "asks for [any, 64]"),
        (CONFIG.replace("layers\": 2", "layers\": 3"), "no encoder.layer.2"),
        (CONFIG.replace("size\": 64", "size\": 48"), "has the shape [64, 32], but config.json asks for [48, 32]"),
    ] {
        write_folder(path, &good);
        write("config.json", config.as_bytes());
        refused(path, "model.safetensors", cause);
    }

    write_folder(path, &good);
    let more: Vec<&str> = WORDS.into_iter().chain(["多"]).collect();
    write("tokenizer.json", tokenizer(&more).as_bytes());
    refused(path, "tokenizer.json", "needs 13 rows");
    write("tokenizer.json", b"{}");
    refused(path, "tokenizer.json", "isn't a tokenizer");

    write_folder(path, &good);
    let whole = fs::read(path.join("model.safetensors")).unwrap();
    for length in [0, 7, 8, 100, whole.len() / 2, whole.len() - 1] {
        write("model.safetensors", &whole[..length]);
        refused(path, "model.safetensors", "isn't a whole file of tensors");
    }
    let mut bad = good.clone();
    bad.get_mut("encoder.layer.1.output.dense.weight").unwrap().1[5] = f32::NAN;
    write("model.safetensors", &safetensors(&bad, ""));
    refused(path, "model.safetensors", "no number");
    // Every number is one, but none comes out.
    let mut bad = good;
    bad.get_mut("output.LayerNorm.weight".replace("output", "encoder.layer.1.output").as_str()).unwrap().1.fill(0.0);
    bad.get_mut("encoder.layer.1.output.LayerNorm.bias").unwrap().1.fill(0.0);
    write("model.safetensors", &safetensors(&bad, ""));
    assert!(matches!(load(path, &usual()), Err(ModelError::Damaged { .. })));
}
