//! The instructions to compute with: the best that this machine has, unless somebody chooses others.

use crate::error::Error;
use std::fmt;
use std::str::FromStr;
use std::sync::atomic::{AtomicU8, Ordering};

/// Instructions that this machine has. A level can only be had from [`Level::all`] and by its name, which both ask the
/// processor: that is what the vector code rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Level(Kind);

/// The levels that there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Kind {
    /// What every processor of this architecture has.
    #[cfg(not(target_arch = "wasm32"))]
    Plain = 1,
    /// AVX2 and FMA: most x86-64 processors since 2013.
    #[cfg(target_arch = "x86_64")]
    Avx2 = 2,
    /// AVX-512F, with AVX2 and FMA.
    #[cfg(target_arch = "x86_64")]
    Avx512 = 3,
    /// The vectors of WebAssembly, with fused products made of `f64`.
    #[cfg(target_arch = "wasm32")]
    Simd128 = 4,
    /// The same with relaxed products, where they are fused.
    #[cfg(all(target_arch = "wasm32", feature = "relaxed"))]
    Relaxed = 5,
}

impl Kind {
    /// From the lowest to the highest.
    #[cfg(target_arch = "x86_64")]
    const ALL: [Kind; 3] = [Kind::Plain, Kind::Avx2, Kind::Avx512];
    #[cfg(all(target_arch = "wasm32", not(feature = "relaxed")))]
    const ALL: [Kind; 1] = [Kind::Simd128];
    #[cfg(all(target_arch = "wasm32", feature = "relaxed"))]
    const ALL: [Kind; 2] = [Kind::Simd128, Kind::Relaxed];
    #[cfg(not(any(target_arch = "x86_64", target_arch = "wasm32")))]
    const ALL: [Kind; 1] = [Kind::Plain];

    /// Whether the processor has them. A virtual machine may hide some instructions and show others, so each that the code
    /// is compiled with is asked for.
    fn is_there(self) -> bool {
        #[cfg(target_arch = "x86_64")]
        {
            let avx2 = is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma");
            match self {
                Kind::Plain => true,
                Kind::Avx2 => avx2,
                Kind::Avx512 => avx2 && is_x86_feature_detected!("avx512f"),
            }
        }
        #[cfg(target_arch = "wasm32")]
        match self {
            // A module is refused as a whole where its vectors are not known.
            Kind::Simd128 => true,
            #[cfg(feature = "relaxed")]
            Kind::Relaxed => super::wasm::relaxed_products_are_fused(),
        }
        #[cfg(not(any(target_arch = "x86_64", target_arch = "wasm32")))]
        true
    }

    fn name(self) -> &'static str {
        match self {
            #[cfg(not(target_arch = "wasm32"))]
            Kind::Plain => "plain",
            #[cfg(target_arch = "x86_64")]
            Kind::Avx2 => "avx2",
            #[cfg(target_arch = "x86_64")]
            Kind::Avx512 => "avx512",
            #[cfg(target_arch = "wasm32")]
            Kind::Simd128 => "simd128",
            #[cfg(all(target_arch = "wasm32", feature = "relaxed"))]
            Kind::Relaxed => "relaxed-simd",
        }
    }
}

/// The level in use; 0 before anything was computed.
static IN_USE: AtomicU8 = AtomicU8::new(0);

impl Level {
    /// All that this machine has, from the lowest to the highest.
    pub fn all() -> Vec<Level> {
        Kind::ALL.into_iter().filter(|kind| kind.is_there()).map(Level).collect()
    }

    /// Computes with this level from now on, in all threads. Every level gives the same bits; they differ in time.
    pub fn set(self) {
        IN_USE.store(self.0 as u8, Ordering::Relaxed);
    }

    /// The level in use: the highest that this machine has, unless another was set.
    #[inline]
    pub fn in_use() -> Level {
        let in_use = IN_USE.load(Ordering::Relaxed);
        match Kind::ALL.into_iter().find(|kind| *kind as u8 == in_use) {
            Some(kind) => Level(kind),
            None => Level::detect(),
        }
    }

    /// The highest level of this machine, which is in use from now on.
    #[cold]
    fn detect() -> Level {
        let best = Kind::ALL.into_iter().rev().find(|kind| kind.is_there()).unwrap_or(Kind::ALL[0]);
        Level(best).set();
        Level(best)
    }

    /// Which one it is.
    #[inline]
    pub(super) fn kind(self) -> Kind {
        self.0
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.name())
    }
}

impl FromStr for Level {
    type Err = Error;

    /// Reads `plain`, `avx2` or `avx512`.
    ///
    /// # Errors
    /// [`Error::Usage`] with the levels that this machine has.
    fn from_str(name: &str) -> Result<Self, Error> {
        let all = Level::all();
        all.iter().find(|level| level.0.name() == name).copied().ok_or_else(|| {
            let names: Vec<&str> = all.iter().map(|level| level.0.name()).collect();
            Error::Usage(format!(
                "expected instructions that this machine has ({}), found {name}",
                names.join(", ")
            ))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_level_of_this_machine_has_a_name_that_leads_back() {
        for level in Level::all() {
            assert_eq!(level.to_string().parse::<Level>().expect("there"), level);
        }
        let error = "mmx".parse::<Level>().expect_err("none").to_string();
        assert!(error.contains("plain") && error.contains("mmx"), "{error}");
        assert!(Level::all().contains(&Level::in_use()));
    }
}
