/** Node's `Buffer` where there is one. */
export type Bytes = typeof globalThis extends { Buffer: { prototype: infer B extends Uint8Array } } ? B : Uint8Array;

/** A stream to write to: Node's `Writable`, `process.stdout`, an HTTP response. */
export interface Writable {
  write(chunk: Uint8Array): boolean;
  end(): unknown;
  once(event: string, listener: (...values: unknown[]) => void): unknown;
}

/** Where an image can go: a path or file URL, or a stream, Node's or the Web's. */
export type Target = string | URL | Writable | WritableStream<Uint8Array>;

/** An image to upload: a path or file URL, bytes, a Blob or File, or a stream of bytes, Node's or the Web's. */
export type UploadSource =
  | string
  | URL
  | ArrayBuffer
  | ArrayBufferView
  | Blob
  | ReadableStream<Uint8Array>
  | AsyncIterable<Uint8Array | string>;

/** Bytes to send, read once. */
export interface Content {
  /** In bytes; unknown for most streams. */
  readonly size?: number | undefined;
  readonly chunks: AsyncIterable<Uint8Array | string>;
  /** The same as a whole, where it is one: what a runtime takes that cannot stream requests. */
  readonly blob?: Blob;
  /** Lets go of what nobody will read. */
  close?(): void;
}

/** The bytes of a Web stream; whoever stops early cancels it. */
export async function* chunksOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield* readAll(stream.getReader());
}

export async function* readAll(reader: ReadableStreamDefaultReader<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    for (let read = await reader.read(); !read.done; read = await reader.read()) yield read.value;
  } finally {
    await reader.cancel().catch(() => {});
  }
}

/** The opposite of {@link chunksOf}: what `fetch` takes as a body. */
export function streamOf(chunks: AsyncGenerator<Uint8Array>): ReadableStream<Uint8Array> {
  const pull = async (controller: ReadableStreamDefaultController<Uint8Array>) => {
    const { done, value } = await chunks.next();
    if (done) controller.close();
    else controller.enqueue(value);
  };
  const cancel = async () => {
    await chunks.return(undefined);
  };
  return new ReadableStream({ pull, cancel }, { highWaterMark: 0 });
}

/** Writes to a Web stream and closes it; when anything fails it is aborted. */
export async function writeToWeb(stream: WritableStream<Uint8Array>, chunks: AsyncIterable<Uint8Array>): Promise<void> {
  const writer = stream.getWriter();
  try {
    for await (const chunk of chunks) {
      await writer.ready;
      writer.write(chunk).catch(() => {}); // `ready` and `close` tell of it
    }
    await writer.close();
  } catch (cause) {
    await writer.abort(cause).catch(() => {});
    throw cause;
  }
}

/** The bytes themselves, without a copy. */
export function viewOf(bytes: ArrayBuffer | ArrayBufferView): Uint8Array {
  if (bytes instanceof Uint8Array) return bytes;
  return ArrayBuffer.isView(bytes)
    ? new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    : new Uint8Array(bytes);
}

export function isBytes(value: unknown): value is ArrayBuffer | ArrayBufferView {
  return ArrayBuffer.isView(value) || Object.prototype.toString.call(value) === "[object ArrayBuffer]";
}
