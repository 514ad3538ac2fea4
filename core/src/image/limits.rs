//! How large an image may be before the engine refuses it.

use super::geometry::{MAX_PIXELS, MAX_SIDE, Size};
use super::header::Header;
use crate::Error;

/// What the engine reads and makes. All of it is checked on the header, before anything is allocated for pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The most pixels of one image, or of one frame of an animation. 100 million by default. No side may be longer than
    /// [`MAX_SIDE`], whatever the limits.
    pub pixels: u64,
    /// The most bytes that one decoded image may take, codec included. 512 MiB by default. The engine's peak is at most
    /// this, twice, with the output image, plus both files.
    pub bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { pixels: MAX_PIXELS, bytes: 512 << 20 }
    }
}

/// The most frames of an animation.
const MAX_FRAMES: u32 = 2_000;

/// All frames of an animation together may have this many times the pixels of one image.
const ANIMATION_FACTOR: u64 = 4;

impl Limits {
    /// Checks what the header promises.
    ///
    /// # Errors
    /// `image_too_large`.
    pub(crate) fn check(&self, header: &Header) -> Result<(), Error> {
        let Size { width, height } = header.size;
        let pixels = header.size.pixels();
        if pixels > self.pixels || width.max(height) > MAX_SIDE {
            let most = self.pixels;
            return Err(too_large(format!(
                "the image has {width} x {height} pixels, at most {most} are accepted, at most {MAX_SIDE} on a side"
            )));
        }
        let bytes = pixels.saturating_mul(header.bytes_per_pixel);
        if bytes > self.bytes as u64 {
            let most = self.bytes;
            return Err(too_large(format!("the image takes {bytes} bytes to decode, at most {most} are accepted")));
        }
        Ok(())
    }

    /// Checks what is to be made: four channels at most.
    ///
    /// # Errors
    /// `image_too_large`.
    pub(crate) fn check_output(&self, size: Size) -> Result<(), Error> {
        let pixels = size.pixels();
        if pixels <= self.pixels && pixels.saturating_mul(4) <= self.bytes as u64 {
            return Ok(());
        }
        let Size { width, height } = size;
        Err(too_large(format!("the result would have {width} x {height} pixels, more than the limits allow")))
    }

    /// Checks an animation of `frames` frames with `pixels` pixels each.
    ///
    /// # Errors
    /// `image_too_large`.
    pub(crate) fn check_frames(&self, frames: u32, pixels: u64) -> Result<(), Error> {
        if frames > MAX_FRAMES {
            return Err(too_large(format!("the animation has {frames} frames, at most {MAX_FRAMES} are accepted")));
        }
        let most = self.pixels.saturating_mul(ANIMATION_FACTOR);
        if pixels.saturating_mul(u64::from(frames)) > most {
            return Err(too_large(format!("the frames have more than {most} pixels together")));
        }
        Ok(())
    }
}

/// What a codec may allocate beside the pixels: rows, profiles, texts. A compressed profile can be a bomb too.
pub(crate) fn codec_limits() -> image::Limits {
    let mut limits = image::Limits::no_limits();
    limits.max_alloc = Some(8 << 20);
    limits
}

fn too_large(message: String) -> Error {
    Error::image("image_too_large", message)
}
