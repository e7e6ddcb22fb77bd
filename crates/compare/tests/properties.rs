//! What must hold for any settings and any images: every stage is trained with whatever its settings may be, on noise, on
//! blank paper, on a single image or a single label.

use digits_core::Error;
use digits_core::batch::SparseExamples;
use digits_core::checkpoint::{Checkpoint, Functions};
use digits_core::linalg::Level;
use digits_core::network::Network;
use digits_core::parallel::with_threads;
use digits_core::settings::Settings;
use digits_core::stage::Stage;
use digits_core::training::{Course, Outcome, TrainingData, train};
use proptest::prelude::*;
use proptest::test_runner::{TestCaseResult, TestRunner};
use std::borrow::Cow;
use std::cell::Cell;
use std::collections::BTreeMap;
use std::path::Path;
use test_support::stop_after::StopAfter;
use test_support::strategies::{self, Case};

/// A property of a training by any stage.
trait Property {
    /// How many cases of it are drawn for each stage.
    const CASES: u32;

    /// Whether it holds for this one.
    fn check<S: Stage>(settings: &Settings, data: &TrainingData, moment: usize) -> TestCaseResult;
}

/// Looks for a case in which it does not hold, among the settings of every stage.
struct Holds<P>(std::marker::PhantomData<P>);

impl<P: Property> stages::Visitor for Holds<P> {
    fn stage<S: Stage + 'static>(&mut self, _: &'static str) {
        let check = |(case, moment): (Case, usize)| {
            let data = TrainingData {
                train: SparseExamples::from(&case.train),
                test: SparseExamples::from(&case.test),
            };
            P::check::<S>(&case.settings, &data, moment)
        };
        let any = (strategies::case(&S::ABOUT), 0..60_usize);
        let found = TestRunner::new(strategies::cases(P::CASES)).run(&any, check);
        if let Err(error) = found {
            panic!("{}: {error}", S::ABOUT.name);
        }
    }
}

/// Checks it for every stage.
fn holds<P: Property>() {
    stages::visit(&mut Holds(std::marker::PhantomData::<P>));
}

fn trained<S: Stage>(settings: &Settings, data: &TrainingData) -> (Network, Result<Outcome, Error>) {
    let mut network = S::network(settings);
    let outcome = train::<f32, S>(settings, &mut network, data, &mut ());
    (network, outcome)
}

struct Trains;

impl Property for Trains {
    const CASES: u32 = 60;

    fn check<S: Stage>(settings: &Settings, data: &TrainingData, _: usize) -> TestCaseResult {
        match trained::<S>(settings, data) {
            (network, Ok(outcome)) => {
                prop_assert!(network.is_finite(), "parameters that are no numbers");
                let losses = outcome.history.iter().map(|record| record.loss);
                let losses: Vec<f64> = losses.chain([outcome.train.loss, outcome.test.loss]).collect();
                prop_assert!(losses.iter().all(|loss| loss.is_finite() && *loss >= 0.0), "{losses:?}");
                let accuracies = [outcome.train.accuracy(), outcome.test.accuracy()];
                prop_assert!(accuracies.iter().all(|share| (0.0..=1.0).contains(share)), "{accuracies:?}");
            }
            (_, Err(Error::Diverged { .. })) => {}
            (_, Err(error)) => prop_assert!(false, "{error}"),
        }
        Ok(())
    }
}

#[test]
fn a_training_ends_with_finite_numbers_or_says_that_it_diverged() {
    holds::<Trains>();
}

struct IsKept;

impl Property for IsKept {
    const CASES: u32 = 25;

    fn check<S: Stage>(settings: &Settings, data: &TrainingData, moment: usize) -> TestCaseResult {
        let path = Path::new("some.checkpoint");
        let mut observer = StopAfter(Cell::new(1 + moment));
        let images = (Cow::Borrowed(&data.train), Cow::Borrowed(&data.test));
        let begun = Course::<f32, S>::new(settings, S::network(settings), images, &observer);
        let Ok(mut course) = begun else {
            return Ok(()); // no learning rate can be found
        };
        while course.step(usize::MAX, &mut observer) > 0 {}
        let file = course.to_checkpoint(BTreeMap::from([("stage".to_owned(), S::ABOUT.name.to_owned())]));
        if !course.training().network.is_finite() {
            prop_assert!(course.error().is_some(), "what diverged says so");
            return Ok(()); // no program writes it
        }
        // The file is read as it was written.
        let bytes = file.to_bytes();
        let read = Checkpoint::from_bytes(&bytes, path).map_err(fail)?;
        prop_assert!(read == file && read.to_bytes() == bytes, "another file");
        // Its network is the one that learns.
        let network = &course.training().network;
        let assumed = (network.activation, network.loss);
        let loaded = Network::from_checkpoint(&read, path, &Functions::default(), assumed).map_err(fail)?;
        prop_assert_eq!(loaded.network.fingerprint(), network.fingerprint());
        prop_assert_eq!(loaded.network.kind(), network.kind());
        prop_assert_eq!(&read.metadata["fingerprint"], &network.fingerprint());
        // The training goes on to the end that it would have had.
        let mut resumed = Course::<f32, S>::resume(settings, &read, path, data).map_err(fail)?;
        prop_assert!(resumed.to_checkpoint(metadata_of(&read)).to_bytes() == bytes, "another state");
        while resumed.step(usize::MAX, &mut ()) > 0 {}
        let (network, outcome) = resumed.end();
        prop_assert!(told(&network, &outcome) == told_of::<S>(settings, data), "another end");
        Ok(())
    }
}

fn fail(error: Error) -> TestCaseError {
    TestCaseError::fail(error.to_string())
}

/// What is not of the training itself.
fn metadata_of(file: &Checkpoint) -> BTreeMap<String, String> {
    BTreeMap::from([("stage".to_owned(), file.metadata["stage"].clone())])
}

#[test]
fn what_is_saved_at_any_moment_is_what_is_loaded_and_goes_on() {
    holds::<IsKept>();
}

/// The bits of a network and the words of its outcome, to compare. Which of the many bits of "not a number" an instruction
/// makes is not promised.
fn told(network: &Network, outcome: &Result<Outcome, Error>) -> (Vec<u32>, String) {
    let bits = |value: &f32| if value.is_nan() { f32::NAN.to_bits() } else { value.to_bits() };
    (network.parameters().iter().map(bits).collect(), format!("{outcome:?}"))
}

fn told_of<S: Stage>(settings: &Settings, data: &TrainingData) -> (Vec<u32>, String) {
    let (network, outcome) = trained::<S>(settings, data);
    told(&network, &outcome)
}

struct IsTheSameEverywhere;

impl Property for IsTheSameEverywhere {
    const CASES: u32 = 10;

    fn check<S: Stage>(settings: &Settings, data: &TrainingData, _: usize) -> TestCaseResult {
        let before = Level::in_use();
        let expected = with_threads(1, || told_of::<S>(settings, data));
        for level in Level::all() {
            // Tests beside this one may compute with any level.
            level.set();
            for threads in [1, 2, 7] {
                let found = with_threads(threads, || told_of::<S>(settings, data));
                prop_assert!(found == expected, "{level}, {threads} threads");
            }
        }
        before.set();
        Ok(())
    }
}

#[test]
fn neither_threads_nor_instructions_change_a_bit_of_any_training() {
    holds::<IsTheSameEverywhere>();
}
