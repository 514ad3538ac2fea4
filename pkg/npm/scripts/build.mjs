// Bundles the package into lib/: CommonJS holds the code, the ES modules re-export it, so that `import` and `require`
// give the same classes. `tsc` wrote the declarations to lib/types; lib/wasm comes from `cargo xtask build`.
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { buildBrowserEntries } from "./build-browser.mjs";
import { buildWebhookEntries } from "./build-webhook.mjs";

const lib = new URL("../lib/", import.meta.url);
const path = (name) => fileURLToPath(new URL(name, lib));
const imageExports = ["outputSize", "readMetadata", "transform"];

if (!existsSync(path("wasm/optidash_bg.wasm"))) {
  throw new Error("lib/wasm is empty: run `cargo xtask build` once, it builds the WebAssembly modules");
}
await bundle();
rmSync(path("types/node"), { recursive: true });
commonJsDeclarations();
writeEntries(publicNames());
await buildWebhookEntries(path);
await buildBrowserEntries(path);

async function bundle() {
  await build({
    entryPoints: [fileURLToPath(new URL("../src/node/index.ts", import.meta.url))],
    outfile: path("index.cjs"),
    bundle: true,
    platform: "node",
    target: "node18",
    format: "cjs",
    alias: { "optidash-wasm": path("wasm") },
    // For those who want what Node's own `fetch` cannot do.
    external: ["undici"],
    // The class itself is what `require` gives.
    footer: { js: "module.exports = module.exports.default;" },
    // The glue's own way of finding its module is never taken.
    logOverride: { "empty-import-meta": "silent" },
    legalComments: "inline",
    logLevel: "warning",
  });
}

/** Declarations for both module kinds, without a second set of nominal types. */
function commonJsDeclarations() {
  for (const name of readdirSync(path("types"), { recursive: true })) {
    if (name.endsWith(".d.cts")) rmSync(path(`types/${name}`));
  }
  for (const name of readdirSync(path("types"), { recursive: true })) {
    if (!name.endsWith(".d.ts")) continue;
    const file = path(`types/${name}`);
    const text = readFileSync(file, "utf8").replace(/(from |import\()"(\.[^"]*)\.js"/g, '$1"$2.cjs"');
    writeFileSync(file, text);
    renameSync(file, file.replace(/\.d\.ts$/, ".d.cts"));
  }
}

/** What hangs on the class at run time, and the types that src/types.ts lists. */
function publicNames() {
  const values = Object.keys(createRequire(import.meta.url)(path("index.cjs"))).sort();
  const listed = readFileSync(new URL("../src/types.ts", import.meta.url), "utf8");
  const types = [...listed.matchAll(/export type \{([^}]*)\}/g)].flatMap(([, names]) => names.split(","));
  return { values, types: types.map((name) => name.trim()).filter(Boolean) };
}

function writeEntries({ values, types }) {
  const valueList = values.filter((name) => name !== "Optidash").join(",\n  ");
  const typeList = types.join(",\n  ");
  const declared = [
    `import { Optidash as Client } from "./types/client.cjs";`,
    `import {\n  ${valueList},\n} from "./types/values.cjs";`,
    `import type {\n  ${typeList},\n} from "./types/types.cjs";`,
  ];
  const imageList = imageExports.join(", ");
  const files = {
    "index.js": [
      `import Optidash from "./index.cjs";`,
      `export default Optidash;`,
      `export { Optidash };`,
      `export const {\n  ${valueList},\n} = Optidash;`,
    ],
    "index.d.ts": [
      `import Optidash from "./index.cjs";`,
      `export default Optidash;`,
      `export { Optidash };`,
      `export {\n  ${valueList},\n} from "./types/values.cjs";`,
      `export type * from "./types/types.cjs";`,
    ],
    "index.d.cts": [
      ...declared,
      "/** A client of the Optidash API; everything else the package has hangs on it. */",
      "declare class Optidash extends Client {}",
      "declare const Self: typeof Optidash;",
      "type Self = Optidash;",
      `declare namespace Optidash {\n  export {\n  Self as Optidash,\n  ${valueList},\n  };\n  export type {\n  ${typeList},\n  };\n}`,
      "export = Optidash;",
    ],
    "image.cjs": [`const { ${imageList} } = require("./index.cjs");`, `module.exports = { ${imageList} };`],
    "image.js": [`export { ${imageList} } from "./image.cjs";`],
    "image.d.cts": [
      `export { ${imageList} } from "./types/image.cjs";`,
      `export type { ImageOptions, Transformed } from "./types/image.cjs";`,
    ],
    "image.d.ts": [`export * from "./image.cjs";`],
  };
  for (const [name, lines] of Object.entries(files)) writeFileSync(path(name), `${lines.join("\n")}\n`);
}
