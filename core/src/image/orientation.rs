//! EXIF orientation: how a stored image is turned and mirrored to be seen upright.
//!
//! The engine resamples the image as it is stored and turns the (mostly smaller) result. So a region of the image as
//! it is seen has to be found in the image as it is stored.

use image::metadata::Orientation;

use super::geometry::{Region, Size};

/// Whether width and height change places.
fn is_turned(orientation: Orientation) -> bool {
    use Orientation::{Rotate90, Rotate90FlipH, Rotate270, Rotate270FlipH};
    matches!(orientation, Rotate90 | Rotate90FlipH | Rotate270 | Rotate270FlipH)
}

/// The size as seen of a size as stored, and the other way round.
pub(super) fn turn(size: Size, orientation: Orientation) -> Size {
    if is_turned(orientation) { size.turned() } else { size }
}

/// Where a `region` of the image as it is seen lies in the image as it is stored; `seen` is the size as seen.
pub(super) fn stored_region(region: Region, seen: Size, orientation: Orientation) -> Region {
    use Orientation as O;
    let Region { x, y, width, height } = region;
    let right = f64::from(seen.width) - x - width;
    let below = f64::from(seen.height) - y - height;
    let (x, y) = match orientation {
        O::NoTransforms => (x, y),
        O::FlipHorizontal => (right, y),
        O::Rotate180 => (right, below),
        O::FlipVertical => (x, below),
        O::Rotate90FlipH => (y, x),
        O::Rotate90 => (y, right),
        O::Rotate270FlipH => (below, right),
        O::Rotate270 => (below, x),
    };
    if is_turned(orientation) { Region { x, y, width: height, height: width } } else { Region { x, y, width, height } }
}

#[cfg(test)]
mod tests {
    use image::{DynamicImage, GrayImage, Luma};

    use super::*;

    /// 3 x 2 pixels, all different.
    fn picture() -> DynamicImage {
        GrayImage::from_fn(3, 2, |x, y| Luma([u8::try_from(10 * y + x).unwrap()])).into()
    }

    #[test]
    fn a_stored_region_holds_the_pixels_that_are_seen() {
        for value in 1..=8 {
            let orientation = Orientation::from_exif(value).unwrap();
            let mut seen = picture();
            seen.apply_orientation(orientation);
            let size = Size { width: seen.width(), height: seen.height() };
            for (x, y) in (0..size.width).flat_map(|x| (0..size.height).map(move |y| (x, y))) {
                let region = Region { x: x.into(), y: y.into(), width: 1.0, height: 1.0 };
                let stored = stored_region(region, size, orientation);
                #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "small whole numbers")]
                let (stored_x, stored_y) = (stored.x as u32, stored.y as u32);
                let pixel = picture().to_luma8().get_pixel(stored_x, stored_y).0;
                assert_eq!(pixel, seen.to_luma8().get_pixel(x, y).0, "orientation {value} at {x},{y}");
            }
        }
    }

    #[test]
    fn sides_change_places_from_the_fifth_on() {
        for value in 1..=8 {
            let orientation = Orientation::from_exif(value).unwrap();
            let size = Size { width: 3, height: 2 };
            assert_eq!(turn(size, orientation) == size, value < 5);
        }
    }
}
