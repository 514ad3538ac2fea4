//! One library of Rust under measurement: the engine itself, or the `image` crate. What it reads and says stands in `node.mjs`.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a measurement may fail loudly"
)]
#![allow(missing_docs, reason = "a program")]

use std::collections::HashMap;
use std::io::{BufRead, Cursor};
use std::time::{Duration, Instant};

use image::codecs::jpeg::JpegEncoder;
use image::imageops::FilterType;
use image::{ImageFormat, ImageReader};
use optidash_core::image::{Limits, transform};
use rustix::time::{ClockId, clock_gettime};
use serde_json::{Value, json};

const QUALITY: u8 = 80;

type Library = fn(&[u8], &Value) -> Vec<u8>;

fn optidash(bytes: &[u8], task: &Value) -> Vec<u8> {
    let is_jpeg = task["format"] == "jpg";
    let output = if is_jpeg { json!({"quality": QUALITY, "encoding": "baseline"}) } else { json!({}) };
    let resize = json!({"mode": "exact", "width": task["width"], "height": task["height"]});
    let operations = json!({"resize": resize, "output": output});
    transform(bytes, operations.as_object().unwrap(), None, &Limits::default()).unwrap().bytes
}

fn image_crate(bytes: &[u8], task: &Value) -> Vec<u8> {
    let [width, height] = ["width", "height"].map(|side| u32::try_from(task[side].as_u64().unwrap()).unwrap());
    let image = ImageReader::new(Cursor::new(bytes)).with_guessed_format().unwrap().decode().unwrap();
    let image = image.resize_exact(width, height, FilterType::Lanczos3);
    let mut made = Cursor::new(Vec::new());
    match task["format"].as_str().unwrap() {
        "jpg" => image.write_with_encoder(JpegEncoder::new_with_quality(&mut made, QUALITY)),
        "png" => image.write_to(&mut made, ImageFormat::Png),
        _ => image.write_to(&mut made, ImageFormat::WebP),
    }
    .unwrap();
    made.into_inner()
}

fn cpu_time() -> Duration {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    Duration::new(time.tv_sec.try_into().unwrap(), time.tv_nsec.try_into().unwrap())
}

/// Kilobytes of a line of `/proc/self/status`, in bytes.
fn status(field: &str) -> u64 {
    let text = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = text.lines().find(|line| line.starts_with(field)).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() * 1024
}

fn measured(library: Library, bytes: &[u8], task: &Value) -> Value {
    let (cpu, wall) = (cpu_time(), Instant::now());
    let made = library(bytes, task);
    let (wall, cpu) = (wall.elapsed(), cpu_time() - cpu);
    if let Some(path) = task["save"].as_str() {
        std::fs::write(path, &made).unwrap();
    }
    json!({"wall": wall.as_secs_f64() * 1e3, "cpu": cpu.as_secs_f64() * 1e3, "bytes": made.len()})
}

fn memory(library: Library, bytes: &[u8], task: &Value) -> Value {
    std::fs::write("/proc/self/clear_refs", "5").unwrap();
    let before = status("VmRSS");
    library(bytes, task);
    json!({"peak": status("VmHWM") - before})
}

fn main() {
    let name = std::env::args().nth(1).expect("the name of a library");
    let library: Library = match name.as_str() {
        "optidash" => optidash,
        "image" => image_crate,
        _ => panic!("no library of that name"),
    };
    println!("{}", json!({"version": ""}));
    let mut files: HashMap<String, Vec<u8>> = HashMap::new();
    for line in std::io::stdin().lock().lines() {
        let task: Value = serde_json::from_str(&line.unwrap()).unwrap();
        let path = task["file"].as_str().unwrap().to_owned();
        let bytes = files.entry(path).or_insert_with_key(|path| std::fs::read(path).unwrap());
        let answer =
            if task["memory"] == true { memory(library, bytes, &task) } else { measured(library, bytes, &task) };
        println!("{answer}");
    }
}
