//! From numbers to places.

/// How numbers lie along an axis.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scale {
    from: f64,
    to: f64,
    logarithmic: bool,
}

impl Scale {
    /// Equal differences are equally long.
    pub fn linear(from: f64, to: f64) -> Self {
        Scale { from, to, logarithmic: false }
    }

    /// Equal ratios are equally long.
    pub fn logarithmic(from: f64, to: f64) -> Self {
        Scale { from, to, logarithmic: true }
    }

    /// The share of the way along the axis: 0 at its beginning, 1 at its end.
    pub fn share(&self, number: f64) -> f64 {
        let way = |number: f64| if self.logarithmic { number.max(f64::MIN_POSITIVE).log10() } else { number };
        (way(number) - way(self.from)) / (way(self.to) - way(self.from))
    }

    /// The number nearest to this one that lies on the axis.
    pub fn clamp(&self, number: f64) -> f64 {
        number.clamp(self.from.min(self.to), self.from.max(self.to))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_of_differences_or_of_ratios() {
        assert_eq!(Scale::linear(10.0, 20.0).share(15.0), 0.5);
        assert!((Scale::logarithmic(0.01, 100.0).share(1.0) - 0.5).abs() < 1e-12);
        assert_eq!(Scale::linear(10.0, 20.0).clamp(25.0), 20.0);
    }
}
