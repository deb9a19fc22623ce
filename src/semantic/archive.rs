//! Reads arrays from an `.npz` file: a ZIP archive of arrays as numpy writes them.

use crate::semantic::bytes::floats;
use crate::semantic::error::ModelError;
use std::fs::File;
use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};
use zip::ZipArchive;

/// An array's description is never longer than this.
const LONGEST_HEAD: usize = 4096;

/// An open archive.
pub(crate) struct Archive {
    path: PathBuf,
    zip: ZipArchive<BufReader<File>>,
}

impl Archive {
    pub(crate) fn open(path: &Path) -> Result<Self, ModelError> {
        let file = File::open(path).map_err(|source| ModelError::Read { path: path.into(), source })?;
        let zip = ZipArchive::new(BufReader::new(file))
            .map_err(|error| ModelError::damaged(path, format!("it is no whole archive ({error})")))?;
        Ok(Self { path: path.into(), zip })
    }

    /// An array of 32-bit real numbers of this shape.
    pub(crate) fn reals(&mut self, name: &str, shape: &[usize]) -> Result<Vec<f32>, ModelError> {
        let values = floats(&self.array(name, "<f4", 4, shape)?);
        if values.iter().all(|value| value.is_finite()) {
            return Ok(values);
        }
        Err(self.damaged(name, "holds what is no number"))
    }

    /// An array of bytes of this shape.
    pub(crate) fn bytes(&mut self, name: &str, shape: &[usize]) -> Result<Vec<u8>, ModelError> {
        self.array(name, "|u1", 1, shape)
    }

    /// A single real number.
    pub(crate) fn real(&mut self, name: &str) -> Result<f32, ModelError> {
        let bytes = self.array(name, "<f8", 8, &[])?;
        let value = bytes.try_into().map_or(f64::NAN, f64::from_le_bytes);
        #[expect(clippy::cast_possible_truncation, reason = "a small constant, needed in single precision")]
        let value = value as f32;
        if value.is_finite() { Ok(value) } else { Err(self.damaged(name, "is no number")) }
    }

    /// The values of an array; no more is read than it must have, whatever the archive says.
    fn array(&mut self, name: &str, kind: &str, size: usize, shape: &[usize]) -> Result<Vec<u8>, ModelError> {
        let expected = shape.iter().product::<usize>() * size;
        let mut bytes = Vec::with_capacity(expected + 128);
        let most = u64::try_from(expected + LONGEST_HEAD).unwrap_or(u64::MAX);
        let unpacked = match self.zip.by_name(&format!("{name}.npy")) {
            Ok(entry) => entry.take(most).read_to_end(&mut bytes).map_err(|error| error.to_string()),
            Err(error) => Err(error.to_string()),
        };
        if let Err(error) = unpacked {
            return Err(self.damaged(name, &format!("can't be unpacked ({error})")));
        }
        let Some((head, values)) = split(&bytes) else { return Err(self.damaged(name, "is no numpy array")) };
        let plain = head.contains(&format!("'descr': '{kind}'")) && head.contains("'fortran_order': False");
        let sizes: Vec<String> = shape.iter().map(usize::to_string).collect();
        let comma = if shape.len() == 1 { "," } else { "" };
        let written = format!("'shape': ({}{comma})", sizes.join(", "));
        if !plain || !head.contains(&written) || values.len() != expected {
            return Err(self.damaged(name, &format!("isn't of kind {kind} and shape ({})", sizes.join(", "))));
        }
        Ok(values.to_vec())
    }

    fn damaged(&self, name: &str, problem: &str) -> ModelError {
        ModelError::damaged(&self.path, format!("{name} {problem}"))
    }
}

/// The description of an array, and its values. Version 1 of the form has a length of 16 bits.
fn split(bytes: &[u8]) -> Option<(&str, &[u8])> {
    let rest = bytes.strip_prefix(b"\x93NUMPY\x01\x00")?;
    let (length, rest) = rest.split_first_chunk()?;
    let (head, values) = rest.split_at_checked(usize::from(u16::from_le_bytes(*length)))?;
    Some((std::str::from_utf8(head).ok()?, values))
}
