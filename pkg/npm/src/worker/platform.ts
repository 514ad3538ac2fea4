import type { Bytes } from "../content.js";
import type { Module } from "../core.js";
import type { Platform } from "../platform.js";

/** What a Worker brings, with one of the modules: the runtime compiles it when the Worker is deployed. */
export function workerPlatform(
  module: Module & { initSync(source: { module: unknown }): unknown },
  wasm: unknown,
): Platform {
  let isStarted = false;
  return {
    agent: "npm; workerd",
    environment: () => undefined,
    randomBytes: (count) => crypto.getRandomValues(new Uint8Array(count)),
    protocol: () => {
      if (!isStarted) module.initSync({ module: wasm });
      isStarted = true;
      return module;
    },
    engine: () => Promise.reject(new Error("this entry point carries no image engine")),
    openFile: noFiles,
    saveFile: noFiles,
    writeTo: noFiles,
    bytes: join,
  };
}

const noFiles = () => Promise.reject(new Error("a Worker has no files: use `toBuffer`, and pass bytes to `upload`"));

function join(chunks: Uint8Array[]): Bytes {
  const joined = new Uint8Array(chunks.reduce((size, chunk) => size + chunk.length, 0));
  let filled = 0;
  for (const chunk of chunks) {
    joined.set(chunk, filled);
    filled += chunk.length;
  }
  return joined as Bytes;
}
