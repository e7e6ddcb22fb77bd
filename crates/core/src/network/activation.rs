//! What a hidden unit makes of its input: sigmoid, tanh, or a rectifier.
//!
//! | name | function | slope, from the output h |
//! |---|---|---|
//! | `sigmoid` | 1 / (1 + e^-z) | h (1 - h) |
//! | `tanh` | tanh z = 2 sigmoid(2z) - 1 | 1 - h² |
//! | `relu` | max(z, 0) | 1 where h > 0, else 0 |
//! | `leaky-relu` | z, or z/100 where z < 0 | 1 where h > 0, else 1/100 |
//!
//! A sigmoid's slope is at most 1/4, so an error that comes back through layers of them fades; a rectifier's is 1 for
//! every unit that takes part (Nair and Hinton 2010; Glorot, Bordes and Bengio 2011; leaky: Maas et al. 2013). Tanh is
//! a sigmoid whose outputs have mean 0 (LeCun et al. 1998, "Efficient BackProp").

use crate::choice::Choice;
use crate::linalg::{DMatrix, Real, apply, sigmoid, zip_apply};

/// The function of the hidden units.
///
/// Glossary (`docs/book/glossary.md`): activation, rectifier, slope.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Activation {
    /// 1 / (1 + e^-z).
    Sigmoid,
    /// tanh z.
    Tanh,
    /// max(z, 0).
    Relu,
    /// z, or z/100 where z < 0.
    LeakyRelu,
}

impl Choice for Activation {
    const WHAT: &'static str = "activation";
    const ALL: &'static [(&'static str, Self)] = &[
        ("sigmoid", Activation::Sigmoid),
        ("tanh", Activation::Tanh),
        ("relu", Activation::Relu),
        ("leaky-relu", Activation::LeakyRelu),
    ];
}

/// The slope of a leaky rectifier below zero.
const LEAK: f64 = 0.01;

impl Activation {
    /// Turns the inputs of units into their outputs, in place. What is not a number stays so: a training that left the
    /// numbers must not look alive.
    pub fn apply<R: Real>(self, z: &mut DMatrix<R>) {
        let (zero, one, two, leak) = (R::zero(), R::one(), R::of(2.0), R::of(LEAK));
        match self {
            Activation::Sigmoid => sigmoid(z),
            Activation::Tanh => {
                apply(z, |z| z * two);
                sigmoid(z);
                apply(z, |z| two * z - one);
            }
            Activation::Relu => apply(z, |z| if z < zero { zero } else { z }),
            Activation::LeakyRelu => apply(z, |z| if z < zero { leak * z } else { z }),
        }
    }

    /// d ⊙ slope(h): multiplies each unit's error by the slope of its function, given its output `h`.
    pub fn times_slope<R: Real>(self, d: &mut DMatrix<R>, h: &DMatrix<R>) {
        let (zero, one, leak) = (R::zero(), R::one(), R::of(LEAK));
        match self {
            Activation::Sigmoid => zip_apply(d, h, |d, h| d * h * (one - h)),
            Activation::Tanh => zip_apply(d, h, |d, h| d * (one - h * h)),
            Activation::Relu => zip_apply(d, h, |d, h| if h > zero { d } else { zero }),
            Activation::LeakyRelu => zip_apply(d, h, |d, h| d * if h > zero { one } else { leak }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(activation: Activation, z: f64) -> f64 {
        let mut z = DMatrix::from_element(1, 1, z);
        activation.apply(&mut z);
        z[0]
    }

    #[test]
    fn functions_are_what_they_are_called() {
        for z in [-40.0, -1.5, -0.1, 0.0, 0.3, 2.0, 30.0] {
            let z: f64 = z;
            assert!((at(Activation::Sigmoid, z) - 1.0 / (1.0 + (-z).exp())).abs() < 1e-15);
            assert!((at(Activation::Tanh, z) - z.tanh()).abs() < 1e-15);
            assert_eq!(at(Activation::Relu, z), z.max(0.0));
            assert_eq!(at(Activation::LeakyRelu, z), if z > 0.0 { z } else { z / 100.0 });
        }
    }

    #[test]
    fn slopes_are_numeric_derivatives() {
        for (name, activation) in Activation::ALL {
            for z in [-3.0, -0.7, 0.2, 1.9] {
                let step = 1e-6;
                let numeric = (at(*activation, z + step) - at(*activation, z - step)) / (2.0 * step);
                let mut d = DMatrix::from_element(1, 1, 3.0);
                activation.times_slope(&mut d, &DMatrix::from_element(1, 1, at(*activation, z)));
                assert!((d[0] - 3.0 * numeric).abs() < 1e-8, "{name} at {z}: {} {}", d[0], 3.0 * numeric);
            }
        }
    }

    #[test]
    fn what_is_not_a_number_stays_so() {
        for (name, activation) in Activation::ALL {
            assert!(at(*activation, f64::NAN).is_nan(), "{name}");
        }
    }
}
