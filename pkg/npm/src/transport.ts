import { type Content, chunksOf, streamOf } from "./content.js";
import { call } from "./core.js";
import type { MultipartBody, RequestDescription } from "./description.js";
import { OptidashError } from "./errors.js";
import type { Metadata } from "./metadata.js";
import { encodeMultipart } from "./multipart.js";
import { platform } from "./platform.js";
import type { Upload } from "./upload.js";

export type Fetch = typeof globalThis.fetch;

/** What a request is sent with. */
export interface Connection {
  /** The runtime's own unless the caller brings one. */
  readonly fetcher?: Fetch | undefined;
  /** The image, when the description has a part for it. */
  readonly upload?: Upload | undefined;
}

/** Takes the image of a binary response to where the caller wants it. */
export type Destination<Result> = (chunks: AsyncGenerator<Uint8Array>) => Promise<Result>;

type Body = { kind: "image"; metadata: Metadata } | { kind: "document"; limit: number };
type FailureKind = "connection" | "timeout" | "response_too_large" | "incomplete_body" | "file";

/** Sends a request; the image of a binary response goes to its destination, and what that makes of it comes back. */
export async function exchange<Result = undefined>(
  description: RequestDescription,
  connection: Connection,
  destination?: Destination<Result>,
): Promise<{ metadata: Metadata; result?: Result }> {
  if (description.binary && destination === undefined) {
    throw failure("file", new TypeError("the target is neither a path nor a stream that can be written to"));
  }
  const response = await send(description, connection);
  const head = { status: response.status, headers: [...response.headers], binary: description.binary };
  const received = receivedChunks(response);
  try {
    const body = call<Body>(platform().protocol(), "response_body", head).document;
    if (body.kind === "image" && destination) {
      return { metadata: body.metadata, result: await store(received, destination) };
    }
    const bytes = await readAtMost(received, body.kind === "document" ? body.limit : 0);
    return call<{ metadata: Metadata }>(platform().protocol(), "response", head, bytes).document;
  } finally {
    await received.return(undefined);
  }
}

async function send(description: RequestDescription, { fetcher, upload }: Connection): Promise<Response> {
  const { method, url, headers, body } = description;
  // A redirect is no answer of the API, and following one would carry the request elsewhere.
  const init: RequestInit = { method, headers, redirect: "manual" };
  if (body === null) return attempt(url, init, fetcher);
  if ("json" in body) return attempt(url, { ...init, body: body.json }, fetcher);
  const file = await open(upload);
  return sendForm(description, body.multipart, file, fetcher);
}

async function attempt(url: string, init: RequestInit, fetcher: Fetch | undefined): Promise<Response> {
  try {
    return await (fetcher ?? globalThis.fetch)(url, init);
  } catch (cause) {
    throw failure(isTimeout(cause) ? "timeout" : "connection", cause);
  }
}

async function sendForm(
  { method, url, headers }: RequestDescription,
  parts: MultipartBody,
  file: Content,
  fetcher: Fetch | undefined,
): Promise<Response> {
  const source = watched(file);
  const form = encodeMultipart(parts, source, boundary());
  const label: [string, string][] = [["Content-Type", form.contentType]];
  if (form.size !== undefined) label.push(["Content-Length", String(form.size)]);
  const init = { method, headers: [...headers, ...label], body: streamOf(form.chunks), ...STREAMED };
  try {
    return await attempt(url, init, fetcher);
  } catch (error) {
    file.close?.();
    throw "failure" in source ? failure("file", source.failure) : error;
  }
}

/**
 * The Fetch standard asks for `duplex` with a stream, and keeps a copy of all that was sent, for a redirect or a prompt,
 * unless both `redirect` and `window` rule these out.
 */
const STREAMED: RequestInit & { duplex: "half" } = { duplex: "half", redirect: "error", window: null };

/** A line that the file cannot hold, since nobody can guess it. */
function boundary(): string {
  return Array.from(platform().randomBytes(24), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function open(upload: Upload | undefined): Promise<Content> {
  try {
    if (upload === undefined) throw new TypeError("there is nothing to upload");
    return await upload.open();
  } catch (cause) {
    throw failure("file", cause);
  }
}

/** Remembers that it was the source that failed: `fetch` only says that something did. */
function watched(file: Content): Content & { failure?: unknown } {
  async function* chunks() {
    try {
      yield* file.chunks;
    } catch (cause) {
      content.failure = cause;
      throw cause;
    }
  }
  const content: Content & { failure?: unknown } = { size: file.size, chunks: chunks() };
  return content;
}

async function* receivedChunks(response: Response): AsyncGenerator<Uint8Array> {
  if (response.body === null) return;
  try {
    yield* chunksOf(response.body as ReadableStream<Uint8Array>);
  } catch (cause) {
    throw failure(isTimeout(cause) ? "timeout" : "incomplete_body", cause);
  }
}

async function readAtMost(chunks: AsyncGenerator<Uint8Array>, limit: number): Promise<Uint8Array> {
  const read: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of chunks) {
    size += chunk.byteLength;
    if (size > limit) throw failure("response_too_large");
    read.push(chunk);
  }
  return platform().bytes(read);
}

async function store<Result>(chunks: AsyncGenerator<Uint8Array>, destination: Destination<Result>): Promise<Result> {
  try {
    return await destination(chunks);
  } catch (cause) {
    throw cause instanceof OptidashError ? cause : failure("file", cause);
  }
}

/** The error that the core has for a failure of the transport. */
function failure(kind: FailureKind, cause?: unknown): unknown {
  try {
    call(platform().protocol(), "transport_error", { kind, detail: describe(cause) });
  } catch (error) {
    if (error instanceof OptidashError && cause !== undefined) Object.defineProperty(error, "cause", { value: cause });
    return error;
  }
  return cause;
}

/** `fetch` hides the reason in `cause`, and a failure to connect to several addresses has only a code. */
function describe(thrown: unknown): string {
  const reason = property(thrown, "cause") ?? thrown;
  return String(property(reason, "message") || property(reason, "code") || "");
}

function isTimeout(thrown: unknown): boolean {
  const reason = property(thrown, "cause") ?? thrown;
  return [property(reason, "name"), property(reason, "code")].some((name) => /timeout|ETIMEDOUT/i.test(String(name)));
}

function property(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}
