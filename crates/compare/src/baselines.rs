//! What there is without these stages: the first rows of every table.

use crate::experiment::{Experiment, with_seed};
use crate::results::Baseline as Row;
use crate::stages;
use digits_core::baselines::Baseline;
use digits_core::parallel::{map, side_by_side};
use digits_core::settings::{HIDDEN, LEARNING_RATE, Layers, MEASURE_EVERY, Settings, Value};
use digits_core::stage::Stage;
use stochastic::Stochastic;

/// The learning rate of ten neurons, which have no hidden units to share an error with.
const RATE: f64 = 0.01;

/// All baselines, for each repetition of an experiment. `like` are the settings of a stage in it: the ten neurons train
/// as long as the stages.
pub(crate) fn all(experiment: &Experiment, like: &Settings) -> Vec<Row> {
    let known = [
        (Baseline::CommonestClass, "commonest", "always the commonest digit"),
        (Baseline::NearestMean, "class means", "the nearest class mean"),
        (Baseline::NearestImage, "neighbour", "the nearest training image"),
    ];
    let mut rows: Vec<Row> = known
        .into_iter()
        .map(|(baseline, name, idea)| {
            let by_set = map(experiment.images.len(), |set| {
                baseline.evaluate(&experiment.images[set], &experiment.test).accuracy()
            });
            let accuracies = experiment.repetitions.iter().map(|repetition| by_set[repetition.train_set]);
            Row { name: name.to_owned(), idea: idea.to_owned(), test_accuracies: accuracies.collect() }
        })
        .collect();
    rows.extend(ten_neurons(experiment, like));
    rows
}

/// Ten outputs without a hidden layer, trained by the delta rule; none where a training diverged.
fn ten_neurons(experiment: &Experiment, like: &Settings) -> Option<Row> {
    let mut settings = <Stochastic as Stage>::ABOUT.usual();
    like.iter().for_each(|(setting, value)| {
        if ["epochs", "updates", "shuffle"].contains(&setting.name) {
            settings.set(setting.name, value);
        }
    });
    let settings = settings
        .with(&HIDDEN, Value::Layers(Layers::of(&[])))
        .with(&LEARNING_RATE, Value::Number(RATE))
        .with(&MEASURE_EVERY, Value::Whole(u64::from(u32::MAX)));
    let found = side_by_side(
        experiment.repetitions.len(),
        |_| 1.0,
        |index| {
            let repetition = experiment.repetitions[index];
            let data = &experiment.sets[repetition.train_set];
            let trained =
                stages::train_one::<Stochastic>(&with_seed(&settings, repetition.seed), data, &mut ());
            trained.outcome.ok().map(|outcome| outcome.test.accuracy())
        },
    );
    Some(Row {
        name: "ten neurons".to_owned(),
        idea: "no hidden layer".to_owned(),
        test_accuracies: found.into_iter().collect::<Option<Vec<f64>>>()?,
    })
}
