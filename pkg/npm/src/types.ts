// The types that both kinds of entry point export.

export type {
  Account,
  Allowance,
  ApiKey,
  CreditsAccount,
  ErrorCode,
  ImageMetadata,
  Metadata,
  Outcome,
  OutputMetadata,
  QuotaAccount,
  RejectionReason,
  RenamedKey,
  Subscription,
  WebhookListAnswer,
  WebhookQueryAnswer,
  WebhookRecord,
  WebhookState,
} from "./answers.js";
export type { BatchOptions, BatchResult } from "./batch.js";
export type { FetchOptions, UploadOptions } from "./chain.js";
export type { Options, PastWebhook } from "./client.js";
export type { Bytes, Target, UploadSource, Writable } from "./content.js";
export type { MultipartBody, RequestDescription, ResponseMethod } from "./description.js";
export type { ErrorDetails } from "./errors.js";
export type { CatchUpOptions, WebhookFilters } from "./filters.js";
export type { ImageOptions, Transformed } from "./image.js";
export type { Keys } from "./keys.js";
export type {
  Adjust,
  Auto,
  Border,
  Cdn,
  Crop,
  Filter,
  FilterBlur,
  Flip,
  Mask,
  OperationHashes,
  Optimize,
  Output,
  Padding,
  Resize,
  Scale,
  Store,
  Unsettled,
  Watermark,
  Webhook,
} from "./operations.js";
export type {
  EndpointOptions,
  HeadersLike,
  IncomingRequest,
  NotificationData,
  ReceiveOptions,
  ReceiverSettings,
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
