// The build generates these from bindings/wasm; the bundler finds them in lib/wasm.
declare module "optidash-wasm/optidash.js" {
  export { ask, call, discard, initSync, start } from "optidash-wasm/shape";
}
declare module "optidash-wasm/optidash_receiver.js" {
  export { ask, call, discard, initSync, start } from "optidash-wasm/shape";
}
declare module "optidash-wasm/optidash_image.js" {
  export { ask, call, discard, initSync, start } from "optidash-wasm/shape";
}
declare module "optidash-wasm/shape" {
  export function initSync(source: { module: unknown }): unknown;
  export const ask: import("./core.js").Module["ask"];
  export const call: import("./core.js").Module["call"];
  export const discard: () => void;
  export const start: () => void;
}
