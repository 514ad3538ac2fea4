import { install } from "../platform.js";
import { worker } from "./platform.js";

install(worker);

export { Optidash } from "../client.js";
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
