//! JPEG by the engine's own decoder, at the scale that the result needs.
//!
//! The scale is the smallest of 1/8, 1/4, 1/2 and 1/1 at which the decoded picture is still as large as the result needs
//! in both directions: 4000 x 3000 for 800 x 600 is decoded at 1/4, to 1000 x 750. See `jpeg/README.md` for how and why.

use image::{DynamicImage, GrayImage, RgbImage};
use zune_jpeg::JpegDecoder;
use zune_jpeg::zune_core::bytestream::ZCursor;

use super::Picture;
use super::jpeg::options;
use crate::image::colorspace::Colorspace;
use crate::image::format::Format;
use crate::image::geometry::Size;
use crate::image::header::Header;
use crate::image::jpeg::{self, Oversampling, Planes, Sampling, Scale};
use crate::image::limits::Limits;

/// A JPEG, decoded at a scale.
pub(in super::super) struct Scaled {
    /// Gray, or Y, Cb and Cr.
    pub(in super::super) planes: Planes,
    /// The ICC profile of the file.
    pub(in super::super) profile: Option<Vec<u8>>,
    scale: Scale,
}

impl Scaled {
    /// Decodes a JPEG that the limits allow, at the least scale that holds `wanted`.
    ///
    /// None of what the scaled decoder does not know, and none of what it finds damaged: the general decoder judges that,
    /// so that the same file always fails in the same way.
    pub(in super::super) fn decode(bytes: &[u8], header: &Header, limits: &Limits, wanted: Size) -> Option<Self> {
        limits.check(header).ok()?;
        let known = matches!(header.colorspace, Colorspace::Gray | Colorspace::YCbCr);
        if header.format != Format::Jpeg || !known {
            return None;
        }
        let frame = jpeg::Header::read(bytes).ok().filter(|frame| frame.sampling() != Sampling::Mixed)?;
        let scale = frame.scale_for(wanted.width, wanted.height, Oversampling::Single);
        let planes = jpeg::decode(bytes, &frame, scale).ok().filter(|planes| !planes.truncated)?;
        Some(Self { planes, profile: profile(bytes), scale })
    }

    /// The pixels, in gray or RGB; none of planes that fit no pixels.
    pub(in super::super) fn into_picture(self) -> Option<Picture> {
        let scale = f64::from(self.scale.block()) / 8.0;
        Some(Picture { pixels: to_pixels(self.planes)?, scale, profile: self.profile })
    }
}

/// The pixels of planes of which luma is the finest, in gray or RGB; none of planes that fit no pixels.
pub(super) fn to_pixels(mut planes: Planes) -> Option<DynamicImage> {
    let size = planes.components.first()?.size;
    if planes.components.len() == 1 {
        let samples = planes.components.pop()?.samples;
        return GrayImage::from_raw(size.width, size.height, samples).map(Into::into);
    }
    RgbImage::from_raw(size.width, size.height, planes.to_rgb().ok()?).map(Into::into)
}

/// The ICC profile, which stands before the first scan.
pub(super) fn profile(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(bytes), options());
    decoder.decode_headers().ok()?;
    decoder.icc_profile()
}
