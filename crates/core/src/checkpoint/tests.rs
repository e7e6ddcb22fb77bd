//! Networks in files: written and read back, those of others, and those that are refused with the reason.

use super::*;
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

/// The word by which these programs know their own files.
fn stage() -> (String, String) {
    ("stage".to_owned(), "improved".to_owned())
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
        (0..20).map(|index| (format!("setting {index}"), "value".to_owned())).chain([stage()]).collect();
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
    checkpoint.metadata = BTreeMap::from([("stage".to_owned(), "momentum".to_owned())]);
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
        let assumed = "assumed: relu hidden units, softmax outputs, inputs from 0 to 1";
        assert!(notes[0].ends_with(assumed), "{notes:?}");
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

    // What the file leaves out may be said beside it, number by number.
    checkpoint.metadata.remove("input_std");
    let given = |scale, deviation| Functions {
        inputs: KnownInputs { scale, mean: None, deviation },
        ..Functions::default()
    };
    let read = |given: &Functions| Network::from_checkpoint(&checkpoint, path(), given, RELU);
    assert_eq!(read(&given(None, Some(0.3081))).expect("fits"), taken_in);
    let error = read(&given(Some(255.0), None)).expect_err("a contradiction").to_string();
    assert!(error.contains("expected 255 as input_scale, as was asked for, found 1"), "{error}");
}

#[test]
fn a_file_of_a_stage_has_plain_inputs() {
    let checkpoint = network().to_checkpoint([stage()].into());
    let given =
        Functions { inputs: KnownInputs { scale: Some(255.0), ..Default::default() }, ..Default::default() };
    let error = Network::from_checkpoint(&checkpoint, path(), &given, RELU).expect_err("plain").to_string();
    assert!(error.contains("expected 255 as input_scale, as was asked for, found 1"), "{error}");
}

#[test]
fn functions_that_contradict_each_other_are_refused() {
    let checkpoint = network().to_checkpoint(BTreeMap::new());
    let given = Functions { activation: Some(Activation::Sigmoid), ..Functions::default() };
    let error = Network::from_checkpoint(&checkpoint, path(), &given, RELU).expect_err("tanh").to_string();
    assert!(error.contains("expected sigmoid as activation") && error.contains("found tanh"), "{error}");
    let unsaid = renamed(|layer, part| format!("fc{layer}.{part}"));
    let loaded = Network::from_checkpoint(&unsaid, path(), &given, RELU).expect("fits");
    assert_eq!(loaded.network.activation, Activation::Sigmoid);
    assert!(loaded.notes[0].ends_with("assumed: softmax outputs, inputs from 0 to 1"), "{:?}", loaded.notes);
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
    assert!(refused(|c| _ = c.tensors.remove("layers.2.weight")).contains("a matrix of 10 x 5 for layer 3"));
    assert!(refused(|c| _ = c.tensors.remove("layers.0.weight")).contains("units x 784 for the first layer"));
    let turned = refused(|c| {
        _ = c.tensors.insert("layers.2.weight".into(), Tensor { shape: vec![5, 10], values: vec![0.5; 50] })
    });
    assert!(turned.contains("layers.2.weight of 5 x 10: it is transposed"), "{turned}");
    let convolution = refused(|c| {
        _ = c.tensors.insert("conv.weight".into(), Tensor { shape: vec![8, 1, 3, 3], values: vec![0.5; 72] });
    });
    assert!(convolution.contains("conv.weight of shape 8 x 1 x 3 x 3, a convolution"), "{convolution}");
    assert!(refused(|c| _ = c.metadata.insert("activation".into(), "step".into())).contains("found step"));
    let nan = |c: &mut Checkpoint| c.tensors.values_mut().for_each(|t| t.values[0] = f32::NAN);
    assert!(refused(nan).contains("found NaN or infinite numbers"));
    let mut checkpoint = network().to_checkpoint(BTreeMap::new());
    checkpoint.tensors.insert("layers.0.bias".into(), tensor(&[3]));
    assert!(read(&checkpoint).expect_err("too few").to_string().contains("layers.0.bias of shape 7"));
}

#[test]
fn starting_from_a_file_needs_the_same_shape_and_functions() {
    let file = network().to_checkpoint([stage()].into());
    let mut relu = Network::deep(&[7, 5], Activation::Relu, Loss::CrossEntropy, Init::He, 2);
    let error = relu.set_from(&file, path()).expect_err("tanh").to_string();
    assert!(error.contains("found a network 784-7-5-10 of tanh units"), "{error}");
    let mut other = Network::deep(&[7, 5], Activation::Tanh, Loss::CrossEntropy, Init::He, 2);
    assert_eq!(other.set_from(&file, path()).expect("fits"), [""; 0]);
    assert_eq!(other, network());
}

/// Protects files whose header has 640 bytes: its length begins like a pickle.
#[test]
fn a_header_of_any_length_is_a_header() {
    for filler in 0..1200 {
        let metadata = [("filler".to_owned(), "x".repeat(filler))].into();
        let bytes = Checkpoint { metadata, ..Checkpoint::default() }.to_bytes();
        assert!(Checkpoint::from_bytes(&bytes, path()).is_ok(), "{} bytes", bytes.len());
    }
}
