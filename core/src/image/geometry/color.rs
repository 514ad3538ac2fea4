//! Colours as the API writes them.

/// A colour: red, green, blue and alpha, each 0 to 255; alpha 255 is opaque.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Color(pub [u8; 4]);

impl Color {
    /// Opaque white.
    pub const WHITE: Self = Self([255; 4]);
    /// Opaque black.
    pub const BLACK: Self = Self([0, 0, 0, 255]);
    /// Wholly transparent.
    pub const TRANSPARENT: Self = Self([0; 4]);

    /// Reads `RGB`, `RRGGBB` or `RRGGBBAA` in hexadecimal digits, with or without a leading `#`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let digits: Vec<u8> = text.strip_prefix('#').unwrap_or(text).chars().map(hex_digit).collect::<Option<_>>()?;
        match *digits.as_slice() {
            [r, g, b] => Some(Self([r * 17, g * 17, b * 17, 255])),
            [r, s, g, h, b, c] => Some(Self([r * 16 + s, g * 16 + h, b * 16 + c, 255])),
            [r, s, g, h, b, c, a, d] => Some(Self([r * 16 + s, g * 16 + h, b * 16 + c, a * 16 + d])),
            _ => None,
        }
    }

    /// Whether anything shines through.
    #[must_use]
    pub fn is_transparent(self) -> bool {
        self.0[3] < 255
    }

    /// Whether it is seen and is no shade of gray.
    #[must_use]
    pub fn is_colorful(self) -> bool {
        let [red, green, blue, alpha] = self.0;
        alpha > 0 && (red != green || green != blue)
    }
}

fn hex_digit(character: char) -> Option<u8> {
    character.to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_three_six_and_eight_digits() {
        assert_eq!(Color::parse("#f08"), Some(Color([255, 0, 136, 255])));
        assert_eq!(Color::parse("FF0080"), Some(Color([255, 0, 128, 255])));
        assert_eq!(Color::parse("#ff008040"), Some(Color([255, 0, 128, 64])));
    }

    #[test]
    fn refuses_anything_else() {
        for text in ["", "#", "#ff", "#ffff", "red", "#ff00zz", "##fff", "#ééé", "#ff0080400"] {
            assert_eq!(Color::parse(text), None, "{text}");
        }
    }
}
