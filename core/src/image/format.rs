//! The formats that the engine reads and writes.

use serde::{Serialize, Serializer};

use crate::Error;

/// An image format. It is told by the first bytes of a file, never by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// JPEG, baseline or progressive.
    Jpeg,
    /// PNG.
    Png,
    /// WebP; the engine reads all of it and writes the lossless kind.
    WebP,
    /// GIF, animated or not.
    Gif,
}

impl Format {
    /// Tells the format of a file.
    ///
    /// # Errors
    /// `empty_image` without a byte, `unknown_format` when it is none of the four.
    pub fn of(bytes: &[u8]) -> Result<Self, Error> {
        match bytes {
            [] => Err(Error::image("empty_image", "the image has no bytes")),
            [0xFF, 0xD8, 0xFF, ..] => Ok(Self::Jpeg),
            [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1A, b'\n', ..] => Ok(Self::Png),
            [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Ok(Self::Gif),
            [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Ok(Self::WebP),
            _ => Err(Error::image("unknown_format", "these bytes are not a JPEG, PNG, WebP or GIF image")),
        }
    }

    /// The name as the API writes it, such as `JPEG`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Jpeg => "JPEG",
            Self::Png => "PNG",
            Self::WebP => "WEBP",
            Self::Gif => "GIF",
        }
    }

    /// The usual extension of a file name, without the dot.
    #[must_use]
    pub fn extension(self) -> &'static str {
        match self {
            Self::Jpeg => "jpg",
            Self::Png => "png",
            Self::WebP => "webp",
            Self::Gif => "gif",
        }
    }

    /// The media type, such as `image/jpeg`.
    #[must_use]
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::WebP => "image/webp",
            Self::Gif => "image/gif",
        }
    }

    /// Whether pixels of this format can be transparent.
    #[must_use]
    pub fn has_alpha(self) -> bool {
        self != Self::Jpeg
    }

    /// `name` with the extension of this format: a right one stays, another image extension goes.
    #[must_use]
    pub(crate) fn rename(self, name: &str) -> String {
        let right = self.extension();
        match name.rsplit_once('.') {
            Some((stem, extension)) if stem.is_empty() || !is_image(extension) => format!("{name}.{right}"),
            Some((_, extension)) if self.is_named(extension) => name.to_owned(),
            Some((stem, _)) => format!("{stem}.{right}"),
            None => format!("{name}.{right}"),
        }
    }

    fn is_named(self, extension: &str) -> bool {
        extension.eq_ignore_ascii_case(self.extension())
            || (self == Self::Jpeg && extension.eq_ignore_ascii_case("jpeg"))
    }
}

impl Serialize for Format {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

/// Whether an extension belongs to an image.
fn is_image(extension: &str) -> bool {
    const EXTENSIONS: [&str; 17] = [
        "avif", "bmp", "gif", "heic", "heif", "ico", "jfif", "jp2", "jpe", "jpeg", "jpg", "png", "psd", "svg", "tif",
        "tiff", "webp",
    ];
    EXTENSIONS.iter().any(|known| extension.eq_ignore_ascii_case(known))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_follow_the_format() {
        assert_eq!(Format::Jpeg.rename("image.jpg"), "image.jpg");
        assert_eq!(Format::Jpeg.rename("IMAGE.JPEG"), "IMAGE.JPEG");
        assert_eq!(Format::Png.rename("image.jpg"), "image.png");
        assert_eq!(Format::WebP.rename("photo.v2"), "photo.v2.webp");
        assert_eq!(Format::Gif.rename("photo"), "photo.gif");
        assert_eq!(Format::Gif.rename(".jpg"), ".jpg.gif");
    }

    #[test]
    fn the_bytes_tell_the_format() {
        assert_eq!(Format::of(b"\xFF\xD8\xFF\xE0"), Ok(Format::Jpeg));
        assert_eq!(Format::of(b"GIF89a"), Ok(Format::Gif));
        assert_eq!(Format::of(b"").unwrap_err().code, "empty_image");
        assert_eq!(Format::of(b"<svg/>").unwrap_err().code, "unknown_format");
        assert_eq!(Format::of(b"GIF").unwrap_err().code, "unknown_format");
    }
}
