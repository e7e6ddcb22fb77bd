//! The parting of one set into examples to learn from and examples to be judged by.

use super::{CLASSES, Examples, PIXELS};
use crate::random::{Purpose, generator, shuffle};

/// Parts a set: of each class, this share of the examples, chosen by the seed, is for testing. Both parts keep the
/// order of the set. A class with so few examples that its share rounds to none is left to training.
pub fn split(examples: &Examples, test_share: f64, seed: u64) -> (Examples, Examples) {
    let mut tests = vec![false; examples.len()];
    for class in 0..CLASSES {
        let is_member = |index: &usize| usize::from(examples.labels()[*index]) == class;
        let mut members: Vec<usize> = (0..examples.len()).filter(is_member).collect();
        shuffle(&mut members, &mut generator(seed, Purpose::Split, class as u64));
        let count = (members.len() as f64 * test_share).round() as usize;
        members.iter().take(count).for_each(|&index| tests[index] = true);
    }
    let part = |wanted: bool| {
        let (mut pixels, mut labels) = (Vec::new(), Vec::new());
        let count = tests.iter().filter(|&&test| test == wanted).count();
        pixels.reserve_exact(count * PIXELS);
        for (index, _) in tests.iter().enumerate().filter(|(_, test)| **test == wanted) {
            pixels.extend_from_slice(examples.image(index));
            labels.push(examples.labels()[index]);
        }
        Examples::new(pixels, labels)
    };
    (part(false), part(true))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{Split, practice};

    #[test]
    fn each_class_gives_its_share_and_the_seed_decides_which() {
        let all = practice::examples(1, Split::Train, 200);
        let (train, test) = split(&all, 0.2, 1);
        for class in 0..10 {
            let count =
                |examples: &Examples| examples.labels().iter().filter(|&&label| label == class).count();
            assert_eq!((count(&train), count(&test)), (16, 4), "class {class}");
        }
        assert!(split(&all, 0.2, 1) == (train, test.clone()));
        assert!(split(&all, 0.2, 2).1 != test);
    }
}
