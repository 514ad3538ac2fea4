import type { OptidashError } from "./errors.js";

/** Time limits in seconds, each more than 0 and at most 86400; `null` is none. */
export interface Timeouts {
  /** Until the connection stands; 10 when left out. */
  connect?: number | null | undefined;
  /** For which no byte moves, the API's thinking included; 60 when left out. */
  idle?: number | null | undefined;
  /** For the whole call, with all its attempts and the waits between them; 600 when left out. */
  total?: number | null | undefined;
}

/** How far a body has come, in bytes of the image. */
export interface Progress {
  transferred: number;
  /** The whole; null when nobody knows. */
  total: number | null;
}

/** What one call wants to have different. It wins over the client's options. */
export interface CallOptions {
  /** Time limits in seconds; a number stands for `total`. */
  timeout?: number | Timeouts | undefined;
  /** How often the request is repeated at most, 0 to 10; 2 when left out. */
  retries?: number | undefined;
  /** Ends the call; it then rejects with the signal's reason. */
  signal?: AbortSignal | undefined;
  /** Told how much of the image has been handed to the connection; starts anew with every attempt. */
  onUploadProgress?: ((progress: Progress) => void) | undefined;
  /** Told how much of the image has come. */
  onDownloadProgress?: ((progress: Progress) => void) | undefined;
}

/** A request on its way out, without its secrets. */
export interface SentRequest {
  method: string;
  url: string;
  headers: [name: string, value: string][];
  /** 1 for the first, 2 for the first repetition. */
  attempt: number;
}

/** The head of what came back, without secrets. */
export interface ReceivedResponse {
  method: string;
  url: string;
  status: number;
  headers: [name: string, value: string][];
  attempt: number;
  /** Seconds since the attempt began. */
  duration: number;
}

/** A repetition that is about to be waited for. */
export interface PlannedRetry {
  method: string;
  url: string;
  /** The attempt that failed. */
  attempt: number;
  /** Seconds until the next. */
  delay: number;
  error: OptidashError;
}

/** What sees every request of a client. It is waited for, and when it throws, the call fails with what it threw. */
export interface Hooks {
  request?: ((request: SentRequest) => unknown) | undefined;
  response?: ((response: ReceivedResponse) => unknown) | undefined;
  retry?: ((retry: PlannedRetry) => unknown) | undefined;
}

/** What the core makes of a client's options. */
export interface SettingsInForce {
  timeout: Limits;
  retries: number;
  concurrency: number;
}

/** Every time limit in seconds; null is none. */
export interface Limits {
  connect: number | null;
  idle: number | null;
  total: number | null;
}

/** What this package has options for, for messages of the core that list them all. */
export const host = {
  options: ["hooks", "fetch", "proxy"],
  call_options: ["signal", "onUploadProgress", "onDownloadProgress"],
};

/** What of a call's options is the core's to judge. */
export function judged(options: CallOptions | null | undefined): object {
  const { signal: _, onUploadProgress: __, onDownloadProgress: ___, ...settings } = options ?? {};
  return plain(settings);
}

/** JSON has no word for NaN and infinity but null, which would mean something else, and leaves functions out. */
export function plain<Value>(value: Value): Value {
  return JSON.parse(JSON.stringify(value, (_, inner) => legible(inner)));
}

function legible(value: unknown): unknown {
  if (typeof value === "function") return "function";
  const isStrange = typeof value === "bigint" || (typeof value === "number" && !Number.isFinite(value));
  return isStrange ? String(value) : value;
}
