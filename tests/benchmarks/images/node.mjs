// One library of JavaScript under measurement: node node.mjs <library>.
//
// A line of standard input is a task, {"file", "format", "width", "height"} with "save" (a path for what was made) or "memory"
// (measure that instead); a line of standard output answers it. The first line says which library this is.

import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";

const QUALITY = 80;
const require = createRequire(import.meta.url);

// Where WebAssembly puts its memory shows only when instances are made.
const memories = new Set();
const { instantiate, Instance } = WebAssembly;
const remember = (instance, imports) => {
  const found = [instance.exports, ...Object.values(imports ?? {})].flatMap((object) => Object.values(object));
  for (const value of found) if (value instanceof WebAssembly.Memory) memories.add(value);
  return instance;
};
WebAssembly.Instance = new Proxy(Instance, {
  construct: (target, [module, imports]) => remember(new target(module, imports), imports),
});
WebAssembly.instantiate = async (source, imports) => {
  const made = await instantiate(source, imports);
  remember(made.instance ?? made, imports);
  return made;
};

globalThis.ImageData ??= class ImageData {
  constructor(data, width, height) {
    Object.assign(this, { data, width, height });
  }
};

const compiled = (path) => WebAssembly.compile(readFileSync(require.resolve(path)));
const version = (name) => {
  const folders = require.resolve.paths(name);
  for (const folder of folders) {
    try {
      return JSON.parse(readFileSync(`${folder}/${name}/package.json`)).version;
    } catch {}
  }
};

const libraries = {
  async optidash() {
    const { transform } = createRequire(`${process.env.OPTIDASH_JAVASCRIPT}/index.js`)("optidash/image");
    return async (bytes, { format, width, height }) => {
      const output = format === "jpg" ? { quality: QUALITY, encoding: "baseline" } : {};
      return (await transform(bytes, { resize: { mode: "exact", width, height }, output })).data;
    };
  },

  async sharp() {
    const { default: sharp } = await import("sharp");
    sharp.concurrency(1);
    sharp.cache(false);
    return (bytes, { width, height }) => sharp(bytes).resize(width, height, { fit: "fill" }).toBuffer();
  },

  async "wasm-vips"() {
    const { default: Vips } = await import("wasm-vips");
    const vips = await Vips({ dynamicLibraries: [] });
    vips.concurrency(1);
    vips.Cache.max(0);
    const suffix = { jpg: `.jpg[Q=${QUALITY},optimize-coding]`, png: ".png", webp: `.webp[Q=${QUALITY}]` };
    return (bytes, { format, width, height }) => {
      const image = vips.Image.thumbnailBuffer(bytes, width, { height, size: "force" });
      const made = image.writeToBuffer(suffix[format]);
      image.delete();
      return made;
    };
  },

  async jsquash() {
    const [jpegDecode, jpegEncode, pngDecode, pngEncode, webpDecode, webpEncode, resize] = await Promise.all([
      import("@jsquash/jpeg/decode.js"),
      import("@jsquash/jpeg/encode.js"),
      import("@jsquash/png/decode.js"),
      import("@jsquash/png/encode.js"),
      import("@jsquash/webp/decode.js"),
      import("@jsquash/webp/encode.js"),
      import("@jsquash/resize"),
    ]);
    await jpegDecode.init(await compiled("@jsquash/jpeg/codec/dec/mozjpeg_dec.wasm"));
    await jpegEncode.init(await compiled("@jsquash/jpeg/codec/enc/mozjpeg_enc.wasm"));
    const png = await compiled("@jsquash/png/codec/pkg/squoosh_png_bg.wasm");
    await pngDecode.init(png);
    await pngEncode.init(png);
    await webpDecode.init(await compiled("@jsquash/webp/codec/dec/webp_dec.wasm"));
    await webpEncode.init(await compiled("@jsquash/webp/codec/enc/webp_enc_simd.wasm"));
    await resize.initResize(await compiled("@jsquash/resize/lib/resize/pkg/squoosh_resize_bg.wasm"));
    const codecs = {
      jpg: [jpegDecode, jpegEncode, { quality: QUALITY, progressive: false }],
      png: [pngDecode, pngEncode, {}],
      webp: [webpDecode, webpEncode, { quality: QUALITY }],
    };
    return async (bytes, { format, width, height }) => {
      const [decoder, encoder, options] = codecs[format];
      const pixels = await decoder.default(bytes);
      return encoder.default(await resize.default(pixels, { width, height, linearRGB: false }), options);
    };
  },

  async photon() {
    const { PhotonImage, resize, SamplingFilter } = await import("@silvia-odwyer/photon-node");
    const encoders = { jpg: (image) => image.get_bytes_jpeg(QUALITY), png: (image) => image.get_bytes() };
    encoders.webp = (image) => image.get_bytes_webp();
    return (bytes, { format, width, height }) => {
      const image = PhotonImage.new_from_byteslice(bytes);
      const smaller = resize(image, width, height, SamplingFilter.Lanczos3);
      const made = encoders[format](smaller);
      image.free();
      smaller.free();
      return made;
    };
  },

  async jimp() {
    const { Jimp } = await import("jimp");
    return async (bytes, { format, width, height }) => {
      const image = await Jimp.read(bytes);
      image.resize({ w: width, h: height });
      return format === "jpg" ? image.getBuffer("image/jpeg", { quality: QUALITY }) : image.getBuffer("image/png");
    };
  },
};

const packages = { jsquash: "@jsquash/jpeg", photon: "@silvia-odwyer/photon-node" };
const name = process.argv[2];
const make = await libraries[name]();
const files = new Map();

function file(path) {
  if (!files.has(path)) files.set(path, readFileSync(path));
  return files.get(path);
}

/** Kilobytes of a line of /proc/self/status, in bytes. */
function status(field) {
  const line = readFileSync("/proc/self/status", "utf8").match(new RegExp(`${field}:\\s*(\\d+)`));
  return Number(line[1]) * 1024;
}

async function measured(task) {
  const bytes = file(task.file);
  const cpuBefore = process.cpuUsage();
  const before = performance.now();
  const made = await make(bytes, task);
  const wall = performance.now() - before;
  const { user, system } = process.cpuUsage(cpuBefore);
  if (task.save) writeFileSync(task.save, new Uint8Array(made));
  return { wall, cpu: (user + system) / 1000, bytes: made.byteLength };
}

/** The memory that one call takes beside the library and the file. */
async function memory(task) {
  const bytes = file(task.file);
  const linearBefore = linear();
  writeFileSync("/proc/self/clear_refs", "5");
  const before = status("VmRSS");
  await make(bytes, task);
  return { peak: status("VmHWM") - before, linear: memories.size > 0 ? linear() : null, linearBefore };
}

function linear() {
  return [...memories].reduce((sum, memory) => sum + memory.buffer.byteLength, 0);
}

const say = (answer) => process.stdout.write(`${JSON.stringify(answer)}\n`);
say({ version: name === "optidash" ? "" : version(packages[name] ?? name) });
for await (const line of createInterface({ input: process.stdin })) {
  const task = JSON.parse(line);
  try {
    say(task.memory ? await memory(task) : await measured(task));
  } catch (error) {
    say({ error: String(error?.message ?? error) });
  }
}
process.exit(0);
