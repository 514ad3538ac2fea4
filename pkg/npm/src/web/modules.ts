import type { Module } from "../core.js";

/** A module with what starts it. */
export interface Glue extends Module {
  initSync(source: { module: unknown }): unknown;
}

let rules: Module | undefined;
let images: Module | undefined;

/** Starts the module with the rules. */
export function startProtocol(glue: Glue, wasm: unknown): void {
  if (rules === undefined) glue.initSync({ module: wasm });
  rules = glue;
}

/** Starts the module with the engine, which has the rules for images alone. */
export function startEngine(glue: Glue, wasm: unknown): Module {
  if (images === undefined) glue.initSync({ module: wasm });
  images = glue;
  return images;
}

/** Either has the rules for images, the only ones that the engine's entry point asks for. */
export function startedProtocol(): Module {
  const started = rules ?? images;
  if (started === undefined) throw new Error("an entry point of the package starts its module first");
  return started;
}

export function startedEngine(): Module | undefined {
  return images;
}
