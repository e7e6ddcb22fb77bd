//! How large a batch may be: the mean of products and the product of means, at one rate.

use super::{Data, Experiment};

pub(super) const EXPERIMENT: Experiment = Experiment {
    name: "batch-sizes",
    about: "MNIST, 1,000 training images, 100 epochs, eta 0.1, seeds 1 to 3: stochastic and no-bias by batch size",
    data: Data::Mnist,
    stages: &["stochastic", "no-bias"],
    run: |lab| {
        let sizes = "batch-size=1,2,5,10,20,50,100,1000";
        lab.json(&format!(
            "compare --stages stochastic,no-bias --sweep {sizes} --learning-rate 0.1 --seeds 3"
        ))
    },
};
