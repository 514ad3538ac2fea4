// `optidash/image` on Workers.
import * as module from "optidash-wasm/optidash_image.js";
import wasm from "optidash-wasm/optidash_image_bg.wasm";
import { install } from "../platform.js";
import { startEngine } from "../web/modules.js";
import { worker } from "./platform.js";

startEngine(module, wasm);
install(worker);

export { type ImageOptions, outputSize, readMetadata, type Transformed, transform } from "../image.js";
