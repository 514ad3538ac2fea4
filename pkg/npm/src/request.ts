import { type Call, Chain } from "./chain.js";
import type { Bytes, Writable } from "./content.js";
import { call } from "./core.js";
import type { RequestDescription, ResponseMethod } from "./description.js";
import type { OptidashError } from "./errors.js";
import type { Metadata } from "./metadata.js";
import { platform } from "./platform.js";
import { type Destination, exchange, type Fetch } from "./transport.js";
import type { Upload } from "./upload.js";

/** Called once: with null and the metadata, or with an error and what the API said of it. */
export type Callback = (
  ...outcome: [error: null, metadata: Metadata] | [error: OptidashError, metadata: Metadata | undefined]
) => void;

/** As {@link Callback}, with the bytes of the image. */
export type ImageCallback = (
  ...outcome:
    | [error: null, metadata: Metadata, data: Bytes]
    | [error: OptidashError, metadata: Metadata | undefined, data: undefined]
) => void;

/** The image of a binary response. */
export interface Image {
  metadata: Metadata;
  data: Bytes;
}

/** What a request shows when it is serialized or logged: the names of the calls, never their values. */
export interface RequestSummary {
  calls: string[];
}

/** Who asks, where, and with what. */
export interface Sender {
  readonly identity: Readonly<Record<string, unknown>>;
  readonly fetcher: Fetch | undefined;
}

/** A request in the making. It is a value: each call gives a new one, and it can be sent more than once. */
export class ImageRequest extends Chain<ImageRequest> {
  readonly #sender: Sender;
  readonly #calls: readonly Call[];
  readonly #upload: Upload | undefined;

  /** @internal */
  constructor(sender: Sender, calls: readonly Call[], upload: Upload | undefined) {
    super();
    this.#sender = sender;
    this.#calls = calls;
    this.#upload = upload;
  }

  /** @internal */
  protected override next(call: Call, upload?: Upload): ImageRequest {
    return new ImageRequest(this.#sender, [...this.#calls, call], upload ?? this.#upload);
  }

  /**
   * Sends the request and gives the metadata. With `webhook` that is the 202 answer with the request's id.
   *
   * `JSON.stringify` calls this too, with a string: then nothing is sent, and the summary shows no secret.
   *
   * @throws {ValidationError} before anything is sent. @throws {OptidashError} any other class, for what comes back.
   */
  toJSON(): Promise<Metadata>;
  toJSON(callback: Callback): void;
  toJSON(key: string): RequestSummary;
  toJSON(argument?: Callback | string): Promise<Metadata> | RequestSummary | undefined {
    if (typeof argument === "string") return { calls: this.#calls.map(([name]) => String(name)) };
    const metadata = this.#send("json").then((answer) => answer.metadata);
    return typeof argument === "function" ? reportMetadata(metadata, argument) : metadata;
  }

  /**
   * Sends the request and streams the image to a file or a stream, in constant memory.
   *
   * A file appears only when it is complete. A stream is ended when all is written, destroyed when that fails, and left
   * alone when the API refuses the request.
   *
   * @throws {OptidashError} as {@link toJSON}, and a {@link ValidationError} when the file cannot be written.
   */
  toFile(target: string | URL | Writable): Promise<Metadata>;
  toFile(target: string | URL | Writable, callback: Callback): void;
  toFile(target: string | URL | Writable, callback?: Callback): Promise<Metadata> | undefined {
    const metadata = this.#send("file", destinationOf(target)).then((answer) => answer.metadata);
    return typeof callback === "function" ? reportMetadata(metadata, callback) : metadata;
  }

  /** Sends the request and gives the metadata and the bytes of the image. */
  toBuffer(): Promise<Image>;
  toBuffer(callback: ImageCallback): void;
  toBuffer(callback?: ImageCallback): Promise<Image> | undefined {
    const image = this.#send("buffer", collect).then(({ metadata, result }) => ({ metadata, data: result as Bytes }));
    return typeof callback === "function" ? reportImage(image, callback) : image;
  }

  /**
   * The request as plain data, for tests and for a transport of your own. Its headers hold the API key.
   *
   * @throws {ValidationError} as sending it would.
   */
  toRequest(response: ResponseMethod = "json"): RequestDescription {
    const input = { ...this.#sender.identity, calls: this.#calls, response };
    return call<RequestDescription>(platform().protocol(), "request", input).document;
  }

  /** What `console.log` shows in Node. */
  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return `ImageRequest { ${this.toJSON("").calls.join(", ")} }`;
  }

  async #send<Result = undefined>(response: ResponseMethod, destination?: Destination<Result>) {
    const connection = { fetcher: this.#sender.fetcher, upload: this.#upload };
    return exchange(this.toRequest(response), connection, destination);
  }
}

/** What is neither a path nor a stream has to fail before the API is asked. */
function destinationOf(target: string | URL | Writable): Destination<void> | undefined {
  if (typeof target === "string" || target instanceof URL) return (chunks) => platform().saveFile(target, chunks);
  if (typeof target?.write === "function") return (chunks) => platform().writeTo(target, chunks);
  return undefined;
}

async function collect(chunks: AsyncIterable<Uint8Array>): Promise<Bytes> {
  const read: Uint8Array[] = [];
  for await (const chunk of chunks) read.push(chunk);
  return platform().bytes(read);
}

/** In a microtask of its own, so that what the callback throws is the caller's and does not end in the promise. */
function report<Value>(
  promise: Promise<Value>,
  succeed: (value: Value) => void,
  fail: (error: OptidashError) => void,
): undefined {
  promise.then(
    (value) => queueMicrotask(() => succeed(value)),
    (error) => queueMicrotask(() => fail(error)),
  );
}

function reportMetadata(promise: Promise<Metadata>, callback: Callback): undefined {
  return report(
    promise,
    (metadata) => callback(null, metadata),
    (error) => callback(error, error.metadata),
  );
}

function reportImage(promise: Promise<Image>, callback: ImageCallback): undefined {
  return report(
    promise,
    ({ metadata, data }) => callback(null, metadata, data),
    (error) => callback(error, error.metadata, undefined),
  );
}
