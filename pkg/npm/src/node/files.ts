import { randomUUID } from "node:crypto";
import { createWriteStream } from "node:fs";
import { open, realpath, rename, rm, stat } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { fileURLToPath } from "node:url";
import type { Content, Writable } from "../content.js";

export async function openFile(path: string | URL): Promise<Content> {
  const file = await open(path);
  const size = await file.stat().then((found) => (found.isFile() ? found.size : undefined));
  const chunks = file.createReadStream();
  return { size, chunks, close: () => chunks.destroy() };
}

/** Beside its place first, then renamed: a reader sees the old file or the whole new one. */
export async function saveFile(
  path: string | URL,
  chunks: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): Promise<void> {
  const target = await resolve(path);
  if (await isDevice(target)) return pipeline(chunks, createWriteStream(target), { signal });
  const unfinished = `${target}.${randomUUID()}.tmp`;
  try {
    await pipeline(chunks, createWriteStream(unfinished, { flags: "wx" }), { signal });
    await rename(unfinished, target);
  } catch (cause) {
    await rm(unfinished, { force: true });
    throw cause;
  }
}

export async function writeTo(stream: Writable, chunks: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<void> {
  await pipeline(chunks, stream as NodeJS.WritableStream, { signal });
}

/** A link stays a link; what it leads to is replaced. */
async function resolve(path: string | URL): Promise<string> {
  const target = typeof path === "string" ? path : fileURLToPath(path);
  return realpath(target).catch(() => target);
}

/** A terminal, a pipe or `/dev/null` cannot be replaced by a file. */
async function isDevice(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  return found !== undefined && !found.isFile() && !found.isDirectory();
}
