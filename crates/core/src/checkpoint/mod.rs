//! Networks in files: safetensors, in the layout that PyTorch loads as it is, written whole or not at all.
//!
//! Layer l is written as `layers.N.weight` (units x inputs) and `layers.N.bias`, with N = l - 1: the state of a module whose
//! `layers` are a `torch.nn.ModuleList` of `torch.nn.Linear`. The functions of the units stand in the metadata. Files that
//! others wrote are read under any names, as `layers.rs` finds them, in `f64`, `f32`, `f16` or `bf16`; `functions.rs` says what
//! their units compute. The fingerprint of the parameters stands in the metadata, and is checked when they are read. A training
//! that can go on ([`Course::to_checkpoint`](crate::training::Course::to_checkpoint)) is such a file, too, with more tensors.

mod functions;
mod layers;
#[cfg(test)]
mod tests;

pub use functions::{Functions, Inputs, KnownInputs};

use crate::choice::Choice;
use crate::data::{CLASSES, PIXELS};
use crate::error::{Error, Place, Result};
use crate::fingerprint::fingerprint;
use crate::linalg::{Bias, DMatrix, DVector, PixelWeights, Weights};
use crate::network::{Activation, Loss, Network};
use half::{bf16, f16};
use safetensors::{Dtype, SafeTensors};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::Path;

/// What the names of tensors and metadata begin with that are of a training that can go on, not of its network.
pub(crate) const OF_TRAINING: &str = "training.";
/// The metadata's name for the fingerprint of the parameters.
const FINGERPRINT: &str = "fingerprint";

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
    /// The file's bytes. The crate `safetensors` writes metadata in an order that changes from run to run; here all names
    /// are sorted, so that the same network makes the same bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut header: BTreeMap<&str, Value> = BTreeMap::new();
        if !self.metadata.is_empty() {
            header.insert("__metadata__", json!(self.metadata));
        }
        let mut end = 0;
        for (name, tensor) in &self.tensors {
            let start = end;
            end += 4 * tensor.values.len();
            let entry = BTreeMap::from([
                ("dtype", json!("F32")),
                ("shape", json!(tensor.shape)),
                ("data_offsets", json!([start, end])),
            ]);
            header.insert(name, json!(entry));
        }
        let mut header = json!(header).to_string().into_bytes();
        header.resize(header.len().next_multiple_of(8), b' ');
        let mut bytes = (header.len() as u64).to_le_bytes().to_vec();
        bytes.extend(header);
        bytes.extend(self.tensors.values().flat_map(|tensor| &tensor.values).flat_map(|v| v.to_le_bytes()));
        bytes
    }

    /// Writes the file beside its place and moves it there, so that what stood there is whole until then.
    #[cfg(feature = "files")]
    pub fn save(&self, path: &Path) -> Result<()> {
        use std::io::Write;
        crate::files::write_whole(path, |to| to.write_all(&self.to_bytes()))
    }

    /// Reads a file.
    #[cfg(feature = "files")]
    pub fn load(path: &Path) -> Result<Self> {
        use std::io::Read;
        let failed = |error| Error::io(path, "read", error);
        let mut file = std::fs::File::open(path).map_err(failed)?;
        let metadata = file.metadata().map_err(failed)?;
        let too_large = |most: u64| {
            let found = format!("more than {} MiB", most >> 20);
            Err(Error::malformed(path, Place::File, "a safetensors file", found, ADVICE))
        };
        // Only a regular file has an end for certain.
        let most = if metadata.is_file() { MOST_BYTES } else { MOST_BYTES_OF_PIPE };
        if metadata.is_file() && metadata.len() > most {
            return too_large(most);
        }
        let mut bytes = Vec::new();
        file.by_ref().take(FIRST).read_to_end(&mut bytes).map_err(failed)?;
        refuse_others(&bytes, path)?;
        file.take(most + 1 - bytes.len() as u64).read_to_end(&mut bytes).map_err(failed)?;
        if bytes.len() as u64 > most {
            return too_large(most);
        }
        Checkpoint::from_bytes(&bytes, path)
    }

    /// The checkpoint in the bytes of the file `path`, which is named in errors.
    pub fn from_bytes(bytes: &[u8], path: &Path) -> Result<Self> {
        refuse_others(bytes, path)?;
        let malformed =
            |found: String| Error::malformed(path, Place::File, "a safetensors file", found, ADVICE);
        let (_, header) = SafeTensors::read_metadata(bytes).map_err(|error| malformed(error.to_string()))?;
        let parsed = SafeTensors::deserialize(bytes).map_err(|error| malformed(error.to_string()))?;
        let mut checkpoint = Checkpoint {
            metadata: header.metadata().clone().unwrap_or_default().into_iter().collect(),
            ..Checkpoint::default()
        };
        // The crate's own order changes from run to run, and with it which of several faults is told.
        let views: BTreeMap<_, _> = parsed.iter().collect();
        for (name, view) in views {
            let Some(values) = numbers(view.dtype(), view.data()) else {
                // Counters and masks are no parameters; a matrix of them is no layer that could be read.
                if view.shape().len() < 2 {
                    continue;
                }
                return Err(malformed(format!("tensor {name} of type {:?}", view.dtype())));
            };
            let tensor = Tensor { shape: view.shape().to_vec(), values };
            checkpoint.tensors.insert(name.to_owned(), tensor);
        }
        Ok(checkpoint)
    }
}

/// Refuses what its first bytes show to be no file of safetensors, before more of it is read.
fn refuse_others(bytes: &[u8], path: &Path) -> Result<()> {
    /// The longest header that the format allows, in bytes.
    const LONGEST_HEADER: u64 = 100_000_000;
    const OTHERS: [(&[u8], &str); 6] = [
        (b"PK\x03\x04", "a zip file, as torch.save and Keras write them"),
        (b"\x80\x02", "a pickle, as older versions of torch.save write them"),
        (b"\x89HDF", "an HDF5 file, as older versions of Keras write them"),
        (b"\x93NUMPY", "a NumPy array (.npy)"),
        (b"GGUF", "a GGUF file"),
        (b"version https://git-lfs", "a pointer to a file in Git LFS: git lfs pull fetches it"),
    ];
    let refuse =
        |found: &str, advice| Err(Error::malformed(path, Place::File, "a safetensors file", found, advice));
    // Its own form first: the length of a header may be any bytes, those of other formats too.
    if let Some((len, rest)) = bytes.split_first_chunk()
        && (2..=LONGEST_HEADER).contains(&u64::from_le_bytes(*len))
        && rest.first() == Some(&b'{')
    {
        return Ok(());
    }
    match OTHERS.iter().find(|(begin, _)| bytes.starts_with(begin)) {
        Some((_, what)) => refuse(what, SAVE_AS),
        None if bytes.is_empty() => refuse("an empty file", ADVICE),
        None => refuse("something else: it begins with no header", ADVICE),
    }
}

/// The numbers in the bytes of a tensor; none where its type is not of numbers.
fn numbers(dtype: Dtype, bytes: &[u8]) -> Option<Vec<f32>> {
    fn each<const N: usize>(bytes: &[u8], read: impl Fn([u8; N]) -> f32) -> Vec<f32> {
        bytes.as_chunks::<N>().0.iter().map(|bytes| read(*bytes)).collect()
    }
    Some(match dtype {
        Dtype::F64 => each(bytes, |bytes| f64::from_le_bytes(bytes) as f32),
        Dtype::F32 => each(bytes, f32::from_le_bytes),
        Dtype::F16 => each(bytes, |bytes| f16::from_le_bytes(bytes).to_f32()),
        Dtype::BF16 => each(bytes, |bytes| bf16::from_le_bytes(bytes).to_f32()),
        _ => return None,
    })
}

/// The most bytes of a file that are read: as many as 268 million parameters need.
pub const MOST_BYTES: u64 = 1 << 30;
/// The most bytes that are read of what is no regular file, a FIFO for example.
pub const MOST_BYTES_OF_PIPE: u64 = 64 << 20;
/// The bytes that show what a file is.
#[cfg(feature = "files")]
const FIRST: u64 = 64;

/// What to do with a file of another kind.
const SAVE_AS: &str =
    "Save the network from Python: safetensors.torch.save_file(model.state_dict(), 'network.safetensors').";
/// What to do about a file that does not fit.
const ADVICE: &str =
    "Give a file that --save of any stage wrote, or one with tensors of the same names and shapes.";

/// A shape as people write it: 128 x 784.
fn by(shape: &[usize]) -> String {
    shape.iter().map(usize::to_string).collect::<Vec<_>>().join(" x ")
}

impl Network {
    /// The network as a file holds it; `settings` are added to the metadata.
    pub fn to_checkpoint(&self, settings: BTreeMap<String, String>) -> Checkpoint {
        let tensor =
            |shape: &[usize], values: &[f32]| Tensor { shape: shape.to_vec(), values: values.to_vec() };
        // Row by row is what nalgebra holds of a transposed matrix; the dense layers are kept so.
        let first_rows = self.first.matrix().transpose();
        let first = (self.first.outputs(), self.first.pixels(), first_rows.as_slice());
        let rest = self.rest.iter().map(|w| (w.outputs(), w.inputs(), w.as_slice()));
        let mut tensors = BTreeMap::new();
        let layers = std::iter::once(first).chain(rest).zip(&self.biases);
        for (l, ((outputs, inputs, rows), b)) in layers.enumerate() {
            tensors.insert(format!("layers.{l}.weight"), tensor(&[outputs, inputs], rows));
            tensors.insert(format!("layers.{l}.bias"), tensor(&[outputs], b.0.as_slice()));
        }
        let mut metadata = settings;
        metadata.insert(functions::ACTIVATION.to_owned(), self.activation.name().to_owned());
        metadata.insert(functions::LOSS.to_owned(), self.loss.name().to_owned());
        metadata.insert(FINGERPRINT.to_owned(), fingerprint(self.parameters().as_slice()));
        Checkpoint { tensors, metadata }
    }

    /// The network in a file, read from `path`. What its units compute is what its metadata says, else what is `given`, else
    /// what is `assumed`.
    ///
    /// # Errors
    /// Tensors that are no network from 784 inputs to ten outputs, with the reason; numbers that are not finite; functions that
    /// are unknown, or not those that are given.
    pub fn from_checkpoint(
        checkpoint: &Checkpoint,
        path: &Path,
        given: &Functions,
        assumed: (Activation, Loss),
    ) -> Result<Loaded> {
        let (mut layers, mut notes) = layers::find(checkpoint, path)?;
        let (activation, loss, inputs, more) = functions::find(checkpoint, path, given, assumed)?;
        notes.extend(more);
        let network = |layers: &[layers::Layer]| {
            let biases = layers.iter().map(|layer| Bias(DVector::from_column_slice(&layer.bias))).collect();
            let matrix =
                |layer: &layers::Layer| DMatrix::from_row_slice(layer.outputs, layer.inputs, &layer.weights);
            let first = PixelWeights::new(&matrix(&layers[0]));
            let rest = layers[1..].iter().map(|layer| Weights::new(&matrix(layer))).collect();
            Network { first, rest, biases, activation, loss }
        };
        let mut found = network(&layers);
        check_fingerprint(checkpoint, path, &found)?;
        if inputs != Inputs::PLAIN {
            take_in(&mut layers[0], inputs);
            if !layers[0].weights.iter().chain(&layers[0].bias).all(|value| value.is_finite()) {
                let expected = "inputs whose scale, mean and deviation leave finite weights";
                let advice = "The three numbers are input_scale, input_mean and input_std.";
                return Err(Error::malformed(path, Place::File, expected, "infinite ones", advice));
            }
            found = network(&layers);
        }
        Ok(Loaded { network: found, notes })
    }

    /// Takes over the parameters of a file, whose network must have the shape and the functions of this one. Where the file
    /// does not say what its units compute, they are assumed to compute what they do here. Returns what there is to say.
    ///
    /// # Errors
    /// As [`Network::from_checkpoint`], and a network of another kind.
    pub fn set_from(&mut self, checkpoint: &Checkpoint, path: &Path) -> Result<Vec<String>> {
        let own = (self.activation, self.loss);
        let Loaded { network, notes } =
            Network::from_checkpoint(checkpoint, path, &Functions::default(), own)?;
        if network.kind() != self.kind() {
            let advice = "Train with settings that ask for such a network, or start from another file.";
            return Err(Error::malformed(path, Place::File, self.kind(), network.kind(), advice));
        }
        *self = network;
        Ok(notes)
    }

    /// The shape and the functions of its units, in words.
    pub fn kind(&self) -> String {
        let units: Vec<String> =
            [&[PIXELS], &self.hidden()[..], &[CLASSES]].concat().iter().map(usize::to_string).collect();
        format!(
            "a network {} of {} units, with {}",
            units.join("-"),
            self.activation.name(),
            self.loss.name()
        )
    }
}

/// A network that was read from a file.
#[derive(Debug, Clone, PartialEq)]
pub struct Loaded {
    /// The network.
    pub network: Network,
    /// What was assumed, converted or left out, a sentence each; empty where there is nothing to say.
    pub notes: Vec<String>,
}

/// Refuses parameters that are not those whose fingerprint the file names.
fn check_fingerprint(checkpoint: &Checkpoint, path: &Path, network: &Network) -> Result<()> {
    match checkpoint.metadata.get(FINGERPRINT) {
        Some(written) if *written != network.fingerprint() => Err(Error::malformed(
            path,
            Place::File,
            format!("parameters with fingerprint {written}, as the file says"),
            network.fingerprint(),
            "The file was changed or damaged after it was written. If somebody changed it on purpose, \
             take `fingerprint` out of its metadata.",
        )),
        _ => Ok(()),
    }
}

/// Changes a first layer so that it takes plain grey levels x and gives what it gave for (x scale - mean) / deviation:
/// the weights become W scale / deviation, and each bias loses mean / deviation times the sum of its unit's weights.
fn take_in(layer: &mut layers::Layer, inputs: Inputs) {
    let Inputs { scale, mean, deviation } = inputs;
    for (row, bias) in layer.weights.chunks_exact_mut(layer.inputs).zip(&mut layer.bias) {
        let sum: f64 = row.iter().map(|weight| f64::from(*weight)).sum();
        *bias = (f64::from(*bias) - mean / deviation * sum) as f32;
        row.iter_mut().for_each(|weight| *weight = (f64::from(*weight) * scale / deviation) as f32);
    }
}
