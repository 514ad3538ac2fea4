import type { ErrorCode, Metadata } from "./answers.js";

/** What an error says of itself. */
export interface ErrorDetails {
  /** A stable, machine-readable name such as `out_of_range`. */
  readonly code: ErrorCode;
  /** Where the fault is, such as `resize.width`; empty when it is not in one attribute. */
  readonly path: string;
  /** What was wrong and what to write instead. */
  readonly message: string;
  /** The HTTP status the API answered with. */
  readonly status?: number | undefined;
  /** The id of the request, to be quoted to support. */
  readonly requestId?: string | undefined;
  /** The headers that the API answered with, without secrets. */
  readonly headers?: [name: string, value: string][] | undefined;
  /** Seconds after which the API wants to be asked again. */
  readonly retryAfter?: number | undefined;
  /** The JSON the API answered with. */
  readonly metadata?: Metadata | undefined;
  /** The error that led to this one. */
  readonly cause?: unknown;
}

/** What only some errors have. */
const FOUND_OUT = ["status", "requestId", "headers", "retryAfter", "metadata"] as const;

/** What every error of this package is an instance of. */
export class OptidashError extends Error implements ErrorDetails {
  readonly code: ErrorCode;
  readonly path: string;
  // Declared only: an error shows just what it has.
  declare readonly status?: number;
  declare readonly requestId?: string;
  declare readonly headers?: [name: string, value: string][];
  declare readonly retryAfter?: number;
  declare readonly metadata?: Metadata;

  constructor(details: ErrorDetails) {
    super(details.message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = details.code;
    this.path = details.path;
    for (const name of FOUND_OUT) if (details[name] !== undefined) Object.assign(this, { [name]: details[name] });
  }
}

/** What the caller wrote cannot be sent. */
export class ValidationError extends OptidashError {}
/** The API refused the request. */
export class ApiError extends OptidashError {}
/** The API does not accept the key. */
export class AuthenticationError extends ApiError {}
/** The API asks to slow down. */
export class RateLimitError extends ApiError {}
/** The API could not be reached, or the connection broke. */
export class ConnectionError extends OptidashError {}
/** The API did not answer in time. */
export class TimeoutError extends OptidashError {}
/** The answer is not one the API gives. */
export class UnexpectedResponseError extends OptidashError {}
/** The embedded engine cannot read or produce the image. */
export class ImageError extends OptidashError {}

const classes: Record<string, typeof OptidashError> = {
  OptidashError,
  ValidationError,
  AuthenticationError,
  ApiError,
  RateLimitError,
  ConnectionError,
  TimeoutError,
  UnexpectedResponseError,
  ImageError,
};

// Written out, so that a bundler that shortens class names does not change what a log says.
for (const [name, ErrorClass] of Object.entries(classes)) {
  Object.defineProperty(ErrorClass.prototype, "name", { value: name, configurable: true, writable: true });
}

/** The error that the core's JSON document describes. */
export function errorFromDocument(text: string, cause?: unknown): OptidashError {
  const { type, request_id: requestId, retry_after: retryAfter, ...details } = JSON.parse(text);
  const ErrorClass = classes[type] ?? OptidashError;
  if (type === "ValidationError") Object.assign(details, spelt(details));
  return new ErrorClass({ ...details, requestId, retryAfter, cause });
}

/** The core's names of what this package has under a name of its own. */
const SETTINGS = /\b(base_url|trusted_proxies|max_body|api_key)\b/g;

function spelt({ path, message }: { path: string; message: string }) {
  const camelCase = (name: string) => name.replace(/_(.)/, (_, letter: string) => letter.toUpperCase());
  return { path: path.replace(SETTINGS, camelCase), message: message.replace(SETTINGS, camelCase) };
}
