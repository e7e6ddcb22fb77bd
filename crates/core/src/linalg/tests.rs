//! Every operation against its plain version, bit by bit, with every instruction set of this machine.
//!
//! The plain versions are the definitions. They protect the fast forms against any change of a single rounding.

use super::*;
use crate::random::{Generator, Purpose, generator, normal, uniform};

/// Shapes around every edge of the kernels: vectors of 16, runs of 8, 4, 2 and 1, tiles of 5 and 4.
#[cfg(not(miri))]
const UNITS: [usize; 9] = [1, 3, 10, 16, 17, 31, 100, 128, 145];
#[cfg(not(miri))]
const EXAMPLES: [usize; 6] = [1, 2, 5, 10, 33, 130];
/// Outputs of a dense layer, and examples.
#[cfg(not(miri))]
const OUTPUTS: [(usize, usize); 7] = [(10, 1), (10, 10), (3, 2), (1, 4), (17, 5), (17, 23), (130, 33)];

// Miri takes ten thousand times as long.
#[cfg(miri)]
const UNITS: [usize; 1] = [17];
#[cfg(miri)]
const EXAMPLES: [usize; 1] = [5];
#[cfg(miri)]
const OUTPUTS: [(usize, usize); 2] = [(3, 2), (10, 5)];

const PIXELS: usize = 40;

/// Does a test with every level of this machine in use, one after the other. Tests beside it may compute with any level:
/// all give the same bits.
pub(super) fn at_each_level(test: impl Fn(Level)) {
    static ONE_AT_A_TIME: std::sync::Mutex<()> = std::sync::Mutex::new(());
    let _guard = ONE_AT_A_TIME.lock().unwrap_or_else(|poison| poison.into_inner());
    let before = Level::in_use();
    for level in Level::all() {
        level.set();
        test(level);
    }
    before.set();
}

pub(super) fn for_every_level(test: impl Fn(&mut Generator)) {
    at_each_level(|_| test(&mut generator(7, Purpose::Test, 0)));
}

pub(super) fn random(rows: usize, columns: usize, rng: &mut Generator) -> DMatrix<f32> {
    DMatrix::from_fn(rows, columns, |_, _| normal(rng) as f32)
}

/// Images with about a fifth of the pixels lit, the second one dark and the third all lit.
fn random_images(count: usize, rng: &mut Generator) -> SparseImages<f32> {
    let mut images = SparseImages::new(PIXELS);
    for index in 0..count {
        let share = [0.2, 0.0, 1.1].get(index).copied().unwrap_or(0.2);
        let pixel = |_| if uniform(rng) < share { uniform(rng) as f32 + 0.01 } else { 0.0 };
        images.push(&(0..PIXELS).map(pixel).collect::<Vec<_>>());
    }
    images
}

/// Images of `pixels` pixels, of which about a fifth is lit.
pub(super) fn images_of(pixels: usize, count: usize, rng: &mut Generator) -> SparseImages<f32> {
    let mut images = SparseImages::new(pixels);
    for _ in 0..count {
        let pixel = |_| if uniform(rng) < 0.2 { uniform(rng) as f32 + 0.01 } else { 0.0 };
        images.push(&(0..pixels).map(pixel).collect::<Vec<_>>());
    }
    images
}

fn batch(images: &SparseImages<f32>) -> SparseBatch<'_, f32> {
    let mut batch = SparseBatch::new(PIXELS);
    batch.set(images.iter());
    batch
}

/// The images with all their pixels, pixels x images.
fn dense(images: &SparseImages<f32>) -> DMatrix<f32> {
    let mut matrix = DMatrix::zeros(PIXELS, images.len());
    for (index, image) in images.iter().enumerate() {
        for (&pixel, &value) in image.lit.iter().zip(image.values) {
            matrix[(usize::from(pixel), index)] = value;
        }
    }
    matrix
}

pub(super) fn same_bits(fast: &DMatrix<f32>, plain: &DMatrix<f32>, what: &str) {
    assert_eq!(fast.shape(), plain.shape(), "{what}");
    for (index, (fast, plain)) in fast.iter().zip(plain).enumerate() {
        // +0 and -0 are the same number.
        assert!(
            fast.to_bits() == plain.to_bits() || fast == plain,
            "{what}, entry {index}: {fast:e}, plain {plain:e}"
        );
    }
}

/// A step of pixel weights, given as a matrix of units x pixels, by the definition.
fn defined_step_of_images(
    w: &mut DMatrix<f32>,
    v: Option<&mut DMatrix<f32>>,
    rule: &Rule<f32>,
    d: &DMatrix<f32>,
    images: &SparseImages<f32>,
) {
    let images: Vec<_> = images.iter().collect();
    let v = v.map(|v| v.as_mut_slice());
    definition::descend_of_images(w.as_mut_slice(), v, rule, d.as_slice(), &images);
}

/// The rules that there are: plain, with a velocity, looking ahead, each with weight decay and without.
fn rules() -> Vec<(Rule<f32>, bool)> {
    let mut rules = Vec::new();
    for decay in [0.0, 0.01] {
        rules.push((Rule { decay, ..Rule::plain(0.3) }, false));
        for look_ahead in [false, true] {
            rules.push((Rule { decay, look_ahead, ..Rule::momentum(0.1, 0.9) }, true));
        }
    }
    rules
}

#[test]
fn pixel_weights_affine_is_the_plain_sum_over_lit_pixels() {
    for_every_level(|rng| {
        for units in UNITS {
            for examples in EXAMPLES {
                let weights = PixelWeights::new(&random(units, PIXELS, rng));
                let bias = Bias(random(units, 1, rng).column(0).into_owned());
                let images = random_images(examples, rng);
                let mut plain = DMatrix::zeros(units, examples);
                let x: Vec<_> = images.iter().collect();
                let matrix = weights.matrix();
                definition::affine_of_images(
                    matrix.as_slice(),
                    &[],
                    bias.0.as_slice(),
                    &x,
                    plain.as_mut_slice(),
                );
                let mut z = DMatrix::zeros(0, 0);
                weights.affine(&bias, &batch(&images), &mut z);
                same_bits(&z, &plain, &format!("{units} units, {examples} examples"));
            }
        }
    });
}

/// Protects every rule on pixel weights: also pixels that are no longer lit, and, with weight decay, never were, must move.
#[test]
fn pixel_weights_descend_is_the_plain_step() {
    for_every_level(|rng| {
        for (units, examples) in
            UNITS.into_iter().flat_map(|units| EXAMPLES.map(|examples| (units, examples)))
        {
            for (rule, has_velocity) in rules() {
                if examples == 1 && rule.is_plain() {
                    continue; // those are deferred: the test below
                }
                let mut weights = PixelWeights::new(&random(units, PIXELS, rng));
                let mut velocity = PixelVelocity::zeros(&weights);
                let mut plain = weights.matrix();
                let mut plain_velocity = DMatrix::zeros(units, PIXELS);
                for step in 0..3 {
                    let images = random_images(examples, rng); // others each time
                    let d = random(units, examples, rng);
                    weights.descend_by(&rule, has_velocity.then_some(&mut velocity), &d, &batch(&images));
                    defined_step_of_images(
                        &mut plain,
                        has_velocity.then_some(&mut plain_velocity),
                        &rule,
                        &d,
                        &images,
                    );
                    let what = format!("{rule:?}, step {step}, {units} units, {examples} examples");
                    same_bits(&weights.matrix(), &plain, &what);
                }
            }
        }
    });
}

/// Protects the updates of single examples, which a large matrix owes for a while: the weights are those of the plain steps
/// to the last bit, and the outputs in between are right.
#[test]
fn updates_of_single_examples_are_made_in_their_order() {
    for_every_level(|rng| {
        for (units, pixels, steps) in [(1, 40, 3), (17, 40, 3), (145, 40, 3), (403, 784, 21)] {
            let mut weights = PixelWeights::new(&random(units, pixels, rng));
            let mut plain = weights.matrix();
            let bias = Bias(random(units, 1, rng).column(0).into_owned());
            for step in 1..=steps {
                let images = images_of(pixels, step % 5 + 1, rng);
                let (mut one, mut all) = (SparseBatch::new(pixels), SparseBatch::new(pixels));
                one.set([images.get(images.len() - 1)]);
                all.set(images.iter());
                let d = random(units, 1, rng);
                weights.descend(0.1, &d, &one);
                for (&pixel, &value) in one[0].lit.iter().zip(one[0].values) {
                    for (w, d) in plain.column_mut(usize::from(pixel)).iter_mut().zip(&d) {
                        *w = (0.1 * d).mul_add(-value, *w);
                    }
                }
                let mut z = DMatrix::zeros(0, 0);
                weights.affine(&bias, &all, &mut z);
                for (image, z) in images.iter().zip(z.column_iter()) {
                    let mut exact = bias.0.clone();
                    for (&pixel, &value) in image.lit.iter().zip(image.values) {
                        exact += plain.column(usize::from(pixel)) * value;
                    }
                    let error = (z - exact).amax();
                    assert!(error < 5e-5, "{units} units, step {step}: an output is {error:e} off");
                }
            }
            same_bits(&weights.matrix(), &plain, &format!("a copy of {units} units"));
            let paid = DMatrix::from_column_slice(units, pixels, weights.as_mut_slice());
            same_bits(&paid, &plain, &format!("{units} units"));
        }
    });
}

#[test]
fn momentum_0_is_descend_to_the_last_bit() {
    for_every_level(|rng| {
        let images = random_images(10, rng);
        let (d, x) = (random(33, 10, rng), random(20, 10, rng));
        let mut a = PixelWeights::new(&random(33, PIXELS, rng));
        let mut b = a.clone();
        let mut velocity = PixelVelocity::zeros(&a);
        let mut c = Weights::new(&random(33, 20, rng));
        let mut e = c.clone();
        let mut dense_velocity = Weights::zeros(33, 20);
        for _ in 0..3 {
            a.descend(0.5, &d, &batch(&images));
            b.descend_with_momentum(&mut velocity, 0.0, 0.5, &d, &batch(&images));
            c.descend(0.5, &d, &x);
            e.descend_with_momentum(&mut dense_velocity, 0.0, 0.5, &d, &x);
        }
        same_bits(&a.matrix(), &b.matrix(), "pixel weights");
        same_bits(&c.transposed().into_owned(), &e.transposed().into_owned(), "weights");
    });
}

#[test]
fn weights_affine_is_sixteen_interleaved_sums() {
    for_every_level(|rng| {
        for inputs in UNITS {
            for (outputs, examples) in OUTPUTS {
                let matrix = random(outputs, inputs, rng);
                let bias = Bias(random(outputs, 1, rng).column(0).into_owned());
                let x = random(inputs, examples, rng);
                let mut plain = DMatrix::zeros(outputs, examples);
                let (w, b) = (matrix.transpose(), bias.0.as_slice());
                definition::affine(w.as_slice(), b, inputs, x.as_slice(), plain.as_mut_slice());
                let mut z = DMatrix::zeros(0, 0);
                Weights::new(&matrix).affine(&bias, &x, &mut z);
                same_bits(&z, &plain, &format!("{outputs} x {inputs}, {examples} examples"));
            }
        }
    });
}

#[test]
fn weights_transposed_times_is_the_plain_sum_over_outputs() {
    for_every_level(|rng| {
        for inputs in UNITS {
            for (outputs, examples) in OUTPUTS {
                let matrix = random(outputs, inputs, rng);
                let d = random(outputs, examples, rng);
                let mut plain = DMatrix::zeros(inputs, examples);
                let w = matrix.transpose();
                definition::transposed_times(w.as_slice(), inputs, d.as_slice(), plain.as_mut_slice());
                let mut back = DMatrix::zeros(0, 0);
                Weights::new(&matrix).transposed_times(&d, &mut back);
                same_bits(&back, &plain, &format!("{outputs} x {inputs}, {examples} examples"));
            }
        }
    });
}

/// Protects every rule on dense weights.
#[test]
fn weights_descend_is_the_plain_step() {
    for_every_level(|rng| {
        for inputs in UNITS {
            for (outputs, examples) in OUTPUTS {
                for (rule, has_velocity) in rules() {
                    let mut plain = random(inputs, outputs, rng); // the transposed matrix: rows of W lie together
                    let mut plain_velocity = DMatrix::zeros(inputs, outputs);
                    let mut weights = Weights::new(&plain.transpose());
                    let mut velocity = Weights::zeros(outputs, inputs);
                    for _ in 0..2 {
                        let (d, x) = (random(outputs, examples, rng), random(inputs, examples, rng));
                        weights.descend_by(&rule, has_velocity.then_some(&mut velocity), &d, &x);
                        let v = has_velocity.then_some(plain_velocity.as_mut_slice());
                        definition::descend(
                            plain.as_mut_slice(),
                            v,
                            &rule,
                            inputs,
                            d.as_slice(),
                            x.as_slice(),
                        );
                    }
                    let what = format!("{rule:?}, {outputs} x {inputs}, {examples}");
                    same_bits(&weights.transposed().into_owned(), &plain, &what);
                }
            }
        }
    });
}

/// Protects every rule on biases.
#[test]
fn biases_descend_is_the_plain_step() {
    for_every_level(|rng| {
        for (units, examples) in
            UNITS.into_iter().flat_map(|units| EXAMPLES.map(|examples| (units, examples)))
        {
            for (rule, _) in rules().into_iter().filter(|(_, has_velocity)| *has_velocity) {
                let d = random(units, examples, rng);
                let (mut bias, mut velocity) =
                    (Bias(random(units, 1, rng).column(0).into_owned()), Bias::zeros(units));
                let (mut plain, mut plain_velocity) = (bias.clone(), Bias::zeros(units));
                for _ in 0..2 {
                    bias.descend_by(&rule, &mut velocity, &d);
                    let v = Some(plain_velocity.0.as_mut_slice());
                    definition::descend_of_biases(plain.0.as_mut_slice(), v, &rule, d.as_slice());
                }
                assert_eq!(bias, plain, "{rule:?}, {units} units, {examples} examples");
            }
        }
    });
}

/// Protects the first layer when its work is shared: each thread takes some pixels, from the first of its own on.
#[test]
fn sharing_pixels_among_threads_changes_no_bit() {
    let mut rng = generator(7, Purpose::Test, 4);
    let (units, pixels, examples) = (301, 784, 67);
    let images = images_of(pixels, examples, &mut rng);
    let mut batch = SparseBatch::new(pixels);
    batch.set(images.iter());
    let start = PixelWeights::new(&random(units, pixels, &mut rng));
    let d = random(units, examples, &mut rng);
    let bias = Bias::zeros(units);
    let run = |threads| {
        crate::parallel::with_threads(threads, || {
            let (mut plain, mut moving, mut z) = (start.clone(), start.clone(), DMatrix::zeros(0, 0));
            let mut velocity = PixelVelocity::zeros(&moving);
            start.affine(&bias, &batch, &mut z);
            plain.descend(0.1, &d, &batch);
            moving.descend_with_momentum(&mut velocity, 0.9, 0.1, &d, &batch);
            (z, plain, moving, velocity)
        })
    };
    let one = run(1);
    assert_eq!(run(3), one);
    let mut defined = start.matrix();
    defined_step_of_images(&mut defined, None, &Rule::plain(0.1), &d, &images);
    same_bits(&one.1.matrix(), &defined, "one thread");
}

#[cfg(feature = "threads")]
#[test]
fn sharing_among_threads_changes_no_bit() {
    // Large enough to be shared, and odd enough that the parts differ.
    let mut rng = generator(7, Purpose::Test, 1);
    let (outputs, inputs, examples) = (301, 303, 67);
    let matrix = random(outputs, inputs, &mut rng);
    let (d, x) = (random(outputs, examples, &mut rng), random(inputs, examples, &mut rng));
    let bias = Bias(random(outputs, 1, &mut rng).column(0).into_owned());
    let run = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let mut weights = Weights::new(&matrix);
        pool.install(|| {
            let (mut z, mut back) = (DMatrix::zeros(0, 0), DMatrix::zeros(0, 0));
            weights.affine(&bias, &x, &mut z);
            weights.transposed_times(&d, &mut back);
            weights.descend(0.1, &d, &x);
            (z, back, weights)
        })
    };
    assert_eq!(run(1), run(3));
}

#[test]
fn the_mean_image_is_the_mean_of_all_pixels() {
    let images = random_images(7, &mut generator(7, Purpose::Test, 2));
    let mut mean = SparseImages::new(PIXELS);
    batch(&images).mean(&mut mean);
    let expected = dense(&images).column_mean();
    let found = dense(&mean);
    assert!((found.column(0) - expected).amax() < 1e-6);
}
