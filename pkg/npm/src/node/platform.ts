import { createHash, randomBytes } from "node:crypto";
import type { Platform } from "../platform.js";
import { streamedBody } from "../streaming.js";
import { openFile, saveFile, writeTo } from "./files.js";
import { bunFetcher, nodeFetcher } from "./network.js";
import { engine, protocol } from "./wasm.js";

/** Bun and Deno run this too; each names itself. */
const { node: nodeVersion, bun, deno } = process.versions;
const runtime = bun ? `bun ${bun}` : deno ? `deno ${deno}` : `node ${nodeVersion}`;

export const node: Platform = {
  agent: `npm; ${runtime}`,
  environment: (variable) => process.env[variable],
  randomBytes,
  sha1: (bytes) => createHash("sha1").update(bytes).digest("hex"),
  protocol,
  engine,
  fetcher: bun ? bunFetcher : nodeFetcher,
  requestBody: streamedBody,
  openFile,
  saveFile,
  writeTo,
  bytes: ([first, ...more]) => {
    if (first !== undefined && more.length === 0) return Buffer.from(first.buffer, first.byteOffset, first.byteLength);
    return Buffer.concat(first === undefined ? [] : [first, ...more]);
  },
};
