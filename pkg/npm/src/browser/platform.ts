import * as engineModule from "optidash-wasm/optidash_image.js";
import type { Module } from "../core.js";
import type { Platform } from "../platform.js";
import { startEngine, startedEngine } from "../web/modules.js";
import { web } from "../web/platform.js";
import { browserFetch, wholeBody } from "./network.js";

/** A page compiles what it loads, and never while it waits. */
export async function compiled(url: URL): Promise<WebAssembly.Module> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`the WebAssembly module of optidash is not at ${url}: ${response.status}`);
  return WebAssembly.compile(await response.arrayBuffer());
}

let starting: Promise<Module> | undefined;

/** The engine, loaded once, by those who use it. */
export function engine(): Promise<Module> {
  // Bundlers find the file by this very expression; it stands beside the bundle in lib/.
  starting ??= compiled(new URL("../wasm/optidash_image_bg.wasm", import.meta.url)).then((wasm) =>
    startEngine(engineModule, wasm),
  );
  return starting;
}

export const browser: Platform = {
  ...web,
  agent: "npm; browser",
  engine: async () => startedEngine() ?? engine(),
  fetcher: (proxy) => {
    const choose = web.fetcher(proxy);
    return () => choose() && browserFetch;
  },
  requestBody: wholeBody,
};
