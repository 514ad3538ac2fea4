import { type Bytes, type Target, type Writable, writeToWeb } from "./content.js";
import { platform } from "./platform.js";

/** Takes the image of an answer to where the caller wants it. */
export interface Destination<Result> {
  /** Whether what it has taken cannot be taken anew. */
  readonly isStream: boolean;
  take(chunks: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<Result>;
}

/** Nothing for what is neither a path nor a stream: that has to fail before the API is asked. */
export function destinationOf(target: Target): Destination<void> | undefined {
  if (typeof target === "string" || target instanceof URL) {
    return { isStream: false, take: (chunks, signal) => platform().saveFile(target, chunks, signal) };
  }
  if (isWebStream(target)) return { isStream: true, take: (chunks) => writeToWeb(target, chunks) };
  if (isWritable(target)) {
    return { isStream: true, take: (chunks, signal) => platform().writeTo(target, chunks, signal) };
  }
  return undefined;
}

/** Keeps the image. */
export const memory: Destination<Bytes> = {
  isStream: false,
  async take(chunks) {
    const read: Uint8Array[] = [];
    for await (const chunk of chunks) read.push(chunk);
    return platform().bytes(read);
  },
};

/** Whether this is meant to be a target, and no options. */
export function isTarget(value: unknown): value is Target {
  return typeof value === "string" || value instanceof URL || isWebStream(value) || isWritable(value);
}

function isWebStream(value: unknown): value is WritableStream<Uint8Array> {
  return hasMethod(value, "getWriter");
}

function isWritable(value: unknown): value is Writable {
  return hasMethod(value, "write");
}

function hasMethod(value: unknown, name: string): boolean {
  return typeof value === "object" && value !== null && typeof Reflect.get(value, name) === "function";
}
