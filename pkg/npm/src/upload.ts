import { type Content, chunksOf, isBytes, type UploadSource, viewOf } from "./content.js";
import { platform } from "./platform.js";

/** An image to upload, opened when the request is sent. */
export interface Upload {
  /** The name that the source itself has. */
  readonly name?: string | undefined;
  open(): Promise<Content>;
}

/** Nothing for what is no source. */
export function uploadOf(source: UploadSource): Upload | undefined {
  if (typeof source === "string") return { name: source, open: () => platform().openFile(source) };
  if (source instanceof URL) return { name: source.pathname, open: () => platform().openFile(source) };
  if (isBytes(source)) return { open: async () => contentOfBytes(viewOf(source)) };
  if (isBlob(source)) return { name: nameOf(source, "name"), open: async () => contentOfBlob(source) };
  if (isWebStream(source)) return { open: once(() => chunksOf(source)) };
  if (isAsyncIterable(source)) return { name: nameOf(source, "path"), open: once(() => source) };
  return undefined;
}

async function* one(chunk: Uint8Array): AsyncGenerator<Uint8Array> {
  yield chunk;
}

function contentOfBytes(bytes: Uint8Array): Content {
  return { size: bytes.byteLength, chunks: one(bytes) };
}

function contentOfBlob(blob: Blob): Content {
  return { size: blob.size, chunks: chunksOf(blob.stream() as ReadableStream<Uint8Array>) };
}

/** A stream read before is empty now, and an empty upload would be a puzzle. */
function once(chunks: () => AsyncIterable<Uint8Array | string>): () => Promise<Content> {
  let opened = false;
  return async () => {
    if (opened) throw new Error("the stream was sent before; make a new one for each request");
    opened = true;
    return { chunks: chunks() };
  };
}

function nameOf(source: object, property: string): string | undefined {
  const name: unknown = Reflect.get(source, property);
  return typeof name === "string" ? name : undefined;
}

function has(value: unknown, method: PropertyKey): boolean {
  return typeof value === "object" && value !== null && typeof Reflect.get(value, method) === "function";
}

function isBlob(value: unknown): value is Blob {
  return has(value, "stream") && has(value, "arrayBuffer");
}

function isWebStream(value: unknown): value is ReadableStream<Uint8Array> {
  return has(value, "getReader");
}

function isAsyncIterable(value: unknown): value is AsyncIterable<Uint8Array | string> {
  return has(value, Symbol.asyncIterator);
}
