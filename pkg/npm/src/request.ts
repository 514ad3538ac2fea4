import type { Metadata } from "./answers.js";
import { type Call, Chain } from "./chain.js";
import type { Bytes, Target } from "./content.js";
import type { RequestDescription, ResponseMethod } from "./description.js";
import { type Destination, destinationOf, memory } from "./destination.js";
import type { OptidashError } from "./errors.js";
import type { Sender } from "./sender.js";
import type { CallOptions } from "./settings.js";
import type { Upload } from "./upload.js";

/** Called once: with null and the metadata, or with an error and what the API said of it. */
export type Callback = (
  ...outcome: [error: null, metadata: Metadata] | [error: OptidashError, metadata: Metadata | undefined]
) => unknown;

/** For whom it is enough to know whether it worked. */
export type ErrorCallback = (error: OptidashError | null) => unknown;

/** As {@link Callback}, with the bytes of the image. */
export type ImageCallback = (
  ...outcome:
    | [error: null, metadata: Metadata, data: Bytes]
    | [error: OptidashError, metadata: Metadata | undefined, data: undefined]
) => unknown;

/** The image of a binary response. */
export interface Image {
  metadata: Metadata;
  data: Bytes;
}

/** What a request shows when it is serialized or logged: the names of the calls, never their values. */
export interface RequestSummary {
  calls: string[];
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
  toJSON(options?: CallOptions): Promise<Metadata>;
  toJSON(callback: Callback, options?: CallOptions): void;
  toJSON(callback: ErrorCallback, options?: CallOptions): void;
  toJSON(key: string): RequestSummary;
  toJSON(
    argument?: Callback | ErrorCallback | CallOptions | string,
    options?: CallOptions,
  ): Promise<Metadata> | RequestSummary | undefined {
    if (typeof argument === "string") return { calls: this.#calls.map(([name]) => String(name)) };
    const { callback, settings } = told<Callback>(argument, options);
    return reportMetadata(this.#metadata("json", undefined, settings), callback);
  }

  /**
   * Sends the request and streams the image to a file or a stream, in constant memory.
   *
   * A file appears only when it is complete. A stream is ended when all is written, destroyed when that fails, and left
   * alone when the API refuses the request; once bytes went to it, nothing is repeated.
   *
   * @throws {OptidashError} as {@link toJSON}, and a {@link ValidationError} when the file cannot be written.
   */
  toFile(target: Target, options?: CallOptions): Promise<Metadata>;
  toFile(target: Target, callback: Callback, options?: CallOptions): void;
  toFile(target: Target, callback: ErrorCallback, options?: CallOptions): void;
  toFile(
    target: Target,
    argument?: Callback | ErrorCallback | CallOptions,
    options?: CallOptions,
  ): Promise<Metadata> | undefined {
    const { callback, settings } = told<Callback>(argument, options);
    return reportMetadata(this.#metadata("file", destinationOf(target), settings), callback);
  }

  /** Sends the request and gives the metadata and the bytes of the image. */
  toBuffer(options?: CallOptions): Promise<Image>;
  toBuffer(callback: ImageCallback, options?: CallOptions): void;
  toBuffer(callback: ErrorCallback, options?: CallOptions): void;
  toBuffer(argument?: ImageCallback | ErrorCallback | CallOptions, options?: CallOptions): Promise<Image> | undefined {
    const { callback, settings } = told<ImageCallback>(argument, options);
    return reportImage(this.#image(settings), callback);
  }

  /**
   * The request as plain data, for tests and for a transport of your own. Its headers hold the API key.
   *
   * @throws {ValidationError} as sending it would.
   */
  toRequest(response: ResponseMethod = "json", options?: CallOptions): RequestDescription {
    return this.#sender.describe("request", { calls: this.#calls, response }, options);
  }

  /** What `console.log` shows in Node. */
  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return `ImageRequest { ${this.toJSON("").calls.join(", ")} }`;
  }

  async #metadata<Result>(
    response: ResponseMethod,
    destination: Destination<Result> | undefined,
    options: CallOptions | undefined,
  ): Promise<Metadata> {
    return (await this.#send(response, destination, options)).metadata;
  }

  async #image(options: CallOptions | undefined): Promise<Image> {
    const { metadata, result } = await this.#send("buffer", memory, options);
    return { metadata, data: result as Bytes };
  }

  async #send<Result>(response: ResponseMethod, destination: Destination<Result> | undefined, options?: CallOptions) {
    return this.#sender.send(this.toRequest(response, options), options, { upload: this.#upload, destination });
  }
}

/** Options may stand alone or behind a callback, which gets whatever it has a parameter for. */
function told<Given extends CallableFunction>(
  argument: Given | ErrorCallback | CallOptions | undefined,
  options: CallOptions | undefined,
) {
  if (typeof argument === "function") return { callback: argument as Given, settings: options };
  return { callback: undefined, settings: argument ?? options };
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

function reportMetadata(promise: Promise<Metadata>, callback: Callback | undefined): Promise<Metadata> | undefined {
  if (callback === undefined) return promise;
  return report(
    promise,
    (metadata) => callback(null, metadata),
    (error) => callback(error, error?.metadata),
  );
}

function reportImage(promise: Promise<Image>, callback: ImageCallback | undefined): Promise<Image> | undefined {
  if (callback === undefined) return promise;
  return report(
    promise,
    ({ metadata, data }) => callback(null, metadata, data),
    (error) => callback(error, error?.metadata, undefined),
  );
}
