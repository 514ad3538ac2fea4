import * as protocolModule from "optidash-wasm/optidash.js";
import protocolWasm from "optidash-wasm/optidash_bg.wasm";
import type { Bytes } from "../content.js";
import type { Module } from "../core.js";
import type { Platform } from "../platform.js";

let started: Module | undefined;

/** The runtime compiles the module when the Worker is deployed; it is instantiated with the first call. */
function protocol(): Module {
  if (started === undefined) {
    protocolModule.initSync({ module: protocolWasm });
    started = protocolModule;
  }
  return started;
}

const noFiles = () => Promise.reject(new Error("a Worker has no files: use `toBuffer`, and pass bytes to `upload`"));

export const worker: Platform = {
  agent: "npm; workerd",
  environment: () => undefined,
  randomBytes: (count) => crypto.getRandomValues(new Uint8Array(count)),
  protocol,
  engine: () => Promise.reject(new Error("this entry point carries no image engine")),
  openFile: noFiles,
  saveFile: noFiles,
  writeTo: noFiles,
  bytes: (chunks) => {
    const joined = new Uint8Array(chunks.reduce((size, chunk) => size + chunk.length, 0));
    let filled = 0;
    for (const chunk of chunks) {
      joined.set(chunk, filled);
      filled += chunk.length;
    }
    return joined as Bytes;
  },
};
