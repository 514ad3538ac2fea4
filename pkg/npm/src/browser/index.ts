// `optidash` in a browser: importing it waits for its module.
import * as module from "optidash-wasm/optidash.js";
import { Optidash } from "../client.js";
import { install } from "../platform.js";
import * as values from "../values.js";
import { startProtocol } from "../web/modules.js";
import { browser, compiled } from "./platform.js";

startProtocol(module, await compiled(new URL("../wasm/optidash_bg.wasm", import.meta.url)));
install(browser);

export * from "../values.js";
export default Object.assign(Optidash, values);
