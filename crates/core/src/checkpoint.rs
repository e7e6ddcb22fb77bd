//! Networks in files: safetensors, in the layout that PyTorch loads as it is, written whole or not at all.

use crate::error::{Error, Place, Result};
#[cfg(feature = "files")]
use crate::files;
use crate::linalg::{DMatrix, PixelWeights};
use crate::network::Network;
use safetensors::{Dtype, SafeTensors, tensor::TensorView};
use std::collections::{BTreeMap, HashMap};
#[cfg(feature = "files")]
use std::io::Write;
use std::path::Path;

/// Named tensors of `f32`, and what is known about them.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Checkpoint {
    /// The tensors by name.
    pub tensors: BTreeMap<String, Tensor>,
    /// The stage and its settings, as text.
    pub metadata: BTreeMap<String, String>,
}

/// Numbers with a shape, row by row.
#[derive(Debug, Clone, PartialEq)]
pub struct Tensor {
    /// The size of each dimension.
    pub shape: Vec<usize>,
    /// The numbers, the last dimension running fastest.
    pub values: Vec<f32>,
}

impl Checkpoint {
    /// Writes the file beside its place and moves it there, so that what stood there is whole until then.
    #[cfg(feature = "files")]
    pub fn save(&self, path: &Path) -> Result<()> {
        let bytes: BTreeMap<&str, Vec<u8>> = self
            .tensors
            .iter()
            .map(|(name, tensor)| {
                (name.as_str(), tensor.values.iter().flat_map(|v| v.to_le_bytes()).collect())
            })
            .collect();
        let views = self.tensors.iter().map(|(name, tensor)| {
            let view = TensorView::new(Dtype::F32, tensor.shape.clone(), &bytes[name.as_str()]);
            // The values are as many as the shape says: `Tensor` is built so in this module and by stages.
            (name, view.unwrap_or_else(|error| unreachable!("tensor {name}: {error}")))
        });
        let metadata: HashMap<String, String> = self.metadata.clone().into_iter().collect();
        let file = safetensors::serialize(views, Some(metadata))
            .unwrap_or_else(|error| unreachable!("names and shapes make a header: {error}"));
        files::write_whole(path, |to| to.write_all(&file))
    }

    /// Reads a file.
    pub fn load(path: &Path) -> Result<Self> {
        let file = std::fs::read(path).map_err(|error| Error::io(path, "read", error))?;
        let malformed = |found: String| {
            let advice = "Give a file that --save wrote, or one that holds the same tensors.";
            Error::malformed(path, Place::File, "a safetensors file", found, advice)
        };
        let (_, header) = SafeTensors::read_metadata(&file).map_err(|error| malformed(error.to_string()))?;
        let parsed = SafeTensors::deserialize(&file).map_err(|error| malformed(error.to_string()))?;
        let mut checkpoint = Checkpoint {
            metadata: header.metadata().clone().unwrap_or_default().into_iter().collect(),
            ..Checkpoint::default()
        };
        for (name, view) in parsed.iter() {
            if view.dtype() != Dtype::F32 {
                return Err(malformed(format!("tensor {name} of type {:?}, not F32", view.dtype())));
            }
            let (numbers, _) = view.data().as_chunks::<4>();
            let values = numbers.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect();
            let tensor = Tensor { shape: view.shape().to_vec(), values };
            checkpoint.tensors.insert(name.to_owned(), tensor);
        }
        Ok(checkpoint)
    }

    /// The tensor `name`, which must have `shape`; `path` is named in the error.
    pub fn tensor(&self, path: &Path, name: &str, shape: &[usize]) -> Result<&Tensor> {
        let found = match self.tensors.get(name) {
            Some(tensor) if tensor.shape == shape => {
                return if tensor.values.iter().all(|value| value.is_finite()) {
                    Ok(tensor)
                } else {
                    Err(Error::malformed(
                        path,
                        Place::File,
                        format!("finite numbers in {name}"),
                        "others",
                        "",
                    ))
                };
            }
            Some(tensor) => format!("{name} of shape {}", by(&tensor.shape)),
            None => {
                let names: Vec<&str> = self.tensors.keys().map(String::as_str).collect();
                format!("only {}", if names.is_empty() { "no tensor".to_owned() } else { names.join(", ") })
            }
        };
        let advice = "Give --hidden the number of hidden units that the file was saved with.";
        Err(Error::malformed(path, Place::File, format!("{name} of shape {}", by(shape)), found, advice))
    }
}

/// A shape as people write it: 128 x 784.
fn by(shape: &[usize]) -> String {
    shape.iter().map(usize::to_string).collect::<Vec<_>>().join(" x ")
}

impl Network {
    /// The parameters as tensors: `hidden.weight` (H x 784), `hidden.bias` (H), `output.weight` (10 x H) and
    /// `output.bias` (10).
    pub fn to_tensors(&self) -> BTreeMap<String, Tensor> {
        let (h, inputs, outputs) = (self.hidden(), self.w1.pixels(), self.w2.outputs());
        let tensor =
            |shape: &[usize], values: &[f32]| Tensor { shape: shape.to_vec(), values: values.to_vec() };
        // Row by row is what nalgebra holds of the transposed matrix.
        BTreeMap::from([
            ("hidden.weight".to_owned(), tensor(&[h, inputs], self.w1.matrix().transpose().as_slice())),
            ("hidden.bias".to_owned(), tensor(&[h], self.b1.0.as_slice())),
            ("output.weight".to_owned(), tensor(&[outputs, h], self.w2.as_slice())),
            ("output.bias".to_owned(), tensor(&[outputs], self.b2.0.as_slice())),
        ])
    }

    /// Takes over the parameters of a checkpoint read from `path`, which must fit this network's shape.
    pub fn set_from(&mut self, checkpoint: &Checkpoint, path: &Path) -> Result<()> {
        let (h, inputs, outputs) = (self.hidden(), self.w1.pixels(), self.w2.outputs());
        let w1 = checkpoint.tensor(path, "hidden.weight", &[h, inputs])?;
        let b1 = checkpoint.tensor(path, "hidden.bias", &[h])?;
        let w2 = checkpoint.tensor(path, "output.weight", &[outputs, h])?;
        let b2 = checkpoint.tensor(path, "output.bias", &[outputs])?;
        self.w1 = PixelWeights::new(&DMatrix::from_row_slice(h, inputs, &w1.values));
        self.b1.0.copy_from_slice(&b1.values);
        self.w2.as_mut_slice().copy_from_slice(&w2.values);
        self.b2.0.copy_from_slice(&b2.values);
        Ok(())
    }
}
