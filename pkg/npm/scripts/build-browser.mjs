// Bundles the entry points of src/browser into lib/browser: ES modules that find their wasm by `new URL(..., import.meta.url)`, which
// Vite, webpack and others understand, and that share what they have in common.
import { rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const source = (name) => fileURLToPath(new URL(`../src/browser/${name}.ts`, import.meta.url));

/** @param path gives the path of a file in lib/ */
export async function buildBrowserEntries(path) {
  rmSync(path("browser"), { recursive: true, force: true });
  await build({
    entryPoints: [source("index"), source("image")],
    outdir: path("browser"),
    chunkNames: "shared",
    bundle: true,
    splitting: true,
    platform: "browser",
    target: "es2022",
    format: "esm",
    alias: { "optidash-wasm": path("wasm") },
    legalComments: "inline",
    logLevel: "warning",
  });
}
