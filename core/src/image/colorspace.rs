//! The colour models of image files.

use serde::Serialize;

/// How the pixels of a file say their colour. Alpha is not part of it, and a palette counts as what it holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Colorspace {
    /// Luma and two differences of colour: JPEG, lossy WebP.
    YCbCr,
    /// Red, green, blue.
    #[serde(rename = "RGB")]
    Rgb,
    /// Shades of gray.
    Gray,
    /// Four inks: JPEG for print.
    #[serde(rename = "CMYK")]
    Cmyk,
    /// Four inks, of which three are stored as luma and differences of colour.
    #[serde(rename = "YCCK")]
    Ycck,
}
