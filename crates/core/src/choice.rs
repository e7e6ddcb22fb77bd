//! Settings that are one of a few named things: their names, and how a name is read.

use crate::{Error, Result};

/// One of a few named things.
pub trait Choice: Copy + PartialEq + 'static {
    /// What is being chosen, as a message calls it.
    const WHAT: &'static str;
    /// All of them, with their names.
    const ALL: &'static [(&'static str, Self)];

    /// Its name.
    fn name(self) -> &'static str {
        // Every variant stands in `ALL`: tests look at each of them.
        Self::ALL.iter().find(|(_, choice)| *choice == self).map_or("?", |(name, _)| name)
    }

    /// The one with this name.
    fn named(name: &str) -> Result<Self> {
        let found = Self::ALL.iter().find(|(known, _)| *known == name);
        found.map(|(_, choice)| *choice).ok_or_else(|| {
            Error::Usage(format!("expected {} as {}, found {name}", Self::names(" or "), Self::WHAT))
        })
    }

    /// All names, joined.
    fn names(between: &str) -> String {
        Self::ALL.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(between)
    }
}

/// The names of all `N` of them, for a declaration that lists them.
///
/// # Panics
/// While compiling, if there are fewer than `N`.
pub const fn names<C: Choice, const N: usize>() -> [&'static str; N] {
    let mut names = [""; N];
    let mut index = 0;
    while index < N {
        names[index] = C::ALL[index].0;
        index += 1;
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::network::{Activation, Init, Loss};

    fn names_lead_back<C: Choice + std::fmt::Debug>() {
        for (name, choice) in C::ALL {
            assert_eq!(choice.name(), *name);
            assert_eq!(C::named(name).expect("known"), *choice);
        }
        let message = C::named("other").expect_err("unknown").to_string();
        assert!(message.contains(C::ALL[0].0) && message.contains("other"), "{message}");
    }

    #[test]
    fn every_name_leads_back_to_its_choice() {
        names_lead_back::<Activation>();
        names_lead_back::<Loss>();
        names_lead_back::<Init>();
    }
}
