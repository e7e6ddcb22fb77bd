//! Chapter 6: average first.
//!
//! Answers: the two-line example in numbers, half of a repair, and two ways to deal images into batches.

use digits_core::batch::{Batch, SparseExamples};
use digits_core::data::CLASSES;
use digits_core::linalg::{DMatrix, Real, SparseImages, mean_of_columns, zip_apply, zip_into};
use digits_core::network::{Network, Signals};
use digits_core::random::{Generator, shuffle};
use digits_core::settings::{BATCH_SIZE, LEARNING_RATE, Settings, Value};
use digits_core::stage::{About, Stage};

/// The mean of products, and the product of means, of two equally long lists.
pub fn two_ways(e: &[f64], h: &[f64]) -> (f64, f64) {
    let mean = |numbers: &mut dyn Iterator<Item = f64>| numbers.sum::<f64>() / e.len() as f64;
    let of_products = mean(&mut e.iter().zip(h).map(|(e, h)| e * h));
    (of_products, mean(&mut e.iter().copied()) * mean(&mut h.iter().copied()))
}

/// *Change one line*: stage 3, whose W2 follows the mean of products, while W1 still follows the product of means.
pub struct HalfRepaired<R: Real = f32> {
    eta: R,
    signals: Signals<R>,
    xm: SparseImages<R>,
    hm: DMatrix<R>,
    em: DMatrix<R>,
}

impl<R: Real> Stage<R> for HalfRepaired<R> {
    const ABOUT: About = About {
        name: "half-repaired",
        idea: "average for W1 only",
        summary: "Stage 3 with the mean of products for W2.",
        settings: &[BATCH_SIZE, LEARNING_RATE.usually(Value::Number(0.5))],
        ..About::UNNAMED
    };
    type Precise = HalfRepaired<f64>;

    fn new(settings: &Settings, network: &Network<R>) -> Self {
        HalfRepaired {
            eta: R::of(settings.number(&LEARNING_RATE)),
            signals: Signals::default(),
            xm: SparseImages::new(network.first.pixels()),
            hm: DMatrix::zeros(0, 0),
            em: DMatrix::zeros(0, 0),
        }
    }

    fn update(&mut self, network: &mut Network<R>, batch: &Batch<'_, R>) {
        let (eta, one) = (self.eta, R::one());
        let Signals { h, o, d2: e, d1 } = &mut self.signals;
        let HalfRepaired { xm, hm, em, .. } = self;
        let network = network.two_layers();
        network.forward(&batch.x, h, o);

        zip_into(e, o, &batch.t, |o, t| o - t);
        batch.x.mean(xm);
        mean_of_columns(h, hm);
        mean_of_columns(e, em);

        network.w2.transposed_times(em, d1);
        zip_apply(d1, hm, |d, h| d * h * (one - h));

        network.w2.descend(eta, e, h); // the line
        network.w1.subtract_outer(eta, d1, xm.get(0));
    }
}

/// *Build*: batches of ten that hold each digit once, as many as the rarest digit has images.
pub fn each_digit_once(labels: &[u8], rng: &mut Generator) -> Vec<Vec<u32>> {
    let by_digit = by_digit(labels, rng);
    let rarest = by_digit.iter().map(Vec::len).min().unwrap_or(0);
    (0..rarest).map(|index| by_digit.iter().map(|images| images[index]).collect()).collect()
}

/// *Build*: batches of at most ten that hold one digit only, in random order.
pub fn one_digit(labels: &[u8], rng: &mut Generator) -> Vec<Vec<u32>> {
    let chunks = |images: Vec<u32>| images.chunks(10).map(<[u32]>::to_vec).collect::<Vec<_>>();
    let mut batches: Vec<Vec<u32>> = by_digit(labels, rng).into_iter().flat_map(chunks).collect();
    shuffle(&mut batches, rng);
    batches
}

/// The images of each digit, in random order.
fn by_digit(labels: &[u8], rng: &mut Generator) -> Vec<Vec<u32>> {
    let mut order: Vec<u32> = (0..labels.len() as u32).collect();
    shuffle(&mut order, rng);
    let mut images = vec![Vec::new(); CLASSES];
    for index in order {
        images[usize::from(labels[index as usize])].push(index);
    }
    images
}

/// *Build*: updates on these batches, one after the other.
pub fn train_on<S: Stage>(
    stage: &mut S,
    network: &mut Network,
    examples: &SparseExamples,
    batches: &[Vec<u32>],
) {
    let mut batch = Batch::new(examples.images.pixels());
    for indices in batches {
        batch.set(examples, indices);
        stage.update(network, &batch);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use digits_core::data::{Split, practice};
    use digits_core::evaluation::evaluate;
    use digits_core::random::{Purpose, generator};
    use no_bias::NoBias;

    fn examples(split: Split, count: usize) -> SparseExamples {
        SparseExamples::from(&practice::examples(practice::SEED, split, count))
    }

    /// Protects the first table of the chapter.
    #[test]
    fn two_images_are_enough_for_the_two_ways_to_differ() {
        assert_eq!(two_ways(&[0.5, -0.5], &[1.0, 0.0]), (0.25, 0.0));
    }

    /// Protects the dealers: each digit once, one digit only, and no image twice.
    #[test]
    fn batches_hold_what_they_should() {
        let labels = practice::examples(practice::SEED, Split::Train, 95).labels().to_vec();
        let mut rng = generator(1, Purpose::Test, 0);
        let digits = |batch: &Vec<u32>| batch.iter().map(|&index| labels[index as usize]).collect::<Vec<_>>();
        let once = each_digit_once(&labels, &mut rng);
        assert_eq!(once.len(), 9);
        assert!(once.iter().all(|batch| digits(batch) == (0..10).collect::<Vec<u8>>()));
        let pure = one_digit(&labels, &mut rng);
        assert!(pure.iter().all(|batch| digits(batch).windows(2).all(|pair| pair[0] == pair[1])));
        let mut all = pure.concat();
        all.sort_unstable();
        assert_eq!(all, (0..95).collect::<Vec<u32>>());
    }

    /// Protects the answer: averages of each digit once teach nothing, averages of one digit a good deal.
    #[test]
    fn what_is_in_a_batch_decides_what_its_average_teaches() {
        let (train, test) = (examples(Split::Train, 500), examples(Split::Test, 500));
        let accuracy = |deal: fn(&[u8], &mut Generator) -> Vec<Vec<u32>>| {
            let mut network = Network::new(32, 1);
            let settings = <NoBias as Stage>::ABOUT.settings();
            let mut stage = NoBias::new(&settings, &network);
            for epoch in 0..30 {
                let batches = deal(&train.labels, &mut generator(1, Purpose::Test, epoch));
                train_on(&mut stage, &mut network, &train, &batches);
            }
            evaluate(&network, &test).accuracy()
        };
        let (once, pure) = (accuracy(each_digit_once), accuracy(one_digit));
        assert!(once < 0.25 && pure > 0.6, "each digit once {once}, one digit {pure}");
    }

    /// Protects the answer: half of the repair alone makes it worse.
    #[test]
    fn half_of_a_repair_does_not_help() {
        let (train, test) = (examples(Split::Train, 1000), examples(Split::Test, 500));
        fn accuracy<S: Stage>(train: &SparseExamples, test: &SparseExamples) -> f64 {
            let mut network = Network::new(32, 1);
            let mut stage = S::new(&S::ABOUT.settings(), &network);
            for epoch in 0..40 {
                let mut order: Vec<u32> = (0..train.len() as u32).collect();
                shuffle(&mut order, &mut generator(1, Purpose::Test, epoch));
                let batches: Vec<Vec<u32>> = order.chunks(10).map(<[u32]>::to_vec).collect();
                train_on(&mut stage, &mut network, train, &batches);
            }
            evaluate(&network, test).accuracy()
        }
        let (averaged, half) = (accuracy::<NoBias>(&train, &test), accuracy::<HalfRepaired>(&train, &test));
        assert!(half < averaged - 0.02, "averaged {averaged}, half repaired {half}");
    }
}
