import type { UploadSource } from "./content.js";
import { type Filter, Operations } from "./operations.js";
import type { Upload } from "./upload.js";
import { uploadOf } from "./upload.js";

/** One call of a chain: the name of a method and what it was called with. */
export type Call = [name: string, ...values: unknown[]];

export interface FetchOptions {
  /** Headers for the API to send when it downloads the image. */
  headers?: Record<string, string>;
}

export interface UploadOptions {
  /** File name; that of the path or File when left out. */
  name?: string;
}

/** What a client and a request have in common: every call gives a new request and leaves the old one as it was. */
export abstract class Chain<Next> extends Operations<Next> {
  /** @internal */
  protected abstract next(call: Call, upload?: Upload): Next;

  /**
   * Takes the image from a public URL.
   *
   * @param url `http` or `https`, sent exactly as it is written (RFC 3986); it may carry Basic Auth.
   */
  fetch(url: string, options?: FetchOptions): Next {
    return this.next(snapshot(["fetch", url, options]));
  }

  /** Uploads the image: a path, bytes, a Blob or a stream. It is streamed when the request is sent. */
  upload(source: UploadSource, options?: UploadOptions): Next {
    const upload = uploadOf(source);
    return this.next(snapshot(["upload", upload ? { name: options?.name ?? upload.name } : null]), upload);
  }

  /** Any operation by name, also one that is younger than this package. */
  override operation(name: string, attributes: object): Next {
    return this.next(snapshot([name, attributes]));
  }

  /**
   * The old name of `filter`.
   * @deprecated
   */
  stylize(attributes: Filter): Next {
    return this.operation("stylize", attributes);
  }
}

/** What the caller does to the hash afterwards is no part of the request. */
function snapshot(call: Call): Call {
  try {
    return JSON.parse(JSON.stringify(call));
  } catch {
    return call; // what JSON cannot carry is refused when the request is built
  }
}
