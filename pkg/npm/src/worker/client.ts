// `optidash` on Workers, where the runtime compiles the module when the Worker is deployed. The image engine, three times
// the size, is apart.
import * as module from "optidash-wasm/optidash.js";
import wasm from "optidash-wasm/optidash_bg.wasm";
import { Optidash } from "../client.js";
import { install } from "../platform.js";
import * as values from "../values.js";
import { startProtocol } from "../web/modules.js";
import { worker } from "./platform.js";

startProtocol(module, wasm);
install(worker);

export type * from "../types.js";
export * from "../values.js";
export default Object.assign(Optidash, values);
