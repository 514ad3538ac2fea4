//! The whole way: bytes and operations in, metadata and bytes out.

use serde_json::{Map, Value};

use super::animation;
use super::decode::{Picture, Scaled, decode};
use super::effects::Effects;
use super::encode::encode;
use super::format::Format;
use super::geometry::{Color, Plan};
use super::header::Header;
use super::limits::Limits;
use super::metadata::{Metadata, metadata};
use super::optimize;
use super::orientation;
use super::output::Output;
use super::planar;
use super::profile;
use super::render::render;
use crate::{Class, Error};

/// An image that was made, and the metadata of both.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transformed {
    /// The metadata of the image that came in.
    pub input: Metadata,
    /// The metadata of the image that came out.
    pub output: Metadata,
    /// The image that came out.
    pub bytes: Vec<u8>,
}

/// The operations that change pixels and that the engine can do.
const SUPPORTED: [&str; 13] = [
    "crop", "resize", "scale", "flip", "filter", "stylize", "adjust", "auto", "border", "padding", "mask", "optimize",
    "output",
];

/// What may stand beside them in a request and does not change pixels.
const WITHOUT_PIXELS: [&str; 5] = ["url", "headers", "response", "webhook", "cdn"];

/// Does to a JPEG, PNG, WebP or GIF what the API would do.
///
/// The EXIF orientation is applied before all else and then gone, with all other metadata but the ICC profile. That stays
/// where the output can carry it; elsewhere colours become sRGB. Pixels are worked on with 8 bits a channel. Without
/// `output.format` the format stays; JPEG is written with quality 85 and progressively unless `output` or `optimize` says
/// otherwise, always 4:2:0. Alpha becomes white in JPEG. WebP is written without loss. An animated GIF or WebP is animated
/// as a GIF; of any other animation, and in any other format, the first frame is used.
///
/// `optimize` without an operation that changes the image never makes the file larger; see the table in `docs/engine.md`.
///
/// A JPEG that becomes smaller is decoded at 1/8, 1/4 or 1/2: the smallest at which it is still no smaller than the result.
/// What of the file that does not need is not looked at, so damage there may go unnoticed; any other is an error.
/// From JPEG to JPEG without a frame colours stay YCbCr, and each channel is resampled on its own grid.
///
/// [`Limits`] hold for both images. `name` is the file name for the metadata, by default `image` with the extension of
/// the format.
///
/// # Errors
/// - `ImageError`: `empty_image`, `unknown_format`, `truncated_image`, `corrupt_image`, `unsupported_image`,
///   `image_too_large` for the image; `unsupported_operation` for an operation the engine does not do.
/// - `ValidationError`: `required`, `wrong_type`, `out_of_range`, `unknown_value` for an attribute, with its path.
pub fn transform(
    bytes: &[u8],
    operations: &Map<String, Value>,
    name: Option<&str>,
    limits: &Limits,
) -> Result<Transformed, Error> {
    transform_hashed(bytes, operations, name, limits, None)
}

/// The same for hosts with a faster SHA-1 than WebAssembly can have: `sha1` is what they computed of `bytes`, 40 lowercase
/// hexadecimal digits, and is passed on unseen.
///
/// # Errors
/// As [`transform`].
pub fn transform_hashed(
    bytes: &[u8],
    operations: &Map<String, Value>,
    name: Option<&str>,
    limits: &Limits,
    sha1: Option<&str>,
) -> Result<Transformed, Error> {
    check_supported(operations)?;
    let header = Header::read(bytes)?;
    limits.check(&header)?;
    let plan = Plan::new(operations, header.oriented_size())?;
    limits.check_output(plan.output_size())?;
    let effects = Effects::read(operations)?;
    let output = Output::read(operations, header.format, header.quality)?;
    let animated = header.frames > 1 && output.format == Format::Gif && header.format != Format::Png;
    let make = || match animated {
        true => animation::transform(bytes, &header, limits, &plan, &effects),
        false => transform_still(bytes, &header, limits, &plan, &effects, &output),
    };
    let stays = output.format == header.format && plan.changes_nothing(header.oriented_size()) && effects.is_empty();
    let made = match output.compression {
        Some(compression) if stays && !output.is_chosen => optimize::smallest(bytes, &header, compression, make)?,
        _ => make()?,
    };
    let input = Metadata::new(bytes, &header, name, sha1);
    let output = metadata(&made, Some(&output.format.rename(&input.name)))?;
    Ok(Transformed { input, output, bytes: made })
}

fn transform_still(
    bytes: &[u8],
    header: &Header,
    limits: &Limits,
    plan: &Plan,
    effects: &Effects,
    output: &Output,
) -> Result<Vec<u8>, Error> {
    let wanted = orientation::turn(plan.least_source(header.oriented_size()), header.orientation);
    // What lies around an image has a colour of its own, which only pixels can have.
    let stays_planar = output.format == Format::Jpeg && plan.output_size() == plan.size && effects.is_empty();
    let scaled =
        if stays_planar || wanted != header.size { Scaled::decode(bytes, header, limits, wanted) } else { None };
    let picture = match scaled {
        Some(scaled) if stays_planar => return planar::transform(scaled, header, plan, output),
        scaled => scaled.and_then(Scaled::into_picture),
    };
    let Picture { mut pixels, scale, mut profile } = picture.map_or_else(|| decode(bytes, header, limits), Ok)?;
    let has_color = pixels.color().has_color() || plan.is_colorful() || effects.is_colorful();
    if let Some(unfit) = profile.take_if(|profile| !profile::fits(profile, output.format, has_color)) {
        profile::convert_to_srgb(&mut pixels, &unfit);
    }
    let background = if output.format.has_alpha() { Color::TRANSPARENT } else { Color::WHITE };
    let pixels = render(pixels, scale, header, plan, effects, background)?;
    encode(&pixels, profile.as_deref(), output)
}

/// Refuses an operation that the engine does not do: leaving it out silently would give another image.
fn check_supported(operations: &Map<String, Value>) -> Result<(), Error> {
    let known = |name: &str| SUPPORTED.contains(&name) || WITHOUT_PIXELS.contains(&name);
    match operations.iter().find(|(name, value)| !known(name) && !value.is_null()) {
        None => Ok(()),
        Some((name, _)) => Err(Error::new(
            Class::ImageError,
            "unsupported_operation",
            name.as_str(),
            format!("the embedded engine cannot do `{name}`; it does {}", SUPPORTED.join(", ")),
        )),
    }
}
