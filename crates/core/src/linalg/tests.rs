//! Every operation against its plain version, bit by bit, with every instruction set of this machine.
//!
//! The plain versions below are the definition: loops over entries in the order that the operations promise. They
//! protect the fast ones against any change of a single rounding.

use super::lanes::FORCED;
use super::*;
use crate::random::{Generator, Purpose, generator, normal, uniform};

/// Shapes around every edge of the kernels: vectors of 16, runs of 8, 4, 2 and 1, tiles of 5 and 4.
const UNITS: [usize; 9] = [1, 3, 10, 16, 17, 31, 100, 128, 145];
const EXAMPLES: [usize; 5] = [1, 2, 5, 10, 33];
const PIXELS: usize = 40;

fn for_every_level(test: impl Fn(&mut Generator)) {
    for level in Level::all() {
        FORCED.set(Some(level));
        test(&mut generator(7, Purpose::Test, 0));
    }
    FORCED.set(None);
}

fn random(rows: usize, columns: usize, rng: &mut Generator) -> DMatrix<f32> {
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

fn same_bits(fast: &DMatrix<f32>, plain: &DMatrix<f32>, what: &str) {
    assert_eq!(fast.shape(), plain.shape(), "{what}");
    for (index, (fast, plain)) in fast.iter().zip(plain).enumerate() {
        // +0 and -0 are the same number.
        assert!(
            fast.to_bits() == plain.to_bits() || fast == plain,
            "{what}, entry {index}: {fast:e}, plain {plain:e}"
        );
    }
}

/// A step down the mean of d xᵀ, of more than one example or with momentum, with momentum where there is a velocity, entry by entry.
fn plain_step(
    w: &mut DMatrix<f32>,
    mut v: Option<&mut DMatrix<f32>>,
    mu: f32,
    eta: f32,
    d: &DMatrix<f32>,
    x: &DMatrix<f32>,
) {
    for unit in 0..w.nrows() {
        for input in 0..w.ncols() {
            let sum = (0..x.ncols()).fold(0.0, |sum, k| d[(unit, k)].mul_add(x[(input, k)], sum));
            let mut direction = sum * (1.0 / x.ncols() as f32);
            if let Some(v) = &mut v {
                direction = v[(unit, input)].mul_add(mu, direction);
                v[(unit, input)] = direction;
            }
            w[(unit, input)] = (-eta).mul_add(direction, w[(unit, input)]);
        }
    }
}

#[test]
fn pixel_weights_affine_is_the_plain_sum_over_lit_pixels() {
    for_every_level(|rng| {
        for units in UNITS {
            for examples in EXAMPLES {
                let weights = PixelWeights::new(&random(units, PIXELS, rng));
                let bias = Bias(random(units, 1, rng).column(0).into_owned());
                let images = random_images(examples, rng);
                let x = dense(&images);
                let plain = DMatrix::from_fn(units, examples, |u, e| {
                    (0..PIXELS)
                        .filter(|&p| x[(p, e)] != 0.0)
                        .fold(bias.0[u], |sum, p| weights.matrix()[(u, p)].mul_add(x[(p, e)], sum))
                });
                let mut z = DMatrix::zeros(0, 0);
                weights.affine(&bias, &batch(&images), &mut z);
                same_bits(&z, &plain, &format!("{units} units, {examples} examples"));
            }
        }
    });
}

#[test]
fn pixel_weights_descend_is_the_plain_step() {
    for_every_level(|rng| {
        for units in UNITS {
            for examples in EXAMPLES {
                let images = random_images(examples, rng);
                let d = random(units, examples, rng);
                let mut weights = PixelWeights::new(&random(units, PIXELS, rng));
                let mut velocity = PixelVelocity::zeros(&weights);
                let mut plain = weights.matrix();
                let mut plain_velocity = DMatrix::zeros(units, PIXELS);
                if examples > 1 {
                    weights.descend(0.3, &d, &batch(&images));
                    plain_step(&mut plain, None, 0.0, 0.3, &d, &dense(&images));
                    same_bits(
                        &weights.matrix(),
                        &plain,
                        &format!("descend, {units} units, {examples} examples"),
                    );
                }
                for step in 0..3 {
                    // Other images each time: columns that are no longer lit must still move.
                    let images = random_images(examples, rng);
                    weights.descend_with_momentum(&mut velocity, 0.9, 0.1, &d, &batch(&images));
                    plain_step(&mut plain, Some(&mut plain_velocity), 0.9, 0.1, &d, &dense(&images));
                    same_bits(
                        &weights.matrix(),
                        &plain,
                        &format!("step {step}, {units} units, {examples} examples"),
                    );
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
                let mut images = SparseImages::new(pixels);
                for _ in 0..step % 5 + 1 {
                    let pixel = |_| if uniform(rng) < 0.2 { uniform(rng) as f32 + 0.01 } else { 0.0 };
                    images.push(&(0..pixels).map(pixel).collect::<Vec<_>>());
                }
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
            for (outputs, examples) in [(10, 1), (10, 10), (3, 2), (17, 5), (1, 4)] {
                let matrix = random(outputs, inputs, rng);
                let bias = Bias(random(outputs, 1, rng).column(0).into_owned());
                let x = random(inputs, examples, rng);
                let plain = DMatrix::from_fn(outputs, examples, |u, e| {
                    let mut lanes = [0.0f32; 16];
                    for i in 0..inputs {
                        lanes[i % 16] = matrix[(u, i)].mul_add(x[(i, e)], lanes[i % 16]);
                    }
                    for half in [8, 4, 2, 1] {
                        (0..half).for_each(|i| lanes[i] += lanes[i + half]);
                    }
                    lanes[0] + bias.0[u]
                });
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
            for (outputs, examples) in [(10, 1), (10, 10), (3, 2), (17, 23), (130, 33)] {
                let matrix = random(outputs, inputs, rng);
                let d = random(outputs, examples, rng);
                let plain = DMatrix::from_fn(inputs, examples, |i, e| {
                    (0..outputs).fold(0.0f32, |sum, u| matrix[(u, i)].mul_add(d[(u, e)], sum))
                });
                let mut back = DMatrix::zeros(0, 0);
                Weights::new(&matrix).transposed_times(&d, &mut back);
                same_bits(&back, &plain, &format!("{outputs} x {inputs}, {examples} examples"));
            }
        }
    });
}

#[test]
fn weights_descend_is_the_plain_step() {
    for_every_level(|rng| {
        for inputs in UNITS {
            for (outputs, examples) in [(10, 1), (10, 10), (3, 2), (17, 5), (130, 33)] {
                let (d, x) = (random(outputs, examples, rng), random(inputs, examples, rng));
                let mut plain = random(outputs, inputs, rng);
                let mut plain_velocity = DMatrix::zeros(outputs, inputs);
                let mut weights = Weights::new(&plain);
                let mut velocity = Weights::zeros(outputs, inputs);
                weights.descend(0.3, &d, &x);
                plain_step(&mut plain, None, 0.0, 0.3, &d, &x);
                for _ in 0..2 {
                    weights.descend_with_momentum(&mut velocity, 0.9, 0.1, &d, &x);
                    plain_step(&mut plain, Some(&mut plain_velocity), 0.9, 0.1, &d, &x);
                }
                same_bits(
                    &weights.transposed().transpose(),
                    &plain,
                    &format!("{outputs} x {inputs}, {examples}"),
                );
            }
        }
    });
}

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
fn the_sigmoid_is_right_and_never_overflows() {
    for_every_level(|_| {
        let z = [
            0.0,
            1.0,
            -1.0,
            5.5,
            -30.0,
            1e4,
            -1e4,
            f32::MAX,
            f32::MIN,
            0.1,
            0.2,
            0.3,
            0.4,
            0.5,
            0.6,
            0.7,
            0.8,
        ];
        let mut o = DMatrix::from_column_slice(z.len(), 1, &z);
        sigmoid(&mut o);
        for (z, o) in z.into_iter().zip(o.iter()) {
            let exact = 1.0 / (1.0 + (-f64::from(z)).exp());
            assert!((f64::from(*o) - exact).abs() < 1.5e-7, "sigmoid({z}) = {o}, not {exact}");
        }
        let mut nan = DMatrix::from_element(3, 1, f32::NAN);
        sigmoid(&mut nan);
        assert!(nan.iter().all(|o| o.is_nan()), "what is not a number must stay so");
    });
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

/// Protects the way from bytes to lit pixels: every pixel that is not zero, with its level / 255, over more images than a
/// thread takes at a time.
#[test]
fn images_from_bytes_are_their_lit_pixels() {
    let mut rng = generator(7, Purpose::Test, 3);
    let pixels = 13;
    let bytes: Vec<u8> = (0..2_500 * pixels)
        .map(|_| if uniform(&mut rng) < 0.3 { (255.9 * uniform(&mut rng)) as u8 } else { 0 })
        .collect();
    let images = SparseImages::<f32>::from_bytes(pixels, &bytes);
    assert_eq!(images.len(), 2_500);
    for (image, levels) in images.iter().zip(bytes.chunks(pixels)) {
        let lit: Vec<(u16, f32)> = image.lit.iter().copied().zip(image.values.iter().copied()).collect();
        let expected = levels.iter().enumerate().filter(|(_, level)| **level != 0);
        let expected: Vec<(u16, f32)> =
            expected.map(|(pixel, &level)| (pixel as u16, f32::from(level) / 255.0)).collect();
        assert_eq!(lit, expected);
    }
}
