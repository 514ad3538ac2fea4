// The types that both kinds of entry point export.
export type { BatchOptions, BatchResult } from "./batch.js";
export type { FetchOptions, UploadOptions } from "./chain.js";
export type { Options, PastWebhook } from "./client.js";
export type { Bytes, Target, UploadSource, Writable } from "./content.js";
export type { MultipartBody, RequestDescription, ResponseMethod } from "./description.js";
export type { ErrorDetails } from "./errors.js";
export type { ImageOptions, Transformed } from "./image.js";
export type { ApiKey, Keys, RenamedKey } from "./keys.js";
export type {
  Account,
  Allowance,
  CatchUpOptions,
  CreditsAccount,
  ImageMetadata,
  Metadata,
  OutputMetadata,
  QuotaAccount,
  WebhookFilters,
  WebhookRecord,
} from "./metadata.js";
export type {
  Adjust,
  Auto,
  Border,
  Cdn,
  Crop,
  Filter,
  Flip,
  Mask,
  OperationHashes,
  Optimize,
  Output,
  Padding,
  Resize,
  Scale,
  Store,
  Watermark,
  Webhook,
} from "./operations.js";
export type {
  EndpointOptions,
  HeadersLike,
  IncomingRequest,
  NotificationData,
  Outcome,
  ReceiveOptions,
  ReceiverSettings,
  RejectionReason,
  TrustedProxies,
} from "./receiver.js";
export type { Callback, ErrorCallback, Image, ImageCallback, ImageRequest, RequestSummary } from "./request.js";
export type {
  CallOptions,
  Hooks,
  Limits,
  PlannedRetry,
  Progress,
  ReceivedResponse,
  SentRequest,
  Timeouts,
} from "./settings.js";
export type { Fetch } from "./transport.js";
