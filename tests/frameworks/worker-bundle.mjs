// A Worker's modules, as a user's bundler makes them.
import { readFile } from "node:fs/promises";
import { build } from "esbuild";

/**
 * The wasm stays a module of its own.
 *
 * @param entryPoint Its `file`, or its `text` and the `folder` that it would lie in.
 */
export async function bundle({ file, text, folder }) {
  const modules = [];
  const wasm = {
    name: "wasm",
    setup(build) {
      build.onResolve({ filter: /\.wasm$/ }, async ({ path: name, resolveDir }) => {
        const file = `./${name.split("/").at(-1)}`;
        modules.push({ type: "CompiledWasm", path: file, contents: await readFile(`${resolveDir}/${name}`) });
        return { path: file, external: true };
      });
    },
  };
  const { outputFiles } = await build({
    stdin: text && { contents: text, resolveDir: folder, loader: "ts" },
    entryPoints: file && [file],
    bundle: true,
    write: false,
    minify: true,
    format: "esm",
    target: "es2022",
    conditions: ["workerd", "worker", "browser"],
    external: ["cloudflare:workers"],
    plugins: [wasm],
  });
  return [{ type: "ESModule", path: "./index.js", contents: outputFiles[0].text }, ...modules];
}
