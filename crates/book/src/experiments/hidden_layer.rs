//! Chapter 3: the chain of single neurons, hidden layers of some sizes, and blame through the new W2.

use super::training::accuracies;
use super::{Data, Experiment};
use crate::Result;
use digits_core::data::{Dataset, practice};
use digits_core::settings::{HIDDEN, LEARNING_RATE, Layers, Value as Setting};
use digits_core::stage::Stage;
use digits_core::training::TrainingData;
use exercises::chapter_03::{NewW2, chain, with_the_new_w2};
use gradient::Gradient;
use gradient::worked_example::{Given, backwards, forwards};
use serde_json::{Value, json};

pub(super) const EXPERIMENT: Experiment = Experiment {
    name: "hidden-layer",
    about: "Stage 4 with hidden layers of some sizes; and with the new W2 in place of the old, eta 1 and 3; 1,000 images, 100 epochs, seeds \
            1 to 5. The chain of two neurons, and the first weight of the worked example",
    data: Data::Mnist,
    stages: &["gradient"],
    run: |lab| {
        let given = Given::USUAL;
        let there = forwards(&given);
        Ok(json!({
            "practice": of(practice::dataset())?,
            "mnist": of(lab.dataset()?)?,
            "chain": the_chain(),
            "old_w2_example": backwards(&given, &there).w1[0][0],
            "new_w2_example": with_the_new_w2(&given, &there).w1[0][0],
        }))
    },
};

/// The input, the target and the weights of the chain.
pub(crate) const CHAIN: [f64; 4] = [1.0, 0.0, 0.5, 0.8];

fn the_chain() -> Value {
    let [x, t, w1, w2] = CHAIN;
    let found = chain(x, t, w1, w2);
    let nudge = 0.01;
    let nudged = chain(x, t, w1 + nudge, w2).c;
    json!({
        "h": found.h, "o": found.o, "c": found.c, "o_slope": found.o * (1.0 - found.o),
        "d2": found.d2, "d1": found.d1, "g2": found.g2, "g1": found.g1,
        "c_nudged": nudged, "slope_by_nudge": (nudged - found.c) / nudge,
    })
}

fn of(mut dataset: Dataset) -> Result<Value> {
    dataset.train.truncate(1_000);
    let data = TrainingData::from(&dataset);
    let (right, wrong) = (<Gradient as Stage>::ABOUT.usual(), <NewW2 as Stage>::ABOUT.usual());
    let size = |hidden: usize| {
        let settings = right.clone().with(&HIDDEN, Setting::Layers(Layers::of(&[hidden])));
        let accuracies = accuracies::<Gradient>(&settings, &data, |network| network)?;
        Ok(json!({"hidden": hidden, "accuracies": accuracies}))
    };
    let sizes = [1, 10, 32, 128].into_iter().map(size).collect::<Result<Vec<Value>>>()?;
    let fast = Setting::Number(3.0);
    Ok(json!({
        "sizes": sizes,
        "old_w2": accuracies::<Gradient>(&right, &data, |network| network)?,
        "new_w2": accuracies::<NewW2>(&wrong, &data, |network| network)?,
        "old_w2_fast": accuracies::<Gradient>(&right.clone().with(&LEARNING_RATE, fast), &data, |network| network)?,
        "new_w2_fast": accuracies::<NewW2>(&wrong.clone().with(&LEARNING_RATE, fast), &data, |network| network)?,
    }))
}
