import type { Bytes } from "../content.js";

/** Chunks in one piece, for runtimes without `Buffer`. */
export function joined(chunks: Uint8Array[]): Bytes {
  const [only] = chunks;
  if (only !== undefined && chunks.length === 1) return only as Bytes;
  const whole = new Uint8Array(chunks.reduce((size, chunk) => size + chunk.length, 0));
  let filled = 0;
  for (const chunk of chunks) {
    whole.set(chunk, filled);
    filled += chunk.length;
  }
  return whole as Bytes;
}
