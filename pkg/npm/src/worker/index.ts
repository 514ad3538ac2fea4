// The receiver for Workers, with the smallest of the modules.
import * as module from "optidash-wasm/optidash_receiver.js";
import wasm from "optidash-wasm/optidash_receiver_bg.wasm";
import { install } from "../platform.js";
import { startProtocol } from "../web/modules.js";
import { worker } from "./platform.js";

startProtocol(module, wasm);
install(worker);

export { OptidashError, ValidationError } from "../errors.js";
export { Notification, Receiver, Rejection } from "../receiver.js";
export * from "../webhook/index.js";
export { type ClaimsNamespace, type DurableObjectStoreOptions, durableObjectStore, WebhookClaims } from "./claims.js";
export {
  createWorkerReceiver,
  type NotificationBatch,
  type NotificationQueue,
  type WorkerContext,
  type WorkerReceiver,
  type WorkerReceiverOptions,
} from "./receiver.js";
