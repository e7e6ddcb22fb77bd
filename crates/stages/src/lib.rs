//! Which stages there are. A new one is one line in [`visit`].

use digits_core::stage::{About, Stage};

/// The stage that is another network.
pub const IMPROVED: &str = improved::ABOUT.name;

/// Does something with each stage, whose type it learns.
pub trait Visitor {
    /// Is called for each stage, with the source of its rule.
    fn stage<S: Stage + 'static>(&mut self, source: &'static str);
}

/// Calls `visitor` for all stages, in the order in which they are taught.
pub fn visit(visitor: &mut impl Visitor) {
    visitor.stage::<stochastic::Stochastic>(include_str!("../../stochastic/src/lib.rs"));
    visitor.stage::<batched::Batched>(include_str!("../../batched/src/lib.rs"));
    visitor.stage::<no_bias::NoBias>(include_str!("../../no-bias/src/lib.rs"));
    visitor.stage::<gradient::Gradient>(include_str!("../../gradient/src/lib.rs"));
    visitor.stage::<momentum::Momentum>(include_str!("../../momentum/src/lib.rs"));
    visitor.stage::<improved::Improved>(include_str!("../../improved/src/lib.rs"));
    #[cfg(feature = "stage-seven")]
    visitor.stage::<stage_seven::Feedback>(include_str!("../../stage-seven/src/lib.rs"));
}

/// What all stages are called and show, in their order.
pub fn all() -> Vec<About> {
    struct Abouts(Vec<About>);
    impl Visitor for Abouts {
        fn stage<S: Stage>(&mut self, _: &'static str) {
            self.0.push(S::ABOUT);
        }
    }
    let mut abouts = Abouts(Vec::new());
    visit(&mut abouts);
    abouts.0
}
