//! Chapter 2: ten neurons, as usual, from zero, and by a threshold; and a hidden layer from zero.

use super::training::accuracies;
use super::{Data, Experiment};
use crate::Result;
use digits_core::data::{Dataset, practice};
use digits_core::settings::{EPOCHS, HIDDEN, LEARNING_RATE, Layers, Settings, Value as Setting};
use digits_core::stage::Stage;
use digits_core::training::TrainingData;
use exercises::chapter_02::{Threshold, from_zero};
use serde_json::{Value, json};
use stochastic::Stochastic;

pub(super) const EXPERIMENT: Experiment = Experiment {
    name: "ten-neurons",
    about: "Ten neurons, 1,000 images, eta 0.01, 10 epochs, seeds 1 to 5: as usual, from zero, by a threshold; and stage 1 with 128 hidden \
            units from zero, 100 epochs",
    data: Data::Mnist,
    stages: &["stochastic"],
    run: |lab| Ok(json!({"practice": of(practice::dataset())?, "mnist": of(lab.dataset()?)?})),
};

fn of(mut dataset: Dataset) -> Result<Value> {
    dataset.train.truncate(1_000);
    let data = TrainingData::from(&dataset);
    let ten = |usual: Settings| {
        let none = Setting::Layers(Layers::of(&[]));
        usual
            .with(&HIDDEN, none)
            .with(&LEARNING_RATE, Setting::Number(0.01))
            .with(&EPOCHS, Setting::Whole(10))
    };
    let hidden = <Stochastic as Stage>::ABOUT.usual();
    let (soft, hard) = (ten(hidden.clone()), ten(<Threshold as Stage>::ABOUT.usual()));
    Ok(json!({
        "usual": accuracies::<Stochastic>(&soft, &data, |network| network)?,
        "from_zero": accuracies::<Stochastic>(&soft, &data, from_zero)?,
        "threshold": accuracies::<Threshold>(&hard, &data, |network| network)?,
        "hidden_from_zero": accuracies::<Stochastic>(&hidden, &data, from_zero)?,
    }))
}
