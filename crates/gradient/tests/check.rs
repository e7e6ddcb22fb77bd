//! The report of a gradient check, for stages that are right and for one that is not.

use digits_core::data::{Examples, Split, practice};
use digits_core::gradient_check::{Cost, Report, check};
use digits_core::network::Network;
use digits_core::settings::{BATCH_SIZE, Value};
use digits_core::stage::Stage;
use gradient::Gradient;
use stochastic::Stochastic;

fn train() -> Examples {
    practice::examples(1, Split::Train, 50)
}

fn report<S: Stage>(batch_size: u64) -> Report {
    let settings = S::ABOUT.usual().with(&BATCH_SIZE, Value::Whole(batch_size));
    check::<S>(&settings, &Network::new(20, 1), &train())
}

/// Protects the judgement: an exact rule is exact in every block, another is not, and its angle says so.
#[test]
fn a_right_rule_is_told_from_a_wrong_one() {
    for report in [report::<Gradient>(10), report::<Gradient>(1)] {
        assert_eq!(report.cost, Cost::SquaredError);
        let blocks: Vec<_> = report.blocks.iter().map(|block| block.block.as_str()).collect();
        assert_eq!(blocks, ["W1", "b1", "W2", "b2"]);
        for block in &report.blocks {
            assert!(block.exact_error < 1e-6 && block.stage_error < 1e-6, "{block:?}");
            assert!((block.length - 1.0).abs() < 1e-6 && block.angle.is_some_and(|angle| angle < 1e-4));
        }
    }
    let report = report::<Stochastic>(10);
    for block in &report.blocks {
        assert!(block.exact_error < 1e-6 && block.stage_error > 0.1, "{block:?}");
    }
    let angle = |cost| report.angles.iter().find(|(to, _)| *to == cost).and_then(|(_, angle)| *angle);
    assert!(angle(Cost::SquaredError).is_some_and(|angle| angle > 0.01));
    assert!(angle(Cost::CrossEntropy).is_some_and(|angle| angle < 1e-4));
}

/// Protects the V: long steps measure a chord, short ones rounding, and `f32` has far less room between.
#[test]
fn the_error_of_a_difference_is_a_v_in_its_step() {
    let report = report::<Gradient>(10);
    let lowest = |error: fn(&digits_core::gradient_check::StepError) -> f64| {
        report.steps.iter().map(error).fold(f64::INFINITY, f64::min)
    };
    let (first, last) = (report.steps[0], report.steps[report.steps.len() - 1]);
    let (forward_f32, forward_f64) = (lowest(|step| step.forward_f32), lowest(|step| step.forward_f64));
    assert!(forward_f32 < 0.1 * first.forward_f32 && forward_f32 < 0.1 * last.forward_f32, "{report:?}");
    assert!(forward_f64 < 1e-4 * first.forward_f64 && forward_f64 < 0.1 * last.forward_f64);
    assert!(forward_f32 > 100.0 * forward_f64 && lowest(|step| step.central_f64) < 0.1 * forward_f64);
}

/// Protects networks without a hidden layer.
#[test]
fn ten_neurons_are_checked_too() {
    let settings = <Gradient as Stage>::ABOUT.usual();
    let report = check::<Gradient>(&settings, &Network::new(20, 1), &train());
    assert_eq!(report.blocks.len(), 4);
    let layers = digits_core::settings::Layers::of(&[]);
    let settings = settings.with(&digits_core::settings::HIDDEN, Value::Layers(layers));
    let report = check::<Gradient>(&settings, &<Gradient as Stage>::network(&settings), &train());
    assert_eq!(report.blocks.len(), 2);
    assert!(report.blocks.iter().all(|block| block.stage_error < 1e-6));
}
