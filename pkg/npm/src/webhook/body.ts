import { isBytes, viewOf } from "../content.js";
import type { ReadBody } from "./handler.js";

/** What adapters need of Node's `IncomingMessage`. */
export interface IncomingStream {
  readonly readableEnded: boolean;
  readonly readableDidRead?: boolean;
  readonly destroyed: boolean;
  on(event: string, listener: (argument: never) => void): unknown;
  off(event: string, listener: (argument: never) => void): unknown;
  pause(): unknown;
}

const MOUNTING =
  "a body parser consumed the request before the webhook, and what it made of the body cannot be verified: mount the " +
  "webhook before the parser, or keep the bytes in `request.rawBody`, as with " +
  "express.json({ verify: (request, response, bytes) => { request.rawBody = bytes; } })";

/** The raw body that a parser left behind, or what reads it; throws when a parser consumed it. */
export function rawBody(stream: IncomingStream, ...left: unknown[]): string | Uint8Array | ReadBody {
  const raw = left.find((body) => typeof body === "string" || isBytes(body));
  if (raw !== undefined) return raw as string | Uint8Array;
  if (stream.readableEnded || stream.readableDidRead) throw new Error(MOUNTING);
  return (limit) => readIncoming(stream, limit);
}

/** Reads from Node's stream. Not by iterating: leaving the loop would close the socket before the answer is out. */
function readIncoming(stream: IncomingStream, limit: number): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const chunks: Uint8Array[] = [];
    let size = 0;
    const take = (chunk: Uint8Array) => {
      chunks.push(chunk);
      size += chunk.length;
      if (size >= limit) finish();
    };
    const finish = () => {
      settle();
      resolve(join(chunks, Math.min(size, limit)));
    };
    const fail = (cause?: unknown) => {
      settle();
      reject(new Error("the connection closed before the body was complete", { cause }));
    };
    const listeners = { data: take, end: finish, error: fail, close: fail };
    const settle = () => {
      stream.pause();
      for (const [event, listener] of Object.entries(listeners)) stream.off(event, listener);
      // What goes wrong after the answer is nobody's concern, but must not be an unhandled event.
      stream.on("error", () => {});
    };
    for (const [event, listener] of Object.entries(listeners)) stream.on(event, listener);
    if (stream.destroyed) fail();
  });
}

/** Reads from a stream of the Fetch API, and cancels the rest. */
export async function readStream(stream: ReadableStream<Uint8Array> | null, limit: number): Promise<Uint8Array> {
  if (stream === null) return new Uint8Array();
  const reader = stream.getReader();
  const chunks: Uint8Array[] = [];
  let size = 0;
  while (size < limit) {
    const { done, value } = await reader.read();
    if (done) return join(chunks, size);
    chunks.push(viewOf(value));
    size += value.byteLength;
  }
  // Not awaited: some runtimes settle it only when the peer has stopped sending.
  reader.cancel().catch(() => {});
  return join(chunks, limit);
}

function join(chunks: Uint8Array[], size: number): Uint8Array {
  const [first] = chunks;
  if (first?.length === size) return first;
  const bytes = new Uint8Array(size);
  let filled = 0;
  for (const chunk of chunks) {
    const part = chunk.subarray(0, size - filled);
    bytes.set(part, filled);
    filled += part.length;
  }
  return bytes;
}
