//! Reads a model of one's own in the usual form: `config.json`, `tokenizer.json`, `model.safetensors` of a BERT-like encoder.

use crate::semantic::bert::{Bert, Layer, Pooling, Words};
use crate::semantic::error::{ModelError, read};
use crate::semantic::layer::{Linear, Norm, add, eight_bits};
use half::{bf16, f16};
use safetensors::{Dtype, SafeTensors};
use serde::Deserialize;
use std::path::Path;
use tokenizers::{Tokenizer, TruncationParams};

/// What is needed of `config.json`.
#[derive(Debug, Deserialize)]
struct Config {
    model_type: String,
    hidden_size: usize,
    num_hidden_layers: usize,
    num_attention_heads: usize,
    intermediate_size: usize,
    #[serde(default = "usual_epsilon")]
    layer_norm_eps: f32,
    #[serde(default = "usual_act")]
    hidden_act: String,
    #[serde(default = "usual_places")]
    position_embedding_type: String,
    #[serde(default)]
    pad_token_id: usize,
}

fn usual_epsilon() -> f32 {
    1e-12
}

fn usual_act() -> String {
    "gelu".to_owned()
}

fn usual_places() -> String {
    "absolute".to_owned()
}

/// What is needed of `1_Pooling/config.json`, which many models have.
#[derive(Debug, Deserialize)]
struct PoolingConfig {
    #[serde(default)]
    pooling_mode_cls_token: bool,
    #[serde(default)]
    pooling_mode_mean_tokens: bool,
}

impl Config {
    /// How many rows of the table of places stand before the first place: those after the padding's in `RoBERTa`'s kind.
    fn places_before(&self) -> usize {
        if self.model_type == "bert" { 0 } else { self.pad_token_id + 1 }
    }

    fn check(&self) -> Result<(), String> {
        if !matches!(self.model_type.as_str(), "bert" | "roberta" | "xlm-roberta") {
            return Err(format!("model_type is {}, but only bert, roberta and xlm-roberta are read", self.model_type));
        }
        if self.hidden_act != "gelu" {
            return Err(format!("hidden_act is {}, but only gelu is known", self.hidden_act));
        }
        if self.position_embedding_type != "absolute" {
            return Err("position_embedding_type isn't absolute".to_owned());
        }
        let sizes = [self.hidden_size, self.num_hidden_layers, self.num_attention_heads, self.intermediate_size];
        if sizes.iter().any(|size| !(1..=8192).contains(size)) || self.pad_token_id > 8192 {
            return Err("a size is out of bounds".to_owned());
        }
        if !self.hidden_size.is_multiple_of(self.num_attention_heads) {
            return Err("hidden_size can't be parted among num_attention_heads".to_owned());
        }
        Ok(())
    }
}

/// Reads the model and its tokenizer, which cuts a text after `most` tokens.
pub(crate) fn load(folder: &Path, pooling: Option<Pooling>, most: usize) -> Result<(Bert, Tokenizer), ModelError> {
    let path = folder.join("config.json");
    let config: Config = serde_json::from_slice(&read(&path)?)
        .map_err(|error| ModelError::damaged(&path, format!("it isn't the description of a model ({error})")))?;
    config.check().map_err(|problem| ModelError::mismatch(&path, problem))?;
    let pooling = match pooling {
        Some(pooling) => pooling,
        None => read_pooling(&folder.join("1_Pooling/config.json"))?,
    };
    let bert = read_weights(&folder.join("model.safetensors"), &config, pooling)?;
    let tokenizer = read_tokenizer(&folder.join("tokenizer.json"), &bert, most)?;
    Ok((bert, tokenizer))
}

/// What the folder says of pooling; the mean when it says nothing.
fn read_pooling(path: &Path) -> Result<Pooling, ModelError> {
    if !path.is_file() {
        return Ok(Pooling::default());
    }
    let config: PoolingConfig = serde_json::from_slice(&read(path)?)
        .map_err(|error| ModelError::damaged(path, format!("it doesn't describe pooling ({error})")))?;
    match (config.pooling_mode_cls_token, config.pooling_mode_mean_tokens) {
        (true, false) => Ok(Pooling::Cls),
        (false, true) => Ok(Pooling::Mean),
        _ => Err(ModelError::mismatch(path, "it pools neither by the mean nor by the first token alone")),
    }
}

fn read_tokenizer(path: &Path, bert: &Bert, most: usize) -> Result<Tokenizer, ModelError> {
    let mut tokenizer = Tokenizer::from_bytes(read(path)?)
        .map_err(|error| ModelError::damaged(path, format!("it isn't a tokenizer ({error})")))?;
    let rows = bert.words.rows(bert.width);
    let highest = tokenizer.get_vocab(true).into_values().max().map_or(0, |number| number as usize + 1);
    if highest > rows {
        return Err(ModelError::mismatch(
            path,
            format!("its vocabulary needs {highest} rows, but the table of tokens in model.safetensors has {rows}"),
        ));
    }
    let max_length = most.min(bert.places());
    let cut = TruncationParams { max_length, ..TruncationParams::default() };
    tokenizer
        .with_truncation(Some(cut))
        .map_err(|error| ModelError::mismatch(path, format!("texts can't be cut to {max_length} tokens ({error})")))?;
    tokenizer.with_padding(None);
    Ok(tokenizer)
}

fn read_weights(path: &Path, config: &Config, pooling: Pooling) -> Result<Bert, ModelError> {
    let bytes = read(path)?;
    let file = SafeTensors::deserialize(&bytes)
        .map_err(|error| ModelError::damaged(path, format!("it isn't a whole file of tensors ({error})")))?;
    // Some models put their own name before the names of their parts.
    let prefix = ["", "bert.", "roberta.", "model."]
        .into_iter()
        .find(|prefix| file.tensor(&format!("{prefix}{TABLE}")).is_ok())
        .ok_or_else(|| ModelError::mismatch(path, format!("it has no {TABLE}")))?;
    let tensors = Tensors { file, prefix, path };
    let (width, wide) = (config.hidden_size, config.intermediate_size);

    let mut places = tensors.rows("embeddings.position_embeddings.weight", width)?;
    if places.len() / width <= config.places_before() {
        return Err(ModelError::mismatch(path, "its table of places is too short"));
    }
    places.drain(..config.places_before() * width);
    let kinds = tensors.rows("embeddings.token_type_embeddings.weight", width)?;
    for place in places.chunks_exact_mut(width) {
        add(place, &kinds[..width]);
    }
    let norm = |name: &str| {
        Ok::<_, ModelError>(Norm {
            scale: tensors.exactly(&format!("{name}.weight"), &[width])?,
            shift: tensors.exactly(&format!("{name}.bias"), &[width])?,
            epsilon: config.layer_norm_eps,
        })
    };
    let first_norm = norm("embeddings.LayerNorm")?;
    let mut layers = Vec::new();
    for number in 0..config.num_hidden_layers {
        let name = |part: &str| format!("encoder.layer.{number}.{part}");
        let linear = |parts: &[&str], inputs: usize, outputs: usize| {
            let (mut rows, mut bias) = (Vec::new(), Vec::new());
            for part in parts {
                rows.extend(tensors.exactly(&name(&format!("{part}.weight")), &[outputs, inputs])?);
                bias.extend(tensors.exactly(&name(&format!("{part}.bias")), &[outputs])?);
            }
            Ok::<_, ModelError>(Linear::new(inputs, &rows, &bias))
        };
        layers.push(Layer {
            attend: linear(&["attention.self.query", "attention.self.key", "attention.self.value"], width, width)?,
            attended: linear(&["attention.output.dense"], width, width)?,
            attended_norm: norm(&name("attention.output.LayerNorm"))?,
            widen: linear(&["intermediate.dense"], width, wide)?,
            narrow: linear(&["output.dense"], wide, width)?,
            norm: norm(&name("output.LayerNorm"))?,
        });
    }
    let table = tensors.rows(TABLE, width)?;
    let (mut rows, mut units) = (Vec::with_capacity(table.len()), Vec::new());
    for row in table.chunks_exact(width) {
        let (unit, steps) = eight_bits(row);
        rows.extend(steps);
        units.push(unit);
    }
    let words = Words::Steps { rows, units };
    let heads = config.num_attention_heads;
    Ok(Bert { width, heads, words, places, first_norm, layers, pooling })
}

/// The table of tokens.
const TABLE: &str = "embeddings.word_embeddings.weight";

struct Tensors<'a> {
    file: SafeTensors<'a>,
    prefix: &'static str,
    path: &'a Path,
}

impl Tensors<'_> {
    /// A tensor of any number of rows, at least one.
    fn rows(&self, name: &str, width: usize) -> Result<Vec<f32>, ModelError> {
        let (shape, values) = self.read(name)?;
        match shape.as_slice() {
            [rows, columns] if *rows > 0 && *columns == width => Ok(values),
            _ => Err(self.mismatch(name, &shape, &format!("[any, {width}]"))),
        }
    }

    /// A tensor of exactly this shape.
    fn exactly(&self, name: &str, wanted: &[usize]) -> Result<Vec<f32>, ModelError> {
        let (shape, values) = self.read(name)?;
        if shape == wanted { Ok(values) } else { Err(self.mismatch(name, &shape, &format!("{wanted:?}"))) }
    }

    fn mismatch(&self, name: &str, shape: &[usize], wanted: &str) -> ModelError {
        let problem = format!("{name} has the shape {shape:?}, but config.json asks for {wanted}");
        ModelError::mismatch(self.path, problem)
    }

    fn read(&self, name: &str) -> Result<(Vec<usize>, Vec<f32>), ModelError> {
        let tensor = self
            .file
            .tensor(&format!("{}{name}", self.prefix))
            .map_err(|_| ModelError::mismatch(self.path, format!("it has no {name}")))?;
        let data = tensor.data();
        let values: Vec<f32> = match tensor.dtype() {
            Dtype::F32 => crate::semantic::bytes::floats(data),
            Dtype::F16 => data.as_chunks().0.iter().map(|two| f16::from_le_bytes(*two).to_f32()).collect(),
            Dtype::BF16 => data.as_chunks().0.iter().map(|two| bf16::from_le_bytes(*two).to_f32()).collect(),
            other => return Err(ModelError::mismatch(self.path, format!("{name} is kept as {other:?}"))),
        };
        if values.iter().all(|value| value.is_finite()) {
            return Ok((tensor.shape().to_vec(), values));
        }
        Err(ModelError::damaged(self.path, format!("{name} holds what is no number (NaN or infinite)")))
    }
}
