import { type Content, chunksOf, isBytes, readAll, type UploadSource, viewOf } from "./content.js";
import { platform } from "./platform.js";

/** An image to upload, opened when the request is sent. */
export interface Upload {
  /** The name that the source itself has. */
  readonly name?: string | undefined;
  /** Whether it can still be read from its beginning. */
  isWhole(): boolean;
  open(): Promise<Content>;
}

/** Nothing for what is no source. */
export function uploadOf(source: UploadSource): Upload | undefined {
  if (typeof source === "string") return again(() => platform().openFile(source), source);
  if (source instanceof URL) return again(() => platform().openFile(source), source.pathname);
  if (isBytes(source)) return again(async () => contentOfBytes(viewOf(source)));
  if (isBlob(source)) return again(async () => contentOfBlob(source), nameOf(source, "name"));
  if (isWebStream(source)) return once(() => webContent(source));
  if (isAsyncIterable(source)) return once(() => iterableContent(source), nameOf(source, "path"));
  return undefined;
}

async function* one(chunk: Uint8Array): AsyncGenerator<Uint8Array> {
  yield chunk;
}

function contentOfBytes(bytes: Uint8Array): Content {
  return { size: bytes.byteLength, chunks: one(bytes) };
}

function contentOfBlob(blob: Blob): Content {
  return { size: blob.size, chunks: chunksOf(blob.stream() as ReadableStream<Uint8Array>), blob };
}

function webContent(stream: ReadableStream<Uint8Array>): Content {
  const reader = stream.getReader();
  return { chunks: readAll(reader), close: () => void reader.cancel().catch(() => {}) };
}

/** Node's streams are ended by `destroy`, which does not wait for what they are waiting for. */
function iterableContent(source: AsyncIterable<Uint8Array | string>): Content {
  const chunks = source[Symbol.asyncIterator]();
  const destroy: unknown = Reflect.get(source, "destroy");
  const close = typeof destroy === "function" ? () => destroy.call(source) : () => chunks.return?.().catch(() => {});
  return { chunks: { [Symbol.asyncIterator]: () => chunks }, close: () => void close() };
}

function again(open: () => Promise<Content>, name?: string): Upload {
  return { name, open, isWhole: () => true };
}

/** A stream read before is empty now, and an empty upload would be a puzzle; one that was never read is left alone. */
function once(start: () => Content, name?: string): Upload {
  let content: Content | undefined;
  async function* chunks() {
    content = start();
    yield* content.chunks;
  }
  const open = async () => {
    if (content !== undefined) throw new Error("the stream was sent before; make a new one for each request");
    return { chunks: chunks(), close: () => content?.close?.() };
  };
  return { name, open, isWhole: () => content === undefined };
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
