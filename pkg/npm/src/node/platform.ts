import { randomBytes } from "node:crypto";
import type { Platform } from "../platform.js";
import { openFile, saveFile, writeTo } from "./files.js";
import { engine, protocol } from "./wasm.js";

export const node: Platform = {
  agent: `npm; node ${process.versions.node}`,
  environment: (variable) => process.env[variable],
  randomBytes,
  protocol,
  engine,
  openFile,
  saveFile,
  writeTo,
  bytes: ([first, ...more]) => {
    if (first !== undefined && more.length === 0) return Buffer.from(first.buffer, first.byteOffset, first.byteLength);
    return Buffer.concat(first === undefined ? [] : [first, ...more]);
  },
};
