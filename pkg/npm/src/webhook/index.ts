// What every platform has: the handler, its stores, and catching up.
export {
  type Acceptance,
  createWebhookHandler,
  type HandlingContext,
  type OnNotification,
  type ReadBody,
  type WebhookAnswer,
  type WebhookHandler,
  type WebhookHandlerOptions,
  type WebhookRequest,
} from "./handler.js";
export { type MemoryStoreOptions, memoryStore } from "./memory.js";
export { type Reconciled, type ReconcileOptions, reconcile } from "./reconcile.js";
export { type IoRedis, type NodeRedis, type RedisStoreOptions, redisStore } from "./redis.js";
export { type SqliteDatabase, sqliteStore } from "./sqlite.js";
export type { Claim, ClaimOptions, PendingNotification, WebhookStore } from "./store.js";
