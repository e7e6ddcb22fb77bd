//! Images that lie on their side: EMNIST's files hold every image with rows and columns exchanged.

use super::{CLASSES, Examples, PIXELS, SIDE, Split, practice};

/// The examples that are looked at, and the fewest that can tell.
const LOOKED_AT: usize = 2000;
const FEWEST: usize = 100;
/// The practice digits that show how upright ones look.
const DRAWN: usize = 500;
/// How much exchanged images must resemble upright digits, and how much more so than the images as they are. Of 2,000
/// images of MNIST the two likenesses are 0.9 and 0.3 to 0.4.
const LIKENESS: f64 = 0.5;
const LEAD: f64 = 0.2;

/// How a set of images lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Orientation {
    /// They are digits, and upright.
    Upright,
    /// They are digits with rows and columns exchanged.
    Lying,
    /// They are too few, or resemble digits neither way.
    Unclear,
}

/// How these images lie, by what their classes look like.
pub fn of(examples: &Examples) -> Orientation {
    if examples.len() < FEWEST {
        return Orientation::Unclear;
    }
    let drawn = Means::of(&practice::examples(practice::SEED, Split::Train, DRAWN));
    let seen = Means::of(examples);
    let (as_it_is, exchanged) = (drawn.likeness(&seen, |at| at), drawn.likeness(&seen, exchange));
    let is = |one: f64, other: f64| one > LIKENESS && one > other + LEAD;
    match (is(as_it_is, exchanged), is(exchanged, as_it_is)) {
        (true, _) => Orientation::Upright,
        (_, true) => Orientation::Lying,
        _ => Orientation::Unclear,
    }
}

/// Exchanges rows and columns of all images.
pub fn turn(examples: &mut Examples) {
    for image in examples.pixels.as_chunks_mut::<PIXELS>().0 {
        let lying = *image;
        image.iter_mut().enumerate().for_each(|(at, pixel)| *pixel = lying[exchange(at)]);
    }
}

/// The pixel at which pixel `at` lies when rows and columns are exchanged.
fn exchange(at: usize) -> usize {
    at % SIDE * SIDE + at / SIDE
}

/// The mean image of each class, less the mean of all these.
struct Means([Vec<f64>; CLASSES]);

impl Means {
    fn of(examples: &Examples) -> Self {
        let mut sums: [Vec<f64>; CLASSES] = std::array::from_fn(|_| vec![0.0; PIXELS]);
        let mut counts = [0.0; CLASSES];
        for index in 0..examples.len().min(LOOKED_AT) {
            let class = usize::from(examples.labels()[index]);
            counts[class] += 1.0;
            sums[class].iter_mut().zip(examples.image(index)).for_each(|(sum, &p)| *sum += f64::from(p));
        }
        for (sums, count) in sums.iter_mut().zip(counts) {
            sums.iter_mut().for_each(|sum| *sum /= f64::max(count, 1.0));
        }
        let mean = |at: usize| sums.iter().map(|class| class[at]).sum::<f64>() / CLASSES as f64;
        let mean: Vec<f64> = (0..PIXELS).map(mean).collect();
        for class in &mut sums {
            class.iter_mut().zip(&mean).for_each(|(pixel, mean)| *pixel -= mean);
        }
        Means(sums)
    }

    /// How alike the classes are, from -1 to 1, when the pixel of the other at `place(at)` is compared with that at `at`.
    fn likeness(&self, other: &Means, place: impl Fn(usize) -> usize) -> f64 {
        let of_class = |(one, two): (&Vec<f64>, &Vec<f64>)| {
            let product: f64 = (0..PIXELS).map(|at| one[at] * two[place(at)]).sum();
            let length = |image: &[f64]| image.iter().map(|pixel| pixel * pixel).sum::<f64>().sqrt();
            product / f64::max(length(one) * length(two), f64::MIN_POSITIVE)
        };
        self.0.iter().zip(&other.0).map(of_class).sum::<f64>() / CLASSES as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lying_digits_are_told_from_upright_ones_and_turned() {
        let upright = practice::examples(2, Split::Test, 300);
        assert_eq!(of(&upright), Orientation::Upright);
        let pixels = (0..300).flat_map(|index| (0..PIXELS).map(move |at| (index, exchange(at))));
        let pixels = pixels.map(|(index, at)| upright.image(index)[at]).collect();
        let mut lying = Examples::new(pixels, upright.labels().to_vec());
        assert_eq!(of(&lying), Orientation::Lying);
        turn(&mut lying);
        assert!(lying == upright);
        lying.truncate(FEWEST - 1);
        assert_eq!(of(&lying), Orientation::Unclear);
    }
}
