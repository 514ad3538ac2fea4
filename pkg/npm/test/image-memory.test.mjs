import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import { transform } from "optidash/image";

const MB = 1_000_000;
const module = join(dirname(createRequire(import.meta.url).resolve("optidash/image")), "wasm/optidash_image_bg.wasm");
const photograph = new URL("../../../tests/images/coffee.jpg", import.meta.url);

let folder;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), "optidash-"));
});
after(() => rm(folder, { recursive: true }));

/** Makes a large file of a small one. */
async function enlarged(name, width, height, output) {
  const path = join(folder, name);
  const { data } = await transform(await readFile(photograph), { resize: { mode: "exact", width, height }, output });
  await writeFile(path, data);
  return path;
}

/** The linear memory of a fresh engine after one call, and what that call made. WebAssembly gives no memory back. */
async function linearMemory(path, operations) {
  const program = `
    const memories = [];
    WebAssembly.Instance = new Proxy(WebAssembly.Instance, {
      construct(target, values) {
        const instance = new target(...values);
        memories.push(instance.exports.memory);
        return instance;
      },
    });
    const { transform } = require("optidash/image");
    const bytes = require("node:fs").readFileSync(process.argv[1]);
    transform(bytes, JSON.parse(process.argv[2])).then(({ output }) => {
      const memory = memories.reduce((sum, { buffer }) => sum + buffer.byteLength, 0);
      console.log(JSON.stringify({ memory, width: output.width, height: output.height }));
    });`;
  const options = { cwd: new URL(".", import.meta.url) };
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ["-e", program, path, JSON.stringify(operations)],
    options,
  );
  return JSON.parse(stdout);
}

test("the image engine's module has at most 600 kB gzipped", async (t) => {
  const size = gzipSync(await readFile(module), { level: 9 }).length;
  t.diagnostic(`${size} bytes`);
  assert.ok(size <= 600_000, `${size} bytes`);
});

test("12 megapixels to 800 columns take at most 24 MB of linear memory, the file included", async (t) => {
  const path = await enlarged("12.jpg", 4000, 3000, { quality: 98, encoding: "baseline" });
  const { memory, width } = await linearMemory(path, { resize: { width: 800 } });
  t.diagnostic(`${(await stat(path)).size} bytes in, ${memory} bytes of memory`);
  assert.equal(width, 800);
  assert.ok(memory <= 24 * MB, `${memory} bytes`);
});

test("99 megapixels to 800 columns leave most of a Worker's 128 MB free", async (t) => {
  const path = await enlarged("99.jpg", 11_520, 8_640, { quality: 90, encoding: "baseline" });
  const { memory, width } = await linearMemory(path, { resize: { width: 800 } });
  t.diagnostic(`${(await stat(path)).size} bytes in, ${memory} bytes of memory`);
  assert.equal(width, 800);
  assert.ok(memory <= 48 * MB, `${memory} bytes`);
});
