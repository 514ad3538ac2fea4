//! Decoded samples: row by row as they come, or collected into planes.

use super::Error;
use super::header::{Header, Sampling};
use super::scale::Scale;

/// Some rows of one component, just decoded.
#[derive(Debug, Clone, Copy)]
pub struct Rows<'a> {
    samples: &'a [u8],
    stride: usize,
    width: usize,
}

impl<'a> Rows<'a> {
    /// The rows among `samples`, `stride` apart, of which the first `width` samples count.
    pub(super) fn new(samples: &'a [u8], stride: usize, width: usize) -> Self {
        Self { samples, stride, width }
    }

    /// The rows, each as wide as the component.
    pub fn iter(&self) -> impl Iterator<Item = &'a [u8]> + use<'a> {
        let width = self.width;
        self.samples.chunks_exact(self.stride).map(move |row| &row[..width])
    }
}

/// Takes decoded rows.
pub trait RowSink {
    /// Takes rows `first` and following of a component. The rows of one component come from top to bottom, each once;
    /// those of different components come in turn, or, if the file has them so, one component after the other.
    fn rows(&mut self, component: usize, first: u32, rows: Rows<'_>);
}

/// What one component of a picture at a scale measures.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PlaneSize {
    /// Samples in a row.
    pub width: u32,
    /// Rows.
    pub height: u32,
    /// How many of the columns the picture covers; the last one may be covered in part.
    pub covered_width: f64,
    /// How many of the rows the picture covers; the last one may be covered in part.
    pub covered_height: f64,
}

impl Header {
    /// The sizes of the components at a scale, in order.
    #[must_use]
    pub fn plane_sizes(&self, scale: Scale) -> Vec<PlaneSize> {
        let (most_across, most_down) = self.largest_factors();
        let size = |length: u32, factor: u8, most: u32| {
            let (samples, parts) = (length * scale.block() * u32::from(factor), 8 * most);
            (samples.div_ceil(parts), f64::from(samples) / f64::from(parts))
        };
        let of = |component: &super::Component| {
            let (width, covered_width) = size(self.width, component.horizontal, most_across);
            let (height, covered_height) = size(self.height, component.vertical, most_down);
            PlaneSize { width, height, covered_width, covered_height }
        };
        self.components.iter().map(of).collect()
    }
}

/// One component of a decoded picture.
#[derive(Debug, Clone, PartialEq)]
pub struct Plane {
    /// Its measures.
    pub size: PlaneSize,
    /// `width` x `height` samples, row by row.
    pub samples: Vec<u8>,
}

/// A decoded picture: its components, each on its own grid.
#[derive(Debug, Clone, PartialEq)]
pub struct Planes {
    /// Grey, or Y, Cb and Cr.
    pub components: Vec<Plane>,
    /// How the chroma grid lies on the luma grid.
    pub sampling: Sampling,
    /// Whether the data ended early or was damaged; what was missing is grey.
    pub truncated: bool,
}

/// Collects rows into planes.
pub(super) struct Collector {
    pub(super) planes: Vec<Plane>,
}

impl Collector {
    pub(super) fn new(header: &Header, scale: Scale) -> Self {
        let empty = |size: PlaneSize| {
            let samples = Vec::with_capacity(size.width as usize * size.height as usize);
            Plane { size, samples }
        };
        Self { planes: header.plane_sizes(scale).into_iter().map(empty).collect() }
    }
}

impl RowSink for Collector {
    fn rows(&mut self, component: usize, _: u32, rows: Rows<'_>) {
        if let Some(plane) = self.planes.get_mut(component) {
            rows.iter().for_each(|row| plane.samples.extend_from_slice(row));
        }
    }
}

impl Planes {
    /// The picture as RGB, row by row, three bytes a pixel: for encoders that know nothing else.
    ///
    /// Subsampled chroma is interpolated linearly, as libjpeg does by default.
    ///
    /// # Errors
    ///
    /// [`Error::Unsupported`] if luma itself is subsampled.
    pub fn to_rgb(&self) -> Result<Vec<u8>, Error> {
        match self.components.as_slice() {
            [grey] => Ok(grey.samples.iter().flat_map(|&value| [value; 3]).collect()),
            [luma, blue, red] => super::colour::to_rgb(luma, blue, red),
            _ => Err(Error::Unsupported("its number of components")),
        }
    }
}

impl PlaneSize {
    /// How many blocks a component of this size has.
    pub(super) fn blocks(&self) -> u64 {
        u64::from(self.width.div_ceil(8)) * u64::from(self.height.div_ceil(8))
    }
}
