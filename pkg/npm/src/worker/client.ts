// The API's client for Workers, apart from the receiver: most receive in one Worker and ask elsewhere.
import * as module from "optidash-wasm/optidash.js";
import wasm from "optidash-wasm/optidash_bg.wasm";
import { install } from "../platform.js";
import { workerPlatform } from "./platform.js";

install(workerPlatform(module, wasm));

export { Optidash, Optidash as default } from "../client.js";
export {
  ApiError,
  AuthenticationError,
  ConnectionError,
  OptidashError,
  RateLimitError,
  TimeoutError,
  UnexpectedResponseError,
  ValidationError,
} from "../errors.js";
