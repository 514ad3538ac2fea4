// What the worker's entry needs of the runtime; users bring Cloudflare's own declarations.
declare module "cloudflare:workers" {
  export abstract class DurableObject<Env = unknown> {
    constructor(state: unknown, env: Env);
  }
}
declare module "optidash-wasm/optidash_receiver_bg.wasm" {
  const module: WebAssembly.Module;
  export default module;
}
declare module "optidash-wasm/optidash_bg.wasm" {
  const module: WebAssembly.Module;
  export default module;
}
declare module "optidash-wasm/optidash_image_bg.wasm" {
  const module: WebAssembly.Module;
  export default module;
}
