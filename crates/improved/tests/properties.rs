//! What must hold for any distortion of any images.

use digits_core::batch::SparseExamples;
use digits_core::data::PIXELS;
use digits_core::linalg::SparseImages;
use digits_core::settings::Value;
use improved::settings::INPUT_DROPOUT;
use improved::{ABOUT, Augmenter};
use proptest::prelude::*;
use test_support::strategies::{self, Case};

/// The images of an epoch, where they are others than the originals.
fn renewed(augmenter: &Augmenter, originals: &SparseExamples, epoch: usize) -> Option<SparseExamples> {
    let mut to = SparseExamples { images: SparseImages::new(PIXELS), labels: Vec::new() };
    augmenter.renew(originals, epoch, &mut to).then_some(to)
}

proptest! {
    #![proptest_config(strategies::cases(500))]

    /// Grey levels stay grey levels, 0 to 1, however far images are turned, stretched, moved and torn; and each keeps its
    /// place and its label.
    #[test]
    fn distortions_keep_the_range_the_count_and_the_labels(
        case in strategies::case(&ABOUT),
        epoch in 1..=u32::MAX as usize,
    ) {
        let Case { settings, train, .. } = case;
        let originals = SparseExamples::<f32>::from(&train);
        let distort_only = settings.clone().with(&INPUT_DROPOUT, Value::Number(0.0));
        // What input dropout leaves of an image is scaled up, so then there is no upper end.
        for (settings, most) in [(distort_only, 1.0), (settings, f32::MAX)] {
            let Some(images) = renewed(&Augmenter::new(&settings), &originals, epoch) else {
                continue;
            };
            prop_assert_eq!(images.images.len(), originals.len());
            prop_assert_eq!(&images.labels, &originals.labels);
            for image in images.images.iter() {
                let values = image.values;
                prop_assert!(values.iter().all(|grey| *grey > 0.0 && *grey <= most), "{values:?}");
                prop_assert!(image.lit.iter().all(|pixel| usize::from(*pixel) < PIXELS), "{:?}", image.lit);
            }
        }
    }
}
