//! Is stage 7 right? Each test says what it found, and what that usually means.

use digits_core::batch::{Batch, SparseExamples};
use digits_core::data::{Split, practice};
use digits_core::evaluation::evaluate;
use digits_core::gradient_check::angle;
use digits_core::linalg::{DVector, Weights};
use digits_core::network::{Block, Network};
use digits_core::settings::{BATCH_SIZE, EPOCHS, LEARNING_RATE, Settings, Value};
use digits_core::stage::Stage;
use digits_core::training::{Plan, Training};
use stage_seven::Feedback;
use stochastic::Stochastic;
use test_support::plain_network::{PlainNetwork, rows};

const ETA: f64 = 0.25;

/// Protects steps 1 and 3: W2 and b2 learn as in stage 1.
#[test]
fn the_outputs_learn_from_their_own_error() {
    for indices in [&[3][..], &[0, 1, 2, 3, 4]] {
        let found = Found::after_an_update(indices);
        let blame = |d2: fn(f64, f64) -> f64| found.steps(d2, &Blame::ALONG_WIRES);
        let right = blame(|e, _| e);
        let mistakes = [
            ("Every rule subtracts: W2 -= eta ... Yours goes up the hill.", -right.clone()),
            (
                "d2 has the factor o (1 - o): that is stage 4's. This rule uses the error as it is.",
                blame(|e, o| e * o * (1.0 - o)),
            ),
            ("The learning rate is missing: use `self.eta`.", &right / ETA),
        ];
        for block in ["W2", "b2"] {
            found.must_be(
                block,
                &right,
                &mistakes,
                "Step 1: d2 = e, with `zip_into`. Step 3: `descend` along d2 and h.",
            );
        }
    }
}

/// Protects steps 2 and 4: the blame of the hidden units comes back along R, and meets their slope.
#[test]
fn the_blame_comes_back_along_the_wires() {
    for indices in [&[3][..], &[0, 1, 2, 3, 4]] {
        let found = Found::after_an_update(indices);
        let blame = |blame| found.steps(|e, _| e, &blame);
        let right = blame(Blame::ALONG_WIRES);
        let mistakes = [
            ("Every rule subtracts: W1 -= eta ... Yours goes up the hill.", -right.clone()),
            (
                "The blame came back along W2: that is stage 1. Send it along `self.wires`.",
                blame(Blame { along: Along::W2, slope: true }),
            ),
            (
                "The blame came back along W2, and along the new one. Send it along `self.wires`.",
                blame(Blame { along: Along::NewW2, slope: true }),
            ),
            (
                "The slope h (1 - h) of the hidden units is missing: the second half of step 2.",
                blame(Blame { along: Along::Wires, slope: false }),
            ),
            (
                "The blame came back along W2, and the slope h (1 - h) is missing.",
                blame(Blame { along: Along::W2, slope: false }),
            ),
            (
                "d2 has the factor o (1 - o): step 1 uses the error as it is.",
                found.steps(|e, o| e * o * (1.0 - o), &Blame::ALONG_WIRES),
            ),
            ("The learning rate is missing: use `self.eta`.", &right / ETA),
        ];
        for block in ["W1", "b1"] {
            let hint = "Step 2: `transposed_times` on the wires, then `zip_apply` with the slope. Step 4: `descend` along d1 and the images.";
            found.must_be(block, &right, &mistakes, hint);
        }
    }
}

/// Protects what an update may change: the network, and it alone.
#[test]
fn the_network_learns_and_the_wires_stay() {
    let found = Found::after_an_update(&[0, 1]);
    let learned = found.before != found.after;
    assert!(learned, "\nThe network is as it was: nothing has learned yet.\n");
    let moved = found.wires_before != found.wires_after;
    assert!(
        !moved,
        "\nThe wires have changed. An update reads R and leaves it alone: `descend` is for `network.w2`.\n"
    );
}

/// Protects the neighbourhood of stage 1: where the wires happen to be W2, every bit is that of `stochastic`.
#[test]
fn with_w2_for_wires_it_is_stage_1_to_the_last_bit() {
    let examples = SparseExamples::<f32>::from(&practice::examples(3, Split::Train, 30));
    for batch_size in [1, 4] {
        let settings = settings(ETA).with(&BATCH_SIZE, Value::Whole(batch_size));
        let start = Network::new(20, 1);
        let (mut ours, mut theirs) = (start.clone(), start.clone());
        let mut stage = Feedback::new(&settings, &start);
        let mut sibling = Stochastic::new(&settings, &start);
        let mut batch = Batch::new(examples.images.pixels());
        let order: Vec<u32> = (0..30).collect();
        for indices in order.chunks(batch_size as usize) {
            batch.set(&examples, indices);
            stage.wires = ours.rest[0].clone();
            stage.update(&mut ours, &batch);
            sibling.update(&mut theirs, &batch);
        }
        assert!(
            ours == theirs,
            "\nWith W2 for R, the formula is that of stage 1, and its bits should be too (batches of {batch_size}).\n\
             If the two tests of the steps pass, only roundings differ: multiply in the formula's order, d h (1 - h).\n",
        );
    }
}

/// Protects what the rule is for: it reads digits, and why it can: W2 turns towards the wires while it learns.
#[test]
fn it_reads_digits_because_the_weights_turn_towards_the_wires() {
    let train = SparseExamples::<f32>::from(&practice::examples(1, Split::Train, 1_000));
    let test = SparseExamples::<f32>::from(&practice::examples(1, Split::Test, 500));
    let settings = settings(0.1).with(&EPOCHS, Value::Whole(5));
    let network = Network::new(64, 1);
    let stage = Feedback::new(&settings, &network);
    let mut training = Training::new(stage, network, Plan::new(&settings, train.len()));
    let between = |training: &Training<f32, Feedback>| {
        let row = |weights: &Weights<f32>| DVector::from_column_slice(weights.as_slice());
        angle(&row(&training.network.rest[0]), &row(&training.stage.wires))
    };
    let start = between(&training);
    while training.step(&train, usize::MAX) > 0 {}
    let (end, accuracy) = (between(&training), 100.0 * evaluate(&training.network, &test).accuracy());
    assert!(
        accuracy > 75.0,
        "\nAfter five epochs it reads {accuracy:.1} % of 500 practice digits; the answer reads more than 80.\n\
         Around 10 %: nothing has learned, or the sign is wrong. See the other tests first.\n",
    );
    assert!(
        end < start - 10.0,
        "\nThe angle between W2 and R was {start:.0} degrees and is {end:.0}. It should fall: that is why blame along random\n\
         wires comes to point the right way. Does step 2 use `self.wires`, and step 4 its d1?\n",
    );
}

/// The settings of the stage with this learning rate.
fn settings(eta: f64) -> Settings {
    <Feedback as Stage>::ABOUT.settings().with(&LEARNING_RATE, Value::Number(eta))
}

/// A network before and after one update, and what it saw.
struct Found {
    before: Network<f64>,
    after: Network<f64>,
    wires_before: Weights<f64>,
    wires_after: Weights<f64>,
    x: Vec<Vec<f64>>,
    t: Vec<Vec<f64>>,
}

/// How the blame comes to the hidden units.
struct Blame {
    along: Along,
    slope: bool,
}

enum Along {
    Wires,
    W2,
    NewW2,
}

impl Blame {
    /// As the formula says.
    const ALONG_WIRES: Blame = Blame { along: Along::Wires, slope: true };
}

impl Found {
    /// One update after seeing these practice digits.
    fn after_an_update(indices: &[u32]) -> Found {
        let examples = SparseExamples::<f64>::from(&practice::examples(2, Split::Train, 6));
        let mut batch = Batch::new(examples.images.pixels());
        batch.set(&examples, indices);
        let before = Network::<f64>::new(7, 4);
        let mut after = before.clone();
        let mut stage = Feedback::<f64>::new(&settings(ETA), &before);
        let wires_before = stage.wires.clone();
        stage.update(&mut after, &batch);
        let (x, t) = rows(&examples, indices, &batch);
        Found { before, after, wires_before, wires_after: stage.wires, x, t }
    }

    /// The step of every parameter by the formula, in plain loops: what the update subtracts.
    fn steps(&self, d2_of: fn(f64, f64) -> f64, blame: &Blame) -> DVector<f64> {
        let network = PlainNetwork::of(&self.before);
        let h = network.hidden(&self.x);
        let o = network.outputs(&h);
        let new_w2 = PlainNetwork::of(&self.after).w2;
        let rows = |weights: &Weights<f64>| -> Vec<Vec<f64>> {
            weights.transposed().column_iter().map(|row| row.iter().copied().collect()).collect()
        };
        let back = match blame.along {
            Along::Wires => rows(&self.wires_before),
            Along::W2 => network.w2.clone(),
            Along::NewW2 => new_w2,
        };
        let mut step = PlainNetwork::of(&self.before.zeroed());
        let scale = ETA / self.x.len() as f64;
        for example in 0..self.x.len() {
            let (x, t, h, o) = (&self.x[example], &self.t[example], &h[example], &o[example]);
            let d2: Vec<f64> = o.iter().zip(t).map(|(o, t)| d2_of(o - t, *o)).collect();
            for (k, d2) in d2.iter().enumerate() {
                step.b2[k] += scale * d2;
                h.iter().enumerate().for_each(|(j, h)| step.w2[k][j] += scale * d2 * h);
            }
            for (j, h) in h.iter().enumerate() {
                let slope = if blame.slope { h * (1.0 - h) } else { 1.0 };
                let d1 = slope * d2.iter().zip(&back).map(|(d2, row)| row[j] * d2).sum::<f64>();
                step.b1[j] += scale * d1;
                x.iter().enumerate().for_each(|(i, x)| step.w1[j][i] += scale * d1 * x);
            }
        }
        step.parameters()
    }

    /// Fails where a block of parameters has not made the right step, and names the mistake where it is a known one.
    fn must_be(&self, block: &str, right: &DVector<f64>, mistakes: &[(&str, DVector<f64>)], hint: &str) {
        let blocks = self.before.blocks();
        let Some(Block { range, .. }) = blocks.iter().find(|found| found.name == block) else {
            panic!("a network of two layers has {block}");
        };
        let part = |all: &DVector<f64>| all.rows(range.start, range.len()).into_owned();
        let step = part(&(self.before.parameters() - self.after.parameters()));
        let near = |a: &DVector<f64>, b: &DVector<f64>| (a - b).amax() <= 1e-12;
        let right = part(right);
        if near(&step, &right) {
            return;
        }
        let images = self.x.len();
        let what = if step.amax() == 0.0 {
            format!("{block} has not moved.")
        } else {
            let at = right.iamax();
            let (step, right) = (-step[at], -right[at]);
            format!("entry {at} of {block} changed by {step:+.8}, the formula changes it by {right:+.8}.")
        };
        let known = mistakes.iter().find(|(_, step_of)| near(&step, &part(step_of)));
        let advice = known.map_or(hint, |(advice, _)| advice);
        panic!("\nAfter a batch of {images}: {what}\n{advice}\n");
    }
}
