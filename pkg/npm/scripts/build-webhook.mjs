// Bundles the entry points of src/webhook, which need no wasm (they are given a receiver), and the Worker's, which
// imports its module statically: that runtime compiles it when the Worker is deployed.
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const entries = ["webhook", "node", "express", "fastify", "koa", "fetch", "lambda", "testing"];
const source = (name) => fileURLToPath(new URL(`../src/${name}`, import.meta.url));
const settings = { bundle: true, target: "es2022", legalComments: "inline", logLevel: "warning" };

/** @param path gives the path of a file in lib/ */
export async function buildWebhookEntries(path) {
  for (const name of entries) {
    const file = name === "webhook" ? "index" : name;
    const entryPoints = [source(`webhook/${file}.ts`)];
    await build({ ...settings, entryPoints, platform: "neutral", format: "cjs", outfile: path(`${name}.cjs`) });
    await build({ ...settings, entryPoints, platform: "neutral", format: "esm", outfile: path(`${name}.js`) });
    for (const kind of ["ts", "cts"]) {
      writeFileSync(path(`${name}.d.${kind}`), `export * from "./types/webhook/${file}.cjs";\n`);
    }
  }
  await buildWorker(path);
}

/** The receiver stands alone; the client and the engine share what they have in common. */
async function buildWorker(path) {
  await bundleWorker(path, { worker: "index" });
  await bundleWorker(path, { "worker-client": "client", "worker-image": "image" });
  for (const [name, file] of Object.entries({ worker: "index", "worker-client": "client", "worker-image": "image" })) {
    const reexported = file === "client" ? `export { default } from "./types/worker/client.cjs";\n` : "";
    writeFileSync(path(`${name}.d.ts`), `export * from "./types/worker/${file}.cjs";\n${reexported}`);
  }
}

async function bundleWorker(path, files) {
  await build({
    ...settings,
    entryPoints: Object.entries(files).map(([out, file]) => ({ in: source(`worker/${file}.ts`), out })),
    outdir: path("."),
    chunkNames: "worker-shared",
    splitting: true,
    platform: "neutral",
    format: "esm",
    external: ["cloudflare:workers"],
    alias: { "optidash-wasm": path("wasm") },
    plugins: [staticWasm],
    logOverride: { "empty-import-meta": "silent" },
  });
}

/** Leaves the import of the module as it is, relative to lib/. */
const staticWasm = {
  name: "static-wasm",
  setup(build) {
    build.onResolve({ filter: /\.wasm$/ }, ({ path }) => ({
      path: path.replace(/^optidash-wasm\//, "./wasm/"),
      external: true,
    }));
  },
};
