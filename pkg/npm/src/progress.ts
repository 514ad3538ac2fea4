import type { HeaderList } from "./course.js";
import type { Progress } from "./settings.js";

const encoder = new TextEncoder();

/** Adds up chunks, and tells how far that is. */
export function counted(total: number | null, tell: ((progress: Progress) => void) | undefined) {
  let transferred = 0;
  return (chunk: Uint8Array | string) => {
    transferred += typeof chunk === "string" ? encoder.encode(chunk).byteLength : chunk.byteLength;
    return tell?.({ transferred, total });
  };
}

/** How many bytes will come; null when nobody knows, as with a compressed body. */
export function contentLength(headers: HeaderList): number | null {
  const value = (wanted: string) => headers.find(([name]) => name.toLowerCase() === wanted)?.[1];
  const length = value("content-length");
  return length !== undefined && /^\d+$/.test(length) && value("content-encoding") === undefined
    ? Number(length)
    : null;
}
