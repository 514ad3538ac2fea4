//! What lies around an image: the frame of `fill`, `border` and `padding`.

use image::DynamicImage;

use super::geometry::{Border, Color, Flip, Frame, Padding, Plan, Size};
use super::samples;

/// Puts an image, mirrored already, in all that a plan has around it. What has no colour of its own gets `background`.
pub(super) fn surround(pixels: DynamicImage, plan: &Plan, background: Color) -> DynamicImage {
    let pixels = match plan.frame {
        Some(frame) => {
            let offset = frame_offset(&frame, plan);
            place(pixels, frame.size, offset, frame.background.unwrap_or(background))
        }
        None => pixels,
    };
    let Border { size, color } = plan.border;
    let framed = plan.framed_size();
    let bordered = Size { width: framed.width + 2 * size, height: framed.height + 2 * size };
    let pixels = place(pixels, bordered, (size, size), color);
    let Padding { top, left, background: own, .. } = plan.padding;
    place(pixels, plan.output_size(), (left, top), own.unwrap_or(background))
}

/// Where an image lies in its frame; mirroring takes it along.
fn frame_offset(frame: &Frame, plan: &Plan) -> (u32, u32) {
    let Flip { horizontal, vertical } = plan.flip;
    let spare = (frame.size.width.saturating_sub(plan.size.width), frame.size.height.saturating_sub(plan.size.height));
    let x = frame.gravity.horizontal.offset(spare.0);
    let y = frame.gravity.vertical.offset(spare.1);
    (if horizontal { spare.0 - x } else { x }, if vertical { spare.1 - y } else { y })
}

/// An image on a canvas of one colour. Transparent pixels stay so: the canvas lies around the image, not behind it.
fn place(pixels: DynamicImage, size: Size, (x, y): (u32, u32), color: Color) -> DynamicImage {
    if (pixels.width(), pixels.height()) == (size.width, size.height) {
        return pixels;
    }
    let mut pixels = samples::with_room_for(pixels, color);
    let mut canvas = samples::filled(size, color, &pixels);
    let (channels, _) = samples::channels(&pixels);
    let width = pixels.width() as usize * channels;
    let start = x as usize * channels;
    let rows = samples::of(&mut canvas).chunks_exact_mut(size.width as usize * channels).skip(y as usize);
    for (row, source) in rows.zip(samples::of(&mut pixels).chunks_exact(width)) {
        if let Some(part) = row.get_mut(start..start + width) {
            part.copy_from_slice(source);
        }
    }
    canvas
}
