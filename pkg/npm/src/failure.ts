import { call } from "./core.js";
import type { RequestDescription } from "./description.js";
import { OptidashError } from "./errors.js";
import { platform } from "./platform.js";

/** What can go wrong on the way; the core has the words for it. */
export type FailureKind =
  | "connect"
  | "connection"
  | "timeout"
  | "response_too_large"
  | "incomplete_body"
  | "file"
  | "unavailable";

interface Circumstances {
  readonly cause?: unknown;
  /** What to say of it; what the cause says when left out. */
  readonly detail?: string | undefined;
  /** The time limit that has passed. */
  readonly phase?: "connect" | "idle" | "total" | undefined;
  /** What was being sent, so that the cause tells nothing of it. */
  readonly description?: RequestDescription | undefined;
}

/** The error that the core has for a failure of the transport. */
export function failure(
  kind: FailureKind,
  { cause, detail = describe(cause), phase, description }: Circumstances = {},
): unknown {
  try {
    call(platform().protocol(), "transport_error", { kind, detail: scrubbed(detail, description), phase });
  } catch (error) {
    if (!(error instanceof OptidashError)) return error;
    const shown = harmless(cause, error, description);
    if (shown !== undefined) Object.defineProperty(error, "cause", { value: shown, configurable: true });
    return error;
  }
  return cause;
}

/** What kind of failure it is that `fetch` rejected with, and the runtime's time limit that has passed. */
export function classify(thrown: unknown): {
  kind: "connect" | "connection" | "timeout";
  phase?: "connect" | "idle";
} {
  const reasons = chain(thrown);
  const isLate = reasons.some(isTimeout);
  if (reasons.some(neverConnected)) return isLate ? { kind: "connect", phase: "connect" } : { kind: "connect" };
  return isLate ? { kind: "timeout", phase: "idle" } : { kind: "connection" };
}

/** Whether it is a redirect that a streamed body rules out: each runtime has words of its own for it. */
export function isRefusedRedirect(thrown: unknown): boolean {
  return chain(thrown).some((reason) => /redirect/i.test(`${property(reason, "code")} ${property(reason, "message")}`));
}

/** Names of Node, undici, Bun and OpenSSL for a connection that never stood. */
const CONNECT_CODES =
  /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT|ConnectionRefused|FailedToOpenSocket|ERR_SSL_.*|ERR_TLS_.*|CERT_.*|.*_CERT|.*_SIGNATURE)$/;
const CONNECT_CALLS = ["connect", "getaddrinfo", "queryA", "queryAaaa"];

function neverConnected(reason: object): boolean {
  if (CONNECT_CALLS.includes(String(property(reason, "syscall")))) return true;
  if (CONNECT_CODES.test(String(property(reason, "code")))) return true;
  return /client error \(Connect\)|before secure TLS connection was established/.test(
    String(property(reason, "message")),
  );
}

function isTimeout(reason: object): boolean {
  return [property(reason, "name"), property(reason, "code")].some((name) => /timeout|ETIMEDOUT/i.test(String(name)));
}

/** `fetch` hides the reason in `cause`, and a failure to connect to several addresses has only a code. */
function describe(thrown: unknown): string {
  const reason = property(thrown, "cause") ?? thrown;
  return String(property(reason, "message") || property(reason, "code") || "");
}

/** An error, what led to it, and so on; an error for several addresses stands for the first. */
function chain(thrown: unknown): object[] {
  const found: object[] = [];
  for (let next = thrown; isObject(next) && found.length < DEPTH; ) {
    found.push(next);
    next = property(next, "cause") ?? (property(next, "errors") as unknown[] | undefined)?.[0];
  }
  return found;
}

const DEPTH = 5;

/** The cause itself, unless somebody who logs it would log a secret: runtimes write URLs into their messages. */
function harmless(cause: unknown, error: OptidashError, description: RequestDescription | undefined): unknown {
  const texts = chain(cause).flatMap(textsOf);
  if (typeof cause === "string") texts.push(cause);
  const isHarmless = (text: string | undefined) =>
    text !== undefined && scrubbed(text, description) === text && !USER.test(text);
  if (texts.every(isHarmless)) return cause;
  return Object.assign(new Error(error.message), { name: String(property(cause, "name") ?? "Error") });
}

/** What a log shows of an error, with what hangs on it; nothing for what may show more than can be seen here. */
function textsOf(reason: object): (string | undefined)[] {
  const { cause: _, ...attached } = reason as { cause?: unknown };
  const plain = [Object.prototype, Array.prototype, null];
  const legible = (_: string, value: unknown) => {
    if (isObject(value) && !plain.includes(Object.getPrototypeOf(value))) throw new TypeError("not plain");
    return value;
  };
  return [String(property(reason, "message")), String(property(reason, "stack")), textOf(attached, legible)];
}

function textOf(value: object, legible: (name: string, value: unknown) => unknown): string | undefined {
  try {
    return JSON.stringify(value, legible);
  } catch {
    return undefined;
  }
}

/** Credentials in a URL. */
const USER = /\/\/[^\s/?#]*@/;

/** A text without what is secret in a request. */
function scrubbed(text: string, description: RequestDescription | undefined): string {
  return secretsOf(description).reduce((left, [secret, shown]) => left.replaceAll(secret, shown), text);
}

/** What must not be seen, and what may be seen in its place. */
function secretsOf(description: RequestDescription | undefined): [secret: string, shown: string][] {
  if (description === undefined) return [];
  const { url, headers, observed } = description;
  const credentials = headers.filter(([name]) => /^authorization$/i.test(name)).flatMap(([, value]) => keysIn(value));
  const secrets = credentials.map((secret): [string, string] => [secret, "***"]);
  return url === observed.url ? secrets : [[url, observed.url], [pathOf(url), pathOf(observed.url)], ...secrets];
}

function pathOf(url: string): string {
  const { pathname, search } = new URL(url);
  return pathname + search;
}

/** The key as it is sent, and as it is written. */
function keysIn(credentials: string): string[] {
  const [scheme, token = ""] = credentials.split(" ");
  return scheme === "Basic" ? [token, atob(token).replace(/:$/, "")] : [token];
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

export function property(value: unknown, name: string): unknown {
  return isObject(value) ? Reflect.get(value, name) : undefined;
}
