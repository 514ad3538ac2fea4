import type { Bytes, Content, Writable } from "./content.js";
import type { Module } from "./core.js";
import type { Multipart } from "./multipart.js";
import type { Limits } from "./settings.js";
import type { Fetch } from "./transport.js";

/** What a runtime has to bring; everything else in the package is the same everywhere. */
export interface Platform {
  /** How the package names itself to the API, after its version. */
  readonly agent: string;
  environment(variable: string): string | undefined;
  /** Bytes that nobody can guess. */
  randomBytes(count: number): Uint8Array;
  /** The module with the rules; it has to be there without waiting. */
  protocol(): Module;
  /** The module with the embedded engine, several times the size. */
  engine(): Promise<Module>;
  /** The SHA-1 of bytes, 40 hexadecimal digits, where the runtime has its own. */
  sha1(bytes: Uint8Array): string | undefined | Promise<string | undefined>;
  /** What sends requests, through a proxy where one is named. It holds the connections of one client. */
  fetcher(proxy: string | undefined): (limits: Limits) => Fetch | Promise<Fetch>;
  /** What of a request carries the form: a stream where the runtime can send one. */
  requestBody(form: Multipart): RequestInit | Promise<RequestInit>;
  openFile(path: string | URL): Promise<Content>;
  /** Writes the file whole or leaves nothing of it. */
  saveFile(path: string | URL, chunks: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<void>;
  writeTo(stream: Writable, chunks: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<void>;
  /** The bytes as the runtime's users know them; not copied. */
  bytes(chunks: Uint8Array[]): Bytes;
}

let installed: Platform | undefined;

/** Chooses the runtime; each entry point does this once. */
export function install(chosen: Platform): void {
  installed = chosen;
}

export function platform(): Platform {
  if (installed === undefined) throw new Error("an entry point of the package installs its platform first");
  return installed;
}
