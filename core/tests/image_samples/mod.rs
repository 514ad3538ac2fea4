//! Makes image files of every kind, whole ones and broken ones.
#![allow(dead_code, unreachable_pub, missing_docs, reason = "each test needs some of it")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail loudly")]

use std::io::Write;

use flate2::Compression;
use flate2::write::ZlibEncoder;
use image::codecs::gif::{GifEncoder, Repeat};
use image::codecs::webp::WebPEncoder;
use image::{Delay, DynamicImage, Frame, ImageFormat, Rgb, RgbImage, RgbaImage};
use jpeg_encoder::{ColorType, Encoder, SamplingFactor};

/// A lossy WebP of 24 x 16 pixels, red growing to the right and green downwards.
pub const LOSSY_WEBP: &[u8] = b"RIFFb\x00\x00\x00WEBPVP8 V\x00\x00\x00\xd0\x03\x00\x9d\x01*\x18\x00\x10\x00?9\x8e\xbeS\xaf*\xa7\"\xb0\x08\x01\xe0'\tl;\x80\x18\xc7\x90\xb3\x00\x06\xce\x1e\xb7\xf4\x00\x00\xfe\xda\\\xe3\x14\x0e(9\xd9\xf6BM,\x11:0\xafs\xc5\xea\xf51\x14K\xfa\xe7d:\x94\xbc\x14\x08f\xb3\xf2\xce\x05\x14\x10\xa5&>Z\x00\x00\x00";

/// The same with alpha that grows from nothing at the top to opaque at the bottom.
pub const LOSSY_ALPHA_WEBP: &[u8] = b"RIFF\x9a\x00\x00\x00WEBPVP8X\n\x00\x00\x00\x10\x00\x00\x00\x17\x00\x00\x0f\x00\x00ALPH\x1d\x00\x00\x00\x01\xb9\x8c\xe8\x7f@i\xdb\x06La\xd9\xf8\xff\xe1\xc0\xc2\x88\t\x98\x00\x17:\xb0\xc1\xea\x1e\x81\x01\x00VP8 V\x00\x00\x00\xd0\x03\x00\x9d\x01*\x18\x00\x10\x00?9\x8e\xbeS\xaf*\xa7\"\xb0\x08\x01\xe0'\tl;\x80\x18\xc7\x90\xb3\x00\x06\xce\x1e\xb7\xf4\x00\x00\xfe\xda\\\xe3\x14\x0e(9\xd9\xf6BM,\x11:0\xafs\xc5\xea\xf51\x14K\xfa\xe7d:\x94\xbc\x14\x08g\x0f\xc6\xfd\xa5\xd6Cl\x1d(\xdc\x00\x00\x00";

/// An animated WebP of 24 x 16 pixels: a red frame, then a blue one.
pub const ANIMATED_WEBP: &[u8] = b"RIFF\xc2\x00\x00\x00WEBPVP8X\n\x00\x00\x00\x02\x00\x00\x00\x17\x00\x00\x0f\x00\x00ANIM\x06\x00\x00\x00\x00\x00\x00\x00\x00\x00ANMFJ\x00\x00\x00\x00\x00\x00\x00\x00\x00\x17\x00\x00\x0f\x00\x00d\x00\x00\x02VP8 2\x00\x00\x00\xd0\x02\x00\x9d\x01*\x18\x00\x10\x00?9\x86\xb9S\xaf)%\xa2\xb0\x08\x01\xe0'\t@\x16\x1d\x85\xa4\x80\x00\xfe\xe2\xe0\xac0\x98'_\xd1\xff\xa9\xfflS\xd1R\x00\x00ANMFD\x00\x00\x00\x00\x00\x00\x00\x00\x00\x17\x00\x00\x0f\x00\x00d\x00\x00\x00VP8 ,\x00\x00\x004\x02\x00\x9d\x01*\x18\x00\x10\x00?9\x86\xb9S\x83\x00\x80\x00\x02p\x94\x00\x00\xf6@\x00\xfe\xeb6\xff\xfe\xd4\xfd\xec\xfc'\xe87\xbb\xfd\xc0\x00\x00";

/// A smooth picture: red grows to the right, green downwards.
pub fn gradient(width: u32, height: u32) -> RgbImage {
    let share = |part: u32, whole: u32| u8::try_from(part * 255 / whole.max(1)).unwrap();
    RgbImage::from_fn(width, height, |x, y| Rgb([share(x, width), share(y, height), 128]))
}

/// How a JPEG is written.
pub struct Jpeg {
    pub quality: u8,
    pub sampling: SamplingFactor,
    pub progressive: bool,
}

impl Default for Jpeg {
    fn default() -> Self {
        Self { quality: 90, sampling: SamplingFactor::F_2_2, progressive: false }
    }
}

impl Jpeg {
    pub fn encode(&self, width: u32, height: u32, color: ColorType, samples: &[u8]) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut encoder = Encoder::new(&mut bytes, self.quality);
        encoder.set_sampling_factor(self.sampling);
        encoder.set_progressive(self.progressive);
        encoder.encode(samples, width.try_into().unwrap(), height.try_into().unwrap(), color).unwrap();
        bytes
    }
}

pub fn jpeg(image: &RgbImage) -> Vec<u8> {
    Jpeg::default().encode(image.width(), image.height(), ColorType::Rgb, image)
}

/// A JPEG with an EXIF block that holds nothing but an orientation.
pub fn jpeg_with_orientation(image: &RgbImage, orientation: u8) -> Vec<u8> {
    with_orientation(&jpeg(image), orientation)
}

/// A JPEG, told its orientation.
pub fn with_orientation(plain: &[u8], orientation: u8) -> Vec<u8> {
    let exif = [b"Exif\0\0".as_slice(), &exif(orientation)].concat();
    let length = u16::try_from(exif.len() + 2).unwrap().to_be_bytes();
    [&plain[..2], &[0xFF, 0xE1], &length, &exif, &plain[2..]].concat()
}

/// A TIFF header and one entry, tag 0x0112 of one short.
pub fn exif(orientation: u8) -> Vec<u8> {
    let header = b"MM\0\x2A\0\0\0\x08";
    let entry = [0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0];
    [header.as_slice(), &[0, 1], &entry, &[0; 4]].concat()
}

/// A file as the `image` crate writes it.
pub fn encode(image: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    image.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

pub fn png(image: &DynamicImage) -> Vec<u8> {
    encode(image, ImageFormat::Png)
}

pub fn lossless_webp(image: &DynamicImage) -> Vec<u8> {
    let mut bytes = Vec::new();
    image.write_with_encoder(WebPEncoder::new_lossless(&mut bytes)).unwrap();
    bytes
}

/// A GIF of frames with their delays in milliseconds.
pub fn gif(frames: &[(RgbaImage, u32)], repeat: Option<Repeat>) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = GifEncoder::new_with_speed(&mut bytes, 10);
    if let Some(repeat) = repeat {
        encoder.set_repeat(repeat).unwrap();
    }
    for (pixels, delay) in frames {
        let delay = Delay::from_numer_denom_ms(*delay, 1);
        encoder.encode_frame(Frame::from_parts(pixels.clone(), 0, 0, delay)).unwrap();
    }
    drop(encoder);
    bytes
}

/// Three frames of one colour each.
pub fn animation(width: u32, height: u32) -> Vec<(RgbaImage, u32)> {
    [([200, 30, 30, 255], 50), ([30, 200, 30, 255], 100), ([30, 30, 200, 255], 200)]
        .map(|(color, delay)| (RgbaImage::from_pixel(width, height, image::Rgba(color)), delay))
        .to_vec()
}

/// The content of `IHDR`.
#[derive(Clone, Copy)]
pub struct PngHeader {
    pub width: u32,
    pub height: u32,
    pub bits: u8,
    pub color: u8,
}

/// A PNG of raw rows, each with its filter byte, and chunks between `IHDR` and `IDAT`.
pub fn raw_png(header: PngHeader, chunks: &[(&[u8; 4], &[u8])], rows: &[u8]) -> Vec<u8> {
    let mut file = b"\x89PNG\r\n\x1a\n".to_vec();
    let sides = [header.width.to_be_bytes(), header.height.to_be_bytes()].concat();
    push_chunk(&mut file, b"IHDR", &[&sides, [header.bits, header.color, 0, 0, 0].as_slice()].concat());
    for (kind, content) in chunks {
        push_chunk(&mut file, kind, content);
    }
    push_chunk(&mut file, b"IDAT", &deflate(rows));
    push_chunk(&mut file, b"IEND", b"");
    file
}

pub fn deflate(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn push_chunk(file: &mut Vec<u8>, kind: &[u8; 4], content: &[u8]) {
    file.extend(u32::try_from(content.len()).unwrap().to_be_bytes());
    let start = file.len();
    file.extend(kind);
    file.extend(content);
    let checksum = crc32fast::hash(&file[start..]);
    file.extend(checksum.to_be_bytes());
}

/// An ICC profile of no use but for its header, which names a colour space such as `RGB `.
pub fn profile(space: &[u8; 4]) -> Vec<u8> {
    let mut profile = vec![0; 132];
    profile[0..4].copy_from_slice(&132_u32.to_be_bytes());
    profile[12..16].copy_from_slice(b"mntr");
    profile[16..20].copy_from_slice(space);
    profile[36..40].copy_from_slice(b"acsp");
    profile
}

/// One small file of every kind, by name.
pub fn every_kind() -> Vec<(&'static str, Vec<u8>)> {
    let rgb = gradient(24, 16);
    let dynamic = DynamicImage::from(rgb.clone());
    let progressive = Jpeg { progressive: true, sampling: SamplingFactor::F_1_1, ..Jpeg::default() };
    let palette: Vec<u8> = (0..48).map(|value| value * 5).collect();
    let indices: Vec<u8> = (0..16).flat_map(|y| [vec![0], vec![y; 24]].concat()).collect();
    let header = PngHeader { width: 24, height: 16, bits: 8, color: 3 };
    vec![
        ("baseline JPEG", jpeg(&rgb)),
        ("progressive JPEG", progressive.encode(24, 16, ColorType::Rgb, &rgb)),
        ("gray JPEG", Jpeg::default().encode(24, 16, ColorType::Luma, dynamic.to_luma8().as_raw())),
        ("CMYK JPEG", Jpeg::default().encode(24, 16, ColorType::Cmyk, dynamic.to_rgba8().as_raw())),
        ("RGB PNG", png(&dynamic)),
        ("16-bit PNG", png(&dynamic.to_rgba16().into())),
        ("palette PNG", raw_png(header, &[(b"PLTE", &palette)], &indices)),
        ("gray PNG with alpha", png(&dynamic.to_luma_alpha8().into())),
        ("still GIF", gif(&animation(24, 16)[..1], None)),
        ("animated GIF", gif(&animation(24, 16), Some(Repeat::Infinite))),
        ("lossless WebP", lossless_webp(&dynamic)),
        ("lossy WebP", LOSSY_WEBP.to_vec()),
        ("lossy WebP with alpha", LOSSY_ALPHA_WEBP.to_vec()),
        ("animated WebP", ANIMATED_WEBP.to_vec()),
    ]
}

/// Pseudo-random bytes (xorshift), the same for the same seed.
pub fn noise(seed: u64, length: usize) -> Vec<u8> {
    let mut state = seed | 1;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()[0]
    };
    (0..length).map(|_| next()).collect()
}
