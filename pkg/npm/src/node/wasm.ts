import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import * as protocolModule from "optidash-wasm/optidash.js";
import * as engineModule from "optidash-wasm/optidash_image.js";
import type { Module } from "../core.js";

const path = (name: string) => join(__dirname, "wasm", `${name}_bg.wasm`);

let started: Module | undefined;
let starting: Promise<Module> | undefined;

/** The rules: small enough to be compiled on first use while the caller waits. */
export function protocol(): Module {
  if (started === undefined) {
    protocolModule.initSync({ module: new WebAssembly.Module(readFileSync(path("optidash"))) });
    started = protocolModule;
  }
  return started;
}

/** The engine: compiled beside the event loop, once. */
export function engine(): Promise<Module> {
  starting ??= startEngine();
  return starting;
}

async function startEngine(): Promise<Module> {
  const bytes = (await readFile(path("optidash_image"))) as Uint8Array<ArrayBuffer>;
  engineModule.initSync({ module: await WebAssembly.compile(bytes) });
  return engineModule;
}
