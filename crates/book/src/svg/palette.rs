//! The colours of figures, by their names. Each turns with light and dark.
//!
//! The hues are those of Okabe and Ito (2008), darker on light and lighter on dark, so that each is read on its ground.

/// A colour: a class of the style sheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Colour {
    /// Its name in the style sheet.
    pub name: &'static str,
    /// On light ground.
    light: &'static str,
    /// On dark ground.
    dark: &'static str,
}

/// Text and axes.
pub const INK: Colour = Colour { name: "ink", light: "#1f2328", dark: "#e6edf3" };
/// What should be read second: lines of a grid, notes.
pub const FAINT: Colour = Colour { name: "faint", light: "#59636e", dark: "#9198a1" };
/// The lines of a grid.
pub const GRID: Colour = Colour { name: "grid", light: "#d1d9e0", dark: "#3d444d" };
/// Blue.
pub const BLUE: Colour = Colour { name: "blue", light: "#0b62a4", dark: "#6cb6ff" };
/// Orange.
pub const ORANGE: Colour = Colour { name: "orange", light: "#b35900", dark: "#f5a742" };
/// Green.
pub const GREEN: Colour = Colour { name: "green", light: "#00795a", dark: "#3ecf9f" };
/// Purple.
pub const PURPLE: Colour = Colour { name: "purple", light: "#a03c7c", dark: "#e699c9" };
/// Red.
pub const RED: Colour = Colour { name: "red", light: "#c0341d", dark: "#ff8f73" };
/// Sand.
pub const SAND: Colour = Colour { name: "sand", light: "#7a6a00", dark: "#e8d44d" };
/// The card.
pub const GROUND: Colour = Colour { name: "ground", light: "#ffffff", dark: "#151b23" };

/// All of them.
const ALL: [Colour; 10] = [INK, FAINT, GRID, BLUE, ORANGE, GREEN, PURPLE, RED, SAND, GROUND];

/// The colour of a stage, everywhere the same.
pub fn of_stage(name: &str) -> Colour {
    match name {
        "stochastic" => BLUE,
        "batched" => RED,
        "no-bias" => ORANGE,
        "gradient" => GREEN,
        "momentum" => PURPLE,
        "improved" => SAND,
        _ => FAINT,
    }
}

/// The style sheet: `.blue` is its colour for what is filled, `.line.blue` for what is drawn.
pub(crate) fn style() -> String {
    let variables = |pick: fn(&Colour) -> &'static str| {
        ALL.iter().map(|colour| format!("--{}:{};", colour.name, pick(colour))).collect::<String>()
    };
    let classes: String = ALL
        .iter()
        .map(|colour| format!(".{0}{{fill:var(--{0})}}.line.{0}{{fill:none;stroke:var(--{0})}}", colour.name))
        .collect();
    format!(
        "svg{{{}}}@media(prefers-color-scheme:dark){{svg{{{}}}}}text{{font-family:system-ui,sans-serif}}{classes}.line{{stroke-linejoin:round;stroke-linecap:round}}",
        variables(|colour| colour.light),
        variables(|colour| colour.dark)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The contrast of two colours, by the WCAG 2.1's definition.
    fn contrast(a: &str, b: &str) -> f64 {
        let luminance = |colour: &str| {
            let part = |at: usize| {
                let level =
                    f64::from(u8::from_str_radix(&colour[at..at + 2], 16).expect("hexadecimal")) / 255.0;
                if level <= 0.03928 { level / 12.92 } else { ((level + 0.055) / 1.055).powf(2.4) }
            };
            0.2126 * part(1) + 0.7152 * part(3) + 0.0722 * part(5)
        };
        let (a, b) = (luminance(a), luminance(b));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    #[test]
    fn every_colour_is_read_on_its_ground() {
        for colour in ALL.iter().filter(|colour| !matches!(colour.name, "grid" | "ground")) {
            let (light, dark) = (contrast(colour.light, GROUND.light), contrast(colour.dark, GROUND.dark));
            assert!(light >= 4.5 && dark >= 4.5, "{}: {light:.2} {dark:.2}", colour.name);
        }
    }
}
