//! Networks in files: safetensors, in the layout that PyTorch loads as it is, written whole or not at all.
//!
//! Layer l is written as `layers.N.weight` (units x inputs) and `layers.N.bias`, with N = l - 1: the state of a module whose
//! `layers` are a `torch.nn.ModuleList` of `torch.nn.Linear`. The functions of the units stand in the metadata. Files that
//! others wrote are read under any names, as `layers.rs` finds them, in `f64`, `f32`, `f16` or `bf16`; `functions.rs` says what
//! their units compute.

mod functions;
mod layers;

pub use functions::{Functions, Inputs};

use crate::choice::Choice;
use crate::data::{CLASSES, PIXELS};
use crate::error::{Error, Place, Result};
use crate::linalg::{Bias, DMatrix, DVector, PixelWeights, Weights};
use crate::network::{Activation, Loss, Network};
use half::{bf16, f16};
use safetensors::{Dtype, SafeTensors};
use serde_json::{Value, json};
use std::collections::BTreeMap;
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
        /// The most bytes that are read: more than the largest network of these programs needs.
        const MOST: u64 = 4 << 30;
        let failed = |error| Error::io(path, "read", error);
        let file = std::fs::File::open(path).map_err(failed)?;
        let mut bytes = Vec::new();
        // Only a regular file has an end for certain.
        let most = if file.metadata().map_err(failed)?.is_file() { MOST } else { 64 << 20 };
        file.take(most + 1).read_to_end(&mut bytes).map_err(failed)?;
        if bytes.len() as u64 > most {
            let found = format!("more than {} MB", most >> 20);
            return Err(Error::malformed(path, Place::File, "a safetensors file", found, ADVICE));
        }
        Checkpoint::from_bytes(&bytes, path)
    }

    /// The checkpoint in the bytes of the file `path`, which is named in errors.
    pub fn from_bytes(bytes: &[u8], path: &Path) -> Result<Self> {
        let malformed =
            |found: String| Error::malformed(path, Place::File, "a safetensors file", found, ADVICE);
        let (_, header) = SafeTensors::read_metadata(bytes).map_err(|error| malformed(error.to_string()))?;
        let parsed = SafeTensors::deserialize(bytes).map_err(|error| malformed(error.to_string()))?;
        let mut checkpoint = Checkpoint {
            metadata: header.metadata().clone().unwrap_or_default().into_iter().collect(),
            ..Checkpoint::default()
        };
        for (name, view) in parsed.iter() {
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
        if inputs != Inputs::PLAIN {
            take_in(&mut layers[0], inputs);
        }
        let biases = layers.iter().map(|layer| Bias(DVector::from_column_slice(&layer.bias))).collect();
        let matrix =
            |layer: &layers::Layer| DMatrix::from_row_slice(layer.outputs, layer.inputs, &layer.weights);
        let first = PixelWeights::new(&matrix(&layers[0]));
        let rest = layers[1..].iter().map(|layer| Weights::new(&matrix(layer))).collect();
        Ok(Loaded { network: Network { first, rest, biases, activation, loss }, notes })
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evaluation::Classifier;
    use crate::linalg::SparseImages;
    use crate::network::Init;

    const RELU: (Activation, Loss) = (Activation::Relu, Loss::CrossEntropy);

    fn network() -> Network {
        Network::deep(&[7, 5], Activation::Tanh, Loss::CrossEntropy, Init::He, 1)
    }

    fn path() -> &'static Path {
        Path::new("some.safetensors")
    }

    fn read(checkpoint: &Checkpoint) -> Result<Loaded> {
        Network::from_checkpoint(checkpoint, path(), &Functions::default(), RELU)
    }

    /// The network's file with other names for its tensors, and no metadata.
    fn renamed(name: impl Fn(usize, &str) -> String) -> Checkpoint {
        let mut checkpoint = Checkpoint::default();
        for (old, tensor) in network().to_checkpoint(BTreeMap::new()).tensors {
            let parts: Vec<&str> = old.split('.').collect();
            checkpoint.tensors.insert(name(parts[1].parse().expect("a number"), parts[2]), tensor);
        }
        checkpoint
    }

    #[test]
    fn a_file_gives_back_what_was_saved_and_saves_as_the_same_bytes() {
        let settings: BTreeMap<String, String> =
            (0..20).map(|index| (format!("setting {index}"), "value".to_owned())).collect();
        let bytes = network().to_checkpoint(settings.clone()).to_bytes();
        let checkpoint = Checkpoint::from_bytes(&bytes, path()).expect("reads");
        assert_eq!(checkpoint.metadata["setting 3"], "value");
        assert_eq!(checkpoint.tensors["layers.1.weight"].shape, [5, 7]);
        // Row by row: the second number is the weight from the second pixel to the first unit.
        assert_eq!(checkpoint.tensors["layers.0.weight"].values[1], network().first.matrix()[(0, 1)]);
        assert_eq!(checkpoint.tensors["layers.1.weight"].values[1], network().rest[0].as_slice()[1]);
        let again = read(&checkpoint).expect("fits");
        assert_eq!(again, Loaded { network: network(), notes: vec![] });
        assert_eq!(again.network.to_checkpoint(settings).to_bytes(), bytes);
    }

    #[test]
    fn a_file_of_an_earlier_version_is_read_as_sigmoids() {
        let network = Network::<f32>::new(6, 3);
        let mut checkpoint = network.to_checkpoint(BTreeMap::new());
        checkpoint.metadata.clear();
        for (old, new) in [("hidden", "layers.0"), ("output", "layers.1")] {
            for part in ["weight", "bias"] {
                let tensor = checkpoint.tensors.remove(&format!("{new}.{part}")).expect("there");
                checkpoint.tensors.insert(format!("{old}.{part}"), tensor);
            }
        }
        assert_eq!(read(&checkpoint).expect("fits"), Loaded { network, notes: vec![] });
    }

    #[test]
    fn layers_are_found_under_any_names() {
        type Name = fn(usize, &str) -> String;
        let names: [Name; 5] = [
            |layer, part| format!("fc{}.{part}", layer + 1),
            |layer, part| format!("{}.{part}", 2 * layer),
            |layer, part| format!("module.layers.{layer}.{part}"),
            |layer, part| format!("_orig_mod.net.{}.{part}", 3 * layer + 8), // 8, 11, 14: by number, not by letter
            |layer, part| format!("{}.{part}", ["fc1", "fc2", "output"][layer]),
        ];
        for name in names {
            let Loaded { network: found, notes } = read(&renamed(name)).expect("fits");
            assert_eq!(found.parameters(), network().parameters());
            assert_eq!((found.activation, found.loss), RELU);
            assert_eq!(notes.len(), 1, "{notes:?}");
            assert!(notes[0].ends_with("assumed: relu hidden units, softmax outputs"), "{notes:?}");
        }
    }

    #[test]
    fn transposed_weights_missing_biases_and_spare_tensors_are_read_and_told() {
        let mut checkpoint = renamed(|layer, part| format!("dense_{layer}.{part}"));
        for (name, tensor) in &mut checkpoint.tensors {
            if let (true, &[rows, columns]) = (name.ends_with("weight"), &tensor.shape[..]) {
                let matrix = DMatrix::from_row_slice(rows, columns, &tensor.values);
                *tensor = Tensor { shape: vec![columns, rows], values: matrix.as_slice().to_vec() };
            }
        }
        checkpoint.tensors.remove("dense_1.bias");
        checkpoint.tensors.insert("steps".to_owned(), Tensor { shape: vec![1], values: vec![3.0] });
        let Loaded { network: found, notes } = read(&checkpoint).expect("fits");
        assert_eq!(found.parameters(), network().parameters(), "its biases are zero at the start");
        let notes = notes.join("; ");
        for told in ["inputs x units", "no bias for dense_1; zero", "not used: steps"] {
            assert!(notes.contains(told), "{told} in {notes}");
        }
    }

    #[test]
    fn numbers_of_other_sizes_are_read() {
        let values = [1.5f32, -0.25, 0.0, 1024.0];
        let bytes = |each: fn(f32) -> Vec<u8>| values.iter().flat_map(|v| each(*v)).collect::<Vec<u8>>();
        let doubles = bytes(|v| f64::from(v).to_le_bytes().to_vec());
        let halves = bytes(|v| f16::from_f32(v).to_le_bytes().to_vec());
        let brain = bytes(|v| bf16::from_f32(v).to_le_bytes().to_vec());
        for (dtype, bytes) in [(Dtype::F64, doubles), (Dtype::F16, halves), (Dtype::BF16, brain)] {
            assert_eq!(numbers(dtype, &bytes).expect("numbers"), values, "{dtype:?}");
        }
        assert_eq!(numbers(Dtype::I64, &[0; 8]), None);
    }

    #[test]
    fn what_a_network_wants_as_inputs_is_taken_into_its_first_layer() {
        let mut checkpoint = network().to_checkpoint(BTreeMap::new());
        let plain = read(&checkpoint).expect("fits").network;
        for (key, value) in [("input_scale", "1"), ("input_mean", "0.1307"), ("input_std", "0.3081")] {
            checkpoint.metadata.insert(key.to_owned(), value.to_owned());
        }
        let taken_in = read(&checkpoint).expect("fits");
        assert!(taken_in.notes[0].contains("0.1307"), "{:?}", taken_in.notes);
        let levels: Vec<f32> = (0..PIXELS).map(|pixel| (pixel % 7) as f32 / 7.0).collect();
        let outputs = |network: &Network, levels: &[f32]| {
            let mut images = SparseImages::new(PIXELS);
            images.push(levels);
            network.outputs(&images.iter().collect::<Vec<_>>())
        };
        let normalised: Vec<f32> = levels.iter().map(|x| (x - 0.1307) / 0.3081).collect();
        let difference = outputs(&taken_in.network, &levels) - outputs(&plain, &normalised);
        assert!(difference.amax() < 1e-5, "{difference}");
    }

    #[test]
    fn functions_that_contradict_each_other_are_refused() {
        let checkpoint = network().to_checkpoint(BTreeMap::new());
        let given = Functions { activation: Some(Activation::Sigmoid), ..Functions::default() };
        let error =
            Network::from_checkpoint(&checkpoint, path(), &given, RELU).expect_err("tanh").to_string();
        assert!(error.contains("expected sigmoid as activation") && error.contains("found tanh"), "{error}");
        let unsaid = renamed(|layer, part| format!("fc{layer}.{part}"));
        let loaded = Network::from_checkpoint(&unsaid, path(), &given, RELU).expect("fits");
        assert_eq!(loaded.network.activation, Activation::Sigmoid);
        assert!(loaded.notes[0].ends_with("assumed: softmax outputs"), "{:?}", loaded.notes);
    }

    #[test]
    fn what_does_not_fit_is_refused_with_the_reason() {
        let refused = |change: fn(&mut Checkpoint)| {
            let mut checkpoint = network().to_checkpoint(BTreeMap::new());
            change(&mut checkpoint);
            read(&checkpoint).expect_err("does not fit").to_string()
        };
        let tensor =
            |shape: &[usize]| Tensor { shape: shape.to_vec(), values: vec![0.5; shape.iter().product()] };
        assert!(refused(|c| c.tensors.clear()).contains("no matrix"));
        assert!(
            refused(|c| _ = c.tensors.remove("layers.2.weight")).contains("a matrix of 10 x 5 for layer 3")
        );
        assert!(
            refused(|c| _ = c.tensors.remove("layers.0.weight")).contains("units x 784 for the first layer")
        );
        let turned = refused(|c| {
            _ = c
                .tensors
                .insert("layers.2.weight".into(), Tensor { shape: vec![5, 10], values: vec![0.5; 50] })
        });
        assert!(turned.contains("layers.2.weight of 5 x 10: it is transposed"), "{turned}");
        let convolution = refused(|c| {
            _ = c
                .tensors
                .insert("conv.weight".into(), Tensor { shape: vec![8, 1, 3, 3], values: vec![0.5; 72] });
        });
        assert!(convolution.contains("conv.weight of shape 8 x 1 x 3 x 3, a convolution"), "{convolution}");
        assert!(
            refused(|c| _ = c.metadata.insert("activation".into(), "step".into())).contains("found step")
        );
        let nan = |c: &mut Checkpoint| c.tensors.values_mut().for_each(|t| t.values[0] = f32::NAN);
        assert!(refused(nan).contains("found NaN or infinite numbers"));
        let mut checkpoint = network().to_checkpoint(BTreeMap::new());
        checkpoint.tensors.insert("layers.0.bias".into(), tensor(&[3]));
        assert!(read(&checkpoint).expect_err("too few").to_string().contains("layers.0.bias of shape 7"));
    }

    #[test]
    fn starting_from_a_file_needs_the_same_shape_and_functions() {
        let file = network().to_checkpoint(BTreeMap::new());
        let mut relu = Network::deep(&[7, 5], Activation::Relu, Loss::CrossEntropy, Init::He, 2);
        let error = relu.set_from(&file, path()).expect_err("tanh").to_string();
        assert!(error.contains("found a network 784-7-5-10 of tanh units"), "{error}");
        let mut other = Network::deep(&[7, 5], Activation::Tanh, Loss::CrossEntropy, Init::He, 2);
        assert_eq!(other.set_from(&file, path()).expect("fits"), [""; 0]);
        assert_eq!(other, network());
    }
}
